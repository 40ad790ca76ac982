"""Taking a case back. A person does so alone and at once; the desk hides at once, and needs two people for good.

Whatever is or may be public is hidden in the moment (`suspended`), whoever asked; nothing public tells who. What is
withdrawn becomes final in a later daily batch. What a person withdrew nobody brings back.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.cases.access import take_up
from app.cases.changing import changing, sealed_words
from app.cases.office_items import empty_office_item
from app.cases.status import allowed, next_status
from app.cases.two_people import (
    TELLING,
    WITHDRAWAL,
    close_proposals,
    objection,
    require_as_seen,
    require_open_proposal,
)
from app.documents.agreed import ProposedWithdrawal
from app.history import append_event
from app.i18n import N_
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.problems import Conflict, Forbidden, Unprocessable
from app.release.delivery import hide_now
from app.release.orders import hide_at_once, order_withdrawal
from app.stores.casework import Case, Proposal


def withdraw(session: Session, case: Case, proposed_by: str | None = None, by: str | None = None) -> None:
    """Takes a case back for good, in the caller's transaction, in which the case is locked.

    Without accounts, the person did. What waits is cancelled, what may be public is hidden at once and ends in a later
    batch, the Office's item is emptied. Hide at once afterwards (`hide_now`).
    """
    hide_at_once(session, case, by)
    order_withdrawal(session, case, proposed_by, by)
    close_proposals(session, case.id)
    case.status = next_status("withdraw", case.status)
    case.uncovered = False
    empty_office_item(session, case.id)
    append_event(session, case, "withdraw", by)


def suspend_case(session: Session, case: Case, by: str | None, words: bytes | None = None) -> None:
    """Hides a case at once, in the caller's transaction, in which the case is locked. `words` are sealed already."""
    hide_at_once(session, case, by)
    close_proposals(session, case.id)
    case.status = next_status("suspend", case.status)
    case.uncovered = False
    empty_office_item(session, case.id)
    append_event(session, case, "suspend", by, words)


def suspend(installation: Installation, who: SignedIn, case_id: str, reason: str) -> None:
    """One moderator hides at once what is or may be public, with a reason."""
    if not reason:
        raise Unprocessable(N_("Say why. The reason stays sealed."))
    opened = take_up(installation, case_id, who)
    words = sealed_words(opened, reason)
    with changing(installation, opened, who, whatever_the_file=True) as change:
        suspend_case(change.session, change.case, who.account_id, words)
    hide_now(installation)


def propose_withdrawal(installation: Installation, who: SignedIn, case_id: str, reason: str) -> None:
    """A moderator, freshly confirmed, asks that a case ends for good. Nothing changes until a second one agrees."""
    if not reason:
        raise Unprocessable(N_("Say why. The reason stays sealed."))
    opened = take_up(installation, case_id, who)
    words = sealed_words(opened, reason)
    sealed = opened.seal(ProposedWithdrawal(text=reason).told())
    with changing(installation, opened, who, whatever_the_file=True) as change:
        if not allowed("withdraw", change.case.status):
            raise Conflict
        close_proposals(change.session, change.case.id, WITHDRAWAL)
        change.session.add(
            Proposal(case_id=change.case.id, kind="withdrawn", proposed_by=who.account_id, sealed=sealed)
        )
        change.note("propose_withdrawal", words)


def confirm_withdrawal(installation: Installation, who: SignedIn, case_id: str, seen: str) -> None:
    """The second moderator, freshly confirmed and with other sponsors, agrees: the case ends for good."""
    opened = take_up(installation, case_id, who)
    with changing(installation, opened, who, whatever_the_file=True) as change:
        proposal = require_open_proposal(change.session, change.case.id, WITHDRAWAL)
        if message := objection(change.session, proposal, who):
            raise Forbidden(message)
        require_as_seen(proposal, change.case, seen)
        withdraw(change.session, change.case, proposal.proposed_by, who.account_id)
    hide_now(installation)


def take_consent_back(session: Session, case: Case, words: bytes, *, published: bool) -> None:
    """A person takes consents back in their thread, in the caller's transaction, in which the case is locked.

    `words` say which, sealed to the case: the desk's file takes them in when it is next opened. `published`: whether a
    consent to publication is among them. Then what is or may be public is hidden at once. What the Office was told is
    emptied in any case; the desk tells it anew what may still be told.
    """
    append_event(session, case, "take_consent_back", None, words)
    case.unread = case.message_unread = True
    close_proposals(session, case.id, TELLING)
    empty_office_item(session, case.id)
    if published and allowed("suspend", case.status):
        suspend_case(session, case, None)
