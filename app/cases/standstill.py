"""When releases stand still: after a restore until two moderators confirmed what waits, and in a lockdown.

A backup is older than what people decided last: a consent may have been taken back, a release stopped. So what a restored
store would release, shows, or tells the Office is confirmed case by case by two different moderators; hiding never waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, delete, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from app.cases.keys import lock_case
from app.cases.two_people import objection_between
from app.clock import today
from app.history import append_event
from app.i18n import N_
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.problems import Closed, Conflict, Forbidden
from app.stores.casework import Account, Case, Grant, OfficeItem, Proposal, Standstill, UnconfirmedCase

RESTORED, LOCKDOWN = "restored", "lockdown"


def stands_still(session: Session) -> bool:
    """Whether nothing new goes out to the public now."""
    return session.scalar(select(Standstill.kind).limit(1)) is not None


def require_open(installation: Installation) -> None:
    """Closed in a lockdown."""
    with installation.casework.read() as session:
        if session.get(Standstill, LOCKDOWN) is not None:
            raise Closed


def require_confirmed(installation: Installation) -> None:
    """Closed while a restore is not confirmed: what the Office reads."""
    with installation.casework.read() as session:
        if session.get(Standstill, RESTORED) is not None:
            raise Closed(
                N_("The desk is confirming each item after a restore. Nothing is lost. Please come back later.")
            )


def _in_use() -> ColumnElement[bool]:
    """Of a case: whether a consent takes effect, outside or soon."""
    told = exists().where(OfficeItem.case_id == Case.id, OfficeItem.sealed.is_not(None))
    proposed = exists().where(Proposal.case_id == Case.id, Proposal.open)
    return or_(Case.live, Case.status == "scheduled", told, proposed)


def freeze(session: Session, since: date) -> None:
    """Everything stands still after a restore of a day's backup, until each case in use is confirmed."""
    session.add(Standstill(kind=RESTORED, since=since))
    session.flush()
    cases = select(Case.id).where(_in_use(), ~exists().where(UnconfirmedCase.case_id == Case.id))
    session.execute(insert(UnconfirmedCase).from_select(["case_id"], cases))


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A case of the list. `mine`: whether this moderator confirmed it already, and another one must."""

    case_id: str
    status: str
    entry_ref: str
    mine: bool
    by_another: bool


def unconfirmed(session: Session, who: SignedIn, most: int) -> Sequence[Unconfirmed]:
    """What this moderator can open and nobody, or one other, has confirmed yet; decided releases first."""
    rows = session.execute(
        select(Case.id, Case.status, Case.entry_ref, UnconfirmedCase.confirmed_by)
        .join(UnconfirmedCase, UnconfirmedCase.case_id == Case.id)
        .join(Grant, (Grant.case_id == Case.id) & (Grant.keyholder_id == who.keyholder_id))
        .where(_in_use())
        .order_by(Case.status != "scheduled", UnconfirmedCase.confirmed_by == who.account_id, Case.id)
        .limit(most)
    )
    return [
        Unconfirmed(row.id, row.status, row.entry_ref or "", row.confirmed_by == who.account_id, bool(row.confirmed_by))
        for row in rows
    ]


def number_unconfirmed(session: Session) -> int:
    """How many cases nobody, or one person, has confirmed. Those that are hidden or ended meanwhile need nobody."""
    waiting = select(func.count()).select_from(UnconfirmedCase).join(Case, Case.id == UnconfirmedCase.case_id)
    return session.scalar(waiting.where(_in_use())) or 0


def confirm_cases(installation: Installation, who: SignedIn, case_ids: Iterable[str]) -> None:
    """A moderator confirms that what is decided and agreed in these cases still holds; the second one ends each.

    Forbidden for the same person twice, or for two of whom one vouched for the other or who share a sponsor. Cases
    without a grant of theirs, or confirmed meanwhile, are left as they are.
    """
    for case_id in sorted(set(case_ids)):
        with installation.casework.write() as session:
            if session.get(Grant, (case_id, who.keyholder_id)) is None:
                continue
            case = lock_case(session, case_id)
            row = session.get(UnconfirmedCase, case_id, with_for_update=True)
            if row is None or row.confirmed_by == who.account_id:
                continue
            if row.confirmed_by is None or not _active(session, row.confirmed_by):
                row.confirmed_by = who.account_id
            else:
                _require_second(session, row.confirmed_by, who)
                session.delete(row)
            append_event(session, case, "confirm_restored", who.account_id)


def lift(installation: Installation, who: SignedIn, kind: str) -> bool:
    """Ends a standstill when a second person agrees; whether it ended. Conflict while cases are to be confirmed."""
    with installation.casework.write() as session:
        row = session.get(Standstill, kind, with_for_update=True)
        if row is None:
            return True
        if kind == RESTORED and number_unconfirmed(session):
            raise Conflict(N_("Some cases are not confirmed by two moderators yet."))
        if row.lifted_by is None or row.lifted_by == who.account_id or not _active(session, row.lifted_by):
            row.lifted_by = who.account_id
            return False
        _require_second(session, row.lifted_by, who)
        end(session, kind)
    return True


def end(session: Session, kind: str) -> None:
    """In the caller's transaction, whoever decided it."""
    session.execute(delete(Standstill).where(Standstill.kind == kind))
    if kind == RESTORED:
        session.execute(delete(UnconfirmedCase))


def lock_down(session: Session) -> None:
    """Closes intake, desk and Office at once, in the caller's transaction. Once more changes nothing but takes back a lifting."""
    row = session.get(Standstill, LOCKDOWN, with_for_update=True)
    if row is None:
        session.add(Standstill(kind=LOCKDOWN, since=today()))
    else:
        row.lifted_by = None


def _active(session: Session, account_id: str) -> bool:
    account = session.get(Account, account_id)
    return account is not None and account.active


def _require_second(session: Session, first: str, who: SignedIn) -> None:
    if message := objection_between(session, first, who.account_id):
        raise Forbidden(message)
