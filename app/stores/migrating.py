"""Brings a store to a revision of its own migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError

from app.settings import PARTS_THAT_OPEN, Settings
from app.stores import open_store

ROOT = Path(__file__).parents[2]
StoreName = Literal["casework", "registry", "readings"]


def _config(store: StoreName, url: str | None = None) -> Config:
    config = Config(ROOT / "alembic.ini", ini_section=store)
    config.attributes["url"] = url
    return config


def migrate(store: StoreName, url: str, revision: str = "head") -> None:
    """Up or down to `revision` ("head", "base", or an identifier)."""
    if revision == "head" or revision.startswith("+"):
        command.upgrade(_config(store, url), revision)
    else:
        command.downgrade(_config(store, url), revision)


def raise_to(store: StoreName, url: str, revision: str) -> None:
    """Up to an earlier program's revision, from nothing. CommandError for one that this program does not know."""
    command.upgrade(_config(store, url), revision)


def migrate_within(store: StoreName, connection: Connection) -> None:
    """Up to this program's revision in the caller's transaction: it is nothing until that is committed."""
    config = _config(store)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def migration_connection(config: Config, url: str) -> Iterator[Connection]:
    """For the environments of migrations: the connection of a caller, or one with a transaction of its own."""
    given = config.attributes.get("connection")
    if given is not None:
        yield given
        return
    engine = open_store(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def head(store: StoreName) -> str | None:
    return ScriptDirectory.from_config(_config(store)).get_current_head()


def stores_of(settings: Settings) -> dict[StoreName, str]:
    """The stores that a process of these settings opens, with their addresses."""
    if set(settings.parts) == {"registry"}:
        return {"registry": settings.registry_address}
    found: dict[StoreName, str] = {"casework": settings.casework_address, "registry": settings.registry_address}
    if PARTS_THAT_OPEN & set(settings.parts):
        found["readings"] = settings.readings_address
    return found


def stale_stores(settings: Settings) -> list[StoreName]:
    """Those that are there and at another revision than this program. One that is away may still come."""
    stale: list[StoreName] = []
    for store, address in stores_of(settings).items():
        engine = open_store(address, read_only=True)
        try:
            if revision_of(engine) != head(store):
                stale.append(store)
        except OperationalError:
            continue
        finally:
            engine.dispose()
    return stale


def never_made(address: str) -> bool:
    """Whether nobody migrated a store yet. Not said of one that cannot be reached."""
    if address.startswith("sqlite") and not Path(address.removeprefix("sqlite:///")).exists():
        return True
    engine = open_store(address, read_only=True)
    try:
        return revision_of(engine) is None
    except OperationalError:
        return False
    finally:
        engine.dispose()


def revision_of(engine: Engine) -> str | None:
    """The revision that a store is at; None when it was never migrated."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)
