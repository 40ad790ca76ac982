"""From what was submitted into the case file: persons, and the particulars to be decided, each once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from app.cases.found_facts import contacts, identifiers, symbols
from app.documents.case_file import CaseFile, ParticularRecord, PersonRecord, listed
from app.documents.message import ConsentTakenBack
from app.documents.submission import Submission


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


def take_back(
    file: CaseFile, taken_back: Iterable[ConsentTakenBack], told: Mapping[str, Submission]
) -> list[PersonRecord]:
    """Takes consents out of a file that persons took back in their thread, whoever recorded them since.

    Returns the persons of whom the file said something else.
    """
    changed = []
    for words in taken_back:
        submission, number = words.submission, words.person
        named = told[submission].persons[number] if submission in told else None
        for person in file.persons:
            same = named is not None and (person.name, person.also) == (named.name, named.also)
            uses = [use for use in person.consent.uses if use not in words.uses]
            if (same or person.key == _key(submission, number)) and uses != person.consent.uses:
                person.consent = person.consent.model_copy(update={"uses": uses})
                changed.append(person)
    return changed


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


def _facts(told: Submission) -> Iterator[tuple[str, str, str, str]]:
    """(kind, value, treatment, what may stand instead) of what a submission tells besides persons."""
    for number, part in enumerate(listed(told.where)):
        if number == 0 or _names_something(part):
            yield "place", part, "omit", ""
    for day in (told.when, told.cooperation_when):
        if len(day) == 10 and day[:4].isdigit():
            yield "date", day, "generalise", day[:7]
    texts = [value for _, value in told if isinstance(value, str)] + [person.about for person in told.persons]
    for text in texts:
        for kind, find in (("contact", contacts), ("identifier", identifiers), ("identifier", symbols)):
            for value in find(text):
                yield kind, value, "omit", ""


def _names_something(words: str) -> bool:
    """Whether words could hold a name: one begins with a capital letter, or the script has none."""
    return any(word[0].isupper() or (word[0].isalpha() and not word[0].islower()) for word in words.split())
