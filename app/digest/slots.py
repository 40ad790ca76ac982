"""When something is sent: each slot once, whoever of several processes is first, and again only what failed.

What the store keeps are the last slots, which follow from the clock alone: they are marked whether or not anything was
sent. Who gets mail is in the settings; the store knows of no address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import now
from app.digest.messages import Kind, mail, text_of
from app.digest.sending import CannotSend, post, send_mail
from app.installation import Installation
from app.settings import Settings
from app.stores.casework import Case, DigestSlot

QUARTER = 15  # minutes
FIRST_WAIT, LONGEST_WAIT = 60, 900  # seconds before what failed is tried again
AHEAD = timedelta(days=1)  # a mark further ahead than this is of a clock that was wrong
PUSH = ""  # among recipients: the push


def slot_of(kind: Kind, at: datetime, hours: tuple[int, ...]) -> datetime:
    """The slot that began last: of the fixed hours, or of the quarters of each hour."""
    if kind == "urgent":
        return at.replace(minute=at.minute - at.minute % QUARTER, second=0, microsecond=0)
    days = (at.date(), at.date() - timedelta(days=1))
    slots = (datetime(day.year, day.month, day.day, hour, tzinfo=UTC) for day in days for hour in hours)
    return max(slot for slot in slots if slot <= at)


@dataclass(slots=True)
class _Pending:
    """What goes out for a slot, and to whom it did not yet."""

    slot: datetime
    left: list[str]
    wait: int = FIRST_WAIT
    not_before: int = 0


@dataclass(slots=True)
class Digest:
    """What one process remembers between rounds."""

    installation: Installation
    pending: dict[Kind, _Pending] = field(default_factory=dict)

    def round(self, report: Callable[[Exception], None]) -> None:
        """Takes the slots that began, and sends. A failure is reported and tried again later, longer each time."""
        settings = self.installation.settings
        recipients = [*settings.digest_addresses, *([PUSH] if settings.ntfy_url else [])]
        if not recipients:
            return
        at = datetime.fromtimestamp(now(), UTC)
        for kind in ("digest", "urgent"):
            slot = slot_of(kind, at, settings.digest_hours)
            if take_slot(self.installation, kind, slot, at):
                self.pending[kind] = _Pending(slot, list(recipients))
        for kind, pending in list(self.pending.items()):
            self._send(kind, pending, settings, report)

    def _send(self, kind: Kind, pending: _Pending, settings: Settings, report: Callable[[Exception], None]) -> None:
        if now() < pending.not_before:
            return
        for recipient in list(pending.left):
            try:
                _send_one(settings, kind, pending.slot, recipient)
                pending.left.remove(recipient)
            except CannotSend as error:
                report(error)
        if not pending.left:
            del self.pending[kind]
            return
        pending.not_before, pending.wait = now() + pending.wait, min(LONGEST_WAIT, 2 * pending.wait)


def _send_one(settings: Settings, kind: Kind, slot: datetime, recipient: str) -> None:
    if recipient == PUSH:
        post(settings, kind == "urgent", text_of(kind, settings.languages))
    else:
        message = mail(kind, slot, settings.digest_from, recipient, settings.languages)
        send_mail(settings, recipient, message)


def take_slot(installation: Installation, kind: Kind, slot: datetime, at: datetime) -> bool:
    """Marks a slot as taken. Whether something is to be sent for it: not when it was taken before."""
    mark = slot.isoformat()
    with installation.casework.read() as session:
        row = session.get(DigestSlot, kind)
        if row is not None and _is_taken(row.slot, mark, at):
            return False
    try:
        with installation.casework.write() as session:
            return _mark(session, kind, mark, at)
    except IntegrityError:
        return False  # another process took the first slot of all


def _mark(session: Session, kind: Kind, mark: str, at: datetime) -> bool:
    row = session.get(DigestSlot, kind, with_for_update=True)
    if row is not None and _is_taken(row.slot, mark, at):
        return False
    if row is None:
        session.add(DigestSlot(name=kind, slot=mark))
        session.flush()
    else:
        row.slot = mark
    if kind == "digest":
        return True
    waiting = (Case.place == 1, Case.status == "received", ~Case.announced)
    found = session.scalar(select(Case.id).where(*waiting).limit(1)) is not None
    session.execute(update(Case).where(*waiting).values(announced=True))
    return found


def _is_taken(marked: str, mark: str, at: datetime) -> bool:
    return mark <= marked <= (at + AHEAD).isoformat()
