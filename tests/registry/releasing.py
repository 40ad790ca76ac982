"""Releases put straight into the log, as the door does it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from app.clock import today
from app.documents.entry import Document, Kind, PublicEntry, new_reference
from app.installation import Installation
from app.registry import log
from tests.building import entry


@dataclass
class Releases:
    """Publishes, corrects and withdraws; remembers the version that each entry has."""

    installation: Installation
    versions: dict[str, int] = field(default_factory=dict)

    def publish(self, content: PublicEntry | None = None, *, days_ago: int = 0, **changes: Any) -> str:
        """A new entry of invented content, with changes; returns its reference."""
        ref = new_reference()
        self._append(ref, "published", content or entry(**changes), today() - timedelta(days=days_ago))
        return ref

    def correct(self, ref: str, *, release: Kind = "corrected", **changes: Any) -> None:
        self._append(ref, release, entry(**changes), today())

    def withdraw(self, ref: str) -> None:
        self._append(ref, "withdrawn", None, today())

    def _append(self, ref: str, kind: Kind, content: PublicEntry | None, day: date) -> None:
        self.versions[ref] = self.versions.get(ref, 0) + 1
        document = document_of(ref, self.versions[ref], kind, content, day)
        with self.installation.registry.write() as session:
            log.append(session, secrets.token_hex(16), document)


def document_of(ref: str, version: int, kind: Kind, content: PublicEntry | None, day: date) -> Document:
    return Document.model_validate(
        {"schema": 1, "ref": ref, "version": version, "kind": kind, "released_on": day, "entry": content}
    )
