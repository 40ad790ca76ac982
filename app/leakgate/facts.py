"""Finding sealed numbers, addresses and dates, and patterns that identify without being a particular at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from babel import Locale

from app.leakgate.reading import Reading, read
from app.leakgate.values import Particular

LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh")


def digits_of(reading: Reading) -> tuple[str, list[int]]:
    """All digits of a text in a row, with the folded position of each."""
    found = [(one, i) for i, one in enumerate(reading.folded) if one.isdigit()]
    return "".join(one for one, _ in found), [i for _, i in found]


def find_number(reading: Reading, value: str) -> Iterator[tuple[int, int]]:
    """A sealed phone or number in any grouping, with or without its country code or leading zero."""
    wanted = "".join(one for one in read(value).folded if one.isdigit()).lstrip("0")
    if len(wanted) < 5:
        return
    tail = wanted[-8:] if len(wanted) > 9 else wanted
    digits, at = digits_of(reading)
    start = digits.find(tail)
    while start >= 0:
        first, last = at[start], at[start + len(tail) - 1]
        # digits of one number stand near each other: other signs between them, no words
        between = reading.folded[first : last + 1]
        if not re.search(r"[^\W\d_]", between) and len(between) <= 3 * len(tail):
            yield reading.span(first, last)
        start = digits.find(tail, start + 1)


def find_literal(reading: Reading, value: str) -> Iterator[tuple[int, int]]:
    """A sealed value with letters, whatever stands between its letters and digits."""
    wanted = read(value).squeezed
    if len(wanted) < 3:
        return
    at = reading.squeezed.find(wanted)
    while at >= 0:
        yield reading.span(reading.squeezed_at[at], reading.squeezed_at[at + len(wanted) - 1])
        at = reading.squeezed.find(wanted, at + 1)


# --- dates ------------------------------------------------------------------------------------------------------


@cache
def _months() -> dict[str, int]:
    """Folded month names of the six languages."""
    names: dict[str, int] = {}
    for code in LANGUAGES:
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in Locale.parse(code).months[form][width].items():
                    folded = read(name).folded.rstrip(".")
                    if len(folded) > 2 or not folded.isascii():
                        names.setdefault(folded, number)
    return names


_NUMBERS = re.compile(r"(?<!\d)(\d{1,4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,4})日?(?!\d)")
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|o)?[\s,.]{1,3}(?:de |of )?([^\W\d_]{3,12})\.?(?:[\s,]{1,3}(?:de )?(\d{4}))?"
)
_MONTH_DAY = re.compile(r"([^\W\d_]{3,12})\.?\s(\d{1,2})(?:st|nd|rd|th)?(?!\d)(?:,?\s(\d{4}))?")
_CHINESE_DAY = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})日")


def find_days(reading: Reading) -> Iterator[tuple[int, int, int | None, int, int]]:
    """(start, end, year or None, month, day) of every whole date in a text."""
    text = reading.folded
    for found in _NUMBERS.finditer(text):
        yield from _valid(reading, found, *_ordered(*(int(one) for one in found.groups())))
    for found in _DAY_MONTH.finditer(text):
        if month := _months().get(found[2]):
            yield from _valid(reading, found, (int(found[3]) if found[3] else None, month, int(found[1])))
    for found in _MONTH_DAY.finditer(text):
        if month := _months().get(found[1]):
            yield from _valid(reading, found, (int(found[3]) if found[3] else None, month, int(found[2])))
    for found in _CHINESE_DAY.finditer(text):
        yield from _valid(reading, found, (None, int(found[1]), int(found[2])))


def _ordered(first: int, second: int, third: int) -> tuple[tuple[int, int, int], ...]:
    """Readings of three numbers: year first, day first, month first."""
    if first > 31:
        return ((first, second, third),)
    year = third + 2000 if third < 100 else third
    return ((year, second, first), (year, first, second))


def _valid(
    reading: Reading, found: re.Match[str], *readings: tuple[int | None, int, int]
) -> Iterator[tuple[int, int, int | None, int, int]]:
    start, end = reading.span(found.start(), found.end() - 1)
    for year, month, day in readings:
        try:
            date(year or 2000, month, day)
        except ValueError:
            continue
        yield start, end, year, month, day


def finer_dates(reading: Reading, particular: Particular) -> Iterator[tuple[int, int]]:
    """Where a sealed date stands at a finer precision than its allowed form (`2026-03`, `2026` or nothing)."""
    for value in particular.values:
        parts = [int(one) for one in re.findall(r"\d+", read(value).folded)]
        if not parts or not 1000 <= parts[0] <= 9999:
            continue
        allowed = len(re.findall(r"\d+", particular.allowed_form))
        if len(parts) >= 3 and allowed < 3:
            for start, end, year, month, day in find_days(reading):
                if (month, day) == (parts[1], parts[2]) and year in (None, parts[0]):
                    yield start, end
        if len(parts) >= 2 and allowed < 2:
            yield from _months_named(reading, parts[0], parts[1])


def _months_named(reading: Reading, year: int, month: int) -> Iterator[tuple[int, int]]:
    names = "|".join(re.escape(name) for name, number in _months().items() if number == month)
    pattern = rf"(?:{names})\.?[\s,]{{1,3}}(?:de )?{year}|(?<!\d){year}[-/.年]\s?0?{month}(?!\d)|(?<!\d)0?{month}[-/.]{year}"
    for found in re.finditer(pattern, reading.folded):
        yield reading.span(found.start(), found.end() - 1)


# --- patterns ---------------------------------------------------------------------------------------------------


def _p(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# rule, severity, pattern over the original text, message. Every repetition is bounded: no input makes one slow.
PATTERNS: tuple[tuple[str, str, re.Pattern[str], str], ...] = (
    ("email", "block", _p(r"[\w.+%-]{1,64}\s{0,2}(?:@|\[at\]|\(at\))\s{0,2}[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}"), "This is an e-mail address."),
    ("url", "block", _p(r"(?:https?://|www\.)(?!(?:www\.)?(?:ohchr|un|ungeneva)\.org)[^\s<>\"]{3,200}"), "This is a web address, which can lead to a person."),
    ("handle", "block", re.compile(r"(?<![\w@.])@[A-Za-z_][\w.]{2,30}"), "This is an account name."),
    ("coordinates", "block", _p(r"(?<![\d.])[-+]?\d{1,2}\.\d{3,8}\s?[°,;]?\s?[ns]?[,; ]\s?[-+]?\d{1,3}\.\d{3,8}|\d{1,2}°\s?\d{1,2}['′]"), "These are coordinates of a place."),
    ("iban", "block", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"), "This is a bank account number."),
    ("ip-address", "block", _p(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}"), "This is a network address."),
    ("phone", "block", re.compile(r"(?<![\w/.-])\+\d[\d ().-]{6,18}\d|(?<![\w/.-])0\d{1,4}[ ./-]\d{2,4}[ ./-]\d{2,4}(?:[ ./-]\d{2,4})?(?![\w/])"), "This is a telephone number."),
    ("identity-number", "block", re.compile(r"\b[A-Z]{1,2}\d{6,9}\b|\b\d{9,14}\b"), "This looks like the number of a passport, an identity card or an account."),
    ("case-number", "warn", _p(r"\b(?:case|docket|file|affaire|expediente|дело)\s(?:no\.?|number|n[°º]|№)\s?[\w/-]{2,20}"), "A case number leads to a name. Leave it out."),
    ("time-of-day", "warn", _p(r"\b(?:at|around|à|a las|в)\s\d{1,2}(?:[:h.]\d{2}|\s?(?:a\.?m|p\.?m)\b)"), "A time of day identifies an event. Say the day or the month only."),
    ("relative", "warn", _p(r"\b(?:his|her|their)\s(?:wife|husband|mother|father|brother|sister|son|daughter|uncle|aunt|cousin|fianc[ée]e?)\b"), "A relative named by relation can be found. Say “relatives”."),
    ("unique-office", "warn", _p(r"\b(?:the\s)?(?:president|chair(?:person|man|woman)?|director|secretary[- ]general|head|founder|coordinator)\sof\s(?:the\s)?[A-Z]"), "An office that one person holds is as good as a name. Say the kind of organisation."),
    ("sentence", "warn", _p(r"\bsentenced?\s(?:\w+\s){0,3}to\s(?:\w+|\d+)\s(?:years?|months?|days?)\b"), "An exact sentence identifies a trial. Say “a prison sentence”."),
    ("fine", "warn", _p(r"\bfined?\s(?:\w+\s){0,2}(?:of\s)?[$€£]?\d[\d., ]{1,12}"), "An exact fine identifies a case. Say “a fine”."),
    ("facility", "warn", re.compile(r"\b[A-Z][a-z]{2,20}\s(?:[Pp]rison|[Hh]ospital|[Dd]etention [Cc]ent(?:re|er)|[Jj]ail)\b"), "A named prison or hospital narrows down who it is. Say the kind of place."),
    ("flight", "warn", re.compile(r"\bflight\s(?:[A-Z]{2}\s?)?\d{2,4}\b|\b[A-Z]{2}\s?\d{3,4}\b(?=\s(?:to|from)\b)"), "A flight identifies its passengers. Leave it out."),
    ("agents", "warn", _p(r"\b(?:two|three|four|five|six|seven|eight|\d{1,2})\s(?:male|female|masked|armed|plain[- ]?clothes)\s(?:men|women|officers|agents|policemen)\b"), "The number and kind of agents identifies the event. Say “officers”."),
    ("medical", "warn", _p(r"\b(?:suffers? from|diagnosed with|hiv|cancer|diabetes|epilepsy|pregnan(?:t|cy)|schizophreni\w{1,4})\b"), "A medical condition identifies a person. Leave it out or say “ill”."),
)  # fmt: skip
