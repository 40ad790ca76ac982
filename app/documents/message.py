"""What is sealed of the thread and of the history of a case."""

from __future__ import annotations

from app.documents.submission import FileFacts
from app.documents.versions import Versioned


class Message(Versioned):
    """One message of the thread: its number in it, its day, its text, and what is known of its files."""

    n: int
    on: str
    text: str
    files: list[FileFacts] = []


class HistoryWords(Versioned):
    """The words of an event in the history of a case: a reason, or a name."""

    text: str


class ConsentTakenBack(Versioned):
    """The words of the event by which a submitter takes uses back: of which person of which submission."""

    text: str
    submission: str
    person: int
    uses: list[str]
