"""What needs two people: two accounts, vouched for by different sponsors, of whom neither vouched for the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.keys import conflicted
from app.documents.agreed import ProposedEntry
from app.documents.entry import PublicEntry
from app.i18n import N_
from app.identity.accounts import folded
from app.identity.sessions import SignedIn
from app.problems import Conflict
from app.stores.casework import Account, Case, Proposal, Sponsorship

ENTRIES = ("published", "corrected", "followed_up")
NO_LONGER = N_("Whoever proposed this may not act on it any more. It must be proposed anew.")
WITHDRAWAL, TELLING = ("withdrawn",), ("told",)


def may_approve(proposer: str, approver: str, sponsors: Mapping[str, frozenset[str]], logins: Mapping[str, str]) -> str:
    """Why an account may not approve what another proposed, as a message; empty when it may. Names are folded."""
    if proposer == approver:
        return N_("You proposed this yourself. Another moderator must agree.")
    mine, theirs = sponsors.get(approver, frozenset()), sponsors.get(proposer, frozenset())
    if not mine or not theirs or mine & theirs:
        return N_("You and the proposer have a sponsor in common. A moderator with other sponsors must agree.")
    if logins[proposer] in mine or logins[approver] in theirs:
        return N_("One of you vouched for the other. A third moderator must agree.")
    return ""


def sponsors_of(session: Session, accounts: set[str]) -> Mapping[str, frozenset[str]]:
    rows = session.execute(
        select(Sponsorship.account_id, Sponsorship.sponsor).where(Sponsorship.account_id.in_(accounts))
    ).all()
    return {account: frozenset(folded(sponsor) for one, sponsor in rows if one == account) for account in accounts}


def objection(session: Session, proposal: Proposal, who: SignedIn) -> str:
    """Why this moderator may not be the second person, as a message; empty when they may."""
    if conflicted(session, proposal.proposed_by, proposal.case_id):
        return NO_LONGER
    return objection_to(session, proposal.proposed_by, who)


def objection_to(session: Session, first: str, who: SignedIn) -> str:
    """The same of what an account began."""
    both = {first, who.account_id}
    began = session.get(Account, first)
    if began is None or not began.active:
        return NO_LONGER
    named = session.execute(select(Account.id, Account.login).where(Account.id.in_(both))).all()
    logins = {account: folded(login) for account, login in named}
    return may_approve(first, who.account_id, sponsors_of(session, both), logins)


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
