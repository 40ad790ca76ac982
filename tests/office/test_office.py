"""The Office over HTTP: what it is told, by token and at its desk, and what becomes of that when consent is taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from app.clock import today
from app.identity.accounts import issue_office_token
from app.sealing import derive, lookup, unwrap
from app.stores import open_store
from app.stores.casework import OfficeToken
from tests.cases.stolen import StolenStore
from tests.journeys.acting import (
    PUBLIC,
    Telling,
    agree_to_telling,
    approve,
    propose,
    signed_in,
    submit,
)
from tests.journeys.installation import Installation, SignIn, found
from tests.journeys.person import HtmlForm, Person
from tests.support.engines import StoreUrls

NAME = "Ines Varga"
TOLD = "A lawyer was questioned about her statement; she asks that the President raises it."


@pytest.fixture
def installation(store_urls: StoreUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = found(
        tmp_path_factory.mktemp("office"),
        store_urls,
        REGISTRY_RELEASE_HOLD_DAYS="0,0",
        REGISTRY_RELEASE_HOUR="23",
    )
    yield made
    assert made.server.printed() == ""
    made.server.stop()


def ask(installation: Installation, token: str, query: str = "", **headers: str) -> httpx.Response:
    return httpx.get(
        f"{installation.url}/office/feed.json{query}",
        headers={"authorization": f"Bearer {token}", **headers},
        trust_env=False,
    )


def confidential(answer: httpx.Response) -> list[dict[str, object]]:
    items = [item["_registry"] for item in answer.json()["items"]]
    return [item for item in items if item.get("confidential")]


def told(installation: Installation) -> tuple[Person, str]:
    """A case of which the Office was told; its moderator, and its address."""
    submit(installation, Telling(NAME))
    one = signed_in(installation, "moderator-one")
    one.get("/en/desk?status=received")
    case = next(link for link, _ in one.page.links if "/desk/cases/" in link)
    act(one, case, "/do/claim")
    act(one, case, "/do/tell-office", office_summary=TOLD, names="yes")
    assert "The Office was told" in one.text, one.text
    item, *_ = confidential(ask(installation, installation.people["office"].token))
    assert NAME not in json.dumps(item)
    agree_to_telling(installation, case)
    return one, case


def act(person: Person, case: str, action: str, **values: str) -> None:
    person.get(case)
    person.press(action, dict(values))


def test_the_office_is_told_by_token_and_by_nothing_else(installation: Installation) -> None:
    told(installation)
    token = installation.people["office"].token
    answer = ask(installation, token)
    (item,) = confidential(answer)
    assert (item["summary"], item["state_alleged"], item["entry_ref"]) == (TOLD, "XA", None)
    assert [person["name"] for person in item["persons"]] == [NAME]  # type: ignore[attr-defined]
    assert answer.headers["cache-control"] == "no-store"
    assert ask(installation, token, **{"if-none-match": answer.headers["etag"]}).status_code == 304
    quiet = ask(installation, token, f"?since={item['position']}")
    assert confidential(quiet) == []
    assert answer.json()["_registry"]["cursor"] == quiet.json()["_registry"]["cursor"] == item["position"]
    for wrong in ("x", token[:-1], token + "x"):
        refused = ask(installation, wrong)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Bearer")
        assert TOLD not in refused.text
    plain = httpx.get(f"{installation.url}/office/feed.json?token={token}", trust_env=False)
    assert plain.status_code == 401
    for query in (
        "?since=abc",
        "?since=-1",
        "?since=99999999999999999999",
        "?since=4294967296",
        "?since=%00",
        "?after=%00",
        "?after=forged",
        f"?token={token}",
    ):
        assert 400 <= ask(installation, token, query).status_code < 500, query
    assert TOLD not in httpx.get(f"{installation.url}/feed.json", trust_env=False).text
    described = httpx.get(f"{installation.url}/openapi.json", trust_env=False).json()
    assert described["paths"]["/office/feed.json"]["get"]["security"] == [{"HTTPBearer": []}]


def test_a_token_is_dead_at_once_after_it_was_revoked(installation: Installation) -> None:
    old = installation.people["office"].token
    office = signed_in(installation, "office")
    office.get("/en/account")
    office.send(tokens(office)[-1], button="issue")
    new = office.response.text.partition("This is shown once:")[2].partition('class="code">')[2].partition("<")[0]
    assert ask(installation, new).status_code == ask(installation, old).status_code == 200
    assert office.text.count("ends on") == 2
    office.send(next(form for form in tokens(office) if ("token", lookup_of(new)) in form.fields), button="revoke")
    assert (ask(installation, new).status_code, ask(installation, old).status_code) == (401, 200)
    office.send(tokens(office)[-1], button="revoke-all")
    assert ask(installation, old).status_code == 401


def tokens(office: Person) -> list[HtmlForm]:
    """The forms about tokens of the page: one for each, and one for a new one."""
    return [form for form in office.page.forms if form.action.endswith("/account/token")]


def lookup_of(token: str) -> str:
    return lookup(token.encode(), "office-token")


def test_a_token_ends_after_half_a_year(installation: Installation) -> None:
    token = installation.people["office"].token
    with open_store(installation.urls.casework).begin() as connection:
        (ends,) = connection.scalars(select(OfficeToken.expires_on)).all()
        assert timedelta(days=180) < ends - today() < timedelta(days=185)
        connection.execute(update(OfficeToken).values(expires_on=today()))
    assert ask(installation, token).status_code == 200
    with open_store(installation.urls.casework).begin() as connection:
        connection.execute(update(OfficeToken).values(expires_on=today() - timedelta(days=1)))
    assert ask(installation, token).status_code == 401


def test_the_office_is_told_nothing_of_the_state_of_its_president(installation: Installation) -> None:
    """Neither of what names it from now on, nor of what it was told before that State had the presidency."""
    one, case = told(installation)
    office = signed_in(installation, "office")
    office.get("/en/office")
    item = next(link for link, words in office.page.links if "/office/items/" in link)
    installation.server.stop()
    installation.server.environment["REGISTRY_PRESIDENCY_STATE"] = "XB"  # where it happened
    installation.server.start()
    assert confidential(ask(installation, installation.people["office"].token)) == []
    office.get("/en/office")
    assert TOLD not in office.text
    assert "There is no confidential item." in office.text
    assert office.get(item).status_code == 404
    act(one, case, "/do/tell-office", office_summary=TOLD, names="yes")
    assert one.response.status_code == 409
    assert "names the State of the President in office" in one.text


def second_member(installation: Installation) -> SignIn:
    """Another account of the Office, with a key and a token of its own."""
    installation.add("office-two", "office", "moderator-one", "moderator-two")
    new = installation.cast.people["office-two"]
    with installation.cast.installation.casework.write() as session:
        token = issue_office_token(session, new.account_id, new.private_key)
    installation.people["office-two"].token = token
    return installation.people["office-two"]


def test_whoever_left_the_office_opens_nothing_that_it_is_told_later(
    installation: Installation, tmp_path: Path
) -> None:
    """The judge is the stock age program, with the key that their token held and a copy of the whole store."""
    second = second_member(installation)
    told(installation)
    assert confidential(ask(installation, second.token))[0]["summary"] == TOLD
    with open_store(installation.urls.casework, read_only=True).connect() as connection:
        wrapped = connection.scalar(
            select(OfficeToken.wrapped).where(OfficeToken.lookup == lookup(second.token.encode(), "office-token"))
        )
    key = unwrap(wrapped or b"", derive(second.token.encode(), "office-token"), "office-token").decode()
    installation.server.command("user", "suspend", "office-two", typed=installation.escrow_key)
    assert ask(installation, second.token).status_code == 401
    assert "Name, password or code is not right" in refused_sign_in(installation, second).text
    told(installation)
    assert len(confidential(ask(installation, installation.people["office"].token))) == 2
    opened = StolenStore(installation.urls.casework, tmp_path / "thief").opened_by(key).decode()
    assert opened.count(TOLD) == 1


def refused_sign_in(installation: Installation, who: SignIn) -> Person:
    person = Person(installation.url)
    person.get("/en/sign-in")
    person.send(person.form_with("password"), {"login": who.login, "password": who.passphrase, "code": who.code()})
    assert person.response.status_code == 401
    return person


def test_whoever_comes_to_the_office_reads_what_is_told_from_then_on(installation: Installation) -> None:
    """And earlier items once a member who can open them acts on them."""
    told(installation)
    second = second_member(installation)
    assert confidential(ask(installation, second.token)) == []
    newcomer = signed_in(installation, "office-two")
    assert (newcomer.get("/en/office").status_code, TOLD in newcomer.text) == (200, False)
    office = signed_in(installation, "office")
    office.follow("Aldemar")
    office.send(office.form_with("kind", "note"), {"kind": "letter", "note": "Sent to the mission."})
    assert len(confidential(ask(installation, second.token))) == 1
    newcomer.get("/en/office")
    newcomer.follow("Aldemar")
    assert "Sent to the mission." in newcomer.text
    told(installation)
    assert len(confidential(ask(installation, second.token))) == 2


def test_what_the_office_did_is_read_by_the_desk_and_the_public_entry_by_the_office(
    installation: Installation,
) -> None:
    one, case = told(installation)
    office = signed_in(installation, "office")
    office.follow("Aldemar")
    assert TOLD in office.text
    office.send(office.form_with("kind", "note"), {"kind": "nonsense", "note": "typed"})
    assert (office.response.status_code, office.dead_ends) == (422, [])
    assert "typed" in office.text
    office.send(office.form_with("kind", "note"), {"kind": "letter", "note": "Sent to the mission."})
    assert "Sent to the mission." in office.text
    one.get(case)
    assert "Sent to the mission." in one.text
    assert "Public entry" not in office.text
    propose(one, case, **PUBLIC)
    approve(signed_in(installation, "moderator-two"), case)
    installation.server.command("release", "--now")
    item, *_ = confidential(ask(installation, installation.people["office"].token))
    office.get("/en/office")
    office.follow("Aldemar")
    office.follow(str(item["entry_ref"]))
    assert PUBLIC["title"] in office.text


def test_consent_taken_back_leaves_the_office_a_tombstone_that_says_nothing(
    installation: Installation,
) -> None:
    one, case = told(installation)
    token = installation.people["office"].token
    (before,) = confidential(ask(installation, token))
    one.get(case)
    one.press("/people", {"persons-0-uses": ["keep_on_file"]})
    answer = ask(installation, token, f"?since={before['position']}")
    (after,) = confidential(answer)
    assert (after["ref"], after["withdrawn"]) == (before["ref"], True)
    assert set(after) == {"confidential", "ref", "position", "withdrawn"}
    for words in (NAME, TOLD, "Aldemar", "XA"):
        assert words not in json.dumps(answer.json()["items"][0])
    office = signed_in(installation, "office")
    assert TOLD not in office.text
    office.get(f"/en/office/items/{after['ref']}")
    assert "This item was withdrawn" in office.text
    assert TOLD not in office.text


def test_the_office_is_handed_over_to_whoever_comes_and_closed_to_whoever_left(
    installation: Installation, tmp_path: Path
) -> None:
    """Item by item, with what was recorded; the judge of who left is the stock age program."""
    told(installation)
    outgoing = signed_in(installation, "office")
    outgoing.follow("Aldemar")
    outgoing.send(outgoing.form_with("kind", "note"), {"kind": "letter", "note": "Sent to the mission."})
    left = installation.people["office"].token
    with open_store(installation.urls.casework, read_only=True).connect() as connection:
        wrapped = connection.scalar(select(OfficeToken.wrapped).where(OfficeToken.lookup == lookup_of(left)))
    key = unwrap(wrapped or b"", derive(left.encode(), "office-token"), "office-token").decode()
    second_member(installation)
    incoming = signed_in(installation, "office-two")
    assert TOLD not in incoming.text
    outgoing.get("/en/office")
    outgoing.press("/en/office")
    assert "Everything that you can open is sealed anew" in outgoing.text
    incoming.get("/en/office")
    incoming.follow("Aldemar")
    assert TOLD in incoming.text
    assert "Sent to the mission." in incoming.text
    installation.server.command("user", "suspend", "office", typed=installation.escrow_key + "\n")
    assert ask(installation, left).status_code == 401
    incoming.get("/en/office")
    incoming.press("/en/office")
    opened = StolenStore(installation.urls.casework, tmp_path / "thief").opened_by(key).decode()
    assert TOLD not in opened
    assert "Sent to the mission." not in opened
    incoming.get("/en/office")
    assert TOLD in incoming.text
