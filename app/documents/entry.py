"""`PublicEntry`: the allowlist. Nothing public is ever built from anything else.

A *document* is what the release log holds: an entry with its reference, version, kind and day, or a tombstone.
Its canonical form (RFC 8785) is what is hashed, stored, projected and served.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

import rfc8785
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

# Crockford's base 32: no letter that is read as another
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_XML_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BIDI = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\u00ad]")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def new_reference() -> str:
    """A public reference: 60 random bits, no sequence, nothing of the case in it."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))


def _clean(text: str) -> str:
    if _XML_ILLEGAL.search(text) or _BIDI.search(text):
        raise ValueError("public text has no control or invisible formatting characters")
    return text.strip()


def checked_date(text: str) -> str:
    """A date at the precision that is public: `2026`, `2026-03` or `2026-03-14` (EDTF level 0). ValueError if not."""
    if not _DATE.fullmatch(text):
        raise ValueError("a public date is YYYY, YYYY-MM or YYYY-MM-DD")
    date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    return text


Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
StateCode = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}|withheld|unclear)$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_clean)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=20_000), AfterValidator(_clean)]
PublicDate = Annotated[str, AfterValidator(checked_date)]


class _Public(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PublicAct(_Public):
    """One thing that was done. `perpetrator` names a kind of body or office, never a person."""

    type: Code
    date: PublicDate | None = None
    perpetrator: Code = "unknown"


class PublicEngagement(_Public):
    """The cooperation with the United Nations that the acts are thought to follow from."""

    body: Code
    form: Code = "unclear"
    date: PublicDate | None = None


class PublicPerson(_Public):
    """A person as the public may know them: a name only when that very use was agreed to."""

    label: Line
    named: Literal["name", "initials", "no"] = "no"
    unit: Code = "individual"
    roles: tuple[Code, ...] = ()


class PublicEntry(_Public):
    """Everything that is public about a case."""

    title: dict[Language, Line] = Field(min_length=1)
    summary: dict[Language, Prose] = Field(min_length=1)
    kind: Code
    state_alleged: StateCode
    state_where: StateCode
    acts: tuple[PublicAct, ...] = Field(min_length=1)
    engagements: tuple[PublicEngagement, ...] = Field(min_length=1)
    persons: tuple[PublicPerson, ...] = ()
    act_grade: Code
    link_grade: Code
    sources: int = Field(ge=0, le=1000)
    consent: Code
    left_out: tuple[Code, ...] = ()
    last_reviewed: PublicDate
    change_note: Line | None = None

    def texts(self) -> dict[str, str]:
        """Every piece of free text by field name, for the leak gate; dates are there as they will be read."""
        fields = {f"title.{language}": text for language, text in self.title.items()}
        fields |= {f"summary.{language}": text for language, text in self.summary.items()}
        fields |= {f"persons.{number}.label": person.label for number, person in enumerate(self.persons)}
        fields |= {f"acts.{n}.date": act.date for n, act in enumerate(self.acts) if act.date}
        fields |= {f"engagements.{n}.date": one.date for n, one in enumerate(self.engagements) if one.date}
        if self.change_note:
            fields["change_note"] = self.change_note
        return fields


Kind = Literal["published", "corrected", "followed_up", "suspended", "withdrawn"]


class EarlierVersion(_Public):
    """What stays public of a version that was superseded: that there was one, when, and what the change was."""

    version: int
    kind: Kind
    released_on: date
    change_note: Line | None = None


class Document(_Public):
    """One release as the log holds it. A withdrawal has no entry: a tombstone says reference, kind and day.

    `earlier` lists the versions before this one. Their texts are erased: what a correction cut out would otherwise
    be shown by comparing the two.
    """

    schema_: Literal[1] = Field(1, alias="schema")
    ref: Annotated[str, StringConstraints(pattern=rf"^[{_ALPHABET}]{{12}}$")]
    version: int = Field(ge=1)
    kind: Kind
    released_on: date
    entry: PublicEntry | None = None
    earlier: tuple[EarlierVersion, ...] = ()

    def model_post_init(self, _context: Any) -> None:
        if (self.entry is None) != (self.kind in ("suspended", "withdrawn")):
            raise ValueError("a tombstone has no entry, and everything else has one")
        if self.entry is None and self.earlier:
            raise ValueError("a tombstone tells nothing of what it buries")

    def canonical(self) -> str:
        """Canonical JSON (RFC 8785)."""
        told = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        if not self.earlier:
            del told["earlier"]
        return rfc8785.dumps(told).decode()

    @classmethod
    def parse(cls, canonical: str) -> Document:
        return cls.model_validate_json(canonical)


def leaf_hash(salt: bytes, canonical: str) -> str:
    """The log leaf of a document: SHA-256(0x00 || salt || canonical JSON), the leaf form of RFC 6962, section 2.1."""
    return hashlib.sha256(b"\x00" + salt + canonical.encode()).hexdigest()


def schema_of_document() -> Mapping[str, Any]:
    """JSON Schema of a document, for the API description."""
    schema: Mapping[str, Any] = json.loads(json.dumps(Document.model_json_schema(by_alias=True)))
    return schema
