"""Nothing acknowledged is lost, and nothing typed is: stores locked, full, away; the server killed or stopped."""

from __future__ import annotations

import re
import secrets
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import delete, event
from sqlalchemy.orm import sessionmaker

from app.intake.submitter import open_by_receipt
from app.stores import open_store
from app.stores.casework import Keyholder, Submission
from tests.intake.conftest import make_desk
from tests.intake.desk import NO_FILE, Desk, open_form, receipt_on, typed
from tests.journeys.installation import found
from tests.support.engines import Cluster, StoreUrls

FILE = [("files", ("note.txt", b"seen at noon", "text/plain"))]
TEXT = "Written for an hour & not to be <lost>."


@contextmanager
def sqlite_locked(desk: Desk) -> Iterator[None]:
    other = sqlite3.connect(desk.folder / "casework.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def sqlite_full(desk: Desk) -> Iterator[None]:
    """SQLite's own answer when no page can be added: "database or disk is full"."""
    engine = desk.installation.casework.writer
    assert engine is not None

    def limit(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA max_page_count=1")  # that is: as many as there are

    engine.dispose()
    event.listen(engine, "connect", limit)
    yield
    event.remove(engine, "connect", limit)
    engine.dispose()


@contextmanager
def sqlite_read_only(desk: Desk) -> Iterator[None]:
    engine = desk.installation.casework.writer
    assert engine is not None

    def limit(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA query_only=ON")

    engine.dispose()
    event.listen(engine, "connect", limit)
    yield
    event.remove(engine, "connect", limit)
    engine.dispose()


def submit_through(desk: Desk, fault: Callable[[Desk], Any]) -> None:
    """The whole story of a fault: the form comes back as typed, and the same form goes through afterwards."""
    person = desk.visitor()
    form = open_form(person)
    with fault(desk):
        answer = person.send(form, {"what_happened": TEXT, "persons-0-name": "Amara"}, files=FILE)
        assert answer.status_code == 503, person.text
        assert receipt_on(person) == ""
        assert (typed(person, "what_happened"), typed(person, "persons-0-name")) == (TEXT, "Amara")
        assert "What you typed is still here" in person.text
        assert "Please choose them again" in person.text
    assert desk.cases() == []
    person.send(person.form_with("what_happened"), {}, files=FILE)
    receipt = receipt_on(person)
    assert receipt
    assert desk.submissions()[0]["what_happened"] == TEXT
    assert desk.files() == {"note.txt": b"seen at noon"}
    person.get("/en/receipt")
    person.send(person.form_with("receipt"), {"receipt": receipt})
    form = person.form_with("text")
    with fault(desk):
        answer = person.send(form, {"text": TEXT}, files=FILE)
        assert answer.status_code == 503
        assert dict(person.form_with("text").fields)["text"] == TEXT
    person.send(person.form_with("text"), {}, files=NO_FILE)
    assert answer.status_code == 503 != person.response.status_code
    assert TEXT in person.text


@pytest.mark.parametrize("fault", [sqlite_locked, sqlite_full, sqlite_read_only])
def test_a_store_that_cannot_write_gives_the_text_back(small_desk: Desk, fault: Callable[[Desk], Any]) -> None:
    submit_through(small_desk, fault)


def test_a_database_that_is_away_gives_the_text_back_and_the_pool_heals(cluster: Cluster, tmp_path: Path) -> None:
    urls = StoreUrls("postgresql", cluster.create(), cluster.create())
    name = urls.casework.removeprefix("postgresql://registry@/").split("?")[0]

    @contextmanager
    def away(_desk: Desk) -> Iterator[None]:
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            yield
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    submit_through(make_desk(urls, tmp_path), away)
    cluster.drop(urls.casework)
    cluster.drop(urls.registry)


def test_a_form_kept_waiting_by_a_locked_table_comes_back(cluster: Cluster, tmp_path: Path) -> None:
    urls = StoreUrls("postgresql", cluster.create(), cluster.create())

    @contextmanager
    def locked(_desk: Desk) -> Iterator[None]:
        with psycopg.connect(urls.casework) as connection:
            connection.execute("LOCK TABLE submission, message IN ACCESS EXCLUSIVE MODE")
            yield

    submit_through(make_desk(urls, tmp_path), locked)
    cluster.drop(urls.casework)
    cluster.drop(urls.registry)


def test_without_anybody_who_could_read_it_the_text_comes_back(small_desk: Desk) -> None:
    with small_desk.installation.casework.write() as session:
        session.execute(delete(Keyholder).where(Keyholder.kind == "escrow"))
    person = small_desk.visitor()
    answer = person.send(open_form(person), {"what_happened": TEXT}, files=NO_FILE)
    assert answer.status_code == 503
    assert typed(person, "what_happened") == TEXT


class Sender(threading.Thread):
    """Submits by the pages without end, remembering each receipt that it was shown and what for."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.receipts: dict[str, str] = {}
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            try:
                self.submit(secrets.token_hex(8))
            except (httpx.HTTPError, OSError):
                time.sleep(0.02)

    def submit(self, text: str) -> None:
        with httpx.Client(base_url=self.url, trust_env=False, timeout=20) as client:
            page = client.get("/en/submit").text
            token = re.search(r'name="token" value="([^"]+)"', page)
            assert token
            data = {"token": token[1], "what_happened": text}
            answer = client.post("/en/submit", data=data, files={"files": ("a.bin", text.encode() * 4000)})
            shown = re.search(r'class="receipt">([\d\s]|<br>)+', answer.text)
            if shown:
                self.receipts["".join(re.findall(r"\d", shown[0]))] = text


def test_no_receipt_shown_is_lost_when_the_server_ends_at_random(store_urls: StoreUrls, tmp_path: Path) -> None:
    installation = found(tmp_path, store_urls)
    senders = [Sender(installation.url) for _ in range(3)]
    for sender in senders:
        sender.start()
    for sign in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
        time.sleep(0.8 + secrets.randbelow(600) / 1000)
        began = time.monotonic()
        installation.server.stop(sign)
        assert time.monotonic() - began < 20
        installation.server.start()
    time.sleep(1)
    for sender in senders:
        sender.stopped.set()
        sender.join(30)
    installation.server.stop()
    shown = {receipt: text for sender in senders for receipt, text in sender.receipts.items()}
    assert len(shown) > 10
    with sessionmaker(open_store(store_urls.casework))() as session:
        for receipt, text in shown.items():
            own = open_by_receipt(session, receipt)
            row = session.query(Submission).filter_by(case_id=own.case.id).one()
            told = own.keys.open(row.sealed)
            assert told["what_happened"] == text
            assert told["files"][0]["size"] == len(text) * 4000
    assert installation.server.printed() == ""
