"""Every mention of a date in a text, whatever its form, language or calendar: numbers, words, ranges, the names of days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.leakgate import calendars
from app.leakgate.calendars import GREGORIAN, faces
from app.leakgate.reading import Reading

LONGEST_RANGE = 7  # days; a longer one is told by its ends only


@dataclass(frozen=True, slots=True)
class Mention:
    """A date in a text: place in the original, calendars it can be of, and what it says (None: not said)."""

    start: int
    end: int
    calendar: str
    year: int | None
    month: int
    day: int | None
    at: int  # where it begins in the folded strand
    until: int
    told: bool = True  # whether a month without its year was clearly meant as a date


def days_of(mention: Mention) -> list[date]:
    """The Gregorian days that a whole mention can mean: one, or neighbours where calendars differ."""
    if mention.year is None or mention.day is None:
        return []
    if mention.calendar in (GREGORIAN, calendars.BUDDHIST):
        year = mention.year - (543 if mention.calendar == calendars.BUDDHIST else 0)
        try:
            return [date(year, mention.month, mention.day)] if 1800 < year < 2200 else []
        except ValueError:
            return []
    began = {calendars.HIJRI: 622 - mention.year // 33, calendars.SOLAR_HIJRI: 621, calendars.ETHIOPIAN: 7}[
        mention.calendar
    ]
    if not 1850 < mention.year + began < 2150:
        return []
    wanted = (mention.calendar, mention.year, mention.month, mention.day)
    first = date(mention.year + began - 1, 6, 1)
    return [day for i in range(800) if wanted in set(faces(day := first + timedelta(i)))]


_NUMBERED = re.compile(r"(?<!\d)(?<![a-z]/)(\d{1,4})( ?[-/.] ?| )(\d{1,2})\2(\d{2,4})(?!\d|/\d{1,3}(?!\d))")
_SOLID_NUMBERS = re.compile(r"(?<!\d)(?:((?:19|20)\d\d)(\d\d)(\d\d)|(\d\d)(\d\d)((?:19|20)\d\d))(?!\d)")
_HAN_DATE = re.compile(
    r"(?:(\d{4}|[〇零○一二三四五六七八九]{4}) ?[年년] ?)?(\d{1,2}|[一二三四五六七八九十]{1,3}) ?[月월](?: ?(\d{1,2}|[一二三四五六七八九十]{1,3}) ?[日号號일])?"
)
_YEAR_MONTH = re.compile(r"(?<![\d/.-])(?:(\d{4})[-/.](\d{1,2})|(\d{1,2})[/.](\d{4}))(?![\d/.-])")
_DAY_MONTH = re.compile(r"(?:\bon|\ble|\bel|\bam|\bв|\bdu|\bal|\bdel|يوم|بتاريخ) (\d{1,2})[./](\d{1,2})(?![\d/])")
_LINKS = frozenset(
    [
        "of",
        "de",
        "del",
        "d",
        "the",
        "le",
        "du",
        "el",
        "al",
        "day",
        "день",
        "числа",
        "يوم",
        "من",
        "شهر",
        "dia",
        "jour",
    ]
)
_TO_YEAR = frozenset(
    [
        "ዓ",
        "ም",
        "de",
        "del",
        "of",
        "г",
        "года",
        "году",
        "год",
        "سنة",
        "عام",
        "لعام",
        "من",
        "ce",
        "ad",
        "ah",
        "ه",
        "م",
        "هـ",
    ]
)
_RANGE = frozenset(
    [
        "to",
        "and",
        "et",
        "y",
        "и",
        "au",
        "al",
        "a",
        "bis",
        "و",
        "حتى",
        "الى",
        "إلى",
        "по",
        "до",
        "or",
        "ou",
        "o",
    ]
)
_SAID = frozenset(
    [
        "in",
        "during",
        "early",
        "mid",
        "late",
        "since",
        "until",
        "last",
        "of",
        "this",
        "from",
        "en",
        "au",
        "mois",
        "debut",
        "fin",
        "courant",
        "depuis",
        "mes",
        "principios",
        "finales",
        "mediados",
        "desde",
        "в",
        "начале",
        "конце",
        "середине",
        "с",
        "до",
        "في",
        "خلال",
        "شهر",
        "منذ",
        "أوائل",
        "أواخر",
        "منتصف",
        "اوائل",
        "اواخر",
    ]
)
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|ere|eme|го|е|й|и|º|ª|o|a)?$")


def mentions(reading: Reading) -> list[Mention]:
    """Every mention of a date in a text, in the order in which they stand."""
    found = [
        *_numbered(reading),
        *_noted(reading),
        *_worded(reading),
        *_han_dates(reading),
        *_named_days(reading),
    ]
    return sorted(set(found), key=lambda one: (one.at, one.calendar, one.year or 0, one.month, one.day or 0))


def make(
    reading: Reading,
    at: int,
    until: int,
    calendar: str,
    year: int | None,
    month: int,
    day: int | None,
    told: bool = True,
) -> Iterator[Mention]:
    if 1 <= month <= 13 and (day is None or 1 <= day <= 32):
        start, end = reading.folded.span(at, until)
        yield Mention(start, end, calendar, year, month, day, at, until, told)


def _century(year: int) -> int:
    return year + 2000 if year < 100 else year


def _numbered(reading: Reading) -> Iterator[Mention]:
    text = reading.folded.text
    for found in _NUMBERED.finditer(text):
        first, second, third = int(found[1]), int(found[3]), int(found[4])
        if len(found[1]) == 4:
            for calendar in _all_calendars(first):
                yield from make(reading, *found.span(), calendar, first, second, third)
        elif len(found[1]) <= 2 and len(found[4]) in (2, 4) and (found[2] != " " or len(found[4]) == 4):
            for calendar in _all_calendars(_century(third)):
                yield from make(reading, *found.span(), calendar, _century(third), second, first)
                yield from make(reading, *found.span(), calendar, _century(third), first, second)
    for found in _SOLID_NUMBERS.finditer(text):
        year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
        yield from make(reading, *found.span(), GREGORIAN, int(year), int(month), int(day))
    for found in _YEAR_MONTH.finditer(text):
        year, month = (found[1], found[2]) if found[1] else (found[4], found[3])
        if 1 <= int(month) <= 12 and 1300 < int(year) < 2700:
            for calendar in _all_calendars(int(year)):
                yield from make(reading, *found.span(), calendar, int(year), int(month), None)
    for found in _DAY_MONTH.finditer(text):
        yield from make(reading, found.start(1), found.end(2), GREGORIAN, None, int(found[2]), int(found[1]))


def _all_calendars(year: int) -> tuple[str, ...]:
    if year > 2400:
        return (calendars.BUDDHIST,)
    if year < 1600:
        return (calendars.HIJRI, calendars.SOLAR_HIJRI)
    return (GREGORIAN, calendars.ETHIOPIAN)


_ROMAN = {
    name: number
    for number, name in enumerate(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"], 1)
}
_WEEK = re.compile(r"(?<!\d)(\d{4})-?w(\d{2})-?([1-7])(?!\d)")
_ROMAN_DATE = re.compile(r"(?<![\d.])(\d{1,2})[./ -]{1,2}([ivx]{1,4})[./ -]{1,2}(\d{4})(?!\d)")
_GLUED = re.compile(r"(?<![^\W_])(\d{1,2})([^\W\d_]{3,9})(\d{4}|\d{2})(?![^\W_])")
_MONGOLIAN = re.compile(r"(?<!\d)(\d{1,2}) ?(?:дугаар|дүгээр|-?р) ?сарын ?(\d{1,2})(?!\d)")


def _noted(reading: Reading) -> Iterator[Mention]:
    """Dates in the notations of standards and offices: a day of a week (ISO 8601), a Roman month, 14MAR2026."""
    text = reading.folded.text
    for found in _WEEK.finditer(text):
        try:
            day = date.fromisocalendar(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            continue
        yield from make(reading, *found.span(), GREGORIAN, day.year, day.month, day.day)
    for found in _ROMAN_DATE.finditer(text):
        if month := _ROMAN.get(found[2]):
            yield from make(reading, *found.span(), GREGORIAN, int(found[3]), month, int(found[1]))
    for found in _GLUED.finditer(text):
        for calendar, month in calendars.months().get((found[2],), ()):
            yield from make(reading, *found.span(), calendar, _century(int(found[3])), month, int(found[1]))


def _named_days(reading: Reading) -> Iterator[Mention]:
    """Days that have a name of their own: “on Human Rights Day 2026”."""
    text = reading.folded.text
    for pattern, month, day in calendars.named_days():
        for found in pattern.finditer(text):
            year = int(found["year"]) if found["year"] else None
            yield from make(reading, *found.span(), GREGORIAN, year, month, day)


def _han_dates(reading: Reading) -> Iterator[Mention]:
    for found in _HAN_DATE.finditer(reading.folded.text):
        year, month, day = (calendars.han_number(one) if one else None for one in found.groups())
        if month is not None:
            yield from make(reading, *found.span(), GREGORIAN, year, month, day)
    for found in _MONGOLIAN.finditer(reading.folded.text):
        yield from make(reading, *found.span(), GREGORIAN, None, int(found[1]), int(found[2]))


@dataclass(frozen=True, slots=True)
class _Number:
    value: int
    first: int
    last: int


def _worded(reading: Reading) -> Iterator[Mention]:
    """Dates with the name of a month: the days before or after it, the year behind it."""
    texts = [word.text for word in reading.words]
    passed = -1
    for at in range(len(texts)):
        months, size = _month_at(texts, at)
        if not months or at <= passed:
            continue
        first, last = at, at + max(size, 1) - 1
        months, last = _said_twice(reading, texts, months, last)
        passed = last
        before = _days_before(texts, first)
        after, end = _day_after(texts, last)
        year, end = _year_after(reading, texts, end)
        days = before or after
        said = (first > 0 and texts[first - 1] in _SAID) or size > 1 or not size
        for calendar, month in months:
            if (
                year is not None
                and calendar not in _all_calendars(year)
                and not (calendar == calendars.ETHIOPIAN and year > 1900)
            ):
                continue
            span = reading.words[min([first, *(one.first for one in before)])].start, reading.words[end].end
            if not days:
                yield from make(
                    reading,
                    reading.words[first].start,
                    span[1],
                    calendar,
                    year,
                    month,
                    None,
                    said or year is not None,
                )
            for one in days:
                yield from make(reading, *span, calendar, year, month, one.value)


def _month_at(texts: list[str], at: int) -> tuple[frozenset[tuple[str, int]] | None, int]:
    """The months whose name begins at a word, and of how many words it is; 0 when it has something written with it."""
    known = calendars.months()
    size = next((n for n in (3, 2, 1) if len(texts[at : at + n]) == n and tuple(texts[at : at + n]) in known), 0)
    return (known[tuple(texts[at : at + size])] if size else _with_affixes(texts[at])), size


def _said_twice(
    reading: Reading, texts: list[str], months: frozenset[tuple[str, int]], last: int
) -> tuple[frozenset[tuple[str, int]], int]:
    """The month that two names with a stroke between them have in common (أيلول/سبتمبر), and where the second ends."""
    if last + 1 < len(texts):
        between = reading.folded.text[reading.words[last].end : reading.words[last + 1].start]
        others, size = _month_at(texts, last + 1)
        if between.strip() == "/" and others and months & others:
            return months & others, last + max(size, 1)
    return months, last


def _with_affixes(text: str) -> frozenset[tuple[str, int]] | None:
    """A month behind a preposition written together with it, or with an ending or a particle at its end."""
    known = calendars.months()
    if text[:1] in "بلوفבהלמכበየከለእ" and len(text) > 3 and (months := known.get((text[1:],))):
        return months
    for size in range(1, 5):
        if len(text) - size > (1 if "\u0b80" <= text[0] <= "\u1200" else 3) and (months := known.get((text[:-size],))):
            return months
    return None


def _number_ending(texts: list[str], last: int) -> _Number | None:
    """The day number whose last word stands at `last`."""
    if last < 0:
        return None
    for size in (3, 2, 1):
        words = tuple(texts[max(0, last - size + 1) : last + 1])
        if len(words) == size and (value := calendars.numbers().get(words)):
            return _Number(value, last - size + 1, last)
    found = _ORDINAL.match(texts[last])
    if found and 1 <= int(found[1]) <= 31:
        return _Number(int(found[1]), last, last)
    if (
        last
        and texts[last] in ("st", "nd", "rd", "th", "er", "го", "е", "и", "й", "º", "o")
        and texts[last - 1].isdigit()
    ):
        return _number_ending(texts, last - 1)
    return None


_BEHIND_DAY = frozenset(["st", "nd", "rd", "th", "ቀን", "en", "an"])


def _days_before(texts: list[str], first: int) -> list[_Number]:
    days: list[_Number] = []
    at = first - 1
    for _ in range(2):
        if at >= 0 and texts[at] in _LINKS:
            at -= 1
    while len(days) < 4 and (one := _number_ending(texts, at)):
        days.append(one)
        at = one.first - 1
        if at >= 0 and texts[at] in _RANGE:
            at -= 1
        if at >= 0 and texts[at] in _LINKS:
            at -= 1
    if (
        len(days) == 2
        and 0 < days[0].value - days[1].value <= 31
        and (texts[days[1].last + 1] not in _AND or (days[1].first and texts[days[1].first - 1] in _BETWEEN))
    ):
        low, high = days[1], days[0]
        if high.value - low.value > LONGEST_RANGE:
            return days
        days = [_Number(value, low.first, high.last) for value in range(low.value, high.value + 1)]
    return days


_AND = frozenset(["and", "et", "y", "и", "و"])
_BETWEEN = frozenset(["between", "entre", "между", "بين"])


def _day_after(texts: list[str], last: int) -> tuple[list[_Number], int]:
    at = last + 1
    if at < len(texts) and texts[at] in ("the", "de"):
        at += 1
    if at < len(texts) and (found := _ORDINAL.match(texts[at])) and 1 <= int(found[1]) <= 31:
        end = at + 1 if at + 1 < len(texts) and texts[at + 1] in _BEHIND_DAY else at
        return [_Number(int(found[1]), at, end)], end
    for size in (3, 2, 1):
        words = tuple(texts[at : at + size])
        if len(words) == size and (value := calendars.numbers().get(words)):
            return [_Number(value, at, at + size - 1)], at + size - 1
    return [], last


def _year_after(reading: Reading, texts: list[str], last: int) -> tuple[int | None, int]:
    at = last + 1
    for _ in range(2):
        if at < len(texts) and texts[at] in _TO_YEAR:
            at += 1
    if (
        at < len(texts)
        and texts[at].isdigit()
        and len(texts[at]) == 4
        and reading.words[at].start - reading.words[last].end < 12
    ):
        return int(texts[at]), at
    return None, last
