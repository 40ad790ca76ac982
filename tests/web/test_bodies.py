"""The budget for bodies on their way: who waits, who does not, and who is ended."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.problems import Busy, TooLarge
from app.web import bodies as module
from app.web.bodies import SHORT, TEXT, Bodies

MIB = 2**20


def run(story: Any) -> Any:
    return asyncio.run(asyncio.wait_for(story, 20))


def test_large_bodies_wait_their_turn_and_short_ones_and_texts_do_not() -> None:
    async def story() -> list[str]:
        budget, told, leave = Bodies(largest=45 * MIB, together=64 * MIB), [], asyncio.Event()

        async def send(name: str, size: int | None) -> None:
            async with budget.room(size):
                told.append(name)
                await leave.wait()

        tasks = [asyncio.create_task(send("first", 40 * MIB))]
        await asyncio.sleep(0.1)
        tasks += [asyncio.create_task(send("second", 40 * MIB)), asyncio.create_task(send("unknown", None))]
        await asyncio.sleep(0.1)
        tasks += [asyncio.create_task(send(f"short {one}", SHORT)) for one in range(200)]
        tasks.append(asyncio.create_task(send("text", TEXT)))
        await asyncio.sleep(0.2)
        seen = list(told)
        leave.set()
        await asyncio.gather(*tasks)
        return [one for one in seen if not one.startswith("short")] + [str(sum("short" in one for one in seen))]

    assert run(story()) == ["first", "text", "200"]


def test_whoever_waits_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.2)

    async def story() -> None:
        budget = Bodies(largest=45 * MIB, together=64 * MIB)
        async with budget.room(45 * MIB):
            with pytest.raises(Busy):
                async with budget.room(45 * MIB):
                    pass
        async with budget.room(45 * MIB):  # nothing of the refusal is left
            pass

    run(story())


def test_a_slow_body_is_ended_when_others_wait_and_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.3)

    async def story() -> list[str]:
        budget, told = Bodies(largest=45 * MIB, together=64 * MIB), []

        async def slow() -> None:
            try:
                async with budget.room(45 * MIB) as body:
                    body.take(1000, complete=False)
                    await asyncio.sleep(15)
            except TimeoutError:
                told.append("ended")

        first = asyncio.create_task(slow())
        await asyncio.sleep(0.8)
        assert told == []
        async with budget.room(45 * MIB) as second:
            second.take(45 * MIB, complete=True)
            told.append("second")
        await first
        return told

    assert run(story()) == ["ended", "second"]


def test_more_than_a_body_may_be_is_refused_whatever_it_said() -> None:
    async def story() -> None:
        async with Bodies(largest=MIB, together=MIB).room(10) as body:
            body.take(MIB, complete=False)
            with pytest.raises(TooLarge):
                body.take(1, complete=False)

    run(story())
