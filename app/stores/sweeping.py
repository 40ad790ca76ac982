"""What goes by itself: forms that were never sent, with their files, and objects that no row names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from time import monotonic
from weakref import WeakKeyDictionary

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.clock import today
from app.installation import Installation
from app.stores import Store
from app.stores.casework import Attachment, FormInProgress
from app.stores.objects import Objects

SWEEP_SECONDS = 600
LONGEST_WITHOUT_ROW = SWEEP_SECONDS / 2
AT_ONCE = 500  # names in one statement


@dataclass(slots=True)
class _Seen:
    """What this process saw without a row when it last looked: objects have no times to go by."""

    suspects: frozenset[str] = frozenset()
    next_look: float = 0.0


_seen: WeakKeyDictionary[Objects, _Seen] = WeakKeyDictionary()


def look_after_files(installation: Installation) -> None:
    """One step of the desk's clock."""
    with installation.casework.read() as session:
        old = session.scalar(select(FormInProgress.lookup).where(FormInProgress.expires_on < today()).limit(1))
    if old is not None:
        with installation.casework.write() as session:
            purge_forms(session, installation.objects, today())
    sweep(installation.casework, installation.objects)


def purge_forms(session: Session, objects: Objects, day: date) -> None:
    """Deletes forms and files that were kept long enough; the objects go when the caller commits."""
    old = list(session.scalars(select(FormInProgress.lookup).where(FormInProgress.expires_on < day)))
    if old:
        theirs = Attachment.form_lookup.in_(old)
        objects.delete_after_commit(session, session.scalars(select(Attachment.object_id).where(theirs)).all())
        session.execute(delete(Attachment).where(theirs))
        session.execute(delete(FormInProgress).where(FormInProgress.lookup.in_(old)))


def sweep(casework: Store, objects: Objects) -> int:
    """Deletes objects that had no row twice, ten minutes apart; returns how many. Looks at most every ten minutes.

    A row follows its object in seconds; one that took longer than `LONGEST_WITHOUT_ROW` must not come any more.
    """
    seen = _seen.setdefault(objects, _Seen())
    if monotonic() < seen.next_look:
        return 0
    seen.next_look = monotonic() + SWEEP_SECONDS
    orphans = without_row(casework, objects.names())
    gone = orphans & seen.suspects
    objects.delete(gone)
    seen.suspects = orphans - gone
    return len(gone)


def without_row(casework: Store, names: Iterable[str]) -> frozenset[str]:
    """Those of the objects that no row names. The names are read before the rows."""
    found = list(names)
    named: set[str] = set()
    with casework.read() as session:
        for at in range(0, len(found), AT_ONCE):
            asked = Attachment.object_id.in_(found[at : at + AT_ONCE])
            named.update(session.scalars(select(Attachment.object_id).where(asked)))
    return frozenset(found) - named


def stored_bytes(session: Session) -> int:
    """What all files take up, padded as they are."""
    return int(session.scalar(select(func.sum(Attachment.padded_size))) or 0)
