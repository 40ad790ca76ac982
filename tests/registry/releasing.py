"""Releases put straight into the log, as the door does it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from app.clock import today
from app.documents.entry import Kind, PublicEntry, new_reference
from app.installation import Installation
from app.registry import log
from tests.building import entry


@dataclass
class Releases:
    """Publishes, corrects and withdraws; remembers the version that each entry has."""

    installation: Installation
    versions: dict[str, int | None] = field(default_factory=dict)

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
        with self.installation.registry.write() as session:
            self.versions[ref] = log.append(
                session, secrets.token_hex(16), type="entry", ref=ref, kind=kind, day=day, content=content
            )
