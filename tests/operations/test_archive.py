"""What a backup is as a file, and what is refused: below the commands, so that each attack is quick."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from app.clock import today
from app.installation import UNFINISHED, Installation, restore_unfinished
from app.operations import backup as backing_up
from app.operations import restore as restoring
from app.operations.archive import BadArchive, write_archive
from app.operations.backup import CannotBackUp, back_up
from app.operations.ledger import NAME, read_ledger
from app.operations.loading import CannotRestore
from app.operations.moment import one_moment
from app.operations.restore import restore
from app.release.delivery import deliver
from app.sealing import KeyPair
from app.settings import Settings
from app.stores import open_store
from app.stores.casework import Case, CaseworkBase, ReleaseOrder
from app.stores.migrating import stores_of
from app.stores.registry import RegistryBase
from tests.building import add_moderator, add_order, build_house
from tests.support.engines import StoreUrls, sqlite_urls
from tests.support.server import ROOT
from tests.support.templates import new_urls

KEY = KeyPair.new()


def some_house(urls: StoreUrls, folder: Path, releases: int = 2) -> Installation:
    """Stores with decided releases that wait, an escrow key, and a sealed file of nobody's case."""
    made = build_house(urls.casework, urls.registry, folder / "data", backup_keys=(KEY.public,))
    with made.casework.write() as session:
        session.execute(
            text("INSERT INTO keyholder (id, kind, public_key) VALUES ('e', 'escrow', :key)"),
            {"key": KeyPair.new().public},
        )
        one, two = add_moderator(session, "one"), add_moderator(session, "two")
        for _ in range(releases):
            add_order(made, session, one, two)
    return made


def elsewhere(folder: Path, like: StoreUrls, **settings: Any) -> Settings:
    urls = new_urls(like)
    given = {"demo": True, "data_folder": folder, "casework_url": urls.casework, "registry_url": urls.registry}
    return Settings.model_validate(given | settings)


def content(settings: Settings) -> dict[str, set[tuple[Any, ...]]]:
    """Every row of both stores but what a restore changes on purpose."""
    found = {}
    for store, base in (("casework", CaseworkBase), ("registry", RegistryBase)):
        engine = open_store(stores_of(settings)[store], read_only=True)  # type: ignore[index]
        with engine.connect() as connection:
            for table in base.metadata.sorted_tables:
                if table.name not in ("standstill", "unconfirmed_case", "data_version"):
                    found[table.name] = {tuple(row) for row in connection.execute(select(table))}
        engine.dispose()
    return found


def test_every_row_comes_back_on_the_same_engine(store_urls: StoreUrls, tmp_path: Path) -> None:
    made = some_house(store_urls, tmp_path)
    with made.casework.read() as session:
        first, _ = session.scalars(select(ReleaseOrder.id)).all()
    deliver(made, first, today())
    back_up(made.settings, tmp_path / "a.age")
    again = elsewhere(tmp_path / "again", store_urls)
    done = restore(again, tmp_path / "a.age", KEY.private, [tmp_path / NAME])
    assert (done.made_on, done.to_confirm, done.taken_back) == (today(), 2, 0)
    assert content(again) == content(made.settings)
    assert (again.data_folder / "orders.keys").read_text() == (made.settings.data_folder / "orders.keys").read_text()
    assert not restore_unfinished(again)


def test_and_on_the_other_engine(cluster: Any, tmp_path: Path) -> None:
    made = some_house(sqlite_urls(tmp_path), tmp_path)
    back_up(made.settings, tmp_path / "a.age")
    again = elsewhere(tmp_path / "again", StoreUrls("postgresql", cluster.url("postgres"), ""))
    restore(again, tmp_path / "a.age", KEY.private, [tmp_path / NAME])
    assert content(again) == content(made.settings)


def test_both_stores_are_of_one_moment_while_the_door_is_busy(store_urls: StoreUrls, tmp_path: Path) -> None:
    """No arrival without its leaf, no leaf without its order: in every snapshot a state that a crash could have left."""
    made = some_house(store_urls, tmp_path, releases=12)
    with made.casework.read() as session:
        orders = list(session.scalars(select(ReleaseOrder.id)))
    carrying = threading.Thread(target=lambda: [deliver(made, order, today()) for order in orders])
    carrying.start()
    seen: set[int] = set()
    until = time.monotonic() + 60
    while carrying.is_alive() and time.monotonic() < until:
        with one_moment(stores_of(made.settings)) as moment:
            known = moment["casework"].execute(text("SELECT id, delivered FROM release_order")).all()
            leaves = set(moment["registry"].scalars(text("SELECT release_id FROM log_leaf")))
        assert {order for order, delivered in known if delivered} <= leaves <= {order for order, _ in known}
        seen.add(len(leaves))
    carrying.join()
    assert len(seen) > 2  # snapshots were taken in between


