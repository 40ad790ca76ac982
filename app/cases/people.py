"""The persons and particulars of a case as a moderator records them. What is not told of stays as it was."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from app.cases.taking_in import follow_persons
from app.documents.case_file import CaseFile, ParticularRecord, PersonRecord
from app.sealing import random_id


def new_key() -> str:
    """The key of a person or a particular that a moderator adds."""
    return random_id()[:8]


def record_people(file: CaseFile, people: Iterable[PersonRecord]) -> None:
    """Writes what is known of persons into the file, new ones at the end. Nobody leaves it."""
    told = {person.key: person for person in people}
    kept = [told.pop(person.key, person) for person in file.persons]
    file.persons = [*kept, *told.values()]
    follow_persons(file)


def record_particulars(
    file: CaseFile, decided: Iterable[ParticularRecord], off: Collection[str] = (), new: Iterable[ParticularRecord] = ()
) -> None:
    """What happens to particulars of the file. One that follows a person never leaves it."""
    told = {one.key: one for one in decided}
    kept = [told.get(one.key, one) for one in file.particulars if one.person or one.key not in off]
    file.particulars = [*kept, *new]
