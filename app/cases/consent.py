"""Consent, person by person: which use each agreed to, and what an entry would need. Pure rules."""

from __future__ import annotations

import re
import unicodedata

from app.documents.case_file import CaseFile, PersonRecord, listed
from app.documents.entry import PublicEntry, PublicPerson
from app.i18n import N_

PUBLISHING = {"publish_without_name": 1, "publish_initials": 2, "publish_name": 3}
SHOWN_AS = {"no": 1, "initials": 2, "name": 3}
# one letter with a point, several times: "I. V.", "I.V.", "И. В."
_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_][.．][ \-]?){1,5}")


def consent_problems(file: CaseFile, entry: PublicEntry) -> list[tuple[str, str]]:
    """(message, person) for everybody whose consent does not cover what the entry shows. Empty when all is covered.

    Two dated halves are needed of each person concerned: that they understood the risks, and that they agreed. What is
    shown of one person rests on that person's consent and on nobody else's.
    """
    listed_here = [person for person in file.persons if not person.off_list]
    if not listed_here:
        return [(N_("There is no person in this case whose consent could be recorded."), "")]
    published = {one.person for one in file.particulars if one.treatment == "publish" and one.person}
    problems: list[tuple[str, str]] = []
    for person in listed_here:
        if not any(use in PUBLISHING for use in person.consent.uses):
            problems.append((N_("%(person)s did not agree to any publication."), person.name))
        elif not both_halves(person):
            problems.append(
                (N_("%(person)s: both halves of the consent and their days must be recorded."), person.name)
            )
        if person.key in published and publishable(person) < SHOWN_AS["name"]:
            problems.append((N_("%(person)s did not agree to be named."), person.name))
    for shown in entry.persons:
        problems += _problems_of_shown(file, shown)
    return list(dict.fromkeys(problems))


def _problems_of_shown(file: CaseFile, shown: PublicPerson) -> list[tuple[str, str]]:
    """What stands against showing a person as an entry does: whoever it may be must have agreed to that."""
    level = SHOWN_AS[shown.named]
    named = [person for person in file.persons if _names(shown.label, person)]
    by_initials = [person for person in file.persons if _initials_match(shown.label, person)]
    meant = named + [person for person in by_initials if person not in named]
    if level > SHOWN_AS["no"] and not meant:
        if len(file.persons) > 1:
            return [(N_("It cannot be told whose name or initials “%(person)s” are."), shown.label)]
        meant = list(file.persons)
    problems = []
    for person in meant:
        needed = max(level, SHOWN_AS["initials"] if person in by_initials else level)
        if publishable(person) < needed:
            problems.append((N_("%(person)s did not agree to be shown with initials or a name."), person.known_as))
    return problems


def words_of(text: str) -> list[str]:
    """The words of a text, folded."""
    return re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", text).casefold())


def _all_names(person: PersonRecord) -> list[list[str]]:
    """The words of each name that a person has."""
    names = (person.name, f"{person.given} {person.family}", *listed(person.also))
    return [words for name in names if (words := words_of(name))]


def words_of_names(person: PersonRecord) -> set[str]:
    return {word for words in _all_names(person) for word in words}


def _names(label: str, person: PersonRecord) -> bool:
    """Whether a label holds a whole word of a person's names."""
    said = set(words_of(label))
    return any(len(word) > 1 and word in said for word in words_of_names(person))


def _initials_match(label: str, person: PersonRecord) -> bool:
    """Whether a label holds the initials of a person: letters with points, in the order of a name."""
    said = {"".join(words_of(found[0])) for found in _INITIALS.finditer(unicodedata.normalize("NFKC", label))}
    for words in _all_names(person):
        letters = "".join(word[0] for word in words)
        if letters in said or (len(letters) > 2 and letters[0] + letters[-1] in said):
            return True
    return False


def consent_shown(entry: PublicEntry, persons: int = 0) -> str:
    """The code of the consent on which an entry rests: what is true of everybody in it, `persons` in number."""
    levels = [SHOWN_AS[person.named] for person in entry.persons]
    lowest = SHOWN_AS["no"] if len(levels) < persons else min(levels, default=SHOWN_AS["no"])
    return next(code for code, level in PUBLISHING.items() if level == lowest)


def both_halves(person: PersonRecord) -> bool:
    """Whether both halves of the consent are there, each with its day: the risks were understood, and it was agreed."""
    consent = person.consent
    return bool(consent.understood_risks == "yes" and consent.understood_on and consent.agreed_on)


def tellable(person: PersonRecord) -> bool:
    """Whether the Office may be told about a person."""
    return "tell_president_office" in person.consent.uses and both_halves(person) and not person.off_list


def publishable(person: PersonRecord) -> int:
    """How far a person agreed to be published: 0 not at all, 1 without a name, 2 with initials, 3 by name."""
    if person.off_list or not both_halves(person):
        return 0
    return max((PUBLISHING.get(use, 0) for use in person.consent.uses), default=0)


def took_consent_back(before: CaseFile, after: CaseFile) -> bool:
    """Whether somebody who had agreed to a publication agrees to less of it now."""
    now = {person.key: publishable(person) for person in after.persons}
    return any(now.get(person.key, 0) < publishable(person) for person in before.persons)
