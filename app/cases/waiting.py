"""What waits for one moderator, before all that waits for anybody: each with its reason, the gravest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from app.cases.two_people import objection
from app.clock import today
from app.i18n import N_
from app.identity.sessions import SignedIn
from app.stores.casework import Case, Grant, Proposal, ReleaseOrder

MOST = 10  # of each reason
LOOKED_AT = 50  # proposals, of which some are one's own or of somebody with a common sponsor
CLAIM_ENDS = timedelta(days=3)

UNCOVERED = N_("What is public of it is no longer covered by consent.")
SECOND = N_("It waits for a second moderator, who can be you.")
SECOND_OF = {
    "withdrawn": N_("A second person must agree that it is withdrawn for good, and can be you."),
    "told": N_("A second person must agree that the Office is told a name, and can be you."),
}
HELD = N_("Its release is near, and a message is not noted as read.")
MESSAGE = N_("The submitter wrote to you.")
ENDING = N_("Your claim ends soon.")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case that waits for somebody: why, and until when where there is such a day."""

    case_id: str
    why: str
    until: date | None = None


def waiting_for(session: Session, who: SignedIn) -> list[Waiting]:
    """Each case once, with its gravest reason."""
    found: dict[str, Waiting] = {}
    for source in (_uncovered, _second, _held, _messages, _ending):
        for number, one in enumerate(source(session, who)):
            if number == MOST:
                break
            found.setdefault(one.case_id, one)
    return list(found.values())


def _mine(who: SignedIn, *wanted: Any) -> Select[Any]:
    granted = exists().where(Grant.case_id == Case.id, Grant.keyholder_id == who.keyholder_id)
    return select(Case.id).where(granted, *wanted)


def _each(ids: Sequence[str], why: str) -> Iterator[Waiting]:
    return (Waiting(case_id, why) for case_id in ids)


def _uncovered(session: Session, who: SignedIn) -> Iterator[Waiting]:
    return _each(session.scalars(_mine(who, Case.place == 0).order_by(Case.received_on).limit(MOST)).all(), UNCOVERED)


def _second(session: Session, who: SignedIn) -> Iterator[Waiting]:
    """Proposals to which this moderator may be the second person."""
    granted = exists().where(Grant.case_id == Proposal.case_id, Grant.keyholder_id == who.keyholder_id)
    others = select(Proposal).where(Proposal.open, Proposal.proposed_by != who.account_id, granted)
    for proposal in session.scalars(others.order_by(Proposal.case_id).limit(LOOKED_AT)).all():
        if not objection(session, proposal, who):
            yield Waiting(proposal.case_id, SECOND_OF.get(proposal.kind, SECOND))


def _held(session: Session, who: SignedIn) -> Iterator[Waiting]:
    """Agreed releases that a message holds back, by their day."""
    due = (
        select(Case.id, ReleaseOrder.due_on)
        .join(ReleaseOrder, ReleaseOrder.case_id == Case.id)
        .where(Case.status == "scheduled", Case.message_unread, ~ReleaseOrder.delivered)
        .where(exists().where(Grant.case_id == Case.id, Grant.keyholder_id == who.keyholder_id))
        .order_by(ReleaseOrder.due_on)
        .limit(MOST)
    )
    return (Waiting(case_id, HELD, due_on) for case_id, due_on in session.execute(due))


def _messages(session: Session, who: SignedIn) -> Iterator[Waiting]:
    wanted = _mine(who, Case.assignee_id == who.account_id, Case.message_unread)
    return _each(session.scalars(wanted.order_by(Case.place, Case.received_on, Case.id).limit(MOST)).all(), MESSAGE)


def _ending(session: Session, who: SignedIn) -> Iterator[Waiting]:
    soon = (Case.assignee_id == who.account_id, Case.place < 9, Case.claimed_until <= today() + CLAIM_ENDS)
    ends = _mine(who, *soon).add_columns(Case.claimed_until).order_by(Case.claimed_until).limit(MOST)
    return (Waiting(case_id, ENDING, until) for case_id, until in session.execute(ends))
