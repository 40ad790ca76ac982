"""The queue: what a moderator may open, the most urgent and oldest first. Counts and rows come from one filter.

Cases are listed in the order of an index (`Case.place`, day, id), so that the first page of 50,000 costs as much as that
of 1,000; for the same reason a count goes no further than `COUNTED`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from app.clock import today
from app.identity.sessions import SignedIn
from app.stores.casework import DONE, PLACE_DONE, PLACES_ASIDE, STATUSES, URGENCIES, Account, Case, CaseState, Grant

PAGE = 100
COUNTED = 500  # what is more is said as "more than"
MOST_FOUND = 10_000  # cases that one search by title can list
QUERY = ("status", "state", "urgency", "language", "mine", "free", "unread", "q")
VIEWS = ("open", "aside", "all")
_STATE = re.compile("[A-Z]{2}")
_LANGUAGE = re.compile("[a-z]{2,8}")
_CURSOR = re.compile(r"(\d)-(\d{4}-\d\d-\d\d)-([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """`status` is one of the statuses, `open`, `aside` or `all`; `q`: words of a working title.

    Without a status it is `open`, and `all` for a search.
    """

    status: str = "open"
    state: str = ""
    urgency: str = ""
    language: str = ""
    mine: bool = False
    free: bool = False
    unread: bool = False
    q: str = ""
    after: str = ""
    found: tuple[str, ...] | None = None  # the cases whose title was searched for; None: every case

    @classmethod
    def of(cls, query: Any) -> QueueFilter:
        """From the address of a page. What no page ever wrote there counts as not said."""
        words, urgency = " ".join((query.get("q") or "").split())[:100], query.get("urgency") or ""
        status, usual = query.get("status") or "", "all" if words else "open"
        return cls(
            status if status in (*STATUSES, *VIEWS) else usual,
            state if (state := (query.get("state") or "")) and _STATE.fullmatch(state) else "",
            urgency if urgency in URGENCIES else "",
            language if (language := (query.get("language") or "")) and _LANGUAGE.fullmatch(language) else "",
            bool(query.get("mine")),
            bool(query.get("free")),
            bool(query.get("unread")),
            words,
            (query.get("after") or "")[:64],
        )

    def conditions(self, who: SignedIn) -> list[ColumnElement[bool]]:
        """What a case must be to be listed: with a grant for this moderator, and as asked for."""
        wanted: list[ColumnElement[bool]] = [
            exists().where(Grant.case_id == Case.id, Grant.keyholder_id == who.keyholder_id)
        ]
        if self.status == "open":
            wanted.append(Case.place <= PLACES_ASIDE["burst"])
        elif self.status == "aside":
            wanted.append(Case.place.in_(PLACES_ASIDE.values()))
        elif self.status != "all":
            wanted.append(Case.status == self.status)
        if self.found is not None:
            wanted.append(Case.id.in_(self.found[:MOST_FOUND]))
        if self.state:
            wanted.append(exists().where(CaseState.case_id == Case.id, CaseState.state == self.state))
        if self.urgency:
            wanted.append(Case.urgency == self.urgency)
            wanted.append(Case.place.in_((0, 1 + URGENCIES.index(self.urgency), *PLACES_ASIDE.values(), PLACE_DONE)))
        if self.mine:
            wanted.append(Case.assignee_id == who.account_id)
        if self.free:
            wanted.append(or_(Case.assignee_id.is_(None), Case.claimed_until < today()))
        if self.unread:
            wanted.append(Case.unread.is_(True))
        return wanted

    def select(self, who: SignedIn) -> Select[Case]:
        """The cases that this filter lists, in no order."""
        return select(Case).where(*self.conditions(who))


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in the queue; nothing of it is opened for this. `waiting`: for how many days, while it is open."""

    id: str
    status: str
    urgency: str
    received_on: date
    waiting: int | None
    states: tuple[str, ...]
    assignee: str
    unread: bool
    uncovered: bool
    aside: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The rows of one page, and the cursor of the next; empty on the last."""

    rows: list[QueueRow]
    following: str


def count(session: Session, wanted: QueueFilter, who: SignedIn) -> int:
    """How many cases a filter lists; `COUNTED + 1` for more than that."""
    return count_each(session, {"": wanted}, who)[""]


def count_each(session: Session, filters: Mapping[str, QueueFilter], who: SignedIn) -> dict[str, int]:
    """The same for many filters, in one statement."""
    numbers = [_number(wanted, who).label(f"number_{place}") for place, wanted in enumerate(filters.values())]
    return dict(zip(filters, session.execute(select(*numbers)).one(), strict=True))


def _number(wanted: QueueFilter, who: SignedIn) -> ScalarSelect[int]:
    some = select(literal(1)).select_from(Case).where(*wanted.conditions(who)).limit(COUNTED + 1)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


TABS = {
    "open": QueueFilter(),
    "mine": QueueFilter("all", mine=True),
    "free": QueueFilter(free=True),
    "unread": QueueFilter("all", unread=True),
    "proposed": QueueFilter("proposed"),
    "aside": QueueFilter("aside"),
    "all": QueueFilter("all"),
}


def counts(session: Session, wanted: QueueFilter, who: SignedIn) -> dict[str, int]:
    """How many cases a filter lists (`total`), each tab of the queue, and each status or urgency if it were chosen."""
    statuses = {one: replace(wanted, status=one) for one in STATUSES}
    urgencies = {one: replace(wanted, urgency=one) for one in URGENCIES}
    return count_each(session, {"total": wanted} | TABS | statuses | urgencies, who)


def narrowed(session: Session, wanted: QueueFilter) -> QueueFilter:
    """The same filter; one for a State with few cases names them, so that nobody looks for them among all others."""
    if not wanted.state:
        return wanted
    of_state = select(CaseState.case_id).where(CaseState.state == wanted.state).distinct().limit(COUNTED + 1)
    ids = session.scalars(of_state).all()
    if len(ids) > COUNTED:
        return wanted
    found = set(ids) if wanted.found is None else set(ids) & set(wanted.found)
    return replace(wanted, found=tuple(sorted(found)))


def without_reader(session: Session) -> int:
    """How many cases no moderator can open: each of them has a conflict of interest, or is gone."""
    readers = session.scalars(select(Account.keyholder_id).where(Account.role == "moderator", Account.active)).all()
    cases = session.scalar(select(func.count()).select_from(Case)) or 0
    for one in readers:
        if cases == session.scalar(select(func.count()).where(Grant.keyholder_id == one)):
            return 0  # somebody reads all of them
    read = exists().where(Grant.case_id == Case.id, Grant.keyholder_id.in_(readers))
    return session.scalar(select(func.count()).select_from(Case).where(~read)) or 0


def rows(session: Session, wanted: QueueFilter, who: SignedIn) -> QueuePage:
    """A page: what consent no longer covers first, then the most urgent and oldest, what is put aside last."""
    order = tuple_(Case.place, Case.received_on, Case.id)
    listed = wanted.select(who)
    if (after := _place(wanted.after)) is not None:
        listed = listed.where(order > tuple_(*map(literal, after)))
    found = session.scalars(listed.order_by(*order.clauses).limit(PAGE + 1)).all()
    shown = found[:PAGE]
    active = select(Account.id, Account.login).where(Account.active)
    logins = dict(session.execute(active).all())
    states = _states(session, [one.id for one in shown])
    following = _cursor(shown[-1]) if len(found) > PAGE else ""
    return QueuePage([_row(one, states, logins) for one in shown], following)


def _states(session: Session, ids: list[str]) -> dict[str, set[str]]:
    states: dict[str, set[str]] = {}
    for one in session.scalars(select(CaseState).where(CaseState.case_id.in_(ids))):
        states.setdefault(one.case_id, set()).add(one.state)
    return states


def _row(row: Case, states: dict[str, set[str]], logins: dict[str, str]) -> QueueRow:
    return QueueRow(
        id=row.id,
        status=row.status,
        urgency=row.urgency,
        received_on=row.received_on,
        waiting=None if row.status in DONE else (today() - row.received_on).days,
        states=tuple(sorted(states.get(row.id, ()))),
        assignee=logins.get(row.assignee_id or "", ""),
        unread=row.unread,
        uncovered=row.uncovered,
        aside=row.aside if row.aside in PLACES_ASIDE else "",
    )


def _cursor(row: Case) -> str:
    return f"{row.place}-{row.received_on.isoformat()}-{row.id}"


def _place(cursor: str) -> tuple[int, date, str] | None:
    """Where a page begins; None for the beginning, and for what no page ever gave."""
    found = _CURSOR.fullmatch(cursor)
    try:
        return (int(found[1]), date.fromisoformat(found[2]), found[3]) if found else None
    except ValueError:
        return None
