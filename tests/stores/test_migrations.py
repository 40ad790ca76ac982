"""Migrations go up and down with data on both engines, and end where the models are."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Date, Integer, LargeBinary, Table, func, insert, inspect, select
from sqlalchemy.exc import DBAPIError

from app.stores import open_store
from app.stores.casework import CaseworkBase
from app.stores.migrating import StoreName, head, migrate, revision_of
from app.stores.registry import RegistryBase
from tests.support.engines import StoreUrls

STORES: list[tuple[StoreName, Any]] = [("casework", CaseworkBase), ("registry", RegistryBase)]
KNOWN = {
    "kind": "published", "status": "received", "urgency": "normal", "relation": "alleged", "direction": "from_submitter",
    "role": "moderator",
}  # fmt: skip
BY_TABLE = {"keyholder": {"kind": "moderator"}}


def url_of(store_urls: StoreUrls, store: str) -> str:
    return str(getattr(store_urls, store))


def rows(table: Table) -> list[dict[str, Any]]:
    """Three rows with a value in every column that may have one; foreign keys meet, since ids are the same."""
    return [
        {column.name: _value(table.name, column, number) for column in table.columns} for number in range(3)
    ]


def _value(table: str, column: Any, number: int) -> Any:
    if (table, column.name) == ("attachment", "draft_lookup"):
        return None
    if column.name in BY_TABLE.get(table, {}):
        return BY_TABLE[table][column.name]
    if column.name in KNOWN:
        return KNOWN[column.name]
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
