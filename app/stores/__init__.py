"""Engines for the stores. Each store has its own tables, migrations and URL; they are never joined."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import OperationalError, TimeoutError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_SECONDS = 5
STATEMENT_SECONDS = 10
STEPS_BETWEEN_LOOKS = 10_000
POOL = 20  # kept open, and as many more in a rush: more than a process has threads
DEADLINE = "deadline"
CHECKPOINT_WAITS = 200  # milliseconds: it keeps writers waiting


class Store:
    """One store as a process may use it: snapshots to read, and, where it may write, transactions that write.

    Reading never takes the write lock; a write holds it from its first statement on. Both are ended by `with`.
    """

    def __init__(self, url: str, *, writable: bool) -> None:
        self.reader = open_store(url, read_only=True, statement_seconds=STATEMENT_SECONDS)
        self.writer = open_store(url, statement_seconds=STATEMENT_SECONDS) if writable else None
        self._reading = sessionmaker(self.reader)
        self._writing = sessionmaker(self.writer)
        # SQLite has one writer at a time, and those that wait for it ask again and again: in a crowd some never get it
        self._turn = Lock() if url.startswith("sqlite") else None

    @property
    def writable(self) -> bool:
        return self.writer is not None

    def close(self) -> None:
        """Ends every connection that is not in use; the next use opens new ones."""
        for engine in (self.reader, self.writer):
            if engine is not None:
                engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees the store as it is now, however long it reads, and cannot write."""
        with self._reading() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, committed at the end or rolled back.

        RuntimeError where this process may only read; SQLAlchemy's TimeoutError or OperationalError when others kept the
        store for too long.
        """
        if self.writer is None:
            raise RuntimeError("this process reads this store only")
        with self._its_turn(), self._writing.begin() as session:
            yield session

    @contextmanager
    def _its_turn(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise TimeoutError("the store is busy")
        try:
            yield
        finally:
            self._turn.release()

    def truncate_write_ahead_log(self) -> None:
        """Empties SQLite's write-ahead log into the store; the next round tries again when readers are in the way.

        What was erased from the store would otherwise stay there, and what came one after the other stays in order.
        """
        if self.writer is None or self.writer.dialect.name != "sqlite":
            return
        pooled = self.writer.raw_connection()
        try:
            cursor = pooled.cursor()
            cursor.execute(f"PRAGMA busy_timeout={CHECKPOINT_WAITS}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()
            cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        finally:
            pooled.close()

    def overwrite_what_is_free(self) -> None:
        """Takes what was deleted out of the files of PostgreSQL, table by table; SQLite overwrites what it deletes.

        A table that somebody uses for too long keeps what it has until the next time.
        """
        if self.writer is None or self.writer.dialect.name == "sqlite":
            return
        with self.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in inspect(connection).get_table_names():
                with suppress(OperationalError):
                    connection.exec_driver_sql(f'VACUUM (FULL) "{table}"')


def open_store(url: str, *, read_only: bool = False, statement_seconds: float = 0) -> Engine:
    """An engine for one store, SQLite or PostgreSQL.

    Parameters of statements never reach an exception text or a log (`hide_parameters`). A read-only engine cannot
    write, whatever the code above it asks for. A statement that takes longer than `statement_seconds` is ended with an
    OperationalError; 0 means that it may take its time.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(address.database or "", read_only, statement_seconds)
    if address.get_backend_name() != "postgresql":
        raise ValueError("a store is SQLite or PostgreSQL")
    # a writer that waits for a lock gives up as on SQLite, so that people get an answer with their text
    limits = f"-c statement_timeout={int(statement_seconds * 1000)} -c lock_timeout={BUSY_SECONDS}s"
    snapshot = " -c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read"
    return create_engine(
        address.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=POOL,
        max_overflow=POOL,
        pool_timeout=BUSY_SECONDS,
        connect_args={"connect_timeout": BUSY_SECONDS, "options": limits + (snapshot if read_only else "")},
    )


def _open_sqlite(file: str, read_only: bool, statement_seconds: float) -> Engine:
    if not read_only:
        Path(file).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = "ro" if read_only else "rwc"
    # begin explicitly (below): the driver's own transaction handling leaves reads outside of transactions
    engine = create_engine(
        f"sqlite:///file:{file}?mode={mode}&uri=true",
        hide_parameters=True,
        pool_size=POOL,
        max_overflow=POOL,
        pool_timeout=BUSY_SECONDS,
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        if read_only:
            connection.execute("PRAGMA query_only=ON")
        else:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")  # durable before a receipt is shown
            connection.execute("PRAGMA secure_delete=ON")  # deleted content is overwritten with zeros
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA temp_store=MEMORY")
        if statement_seconds:
            _limit_statements(connection, record)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # a writer takes its lock at once: upgrading a read lock later is how SQLite deadlocks
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    if statement_seconds:

        @event.listens_for(engine, "before_cursor_execute")
        def _start(connection: Connection, *_: Any) -> None:
            connection.info[DEADLINE][0] = monotonic() + statement_seconds

    return engine


def _limit_statements(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
    """SQLite asks every some thousand steps whether it should go on; it stops when the deadline is over."""
    deadline = record.info[DEADLINE] = [inf]
    connection.set_progress_handler(lambda: monotonic() > deadline[0], STEPS_BETWEEN_LOOKS)
