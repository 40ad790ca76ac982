"""What a machine holds whose disk is taken: nothing that was erased, and no order of arrival in the write-ahead log."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from app.cases.withdrawal import withdraw
from app.clock import today
from app.installation import Installation
from app.release.delivery import deliver_due
from app.stores.casework import Case
from tests.building import add_moderator, add_order, build_house
from tests.support.engines import sqlite_urls
from tests.support.server import Server

WORDS = "Quixotic heliotrope"


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    urls = sqlite_urls(tmp_path / "data")
    return build_house(urls.casework, urls.registry, tmp_path / "data")


@pytest.fixture
def server(installation: Installation, tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "server", {"REGISTRY_DATA_FOLDER": str(tmp_path / "data"), "REGISTRY_DEMO": "true"})
    yield running.start()
    running.stop()


def within_a_minute(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


def test_withdrawn_words_leave_every_file_of_a_running_server(
    installation: Installation, server: Server, tmp_path: Path
) -> None:
    with installation.casework.write() as session:
        order = add_order(
            installation, session, add_moderator(session, "one"), add_moderator(session, "two"), title={"en": WORDS}
        )
        case_id = order.case_id
    deliver_due(installation, today())

    def kept() -> bytes:
        return b"".join(one.read_bytes() for one in (tmp_path / "data").rglob("*") if one.is_file())

    def shown() -> str:
        return httpx.get(f"{server.url}/feed.json", trust_env=False).text

    assert WORDS in shown()
    assert WORDS.encode() in kept()
    with installation.casework.write() as session:
        withdraw(session, session.get_one(Case, case_id))
    assert within_a_minute(lambda: WORDS not in shown())
    assert within_a_minute(lambda: WORDS.encode() not in kept())


def test_the_write_ahead_log_keeps_no_order_of_arrival(
    installation: Installation, server: Server, tmp_path: Path
) -> None:
    """Its frames stand in the order in which things came: whoever takes it must not find a day's submissions there."""
    with installation.casework.write() as session:
        for number in range(20):
            add_moderator(session, f"person-{number}")
    log = tmp_path / "data" / "casework.sqlite-wal"
    assert log.stat().st_size > 0
    assert within_a_minute(lambda: log.stat().st_size == 0)
    with installation.casework.read() as session:
        assert not session.scalars(select(Case.id)).all()


def test_a_crash_leaves_no_memory_image(server: Server) -> None:
    assert server.process is not None
    limits = Path(f"/proc/{server.process.pid}/limits").read_text()
    assert re.search(r"Max core file size +0 +0", limits), limits
