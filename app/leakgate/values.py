"""What goes in and what comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum
from typing import Literal

from app.leakgate.rules import INSTEAD


class Kind(StrEnum):
    """What a particular is."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    DATE = "date"
    CONTACT = "contact"
    IDENTIFIER = "identifier"
    DOCUMENT = "document"
    OTHER = "other"


class Treatment(StrEnum):
    """What happens to a particular in the public text."""

    PUBLISH = "publish"
    PSEUDONYM = "pseudonym"
    GENERALISE = "generalise"
    OMIT = "omit"


@dataclass(frozen=True, slots=True)
class Particular:
    """One thing that a case knows. Sealed unless its treatment is `publish`.

    `values` are full forms in any script; `also` short forms, acronyms, translations; `allowed_form` is what may stand
    instead (a pseudonym, a coarser place, a date such as `2026-03`); `key` is how findings name it.
    """

    kind: Kind
    values: tuple[str, ...]
    given: str = ""
    family: str = ""
    also: tuple[str, ...] = ()
    language: str = ""
    treatment: Treatment = Treatment.OMIT
    allowed_form: str = ""
    key: str = ""

    @property
    def name(self) -> str:
        return self.key or (self.values[0] if self.values else "")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A place that must be looked at. `text` is always `fields[field][start:end]`."""

    field: str
    start: int
    end: int
    rule: str
    particular: str | None
    severity: Literal["block", "warn"] = attribute(compare=False)
    text: str = attribute(compare=False)
    message: str = attribute(compare=False)
    parameters: Mapping[str, str] = attribute(compare=False, default_factory=dict)

    def why(self, gettext: Callable[[str], str] = str) -> str:
        """The reason as a sentence, translated; and what to write instead, when something may be."""
        reason = gettext(self.message) % dict(self.parameters)
        instead = self.parameters.get("instead")
        return f"{reason} {gettext(INSTEAD) % {'allowed': instead}}" if instead else reason
