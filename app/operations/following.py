"""`registry backup --follow FOLDER`: backups by the clock, whether or not anything changed.

Every three minutes `latest.age` holds the stores and the keys, so that at most that and the time of one backup is lost.
Each quarter of an hour it is kept as `quarter-….age`, and once a day everything with the sealed files as `day-….age`: files that
came since the last day's backup are in no backup yet. Names are the clock's, sizes are padded, times are zero: who watches the folder
learns nothing of what came in.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.operations.archive import sync_folder
from app.operations.backup import back_up
from app.settings import Settings

EVERY = 180  # seconds; a quarter of an hour is five of them
QUARTERS = 8
DELETED_AT_ONCE = 2  # days that go when a new one comes: a clock that jumps ahead must not empty the folder
LATEST = "latest.age"
BEFORE_UPGRADE = "before-upgrade"  # in the data folder, with a day


def back_up_now(settings: Settings, folder: Path, at: datetime) -> None:
    """One round. CannotBackUp, OSError, Unavailable; what was there before stays until what replaces it is durable."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    back_up(settings, folder / LATEST, with_files=False)
    quarter = at.replace(minute=at.minute // 15 * 15)
    _keep(folder / LATEST, folder / f"quarter-{quarter:%Y-%m-%dT%H%MZ}.age")
    _prune_quarters(folder, f"quarter-{quarter:%Y-%m-%dT%H%MZ}.age")
    day = folder / f"day-{at:%Y-%m-%d}.age"
    if not day.exists():
        back_up(settings, day)
        for where, kind in ((folder, "day"), (settings.data_folder, BEFORE_UPGRADE)):
            _prune_days(where, kind, at, settings.backup_days)
    sync_folder(folder, fixed_time=True)


def _keep(latest: Path, name: Path) -> None:
    """The first round of a quarter gives it its name: a second one of the same file, or a copy where there are no links."""
    if name.exists():
        return
    part = name.with_name(f".{name.name}.part")
    part.unlink(missing_ok=True)
    try:
        os.link(latest, part)
    except OSError:
        shutil.copy2(latest, part)
    part.replace(name)


def _prune_quarters(folder: Path, present: str) -> None:
    """Keeps the newest; those that a clock which ran ahead left go first."""
    found = sorted(one.name for one in folder.glob("quarter-*.age"))
    kept = [name for name in found if name <= present][-QUARTERS:]
    for name in set(found) - set(kept):
        (folder / name).unlink()


def _prune_days(folder: Path, kind: str, at: datetime, days: int) -> None:
    first, last = (f"{kind}-{day:%Y-%m-%d}.age" for day in (at - timedelta(days=days), at))
    found = sorted(one.name for one in folder.glob(f"{kind}-*.age"))
    old = [name for name in found if not first <= name <= last]
    for name in old[:DELETED_AT_ONCE]:
        (folder / name).unlink()


def follow(settings: Settings, folder: Path, report: Callable[[Exception], None]) -> None:
    """Round after round until the process is ended. One that fails is reported, and the next one tries again."""
    while True:
        try:
            back_up_now(settings, folder, datetime.now(UTC))
        except Exception as error:
            report(error)
        time.sleep(EVERY - time.time() % EVERY)
