"""The drill: writers, a backup under them, a server killed, another folder, and what must and must not be there again."""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import subprocess
import time
from pathlib import Path

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.keys import sealed_keys
from app.sealing import unseal
from app.settings import Settings
from app.stores import open_store
from app.stores.casework import Attachment, Grant, Keyholder
from app.stores.objects import open_objects
from tests.defects.console import Console
from tests.journeys.acting import signed_in
from tests.journeys.installation import Installation, SignIn, environment_of
from tests.journeys.person import Person
from tests.operations.drill import (
    RESTORE_KEY,
    house,
    opens,
    public_titles,
    restore,
    second_place,
    withdraw,
    writers,
)
from tests.stores.test_files_of_the_first_version import FIXTURE
from tests.support.engines import StoreUrls, sqlite_urls
from tests.support.server import Server

PAGE = "/en/desk/standstill"


def assert_hashes_agree(server: Server, urls: StoreUrls, escrow_key: str) -> int:
    """What the sealed facts say of each file is what the sealed object holds, opened with the escrow key."""
    objects = open_objects(Settings(data_folder=Path(server.environment["REGISTRY_DATA_FOLDER"])))
    with Session(open_store(urls.casework, read_only=True)) as session:
        escrow = session.scalars(select(Keyholder.id).where(Keyholder.kind == "escrow")).one()
        rows = list(session.scalars(select(Attachment).where(Attachment.case_id.is_not(None))))
        for row in rows:
            grant = session.get_one(Grant, (row.case_id, escrow))
            keys = sealed_keys(session, str(row.case_id)).open(unseal(grant.sealed, escrow_key).decode())
            facts = keys.open(row.facts)
            content = keys.open_file(objects.get(row.object_id), int(facts["size"]))
            assert hashlib.sha256(content).hexdigest() == facts["sha256"]
    return len(rows)


def confirm(person: Person, *cases: str) -> str:
    person.get(PAGE)
    form = next(one for one in person.page.forms if any(value == "confirm" for _, value, _ in one.buttons))
    form.names.add("cases")  # also when the page offers none, as somebody would who wants to be two people
    person.send(form, {"cases": [case.rpartition("/")[2] for case in cases]}, button="confirm")
    return person.text


def press(person: Person, button: str) -> str:
    person.get(PAGE)
    form = next(one for one in person.page.forms if any(value == button for _, value, _ in one.buttons))
    person.send(form, {}, button=button)
    return person.text


def test_the_drill(store_urls: StoreUrls, tmp_path: Path) -> None:
    """Killed mid-write, restored elsewhere: what was acknowledged is there, what was withdrawn is not, nothing goes out."""
    here = house(tmp_path / "first", store_urls)
    server, backups = here.installation.server, tmp_path / "backups"
    backups.mkdir()
    try:
        here.case_of("Alma")
        here.case_of("Berta")
        here.console.run("release", "--now")
        here.case_of("Clara")
        with writers(here.installation) as receipts:
            while len(receipts) < 3:
                time.sleep(0.05)
            acknowledged = list(receipts)
            here.console.run("backup", str(backups / "one.age"))
            withdraw(server.url, here.receipts["Berta"])
            here.console.run("backup", str(backups / "two.age"))  # and with it what was withdrawn since the first
            server.stop(signal.SIGKILL)
    finally:
        server.stop(signal.SIGKILL)
        here.console.close()
    again, urls = second_place(tmp_path / "second", store_urls)
    done = restore(again, backups / "one.age")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 cases wait for two moderators" in done.stdout, done.stdout
    restored = Installation(again.start(), here.installation.people, here.installation.escrow_key, urls, tmp_path)
    console = Console(again._environment())
    try:
        for receipt in acknowledged:
            assert opens(again.url, receipt)
        assert assert_hashes_agree(again, urls, restored.escrow_key) >= len(acknowledged) + 3
        assert "verified" in console.run("verify")
        assert "everything is in order" in console.run("doctor")
        assert_nothing_withdrawn_returns(again, here.receipts["Berta"])
        assert_stands_still_until_two_agree(restored, console, here.cases)
    finally:
        console.close()
        again.stop()
    assert again.printed() == ""


def assert_nothing_withdrawn_returns(again: Server, receipt: str) -> None:
    titles = public_titles(again.url)
    assert "Alma was summoned" in titles
    assert "Berta was summoned" not in titles
    assert "It was withdrawn" in opens(again.url, receipt)


def goes_out(again: Server, console: Console) -> bool:
    """Whether what two people agreed to before the backup is public once the clock was hurried."""
    console.run("release", "--now")
    return "Clara was summoned" in public_titles(again.url)


def assert_stands_still_until_two_agree(restored: Installation, console: Console, cases: dict[str, str]) -> None:
    again = restored.server
    assert not goes_out(again, console)
    bearer = {"authorization": f"Bearer {restored.people['office'].token}"}
    assert httpx.get(f"{again.url}/office/feed.json", headers=bearer, trust_env=False).status_code == 503
    one, two = signed_in(restored, "moderator-one"), signed_in(restored, "moderator-two")
    waiting = (cases["Alma"], cases["Clara"])
    confirm(one, *waiting)
    assert "another moderator must too" in confirm(one, *waiting)  # the same person twice is one person
    confirm(two, waiting[0])
    assert not goes_out(again, console)
    confirm(two, waiting[1])
    assert "Somebody else must agree too" in press(one, "lift-restored")
    assert not goes_out(again, console)
    assert "After a restore" not in press(two, "lift-restored")
    assert goes_out(again, console)
    feed = httpx.get(f"{again.url}/office/feed.json", headers=bearer, trust_env=False)
    assert feed.status_code == 401  # tokens of before a restore are void: one may have been revoked since


def test_a_backup_of_the_first_version_is_lifted_and_two_people_stand_for_the_lost_ledger(tmp_path: Path) -> None:
    kept = FIXTURE / "sqlite"
    told = json.loads((kept / "secrets.json").read_text())
    old = tmp_path / "old"
    old.mkdir()
    for name in ("casework.sqlite", "registry.sqlite"):
        shutil.copy(kept / name, old / name)
    first = Server(
        tmp_path / "server", environment_of(old, sqlite_urls(old)) | {"REGISTRY_FORM_SECRET": told["form_secret"]}
    )
    assert "written" in first.command("backup", str(tmp_path / "a.age"), "--to", RESTORE_KEY.public)
    assert not (tmp_path / "ledger.age").exists()  # that program kept none
    again, urls = second_place(tmp_path / "second", sqlite_urls(old))
    one, two = (
        SignIn(login, person["passphrase"], person["totp"])
        for login, person in told["people"].items()
        if "moderator" in login
    )

    def attempt(first: SignIn, second: SignIn) -> subprocess.CompletedProcess[str]:
        typed = "".join(f"{who.passphrase}\n{who.code()}\n" for who in (first, second))
        return restore(again, tmp_path / "a.age", "--without-ledger", first.login, second.login, typed=typed)

    refused = restore(again, tmp_path / "a.age")
    assert (refused.returncode, "what was withdrawn since" in refused.stderr) == (1, True)
    alone = attempt(one, one)
    assert (alone.returncode, "not two people" in alone.stderr) == (1, True)
    one.used = 0  # the store of that attempt is gone, and with it what it knew of codes
    done = attempt(one, two)
    assert done.returncode == 0, done.stderr
    assert "standing still" in done.stdout
    assert assert_hashes_agree(again, urls, told["escrow"]) >= 2
    assert "verified" in again.command("verify")
    assert "everything is in order" in again.command("doctor")
