"""The confidential items of the Office, and the log of what it did about each."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session

from app.cases.keys import lock_case
from app.clock import today
from app.documents.office import OfficeAction as ActionWords
from app.documents.office import OfficeItem as ToldItem
from app.i18n import N_
from app.identity.accounts import office_keys
from app.installation import Installation
from app.problems import Conflict, NotFound, Unprocessable
from app.sealing import CannotOpen, Keys, open_document, seal, seal_document, unseal
from app.stores.casework import Case, CaseState, OfficeAction, OfficeItem
from app.vocabulary import OFFICE_ACTIONS

LONGEST_NOTE = 10_000


@dataclass(frozen=True, slots=True)
class ConfidentialItem:
    """One item as the Office sees it; `document` is None once consent was withdrawn: a tombstone."""

    ref: str
    position: int
    changed_on: date
    document: ToldItem | None


@dataclass(frozen=True, slots=True)
class RecordedAction:
    """What the Office did, on which day, with its own note."""

    kind: str
    happened_on: date
    note: str


def confidential_items(
    session: Session, private_key: str, after: int = 0, *, presidency: str
) -> list[ConfidentialItem]:
    """Every item changed after a position that this member of the Office can open, newest change last.

    None of a case that names the State of the `presidency`, which the President would be told about.

    What was told before they came they do not see, until the desk or a member who can open it seals it anew.
    """
    told = select(OfficeItem).where(OfficeItem.position > after, _not_of(presidency))
    rows = session.scalars(told.order_by(OfficeItem.position)).all()
    items = []
    for row in rows:
        with suppress(CannotOpen):
            items.append(_opened(session, row, private_key))
    return items


def changed_since(session: Session, after: int) -> bool:
    """Whether there is any item, whoever can open it, that changed after a position."""
    return session.scalar(select(OfficeItem.ref).where(OfficeItem.position > after).limit(1)) is not None


def _not_of(presidency: str) -> ColumnElement[bool]:
    """The President is an ambassador of a State: of its cases not even a tombstone is counted."""
    return ~exists().where(CaseState.case_id == OfficeItem.case_id, CaseState.state == presidency)


def _row(session: Session, ref: str, presidency: str) -> OfficeItem | None:
    return session.scalar(select(OfficeItem).where(OfficeItem.ref == ref, _not_of(presidency)))


def confidential_item(session: Session, ref: str, private_key: str, *, presidency: str) -> ConfidentialItem:
    """NotFound also for an item that this member of the Office cannot open."""
    row = _row(session, ref, presidency)
    if row is None:
        raise NotFound
    try:
        return _opened(session, row, private_key)
    except CannotOpen as error:
        raise NotFound from error


def _opened(session: Session, row: OfficeItem, private_key: str) -> ConfidentialItem:
    """An item, with the public entry that its case has now (it may have been told before there was one)."""
    document = None if row.sealed is None else ToldItem.read(open_document(row.sealed, private_key))
    if document is not None:
        case = session.get_one(Case, row.case_id)
        document.entry_ref = case.entry_ref if case.live else None
    return ConfidentialItem(row.ref, row.position, row.changed_on, document)


def record_action(session: Session, ref: str, kind: str, note: str, private_key: str, *, presidency: str) -> None:
    """Records what the Office did, sealed to the Office and to the case, so that the desk reads it too.

    The item is sealed anew to everybody of the Office who is active now: whoever came later than it reads it from here on.
    """
    row = _row(session, ref, presidency)
    if row is None or row.sealed is None:
        raise NotFound
    if kind not in OFFICE_ACTIONS.codes or len(note) > LONGEST_NOTE:
        raise Unprocessable
    case, readers = lock_case(session, row.case_id), office_keys(session)
    session.refresh(row)
    if row.sealed is None:
        raise NotFound
    row.sealed = seal(_unsealed(row.sealed, private_key), *readers)
    case.unread = True
    count = select(func.count()).select_from(OfficeAction).where(OfficeAction.item_ref == ref)
    words = ActionWords(n=session.scalar(count) or 0, note=note)
    sealed = seal_document(words.told(), *readers, case.public_key)
    session.add(OfficeAction(item_ref=ref, happened_on=today(), kind=kind, sealed=sealed))


def hand_over(installation: Installation, private_key: str) -> None:
    """Seals anew to everybody who is in the Office now what this member can open, item by item.

    Whoever came reads it from here on; whoever left, and has a copy of the store, opens it no more as it is now.
    """
    with installation.casework.read() as session:
        refs = session.scalars(select(OfficeItem.ref).where(OfficeItem.sealed.is_not(None))).all()
    for ref in refs:
        with suppress(CannotOpen):
            _hand_over_one(installation, ref, private_key)


def _hand_over_one(installation: Installation, ref: str, private_key: str) -> None:
    """CannotOpen for an item that is not this member's. One that somebody changes at this moment is sealed by them."""
    with installation.casework.read() as session:
        item = session.get_one(OfficeItem, ref)
        actions = session.scalars(select(OfficeAction).where(OfficeAction.item_ref == ref)).all()
        readers, case_key = office_keys(session), session.get_one(Case, item.case_id).public_key
    sealed = seal(unseal(item.sealed or b"", private_key), *readers)
    anew = {}
    for one in actions:
        with suppress(CannotOpen):
            anew[one.id] = one.sealed, seal(unseal(one.sealed, private_key), *readers, case_key)
    with installation.casework.write() as session:
        lock_case(session, item.case_id)
        if set(office_keys(session)) != set(readers):
            raise Conflict(N_("Somebody joined or left the Office at this moment. Please press the button again."))
        unchanged = update(OfficeItem).where(OfficeItem.ref == ref, OfficeItem.sealed == item.sealed)
        if session.scalar(unchanged.values(sealed=sealed).returning(OfficeItem.ref)) is None:
            return
        for action, (before, after) in anew.items():
            same = update(OfficeAction).where(OfficeAction.id == action, OfficeAction.sealed == before)
            session.execute(same.values(sealed=after))


def _unsealed(sealed: bytes, private_key: str) -> bytes:
    try:
        return unseal(sealed, private_key)
    except CannotOpen as error:
        raise NotFound from error


def recorded_actions(session: Session, ref: str, keys: Keys) -> list[RecordedAction]:
    """The actions on one item, oldest first, that these keys of the Office or of the case open."""
    opened = []
    for row in session.scalars(select(OfficeAction).where(OfficeAction.item_ref == ref)):
        with suppress(CannotOpen):
            opened.append((ActionWords.read(keys.open(row.sealed)), row))
    opened.sort(key=lambda pair: pair[0].n)
    return [RecordedAction(row.kind, row.happened_on, words.note) for words, row in opened]
