"""What is public of a case now, for the desk."""

from __future__ import annotations

from app.documents.entry import Document, PublicEntry
from app.installation import Installation
from app.registry import log
from app.stores.casework import Case
from app.stores.registry import Entry


def live_entry(installation: Installation, case: Case) -> PublicEntry | None:
    """The entry that is public of a case now."""
    if not case.live or case.entry_ref is None:
        return None
    with installation.registry.read() as session:
        row = session.get(Entry, case.entry_ref)
    return Document.parse(row.document).entry if row is not None and row.document else None


def was_public(installation: Installation, case: Case) -> bool:
    """Whether the log ever took anything of a case: what follows then is another version, not the first."""
    if case.entry_ref is None:
        return False
    with installation.registry.read() as session:
        return log.present(session, case.entry_ref) is not None
