"""Slows down guessing without locking anybody out and without knowing where a request comes from."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from app.web.errors import TooMany

MOST_AT_ONCE = 16
WAIT_SECONDS = 10
STEP_SECONDS, LONGEST_SECONDS = 0.1, 2.0
REMEMBERED = 10_000

_slots = threading.BoundedSemaphore(MOST_AT_ONCE)
_failures: dict[str, int] = {}
_lock = threading.Lock()


@contextmanager
def slowed(name: str) -> Iterator[None]:
    """Runs an attempt on a name. Each failure before it makes it a little later, up to two seconds, never refused."""
    if not _slots.acquire(timeout=WAIT_SECONDS):
        raise TooMany(headers={"retry-after": "60"})
    try:
        with _lock:
            failed = _failures.get(name, 0)
        time.sleep(min(failed * STEP_SECONDS, LONGEST_SECONDS))
        yield
    finally:
        _slots.release()


def note(name: str, *, right: bool) -> None:
    with _lock:
        if right:
            _failures.pop(name, None)
            return
        if len(_failures) >= REMEMBERED:
            _failures.clear()
        _failures[name] = _failures.get(name, 0) + 1
