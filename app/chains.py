"""Chains of salted commitments: pure functions over what acts and readings are made of.

A link commits to the one before and to a commitment. When content and salt are erased, the links stay complete and tell
nothing of what they were about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import rfc8785

SALT_BYTES = 32
BEGINNING = "0" * 64  # what the first link of a chain follows

Told = Mapping[str, str | int | None]


def commitment(salt: bytes, content: Told) -> str:
    """SHA-256(salt || canonical JSON of the content), hexadecimal; RFC 8785 says what is canonical."""
    return hashlib.sha256(salt + rfc8785.dumps(dict(content))).hexdigest()


def link_hash(after: str, told: Told) -> str:
    """SHA-256 of the canonical JSON of what a link says and of the link that it follows, hexadecimal."""
    return hashlib.sha256(rfc8785.dumps({"after": after, **told})).hexdigest()


def digest(sealed: bytes | None) -> str | None:
    """What a commitment holds of sealed bytes."""
    return None if sealed is None else hashlib.sha256(sealed).hexdigest()
