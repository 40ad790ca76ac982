"""Brings a store to a revision of its own migrations."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

ROOT = Path(__file__).parents[2]
StoreName = Literal["casework", "registry"]


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


def head(store: StoreName) -> str | None:
    return ScriptDirectory.from_config(_config(store)).get_current_head()


def revision_of(engine: Engine) -> str | None:
    """The revision that a store is at; None when it was never migrated."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)