def test_the_stock_program_opens_it_and_it_tells_nothing_by_size_or_time(tmp_path: Path) -> None:
    made = some_house(sqlite_urls(tmp_path), tmp_path, releases=0)
    for name, more in (("none", 0), ("some", 40)):
        folder = tmp_path / name
        folder.mkdir()
        with made.casework.write() as session:
            one, two = add_moderator(session, f"one {name}"), add_moderator(session, f"two {name}")
            for _ in range(more):
                add_order(made, session, one, two)
        back_up(made.settings, folder / "a.age")
    seen = [
        [(one.name, one.stat().st_size, one.stat().st_mtime, one.stat().st_mode) for one in sorted(folder.iterdir())]
        for folder in (tmp_path / "none", tmp_path / "some")
    ]
    assert seen[0] == seen[1]
    assert {name for name, *_ in seen[0]} == {"a.age", NAME}
    (tmp_path / "restore.key").write_text(KEY.private)
    command = f"age --decrypt --identity {tmp_path}/restore.key {tmp_path}/some/a.age | tar --extract --directory {tmp_path}/none"
    subprocess.run(["bash", "-o", "pipefail", "-c", command], check=True, capture_output=True)
    assert len((tmp_path / "none/casework/case/000000.jsonl").read_text().splitlines()) == 41


def test_what_fails_in_the_middle_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = some_house(sqlite_urls(tmp_path), tmp_path)
    back_up(made.settings, tmp_path / "a.age")
    before = (tmp_path / "a.age").read_bytes()

    def breaks(*_: object) -> Any:
        yield "objects/one", b"x" * 2**20
        raise OSError("no room")

    monkeypatch.setattr(backing_up, "_files", breaks)
    for name in ("a.age", "b.age"):
        with pytest.raises(OSError, match="no room"):
            back_up(made.settings, tmp_path / name)
    assert (tmp_path / "a.age").read_bytes() == before
    assert not list(tmp_path.glob("*b.age*")) + list(tmp_path.glob(".*part"))


def test_killed_in_the_middle_it_leaves_nothing_under_its_name_and_the_next_one_clears_up(tmp_path: Path) -> None:
    slow = (
        "import sys, time\nfrom pathlib import Path\nfrom app.operations.archive import write_archive\n"
        "def members():\n    yield 'a', bytes(2**20)\n    print('half', flush=True)\n    time.sleep(60)\n"
        "write_archive(Path(sys.argv[1]), members(), [sys.argv[2]])\n"
    )
    file = tmp_path / "a.age"
    with subprocess.Popen(
        [sys.executable, "-c", slow, str(file), KEY.public], stdout=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half\n"
        process.kill()
    assert [one.name.startswith(".a.age.") for one in tmp_path.iterdir()] == [True]
    write_archive(file, [("a", b"")], [KEY.public], 2**16)
    assert list(tmp_path.iterdir()) == [file]


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    """An installation that was backed up to a.age."""
    made = some_house(sqlite_urls(tmp_path), tmp_path)
    back_up(made.settings, tmp_path / "a.age")
    return made


def test_what_is_no_whole_backup_is_refused(made: Installation, tmp_path: Path) -> None:
    whole = (tmp_path / "a.age").read_bytes()
    (tmp_path / "short.age").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "changed.age").write_bytes(whole[:5000] + b"\0" + whole[5001:])
    (tmp_path / "text.age").write_bytes(b"not a backup")
    write_archive(tmp_path / "other.age", [("other", b"")], [KEY.public], 2**16)
    again = elsewhere(tmp_path / "again", sqlite_urls(tmp_path))
    for name in ("short", "changed", "text", "other"):
        with pytest.raises(BadArchive):
            restore(again, tmp_path / f"{name}.age", KEY.private, [tmp_path / NAME])
    for key in (KeyPair.new().private, "AGE-SECRET-KEY-1WRONG", ""):
        with pytest.raises(BadArchive):
            restore(again, tmp_path / "a.age", key, [tmp_path / NAME])
    restore(again, tmp_path / "a.age", KEY.private, [tmp_path / NAME])  # whatever was left is no hindrance


def test_nothing_is_restored_over_something(made: Installation, tmp_path: Path) -> None:
    before = content(made.settings)
    with pytest.raises(CannotRestore, match="not empty"):
        restore(made.settings, tmp_path / "a.age", KEY.private, [tmp_path / NAME])
    assert content(made.settings) == before
    assert not restore_unfinished(made.settings)


