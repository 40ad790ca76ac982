"""A crowd of connections that sign in without end: `python -m tests.defects.crowd URL NUMBER FORM…`.

Each sends the forms in turn. A process of its own, so that what it costs is not taken from whoever is measured. It
says so when all of them have sent one.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Sequence

import httpx

HEADERS = {"accept": "text/html", "content-type": "application/x-www-form-urlencoded"}


async def crowd(url: str, number: int, forms: Sequence[str]) -> None:
    limits = httpx.Limits(max_connections=number)
    sent = 0

    async def one(client: httpx.AsyncClient, first: int) -> None:
        for at in itertools.count(first):
            try:
                await client.post("/en/sign-in", content=forms[at % len(forms)])
            except httpx.TransportError:
                await asyncio.sleep(0.1)

    async def counted(_: httpx.Request) -> None:
        nonlocal sent
        sent += 1
        if sent == number:
            print("all are here", flush=True)

    async with httpx.AsyncClient(
        base_url=url, timeout=600, limits=limits, headers=HEADERS, event_hooks={"request": [counted]}, trust_env=False
    ) as client:
        await asyncio.gather(*(one(client, first) for first in range(number)))


if __name__ == "__main__":
    asyncio.run(crowd(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
