"""What a submitter does with their receipt: open the thread, write, withdraw."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.cases.access import lock_case
from app.cases.thread import FROM_SUBMITTER, write_message
from app.cases.withdrawal import withdraw
from app.intake.drafts import seal_files
from app.intake.receive import RECEIPT
from app.problems import NotFound
from app.sealing import derive, lookup, normal_receipt, random_id, unseal, unwrap
from app.stores.casework import Attachment, Case, Grant, Message, Thread
from app.web.forms import SentFile


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A case opened by its receipt."""

    case: Case
    private_key: str = field(repr=False)


def open_by_receipt(session: Session, typed: str) -> OwnCase:
    """The case of a receipt as typed. NotFound, whatever is wrong with it.

    No throttle stands here that could keep the owner out: a receipt has 119 random bits.
    """
    receipt = normal_receipt(typed)
    thread = session.get(Thread, lookup((receipt or "none").encode(), RECEIPT))
    if receipt is None or thread is None:
        raise NotFound
    own_key = unwrap(thread.wrapped, derive(receipt.encode(), RECEIPT), RECEIPT).decode()
    grant = session.get_one(Grant, (thread.case_id, thread.keyholder_id))
    return OwnCase(session.get_one(Case, thread.case_id), unseal(grant.sealed, own_key).decode())


def _message_id(page_id: str, case_id: str, text: str, files: Sequence[SentFile]) -> str:
    """Recognises a repetition, and tells nothing to whoever does not hold the page's secret."""
    content = [
        case_id.encode(),
        text.encode(),
        *(hashlib.sha256(one.content).digest() + one.name.encode() for one in files),
    ]
    return hmac.new(page_id.encode(), b"\0".join(content), hashlib.sha256).hexdigest()[: len(random_id())]


def add_to_case(session: Session, own: OwnCase, text: str, files: Sequence[SentFile], page_id: str) -> None:
    """A message and files from the submitter; a repetition (double click, reload) adds nothing.

    `page_id` is the random secret of the page that was sent. With other content it is another message, never lost.
    """
    message_id = _message_id(page_id or random_id(), own.case.id, text, files)
    case = lock_case(session, own.case.id)
    if session.get(Message, message_id) is not None:
        return
    sealed = seal_files(files, own.case.public_key)
    write_message(session, own.case, FROM_SUBMITTER, text, tuple(one.facts for one in sealed), message_id)
    for one in sealed:
        session.add(Attachment(id=one.facts.attachment, case_id=own.case.id, facts=one.sealed_facts, sealed=one.sealed))
    case.unread = case.message_unread = True


def withdraw_case(session: Session, own: OwnCase) -> None:
    """Takes everything back; what is public goes at once when the caller hides it afterwards."""
    case = lock_case(session, own.case.id)
    if case.status != "withdrawn":
        withdraw(session, case)
        case.unread = True
