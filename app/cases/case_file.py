"""The case file: what the desk knows and decides about a case; one sealed document, versioned."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.submission import Consent, PersonConcerned, Submission
from app.identity.sessions import SignedIn
from app.leakgate import examine
from app.problems import Conflict, NotFound
from app.sealing import open_document, seal_document, unseal
from app.stores.casework import Case, StoredCaseFile, Grant
from app.stores.casework import Submission as StoredSubmission


class _Sealed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PersonRecord(PersonConcerned):
    """A person of the case, with a key of their own, and what the desk knows of how the name is made."""

    key: str
    given: str = ""
    family: str = ""
    language: str = ""

    @property
    def known_as(self) -> str:
        """How the desk and the gate call this person; empty when no name is known at all."""
        return self.name or f"{self.given} {self.family}".strip() or next(iter(listed(self.also)), "")


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
    """Everything the desk adds to what was submitted. `draft` holds the fields of the redaction desk as typed;
    `taken_in` names the submissions whose persons and particulars are in the file."""

    schema_: int = 1
    taken_in: list[str] = []
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
    return list(_told(session, case, private_key).values())


def _told(session: Session, case: Case, private_key: str) -> dict[str, Submission]:
    """What was submitted, by its id."""
    rows = session.scalars(
        select(StoredSubmission)
        .where(StoredSubmission.case_id == case.id)
        .order_by(StoredSubmission.received_on, StoredSubmission.id)
    )
    return {row.id: Submission.model_validate(open_document(row.sealed, private_key)) for row in rows}


def _newest_file(session: Session, case: Case, private_key: str) -> CaseFile:
    """The file as it was saved last, and in it what was submitted since: nobody who is told of is forgotten."""
    file = CaseFile()
    if case.version:
        row = session.get_one(StoredCaseFile, (case.id, case.version))
        file = CaseFile.model_validate(open_document(row.sealed, private_key))
    take_in(file, _told(session, case, private_key))
    return file


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
    session.add(StoredCaseFile(case_id=case.id, version=case.version, sealed=sealed))
    session.flush()


def take_in(file: CaseFile, told: Mapping[str, Submission]) -> None:
    """Adds what submissions tell to a file, each once: persons, and the particulars to be decided.

    Keys follow from the submission, so that they are the same whenever it is opened before the next save.
    """
    follow_persons(file)
    for source, one in told.items():
        if source in file.taken_in:
            continue
        file.taken_in.append(source)
        known = {(person.name, person.also) for person in file.persons}
        for number, person in enumerate(one.persons):
            if (person.name, person.also) not in known or not (person.name or person.also):
                file.persons.append(PersonRecord(key=_key(source, number), **person.model_dump()))
        follow_persons(file)
        values = {particular.value for particular in file.particulars}
        for kind, value, treatment, instead in _facts(one):
            if value not in values:
                values.add(value)
                file.particulars.append(
                    ParticularRecord(
                        key=_key(source, kind, value),
                        kind=kind,
                        value=value,
                        treatment=treatment,
                        allowed_form=instead,
                    )
                )


def _key(*parts: object) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:8]


def follow_persons(file: CaseFile) -> None:
    """Everybody listed is a particular: it follows the name, and is left out until decided otherwise."""
    known = {one.person: one for one in file.particulars if one.person}
    for person in file.persons:
        if not person.known_as:
            continue
        kind = "person" if person.unit in ("individual", "family") else "organisation"
        if person.key not in known:
            known[person.key] = ParticularRecord(key=_key("person", person.key), kind=kind, value="", person=person.key)
            file.particulars.append(known[person.key])
        one = known[person.key]
        one.kind, one.value, one.also = kind, person.known_as, person.also


def listed(text: str) -> tuple[str, ...]:
    """What is written between commas, in any script."""
    return tuple(part.strip() for part in re.split("[,،、，;؛\n]", text) if part.strip())


def _facts(told: Submission) -> Iterator[tuple[str, str, str, str]]:
    """(kind, value, treatment, what may stand instead) of what a submission tells besides persons."""
    for number, part in enumerate(listed(told.where)):
        if number == 0 or _names_something(part):
            yield "place", part, "omit", ""
    for day in (told.when, told.cooperation_when):
        if len(day) == 10 and day[:4].isdigit():
            yield "date", day, "generalise", day[:7]
    texts = {name: value for name, value in told.model_dump().items() if isinstance(value, str)}
    texts |= {f"person{n}": person.about for n, person in enumerate(told.persons)}
    for finding in examine(texts, []):
        if finding.rule in ("email", "phone", "handle"):
            yield "contact", finding.text, "omit", ""
        elif finding.rule in ("identity-number", "iban"):
            yield "identifier", finding.text, "omit", ""


def _names_something(words: str) -> bool:
    """Whether words could hold a name: one begins with a capital letter, or the script has none."""
    return any(word[0].isupper() or (word[0].isalpha() and not word[0].islower()) for word in words.split())


__all__ = [
    "CaseFile",
    "Consent",
    "Note",
    "OpenCase",
    "ParticularRecord",
    "PersonRecord",
    "follow_persons",
    "listed",
    "lock",
    "open_case",
    "save_file",
    "submissions",
    "take_in",
]
