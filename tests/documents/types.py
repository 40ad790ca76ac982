"""The types of documents that are sealed, by the names of their golden files."""

from __future__ import annotations

from pathlib import Path

from app.documents.agreed import OrderedEntry, ProposedEntry, ProposedTelling, ProposedWithdrawal
from app.documents.case_file import CaseFile
from app.documents.message import ConsentTakenBack, HistoryWords, Message
from app.documents.office import OfficeAction, OfficeItem
from app.documents.submission import FileFacts, Submission
from app.documents.title import WorkingTitle
from app.documents.versions import Versioned

GOLDEN = Path(__file__).parent / "golden"
TYPES: dict[str, type[Versioned]] = {
    "case_file": CaseFile,
    "consent_taken_back": ConsentTakenBack,
    "file_facts": FileFacts,
    "history_words": HistoryWords,
    "message": Message,
    "office_action": OfficeAction,
    "office_item": OfficeItem,
    "proposal": ProposedEntry,
    "proposed_telling": ProposedTelling,
    "proposed_withdrawal": ProposedWithdrawal,
    "release_order": OrderedEntry,
    "submission": Submission,
    "working_title": WorkingTitle,
}
VERSIONS = [(name, version) for name, model in TYPES.items() for version in range(1, model.SCHEMA + 1)]
