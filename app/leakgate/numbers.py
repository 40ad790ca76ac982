"""Finding sealed numbers, addresses and identifiers: by their digits, or by their letters and digits together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

from app.leakgate.reading import Reading, Strand, lookalike_or_own, read
from app.leakgate.values import Kind, Particular

SHORTEST_NUMBER, SHORTEST_LITERAL, SURE_LITERAL = 5, 3, 6
_BETWEEN_DIGITS = re.compile(
    r"^(?:[^\w]|_|\b(?:of|de|du|del|от|за|no|n|ext|x|poste|доб|لسنه|لعام|سنه|year|slash|dash)\b)*$"
)


@dataclass(frozen=True, slots=True)
class SealedNumber:
    """What identifies a number: its digits without a country code or leading zeros, and its signs in a row."""

    digits: frozenset[str]
    literals: frozenset[str]

    @classmethod
    def of(cls, particular: Particular) -> SealedNumber:
        digits: set[str] = set()
        literals: set[str] = set()
        for value in (*particular.values, *particular.also):
            reading = read(value)
            number = "".join(one for one in reading.folded.text if one.isdigit())
            letters = sum(one.isalpha() for one in reading.squeezed.text)
            if len(number.lstrip("0")) >= SHORTEST_NUMBER and (letters <= 4 or letters <= len(number)):
                digits.add(
                    _national(reading.plain.text, number)
                    if particular.kind is Kind.CONTACT
                    else number.lstrip("0")
                )
            if letters:
                literals |= set(_spellings(reading))
        return cls(frozenset(digits), frozenset(literals))


def _national(value: str, digits: str) -> str:
    """The digits of a telephone number without its country code, as far as that can be told."""
    try:
        return str(phonenumbers.parse(value, None).national_number)
    except phonenumbers.NumberParseException:
        bare = digits.lstrip("0")
        return bare[-8:] if len(bare) > 9 else bare


def _spellings(reading: Reading) -> Iterator[str]:
    """A value as its letters and digits in a row; an address also as it is dictated, and without what is common in it."""
    row = _row(reading).text
    yield row
    text = reading.plain.text.strip()
    if "@" in text[1:]:
        local, _, host = text.partition("@")
        for at in ("at", "arroba", "arobase", "chez", "собака"):
            for dot in (".", "dot", "punto", "point"):
                yield _row(read(f"{local}{at}{host.replace('.', dot)}")).text
                yield _row(read(f"{local.replace('.', dot)}{at}{host.replace('.', dot)}")).text
        if len(_row(read(local)).text) >= SURE_LITERAL:
            yield _row(read(local)).text
    elif found := re.match(r"(?:https?://)?(?:www\.)?[^/\s]+/([\w.@-]{6,})/?$", text):
        yield _row(read(found[1])).text


def _row(reading: Reading) -> Strand:
    return reading.plain.rewritten(lookalike_or_own)


def find(reading: Reading, sealed: SealedNumber) -> Iterator[tuple[int, int, str]]:
    """(start, end, rule) of a sealed number or address, whatever stands between its signs."""
    yield from _by_digits(reading, sealed)
    if sealed.literals:
        row = _row(reading)
        for wanted in sealed.literals:
            if len(wanted) >= SHORTEST_LITERAL:
                yield from _by_signs(reading, row, wanted)


def _by_digits(reading: Reading, sealed: SealedNumber) -> Iterator[tuple[int, int, str]]:
    text = reading.folded.text
    at = [i for i, one in enumerate(text) if one.isdigit()]
    digits = "".join(text[i] for i in at)
    for wanted in sealed.digits:
        place = digits.find(wanted)
        while place >= 0:
            first, last = at[place], at[place + len(wanted) - 1]
            between = re.sub(r"\d", " ", text[first : last + 1])
            before, after = text[first - 1 : first], text[last + 1 : last + 2]
            whole = len(wanted) > 6 or not (before.isdigit() or after.isdigit())
            if whole and len(between) <= 3 * len(wanted) + 6 and _BETWEEN_DIGITS.match(between):
                yield *reading.folded.span(first, last + 1), "number"
            place = digits.find(wanted, place + 1)


def _by_signs(reading: Reading, row: Strand, wanted: str) -> Iterator[tuple[int, int, str]]:
    at = row.text.find(wanted)
    while at >= 0:
        start, end = row.span(at, at + len(wanted))
        before, after = reading.original[start - 1 : start], reading.original[end : end + 1]
        alone = not (before.isalnum() or after.isalnum()) and len(reading.original[start:end]) <= 3 * len(
            wanted
        )
        if alone or len(wanted) >= SURE_LITERAL + 2:
            yield start, end, "literal"
        at = row.text.find(wanted, at + 1)
