"""What is public of a case now, for the desk."""

from __future__ import annotations

from app.documents.entry import PublicEntry
from app.documents.envelope import Envelope
from app.installation import Installation
from app.registry import log
from app.registry.records import ENTRY
from app.stores.casework import Case


def live_entry(installation: Installation, case: Case) -> PublicEntry | None:
    """The entry that is public of a case now."""
    if not case.live or case.entry_ref is None:
        return None
    with installation.registry.read() as session:
        present = log.present(session, case.entry_ref)
    return ENTRY.read(Envelope.parse(present.document)).content if present is not None and present.shown else None


def was_public(installation: Installation, case: Case) -> bool:
    """Whether the log ever took anything of a case: what follows then is another version, not the first."""
    if case.entry_ref is None:
        return False
    with installation.registry.read() as session:
        return log.present(session, case.entry_ref) is not None
