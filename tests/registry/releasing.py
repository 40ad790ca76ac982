"""Releases put straight into the log, as the door does it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel

from app.clock import today
from app.documents.entry import PublicEntry
from app.documents.envelope import Kind
from app.documents.public import new_reference
from app.installation import Installation
from app.registry import log
from tests.building import entry


@dataclass
class Releases:
    """Publishes, corrects, hides; remembers the references that were given."""

    installation: Installation
    refs: list[str] = field(default_factory=list)

    def publish(self, content: PublicEntry | None = None, *, days_ago: int = 0, **changes: Any) -> str:
        """A new entry of invented content, with changes; returns its reference."""
        ref = new_reference()
        self.refs.append(ref)
        self.append(ref, "published", content or entry(**changes), today() - timedelta(days=days_ago))
        return ref

    def correct(self, ref: str, *, release: Kind = "corrected", **changes: Any) -> int | None:
        return self.append(ref, release, entry(**changes))

    def suspend(self, ref: str) -> int | None:
        return self.append(ref, "suspended", None)

    def withdraw(self, ref: str) -> int | None:
        return self.append(ref, "withdrawn", None)

    def append(
        self,
        ref: str,
        kind: Kind,
        content: BaseModel | None,
        day: date | None = None,
        *,
        type: str = "entry",  # noqa: A002
        release_id: str = "",
    ) -> int | None:
        """One release, in a transaction of its own; the version that it has."""
        with self.installation.registry.write() as session:
            return log.append(
                session,
                release_id or secrets.token_hex(16),
                type=type,
                ref=ref,
                kind=kind,
                day=day or today(),
                content=content,
            )