def test_a_restore_that_was_killed_serves_nothing_and_is_run_again(
    store_urls: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = some_house(store_urls, tmp_path)
    back_up(made.settings, tmp_path / "a.age")
    again = elsewhere(tmp_path / "again", store_urls)
    for place in ("freeze", "replay", "hide_now"):
        with monkeypatch.context() as patch:
            patch.setattr(restoring, place, _killed)
            with pytest.raises(KeyboardInterrupt):
                restore(again, tmp_path / "a.age", KEY.private, [tmp_path / NAME])
        assert (again.data_folder / UNFINISHED).exists()
    refused = subprocess.run(
        [sys.executable, "-m", "app.cli", "serve", "--port", "0"],
        env={
            "REGISTRY_DATA_FOLDER": str(again.data_folder),
            "REGISTRY_CASEWORK_URL": again.casework_address,
            "REGISTRY_REGISTRY_URL": again.registry_address,
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (refused.returncode, "restore was begun" in refused.stderr) == (1, True)
    restore(again, tmp_path / "a.age", KEY.private, [tmp_path / NAME])
    assert content(again) == content(made.settings)


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_too_old_a_backup_is_refused(made: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.operations.loading.today", lambda: today() + timedelta(days=36))
    again = elsewhere(tmp_path / "again", sqlite_urls(tmp_path))
    with pytest.raises(CannotRestore, match="after 35 days none is restored"):
        restore(again, tmp_path / "a.age", KEY.private, [tmp_path / NAME])
    assert not again.data_folder.exists()


def test_without_a_ledger_or_with_one_that_is_older_it_is_refused(made: Installation, tmp_path: Path) -> None:
    again = elsewhere(tmp_path / "again", sqlite_urls(tmp_path))
    with pytest.raises(CannotRestore, match="what was withdrawn since"):
        restore(again, tmp_path / "a.age", KEY.private, [])
    shutil.copy(tmp_path / NAME, tmp_path / "old.age")
    time.sleep(1.1)
    back_up(made.settings, tmp_path / "a.age")
    with pytest.raises(CannotRestore, match="older than the backup"):
        restore(again, tmp_path / "a.age", KEY.private, [tmp_path / "old.age"])
    assert not again.data_folder.exists()


def test_what_was_taken_back_since_is_taken_back_again(store_urls: StoreUrls, tmp_path: Path) -> None:
    """Withdrawn, suspended, corrected since, an account ended: each by its random id alone."""
    made = some_house(store_urls, tmp_path, releases=3)
    with made.casework.read() as session:
        orders = list(session.execute(select(ReleaseOrder.id, ReleaseOrder.case_id)))
    for order, _ in orders:
        deliver(made, order, today())
    back_up(made.settings, tmp_path / "a.age")
    gone, hidden, corrected = (case for _, case in orders)
    with made.casework.write() as session:
        session.execute(text("UPDATE account SET active = :no WHERE login = 'two'"), {"no": False})
        session.execute(
            text("UPDATE \"case\" SET status = 'withdrawn', live = :no WHERE id = :id"), {"no": False, "id": gone}
        )
        session.execute(
            text("UPDATE \"case\" SET status = 'suspended', live = :no WHERE id = :id"), {"no": False, "id": hidden}
        )
        ref = session.get_one(Case, corrected).entry_ref
    with made.registry.write() as session:
        session.execute(text("UPDATE record SET version = 2 WHERE ref = :ref"), {"ref": ref})
    (tmp_path / "later").mkdir()
    back_up(made.settings, tmp_path / "later" / "b.age")
    again = elsewhere(tmp_path / "again", store_urls)
    done = restore(again, tmp_path / "a.age", KEY.private, [tmp_path / NAME, tmp_path / "later" / NAME])
    assert (done.taken_back, done.to_confirm) == (4, 0)
    with open_store(again.casework_address).connect() as connection:
        statuses: dict[str, str] = dict(connection.execute(text('SELECT id, status FROM "case"')).all())
        active: dict[str, bool] = dict(connection.execute(text("SELECT login, active FROM account")).all())
    assert statuses == {gone: "withdrawn", hidden: "suspended", corrected: "suspended"}
    assert {login: bool(one) for login, one in active.items()} == {"one": True, "two": False}
    with open_store(again.registry_address).connect() as connection:
        assert not any(connection.scalars(text("SELECT shown FROM record")))


def test_the_ledger_names_nobody(made: Installation, tmp_path: Path) -> None:
    ledger = read_ledger(tmp_path / NAME, KEY.private)
    with made.casework.read() as session:
        known = set(session.scalars(select(Case.id)))
    assert set(ledger.cases) <= known
    assert (made.settings.data_folder / NAME).exists()  # the second place


def test_a_key_that_is_none_and_a_house_without_escrow_are_refused(tmp_path: Path) -> None:
    made = build_house(f"sqlite:///{tmp_path}/c.sqlite", f"sqlite:///{tmp_path}/r.sqlite", tmp_path / "data")
    with pytest.raises(CannotBackUp, match="escrow"):
        back_up(made.settings, tmp_path / "a.age")
    made = some_house(sqlite_urls(tmp_path), tmp_path)
    with pytest.raises(CannotBackUp, match="not a public key"):
        back_up(made.settings, tmp_path / "a.age", also_to=("age1nothing",))
    assert not list(tmp_path.glob("*.age"))
