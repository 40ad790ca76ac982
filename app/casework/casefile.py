"""The case file: what the desk knows and decides about a case; one sealed document, versioned."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.casework.sessions import SignedIn
from app.leakgate import examine
from app.sealing import open_document, random_id, seal_document, unseal
from app.stores.casework import Case, CaseDocument, Grant
from app.stores.casework import Submission as StoredSubmission
from app.submission import Consent, PersonConcerned, Submission
from app.web.errors import Conflict, NotFound


class _Sealed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PersonRecord(PersonConcerned):
    """A person of the case, with a key of their own."""

    key: str


class ParticularRecord(_Sealed):
    """One thing that must be decided: what it is, and what happens to it in the public text."""

    key: str
    kind: str
    value: str
    also: str = ""
    treatment: str = "omit"
    allowed_form: str = ""
    person: str = ""


class Note(_Sealed):
    """An internal note; the submitter never sees it."""

    by: str
    on: str
    text: str


class CaseFile(_Sealed):
    """Everything the desk adds to what was submitted. `draft` holds the fields of the redaction desk as typed."""

    schema_: int = 1
    persons: list[PersonRecord] = []
    particulars: list[ParticularRecord] = []
    notes: list[Note] = []
    act_grade: str = "unknown"
    link_grade: str = "unclear"
    sources: int = 1
    draft: dict[str, list[str]] = {}
    allowed: list[str] = []
    overrides: dict[str, str] = {}
    office_summary: str = ""


class OpenCase:
    """A case that a moderator has a grant for, with its key and its file."""

    def __init__(self, case: Case, private_key: str, file: CaseFile) -> None:
        self.case, self.private_key, self.file = case, private_key, file


def open_case(session: Session, case_id: str, who: SignedIn) -> OpenCase:
    """NotFound without a grant, whatever the role: the same answer as for a case that does not exist."""
    case = session.get(Case, case_id[:32])
    grant = session.get(Grant, (case_id[:32], who.keyholder_id)) if who.keyholder_id else None
    if case is None or grant is None:
        raise NotFound
    private_key = unseal(grant.sealed, who.private_key).decode()
    return OpenCase(case, private_key, _newest_file(session, case, private_key))


def submissions(session: Session, case: Case, private_key: str) -> list[Submission]:
    rows = session.scalars(
        select(StoredSubmission)
        .where(StoredSubmission.case_id == case.id)
        .order_by(StoredSubmission.received_on)
    )
    return [Submission.model_validate(open_document(row.sealed, private_key)) for row in rows]


def _newest_file(session: Session, case: Case, private_key: str) -> CaseFile:
    if case.version == 0:
        return first_file(submissions(session, case, private_key))
    row = session.get_one(CaseDocument, (case.id, case.version))
    return CaseFile.model_validate(open_document(row.sealed, private_key))


def lock(session: Session, case: Case) -> None:
    """Holds a case until the transaction ends, as the store has it now."""
    session.flush()
    session.refresh(case, with_for_update=True)


def save_file(session: Session, opened: OpenCase, based_on: int) -> None:
    """A new version of the case file. Conflict when somebody saved since `based_on`."""
    case = opened.case
    lock(session, case)
    if case.version != based_on:
        raise Conflict
    case.version += 1
    sealed = seal_document(opened.file.model_dump(), case.public_key)
    session.add(CaseDocument(case_id=case.id, version=case.version, sealed=sealed))
    session.flush()


def first_file(told: list[Submission]) -> CaseFile:
    """The case file as it follows from what was submitted: persons, and the particulars to be decided."""
    file = CaseFile()
    for one in told:
        for person in one.persons:
            key = random_id()[:8]
            file.persons.append(PersonRecord(key=key, **person.model_dump()))
            if person.name:
                kind = "person" if person.unit in ("individual", "family") else "organisation"
                file.particulars.append(
                    ParticularRecord(
                        key=random_id()[:8], kind=kind, value=person.name, also=person.also, person=key
                    )
                )
        file.particulars += _facts(one)
    return file


def _facts(told: Submission) -> list[ParticularRecord]:
    found: list[ParticularRecord] = []

    def add(kind: str, value: str, **rest: Any) -> None:
        if value and value not in {one.value for one in found}:
            found.append(ParticularRecord(key=random_id()[:8], kind=kind, value=value, **rest))

    add("place", told.where.split(",")[0].strip())
    for day in (told.when, told.cooperation_when):
        if len(day) == 10 and day[:4].isdigit():
            add("date", day, treatment="generalise", allowed_form=day[:7])
    texts = {name: value for name, value in told.model_dump().items() if isinstance(value, str)}
    texts |= {f"person{n}": person.about for n, person in enumerate(told.persons)}
    for finding in examine(texts, []):
        if finding.rule in ("email", "phone", "handle"):
            add("contact", finding.text)
        elif finding.rule in ("identity-number", "iban"):
            add("identifier", finding.text)
    return found


__all__ = [
    "CaseFile", "Consent", "Note", "OpenCase", "ParticularRecord", "PersonRecord", "first_file", "lock", "open_case",
    "save_file", "submissions",
]  # fmt: skip
