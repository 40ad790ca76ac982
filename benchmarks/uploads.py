"""What files that are sent at once cost in memory: `python -m benchmarks.uploads` founds a registry and measures it.

Prints RssAnon of the server before, at its peak, and after, in MiB, and what was added for each byte sent.
"""

from __future__ import annotations

import re
import secrets
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.journeys.installation import found
from tests.support.engines import sqlite_urls

SENDERS, SIZE = 8, 10 * 2**20
MIB = 2**20
SAMPLE_SECONDS, SETTLE_SECONDS = 0.005, 20


@dataclass
class Figures:
    """Bytes of anonymous memory of a server, and how its requests were answered."""

    before: int
    peak: int = 0
    after: int = 0
    answers: Counter[int] = field(default_factory=Counter)

    @property
    def added(self) -> int:
        return self.peak - self.before

    @property
    def kept(self) -> int:
        return self.after - self.before


def anonymous_memory(process: int) -> int:
    told = re.search(r"RssAnon:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    assert told
    return int(told[1]) * 1024


def send_file(url: str, content: bytes, answers: Counter[int]) -> None:
    """One submission with one file, as a browser sends it."""
    with httpx.Client(base_url=url, trust_env=False, timeout=120) as client:
        token = re.search(r'name="token" value="([^"]+)"', client.get("/en/submit").text)
        assert token
        told = {"token": token[1], "what_happened": "Here."}
        answers[client.post("/en/submit", data=told, files={"files": ("a.bin", content)}).status_code] += 1


def measure(url: str, process: int, senders: int = SENDERS, size: int = SIZE) -> Figures:
    """Sends files at once and watches the server meanwhile; then waits until it has given back what it will."""
    content = secrets.token_bytes(size)
    send_file(url, b"warm", Counter())
    figures = Figures(anonymous_memory(process))
    crowd = [threading.Thread(target=send_file, args=(url, content, figures.answers)) for _ in range(senders)]
    for one in crowd:
        one.start()
    while any(one.is_alive() for one in crowd):
        figures.peak = max(figures.peak, anonymous_memory(process))
        time.sleep(SAMPLE_SECONDS)
    deadline = time.monotonic() + SETTLE_SECONDS
    figures.after = anonymous_memory(process)
    while figures.kept > size and time.monotonic() < deadline:
        time.sleep(0.2)
        figures.after = anonymous_memory(process)
    return figures


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        installation = found(Path(folder), sqlite_urls(Path(folder)))
        try:
            assert installation.server.process is not None
            for number in range(3):
                figures = measure(installation.url, installation.server.process.pid)
                print(
                    f"{number + 1}. {SENDERS} x {SIZE // MIB} MiB: before {figures.before // MIB}, "
                    f"peak {figures.peak // MIB}, after {figures.after // MIB}; added {figures.added / MIB:.0f} "
                    f"({figures.added / (SENDERS * SIZE):.2f} of what was sent); answers {dict(figures.answers)}"
                )
        finally:
            installation.server.stop()


if __name__ == "__main__":
    main()
