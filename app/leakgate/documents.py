"""Finding pointers to sealed documents: communications, opinions, complaints, and paragraphs of reports.

A symbol leads to the whole of a document, and a document names people; it is compared without regard to how it is
spaced, divided or capitalised. A case that lists its documents also has those looked at that it does not list.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.leakgate.reading import Reading, Strand, lookalike_or_own, read
from app.leakgate.values import Particular

# Over the folded text: the State, number and year of a communication; and a number of a year, as opinions have.
_COMMUNICATION = re.compile(r"(?<![a-z])([a-z]{3})[\s/]{0,2}0{0,2}(\d{1,3})\s?/\s?(\d{4})(?!\d)")
_NUMBERED = re.compile(r"(?<![\d/.-])0{0,3}(\d{1,5})\s?/\s?(\d{4})(?![\d/])")
_OF_A_STATE = re.compile(r"[A-Z]{3}[\s/]$")
_PARAGRAPHS = re.compile(
    r"(?:\b(?:para(?:graph(?:e)?)?s?|pars?|parrs?|parrafos?|пп?|пункт\w{0,3})\b\.?|§{1,2}|الفقر\w{1,3})\s?"
    r"(\d{1,4}(?:\s?[-–,]\s?\d{1,4}|\s(?:and|to|et|a|y|и|до|و|الى)\s?\d{1,4}){0,6})"
    r"|第(\d{1,4}(?:(?:至|到|和|、|-)\d{1,4}){0,6})段"
)
_RANGE = re.compile(r"(\d+)(?:\s?(?:[-–至到]|\sto\s|\sa\s|\sдо\s)\s?(\d+))?")
_SYMBOL = re.compile(r"[A-Z]{1,8}(?:\s?/\s?[\w.()-]{1,24}){1,8}")
_IN_A_SYMBOL = re.compile(r"/D/(?P<complaint>\d{1,5})/(?P<filed>\d{4})|WGAD/(?P<given>\d{4})/(?P<opinion>\d{1,4})")
# What leads to a person by itself: communications, views on a complaint, opinions on a detention.
_LEADS = re.compile(r"(?:UA|AL|OL|JUA|JAL|JOL|OTH)\s[A-Z]{3}\s\d|/D/\d|WGAD/\d{4}/\d")
REACH = 80  # signs behind a symbol in which its paragraph is told
LONGEST_RANGE = 400


@dataclass(frozen=True, slots=True)
class SealedDocument:
    """What a document can be pointed at by."""

    communications: frozenset[tuple[str, int, int]]
    numbers: frozenset[tuple[int, int]]
    symbols: Mapping[str, frozenset[int]]  # letters and digits in a row, and the sealed paragraphs: none is all

    @classmethod
    def of(cls, particular: Particular) -> SealedDocument:
        communications: set[tuple[str, int, int]] = set()
        numbers: set[tuple[int, int]] = set()
        symbols: dict[str, frozenset[int]] = {}
        for value in (*particular.values, *particular.also):
            reading = read(value)
            if found := _COMMUNICATION.search(reading.folded.text):
                communications.add((found[1], int(found[2]), int(found[3])))
            elif symbol := _SYMBOL.search(reading.plain.text):
                if told := _IN_A_SYMBOL.search(symbol[0].upper()):
                    numbers.add((int(told["complaint"] or told["opinion"]), int(told["filed"] or told["given"])))
                row = _row(reading.plain.part(*symbol.span())).text
                symbols[row] = frozenset(_paragraphs(reading.folded.text[symbol.end() :]))
            elif number := _NUMBERED.search(reading.folded.text):
                numbers.add((int(number[1]), int(number[2])))
            elif row := _row(reading.plain).text:
                symbols[row] = frozenset()
        return cls(frozenset(communications), frozenset(numbers), symbols)


def _row(strand: Strand) -> Strand:
    return strand.rewritten(lookalike_or_own)


def _paragraphs(folded: str) -> Iterator[int]:
    for found in _PARAGRAPHS.finditer(folded):
        for one in _RANGE.finditer(found[1] or found[2]):
            first, last = int(one[1]), int(one[2] or one[1])
            yield from range(first, min(last, first + LONGEST_RANGE) + 1)


def find(reading: Reading, sealed: SealedDocument) -> Iterator[tuple[int, int, str]]:
    """(start, end, rule) of every pointer to a sealed document."""
    text = reading.folded
    for found in _COMMUNICATION.finditer(text.text):
        if (found[1], int(found[2]), int(found[3])) in sealed.communications:
            yield *text.span(*found.span()), "document"
    for found in _NUMBERED.finditer(text.text) if sealed.numbers else ():
        start, end = text.span(*found.span())
        if (int(found[1]), int(found[2])) in sealed.numbers and not _OF_A_STATE.search(reading.original[:start][-4:]):
            yield start, end, "document"
    if sealed.symbols:
        row = _row(reading.plain)
        for symbol, paragraphs in sealed.symbols.items():
            yield from _by_symbol(reading.original, row, symbol, paragraphs)


def _by_symbol(original: str, row: Strand, symbol: str, paragraphs: frozenset[int]) -> Iterator[tuple[int, int, str]]:
    at = row.text.find(symbol)
    while at >= 0:
        start, end = row.span(at, at + len(symbol))
        if not _goes_on(original, start, end):
            told = frozenset(_paragraphs(read(original[end : end + REACH]).folded.text))
            known = not paragraphs or bool(paragraphs & told)
            yield start, end, "document" if known else "document-part"
        at = row.text.find(symbol, at + 1)


def _goes_on(original: str, start: int, end: int) -> bool:
    """Whether letters, digits or a stroke around a stretch make it part of another symbol."""
    before = unicodedata.normalize("NFKC", original[max(0, start - 1) : start])
    after = unicodedata.normalize("NFKC", original[end : end + 2])
    return bool(re.match("[A-Za-z0-9]", before) or re.match("/?[A-Za-z0-9]", after))


def unlisted(reading: Reading, symbols: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Which of the symbols of a text lead to a person, by themselves or by a paragraph behind them."""
    for start, end in symbols:
        behind = read(reading.original[end : end + REACH // 4]).folded.text
        if _LEADS.search(reading.original[start:end]) or _PARAGRAPHS.match(behind.lstrip(" ,،，(")):
            yield start, end
