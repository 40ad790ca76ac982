"""Remembers failed passwords, so that each makes the next one from that device or session later. Nobody is locked out.

What is remembered is a keyed hash of a name (of a login, a device or a session), for this process only, and for a
number of names; where more come, the one whose last failure is longest ago is forgotten, alone. Failures are forgotten
by half every ten minutes. Nothing here waits: `app.web.admission` does, where waiting costs no thread.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from time import monotonic

STEP_SECONDS, LONGEST_SECONDS = 0.1, 2.0
REMEMBERED = 10_000
HALVED_SECONDS = 600

_key = secrets.token_bytes(32)
_failures: OrderedDict[bytes, tuple[int, float]] = OrderedDict()
_lock = threading.Lock()


def hashed(name: str) -> bytes:
    """What stands for a name in this process, however long it is."""
    return hashlib.blake2b(name.encode(errors="replace"), key=_key, digest_size=16).digest()


def note(name: str, *, right: bool) -> None:
    """A password was right or wrong. What is right forgets what was wrong."""
    at = hashed(name)
    with _lock:
        failed = _count(at)
        _failures.pop(at, None)
        if right:
            return
        if len(_failures) >= REMEMBERED:
            _failures.popitem(last=False)
        _failures[at] = (failed + 1, monotonic())


def failures(name: str) -> int:
    """How many failures of a name are remembered."""
    with _lock:
        return _count(hashed(name))


def delay(name: str) -> float:
    """Seconds by which the next attempt of a device or a session is made to wait."""
    return min(failures(name) * STEP_SECONDS, LONGEST_SECONDS)


def _count(at: bytes) -> int:
    failed, last = _failures.get(at, (0, 0.0))
    return failed >> min(int((monotonic() - last) / HALVED_SECONDS), 30)
