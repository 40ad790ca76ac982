"""The chains of readings: every link is recomputed, and with the auditor's key what was read is opened and compared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.heads import Head, lost
from app.chains import BEGINNING, commitment, digest, link_hash
from app.clock import today
from app.readings import KEPT_DAYS, link_content
from app.sealing import CannotOpen, unseal
from app.stores.readings import Reading, ReadingEnd

PIECE = 500


@dataclass(slots=True)
class Readings:
    """What a walk over all readings found."""

    problems: list[str] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    count: int = 0


def verify_readings(session: Session, kept: Iterable[Head] = ()) -> Readings:
    """Everything that is wrong with the readings, in words, and where each chain ends now.

    `kept`: where chains ended earlier; whatever was not old enough to go and does not stand there any more is named.
    """
    found, missing, walk = Readings(), set(kept), _Walk(session)
    for row in _rows(session):
        found.count += 1
        found.problems += walk.problems_of(row)
        head = Head("readings", row.chain, row.position, row.link, row.day.isoformat())
        missing.discard(head)
        if found.heads and found.heads[-1].chain == row.chain:
            found.heads.pop()
        found.heads.append(head)
    found.problems += walk.problems_at_the_end()
    found.problems += lost(one for one in missing if date.fromisoformat(one.day) >= _oldest())
    return found


def _oldest() -> date:
    return today() - timedelta(days=KEPT_DAYS)


def _rows(session: Session) -> Iterator[Reading]:
    ordered = select(Reading).order_by(Reading.chain, Reading.position)
    return iter(session.scalars(ordered.execution_options(yield_per=PIECE)))


def _place(row: Reading) -> str:
    return f"reading {row.position} of chain {row.chain} on {row.day}, account {row.account_id}"


class _Walk:
    """Goes from row to row, chain by chain; remembers what sessions and accounts must lead to."""

    def __init__(self, session: Session) -> None:
        self._before: Reading | None = None
        firsts = session.execute(select(Reading.follows, Reading.account_id).where(Reading.position == 0)).all()
        self._ends = dict(session.execute(select(ReadingEnd.account_id, ReadingEnd.link)).all())
        self._wanted = {(row.follows, row.account_id) for row in firsts} | {
            (link, account) for account, link in self._ends.items()
        }
        self._met: set[tuple[str, str]] = set()
        self._firsts: dict[tuple[str, str], str] = {}
        self._accounts: set[str] = set()

    def problems_of(self, row: Reading) -> Iterator[str]:
        place, before = _place(row), self._before
        self._before = row
        self._accounts.add(row.account_id)
        if (row.link, row.account_id) in self._wanted:
            self._met.add((row.link, row.account_id))
        if row.link != link_hash(row.follows, link_content(row)):
            yield f"{place}: is not what was written"
        if not _is_what_it_commits_to(row):
            yield f"{place}: what it says is not what was written"
        if before is not None and before.chain == row.chain and before.position == row.position - 1:
            if before.link != row.follows or before.account_id != row.account_id:
                yield f"{place}: does not follow from the one before"
        elif row.position == 0:
            self._firsts[row.follows, row.account_id] = place if row.day >= _oldest() else ""
        elif row.day >= _oldest():
            yield f"{place}: what stood before it was removed"

    def problems_at_the_end(self) -> Iterator[str]:
        for (follows, account), place in self._firsts.items():
            if place and follows != BEGINNING and (follows, account) not in self._met:
                yield f"{place}: the session before it was removed, or its end"
        for account, link in self._ends.items():
            if link != BEGINNING and (link, account) not in self._met:
                yield f"account {account}: its last readings were removed"
        for account in sorted(self._accounts - self._ends.keys()):
            yield f"account {account}: nothing tells where its readings end"


def _is_what_it_commits_to(row: Reading) -> bool:
    if row.salt is None or row.tag is None or row.sealed is None:
        return row.day < _oldest()
    return row.commitment == commitment(row.salt, {"tag": row.tag, "sealed": digest(row.sealed)})


@dataclass(frozen=True, slots=True)
class Opened:
    """A reading as the auditor's key shows it: `what` was opened, and what is told about it."""

    day: date
    account_id: str
    what: str
    about: dict[str, Any]


def opened_readings(session: Session, private_key: str, problems: list[str]) -> Iterator[Opened]:
    """Every reading that was not emptied; those that the key does not open go into `problems`."""
    for row in _rows(session):
        if row.sealed is None:
            continue
        try:
            told = json.loads(unseal(row.sealed, private_key))
            yield Opened(row.day, row.account_id, told.pop("what"), told)
        except (CannotOpen, ValueError, KeyError, AttributeError):
            problems.append(f"{_place(row)}: does not open with this key")
