"""What a moderator does with a case before anything is proposed. Each function is one use case.

It thinks on what a snapshot showed, and ends in one short transaction that locks the case first (`changing`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases import coverage
from app.cases.access import OpenCase, take_up
from app.cases.changing import Change, changing, claimed_by_other, require_claim, sealed_file, sealed_words
from app.cases.conflicts import end_conflicted_grants, name_states
from app.cases.naming import put_title, title_of, wrapped_for
from app.cases.status import allowed
from app.cases.thread import FROM_SUBMITTER, TO_SUBMITTER, write_message
from app.clock import today
from app.documents.case_file import CaseFile, Note
from app.i18n import N_
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.problems import Conflict, Unprocessable
from app.stores.casework import CaseTitle, Message

CLAIM_DAYS = 14
TRIES = 3
TAKEN_BACK = N_("A person took a consent back themselves that is ticked here. The desk cannot record it again.")


def messages_received(session: Session, case_id: str) -> int:
    """How many messages of the submitter a case has: whoever acts on a page says how many that page showed."""
    received = select(func.count()).select_from(Message)
    return session.scalar(received.where(Message.case_id == case_id, Message.direction == FROM_SUBMITTER)) or 0


def note_messages_read(change: Change, shown: int) -> bool:
    """The submitter's messages are read when the page that somebody acted on showed all of them."""
    read = shown == messages_received(change.session, change.case.id)
    if read:
        change.case.message_unread = False
    return read


def claim(installation: Installation, who: SignedIn, case_id: str, reason: str = "") -> None:
    """Takes a case on for two weeks. A claim of somebody else needs a reason, which the history keeps."""
    opened = take_up(installation, case_id, who)
    words = sealed_words(opened, reason)
    first_file = sealed_file(opened) if opened.case.version == 0 else None
    title = _first_title(installation, opened)
    with changing(installation, opened, who) as change:
        case = change.case
        taking_over = claimed_by_other(case, who)
        if taking_over and not reason:
            raise Conflict(N_("Another moderator works on this case. Say why you take it over."))
        case.assignee_id, case.claimed_until = who.account_id, today() + timedelta(days=CLAIM_DAYS)
        case.unread = False
        case.aside = "kept" if case.aside else None
        if first_file is not None:
            change.save_file(first_file)
        if title is not None and change.session.get(CaseTitle, case.id) is None:
            put_title(change.session, case.id, title)
        if allowed("claim", case.status):
            change.step("claim", words)
        else:
            change.note("break_claim" if taking_over else "claim", words)


def _first_title(installation: Installation, opened: OpenCase) -> bytes | None:
    """The title of a case that came before there were titles; None for one that has its own."""
    with installation.casework.read() as session:
        if session.get(CaseTitle, opened.case.id) is not None:
            return None
        return wrapped_for(opened, title_of(session, opened))


def save(
    installation: Installation,
    who: SignedIn,
    case_id: str,
    based_on: int,
    change_file: Callable[[CaseFile], None],
    *,
    urgency: str = "",
    messages_shown: int = -1,
) -> OpenCase:
    """Saves the case file as `change_file` leaves it, unless somebody else saved since `based_on`.

    What rests on it follows in the same transaction: a release that was agreed and is no longer covered is stopped, a
    public text is hidden or marked, the Office's item is rewritten or emptied, whoever has a conflict of interest with
    a State that is named now loses the case. Returns the case with what the form says in its file, saved.
    """
    opened = take_up(installation, case_id, who)
    before = opened.file_as_stored()
    change_file(opened.file)
    if opened.case.version != based_on:
        raise Conflict
    require_claim(opened.case, who)
    if opened.take_back(opened.file.model_copy(deep=True)):
        raise Unprocessable(TAKEN_BACK)
    consequences = coverage.weigh(installation, opened, before)
    sealed = sealed_file(opened)
    with changing(installation, opened, who) as change:
        change.require_claim()
        change.save_file(sealed)
        change.case.unread = False
        if urgency:
            change.case.urgency = urgency
        note_messages_read(change, messages_shown)
        change.note("save")
        name_states(change.session, change.case, opened.file)
        coverage.follow(installation, change, consequences)
        end_conflicted_grants(change.session, change.case, opened)
        change.session.flush()
        change.session.expunge(change.case)
    opened.case = change.case
    coverage.carry(installation, consequences)
    return opened


def add_note(installation: Installation, who: SignedIn, case_id: str, text: str) -> None:
    """Adds a note to the file. Somebody who saved at the same moment is no reason to lose it."""
    for attempt in range(TRIES):
        opened = take_up(installation, case_id, who)
        opened.file.notes.append(Note(by=who.login, on=today().isoformat(), text=text))
        sealed = sealed_file(opened)
        try:
            with changing(installation, opened, who) as change:
                change.save_file(sealed)
                change.note("note")
            return
        except Conflict:
            if attempt == TRIES - 1:
                raise


def ask(
    installation: Installation, who: SignedIn, case_id: str, text: str, *, waits: bool, messages_shown: int = -1
) -> None:
    """Writes to the submitter; with `waits`, the case waits for the answer (if its status allows that)."""
    opened = take_up(installation, case_id, who)
    with changing(installation, opened, who, whatever_the_file=True) as change:
        write_message(change.session, change.case, TO_SUBMITTER, text)
        change.case.unread = False
        note_messages_read(change, messages_shown)
        if waits and allowed("ask", change.case.status):
            change.step("ask")
        else:
            change.note("ask")


def read_messages(installation: Installation, who: SignedIn, case_id: str, shown: int) -> None:
    """Says that every message on the page was read: what was agreed to may go on. Conflict when another one came."""
    opened = take_up(installation, case_id, who)
    with changing(installation, opened, who, whatever_the_file=True) as change:
        if not note_messages_read(change, shown):
            raise Conflict(N_("Another message came. Please read it first."))
        change.case.unread = False
        change.note("read")


def simple_step(installation: Installation, who: SignedIn, case_id: str, event: str, words: str = "") -> None:
    """resume, close, reopen: nothing but the status changes. Closing needs a reason, which stays sealed."""
    opened = take_up(installation, case_id, who)
    sealed = sealed_words(opened, words)
    with changing(installation, opened, who, whatever_the_file=True) as change:
        if event == "close":
            change.require_claim()
            if not words:
                raise Unprocessable(N_("Say why. The reason stays sealed."))
        change.step(event, sealed)
