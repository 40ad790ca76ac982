"""Engines for the two stores. Each store has its own tables, migrations and URL; they are never joined."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import Session, sessionmaker

BUSY_SECONDS = 5
CHECKPOINT_WAITS = 200  # milliseconds: it keeps writers waiting


def open_store(url: str, *, read_only: bool = False) -> Engine:
    """An engine for one store, SQLite or PostgreSQL.

    Parameters of statements never reach an exception text or a log (`hide_parameters`). A read-only engine cannot
    write, whatever the code above it asks for.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(address.database or "", read_only)
    if address.get_backend_name() != "postgresql":
        raise ValueError("a store is SQLite or PostgreSQL")
    address = address.set(drivername="postgresql+psycopg")
    # a writer that waits for a lock gives up as on SQLite, so that people get an answer with their text
    options = "-c default_transaction_read_only=on" if read_only else "-c lock_timeout=5s"
    return create_engine(
        address,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=5,
        connect_args={"connect_timeout": 5, "options": options},
    )


def _open_sqlite(file: str, read_only: bool) -> Engine:
    if not read_only:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    mode = "ro" if read_only else "rwc"
    # begin explicitly (below): the driver's own transaction handling leaves reads outside of transactions
    engine = create_engine(
        f"sqlite:///file:{file}?mode={mode}&uri=true",
        hide_parameters=True,
        pool_timeout=5,
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        if read_only:
            connection.execute("PRAGMA query_only=ON")
        else:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")  # durable before a receipt is shown
            connection.execute("PRAGMA secure_delete=ON")  # deleted content is overwritten with zeros
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA temp_store=MEMORY")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # a writer takes its lock at once: upgrading a read lock later is how SQLite deadlocks
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def truncate_wal(sessions: sessionmaker[Session]) -> None:
    """Empties SQLite's write-ahead log into the store; the next round tries again when readers are in the way.

    What was erased from the store would otherwise stay there, and what came one after the other stays in that order.
    """
    with sessions() as session:
        engine = session.get_bind()
    if not isinstance(engine, Engine) or engine.dialect.name != "sqlite":
        return
    pooled = engine.raw_connection()
    try:
        cursor = pooled.cursor()
        cursor.execute(f"PRAGMA busy_timeout={CHECKPOINT_WAITS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    finally:
        pooled.close()
