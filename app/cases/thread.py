"""The thread between a submitter and the desk: messages sealed to the thread's key, their order inside the seal."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.keys import lock_case, thread_public_key
from app.clock import today
from app.documents.message import Message as SealedMessage
from app.documents.submission import FileFacts
from app.sealing import Keys, random_id, seal_document
from app.stores.casework import Case, Message

LONGEST_MESSAGE = 60_000
FROM_SUBMITTER, TO_SUBMITTER = "from_submitter", "to_submitter"


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """One message, opened."""

    direction: str
    on: str
    text: str = field(repr=False)
    files: tuple[FileFacts, ...] = ()


def write_message(
    session: Session,
    case: Case,
    direction: str,
    text: str,
    files: tuple[FileFacts, ...] = (),
    message_id: str = "",
) -> bool:
    """Adds a message in the caller's transaction. The same `message_id` is taken once: False for a repetition."""
    lock_case(session, case.id)
    if message_id and session.get(Message, message_id) is not None:
        return False
    number = session.scalar(select(func.count()).select_from(Message).where(Message.case_id == case.id)) or 0
    message = SealedMessage(n=number, on=today().isoformat(), text=text, files=list(files))
    sealed = seal_document(message.told(), thread_public_key(session, case.id))
    session.add(Message(id=message_id or random_id(), case_id=case.id, direction=direction, sealed=sealed))
    session.flush()
    return True


def read_thread(session: Session, case_id: str, keys: Keys) -> list[ThreadMessage]:
    """The messages of a case, oldest first; `keys` are those of the thread or of the case."""
    rows = session.scalars(select(Message).where(Message.case_id == case_id))
    opened = sorted(
        ((SealedMessage.read(keys.open(row.sealed)), row.direction) for row in rows),
        key=lambda pair: pair[0].n,
    )
    return [ThreadMessage(direction, one.on, one.text, tuple(one.files)) for one, direction in opened]
