"""The way to what is slow by design, hashing a password: fair to each name, and waiting there holds no thread.

It takes 64 MiB and a tenth of a second. A crowd of attempts would otherwise take every thread of the process, and with
them the pages and the form of submissions. So:

- Each name has a lane of its own, in which one attempt goes at a time: guessing one name never delays another.
- A name that no account has is not hashed for. Each refusal takes the same time, so that nobody can tell.
- A device that signed in before, and a session that is open, have lanes and a place at the hashing of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import uniform
from time import monotonic
from weakref import WeakKeyDictionary

from app.identity.throttle import delay, failures, hashed
from app.problems import TooMany

STRANGERS_AT_ONCE, KNOWN_AT_ONCE, UNHASHED_AT_ONCE = 2, 1, 2
WAIT_SECONDS = 10
REFUSAL_SECONDS = 1.5  # and its multiples: longer than hashing takes, also on a busy machine
SPREAD_SECONDS = 0.5  # so that a crowd that came at once does not come again at once


@dataclass(slots=True)
class _Lane:
    free: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


@dataclass(slots=True, weakref_slot=True)
class _Doors:
    """Of one event loop."""

    lanes: dict[bytes, _Lane] = field(default_factory=dict)
    strangers: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(STRANGERS_AT_ONCE))
    known: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(KNOWN_AT_ONCE))
    unhashed: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(UNHASHED_AT_ONCE))


_doors: WeakKeyDictionary[asyncio.AbstractEventLoop, _Doors] = WeakKeyDictionary()


@asynccontextmanager
async def password_turn(name: str, *, known: bool = False, hashes: bool = True) -> AsyncIterator[None]:
    """One attempt on a name: waits for its lane, for what earlier failures cost, and for a place at the hashing.

    A failure is one that was noted of this name meanwhile (`throttle.note`). `known` names a device or a session that
    proved itself before; `hashes` is False where there is nothing to hash. TooMany when the lane stays full.
    """
    doors = _doors.setdefault(asyncio.get_running_loop(), _Doors())
    async with _lane(doors, hashed(name)):
        await asyncio.sleep(delay(name))
        started, before = monotonic(), failures(name)
        async with doors.known if known else doors.strangers if hashes else doors.unhashed:
            yield
        if failures(name) > before:
            rest = -(monotonic() - started) % REFUSAL_SECONDS
            await asyncio.sleep(rest + uniform(0, SPREAD_SECONDS))  # noqa: S311 - hides nothing


@asynccontextmanager
async def _lane(doors: _Doors, name: bytes) -> AsyncIterator[None]:
    lane = doors.lanes.setdefault(name, _Lane())
    lane.users += 1
    try:
        try:
            await asyncio.wait_for(lane.free.acquire(), WAIT_SECONDS)
        except TimeoutError as error:
            raise TooMany(headers={"retry-after": "60"}) from error
        try:
            yield
        finally:
            lane.free.release()
    finally:
        lane.users -= 1
        if not lane.users:
            del doors.lanes[name]
