"""What every public model is made of: text without tricks, codes, dates at the precision that is public."""

from __future__ import annotations

import re
import secrets
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

# Crockford's base 32: no letter that is read as another
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_XML_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BIDI = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\u00ad]")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


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
Reference = Annotated[str, StringConstraints(pattern=rf"^[{_ALPHABET}]{{12}}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_clean)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=20_000), AfterValidator(_clean)]
PublicDate = Annotated[str, AfterValidator(checked_date)]


class PublicModel(BaseModel):
    """An allowlist: what is not named is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
