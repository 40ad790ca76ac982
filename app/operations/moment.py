"""All stores at one moment while others write.

A release commits first in the casework store (the decision), then in the registry store (the log), then again in the
casework store (its arrival is noted). While the snapshots are opened nothing is appended to the log: the registry's
snapshot is then what the registry was when the casework store's was taken. What is found is a state that a crash in
that moment could have left, and the door mends those by itself (`reconcile_stores`): a decision is carried, an arrival
noted, a hiding carried out. Taken one after the other without that, a store could hold the arrival of a release that
the log lacks, whose words are gone, or the log a release that no case knows and no withdrawal would find.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from app.stores import BUSY_SECONDS, open_store
from app.stores.migrating import StoreName

PATIENCE_SECONDS = 60
LOG: StoreName = "registry"


@contextmanager
def one_moment(addresses: Mapping[StoreName, str]) -> Iterator[dict[StoreName, Connection]]:
    """A connection for each store that sees it as it was at one moment, for as long as the block takes.

    Writers go on: they waited some milliseconds while this opened. OperationalError when a store is away or stays busy.
    """
    with ExitStack() as stack:
        found: dict[StoreName, Connection] = {}
        with _log_stands_still(addresses[LOG]):
            # what is opened later holds at least what came before in the first: a reading precedes what it opens
            for name in sorted(addresses, key=lambda one: (one != "casework", one)):
                engine = open_store(addresses[name], read_only=True)
                stack.callback(engine.dispose)
                found[name] = stack.enter_context(engine.connect())
                found[name].execute(text("SELECT count(*) FROM alembic_version")).scalar()
        yield found


@contextmanager
def _log_stands_still(address: str) -> Iterator[None]:
    engine = open_store(address)
    try:
        with engine.connect() as connection:
            _wait_for_lock(connection)
            try:
                yield
            finally:
                connection.rollback()
    finally:
        engine.dispose()


def _wait_for_lock(connection: Connection) -> None:
    """The log's own lock: SQLite's writers are alone from BEGIN on, PostgreSQL's take the table."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection.begin()
            if connection.dialect.name == "postgresql":
                connection.execute(text("LOCK TABLE log_leaf IN EXCLUSIVE MODE"))
            return
        except OperationalError:
            connection.rollback()
            if time.monotonic() + BUSY_SECONDS > until:
                raise
