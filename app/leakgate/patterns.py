"""What identifies without being a particular: by its shape (`shapes`), or by how it is said (`phrases`).

UN symbols, resolutions and communications are recognised here too: what is only part of one is nobody's number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address

from app.leakgate import phrases
from app.leakgate.reading import Reading
from app.leakgate.shapes import SHAPES

# The symbols of documents, resolutions and communications of the United Nations, and the numbers of books.
_SYMBOLS = re.compile(
    r"(?<![A-Za-z0-9/])(?:A|E|S|T|ST|HRI|CAT|CCPR|CEDAW|CERD|CRC|CRPD|CMW|CED|HRC|CAT-OP|OHCHR|UNEP|ICC|WHO|SP|LC|SGB)/(?:[\w.()-]{1,24}/){0,6}[\w.()-]{0,20}[\w)]"
    r"|(?:(?:resolutions?|decisions?|r[ée]solutions?|d[ée]cisions?|resoluci[óo]n(?:es)?|decisi[óo]n(?:es)?|резолюци\w{1,3}|решени\w{1,3}|القرار|قرار\w{0,3}|قرارها|المقرر|مقرر\w{0,3}|第)(?:\s[^\W\d_]{2,12}){0,3}?\s?"
    r"(?:(?:no\.?|n[°º])\s?)?\d{1,4}(?:/\d{1,4}|\s?\((?:\d{4}|[IVXL]{1,6})\))(?:\s?\(\w{1,8}\))?)"
    r"|(?<![A-Za-z])(?:UA|AL|OL|JUA|JAL|JOL|OTH)\s[A-Z]{3}\s\d{1,3}/\d{4}(?!\w)|ISB?N[:\s]{0,2}[\dX-]{8,20}",
    re.IGNORECASE,
)


def symbols(reading: Reading) -> Iterator[tuple[int, int]]:
    """Where symbols of documents stand, as (start, end) in the original."""
    for found in _SYMBOLS.finditer(reading.plain.text):
        if any(map(str.isdigit, found.group())):
            yield reading.plain.span(*found.span())


_TURNED = re.compile("[\u202d\u202e][^\u202c\n]{0,2000}")


def find(reading: Reading) -> Iterator[tuple[str, int, int]]:
    """(rule, start, end) of everything that identifies by its shape or its phrase."""
    text = reading.plain.text
    by_shape = ((rule, *found.span()) for rule, pattern in SHAPES for found in pattern.finditer(text))
    for rule, start, end in (*by_shape, *phrases.find(text)):
        shown = text[start:end].rstrip(" .,;:")
        if shown and _holds(rule, shown):
            yield rule, *reading.plain.span(start, start + len(shown))
    for found in _TURNED.finditer(reading.original):
        yield "turned", *found.span()


def _holds(rule: str, text: str) -> bool:
    """What an expression cannot say: that a number is an address of the network, that a telephone has digits enough."""
    if rule == "ip-address":
        try:
            ip_address(text)
        except ValueError:
            return False
        return ":" not in text or sum(one.isalnum() for one in text) > 3
    if rule == "phone":
        digits = sum(one.isdigit() for one in text)
        return 7 <= digits <= 15 and not re.fullmatch(r"\d{2}[./-]\d{2}[./-]\d{2,4}", text)
    return True
