"""Conflicts of interest: whoever declared one with a State reads no case of it, whenever the State is first named."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.access import OpenCase, regrant
from app.cases.keys import take_grants, without_access
from app.documents.case_file import CaseFile
from app.history import append_event
from app.stores.casework import Account, Case, CaseState, ConflictOfInterest, Keyholder


def conflicted_accounts(session: Session, states: set[str]) -> set[str]:
    """The accounts that declared a conflict of interest with one of these States."""
    declared = select(ConflictOfInterest.account_id).where(ConflictOfInterest.state.in_(states))
    return set(session.scalars(declared))


def name_states(session: Session, case: Case, file: CaseFile) -> None:
    """Adds the States that the draft names to those of the case. What the submitter named is never taken off."""
    if file.draft is not None:
        _add_states(session, case, {"alleged": file.draft.state_alleged, "where": file.draft.state_where})


def end_conflicted_grants(session: Session, case: Case, opened: OpenCase) -> None:
    """Takes a case from everybody who has a conflict of interest with one of its States, and turns its key.

    In the caller's transaction, in which the case is locked and `opened` is its newest file's reader.
    """
    lost = without_access(session, case.id)
    if lost:
        regrant(session, opened, take=lost)
        note_lost(session, case, lost)


def note_lost(session: Session, case: Case, lost: Collection[str]) -> None:
    """Writes into the history of a locked case that these keyholders lost it, and frees it of their claim."""
    for account in session.scalars(select(Account).where(Account.keyholder_id.in_(lost)).order_by(Account.id)).all():
        if case.assignee_id == account.id:
            case.assignee_id = None
        append_event(session, case, "grant_gone", account.id)


def name_states_told(session: Session, case: Case, states: Mapping[str, str]) -> None:
    """Adds States that a submitter names later, by relation, and takes the case from whoever has a conflict with one.

    In the caller's transaction, in which the case is locked. Nobody opens the case here: its key is turned by whoever
    writes to it next.
    """
    _add_states(session, case, states)
    lost = without_access(session, case.id)
    if lost:
        take_grants(session, case, lost)
        note_lost(session, case, lost)


def _add_states(session: Session, case: Case, states: Mapping[str, str]) -> None:
    for relation, state in states.items():
        named = len(state) == 2 and state.isascii() and state.isupper()
        if named and session.get(CaseState, (case.id, relation, state)) is None:
            session.add(CaseState(case_id=case.id, relation=relation, state=state))
    session.flush()


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
