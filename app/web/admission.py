"""A queue before what is slow by design: waiting there holds no thread, so that everybody else is served meanwhile.

Hashing a password takes 64 MiB and a tenth of a second. A crowd of attempts to sign in would otherwise take every thread
of the process, and with them the pages and the form of submissions.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from app.problems import TooMany

AT_ONCE = 8
WAIT_SECONDS = 10

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


@asynccontextmanager
async def turn() -> AsyncIterator[None]:
    """Waits for a turn; TooMany when none comes in time."""
    turns = _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    try:
        await asyncio.wait_for(turns.acquire(), WAIT_SECONDS)
    except TimeoutError as error:
        raise TooMany(headers={"retry-after": "60"}) from error
    try:
        yield
    finally:
        turns.release()
