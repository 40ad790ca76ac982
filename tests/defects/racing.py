"""Two people at once: how often it is tried, with which delays, and how a store is kept busy from outside."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import psycopg

from tests.support.engines import StoreUrls

SOAK = os.environ.get("SOAK") == "1"
LONGEST_DELAY = 0.030
A = TypeVar("A")
B = TypeVar("B")


def rounds(usual: int = 12) -> int:
    """How many rounds a race is run: at least 200 in a soak."""
    return max(200, usual) if SOAK else usual


def delays(usual: int = 12) -> list[float]:
    """A sweep from the second being late to the first being late, in seconds."""
    number = rounds(usual)
    return [LONGEST_DELAY * (2 * at / max(number - 1, 1) - 1) for at in range(number)]


def at_once(first: Callable[[], A], second: Callable[[], B], delay: float) -> tuple[A, B]:
    """Runs both in threads of their own; the second is `delay` seconds late (or the first, when it is negative)."""
    gate = threading.Barrier(2)

    def late(seconds: float, act: Callable[[], object]) -> object:
        gate.wait(timeout=30)
        time.sleep(max(seconds, 0.0))
        return act()

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.submit(late, -delay, first), pool.submit(late, delay, second)
        return one.result(timeout=120), other.result(timeout=120)  # type: ignore[return-value]


@contextmanager
def kept_busy(url: str, mode: str = "EXCLUSIVE") -> Iterator[None]:
    """A store whose writers wait until the end of the block. `mode`: PostgreSQL's lock on each of its tables."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10, isolation_level=None) as store:
            store.execute("BEGIN IMMEDIATE")
            try:
                yield
            finally:
                store.execute("ROLLBACK")
        return
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        names = ", ".join(f'"{name}"' for (name,) in tables)
        connection.execute(f"LOCK TABLE {names} IN {mode} MODE")
        yield
        connection.rollback()


def wait_until_held_up(urls: StoreUrls, seconds: float = 8.0) -> bool:
    """Waits until some process waits for the registry store while it holds what it carries. Whether it was seen."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if _held_up(urls):
            return True
        time.sleep(0.02)
    return False


def _held_up(urls: StoreUrls) -> bool:
    if urls.engine == "postgresql":
        with psycopg.connect(urls.registry) as connection:
            database = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            return connection.execute(f"SELECT 1 FROM pg_locks WHERE NOT granted AND {database}").fetchone() is not None
    store = sqlite3.connect(urls.casework.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
    try:
        store.execute("BEGIN IMMEDIATE")
        store.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return _still_locked(urls)
    else:
        return False
    finally:
        store.close()


def _still_locked(urls: StoreUrls) -> bool:
    """Not a writer that passed by: the lock is there a moment later too."""
    store = sqlite3.connect(urls.casework.removeprefix("sqlite:///"), timeout=0.15, isolation_level=None)
    try:
        store.execute("BEGIN IMMEDIATE")
        store.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    else:
        return False
    finally:
        store.close()
