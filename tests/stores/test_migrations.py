"""Migrations go up and down with data on both engines, and end where the models are."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Date, Integer, LargeBinary, Table, func, insert, inspect, select
from sqlalchemy.exc import DBAPIError

from app.sealing import derive, unwrap, wrap
from app.stores import open_store
from app.stores.casework import CaseworkBase, ReleaseOrder
from app.stores.migrating import ROOT, StoreName, head, migrate, revision_of
from app.stores.registry import RegistryBase
from tests.support.engines import StoreUrls

STORES: list[tuple[StoreName, Any]] = [("casework", CaseworkBase), ("registry", RegistryBase)]
KNOWN = {
    "kind": "published",
    "status": "received",
    "urgency": "normal",
    "relation": "alleged",
    "direction": "from_submitter",
    "role": "moderator",
    "uncovered": False,  # is worked out anew by the desk
}
BY_TABLE = {"keyholder": {"kind": "moderator"}}


SECRET = bytes(range(32))


@pytest.fixture(autouse=True)
def form_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_FORM_SECRET", SECRET.hex())


def url_of(store_urls: StoreUrls, store: str) -> str:
    return str(getattr(store_urls, store))


def rows(table: Table) -> list[dict[str, Any]]:
    """Three rows with a value in every column that may have one; foreign keys meet, since ids are the same."""
    return [{column.name: _value(table.name, column, number) for column in table.columns} for number in range(3)]


def _value(table: str, column: Any, number: int) -> Any:
    if (table, column.name) == ("attachment", "form_lookup"):
        return None
    if column.name in BY_TABLE.get(table, {}):
        return BY_TABLE[table][column.name]
    if column.name in KNOWN:
        return KNOWN[column.name]
    if (table, column.name) == ("release_order", "wrapped"):
        return wrap(f"canary {number}".encode(), derive(SECRET, "release-order"), f"release-order/id{number}")
    if isinstance(column.type, LargeBinary):
        return f"canary {number}".encode()
    if isinstance(column.type, Date):
        return date(2026, 11, 1 + number)
    if isinstance(column.type, Integer):
        return number + 10
    if str(column.type) == "BOOLEAN":
        return True
    two = column.name == "approved_by"
    return f"id{(number + two) % 3}"


@pytest.mark.parametrize(("store", "base"), STORES)
def test_up_down_and_up_again_with_data(store_urls: StoreUrls, store: StoreName, base: Any) -> None:
    url = url_of(store_urls, store)
    migrate(store, url)
    engine = open_store(url)
    with engine.begin() as connection:
        for table in base.metadata.sorted_tables:
            if table.name != "data_version":
                connection.execute(insert(table), rows(table))
    with engine.connect() as connection:
        for table in base.metadata.sorted_tables:
            assert connection.scalar(select(func.count()).select_from(table)) == (
                1 if table.name == "data_version" else 3
            )
    engine.dispose()
    migrate(store, url, "base")
    assert set(inspect(open_store(url)).get_table_names()) <= {"alembic_version"}
    migrate(store, url)
    assert revision_of(open_store(url)) == head(store)


def filled(store: StoreName, url: str, base: Any) -> dict[str, set[tuple[Any, ...]]]:
    """Three rows in every table, as they are at the head; what the store then holds."""
    migrate(store, url)
    with open_store(url).begin() as connection:
        for table in base.metadata.sorted_tables:
            if table.name != "data_version":
                connection.execute(insert(table), rows(table))
    return content(url, base)


def content(url: str, base: Any) -> dict[str, set[tuple[Any, ...]]]:
    with open_store(url).connect() as connection:
        return {
            table.name: {tuple(row) for row in connection.execute(select(table))}
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


def release_words(url: str) -> list[bytes]:
    with open_store(url).connect() as connection:
        waiting = connection.execute(select(ReleaseOrder.id, ReleaseOrder.wrapped)).all()
    key = derive(SECRET, "release-order")
    return sorted(unwrap(wrapped or b"", key, f"release-order/{order_id}") for order_id, wrapped in waiting)


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
