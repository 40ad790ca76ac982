"""The case file: what the desk knows and decides about a case; one sealed document, versioned."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from app.documents.draft import EntryDraft, draft_of_fields
from app.documents.submission import PersonConcerned
from app.documents.versions import Part, Versioned


class PersonRecord(PersonConcerned):
    """A person of the case, with a key of their own, and what the desk knows of how the name is made.

    Whoever is taken off the list (`off_list`) stays here, with the consent that was recorded, and is left out for ever.
    """

    key: str
    given: str = ""
    family: str = ""
    language: str = ""
    off_list: bool = False

    @property
    def known_as(self) -> str:
        """How the desk and the gate call this person; empty when no name is known at all."""
        return self.name or f"{self.given} {self.family}".strip() or next(iter(listed(self.also)), "")


class ParticularRecord(Part):
    """One thing that must be decided: what it is, and what happens to it in the public text."""

    key: str
    kind: str
    value: str
    also: str = ""
    treatment: str = "omit"
    allowed_form: str = ""
    person: str = ""


class Note(Part):
    """An internal note; the submitter never sees it."""

    by: str
    on: str
    text: str


def _with_a_draft_of_its_own(content: dict[str, Any]) -> dict[str, Any]:
    return content | {"draft": draft_of_fields(content.get("draft", {}))}


class CaseFile(Versioned):
    """Everything the desk adds to what was submitted. `draft` is the public text as it is being written;
    `taken_in` names the submissions whose persons and particulars are in the file."""

    SCHEMA: ClassVar[int] = 2
    UPGRADES = {1: _with_a_draft_of_its_own}

    taken_in: list[str] = []
    persons: list[PersonRecord] = []
    particulars: list[ParticularRecord] = []
    notes: list[Note] = []
    act_grade: str = "unknown"
    link_grade: str = "unclear"
    sources: int = 1
    draft: EntryDraft | None = None
    allowed: list[str] = []
    overrides: dict[str, str] = {}
    office_summary: str = ""


def listed(text: str) -> tuple[str, ...]:
    """What is written between commas, in any script."""
    return tuple(part.strip() for part in re.split("[,،、，;؛\n]", text) if part.strip())
