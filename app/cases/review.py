"""What a moderator does with a case. Each function is one use case, in the caller's visible transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.cases import office_items
from app.cases.access import OpenCase, lock, save_file
from app.cases.clearance import Judged, check, may_approve
from app.cases.consent import consent_problems
from app.cases.status import allowed, next_status
from app.cases.thread import TO_SUBMITTER, write_message
from app.cases.withdrawal import withdraw
from app.clock import today
from app.documents.agreed import ProposedEntry
from app.documents.case_file import Note
from app.documents.entry import Document, Kind, PublicEntry
from app.documents.message import HistoryWords
from app.history import append_event
from app.i18n import N_
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.problems import Conflict, Forbidden, Unprocessable
from app.release.orders import first_release_day, order_release
from app.sealing import open_document, seal, seal_document
from app.stores.casework import (
    Account,
    Case,
    CaseState,
    ConflictOfInterest,
    Grant,
    Keyholder,
    Proposal,
    ReleaseOrder,
    Sponsorship,
)
from app.stores.registry import Entry

CLAIM_DAYS = 14
NO_LONGER_COVERED = N_("The consents, or what must stay sealed, no longer cover the text that was agreed.")


def _note_event(session: Session, opened: OpenCase, who: SignedIn, event: str, words: str = "") -> None:
    sealed = seal_document(HistoryWords(text=words).told(), opened.case.public_key) if words else None
    append_event(session, opened.case, event, who.account_id, sealed)


def _step(session: Session, opened: OpenCase, who: SignedIn, event: str, words: str = "") -> None:
    lock(session, opened.case)
    opened.case.status = next_status(event, opened.case.status, live=opened.case.live)
    _note_event(session, opened, who, event, words)


def claimed_by_other(case: Case, who: SignedIn) -> bool:
    live_claim = case.claimed_until is not None and case.claimed_until >= today()
    return case.assignee_id is not None and case.assignee_id != who.account_id and live_claim


def require_claim(case: Case, who: SignedIn) -> None:
    if case.assignee_id != who.account_id:
        raise Conflict(N_("Claim the case first: only one moderator works on its text at a time."))


def claim(session: Session, opened: OpenCase, who: SignedIn, reason: str = "") -> None:
    """Takes a case on for two weeks. A claim of somebody else needs a reason, which the history keeps."""
    case = opened.case
    lock(session, case)
    taking_over = claimed_by_other(case, who)
    if taking_over and not reason:
        raise Conflict(N_("Another moderator works on this case. Say why you take it over."))
    case.assignee_id, case.claimed_until, case.unread = (
        who.account_id,
        today() + timedelta(days=CLAIM_DAYS),
        False,
    )
    if allowed("claim", case.status):
        case.status = next_status("claim", case.status)
    if case.version == 0:
        save_file(session, opened, 0)
    _note_event(session, opened, who, "break_claim" if taking_over else "claim", reason)


def save(session: Session, opened: OpenCase, who: SignedIn, based_on: int) -> None:
    """Saves the case file (changed by the caller), unless somebody else saved meanwhile."""
    require_claim(opened.case, who)
    save_file(session, opened, based_on)
    opened.case.unread = False
    _note_event(session, opened, who, "save")
    office_items.refresh(session, opened)
    _stop_what_is_no_longer_covered(session, opened, who)


def _stop_what_is_no_longer_covered(session: Session, opened: OpenCase, who: SignedIn) -> None:
    """A release that was agreed goes out only while the consents and the gate of the case file still cover it."""
    waiting = _waiting(session, opened.case)
    agreed = session.scalar(select(Proposal).where(Proposal.case_id == opened.case.id))
    if waiting is None or agreed is None:
        return
    entry = ProposedEntry.read(open_document(agreed.sealed, opened.private_key)).entry
    judged, problems = hindrances(opened, entry, None)
    if problems or any(one.blocks for one in judged):
        session.delete(waiting)
        _step(session, opened, who, "stop", NO_LONGER_COVERED)


def _waiting(session: Session, case: Case) -> ReleaseOrder | None:
    """The release of a case that was agreed and not carried yet."""
    return session.scalar(
        select(ReleaseOrder)
        .where(ReleaseOrder.case_id == case.id, ~ReleaseOrder.delivered, ReleaseOrder.kind != "withdrawn")
        .with_for_update()
    )


def add_note(session: Session, opened: OpenCase, who: SignedIn, text: str) -> None:
    opened.file.notes.append(Note(by=who.login, on=today().isoformat(), text=text))
    save_file(session, opened, opened.case.version)
    _note_event(session, opened, who, "note")


def ask(session: Session, opened: OpenCase, who: SignedIn, text: str, *, waits: bool) -> None:
    """Writes to the submitter; with `waits`, the case waits for the answer (if its status allows that)."""
    write_message(session, opened.case, TO_SUBMITTER, text)
    opened.case.unread = False
    if waits and allowed("ask", opened.case.status):
        _step(session, opened, who, "ask")
    else:
        _note_event(session, opened, who, "ask")


def simple_step(session: Session, opened: OpenCase, who: SignedIn, event: str, words: str = "") -> None:
    """resume, close, reopen: nothing but the status changes. Closing needs a reason, which stays sealed."""
    if event == "close":
        require_claim(opened.case, who)
        if not words:
            raise Unprocessable(N_("Say why. The reason stays sealed."))
    _step(session, opened, who, event, words)


def live_entry(installation: Installation, case: Case) -> PublicEntry | None:
    """The entry that is public of a case now."""
    if not case.live or case.entry_ref is None:
        return None
    with installation.registry.read() as session:
        row = session.get(Entry, case.entry_ref)
    return Document.parse(row.document).entry if row is not None and row.document else None


def hindrances(
    opened: OpenCase, entry: PublicEntry, live: PublicEntry | None
) -> tuple[list[Judged], list[tuple[str, str]]]:
    """What the gate and the consents say of an entry."""
    return check(opened.file, entry.texts(), live.texts() if live else None), consent_problems(opened.file, entry)


def uncovered(opened: OpenCase, live: PublicEntry | None) -> list[tuple[str, str]]:
    """(message, particular or person) of why what is public of a case is no longer covered by its case file."""
    if live is None:
        return []
    judged, problems = hindrances(opened, live, None)
    return problems + [
        (N_("“%(person)s” stands in the public text and must stay sealed now."), one.finding.text)
        for one in judged
        if one.blocks
    ]


def _require_clear(opened: OpenCase, entry: PublicEntry, live: PublicEntry | None) -> None:
    judged, problems = hindrances(opened, entry, live)
    if problems or any(one.blocks for one in judged):
        raise Unprocessable(N_("The leak gate or a missing consent stops this release."))


def propose(
    session: Session, opened: OpenCase, who: SignedIn, entry: PublicEntry, live: PublicEntry | None, kind: str
) -> None:
    """Proposes a public entry to a second moderator. The gate and the consents must be clear."""
    require_claim(opened.case, who)
    _require_clear(opened, entry, live)
    if (kind == "published") == opened.case.live:
        raise Unprocessable(N_("A live entry is corrected or followed up; anything else is published first."))
    for old in session.scalars(select(Proposal).where(Proposal.case_id == opened.case.id, Proposal.open)):
        old.open = False
    sealed = seal_document(ProposedEntry(entry=entry).told(), opened.case.public_key)
    session.add(Proposal(case_id=opened.case.id, kind=kind, proposed_by=who.account_id, sealed=sealed))
    _step(session, opened, who, "propose")


def open_proposal(session: Session, opened: OpenCase) -> tuple[Proposal, PublicEntry]:
    """The proposal that waits, and its entry. Conflict when there is none (any more)."""
    found = session.scalar(select(Proposal).where(Proposal.case_id == opened.case.id, Proposal.open).with_for_update())
    if found is None:
        raise Conflict
    return found, ProposedEntry.read(open_document(found.sealed, opened.private_key)).entry


def sponsors_of(session: Session, accounts: set[str]) -> Mapping[str, frozenset[str]]:
    rows = session.execute(
        select(Sponsorship.account_id, Sponsorship.sponsor).where(Sponsorship.account_id.in_(accounts))
    ).all()
    return {account: frozenset(sponsor for one, sponsor in rows if one == account) for account in accounts}


def objection(session: Session, proposal: Proposal, who: SignedIn) -> str:
    """Why this moderator allowed not approve, as a message; empty when they allowed."""
    both = {proposal.proposed_by, who.account_id}
    named = select(Account.id, Account.login).where(Account.id.in_(both))
    logins = dict(session.execute(named).all())
    return may_approve(proposal.proposed_by, who.account_id, sponsors_of(session, both), logins)


def as_seen(proposal: Proposal, case: Case) -> str:
    """What a second moderator has before their eyes: this proposal, with this version of the case file."""
    return f"{proposal.id}.{case.version}"


def approve(
    session: Session, opened: OpenCase, who: SignedIn, installation: Installation, live: PublicEntry | None, seen: str
) -> None:
    """The second person agrees to what they saw: gate and consent run again, and the release is ordered in the same
    transaction. Conflict when the text, or what the case file says about it, is another one by now."""
    lock(session, opened.case)
    proposal, entry = open_proposal(session, opened)
    if message := objection(session, proposal, who):
        raise Forbidden(message)
    if seen != as_seen(proposal, opened.case):
        raise Conflict(N_("The proposal changed since you opened it. Please read it again."))
    _require_clear(opened, entry, live)
    proposal.open = False
    # what was proposed before and never agreed to has no further use: the one that stays is the agreed text
    session.execute(delete(Proposal).where(Proposal.case_id == opened.case.id, Proposal.id != proposal.id))
    _step(session, opened, who, "approve")
    order_release(
        installation,
        session,
        opened.case,
        entry,
        cast("Kind", proposal.kind),
        proposed_by=proposal.proposed_by,
        approved_by=who.account_id,
        due_on=first_release_day(installation),
    )


def send_back(session: Session, opened: OpenCase, who: SignedIn, reason: str) -> None:
    if not reason:
        raise Unprocessable(N_("Say what should be changed."))
    proposal, _ = open_proposal(session, opened)
    proposal.open = False
    _step(session, opened, who, "send_back", reason)


def stop(session: Session, opened: OpenCase, who: SignedIn, reason: str) -> None:
    """Any moderator of the case stops a release before its hour. Conflict when it was carried already."""
    lock(session, opened.case)
    waiting = _waiting(session, opened.case)
    if waiting is None:
        raise Conflict(N_("This release was carried or stopped already."))
    session.delete(waiting)
    _step(session, opened, who, "stop", reason)


def take_back(session: Session, opened: OpenCase, who: SignedIn) -> None:
    """A moderator withdraws: at once, like the submitter."""
    lock(session, opened.case)
    next_status("withdraw", opened.case.status)
    withdraw(session, opened.case, who.account_id)


def conflicted(session: Session, account_id: str, case_id: str) -> bool:
    """Whether an account declared a conflict of interest with a State of a case."""
    concerned = select(CaseState.state).where(CaseState.case_id == case_id)
    found = session.scalar(
        select(ConflictOfInterest.state).where(
            ConflictOfInterest.account_id == account_id, ConflictOfInterest.state.in_(concerned)
        )
    )
    return found is not None


def give_access(session: Session, opened: OpenCase, who: SignedIn, login: str) -> None:
    """Gives another moderator the case's key; never one with a conflict of interest."""
    account = session.scalar(select(Account).where(Account.login == login, Account.role == "moderator", Account.active))
    if account is None or account.keyholder_id is None or conflicted(session, account.id, opened.case.id):
        raise Unprocessable(N_("This account cannot be given access to this case."))
    if session.get(Grant, (opened.case.id, account.keyholder_id)) is None:
        public_key = session.get_one(Keyholder, account.keyholder_id).public_key
        sealed = seal(opened.private_key.encode(), public_key)
        session.add(Grant(case_id=opened.case.id, keyholder_id=account.keyholder_id, sealed=sealed))
        _note_event(session, opened, who, "grant", login)


def leave(session: Session, opened: OpenCase, who: SignedIn) -> None:
    """A moderator gives up their own access to a case."""
    session.execute(delete(Grant).where(Grant.case_id == opened.case.id, Grant.keyholder_id == who.keyholder_id))
    if opened.case.assignee_id == who.account_id:
        opened.case.assignee_id = None
