"""Migrations go up and down with data on both engines, and end where the models are."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Date, Integer, LargeBinary, Table, func, insert, inspect, select, update
from sqlalchemy.exc import DBAPIError

from app.clock import today
from app.problems import NotFound
from app.sealing import derive, unwrap, wrap
from app.settings import Settings
from app.stores import open_store
from app.stores.casework import TOKEN_DAYS, CaseworkBase, ReleaseOrder
from app.stores.migrating import ROOT, StoreName, head, migrate, revision_of
from app.stores.objects import Objects, open_objects
from app.stores.readings import ReadingsBase
from app.stores.registry import RegistryBase
from tests.support.engines import StoreUrls

STORES: list[tuple[StoreName, Any]] = [
    ("casework", CaseworkBase),
    ("registry", RegistryBase),
    ("readings", ReadingsBase),
]
KNOWN = {
    "kind": "published",
    "status": "received",
    "urgency": "normal",
    "relation": "alleged",
    "direction": "from_submitter",
    "role": "moderator",
    "aside": "kept",
    "wanted": "add",
    "uncovered": False,  # is worked out anew by the desk
    "founder": False,  # the earlier program knows none, and nobody who waits
    "waiting_until": None,
}
BY_TABLE: dict[str, dict[str, Any]] = {
    "keyholder": {"kind": "moderator"},
    "account_request": {"kind": "recover", "state": "done"},
    "standstill": {"kind": "restored"},
    "erasure": {"asked_by": None, "agreed_by": None},
    "office_token": {"expires_on": today() + timedelta(days=TOKEN_DAYS)},  # what earlier tokens get on the way up
}
# What the way down and up makes anew: the log's salts, and with them what commits to them.
RENEWED = {
    "log_leaf": {"commitment", "leaf_hash"},
    "log_document": {"salt"},
    "history_link": {"chain", "commitment", "link", "ended_on"},
    "history_event": {"chain", "salt"},
    "case_grant": {"news"},
    "case": {"reading_id", "aside", "announced", "place"},
}
# What earlier programs did not have and the way down forgets: it is made anew from what is there.
MADE_ANEW = ("case_title", "digest_slot", "title_page")


SECRET = bytes(range(32))
# What an earlier program cannot know and must not lose: the way down refuses.
KEYS = ("case_key", "thread_key", "turn_due", "erasure", "erased_case")
# What earlier programs do not have and the way down forgets.
LATER = (*KEYS, *MADE_ANEW, "standstill", "unconfirmed_case", "invitation", "account_request", "conflict_request")


@pytest.fixture(autouse=True)
def form_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_FORM_SECRET", SECRET.hex())


@pytest.fixture(autouse=True)
def objects(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Objects:
    """The sealed files of the rows below."""
    monkeypatch.setenv("REGISTRY_DATA_FOLDER", str(tmp_path))
    found = open_objects(Settings())
    for number in range(3):
        found.put(f"id{number}", f"sealed file {number}".encode())
    return found


def url_of(store_urls: StoreUrls, store: str) -> str:
    """Each test migrates one store: that of readings stands where another would."""
    return str(getattr(store_urls, "casework" if store == "readings" else store))


def rows(table: Table) -> list[dict[str, Any]]:
    """Three rows with a value in every column that may have one; foreign keys meet, since ids are the same."""
    if table.name == "log_row":
        return []  # the first version cannot hold batches: refused on the way down, in a test of its own
    numbers = range(1 if table.name == "standstill" else 3)  # one for each kind
    return [{column.name: _value(table.name, column, number) for column in table.columns} for number in numbers]


def _value(table: str, column: Any, number: int) -> Any:
    if table in RegistryBase.metadata.tables and (table, column.name) != ("data_version", "number"):
        return _logged(column, number)
    return _sealed(table, column, number)


def _logged(column: Any, number: int) -> Any:
    """Of the registry: the way down and up reads documents, so that these are such."""
    told: Any = {"envelope": 1, "type": "entry", "schema": 1, "ref": f"id{number}", "version": 1}
    told |= {"kind": "published", "day": "2026-11-03", "record": {"title": f"canary {number}"}}
    known = {"type": "entry", "kind": "published", "version": 1, "number": 0, "position": number}
    known["document"] = rfc8785.dumps(told).decode()
    if column.name in known:
        return known[column.name]
    if isinstance(column.type, Date):
        return date(2026, 11, 3)
    return _sealed("", column, number)


def _sealed(table: str, column: Any, number: int) -> Any:
    if (table, column.name) == ("attachment", "form_lookup"):
        return None
    if (table, column.name) == ("attachment", "padded_size"):
        return 64 * 1024
    if column.name in BY_TABLE.get(table, {}):
        return BY_TABLE[table][column.name]
    if column.name in KNOWN:
        return KNOWN[column.name]
    if (table, column.name) == ("release_order", "wrapped"):
        return b"0:" + wrap(f"canary {number}".encode(), derive(SECRET, "release-order"), f"release-order/id{number}")
    if isinstance(column.type, LargeBinary):
        return f"canary {number}".encode()
    if isinstance(column.type, Date):
        return date(2026, 11, 1 + number)
    if isinstance(column.type, Integer):
        return number + 10
    if str(column.type) == "BOOLEAN":
        return True
    two = column.name in ("approved_by", "agreed_by")
    return f"id{(number + two) % 3}"


@pytest.mark.parametrize(("store", "base"), STORES)
def test_up_down_and_up_again_with_data(store_urls: StoreUrls, store: StoreName, base: Any) -> None:
    url = url_of(store_urls, store)
    migrate(store, url)
    engine = open_store(url)
    with engine.begin() as connection:
        for table in base.metadata.sorted_tables:
            if table.name != "data_version":
                for row in rows(table):
                    connection.execute(insert(table), row)
    with engine.connect() as connection:
        for table in base.metadata.sorted_tables:
            assert connection.scalar(select(func.count()).select_from(table)) == (
                1 if table.name == "data_version" else len(rows(table))
            )
    engine.dispose()
    migrate(store, url, "base")
    assert set(inspect(open_store(url)).get_table_names()) <= {"alembic_version"}
    migrate(store, url)
    assert revision_of(open_store(url)) == head(store)


def filled(store: StoreName, url: str, base: Any) -> dict[str, set[tuple[Any, ...]]]:
    """Three rows in every table that earlier programs had, as they are at the head; what the store then holds."""
    migrate(store, url)
    with open_store(url).begin() as connection:
        for table in base.metadata.sorted_tables:
            if table.name not in ("data_version", *LATER):
                for row in rows(table):
                    connection.execute(insert(table), row)
    return content(url, base)


def content(url: str, base: Any) -> dict[str, set[tuple[Any, ...]]]:
    with open_store(url).connect() as connection:
        return {
            table.name: {
                tuple(row)
                for row in connection.execute(
                    select(*(column for column in table.columns if column.name not in RENEWED.get(table.name, ())))
                )
            }
            for table in base.metadata.sorted_tables
        }


@pytest.mark.parametrize(("store", "base"), STORES)
def test_each_step_down_and_up_again_loses_no_row(store_urls: StoreUrls, store: StoreName, base: Any) -> None:
    """From the head down to the first tables and back, with children of every parent row."""
    url = url_of(store_urls, store)
    before = filled(store, url, base)
    migrate(store, url, "0001")
    migrate(store, url)
    after = content(url, base)
    assert after.keys() == before.keys()
    for table, kept in before.items():
        if table != "release_order":
            assert after[table] == kept, table
    if store == "casework":
        assert release_words(url) == [b"canary 0", b"canary 1", b"canary 2"]


@pytest.mark.parametrize("table", KEYS)
def test_there_is_no_way_down_that_loses_a_key_or_an_erasure(store_urls: StoreUrls, table: str) -> None:
    """Without its key a case could never be opened again: the step down refuses. To delete everything is possible."""
    url = store_urls.casework
    filled("casework", url, CaseworkBase)
    keys = CaseworkBase.metadata.tables[table]
    with open_store(url).begin() as connection:
        connection.execute(insert(keys), rows(keys))
    with pytest.raises(RuntimeError):
        migrate("casework", url, "0004")
    with open_store(url).connect() as connection:
        assert connection.scalar(select(func.count()).select_from(keys)) == 3
    assert revision_of(open_store(url)) == head("casework")
    migrate("casework", url, "base")
    assert set(inspect(open_store(url)).get_table_names()) <= {"alembic_version"}


def test_a_release_under_a_newer_key_goes_down_under_the_first_one(
    store_urls: StoreUrls, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, newer = store_urls.casework, bytes(range(1, 33))
    monkeypatch.setenv("REGISTRY_ORDER_KEYS", f"0a0b0c0d 2026-11-02 {newer.hex()},0 1970-01-01 {SECRET.hex()}")
    filled("casework", url, CaseworkBase)
    wrapped = b"0a0b0c0d:" + wrap(b"newer canary", derive(newer, "release-order"), "release-order/id1")
    with open_store(url).begin() as connection:
        connection.execute(update(ReleaseOrder).where(ReleaseOrder.id == "id1").values(wrapped=wrapped))
    migrate("casework", url, "0004")
    migrate("casework", url)
    assert release_words(url) == [b"canary 0", b"canary 2", b"newer canary"]
    monkeypatch.setenv("REGISTRY_ORDER_KEYS", f"0a0b0c0d 2026-11-02 {newer.hex()}")
    with open_store(url).begin() as connection:
        connection.execute(update(ReleaseOrder).where(ReleaseOrder.id == "id1").values(wrapped=wrapped))
    with pytest.raises(RuntimeError):
        migrate("casework", url, "0004")


def release_words(url: str) -> list[bytes]:
    with open_store(url).connect() as connection:
        waiting = connection.execute(select(ReleaseOrder.id, ReleaseOrder.wrapped)).all()
    key = derive(SECRET, "release-order")
    return sorted(
        unwrap((wrapped or b"").removeprefix(b"0:"), key, f"release-order/{order_id}") for order_id, wrapped in waiting
    )


def test_the_words_of_waiting_releases_are_wrapped_on_the_way_up(store_urls: StoreUrls) -> None:
    url = store_urls.casework
    filled("casework", url, CaseworkBase)
    migrate("casework", url, "0001")
    with open_store(url).connect() as connection:
        asked = "SELECT document FROM release_order ORDER BY document"
        assert connection.exec_driver_sql(asked).scalars().all() == ["canary 0", "canary 1", "canary 2"]
    migrate("casework", url)
    with open_store(url).connect() as connection:
        wrapped = connection.execute(select(ReleaseOrder.wrapped)).scalars().all()
    assert len(wrapped) == 3
    assert not [one for one in wrapped if one is None or b"canary" in one]


def test_files_leave_their_rows_and_come_back(store_urls: StoreUrls, objects: Objects) -> None:
    url = store_urls.casework
    before = filled("casework", url, CaseworkBase)["attachment"]
    migrate("casework", url, "0005")
    assert set(objects.names()) == set()
    with open_store(url).connect() as connection:
        sealed = connection.exec_driver_sql("SELECT sealed FROM attachment ORDER BY id").scalars().all()
    assert [bytes(one) for one in sealed] == [f"sealed file {number}".encode() for number in range(3)]
    migrate("casework", url)
    assert content(url, CaseworkBase)["attachment"] == before
    assert {one: objects.get(one) for one in objects.names()} == {
        f"id{number}": f"sealed file {number}".encode() for number in range(3)
    }


def test_without_one_of_its_files_a_store_does_not_go_down(store_urls: StoreUrls, objects: Objects) -> None:
    url = store_urls.casework
    before = filled("casework", url, CaseworkBase)
    objects.delete(["id1"])
    with pytest.raises(NotFound):
        migrate("casework", url, "0005")
    assert content(url, CaseworkBase) == before
    assert set(objects.names()) == {"id0", "id2"}


@pytest.mark.parametrize(("way", "file"), [("down", "get"), ("down", "delete"), ("up", "put")])
def test_killed_while_files_move_none_is_lost(store_urls: StoreUrls, objects: Objects, way: str, file: str) -> None:
    """Killed at the second file of each way, and between the commit and the end of the objects."""
    url = store_urls.casework
    before = filled("casework", url, CaseworkBase)["attachment"]
    if way == "up":
        migrate("casework", url, "0005")
    program = (
        "import os, signal, sys; from app.stores.objects import Folder; from app.stores.migrating import migrate\n"
        "real, calls = getattr(Folder, sys.argv[2]), []\n"
        "def dying(self, *given):\n"
        "    calls.append(given)\n"
        "    if sys.argv[2] == 'delete' or len(calls) == 2: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return real(self, *given)\n"
        "setattr(Folder, sys.argv[2], dying)\n"
        "migrate('casework', sys.argv[1], 'head' if sys.argv[3] == 'up' else '0005')\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, url, file, way], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert revision_of(open_store(url)) == (head("casework") if file == "get" else "0005")
    migrate("casework", url)
    assert content(url, CaseworkBase)["attachment"] == before
    assert {one: objects.get(one) for one in objects.names()} == {
        f"id{number}": f"sealed file {number}".encode() for number in range(3)
    }


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_in_the_middle_a_migration_runs_again(store_urls: StoreUrls, moment: str) -> None:
    url = store_urls.casework
    before = filled("casework", url, CaseworkBase)
    migrate("casework", url, "0001")
    program = (
        "import os, signal, sys; from alembic import op; from app.stores.migrating import migrate\n"
        "drop = op.drop_column\n"
        "def dying(*given):\n"
        "    if sys.argv[2] == 'after': drop(*given)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "op.drop_column = dying\n"
        "migrate('casework', sys.argv[1])\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, url, moment], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert revision_of(open_store(url)) == "0001"
    migrate("casework", url)
    assert release_words(url) == [b"canary 0", b"canary 1", b"canary 2"]
    assert content(url, CaseworkBase)["attachment"] == before["attachment"]


def test_killed_in_the_middle_the_log_is_as_it_was_and_is_made_anew_later(store_urls: StoreUrls) -> None:
    url = store_urls.registry
    before = filled("registry", url, RegistryBase)
    migrate("registry", url, "0001")
    program = (
        "import os, signal, sys; from alembic import op; from app.stores.migrating import migrate\n"
        "insert = op.bulk_insert\n"
        "def dying(table, rows):\n"
        "    if table.name == 'record': os.kill(os.getpid(), signal.SIGKILL)\n"
        "    insert(table, rows)\n"
        "op.bulk_insert = dying\n"
        "migrate('registry', sys.argv[1])\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, url], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert revision_of(open_store(url)) == "0001"
    migrate("registry", url)
    assert content(url, RegistryBase) == before


@pytest.mark.parametrize(("store", "base"), STORES)
def test_the_head_is_what_the_models_say(store_urls: StoreUrls, store: StoreName, base: Any) -> None:
    url = url_of(store_urls, store)
    migrate(store, url)
    with open_store(url).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), base.metadata) == []


def test_casework_tables_keep_no_order_of_arrival(tmp_path: Path) -> None:
    migrate("casework", f"sqlite:///{tmp_path}/c.sqlite")
    with open_store(f"sqlite:///{tmp_path}/c.sqlite").connect() as connection:
        for table in CaseworkBase.metadata.tables:
            with pytest.raises(DBAPIError):
                connection.exec_driver_sql(f"SELECT rowid FROM {table}")


def test_deleted_words_are_overwritten_and_commits_are_durable(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/c.sqlite").connect() as connection:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
