"""The queue: what a moderator may open, the most urgent and oldest first. Counts and rows come from one filter."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, Subquery, case, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from app.clock import today
from app.identity.sessions import SignedIn
from app.stores.casework import STATUSES, Account, Case, CaseState, Grant
from app.vocabulary import URGENCIES

PAGE = 100
QUERY = ("status", "state", "mine", "unread", "q")
MOST_FOUND = 10_000  # cases that one search by title can list
URGENT_A_DAY = 20  # new urgent cases of one day that go before all others; what is beyond is listed after them
_STATE = re.compile("[A-Z]{2}")
_CURSOR = re.compile(r"([01])([01])(\d)-(\d{4}-\d\d-\d\d)-([0-9a-f]{32})")
DONE = ("published", "withdrawn", "closed")


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """`status` is one of the statuses, `open` (the default) or `all`; `q`: words of a working title."""

    status: str = "open"
    state: str = ""
    mine: bool = False
    unread: bool = False
    q: str = ""
    after: str = ""
    found: tuple[str, ...] | None = None  # the cases whose title was searched for; None: every case

    @classmethod
    def of(cls, query: Any) -> QueueFilter:
        status = query.get("status") or "open"
        return cls(
            status if status in (*STATUSES, "open", "all") else "open",
            state if (state := (query.get("state") or "")) and _STATE.fullmatch(state) else "",
            bool(query.get("mine")),
            bool(query.get("unread")),
            " ".join((query.get("q") or "").split())[:100],
            (query.get("after") or "")[:64],
        )

    def select(self, who: SignedIn) -> Select[Case]:
        """The cases that this filter lists: those with a grant for this moderator, and no others."""
        wanted = select(Case).join(Grant, (Grant.case_id == Case.id) & (Grant.keyholder_id == who.keyholder_id))
        if self.status == "open":
            wanted = wanted.where(or_(Case.status.not_in(DONE), Case.unread, Case.uncovered))
        elif self.status != "all":
            wanted = wanted.where(Case.status == self.status)
        if self.state:
            wanted = wanted.where(exists().where(CaseState.case_id == Case.id, CaseState.state == self.state))
        if self.found is not None:
            wanted = wanted.where(Case.id.in_(self.found[:MOST_FOUND]))
        if self.mine:
            wanted = wanted.where(Case.assignee_id == who.account_id)
        return wanted.where(Case.unread) if self.unread else wanted


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in the queue; nothing of it is opened for this. `waiting`: for how many days, while it is open."""

    id: str
    status: str
    urgency: str
    received_on: date
    waiting: int | None
    states: str
    assignee: str
    unread: bool
    uncovered: bool
    flood: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The rows of one page, and the cursor of the next; empty on the last."""

    rows: list[QueueRow]
    following: str


def count(session: Session, wanted: QueueFilter, who: SignedIn) -> int:
    return session.scalar(select(func.count()).select_from(wanted.select(who).subquery())) or 0


def counts(session: Session, who: SignedIn) -> dict[str, int]:
    """How many cases each tab of the queue lists."""
    return {
        "open": count(session, QueueFilter(), who),
        "mine": count(session, replace(QueueFilter(), mine=True), who),
        "unread": count(session, QueueFilter("all", unread=True), who),
        "proposed": count(session, QueueFilter("proposed"), who),
        "all": count(session, QueueFilter("all"), who),
    }


def without_reader(session: Session) -> int:
    """How many cases no moderator can open: each of them has a conflict of interest, or is gone."""
    read = (
        exists()
        .where(Grant.case_id == Case.id, Grant.keyholder_id == Account.keyholder_id)
        .where(Account.role == "moderator", Account.active)
    )
    return session.scalar(select(func.count()).select_from(Case).where(~read)) or 0


def _beyond_the_day() -> Subquery:
    """New urgent cases with their number among those of their day. Which ones come first is left to chance (the id)."""
    number = func.row_number().over(partition_by=Case.received_on, order_by=Case.id)
    return select(Case.id, number.label("number")).where(Case.urgency == "urgent", Case.status == "received").subquery()


def rows(session: Session, wanted: QueueFilter, who: SignedIn) -> QueuePage:
    """A page: what consent no longer covers first, then the most urgent and oldest, what is beyond a day's number last."""
    numbered = _beyond_the_day()
    place = tuple_(
        case((Case.uncovered, 0), else_=1),
        case((numbered.c.number > URGENT_A_DAY, 1), else_=0),
        case({code: n for n, code in enumerate(URGENCIES.codes)}, value=Case.urgency, else_=9),
        Case.received_on,
        Case.id,
    )
    listed = wanted.select(who).outerjoin(numbered, numbered.c.id == Case.id)
    if (after := _place(wanted.after)) is not None:
        listed = listed.where(place > tuple_(*map(literal, after)))
    listed = listed.add_columns(*place.clauses).order_by(*place.clauses).limit(PAGE + 1)
    found = session.execute(listed).all()
    shown = found[:PAGE]
    logins = dict(session.execute(select(Account.id, Account.login)).all())
    states = _states(session, [one[0].id for one in shown])
    following = _cursor(shown[-1]) if len(found) > PAGE else ""
    return QueuePage([_row(one, states, logins) for one in shown], following)


def _states(session: Session, ids: list[str]) -> dict[str, set[str]]:
    states: dict[str, set[str]] = {}
    for one in session.scalars(select(CaseState).where(CaseState.case_id.in_(ids))):
        states.setdefault(one.case_id, set()).add(one.state)
    return states


def _row(found: Any, states: dict[str, set[str]], logins: dict[str, str]) -> QueueRow:
    row: Case = found[0]
    return QueueRow(
        id=row.id,
        status=row.status,
        urgency=row.urgency,
        received_on=row.received_on,
        waiting=None if row.status in DONE else (today() - row.received_on).days,
        states=", ".join(sorted(states.get(row.id, ()))),
        assignee=logins.get(row.assignee_id or "", ""),
        unread=row.unread,
        uncovered=row.uncovered,
        flood=bool(found[2]),
    )


def _cursor(found: Any) -> str:
    _, covered, beyond, rank, received_on, case_id = found
    return f"{covered}{beyond}{rank}-{received_on.isoformat()}-{case_id}"


def _place(cursor: str) -> tuple[int, int, int, date, str] | None:
    """Where a page begins; None for the beginning, and for what no page ever gave."""
    found = _CURSOR.fullmatch(cursor)
    try:
        return (int(found[1]), int(found[2]), int(found[3]), date.fromisoformat(found[4]), found[5]) if found else None
    except ValueError:
        return None
