"""What a submitter does with their receipt: open the thread, write, withdraw."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.cases.erasure import ask_as_person, keep_as_person
from app.cases.keys import Turn, lock_case, renew, sealed_keys, submitter_keys, thread_public_key, without_access
from app.cases.thread import FROM_SUBMITTER, write_message
from app.cases.withdrawal import withdraw
from app.installation import Installation
from app.intake.drafts import SealedFile, seal_files, without_leftovers
from app.problems import NotFound, Unavailable
from app.sealing import Keys, derive, lookup, normal_receipt, random_id, unseal, unwrap
from app.stores import Store
from app.stores.casework import Case, Grant, Message, Thread
from app.web.forms import SentFile

RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A case opened by its receipt: `keys` are the thread's, and open what its submitter may read.

    `first_version`: the thread has no key yet, and these are the case's own.
    """

    case: Case
    keys: Keys = field(repr=False)
    first_version: bool = False


def open_by_receipt(session: Session, typed: str) -> OwnCase:
    """The case of a receipt as typed. NotFound, whatever is wrong with it.

    No throttle stands here that could keep the owner out: a receipt has at least 100 random bits.
    """
    receipt = normal_receipt(typed)
    thread = session.get(Thread, lookup((receipt or "none").encode(), RECEIPT))
    if receipt is None or thread is None:
        raise NotFound
    own_key = unwrap(thread.wrapped, derive(receipt.encode(), RECEIPT), RECEIPT).decode()
    case = session.get_one(Case, thread.case_id)
    grant = session.get(Grant, (thread.case_id, thread.keyholder_id))
    if (keys := submitter_keys(session, thread, own_key)) is not None:
        return OwnCase(case, keys)
    if grant is None:
        raise NotFound
    return OwnCase(case, sealed_keys(session, case.id).open(unseal(grant.sealed, own_key).decode()), first_version=True)


def adopt(casework: Store, receipt: str) -> None:
    """Gives a thread of the first version its own key before something is written to it, and ends its grant."""

    def prepare(session: Session) -> Turn | None:
        own = open_by_receipt(session, receipt)
        if not own.first_version:
            return None
        return Turn.of(session, own.case, own.keys, without_access(session, own.case.id))

    renew(casework, prepare)


def _message_id(page_id: str, case_id: str, text: str, files: Sequence[SentFile]) -> str:
    """Recognises a repetition, and tells nothing to whoever does not hold the page's secret."""
    content = [
        case_id.encode(),
        text.encode(),
        *(hashlib.sha256(one.content).digest() + one.name.encode() for one in files),
    ]
    return hmac.new(page_id.encode(), b"\0".join(content), hashlib.sha256).hexdigest()[: len(random_id())]


def add_to_case(installation: Installation, receipt: str, text: str, files: Sequence[SentFile], page_id: str) -> None:
    """A message and files from the submitter; a repetition (double click, reload) adds nothing.

    `page_id` is the random secret of the page that was sent. With other content it is another message, never lost.
    Raises NotFound as `open_by_receipt`, and Unavailable when the keys of the case are turned again and again meanwhile.
    """
    casework = installation.casework
    adopt(casework, receipt)
    for _ in range(5):
        with casework.read() as session:
            case_id = open_by_receipt(session, receipt).case.id
            public_key = thread_public_key(session, case_id)
        message_id = _message_id(page_id or random_id(), case_id, text, files)
        sealed = seal_files(installation.objects, files, public_key)
        with without_leftovers(installation, sealed), casework.write() as session:
            if _add(session, case_id, public_key, message_id, text, sealed):
                return
    raise Unavailable


def _add(
    session: Session, case_id: str, public_key: str, message_id: str, text: str, sealed: Sequence[SealedFile]
) -> bool:
    """Whether it is there now: not when the thread's key was turned since the files were sealed."""
    case = lock_case(session, case_id)
    if session.get(Message, message_id) is not None:
        return True
    if thread_public_key(session, case_id) != public_key:
        return False
    write_message(session, case, FROM_SUBMITTER, text, tuple(one.facts for one in sealed), message_id)
    session.add_all(one.row(case_id=case_id) for one in sealed)
    case.unread = case.message_unread = True
    return True


def ask_for_erasure(session: Session, own: OwnCase) -> None:
    """Takes everything back, and has it destroyed when three full days have passed. Hide at once afterwards."""
    ask_as_person(session, lock_case(session, own.case.id))


def keep_case(session: Session, own: OwnCase) -> None:
    """What was to be erased is kept; it stays withdrawn."""
    keep_as_person(session, lock_case(session, own.case.id))


def withdraw_case(session: Session, own: OwnCase) -> None:
    """Takes everything back; what is public goes at once when the caller hides it afterwards."""
    case = lock_case(session, own.case.id)
    if case.status != "withdrawn":
        withdraw(session, case)
        case.unread = True
