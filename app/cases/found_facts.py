"""What stands in a text and leads to a person: contacts, numbers, symbols of documents. Fast, on texts of any size.

Not the leak gate, which reads every public text before it goes out; only what the desk is asked about when a case is
opened. Each expression looks at a letter a bounded number of times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST = 200  # of each kind from one text
_AROUND_AT = 64
_EMAIL = re.compile(r"[A-Za-z0-9._+%-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,63}){1,4}")
_HANDLE = re.compile(r"(?<![\w@./])@[A-Za-z_][\w.]{2,30}")
_DIGITS = re.compile(r"(?<![\w/.-])(?:\+|\()?\d(?:[ ().-]{0,2}\d){6,18}(?!\w)")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_IDENTITY = re.compile(r"(?<![\w/-])[A-Z]{1,3}[ -]?\d{6,9}(?![\w/-])")
# the symbol of a document of the United Nations, and of a communication of its experts to a State
_SYMBOL = re.compile(
    r"(?<![A-Za-z0-9/])(?:A|E|S|CAT|CCPR|CEDAW|CERD|CRC|CRPD|CMW|CED|CAT-OP)/(?=[\w./()-]{0,60}\d)[\w./()-]{2,60}[\w)]"
    r"|(?<![A-Za-z])(?:UA|AL|OL|JUA|JAL|JOL|OTH) [A-Z]{2,3} \d{1,3}/\d{4}(?!\w)"
)


def contacts(text: str) -> Iterator[str]:
    """E-mail addresses, account names and telephone numbers."""
    at, number = text.find("@"), 0
    while at >= 0 and number < MOST:
        start = max(at - _AROUND_AT, 0)
        window = text[start : at + 200]
        for pattern in (_EMAIL, _HANDLE):
            for match in pattern.finditer(window):
                if match.start() <= at - start < match.end():
                    yield match[0].rstrip(".")
        at, number = text.find("@", at + 1), number + 1
    for found in _first(_DIGITS, text):
        digits = sum(sign.isdigit() for sign in found)
        if digits <= 15 and not found.isdigit() and not _DATE.fullmatch(found):
            yield found


def identifiers(text: str) -> Iterator[str]:
    """Bank accounts, numbers of passports and identity cards."""
    yield from _first(_IBAN, text)
    yield from _first(_IDENTITY, text)
    yield from (found for found in _first(_DIGITS, text) if found.isdigit() and len(found) > 8)


def symbols(text: str) -> Iterator[str]:
    """Symbols of documents and of communications."""
    yield from _first(_SYMBOL, text)


def symbols_at(text: str) -> Iterator[tuple[int, int]]:
    """Where they stand."""
    yield from (found.span() for found in _SYMBOL.finditer(text))


def _first(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    for number, found in enumerate(pattern.finditer(text)):
        if number == MOST:
            return
        yield found[0]
