"""A crowd that tries to sign in takes neither the pages nor the form of submissions from others."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.journeys.acting import Telling, submit
from tests.journeys.installation import Installation, found
from tests.support.engines import StoreUrls

CROWD = 60


@pytest.fixture
def installation(store_urls: StoreUrls, tmp_path: Path) -> Iterator[Installation]:
    made = found(tmp_path, store_urls)
    yield made
    made.server.stop()


def memory(process: int) -> int:
    """The most that a process ever had in memory, MiB."""
    told = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    assert told
    return int(told[1]) // 1024


def test_a_crowd_at_the_door_keeps_nobody_else_waiting(installation: Installation) -> None:
    assert installation.server.process is not None
    process = installation.server.process.pid
    answers: Counter[int] = Counter()
    over = threading.Event()

    def guess(number: int) -> None:
        with httpx.Client(base_url=installation.url, trust_env=False, timeout=60) as client:
            while not over.is_set():
                told = {"login": f"moderator-{number}", "password": "x" * 20, "code": "123456"}
                answers[client.post("/en/sign-in", data=told).status_code] += 1

    before = memory(process)
    crowd = [threading.Thread(target=guess, args=(number,)) for number in range(CROWD)]
    for one in crowd:
        one.start()
    time.sleep(1)
    waited = []
    try:
        for _ in range(10):
            started = time.monotonic()
            assert httpx.get(f"{installation.url}/en/", trust_env=False, timeout=30).status_code == 200
            waited.append(time.monotonic() - started)
        started = time.monotonic()
        assert submit(installation, Telling("Ines Varga"))
        waited.append((time.monotonic() - started) / 2)
    finally:
        over.set()
        for one in crowd:
            one.join()
    assert sorted(waited)[len(waited) // 2] < 1, waited
    assert max(waited) < 2, waited
    assert set(answers) <= {401, 429}
    assert answers[401] > 5
    assert memory(process) - before < 250
