"""What the Office of the President is told in confidence, and what it notes of its own acts."""

from __future__ import annotations

from app.documents.versions import Part, Versioned


class PersonTold(Part):
    """A person of whom the Office is told, with the uses that they agreed to."""

    name: str
    role: str
    consent: list[str]


class OfficeItem(Versioned):
    """One confidential item. `consent` holds the uses that everybody in it agreed to."""

    ref: str
    summary: str
    state_alleged: str
    state_where: str
    urgency: str
    consent: list[str]
    persons: list[PersonTold]
    entry_ref: str | None = None


class OfficeAction(Versioned):
    """What the Office notes of one thing that it did; `n` is its number among those of the item."""

    n: int
    note: str
