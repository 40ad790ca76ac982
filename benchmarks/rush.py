"""`python -m benchmarks.rush`: the largest submission is opened while fifty submissions a second are taken.

Founds a registry (`--engine sqlite` or `postgresql`), sends the largest submission that the form admits, and then opens
it again and again for as long as a crowd sends reports at an even pace, whether or not the ones before were answered.
Prints what the openings took, what the crowd waited and how it was answered; and the same openings without a crowd.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import httpx

from tests.defects.test_queue import largest
from tests.journeys.acting import Telling, open_newest_case, signed_in
from tests.journeys.installation import Installation, found
from tests.support.engines import Cluster, StoreUrls, sqlite_urls

TOLD = "She was called to the station, asked about her speech in Geneva, and told not to travel again. " * 12
TELLING = Telling("Invented Person")


@dataclass
class Crowd:
    """What the senders waited, in seconds, and the status of each answer (0: none)."""

    waited: list[float] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)


async def send_one(client: httpx.AsyncClient, token: str, crowd: Crowd) -> None:
    told = {"token": token} | TELLING.answers() | {"what_happened": TOLD}
    began = time.monotonic()
    try:
        status = (await client.post("/en/submit", data=told, files=[("files", ("", b"", ""))])).status_code
    except httpx.HTTPError:
        status = 0
    crowd.waited.append(time.monotonic() - began)
    crowd.answers[status] += 1


async def forms(url: str, number: int) -> list[str]:
    """The tokens of so many forms, fetched before anything is measured."""
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
        pages = [(await client.get("/en/submit")).text for _ in range(number)]
    return [token for text in pages for token in re.findall(r'name="token" value="([^"]+)"', text)[:1]]


async def rush(url: str, rate: int, tokens: list[str]) -> Crowd:
    """Sends one report for each token, `rate` a second, each at its moment."""
    crowd = Crowd()
    limits = httpx.Limits(max_connections=400)
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60, limits=limits) as client:
        began, sending = time.monotonic(), []
        for number, token in enumerate(tokens):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            sending.append(asyncio.create_task(send_one(client, token, crowd)))
        await asyncio.gather(*sending)
    return crowd


def processor_seconds(process: int) -> float:
    """What a process and its threads used of processors until now."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def open_again_and_again(person: httpx.AsyncClient, case: str, took: list[float], until: asyncio.Event) -> None:
    while not until.is_set():
        began = time.monotonic()
        answer = await person.get(case)
        assert answer.status_code == 200, answer.status_code
        took.append(time.monotonic() - began)
        await asyncio.sleep(0.5)


async def measure(installation: Installation, case: str, cookies: dict[str, str], rate: int, seconds: int) -> None:
    assert installation.server.process is not None
    process = installation.server.process.pid
    headers = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "accept": "text/html"}
    async with httpx.AsyncClient(base_url=installation.url, headers=headers, trust_env=False, timeout=60) as person:
        alone: list[float] = []
        used = processor_seconds(process)
        for _ in range(5):
            began = time.monotonic()
            assert (await person.get(case)).status_code == 200
            alone.append(time.monotonic() - began)
        used = (processor_seconds(process) - used) / len(alone)
        tokens = await forms(installation.url, rate * seconds)
        took: list[float] = []
        over = asyncio.Event()
        opening = asyncio.create_task(open_again_and_again(person, case, took, over))
        before = processor_seconds(process)
        crowd = await rush(installation.url, rate, tokens)
        over.set()
        await opening
        each = (processor_seconds(process) - before - used * len(took)) / (rate * seconds)
    percentiles = quantiles(crowd.waited, n=100)
    print(
        f"{installation.urls.engine}: {rate} a second for {seconds} s: answers {dict(crowd.answers)}, "
        f"median {median(crowd.waited):.3f} s, p99 {percentiles[98]:.3f} s, "
        f"{each * 1000:.1f} ms of processor time each\n"
        f"  largest case opened {len(took)} times: median {median(took):.2f} s, longest {max(took):.2f} s; "
        f"alone median {median(alone):.2f} s, {used:.2f} s of processor time"
    )


@contextmanager
def stores(engine: str, folder: Path) -> Iterator[StoreUrls]:
    if engine == "sqlite":
        yield sqlite_urls(folder)
        return
    cluster = Cluster(Path(tempfile.mkdtemp(prefix="registry-rush-")) / "cluster")
    cluster.folder.parent.chmod(0o755)
    cluster.start()
    try:
        yield StoreUrls("postgresql", cluster.create(), cluster.create())
    finally:
        cluster.stop()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    asked.add_argument("--rate", type=int, default=50)
    asked.add_argument("--seconds", type=int, default=10)
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, stores(told.engine, Path(folder)) as urls:
        installation = found(Path(folder), urls)
        try:
            largest(installation)  # type: ignore[arg-type]
            person = signed_in(installation, "moderator-one")
            case = open_newest_case(person)
            asyncio.run(measure(installation, case, person.cookies, told.rate, told.seconds))
        finally:
            installation.server.stop()


if __name__ == "__main__":
    main()
