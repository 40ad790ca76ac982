"""The short write in which a use case ends: the case locked first, what was thought about checked again, then written.

What takes time (opening, the leak gate, sealing) is done before, on a snapshot. Whoever was overtaken meanwhile gets a
Conflict and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.cases.access import OpenCase
from app.cases.keys import conflicted, lock_case
from app.cases.status import next_status
from app.clock import today
from app.documents.message import HistoryWords
from app.history import append_event
from app.i18n import N_
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.problems import Conflict, NotFound
from app.stores.casework import Account, Case, Grant, StoredCaseFile


@dataclass(frozen=True, slots=True)
class Change:
    """A case under its lock, and who changes it."""

    session: Session
    case: Case
    who: SignedIn

    def note(self, event: str, words: bytes | None = None) -> None:
        """Adds to the history; `words` are sealed already."""
        append_event(self.session, self.case, event, self.who.account_id, words)

    def step(self, event: str, words: bytes | None = None) -> None:
        """To the next status. Conflict when the event is not possible in the status that the case has now."""
        self.case.status = next_status(event, self.case.status, live=self.case.live)
        self.note(event, words)

    def require_claim(self) -> None:
        require_claim(self.case, self.who)

    def save_file(self, sealed: bytes) -> None:
        """A new version of the case file, sealed already."""
        self.case.version += 1
        self.session.add(StoredCaseFile(case_id=self.case.id, version=self.case.version, sealed=sealed))
        self.session.flush()


@contextmanager
def changing(
    installation: Installation, opened: OpenCase, who: SignedIn, *, whatever_the_file: bool = False
) -> Iterator[Change]:
    """One transaction on a case that was read before.

    Conflict when its file is another version than the one that was thought about (`whatever_the_file`: that does not
    matter), or when its key was turned. NotFound when the grant or the account is gone.
    """
    with installation.casework.write() as session:
        case = lock_case(session, opened.case.id)
        account = session.get(Account, who.account_id)
        if session.get(Grant, (case.id, who.keyholder_id)) is None or account is None or not account.active:
            raise NotFound
        if conflicted(session, account.id, case.id):
            raise NotFound
        if case.public_key != opened.case.public_key:
            raise Conflict
        if case.version != opened.case.version and not whatever_the_file:
            raise Conflict
        yield Change(session, case, who)


def claimed_by_other(case: Case, who: SignedIn) -> bool:
    live_claim = case.claimed_until is not None and case.claimed_until >= today()
    return case.assignee_id is not None and case.assignee_id != who.account_id and live_claim


def require_claim(case: Case, who: SignedIn) -> None:
    if case.assignee_id != who.account_id:
        raise Conflict(N_("Claim the case first: only one moderator works on its text at a time."))


def sealed_words(opened: OpenCase, words: str) -> bytes | None:
    """Words for the history, sealed to the case; None for none."""
    return opened.seal(HistoryWords(text=words).told()) if words else None


def sealed_file(opened: OpenCase) -> bytes:
    """The case file as it is in memory, sealed to the case."""
    return opened.seal(opened.file.told())
