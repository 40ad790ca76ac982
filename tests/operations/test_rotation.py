"""The server's keys are turned while forms are open, releases wait and the server runs: nothing is lost."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.clock import today
from app.installation import Installation
from app.keyring import NAMES, Key, NoKeys, Ring, ServerKeys, bring_over, make_rings, parse, write_ring
from app.operations.doctor import _waiting_problems
from app.operations.rotate import retirable
from app.release.delivery import deliver_due
from app.settings import Settings
from app.stores.casework import Case, ReleaseOrder
from app.stores.registry import Record
from tests.building import add_moderator, add_order, build_house
from tests.cases.first_version import brought_up
from tests.journeys.acting import Telling, submit
from tests.journeys.installation import found
from tests.journeys.person import HtmlForm, Person
from tests.support.engines import StoreUrls, sqlite_urls
from tests.support.server import ROOT, Server

SECRET = "7a" * 32
NO_FILE = [("files", ("", b"", "application/octet-stream"))]


def receipt_shown(person: Person) -> str:
    assert person.response.status_code == 200, person.text
    shown = person.response.text.partition('class="receipt">')[2].partition("</p>")[0]
    return "".join(re.findall(r"\d", shown))


def send(url: str, form: HtmlForm, text: str) -> str:
    """Sends a form that was open, as a browser does again on reload. The receipt that came back."""
    person = Person(url)
    person.at = f"{url}/en/submit"
    person.send(form, {"what_happened": text}, files=NO_FILE)
    return receipt_shown(person)


def opens(url: str, receipt: str) -> bool:
    person = Person(url)
    person.get("/en/receipt")
    person.send(person.form_with("receipt"), {"receipt": receipt})
    return "We have it." in person.text


def test_forms_open_in_browsers_and_receipts_live_through_every_turn(tmp_path: Path) -> None:
    installation = found(tmp_path, sqlite_urls(tmp_path))
    url = installation.url
    try:
        old = submit(installation, Telling("Ines Varga"))
        pages = [Person(url) for _ in range(2)]
        for page in pages:
            page.get("/en/submit")
        first, second = (page.form_with("what_happened") for page in pages)
        before = send(url, first, "Here.")
        for name in (*NAMES, *NAMES):
            assert "is the newest of" in installation.server.command("rotate-key", name)
        assert send(url, first, "Here.") == before
        assert send(url, first, "Here, and there.") == before
        late = send(url, second, "Late.")
        assert send(url, second, "Late.") == late
        pages[0].get("/en/submit")
        fresh = pages[0].form_with("what_happened")
        made = dict(fresh.fields)["token"].partition(".")[0]
        assert made == ServerKeys.of(Settings(data_folder=installation.data)).form_tokens.newest.id
        assert made not in dict(first.fields)["token"]
        for receipt in (old, before, late, send(url, fresh, "New.")):
            assert opens(url, receipt)
        for name in NAMES:
            assert f"{name}: 0 retired, 3 left" in installation.server.command("rotate-key", name, "--retire")
    finally:
        installation.server.stop()
    assert installation.server.printed() == ""


def test_receipts_need_no_key_of_the_server_to_open(tmp_path: Path) -> None:
    """All rings gone and new ones made: whoever has a receipt is not kept out."""
    installation = found(tmp_path, sqlite_urls(tmp_path))
    receipt = submit(installation, Telling("Ines Varga"))
    try:
        for name in NAMES:
            (installation.data / f"{name}.keys").unlink()
        installation.server.command("init")
        assert opens(installation.url, receipt)
    finally:
        installation.server.stop()


@pytest.fixture
def waiting(store_urls: StoreUrls, tmp_path: Path) -> Installation:
    """A release that waits, decided under the first key."""
    installation = build_house(store_urls.casework, store_urls.registry, tmp_path / "data")
    with installation.casework.write() as session:
        add_order(installation, session, add_moderator(session, "one"), add_moderator(session, "two"), 3)
    return installation


def shown(installation: Installation) -> int:
    with installation.registry.read() as session:
        return session.scalar(select(func.count()).select_from(Record)) or 0


def command_of(installation: Installation) -> Server:
    """Commands on the same stores and keys."""
    settings = installation.settings
    return Server(
        settings.data_folder / "server",
        {
            "REGISTRY_DATA_FOLDER": str(settings.data_folder),
            "REGISTRY_CASEWORK_URL": settings.casework_address,
            "REGISTRY_REGISTRY_URL": settings.registry_address,
            "REGISTRY_DEMO": "true",
        },
    )


def test_the_doctor_misses_the_key_of_a_release_that_waits(waiting: Installation) -> None:
    file = waiting.keys.orders.file
    kept = file.read_text()
    assert not _waiting_problems(waiting.settings)
    file.unlink()
    command_of(waiting).command("init")
    assert [one[:24] for one in _waiting_problems(waiting.settings)] == ["1 releases wait under a "]
    file.write_text(file.read_text() + kept)
    assert not _waiting_problems(waiting.settings)
    assert deliver_due(waiting, today(), everything=True) == 1


def test_a_release_that_waits_goes_out_after_turns_and_only_then_its_key_may_go(waiting: Installation) -> None:
    server = command_of(waiting)
    needed = waiting.keys.orders.newest.id
    for _ in range(2):
        server.command("rotate-key", "orders")
    followed_yesterday(waiting.keys.orders)
    assert "1 retired, 2 left" in server.command("rotate-key", "orders", "--retire")
    assert needed in {key.id for key in waiting.keys.orders.keys}
    assert deliver_due(waiting, today(), everything=True) == 1
    assert shown(waiting) == 1
    assert "1 retired, 1 left" in server.command("rotate-key", "orders", "--retire")


def followed_yesterday(ring: Ring) -> None:
    """As if the last turns had been some days ago."""
    write_ring(ring.file, tuple(Key(key.id, key.made_on - timedelta(days=4), key.secret) for key in ring.keys))


def test_a_key_that_was_followed_today_is_not_retired(waiting: Installation) -> None:
    """A release decided in the moment of the turn may not be in the store yet."""
    with waiting.casework.write() as session:
        session.delete(session.scalars(select(ReleaseOrder)).one())
    waiting.keys.orders.turn()
    for name in NAMES:
        assert retirable(waiting, name) == set()
    followed_yesterday(waiting.keys.orders)
    assert len(retirable(waiting, "orders")) == 1


def test_turns_at_once_lose_no_key_and_nobody_reads_half_a_ring(tmp_path: Path) -> None:
    write_ring(tmp_path / "orders.keys", (Key.new(),))
    read = Ring(tmp_path / "orders.keys", None, None)
    first = read.newest

    def act(number: int) -> str:
        if number % 2:
            assert read.get(first.id) == first.secret
            return ""
        return Ring(tmp_path / "orders.keys", None, None).turn().id

    with ThreadPoolExecutor(8) as pool:
        made = {one for one in pool.map(act, range(40)) if one}
    assert {key.id for key in read.keys} == made | {first.id}
    assert [one.name for one in tmp_path.iterdir()] == ["orders.keys"]
    assert stat.S_IMODE((tmp_path / "orders.keys").stat().st_mode) == 0o600


def test_killed_at_any_moment_of_a_turn_the_ring_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    write_ring(tmp_path / "orders.keys", (Key.new(),))
    program = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom app.keyring import Ring\n"
        "real = getattr(os, sys.argv[2]) if sys.argv[2] == 'fsync' else Path.replace\n"
        "def dying(*given):\n"
        "    if sys.argv[3] == 'after': real(*given)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "if sys.argv[2] == 'fsync': os.fsync = dying\n"
        "else: Path.replace = dying\n"
        "Ring(Path(sys.argv[1]), None, None).turn()\n"
    )
    for place in ("fsync", "replace"):
        for moment in ("before", "after"):
            before = parse((tmp_path / "orders.keys").read_text())
            command = [sys.executable, "-c", program, str(tmp_path / "orders.keys"), place, moment]
            assert subprocess.run(command, cwd=ROOT, check=False).returncode == -9
            after = parse((tmp_path / "orders.keys").read_text())
            assert after[-len(before) :] == before
    Ring(tmp_path / "orders.keys", None, None).turn()
    assert [one.name for one in tmp_path.iterdir()] == ["orders.keys"]  # no key is left in a file that nobody knows


def test_the_first_versions_secret_becomes_the_oldest_key_of_each_ring(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path)
    old = tmp_path / "form.secret"
    old.write_text(SECRET + "\n")
    write_ring(tmp_path / "receipts.keys", (Key.new(),))  # made before the old file was put in its place
    kept = ServerKeys.of(settings).receipts.newest
    for _ in range(2):
        bring_over(settings)
    keys = ServerKeys.of(settings)
    assert keys.receipts.newest == kept
    assert {keys.ring(name).get("0") for name in NAMES} == {bytes.fromhex(SECRET)}
    assert not old.exists()
    assert not [one for one in tmp_path.iterdir() if stat.S_IMODE(one.stat().st_mode) & 0o077]


def test_keys_may_be_settings_and_a_command_never_changes_those(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = f"0a0b0c0d 2026-11-02 {'11' * 32},0 1970-01-01 {'22' * 32}"
    for name in ("RECEIPT_KEYS", "FORM_TOKEN_KEYS", "ORDER_KEYS"):
        monkeypatch.setenv(f"REGISTRY_{name}", ring)
    settings = Settings(data_folder=tmp_path)
    make_rings(settings)
    keys = ServerKeys.of(settings)
    assert keys.orders.newest.id == "0a0b0c0d"
    assert keys.receipts.get("0") == bytes.fromhex("22" * 32)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(NoKeys):
        keys.orders.turn()


@pytest.mark.parametrize("text", ["", "x", f"0a0b0c0d 2026-11-02 {'11' * 31}", f"0 1970-01-01 {'22' * 32}\n" * 2])
def test_a_damaged_ring_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "orders.keys").write_text(text)
    with pytest.raises(NoKeys):
        _ = Ring(tmp_path / "orders.keys", None, None).newest


def test_a_store_of_the_first_version_keeps_its_promises_after_turns(store_urls: StoreUrls, tmp_path: Path) -> None:
    """The release that waited since the first version goes out, and its receipts open, whatever was turned."""
    first = brought_up(store_urls, tmp_path)
    kept = [one.name for one in first.data.iterdir() if one.is_file() and not one.name.startswith("readings.sqlite")]
    assert sorted(kept) == [f"{name}.keys" for name in sorted(NAMES)]
    for name in NAMES:
        assert first.server.command("rotate-key", name)
    with first.installation.casework.read() as session:
        scheduled = set(session.scalars(select(Case.id).where(Case.status == "scheduled")))
    assert scheduled
    deliver_due(first.installation, today(), everything=True)
    with first.installation.casework.read() as session:
        assert {session.get_one(Case, one).status for one in scheduled} == {"published"}
    server = first.server.start()
    try:
        for receipt in first.receipts:
            person = Person(server.url)
            person.get("/en/receipt")
            assert person.send(person.form_with("receipt"), {"receipt": receipt}).status_code == 200
            assert person.form_with("text")
    finally:
        server.stop()
