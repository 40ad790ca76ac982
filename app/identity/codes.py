"""Numbers that people write down, read out and type: digits of every script, in groups."""

from __future__ import annotations

import hmac
import secrets

CODE_DIGITS, CODE_GROUP = 35, 5  # 116 bits
NUMBER_DIGITS, NUMBER_GROUP = 24, 4  # 80 bits: nobody finds another secret with the same number


def new_code() -> str:
    """A secret that lets one person in."""
    return str(secrets.randbelow(10**CODE_DIGITS)).zfill(CODE_DIGITS)


def number_of(digest: bytes) -> str:
    """A hash of at least 16 bytes as a number to compare by voice."""
    return str(int.from_bytes(digest, "big") % 10**NUMBER_DIGITS).zfill(NUMBER_DIGITS)


def typed_digits(typed: str) -> str:
    """What was typed as ASCII digits, whatever stands between them; empty when there are letters in it."""
    if any(one.isalpha() for one in typed):
        return ""
    return "".join(str(int(one)) for one in typed if one.isdecimal())


def in_groups(digits: str, group: int = CODE_GROUP) -> str:
    return " ".join(digits[at : at + group] for at in range(0, len(digits), group))


def same(number: str, typed: str) -> bool:
    """Whether somebody typed this number."""
    return bool(number) and hmac.compare_digest(number.encode(), typed_digits(typed).encode())
