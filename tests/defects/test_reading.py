"""Whoever reads what is public is answered at once, or told to come again: no question keeps the server busy."""

from __future__ import annotations

import os
import time
from pathlib import Path

import httpx
import psycopg
import pytest

from app.installation import open_installation
from app.settings import Settings
from tests.defects.person import Team
from tests.defects.serving import prepared, visitor
from tests.registry.releasing import Releases
from tests.support.engines import sqlite_urls

BOUND = 12  # seconds that a statement may take before it is given up, generously
LIVELY = 2
MANY = 10_000

pytestmark = pytest.mark.row("D33")


def test_no_question_of_a_reader_waits_without_end(on_postgresql: Team) -> None:
    """No statement had a bound on its time: a slow one went on after its reader had left."""
    store = on_postgresql.installation.urls.registry
    with psycopg.connect(store) as other:
        tables = other.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        other.execute("LOCK TABLE " + ", ".join(f'"{name}"' for (name,) in tables) + " IN ACCESS EXCLUSIVE MODE")
        with visitor(on_postgresql.installation.server, timeout=BOUND) as client:
            for path in ("/en/entries?state=XA", "/feed.json?state=XA"):
                try:
                    assert client.get(path).status_code in (200, 503), path
                except httpx.TimeoutException:
                    pytest.fail(f"{path} was not given up within {BOUND} s")
    assert httpx.get(f"{on_postgresql.installation.url}/en/entries?state=XA", trust_env=False).status_code == 200


@pytest.mark.skipif(not os.environ.get("SOAK"), reason="makes ten thousand entries")
def test_a_state_of_ten_thousand_entries_is_answered_at_once(tmp_path: Path) -> None:
    """One reader of a State's filter kept a processor busy for seconds, also after leaving."""
    urls = sqlite_urls(tmp_path)
    server = prepared(tmp_path, urls)
    known = {"data_folder": tmp_path / "data", "casework_url": urls.casework, "registry_url": urls.registry}
    releases = Releases(open_installation(Settings.model_validate(known | {"demo": True})))
    for number in range(MANY):
        releases.publish(days_ago=number % 300)
    try:
        server.start()
        with visitor(server) as client:
            for path in ("/en/entries?state=XA", "/en/states/XA", "/feed.json?state=XA&q=lawyer", "/en/"):
                began = time.monotonic()
                assert client.get(path).status_code == 200
                assert time.monotonic() - began < LIVELY, path
    finally:
        server.stop()
