"""Failed passwords are remembered gradually, and turns at the hashing are fair to each name."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator

import pytest

from app.identity import throttle
from app.identity.devices import known_device, new_device
from app.keyring import FIRST, ServerKeys
from app.problems import TooMany
from app.settings import Settings
from app.web import admission
from app.web.admission import password_turn


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    throttle._failures.clear()
    yield
    throttle._failures.clear()


def fail(name: str) -> None:
    throttle.note(name, right=False)


def test_each_failure_costs_a_little_and_a_success_forgets_them() -> None:
    for _ in range(5):
        fail("one")
    assert throttle.delay("one") == pytest.approx(0.5)
    assert throttle.delay("two") == 0
    for _ in range(100):
        fail("one")
    assert throttle.delay("one") == throttle.LONGEST_SECONDS
    throttle.note("one", right=True)
    assert throttle.delay("one") == 0


def test_names_are_kept_as_hashes_and_forgotten_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "REMEMBERED", 100)
    for number in range(150):
        fail(f"name {number}" + "x" * 100_000)
    assert len(throttle._failures) == 100
    assert {len(one) for one in throttle._failures} == {16}
    assert throttle.failures("name 0" + "x" * 100_000) == 0
    assert throttle.failures("name 149" + "x" * 100_000) == 1
    fail("name 60" + "x" * 100_000)  # moves to the end
    for number in range(99):
        fail(f"other {number}")
    assert throttle.failures("name 60" + "x" * 100_000) == 2


def test_half_is_forgotten_every_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 5000.0
    monkeypatch.setattr(throttle, "monotonic", lambda: now)
    for _ in range(8):
        fail("one")
    now += throttle.HALVED_SECONDS + 1
    assert throttle.failures("one") == 4
    now += throttle.HALVED_SECONDS
    assert throttle.failures("one") == 2
    now += 100 * throttle.HALVED_SECONDS
    assert throttle.failures("one") == 0


async def attempt(name: str, seconds: float, *, known: bool = False, hashes: bool = True, right: bool = True) -> float:
    """One attempt that takes some time to hash; how long all of it took."""
    started = time.monotonic()
    async with password_turn(name, known=known, hashes=hashes):
        await asyncio.sleep(seconds)
        throttle.note(name, right=right)
    return time.monotonic() - started


def test_one_name_never_waits_for_another_nor_a_known_device_for_strangers() -> None:
    async def rush() -> tuple[float, float]:
        crowd = [asyncio.create_task(attempt("guessed", 0.3)) for _ in range(20)]
        await asyncio.sleep(0.05)
        other, device = await asyncio.gather(attempt("other", 0.1), attempt("device", 0.1, known=True))
        for one in crowd:
            one.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
        return other, device

    other, device = asyncio.run(rush())
    assert other < 1
    assert device < 1


def test_refusals_take_as_long_whether_there_was_something_to_hash_or_not() -> None:
    async def both() -> list[float]:
        return [
            await attempt("an account", 0.3, right=False),
            await attempt("no account", 0.0, hashes=False, right=False),
        ]

    for took in asyncio.run(both()):
        assert admission.REFUSAL_SECONDS <= took < admission.REFUSAL_SECONDS + admission.SPREAD_SECONDS + 0.5


def test_somebody_honest_waits_for_no_crowd_on_their_own_name() -> None:
    """Counted in turns at the hashing, not in seconds: a machine may be slow."""
    turns: list[str] = []

    async def hashing(who: str, *, right: bool) -> None:
        async with password_turn("guessed"):
            turns.append(who)
            await asyncio.sleep(0.02)
            throttle.note("guessed", right=right)

    async def guesser() -> None:
        while True:
            await hashing("crowd", right=False)

    async def rush() -> list[int]:
        crowd = [asyncio.create_task(guesser()) for _ in range(140)]
        await asyncio.sleep(0.3)
        waited = []
        for _ in range(5):
            before = len(turns)
            await hashing("honest", right=True)
            waited.append(turns.index("honest", before) - before)
            await asyncio.sleep(0.1)
        for one in crowd:
            one.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
        return waited

    assert max(asyncio.run(rush())) <= 2


def test_a_crowd_that_is_refused_is_not_answered_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answered at once it came again at once: each time nobody else had the processor for a second and more."""
    monkeypatch.setattr(admission, "WAIT_SECONDS", 0.2)
    monkeypatch.setattr(admission, "SPREAD_SECONDS", 0.0)
    answered: list[float] = []

    async def guess(number: int) -> None:
        with pytest.raises(TooMany):
            await attempt("guessed" if number else "also guessed", 0)
        answered.append(time.monotonic())

    async def rush() -> None:
        holders = [asyncio.create_task(attempt(name, 3)) for name in ("guessed", "also guessed")]
        await asyncio.sleep(0.05)
        await asyncio.gather(*(guess(number % 2) for number in range(8)))
        for one in holders:
            one.cancel()
        await asyncio.gather(*holders, return_exceptions=True)

    asyncio.run(rush())
    apart = [later - earlier for earlier, later in itertools.pairwise(answered)]
    assert min(apart) > admission.APART_SECONDS / 2


def test_refusals_that_wait_leave_room_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends and does not read would otherwise fill the connections with refusals that wait."""
    monkeypatch.setattr(admission, "MOST_REFUSED", 3)

    async def rush() -> float:
        started = time.monotonic()
        await asyncio.gather(*(attempt(f"name {number}", 0.0, hashes=False, right=False) for number in range(40)))
        return time.monotonic() - started

    assert asyncio.run(rush()) < admission.REFUSAL_SECONDS + 3 * admission.APART_SECONDS + 1.5


def test_a_lane_that_stays_full_says_so_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "WAIT_SECONDS", 0.2)

    async def two() -> int:
        first = asyncio.create_task(attempt("one", 1))
        await asyncio.sleep(0.05)
        with pytest.raises(TooMany):
            await attempt("one", 0)
        await first
        assert not first.cancelled()
        return len(admission._doors[asyncio.get_running_loop()].lanes)

    assert asyncio.run(two()) == 0


def test_a_device_is_known_for_its_own_login_only(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = ServerKeys.of(Settings.model_validate({"form_token_keys": f"{FIRST} 2026-01-01 {'11' * 32}"}))
    others = ServerKeys.of(Settings.model_validate({"form_token_keys": f"{FIRST} 2026-01-01 {'22' * 32}"}))
    value = new_device(keys, "one")
    assert known_device(keys, value, "one")
    assert new_device(keys, "one") != value
    for other in (known_device(keys, value, "two"), known_device(keys, value[:-2] + "xx", "one")):
        assert other is None
    assert known_device(keys, "", "one") is None
    assert known_device(others, value, "one") is None
    monkeypatch.setattr("app.identity.devices.KEPT_SECONDS", -1)
    assert known_device(keys, value, "one") is None
