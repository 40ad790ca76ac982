"""Slows down guessing without locking anybody out and without knowing where a request comes from.

How many sign in at once is limited before, where waiting costs no thread: `app.web.admission`.
"""

from __future__ import annotations

import threading
import time

STEP_SECONDS, LONGEST_SECONDS = 0.1, 2.0
REMEMBERED = 10_000

_failures: dict[str, int] = {}
_lock = threading.Lock()


def slow_down(name: str) -> None:
    """Each failure on a name before makes the next attempt a little later, up to two seconds, never refused."""
    with _lock:
        failed = _failures.get(name, 0)
    time.sleep(min(failed * STEP_SECONDS, LONGEST_SECONDS))


def note(name: str, *, right: bool) -> None:
    with _lock:
        if right:
            _failures.pop(name, None)
            return
        if len(_failures) >= REMEMBERED:
            _failures.clear()
        _failures[name] = _failures.get(name, 0) + 1
