"""Consent, person by person: which use each agreed to, and what an entry would need. Pure rules."""

from __future__ import annotations

from app.documents.case_file import CaseFile, PersonRecord
from app.documents.entry import PublicEntry
from app.i18n import N_

PUBLISHING = {"publish_without_name": 1, "publish_initials": 2, "publish_name": 3}
SHOWN_AS = {"no": 1, "initials": 2, "name": 3}


def consent_problems(file: CaseFile, entry: PublicEntry) -> list[tuple[str, str]]:
    """(message, person) for everybody whose consent does not cover what the entry shows. Empty when all is covered.

    Two dated halves are needed of each person concerned: that they understood the risks, and that they agreed.
    """
    problems: list[tuple[str, str]] = []
    if not file.persons:
        return [(N_("There is no person in this case whose consent could be recorded."), "")]
    shown = max((SHOWN_AS[person.named] for person in entry.persons), default=1)
    published = {one.person for one in file.particulars if one.treatment == "publish" and one.person}
    for person in file.persons:
        allowed = max((PUBLISHING.get(use, 0) for use in person.consent.uses), default=0)
        if not allowed:
            problems.append((N_("%(person)s did not agree to any publication."), person.name))
        elif (
            person.consent.understood_risks != "yes" or not person.consent.understood_on or not person.consent.agreed_on
        ):
            problems.append(
                (N_("%(person)s: both halves of the consent and their days must be recorded."), person.name)
            )
        if person.key in published and allowed < SHOWN_AS["name"]:
            problems.append((N_("%(person)s did not agree to be named."), person.name))
    if shown > max(max((PUBLISHING.get(use, 0) for use in one.consent.uses), default=0) for one in file.persons):
        problems.append((N_("The entry shows a name or initials that nobody agreed to."), ""))
    return problems


def consent_shown(entry: PublicEntry) -> str:
    """The code of the consent on which an entry rests."""
    shown = max((SHOWN_AS[person.named] for person in entry.persons), default=1)
    return next(code for code, level in PUBLISHING.items() if level == shown)


def both_halves(person: PersonRecord) -> bool:
    """Whether both halves of the consent are there, each with its day: the risks were understood, and it was agreed."""
    consent = person.consent
    return bool(consent.understood_risks == "yes" and consent.understood_on and consent.agreed_on)


def tellable(person: PersonRecord) -> bool:
    """Whether the Office may be told about a person."""
    return "tell_president_office" in person.consent.uses and both_halves(person)


def publishable(person: PersonRecord) -> int:
    """How far a person agreed to be published: 0 not at all, 1 without a name, 2 with initials, 3 by name."""
    return max((PUBLISHING.get(use, 0) for use in person.consent.uses), default=0) if both_halves(person) else 0


def took_consent_back(before: CaseFile, after: CaseFile) -> bool:
    """Whether somebody who had agreed to a publication agrees to less of it now."""
    now = {person.key: publishable(person) for person in after.persons}
    return any(now.get(person.key, 0) < publishable(person) for person in before.persons)
