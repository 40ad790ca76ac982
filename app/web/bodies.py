"""A budget for the bodies of requests that are taken in at once, with room of its own for texts.

A body waits for its turn before any of it is read, or gets a 503 that says so. Short ones, as forms without files are,
never wait: there are only so many connections. While others wait, a body that arrives very slowly is ended.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic

from app.problems import Busy, TooLarge

SHORT = 256 * 1024
TEXT = 2 * 2**20
TEXT_BUDGET = 16 * 2**20
WAIT_SECONDS, LOOK_SECONDS = 30, 0.05
MOST_WAITING = 64
PATIENCE_SECONDS, SLOW_BYTES_A_SECOND = 30, 64 * 1024


@dataclass(slots=True, eq=False)
class Body:
    """One body on its way. `taken` grows as it arrives; who holds it up too long finds its deadline moved to now."""

    size: int
    most: int
    deadline: asyncio.Timeout
    started: float = field(default_factory=monotonic)
    taken: int = 0
    complete: bool = False

    def take(self, size: int, *, complete: bool) -> None:
        """Counts what arrived; TooLarge when it is more than a body may be."""
        self.taken += size
        self.complete = complete
        if self.taken > self.most:
            raise TooLarge(headers={"connection": "close"})

    @property
    def speed(self) -> float:
        return self.taken / max(monotonic() - self.started, 1)


class _Lane:
    """First come, first served, up to so many bytes together."""

    def __init__(self, most: int) -> None:
        self.most, self.held = most, 0
        self.waiting: deque[object] = deque()
        self.bodies: set[Body] = set()

    async def enter(self, size: int) -> None:
        if len(self.waiting) >= MOST_WAITING:
            raise Busy
        ticket, deadline = object(), monotonic() + WAIT_SECONDS
        self.waiting.append(ticket)
        try:
            while self.waiting[0] is not ticket or self.held + size > self.most:
                if monotonic() > deadline:
                    raise Busy
                if self.waiting[0] is ticket:
                    self._end_slowest()
                await asyncio.sleep(LOOK_SECONDS)
            self.held += size
        finally:
            self.waiting.remove(ticket)

    def _end_slowest(self) -> None:
        late = monotonic() - PATIENCE_SECONDS
        slow = [
            one
            for one in self.bodies
            if not one.complete
            and one.started < late
            and one.speed < SLOW_BYTES_A_SECOND
            and not one.deadline.expired()
        ]
        if slow and not any(one.deadline.when() is not None for one in self.bodies):
            min(slow, key=lambda one: one.speed).deadline.reschedule(asyncio.get_running_loop().time())


class Bodies:
    """The budget of one process."""

    def __init__(self, *, largest: int, together: int) -> None:
        self._largest = largest
        self._texts, self._files = _Lane(TEXT_BUDGET), _Lane(together)

    @asynccontextmanager
    async def room(self, length: int | None) -> AsyncIterator[Body]:
        """Waits for room for a body of a length, and holds it until the answer is made.

        A body that does not say its length (None) may become the largest. Raises Busy, and TimeoutError in whoever
        reads a body that is too slow while others wait.
        """
        size = self._largest if length is None else length
        async with asyncio.timeout(None) as deadline:
            body = Body(size, self._largest, deadline)
            if size <= SHORT:
                yield body
                return
            lane = self._texts if size <= TEXT else self._files
            await lane.enter(size)
            body.started = monotonic()
            lane.bodies.add(body)
            try:
                yield body
            finally:
                lane.bodies.discard(body)
                lane.held -= size
