"""The envelope: what the release log holds, whatever type of record is in it.

Each type numbers its own `schema`; the envelope numbers itself. Door, delta feed, mirrors, verification and tombstones
know the envelope only. Its canonical form (RFC 8785) is written once, when a release is logged: from then on that text
is what is stored, served, projected and compared.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import rfc8785
from pydantic import Field, StringConstraints

from app.documents.public import Line, PublicModel, Reference

Kind = Literal["published", "corrected", "followed_up", "suspended", "withdrawn"]
HIDING: frozenset[str] = frozenset({"suspended", "withdrawn"})
BATCH = "batch"
TypeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,23}$")]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class EarlierVersion(PublicModel):
    """What stays public of a version that was superseded: that there was one, when, and what the change was."""

    version: int
    kind: Kind
    day: date
    change_note: Line | None = None


class BatchRoot(PublicModel):
    """The Merkle root (RFC 6962) over the rows of a batch, and how many there are."""

    root: Hash
    size: int = Field(ge=1)


class Envelope(PublicModel):
    """One release as the log holds it: a record, a tombstone, or the root of a batch of records.

    A tombstone (`suspended`, `withdrawn`) says type, reference, version, kind and day, and nothing else. `earlier` lists
    the versions before this one. Their texts are erased: what a correction cut out would otherwise be shown by comparing
    the two.
    """

    envelope: Literal[1] = 1
    type: TypeName
    schema_: int = Field(alias="schema", ge=1, le=10_000)
    ref: Reference
    version: int = Field(ge=1)
    kind: Kind | Literal["batch"]
    day: date
    record: dict[str, Any] | None = None
    batch: BatchRoot | None = None
    earlier: tuple[EarlierVersion, ...] = ()

    def model_post_init(self, _context: Any) -> None:
        if (self.record is None) != (self.kind in HIDING or self.kind == BATCH):
            raise ValueError("a tombstone has no record, and every other release has one")
        if (self.batch is None) != (self.kind != BATCH):
            raise ValueError("a batch has a root, and nothing else has one")
        if self.record is None and self.earlier:
            raise ValueError("a tombstone tells nothing of what it buries")

    @property
    def hidden(self) -> bool:
        return self.kind in HIDING

    def canonical(self) -> str:
        """Canonical JSON (RFC 8785). For writing only: what was logged is never made again from its model."""
        told = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        if not self.earlier:
            del told["earlier"]
        return rfc8785.dumps(told).decode()

    @classmethod
    def parse(cls, stored: str) -> Envelope:
        """Reads a stored text. ValueError when it is no envelope of a version that this program knows."""
        return cls.model_validate_json(stored)

    def as_earlier(self) -> tuple[EarlierVersion, ...]:
        """What the next version says of this one and of those before it."""
        note = (self.record or {}).get("change_note")
        assert self.kind != BATCH
        return (*self.earlier, EarlierVersion(version=self.version, kind=self.kind, day=self.day, change_note=note))
