"""What needs two people: as it is proposed to the second one, and the words of a release that both agreed to."""

from __future__ import annotations

from typing import Any, ClassVar

from app.documents.entry import PublicEntry
from app.documents.versions import Versioned


def _entry_alone(content: dict[str, Any]) -> dict[str, Any]:
    """The first version wrote nothing but the entry."""
    return {"entry": content}


class ProposedEntry(Versioned):
    """What a moderator proposes to publish, sealed to the case."""

    SCHEMA: ClassVar[int] = 2
    UPGRADES = {1: _entry_alone}

    entry: PublicEntry


class OrderedEntry(Versioned):
    """The words of a release order, wrapped until it is carried."""

    SCHEMA: ClassVar[int] = 2
    UPGRADES = {1: _entry_alone}

    entry: PublicEntry


class ProposedWithdrawal(Versioned):
    """Why a moderator proposes to end a case for good."""

    text: str


class ProposedTelling(Versioned):
    """What the Office would be told, and the keys of the persons whom it would name."""

    summary: str
    persons: list[str]
