"""Conflicts of interest: whoever declared one with a State reads no case of it, whenever the State is first named."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.access import OpenCase, regrant
from app.cases.keys import without_access
from app.documents.case_file import CaseFile
from app.history import append_event
from app.stores.casework import Account, Case, CaseState, ConflictOfInterest, Keyholder


def conflicted_accounts(session: Session, states: set[str]) -> set[str]:
    """The accounts that declared a conflict of interest with one of these States."""
    declared = select(ConflictOfInterest.account_id).where(ConflictOfInterest.state.in_(states))
    return set(session.scalars(declared))


def states_of(session: Session, case_id: str) -> set[str]:
    return set(session.scalars(select(CaseState.state).where(CaseState.case_id == case_id)))


def conflicted(session: Session, account_id: str, case_id: str) -> bool:
    """Whether an account declared a conflict of interest with a State of a case."""
    return account_id in conflicted_accounts(session, states_of(session, case_id))


def name_states(session: Session, case: Case, file: CaseFile) -> None:
    """Adds the States that the draft names to those of the case. What the submitter named is never taken off."""
    if file.draft is None:
        return
    for relation, state in (("alleged", file.draft.state_alleged), ("where", file.draft.state_where)):
        named = len(state) == 2 and state.isascii() and state.isupper()
        if named and session.get(CaseState, (case.id, relation, state)) is None:
            session.add(CaseState(case_id=case.id, relation=relation, state=state))
    session.flush()


def end_conflicted_grants(session: Session, case: Case, opened: OpenCase) -> None:
    """Takes a case from everybody who has a conflict of interest with one of its States, and turns its key.

    In the caller's transaction, in which the case is locked and `opened` is its newest file's reader.
    """
    lost = without_access(session, case.id)
    if not lost:
        return
    gone = list(session.scalars(select(Account).where(Account.keyholder_id.in_(lost))))
    regrant(session, opened, take=lost)
    for account in gone:
        if case.assignee_id == account.id:
            case.assignee_id = None
        append_event(session, case, "grant_gone", account.id)


def readers_of(session: Session, states: set[str]) -> list[Keyholder]:
    """Who may open a case about these States: moderators without a conflict of interest, and the escrow key.

    When every moderator has a conflict it is the escrow key alone: nobody is turned away for whom they accuse.
    """
    barred = conflicted_accounts(session, states)
    moderators = session.execute(
        select(Account.id, Keyholder)
        .join(Keyholder, Keyholder.id == Account.keyholder_id)
        .where(Account.role == "moderator", Account.active)
    )
    readers = [keyholder for account, keyholder in moderators if account not in barred]
    return readers + list(session.scalars(select(Keyholder).where(Keyholder.kind == "escrow")))
