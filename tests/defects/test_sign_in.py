"""Guessing at the door shuts nobody out, and a one-time code is good for one time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.defects.people import Installation, signed_in, staffed
from tests.defects.serving import sign_in_fields, visitor
from tests.support.engines import sqlite_urls

CROWD = 140
PATIENCE = 8  # seconds within which somebody with all the right answers is in


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("sign-in")
    with staffed(folder, sqlite_urls(folder)) as running:
        yield running


class Guessing(threading.Thread):
    """A crowd of connections that guess one name's password without end."""

    def __init__(self, url: str, guess: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self.url, self.guess = url, guess
        self.over = threading.Event()
        self.tried = 0

    def run(self) -> None:
        asyncio.run(self._all())

    async def _all(self) -> None:
        limits = httpx.Limits(max_connections=CROWD)
        async with httpx.AsyncClient(base_url=self.url, timeout=60, limits=limits, trust_env=False) as client:
            tasks = [asyncio.create_task(self._one(client)) for _ in range(CROWD)]
            while not self.over.is_set():
                await asyncio.sleep(0.05)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _one(self, client: httpx.AsyncClient) -> None:
        while True:
            try:
                await client.post("/en/sign-in", data=self.guess)
                self.tried += 1
            except httpx.TransportError:
                await asyncio.sleep(0.1)


@pytest.mark.row("D21")
def test_guessing_one_name_never_delays_another(installation: Installation) -> None:
    """140 connections that guessed one name took every place at the door: moderators got 429 after ten seconds."""
    with visitor(installation.server) as client:
        fields = sign_in_fields(client.get("/en/sign-in").text)
    crowd = Guessing(installation.url, dict(zip(fields, ("somebody-else", "x" * 20, "123456"), strict=True)))
    crowd.start()
    try:
        deadline = time.monotonic() + 12
        while crowd.tried < 30 and time.monotonic() < deadline:
            time.sleep(0.1)
        began = time.monotonic()
        signed_in(installation, "moderator-one")
        assert time.monotonic() - began < PATIENCE
    finally:
        crowd.over.set()
        crowd.join(timeout=20)
