"""Finding sealed numbers, addresses and identifiers: by their digits, or by their letters and digits together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import phonenumbers

from app.leakgate.dictionaries import everyday
from app.leakgate.reading import Reading, Strand, fold_words, lookalike_or_own, read
from app.leakgate.values import Kind, Particular

SHORTEST_NUMBER, SHORTEST_LITERAL, SURE_LITERAL = 5, 3, 6
PARTIAL = 6  # how many last digits of a telephone number are worth a look
_BETWEEN_DIGITS = re.compile(
    r"^(?:[^\w]|_|\b(?:of|de|du|del|от|за|no|n|ext|x|poste|доб|لسنه|لعام|سنه|year|slash|dash)\b)*$"
)
_BETWEEN_CODES = re.compile(r"^[\s./_#·•:-]*$")
_YEARS = re.compile(r"(?:19|20)\d\d\s?[-/]\s?(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class SealedNumber:
    """What identifies a number: its digits without a country code or leading zeros, its groups, and its signs in a row."""

    digits: frozenset[str]
    literals: frozenset[str]
    groups: frozenset[tuple[str, ...]]
    contact: bool
    code: bool  # whether only the signs of codes may stand between the digits

    @classmethod
    def of(cls, particular: Particular) -> SealedNumber:
        digits: set[str] = set()
        literals: set[str] = set()
        groups: set[tuple[str, ...]] = set()
        contact = particular.kind is Kind.CONTACT
        for value in (*particular.values, *particular.also):
            reading = read(value)
            told = "".join(
                one for one in reading.folded.text.split() if any(map(str.isdigit, one))
            )  # without its label
            number = "".join(one for one in told if one.isdigit())
            letters = sum(map(str.isalpha, told))
            if len(number.lstrip("0")) >= SHORTEST_NUMBER and (letters <= 4 or letters <= len(number)):
                digits.add(_national(reading.plain.text, number) if contact else number.lstrip("0"))
            own = tuple(one.lstrip("0") for one in re.findall(r"\d+", reading.folded.text))
            if not contact and len(own) > 1 and sum(map(len, own)) > SHORTEST_NUMBER:
                groups.add(tuple(sorted(own)))
            if any(map(str.isalpha, reading.squeezed.text)):
                literals |= set(_spellings(reading))
        code = particular.kind is Kind.IDENTIFIER
        return cls(frozenset(digits), frozenset(literals), frozenset(groups), contact, code)


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
    if not (row.isalpha() and everyday(row)) and sum(map(str.isdigit, row)) != len(row) - 2:
        yield row
    text = reading.plain.text.strip()
    if "@" in text[1:]:
        local, _, host = text.partition("@")
        for at in ("at", "arroba", "arobase", "chez", "собака"):
            for dot in (".", "dot", "punto", "point"):
                yield _row(read(f"{local}{at}{host.replace('.', dot)}")).text
                yield _row(read(f"{local.replace('.', dot)}{at}{host.replace('.', dot)}")).text
        if len(alone := _row(read(local)).text) >= SURE_LITERAL and not everyday(alone):
            yield alone
    elif found := re.match(r"(?:https?://)?(?:www\.)?[^/\s]+/([\w.@-]{6,})/?$", text):
        yield _row(read(found[1])).text


def _row(reading: Reading) -> Strand:
    return reading.plain.rewritten(lookalike_or_own)


@dataclass(frozen=True, slots=True)
class Digits:
    """All digits of a text in a row, however they are written, and where each stands in the folded strand."""

    row: str
    places: Sequence[tuple[int, int]]

    @classmethod
    def of(cls, reading: Reading) -> Digits:
        text = reading.folded.text
        told = {(i, i + 1): one for i, one in enumerate(text) if one.isdigit()}
        for found in _LIKE_DIGITS.finditer(text):  # O for 0, l for 1
            told |= {(i, i + 1): _LIKE[text[i]] for i in range(*found.span()) if text[i] in _LIKE}
        for found in _HAN_DIGITS.finditer(text):
            told |= {(i, i + 1): str(_HAN.index(text[i]) % 10) for i in range(*found.span())}
        spelt: list[tuple[int, int, str]] = []
        for word in (*reading.words, None):
            digit = _spelt().get(word.text) if word else None
            if word and digit:
                spelt.append((word.start, word.end, digit))
            elif word is None or not digit:
                if len(spelt) > SHORTEST_NUMBER:
                    told |= {(start, end): one for start, end, one in spelt}
                spelt = []
        places = sorted(told)
        return cls("".join(told[place] for place in places), places)


_LIKE = {"o": "0", "l": "1", "i": "1"}
_LIKE_DIGITS = re.compile(r"(?<![^\W_])(?=[oli]*\d)[\doli]{2,12}(?![^\W_])")
_HAN = "零一二三四五六七八九〇幺"
_HAN_DIGITS = re.compile("[零一二三四五六七八九〇]{5,20}")


@cache
def _spelt() -> dict[str, str]:
    """The words for the ten digits in six languages."""
    lists = (
        "zero one two three four five six seven eight nine",
        "zéro un deux trois quatre cinq six sept huit neuf",
        "cero uno dos tres cuatro cinco seis siete ocho nueve",
        "ноль один два три четыре пять шесть семь восемь девять",
        "صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة",
    )
    return {word: str(digit) for spelt in lists for digit, word in enumerate(fold_words(spelt))} | {"oh": "0"}


def find(reading: Reading, digits: Digits, sealed: SealedNumber) -> Iterator[tuple[int, int, str]]:
    """(start, end, rule) of a sealed number or address, whatever stands between its signs."""
    whole = list(_by_digits(reading, digits, sealed))
    yield from whole
    if sealed.contact and not whole:
        yield from _in_part(reading, digits, sealed)
    if sealed.groups:
        yield from _by_groups(reading, sealed)
    if sealed.literals:
        row = _row(reading)
        for wanted in sealed.literals:
            if len(wanted) >= SHORTEST_LITERAL:
                yield from _by_signs(reading, row, wanted)


def _by_digits(reading: Reading, digits: Digits, sealed: SealedNumber) -> Iterator[tuple[int, int, str]]:
    for wanted in sealed.digits:
        for text, rule in ((wanted, "number"), (wanted[::-1], "number-reversed")):
            if rule == "number-reversed" and (len(text) < PARTIAL + 1 or text == wanted):
                continue
            for first, last in _runs(digits, text):
                if _is_one_number(reading, digits, first, last, sealed.code):
                    yield *reading.folded.span(digits.places[first][0], digits.places[last][1]), rule


def _runs(digits: Digits, text: str) -> Iterator[tuple[int, int]]:
    at = digits.row.find(text)
    while at >= 0:
        yield at, at + len(text) - 1
        at = digits.row.find(text, at + 1)


def _is_one_number(reading: Reading, digits: Digits, first: int, last: int, code: bool) -> bool:
    """Whether digits in a row are written as one number, and as the whole of it where that is short or a code."""
    text, places = reading.folded.text, digits.places
    between = " ".join(text[one[1] : other[0]] for one, other in pairwise(places[first : last + 1]))
    size = last - first + 1
    if len(between) > 3 * size + 6 or not (_BETWEEN_CODES if code else _BETWEEN_DIGITS).match(between):
        return False
    if _YEARS.search(text[max(0, places[first][0] - 2) : places[last][1] + 2]):
        return False
    if size > PARTIAL and not code:
        return True
    before, after = text[: places[first][0]][-2:], text[places[last][1] :][:2]
    joint = "[./-]" if code else ""
    return not re.search(rf"[1-9]{joint}?$", before) and not re.match(rf"{joint}?\d", after)


def _in_part(reading: Reading, digits: Digits, sealed: SealedNumber) -> Iterator[tuple[int, int, str]]:
    """The last digits of a telephone number, standing alone."""
    for wanted in sealed.digits:
        if len(wanted) < PARTIAL + 2:
            continue
        for first, last in _runs(digits, wanted[-PARTIAL:]):
            if _is_one_number(reading, digits, first, last, True):
                yield *reading.folded.span(digits.places[first][0], digits.places[last][1]), "number-partial"


def _by_groups(reading: Reading, sealed: SealedNumber) -> Iterator[tuple[int, int, str]]:
    """The groups of a case number, in any order: “473 of 2025” for 2025/00473."""
    text = reading.folded.text
    numbers = [(one[0].lstrip("0"), *one.span()) for one in re.finditer(r"\d+", text)]
    for groups in sealed.groups:
        for i in range(len(numbers) - len(groups) + 1):
            run = numbers[i : i + len(groups)]
            if tuple(sorted(one[0] for one in run)) != groups:
                continue
            gaps = [re.sub(r"\b[^\W\d_]{1,2}\b", "", text[one[2] : other[1]]) for one, other in pairwise(run)]
            if all(len(gap) < 16 and _BETWEEN_DIGITS.match(gap) and not re.search("[(),;]", gap) for gap in gaps):
                yield *reading.folded.span(run[0][1], run[-1][2]), "number"


def _by_signs(reading: Reading, row: Strand, wanted: str) -> Iterator[tuple[int, int, str]]:
    at = row.text.find(wanted)
    while at >= 0:
        start, end = row.span(at, at + len(wanted))
        before, after = reading.original[start - 1 : start], reading.original[end : end + 1]
        alone = not (before.isalnum() or after.isalnum()) and len(reading.original[start:end]) <= 3 * len(wanted)
        if alone or len(wanted) >= SURE_LITERAL + 2:
            yield start, end, "literal"
        at = row.text.find(wanted, at + 1)
