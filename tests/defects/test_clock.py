"""What the clock does happens once a day and on its own: no damaged order repeats it, no visitor is needed for it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.defects.browser import Browser
from tests.defects.installation import Installation
from tests.defects.people import press_last, staffed, submission_form
from tests.defects.person import Draft, Moderator, OfficePerson, Someone, Team, Told
from tests.defects.serving import prepared
from tests.support.engines import sqlite_urls
from tests.support.server import ROOT, Server

TITLES = ("A lawyer was summoned", "A teacher was summoned")


def damage_orders(store: str) -> int:
    """Turns a byte of everything sealed in the orders that wait, as a failing disk does. How many there were."""
    changed = 0
    connection = sqlite3.connect(store.removeprefix("sqlite:///"), timeout=10)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in [one for one in tables if "order" in one]:
        for _, column, *_ in connection.execute(f"PRAGMA table_info({table})").fetchall():
            sealed = f"typeof({column}) = 'blob' AND length({column}) > 40"
            done = connection.execute(
                f"UPDATE {table} SET {column} = substr({column}, 1, 20) || zeroblob(20) WHERE {sealed}"
            )
            changed += done.rowcount
    connection.commit()
    connection.close()
    return changed


def tomorrow(installation: Installation) -> None:
    """One round of the clock's work on the next day, in its last hour; whether it fails is not asked."""
    subprocess.run(
        ["faketime", "-f", "+1d", sys.executable, "-m", "app.cli", "release"],
        env=installation.server._environment() | {"REGISTRY_RELEASE_HOUR": "0"},
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.mark.row("D28")
def test_a_damaged_order_does_not_let_the_daily_batch_run_again(tmp_path: Path) -> None:
    """With one order damaged the batch ran every ten seconds: what was agreed that day went out the same minute."""
    with staffed(tmp_path, sqlite_urls(tmp_path), REGISTRY_RELEASE_HOLD_DAYS="1,1") as made:
        one, two = (Moderator(made, login) for login in ("moderator-one", "moderator-two"))
        team = Team(made, one, two, two, OfficePerson(made, "office"))
        team.scheduled(Told([Someone("Ines Varga")]), Draft(title=TITLES[0]))
        assert damage_orders(made.urls.casework) == 1
        tomorrow(made)
        assert TITLES[0] not in team.public()["/feed.json"][1]
        team.scheduled(Told([Someone("Oona Brackwater")]), Draft(title=TITLES[1]))
        tomorrow(made)
        assert TITLES[1] not in team.public()["/feed.json"][1]


def filled(folder: Path) -> int:
    """Bytes that are not zero in all files of an installation: what was erased from a store is zero."""
    return sum(
        len(data) - data.count(0) for file in folder.rglob("*") if file.is_file() for data in [file.read_bytes()]
    )


@pytest.mark.row("D28")
def test_what_is_kept_for_two_days_goes_though_nobody_comes(tmp_path: Path) -> None:
    """Files of a form that was never finished stayed until somebody else sent one."""
    server = prepared(tmp_path, sqlite_urls(tmp_path))
    try:
        server.start()
        before = filled(tmp_path)
        browser = Browser(server.url)
        browser.get("/en/submit")
        form = submission_form(browser)
        field = next(one.name for one in form.controls if one.kind == "file")
        form.fill("What happened?", "Not finished yet")
        kept = os.urandom(2_000_000)
        press_last(browser, form, "add another person", files=[(field, ("a.bin", kept, "application/octet-stream"))])
        assert "a.bin" in browser.text
        assert filled(tmp_path) - before > 1_900_000
        server.stop()
        assert later(server, "+4d", lambda: filled(tmp_path) - before < 200_000)
    finally:
        server.stop()


def later(server: Server, offset: str, done: object, seconds: float = 8) -> bool:
    """Serves the installation on a later day, with nobody coming, until what is waited for is so."""
    assert callable(done)
    process = subprocess.Popen(
        ["faketime", "-f", offset, sys.executable, "-m", "app.cli", "serve", "--port", str(server.port)],
        env=server._environment() | {"DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # the program that shifts the clock would leave the server behind
    )
    try:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if done():
                return True
            time.sleep(0.3)
        return False
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)
