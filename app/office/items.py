"""The confidential items of the Office, and the log of what it did about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import today
from app.documents.office import OfficeAction as ActionWords
from app.documents.office import OfficeItem as ToldItem
from app.problems import NotFound, Unprocessable
from app.sealing import KeyPair, open_document, seal_document
from app.stores.casework import Case, OfficeAction, OfficeItem
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


def confidential_items(session: Session, private_key: str, after: int = 0) -> list[ConfidentialItem]:
    """Every item changed after a position, newest change last, opened with the Office's key."""
    rows: Sequence[OfficeItem] = session.scalars(
        select(OfficeItem).where(OfficeItem.position > after).order_by(OfficeItem.position)
    ).all()
    return [_opened(session, row, private_key) for row in rows]


def confidential_item(session: Session, ref: str, private_key: str) -> ConfidentialItem:
    row = session.get(OfficeItem, ref)
    if row is None:
        raise NotFound
    return _opened(session, row, private_key)


def _opened(session: Session, row: OfficeItem, private_key: str) -> ConfidentialItem:
    """An item, with the public entry that its case has now (it may have been told before there was one)."""
    document = None if row.sealed is None else ToldItem.read(open_document(row.sealed, private_key))
    if document is not None:
        case = session.get_one(Case, row.case_id)
        document.entry_ref = case.entry_ref if case.live else None
    return ConfidentialItem(row.ref, row.position, row.changed_on, document)


def record_action(session: Session, ref: str, kind: str, note: str, private_key: str) -> None:
    """Records what the Office did, sealed to the Office and to the case, so that the desk reads it too."""
    row = session.get(OfficeItem, ref)
    if row is None or row.sealed is None:
        raise NotFound
    if kind not in OFFICE_ACTIONS.codes or len(note) > LONGEST_NOTE:
        raise Unprocessable
    case = session.get_one(Case, row.case_id)
    case.unread = True
    number = len(recorded_actions(session, ref, private_key))
    words = ActionWords(n=number, note=note)
    sealed = seal_document(words.told(), KeyPair.of(private_key).public, case.public_key)
    session.add(OfficeAction(item_ref=ref, happened_on=today(), kind=kind, sealed=sealed))


def recorded_actions(session: Session, ref: str, private_key: str) -> list[RecordedAction]:
    """The actions on one item, oldest first; `private_key` is the Office's or the case's."""
    rows = session.scalars(select(OfficeAction).where(OfficeAction.item_ref == ref))
    opened = sorted(
        ((ActionWords.read(open_document(row.sealed, private_key)), row) for row in rows), key=lambda pair: pair[0].n
    )
    return [RecordedAction(row.kind, row.happened_on, words.note) for words, row in opened]
