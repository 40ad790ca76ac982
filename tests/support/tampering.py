"""Somebody who may do everything in a store: changes rows by SQL, with the triggers that forbid it out of the way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from app.stores import open_store


def tamper(url: str, *statements: str, **values: Any) -> int:
    """Runs statements as an administrator of the database would; how many rows they changed."""
    engine, changed = open_store(url), 0
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            connection.execute(text("PRAGMA defer_foreign_keys=ON"))
            names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            for name in names:
                connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            changed += connection.execute(text(statement), values).rowcount
    engine.dispose()
    return changed
