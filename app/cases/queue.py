"""The queue: what a moderator may open, the most urgent and oldest first. Counts and rows come from one filter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, case, exists, func, or_, select
from sqlalchemy.orm import Session

from app.identity.sessions import SignedIn
from app.stores.casework import STATUSES, Account, Case, CaseState, Grant
from app.vocabulary import URGENCIES

PAGE = 100
DONE = ("published", "withdrawn", "closed")


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """`status` is one of the statuses, `open` (the default) or `all`."""

    status: str = "open"
    state: str = ""
    mine: bool = False
    unread: bool = False

    @classmethod
    def of(cls, query: Any) -> QueueFilter:
        status = query.get("status") or "open"
        return cls(
            status if status in (*STATUSES, "open", "all") else "open",
            (query.get("state") or "")[:16],
            bool(query.get("mine")),
            bool(query.get("unread")),
        )

    def select(self, who: SignedIn) -> Select[Case]:
        """The cases that this filter lists: those with a grant for this moderator, and no others."""
        wanted = select(Case).join(Grant, (Grant.case_id == Case.id) & (Grant.keyholder_id == who.keyholder_id))
        if self.status == "open":
            wanted = wanted.where(or_(Case.status.not_in(DONE), Case.unread))
        elif self.status != "all":
            wanted = wanted.where(Case.status == self.status)
        if self.state:
            wanted = wanted.where(exists().where(CaseState.case_id == Case.id, CaseState.state == self.state))
        if self.mine:
            wanted = wanted.where(Case.assignee_id == who.account_id)
        return wanted.where(Case.unread) if self.unread else wanted


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in the queue; nothing of it is opened for this."""

    id: str
    status: str
    urgency: str
    received_on: date
    states: str
    assignee: str
    unread: bool


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


def rows(session: Session, wanted: QueueFilter, who: SignedIn) -> list[QueueRow]:
    urgency = case({code: n for n, code in enumerate(URGENCIES.codes)}, value=Case.urgency, else_=9)
    found = session.scalars(wanted.select(who).order_by(urgency, Case.received_on, Case.id).limit(PAGE)).all()
    logins = dict(session.execute(select(Account.id, Account.login)).all())
    states: dict[str, list[str]] = {}
    for one in session.scalars(select(CaseState).where(CaseState.case_id.in_([row.id for row in found]))):
        if one.state not in states.setdefault(one.case_id, []):
            states[one.case_id].append(one.state)
    return [
        QueueRow(
            row.id,
            row.status,
            row.urgency,
            row.received_on,
            ", ".join(sorted(states.get(row.id, []))),
            logins.get(row.assignee_id or "", ""),
            row.unread,
        )
        for row in found
    ]
