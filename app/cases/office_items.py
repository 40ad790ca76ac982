"""What a case tells the Office of the President in confidence: only persons whose consent allows it, after the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.clearance import check
from app.cases.consent import tellable
from app.clock import today
from app.documents import office
from app.documents.entry import new_reference
from app.i18n import N_
from app.problems import Unprocessable
from app.sealing import seal_document
from app.stores.casework import CaseState, Keyholder, OfficeItem

if TYPE_CHECKING:
    from app.cases.access import OpenCase
    from app.documents.case_file import CaseFile


def names_the_silent(file: CaseFile, summary: str) -> bool:
    """Whether a text names somebody who did not agree that the Office is told. The others may be named to it."""
    silent = [person for person in file.persons if not tellable(person)]
    keys = {person.key for person in silent}
    decided = [one for one in file.particulars if one.person in keys]
    only_them = file.model_copy(update={"persons": silent, "particulars": decided, "overrides": {}})
    judged = check(only_them, {"office_summary": summary})
    return any(one.blocks and one.finding.particular for one in judged)


def tell(session: Session, opened: OpenCase, summary: str) -> None:
    """Tells the Office, or tells it anew. Unprocessable without consent, text, or a clear gate."""
    persons = [person for person in opened.file.persons if tellable(person)]
    holders = list(session.scalars(select(Keyholder.public_key).where(Keyholder.kind == "office")))
    if not persons:
        raise Unprocessable(N_("Nobody in this case agreed that the Office is told."))
    if not holders:
        raise Unprocessable(N_("The Office has no account here yet."))
    if not summary or names_the_silent(opened.file, summary):
        raise Unprocessable(N_("The text is missing, or names somebody who did not agree that the Office is told."))
    item = session.scalar(select(OfficeItem).where(OfficeItem.case_id == opened.case.id).with_for_update())
    if item is None:
        item = OfficeItem(ref=new_reference(), case_id=opened.case.id)
    states = {
        row.relation: row.state for row in session.scalars(select(CaseState).where(CaseState.case_id == opened.case.id))
    }
    uses = sorted(set.intersection(*(set(person.consent.uses) for person in persons)))
    told = office.OfficeItem(
        ref=item.ref,
        summary=summary,
        state_alleged=states.get("alleged", "unclear"),
        state_where=states.get("where", "unclear"),
        urgency=opened.case.urgency,
        consent=uses,
        persons=[
            office.PersonTold(name=person.name, role=person.role, consent=person.consent.uses) for person in persons
        ],
        entry_ref=opened.case.entry_ref if opened.case.live else None,
    )
    place_office_item(session, item, seal_document(told.told(), *holders))


def refresh(session: Session, opened: OpenCase) -> None:
    """After the case file changed: takes back what no longer rests on consent."""
    consenting = any(tellable(person) for person in opened.file.persons)
    if not consenting or names_the_silent(opened.file, opened.file.office_summary):
        empty_office_item(session, opened.case.id)


def place_office_item(session: Session, item: OfficeItem, sealed: bytes | None) -> None:
    """Puts a confidential item, or its tombstone (None), at the end of what the Office reads."""
    last = session.scalar(select(func.max(OfficeItem.position))) or 0
    item.sealed, item.position, item.changed_on = sealed, last + 1, today()
    session.add(item)
    session.flush()


def empty_office_item(session: Session, case_id: str) -> None:
    """Takes everything back that the Office was told of a case."""
    item = session.scalar(select(OfficeItem).where(OfficeItem.case_id == case_id))
    if item is not None and item.sealed is not None:
        place_office_item(session, item, None)
