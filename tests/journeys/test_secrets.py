"""What must not leave does not: planted names, on every public surface, in every file, in both engines' stores."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from app.stores import open_store
from app.stores.casework import Attachment, CaseworkBase, Grant, Keyholder, Submission
from tests.journeys.acting import PUBLIC, Telling, agree_to_telling, open_newest_case, release, signed_in, submit
from tests.journeys.installation import Installation, found
from tests.journeys.person import Person
from tests.support.at_rest import kept_bytes
from tests.support.engines import StoreUrls

CANARY = "Zuleyqua Vandermolt"
PARTS = ("Zuleyqua", "Vandermolt", "zuleyqua", "vandermolt")
SURFACES = (
    "/en/",
    "/ar/",
    "/en/entries",
    "/en/entries?q=zuleyqua",
    "/en/entries?q=lawyer",
    "/en/states",
    "/en/states/XA",
    "/en/states/XB",
    "/en/about",
    "/en/data",
    "/feed.json",
    "/feed.atom",
    "/entries.csv",
    "/registry.sqlite",
    "/changes",
    "/log",
    "/openapi.json",
    "/sitemap.xml",
    "/robots.txt",
    "/en/receipt",
    "/en/submit",
    "/en/sign-in",
    "/en/nothing",
    "/entries/000000000000.json",
    "/feed.json?state=ZZ",
)


@pytest.fixture
def installation(store_urls: StoreUrls, tmp_path: Path) -> Iterator[Installation]:
    made = found(tmp_path, store_urls, REGISTRY_RELEASE_HOLD_DAYS="0,0", REGISTRY_RELEASE_HOUR="23")
    yield made
    made.server.stop()


def evidence() -> list[tuple[str, tuple[str, bytes, str]]]:
    """Files with the canary in name, content and metadata."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = CANARY.encode()
        archive.writestr(f"{CANARY}.txt", CANARY)
    return [
        ("files", (f"{CANARY}.txt", f"{CANARY} wrote this".encode(), "text/plain")),
        ("files", ("packed.zip", packed.getvalue(), "application/zip")),
    ]


def spoken(data: bytes) -> list[str]:
    return [part for part in PARTS if part.encode() in data or part.encode("utf-16-le") in data]


def test_planted_names_are_nowhere_public_and_nowhere_in_the_stores(installation: Installation) -> None:
    receipt = submit(installation, Telling(CANARY, evidence()))
    thread = Person(installation.url)
    thread.get("/en/receipt")
    thread.send(thread.form_with("receipt"), {"receipt": receipt})
    thread.send(thread.form_with("text"), {"text": f"{CANARY} was seen again"}, files=[("files", ("", b"", ""))])
    case, moderator = release(installation)
    moderator.get(case)
    moderator.press("/do/note", {"note": f"{CANARY}: call back"})
    assert CANARY in moderator.text

    with httpx.Client(base_url=installation.url, trust_env=False) as client:
        for accept in ("text/html", "application/json"):
            for path in SURFACES:
                answer = client.get(path, headers={"accept": accept})
                assert answer.status_code < 500, path
                assert not spoken(answer.content.replace(b"q=zuleyqua", b"").replace(b'value="zuleyqua"', b"")), path
        ref = client.get("/feed.json").json()["items"][0]["_registry"]["ref"]
        for path in (f"/en/entries/{ref}", f"/entries/{ref}.json"):
            answer = client.get(path)
            assert PUBLIC["title"] in answer.text
            assert not spoken(answer.content)
        nonsense = client.get("/en/entries?q=xqzzyplugh").text.replace("xqzzyplugh", "")
        assert client.get("/en/entries?q=zuleyqua").text.replace("zuleyqua", "") == nonsense

    for store in (installation.urls.casework, installation.urls.registry):
        data = kept_bytes(store)
        assert len(data) > 10_000
        assert not spoken(data)
    for name, data in installation.files().items():
        assert not spoken(data), name
        assert receipt.replace(" ", "").encode() not in data, name
    assert PUBLIC["title"].encode() in kept_bytes(installation.urls.registry)  # the search does find words


def age(identity: str, sealed: bytes, folder: Path) -> bytes:
    (folder / "identity").write_text(identity)
    (folder / "sealed").write_bytes(sealed)
    done = subprocess.run(
        ["age", "--decrypt", "--identity", folder / "identity", folder / "sealed"],
        capture_output=True,
        check=True,
    )
    return done.stdout


