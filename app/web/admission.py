"""The way to what is slow by design, hashing a password: fair to each name, and waiting there holds no thread.

It takes 64 MiB and a tenth of a second. A crowd of attempts would otherwise take every thread of the process, and with
them the pages and the form of submissions. So:

- Each name has a lane of its own, in which one attempt goes at a time: guessing one name never delays another.
- Who comes last goes first. Nothing tells an honest attempt from a guess before it is hashed, so a crowd that waits
  must not stand in front of whoever comes now.
- Refusals of strangers leave one by one, for all names together. A crowd that is answered at once comes again at once,
  and keeps the processor from everybody.
- A name that no account has is not hashed for. Refusals take as long all the same, so that nobody can tell.
- A device that signed in before, and a session that is open, have lanes and a place at the hashing of their own. They
  wait there for what earlier failures cost.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from random import uniform
from time import monotonic
from weakref import WeakKeyDictionary

from app.identity.throttle import delay, failures, hashed
from app.problems import TooMany

STRANGERS_AT_ONCE, KNOWN_AT_ONCE, UNHASHED_AT_ONCE = 2, 1, 2
WAIT_SECONDS = 10
REFUSAL_SECONDS = 1.5  # and its multiples: longer than hashing takes, also on a busy machine
SPREAD_SECONDS = 0.5  # so that what came at once does not come again at once
APART_SECONDS = 0.2  # at least, between two refusals of strangers; and
APART_TURNS = 2  # times what an attempt took last: a crowd that waits for its answers has half of the hashing
MOST_REFUSED = 150  # wait for their refusal to leave; more would take the connections of others
LOOK_SECONDS = 1  # between looks whether anybody still waits for a refusal

Gone = Callable[[], Awaitable[bool]]


async def _never() -> bool:
    return False


class _Places:
    """So many at a time; of those who wait, the newest is next."""

    def __init__(self, free: int) -> None:
        self._free = free
        self._waiting: list[asyncio.Future[None]] = []

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        await self.enter()
        try:
            yield
        finally:
            self.leave()

    async def enter(self) -> None:
        if self._free:
            self._free -= 1
            return
        place = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place in self._waiting:
                self._waiting.remove(place)
            else:  # it was given away at the same moment
                self.leave()
            raise

    def leave(self) -> None:
        if self._waiting:
            self._waiting.pop().set_result(None)
        else:
            self._free += 1


@dataclass(slots=True)
class _Lane:
    places: _Places = field(default_factory=lambda: _Places(1))
    users: int = 0


@dataclass(slots=True, weakref_slot=True)
class _Doors:
    """Of one event loop."""

    lanes: dict[bytes, _Lane] = field(default_factory=dict)
    strangers: _Places = field(default_factory=lambda: _Places(STRANGERS_AT_ONCE))
    known: _Places = field(default_factory=lambda: _Places(KNOWN_AT_ONCE))
    unhashed: _Places = field(default_factory=lambda: _Places(UNHASHED_AT_ONCE))
    looking_up: _Places = field(default_factory=lambda: _Places(1))
    leaving: _Places = field(default_factory=lambda: _Places(1))
    turn_seconds: float = 0.0
    refused: int = 0


_doors: WeakKeyDictionary[asyncio.AbstractEventLoop, _Doors] = WeakKeyDictionary()


def _doors_here() -> _Doors:
    return _doors.setdefault(asyncio.get_running_loop(), _Doors())


@asynccontextmanager
async def looking_up() -> AsyncIterator[None]:
    """Before a name is looked up in a thread: a crowd takes one, or the loop that serves everybody waits for them."""
    async with _doors_here().looking_up.one():
        yield


@asynccontextmanager
async def password_turn(
    name: str, *, known: bool = False, hashes: bool = True, gone: Gone = _never
) -> AsyncIterator[None]:
    """One attempt on a name: waits for its lane and for a place at the hashing.

    A failure is one that was noted of this name meanwhile (`throttle.note`). `known` names a device or a session that
    proved itself before; `hashes` is False where there is nothing to hash; `gone` says whether nobody waits for the
    answer any more. TooMany when no turn came in time.
    """
    doors = _doors_here()
    turn = _known_turn(doors, name) if known else _strangers_turn(doors, name, gone, hashes=hashes)
    async with turn:
        yield


@asynccontextmanager
async def _known_turn(doors: _Doors, name: str) -> AsyncIterator[None]:
    """A failure keeps the lane, which is nobody else's, until its refusal leaves."""
    async with AsyncExitStack() as turn:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await turn.enter_async_context(_lane(doors, name))
        except TimeoutError as error:
            raise _too_many() from error
        await asyncio.sleep(delay(name))
        started, before = monotonic(), failures(name)
        try:
            async with doors.known.one():
                yield
        finally:
            if failures(name) > before:
                await _refusal(started)


@asynccontextmanager
async def _strangers_turn(doors: _Doors, name: str, gone: Gone, *, hashes: bool) -> AsyncIterator[None]:
    started = monotonic()
    async with AsyncExitStack() as turn:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await turn.enter_async_context(_lane(doors, name))
                await turn.enter_async_context((doors.strangers if hashes else doors.unhashed).one())
        except TimeoutError as error:
            await turn.aclose()
            await _refused_in_turn(doors, started, gone)
            raise _too_many() from error
        if await gone():
            raise _too_many()
        began, before = monotonic(), failures(name)
        yield
        doors.turn_seconds = monotonic() - began
    if failures(name) > before:
        await _refused_in_turn(doors, started, gone)


def _too_many() -> TooMany:
    return TooMany(headers={"retry-after": "60"})


async def _refused_in_turn(doors: _Doors, started: float, gone: Gone) -> None:
    """Waits until the refusal of a stranger may leave: as any other, and some time after the last one."""
    await _refusal(started)
    if doors.refused >= MOST_REFUSED:
        return
    doors.refused += 1
    leaving = asyncio.ensure_future(_leave_in_turn(doors))
    try:
        while not leaving.done() and not await gone():
            await asyncio.wait({leaving}, timeout=LOOK_SECONDS)
    finally:
        leaving.cancel()
        doors.refused -= 1


async def _leave_in_turn(doors: _Doors) -> None:
    """The next one waits, not this one: how long an attempt took is told to nobody who is refused alone."""
    await doors.leaving.enter()
    apart = max(APART_SECONDS, APART_TURNS * doors.turn_seconds)
    asyncio.get_running_loop().call_later(apart, doors.leaving.leave)


async def _refusal(started: float) -> None:
    """Waits until a refusal has taken as long as each does, or a multiple of it."""
    left = -(monotonic() - started) % REFUSAL_SECONDS
    await asyncio.sleep(left + uniform(0, SPREAD_SECONDS))  # noqa: S311 - hides nothing


@asynccontextmanager
async def _lane(doors: _Doors, name: str) -> AsyncIterator[None]:
    key = hashed(name)
    lane = doors.lanes.setdefault(key, _Lane())
    lane.users += 1
    try:
        async with lane.places.one():
            yield
    finally:
        lane.users -= 1
        if not lane.users:
            del doors.lanes[key]
