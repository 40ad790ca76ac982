"""Backups by the clock: the same folder whether nobody or many wrote, and a clock that jumps empties nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.operations import following
from app.operations.following import LATEST, back_up_now
from app.operations.ledger import NAME
from app.operations.restore import restore
from app.settings import Settings
from tests.building import add_moderator, add_order
from tests.operations.test_archive import KEY, content, elsewhere, some_house
from tests.support.engines import sqlite_urls
from tests.support.server import ROOT

NOON = datetime(2026, 11, 3, 12, 0, 30, tzinfo=UTC)


def seen(folder: Path) -> list[tuple[object, ...]]:
    """What somebody sees who may look at the folder and open nothing."""
    found = [(one.name, one.stat()) for one in (*folder.iterdir(), folder)]
    return sorted((name, about.st_size, about.st_mtime, about.st_mode) for name, about in found)


def test_the_folder_tells_nothing_of_who_wrote(tmp_path: Path) -> None:
    made = some_house(sqlite_urls(tmp_path), tmp_path, releases=0)
    folders = [tmp_path / "quiet" / "backups", tmp_path / "busy" / "backups"]
    for number, folder in ((0, folders[0]), (8, folders[1])):
        for round_ in range(5):
            with made.casework.write() as session:
                one, two = (add_moderator(session, f"{who} {number} {round_}") for who in ("one", "two"))
                for _ in range(number):  # forty in all
                    add_order(made, session, one, two)
            back_up_now(made.settings, folder, NOON + timedelta(minutes=3 * round_ + 3))
    quiet, busy = (seen(folder) for folder in folders)
    assert quiet == busy
    assert sorted(one.name for one in folders[0].iterdir()) == [
        "day-2026-11-03.age",
        "latest.age",
        "ledger.age",
        "quarter-2026-11-03T1200Z.age",
        "quarter-2026-11-03T1215Z.age",
    ]


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds that write a few bytes: what is kept is decided by names."""

    def writes(_: Settings, file: Path, *, with_files: bool = True) -> None:
        file.write_bytes(b"sealed")

    monkeypatch.setattr(following, "back_up", writes)


def days(folder: Path) -> list[str]:
    return sorted(one.name.removesuffix(".age").removeprefix("day-") for one in folder.glob("day-*"))


def test_eight_quarters_and_thirty_five_days_are_kept(rounds: None, tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path / "data")
    settings.data_folder.mkdir()
    for day in range(40):
        if day % 10 == 0:
            (settings.data_folder / f"before-upgrade-{NOON + timedelta(days=day):%Y-%m-%d}.age").write_bytes(b"sealed")
        for minutes in range(0, 150, 15):
            back_up_now(settings, tmp_path, NOON + timedelta(days=day, minutes=minutes))
    assert len(list(tmp_path.glob("quarter-*"))) == 8
    assert len(list(settings.data_folder.iterdir())) == 3  # what an upgrade left is a backup too
    assert days(tmp_path) == [f"{NOON + timedelta(days=day):%Y-%m-%d}" for day in range(40 - 36, 40)]


def test_a_clock_that_jumps_empties_nothing(rounds: None, tmp_path: Path) -> None:
    settings = Settings()
    for day in range(20):
        back_up_now(settings, tmp_path, NOON + timedelta(days=day))
    kept, now = days(tmp_path), NOON + timedelta(days=19)
    back_up_now(settings, tmp_path, now + timedelta(days=400))
    back_up_now(settings, tmp_path, now - timedelta(hours=3))
    back_up_now(settings, tmp_path, now + timedelta(minutes=3))
    assert set(kept[following.DELETED_AT_ONCE :]) <= set(days(tmp_path))
    assert (tmp_path / f"quarter-{now:%Y-%m-%dT%H}00Z.age").exists()
    assert not list(tmp_path.glob("quarter-2027*"))  # what ran ahead does not push out what is real


def test_a_quarter_comes_back_with_the_files_of_the_day(tmp_path: Path) -> None:
    made = some_house(sqlite_urls(tmp_path), tmp_path)
    backups = tmp_path / "backups"
    back_up_now(made.settings, backups, datetime.now(UTC))
    (quarter,), (day,) = backups.glob("quarter-*"), backups.glob("day-*")
    again = elsewhere(tmp_path / "again", sqlite_urls(tmp_path))
    done = restore(again, quarter, KEY.private, [backups / NAME], files=day)
    assert (done.absent, content(again)) == (0, content(made.settings))


def test_it_follows_until_it_is_ended_and_a_failure_does_not_end_it(tmp_path: Path) -> None:
    """A round at once; then one that fails says a class and goes on."""
    made = some_house(sqlite_urls(tmp_path), tmp_path)
    hurried = "import app.operations.following as f; f.EVERY = 0.5\nfrom app.cli import main; main()"
    environment = {
        "PATH": os.environ["PATH"],
        "REGISTRY_DATA_FOLDER": str(made.settings.data_folder),
        "REGISTRY_CASEWORK_URL": made.settings.casework_address,
        "REGISTRY_REGISTRY_URL": made.settings.registry_address,
    }
    command = [sys.executable, "-c", hurried, "backup", "--follow", str(tmp_path / "backups")]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        _wait_for(tmp_path / "backups" / LATEST)
        (tmp_path / "casework.sqlite").rename(tmp_path / "away")
        assert process.stderr is not None
        assert process.stderr.readline() == "! no backup was made: OperationalError\n"
        (tmp_path / "backups" / LATEST).unlink()
        (tmp_path / "away").rename(tmp_path / "casework.sqlite")
        _wait_for(tmp_path / "backups" / LATEST)
        process.send_signal(signal.SIGKILL)


def _wait_for(file: Path) -> None:
    until = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < until
        time.sleep(0.05)