def test_the_escrow_key_and_the_stock_age_program_open_a_case(installation: Installation, tmp_path: Path) -> None:
    submit(installation, Telling(CANARY, evidence()))
    with sessionmaker(open_store(installation.urls.casework))() as session:
        escrow = session.scalars(select(Keyholder).where(Keyholder.kind == "escrow")).one()
        grant = session.scalars(select(Grant).where(Grant.keyholder_id == escrow.id)).one()
        submission = session.scalars(select(Submission)).one()
        attachments = session.scalars(select(Attachment)).all()
    case_key = age(installation.escrow_key, grant.sealed, tmp_path).decode()
    told = json.loads(age(case_key, submission.sealed, tmp_path))
    assert told["persons"][0]["name"] == CANARY
    for attachment in attachments:
        facts = json.loads(age(case_key, attachment.facts, tmp_path))
        content = age(case_key, attachment.sealed, tmp_path)[: facts["size"]]
        assert CANARY.encode() in content


def test_a_stolen_store_with_every_session_row_opens_nothing(installation: Installation) -> None:
    """No column of the casework store is, or holds, a private key, a password, a secret of TOTP or a token."""
    submit(installation, Telling(CANARY))
    for login in ("moderator-one", "moderator-two"):
        open_newest_case(signed_in(installation, login))
    told = [installation.people[login] for login in installation.people]
    secrets = [value for one in told for value in (one.passphrase, one.secret, one.token) if value]
    with open_store(installation.urls.casework).connect() as connection:
        for table in CaseworkBase.metadata.tables.values():
            for row in connection.execute(select(table)):
                for value in row:
                    data = value if isinstance(value, bytes) else str(value).encode()
                    assert b"AGE-SECRET-KEY" not in data, table.name
                    assert not [one for one in secrets if one.encode() in data], table.name


def test_nothing_tells_who_came(installation: Installation) -> None:
    """From an address of its own, with marks in every header: none is in a file, a store, or what was printed."""
    marks = {
        "user-agent": "Mark-Agent/77",
        "referer": "http://mark-referer.example/",
        "accept-language": "tlh-MARK",
        "x-forwarded-for": "203.0.113.77",
        "forwarded": "for=203.0.113.78",
    }
    person = Person(installation.url, headers=marks, local_address="127.0.0.77")
    receipt = submit(installation, Telling(CANARY), person)
    person.get("/en/entries?q=markquery")
    person.get("/en/receipt")
    person.send(person.form_with("receipt"), {"receipt": receipt})
    assert person.cookies == {}
    kept = (
        b"".join(installation.files().values())
        + kept_bytes(installation.urls.casework)
        + kept_bytes(installation.urls.registry)
    )
    for mark in (b"Mark-Agent", b"mark-referer", b"tlh-MARK", b"203.0.113.7", b"127.0.0.77", b"markquery"):
        assert mark not in kept
    assert installation.server.printed() == ""


def test_only_the_office_hears_what_only_the_office_may(installation: Installation) -> None:
    receipt = submit(installation, Telling(CANARY))
    one = signed_in(installation, "moderator-one")
    case = open_newest_case(one)
    one.press("/do/claim")
    one.get(case)
    one.press("/do/tell-office", {"office_summary": f"{CANARY} was summoned after a side event."})
    assert "A second moderator must agree" in one.text
    agree_to_telling(installation, case)
    address = f"{installation.url}/office/feed.json"
    token = installation.people["office"].token
    feed = httpx.get(address, headers={"authorization": f"Bearer {token}"})
    assert CANARY in feed.text
    assert feed.headers["cache-control"] == "no-store"
    again = {"authorization": f"Bearer {token}", "if-none-match": feed.headers["etag"]}
    assert httpx.get(address, headers=again).status_code == 304
    assert httpx.get(address).status_code == 401
    assert httpx.get(address, headers={"authorization": "Bearer " + token[:-1]}).status_code == 401
    assert httpx.get(f"{address}?token={token}").status_code == 401

    office = signed_in(installation, "office")
    office.follow("Aldemar")
    office.send(office.form_with("kind", "note"), {"kind": "letter", "note": "Written to the Mission."})
    assert "Letter or note to the State" in office.text
    one.get(case)
    assert "Written to the Mission." in one.text
    assert office.get("/en/desk").status_code == 403

    thread = Person(installation.url)
    thread.get("/en/receipt")
    thread.send(thread.form_with("receipt"), {"receipt": receipt})
    thread.send(thread.form_with("confirm"), {"confirm": "yes"})
    emptied = httpx.get(address, headers={"authorization": f"Bearer {token}"})
    assert CANARY not in emptied.text
    assert "withdrawn" in emptied.text
    assert re.search(r'"withdrawn": ?true', emptied.text)
