"""The one clock. Days are UTC; nothing finer than a day is ever stored with a case or shown to the public."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime


def today() -> date:
    return datetime.now(UTC).date()


def hour() -> int:
    """The hour of the day, UTC, 0–23."""
    return datetime.now(UTC).hour


def day_of(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()


def now() -> int:
    """Seconds since 1970, for the ends of sessions and one-time codes only."""
    return int(time.time())
