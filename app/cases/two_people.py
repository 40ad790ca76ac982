"""What needs two people: two accounts that no third person alone brought in (`app.identity.sponsors.tie`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.keys import conflicted
from app.documents.agreed import ProposedEntry
from app.documents.entry import PublicEntry
from app.i18n import N_
from app.identity.sessions import SignedIn
from app.identity.sponsors import Tie, sponsors_of, tie
from app.problems import Conflict
from app.stores.casework import Account, Case, Proposal

ENTRIES = ("published", "corrected", "followed_up")
NO_LONGER = N_("Whoever proposed this may not act on it any more. It must be proposed anew.")
WITHDRAWAL, TELLING = ("withdrawn",), ("told",)
WHY_NOT = {
    Tie.SAME: N_("You proposed this yourself. Another moderator must agree."),
    Tie.UNKNOWN: N_("One of you has not two sponsors. Another moderator must agree."),
    Tie.SPONSOR: N_("One of you vouched for the other. A third moderator must agree."),
    Tie.ORIGIN: N_("The same people vouched for both of you. A moderator with other sponsors must agree."),
}


def may_approve(proposer: str, approver: str, sponsors: Mapping[str, frozenset[str]]) -> str:
    """Why an account may not approve what another proposed, as a message; empty when it may."""
    found = tie(proposer, approver, sponsors)
    return WHY_NOT[found] if found else ""


def objection(session: Session, proposal: Proposal, who: SignedIn) -> str:
    """Why this moderator may not be the second person, as a message; empty when they may."""
    if conflicted(session, proposal.proposed_by, proposal.case_id):
        return NO_LONGER
    return objection_between(session, proposal.proposed_by, who.account_id)


def objection_between(session: Session, first: str, second: str) -> str:
    """Why one account may not agree to what another began, as a message; empty when it may."""
    began = session.get(Account, first)
    if began is None or not began.active:
        return NO_LONGER
    return may_approve(first, second, sponsors_of(session, {first, second}))


def open_proposal(session: Session, case_id: str, kinds: tuple[str, ...]) -> Proposal | None:
    """What waits for a second person, of these kinds."""
    waiting = select(Proposal).where(Proposal.case_id == case_id, Proposal.open, Proposal.kind.in_(kinds))
    return session.scalar(waiting)


def require_open_proposal(session: Session, case_id: str, kinds: tuple[str, ...]) -> Proposal:
    """The same. Conflict when nothing waits (any more)."""
    found = open_proposal(session, case_id, kinds)
    if found is None:
        raise Conflict
    return found


def close_proposals(session: Session, case_id: str, kinds: tuple[str, ...] = ENTRIES + WITHDRAWAL + TELLING) -> None:
    for old in session.scalars(
        select(Proposal).where(Proposal.case_id == case_id, Proposal.open, Proposal.kind.in_(kinds))
    ):
        old.open = False
    session.flush()


def as_seen(proposal: Proposal, case: Case) -> str:
    """What a second moderator has before their eyes: this proposal, with this version of the case file."""
    return f"{proposal.id}.{case.version}"


def require_as_seen(proposal: Proposal, case: Case, seen: str) -> None:
    if seen != as_seen(proposal, case):
        raise Conflict(N_("The proposal changed since you opened it. Please read it again."))


def entry_in(document: Mapping[str, Any]) -> PublicEntry:
    """The entry of an opened proposal."""
    return ProposedEntry.read(document).entry
