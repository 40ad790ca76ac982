"""Finding a sealed date wherever a text names it more finely than is allowed.

First every mention of a date in the text is read, whatever its form, language or calendar: numbers, words, ranges, and
dates told from others (“two days before 16 March”). Then the mentions are compared with the sealed days, which know
their own names in every calendar. The gate has no clock: a date told from the day of writing is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.leakgate import calendars
from app.leakgate.calendars import GREGORIAN, faces
from app.leakgate.reading import Reading, read
from app.leakgate.values import Particular

DAY, MONTH, YEAR, NOTHING = 3, 2, 1, 0
LONGEST_RANGE = 62


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


@dataclass(frozen=True, slots=True)
class SealedDate:
    """What a particular seals: days, or a month; and how finely it may be told."""

    names: frozenset[calendars.Face]
    months: frozenset[tuple[str, int, int]]
    days: tuple[date, ...]
    allowed: int
    times: frozenset[str]

    @classmethod
    def of(cls, particular: Particular) -> SealedDate:
        days: list[date] = []
        sealed_months: set[tuple[str, int, int]] = set()
        times: set[str] = set()
        for value in (*particular.values, *particular.also):
            reading = read(value)
            times |= {f"{int(hour)}:{minute}" for hour, minute in _TIME_VALUE.findall(reading.plain.text)}
            told = mentions(reading)
            plainly = {one.at for one in told if one.calendar == GREGORIAN}
            whole = [
                day
                for one in told
                if one.calendar == GREGORIAN or one.at not in plainly
                for day in _days_of(one)
            ]
            if len(whole) == 2 and timedelta(0) < whole[1] - whole[0] <= timedelta(LONGEST_RANGE):
                whole = [whole[0] + timedelta(i) for i in range((whole[1] - whole[0]).days + 1)]
            days += whole
            if not whole and (found := _MONTH_VALUE.match(reading.plain.text.strip())):
                sealed_months.add((GREGORIAN, int(found[1]), int(found[2])))
        names = frozenset(name for day in days for name in faces(day))
        sealed_months |= {name[:3] for name in names}
        return cls(
            names,
            frozenset(sealed_months),
            tuple(days),
            _precision(particular.allowed_form, names),
            frozenset(times),
        )


_MONTH_VALUE = re.compile(r"(\d{4})[-/.](\d{1,2})$")
_TIME_VALUE = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?!\d)")


def _days_of(mention: Mention) -> list[date]:
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


def _precision(allowed_form: str, names: frozenset[calendars.Face]) -> int:
    """How finely a date may be told: by what its allowed form itself tells of it."""
    if not allowed_form.strip():
        return NOTHING
    reading = read(allowed_form)
    best = NOTHING
    for one in mentions(reading):
        if one.day is not None and (one.calendar, one.year, one.month, one.day) in names:
            return DAY
        best = max(best, MONTH)
    if _MONTH_VALUE.match(reading.plain.text.strip()):
        best = MONTH
    return best or (YEAR if re.search(r"\d{4}", reading.plain.text) else NOTHING)


def finer(reading: Reading, all_mentions: list[Mention], sealed: SealedDate) -> Iterator[tuple[int, int]]:
    """Where a text names a sealed date more finely than allowed, as (start, end) in the original."""
    if sealed.allowed < DAY:
        bare = {(calendar, month, day) for calendar, _, month, day in sealed.names}
        for one in [*all_mentions, *_told_from(reading, all_mentions, sealed)]:
            whole = (one.calendar, one.year, one.month, one.day)
            if whole in sealed.names or (one.year is None and (one.calendar, one.month, one.day) in bare):
                yield one.start, one.end
    if sealed.allowed < MONTH:
        bare_months = {(calendar, month) for calendar, _, month in sealed.months}
        for one in all_mentions:
            if one.day is None and (
                (one.calendar, one.year, one.month) in sealed.months
                or (one.year is None and one.told and (one.calendar, one.month) in bare_months)
            ):
                yield one.start, one.end
    for found in _TIMES.finditer(reading.folded.text) if sealed.times else ():
        hour = int(found[1]) + (12 if (found[3] or "").startswith("p") and int(found[1]) < 12 else 0)
        if f"{hour}:{found[2] or '00'}" in sealed.times:
            yield reading.folded.span(*found.span())


_TIMES = re.compile(r"(?<![\d.:/])(\d{1,2})(?:[:.h]\s?(\d{2}))?\s?([ap]\.?m\b|h\b)?(?![\d/])")

# --- mentions ---------------------------------------------------------------------------------------------------

_NUMBERED = re.compile(r"(?<!\d)(?<![a-z]/)(\d{1,4})( ?[-/.] ?| )(\d{1,2})\2(\d{2,4})(?!\d|/\d{1,3}(?!\d))")
_SOLID_NUMBERS = re.compile(r"(?<!\d)(?:((?:19|20)\d\d)(\d\d)(\d\d)|(\d\d)(\d\d)((?:19|20)\d\d))(?!\d)")
_HAN_DATE = re.compile(
    r"(?:(\d{4}|[〇零○一二三四五六七八九]{4}) ?[年년] ?)?(\d{1,2}|[一二三四五六七八九十]{1,3}) ?[月월](?: ?(\d{1,2}|[一二三四五六七八九十]{1,3}) ?[日号號일])?"
)
_YEAR_MONTH = re.compile(r"(?<![\d/.-])(?:(\d{4})[-/.](\d{1,2})|(\d{1,2})[/.](\d{4}))(?![\d/.-])")
_DAY_MONTH = re.compile(
    r"(?:\bon|\ble|\bel|\bam|\bв|\bdu|\bal|\bdel|يوم|بتاريخ) (\d{1,2})[./](\d{1,2})(?![\d/])"
)
_LINKS = frozenset("of de del d the le du el al day день числа يوم من شهر dia jour".split())
_TO_YEAR = frozenset("de del of г года году год سنة عام لعام من ce ad ah ه م هـ".split())
_RANGE = frozenset("to and et y и au al a bis و حتى الى إلى по до or ou o".split())
_SAID = frozenset(
    "in during early mid late since until last of this from en au mois debut fin courant depuis mes principios finales mediados desde"
    " в начале конце середине с до في خلال شهر منذ أوائل أواخر منتصف اوائل اواخر".split()
)
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|ere|eme|го|е|й|и|º|ª|o|a)?$")


def mentions(reading: Reading) -> list[Mention]:
    """Every mention of a date in a text, in the order in which they stand."""
    found = [*_numbered(reading), *_worded(reading), *_han_dates(reading)]
    return sorted(set(found), key=lambda one: (one.at, one.calendar, one.year or 0, one.month, one.day or 0))


def _make(
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
                yield from _make(reading, *found.span(), calendar, first, second, third)
        elif len(found[1]) <= 2 and len(found[4]) in (2, 4) and (found[2] != " " or len(found[4]) == 4):
            for calendar in _all_calendars(_century(third)):
                yield from _make(reading, *found.span(), calendar, _century(third), second, first)
                yield from _make(reading, *found.span(), calendar, _century(third), first, second)
    for found in _SOLID_NUMBERS.finditer(text):
        year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
        yield from _make(reading, *found.span(), GREGORIAN, int(year), int(month), int(day))
    for found in _YEAR_MONTH.finditer(text):
        year, month = (found[1], found[2]) if found[1] else (found[4], found[3])
        if 1 <= int(month) <= 12 and 1300 < int(year) < 2700:
            for calendar in _all_calendars(int(year)):
                yield from _make(reading, *found.span(), calendar, int(year), int(month), None)
    for found in _DAY_MONTH.finditer(text):
        yield from _make(reading, found.start(1), found.end(2), GREGORIAN, None, int(found[2]), int(found[1]))


def _all_calendars(year: int) -> tuple[str, ...]:
    if year > 2400:
        return (calendars.BUDDHIST,)
    if year < 1600:
        return (calendars.HIJRI, calendars.SOLAR_HIJRI)
    return (GREGORIAN, calendars.ETHIOPIAN)


def _han_dates(reading: Reading) -> Iterator[Mention]:
    for found in _HAN_DATE.finditer(reading.folded.text):
        year, month, day = (calendars.han_number(one) if one else None for one in found.groups())
        if month is not None and (day is not None or year is not None):
            yield from _make(reading, *found.span(), GREGORIAN, year, month, day)


@dataclass(frozen=True, slots=True)
class _Number:
    value: int
    first: int
    last: int


def _worded(reading: Reading) -> Iterator[Mention]:
    """Dates with the name of a month: the days before or after it, the year behind it."""
    known = calendars.months()
    texts = [word.text for word in reading.words]
    for at in range(len(texts)):
        size = next(
            (n for n in (3, 2, 1) if tuple(texts[at : at + n]) in known and len(texts[at : at + n]) == n), 0
        )
        months = known.get(tuple(texts[at : at + size])) if size else _prefixed(texts[at])
        if not months:
            continue
        first, last = at, at + max(size, 1) - 1
        before = _days_before(texts, first)
        after, end = _day_after(texts, last)
        year, end = _year_after(reading, texts, end)
        days = before or after
        said = (first > 0 and texts[first - 1] in _SAID) or size > 1 or _prefixed(texts[at]) is not None
        for calendar, month in months:
            if (
                year is not None
                and calendar not in _all_calendars(year)
                and not (calendar == calendars.ETHIOPIAN and year > 1900)
            ):
                continue
            span = reading.words[min([first, *(one.first for one in before)])].start, reading.words[end].end
            if not days and (year is not None or said):
                yield from _make(
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
                yield from _make(reading, *span, calendar, year, month, one.value)


def _prefixed(text: str) -> frozenset[tuple[str, int]] | None:
    """An Arabic month behind a preposition."""
    if text[:1] in "بلوف" and len(text) > 3:
        return calendars.months().get((text[1:],))
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
        and texts[days[1].last + 1] not in ("and", "et", "y", "и", "و")
    ):
        low, high = days[1], days[0]
        days = [_Number(value, low.first, high.last) for value in range(low.value, high.value + 1)]
    return days


def _day_after(texts: list[str], last: int) -> tuple[list[_Number], int]:
    at = last + 1
    if at < len(texts) and texts[at] in ("the", "de"):
        at += 1
    if at < len(texts) and (found := _ORDINAL.match(texts[at])) and 1 <= int(found[1]) <= 31:
        end = at + 1 if at + 1 < len(texts) and texts[at + 1] in ("st", "nd", "rd", "th") else at
        return [_Number(int(found[1]), at, end)], end
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


# --- dates told from others -------------------------------------------------------------------------------------

_COUNT = r"(?P<n>\d{1,2}|[^\W\d_]{2,12})"
# (pattern that ends where the anchoring date begins, sign); days unless the unit is a week.
_BEFORE_ANCHOR = tuple(
    (re.compile(pattern + r"\W*(?:[^\W\d_]{1,9}\W{1,2}){0,2}$"), sign, fixed)
    for pattern, sign, fixed in (
        (rf"{_COUNT} (?P<u>day|week)s? (?:before|prior to|ahead of)", -1, 0), (rf"{_COUNT} (?P<u>day|week)s? (?:after|following)", 1, 0),
        (r"\b(?:the )?(?:day before|eve of)", -1, 1), (r"\b(?:the )?day (?:after|following)", 1, 1),
        (rf"{_COUNT} (?P<u>jour|semaine)s? avant", -1, 0), (rf"{_COUNT} (?P<u>jour|semaine)s? apres", 1, 0), (r"\bla veille", -1, 1), (r"\ble lendemain", 1, 1),
        (rf"{_COUNT} (?P<u>dia|semana)s? antes", -1, 0), (rf"{_COUNT} (?P<u>dia|semana)s? despues", 1, 0), (r"\bvisperas?|\bel dia antes", -1, 1),
        (r"\bel dia (?:despues|siguiente)", 1, 1), (rf"за {_COUNT} (?P<u>дн|ден|недел)\w{{0,3}} до", -1, 0),
        (rf"через {_COUNT} (?P<u>дн|ден|недел)\w{{0,3}} после", 1, 0), (r"накануне", -1, 1), (r"на следующии день после|на следующии день за", 1, 1),
        (rf"قبل {_COUNT} (?P<u>ايام|يوم|اسابيع)\w? من", -1, 0), (rf"بعد {_COUNT} (?P<u>ايام|يوم|اسابيع)\w? من", 1, 0), (r"قبل يومين من", -1, 2),
        (r"بعد يومين من", 1, 2), (r"عشيه|قبل يوم من|في اليوم السابق", -1, 1), (r"في اليوم التالي|بعد يوم من|غداه", 1, 1),
    )
)  # fmt: skip
_AFTER_ANCHOR = tuple(
    (re.compile(pattern), sign, fixed)
    for pattern, sign, fixed in (
        (rf"{_COUNT} (?P<u>day|week)s? (?:later|afterwards|after that)", 1, 0), (rf"{_COUNT} (?P<u>day|week)s? (?:earlier|before that)", -1, 0),
        (r"\bthe (?:next|following) (?:day|morning|evening)", 1, 1), (r"\bthe (?:day before|previous day)", -1, 1),
        (rf"{_COUNT} (?P<u>jour|semaine)s? plus tard", 1, 0), (rf"{_COUNT} (?P<u>jour|semaine)s? (?:plus tot|auparavant)", -1, 0), (r"\ble lendemain", 1, 1),
        (r"\bla veille", -1, 1), (rf"{_COUNT} (?P<u>dia|semana)s? (?:despues|mas tarde)", 1, 0), (rf"{_COUNT} (?P<u>dia|semana)s? antes", -1, 0),
        (r"\bal dia siguiente", 1, 1), (r"\bel dia anterior", -1, 1), (rf"(?:через|спустя) {_COUNT} (?P<u>дн|ден|недел)", 1, 0),
        (r"на следующии день", 1, 1), (r"накануне|днем ранее", -1, 1), (rf"بعد {_COUNT} (?P<u>ايام|يوم|اسابيع)", 1, 0), (rf"قبل {_COUNT} (?P<u>ايام|يوم|اسابيع)", -1, 0),
        (r"بعد ذلك بيومين|بعد يومين", 1, 2), (r"في اليوم التالي", 1, 1), (r"في اليوم السابق", -1, 1),
        (r"(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3})(?P<u>天|日|周)(?:之?后|以后)", 1, 0), (r"(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3})(?P<u>天|日|周)(?:之?前|以前)", -1, 0),
        (r"第二天|次日|翌日", 1, 1), (r"前一天|前夕", -1, 1),
    )
)  # fmt: skip
_WEEKDAYS = {
    name: number for names in (
        "monday tuesday wednesday thursday friday saturday sunday", "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "lunes martes miercoles jueves viernes sabado domingo", "понедельник вторник среда четверг пятница суббота воскресенье",
        "понедельник вторник среду четверг пятницу субботу воскресенье", "الاثنين الثلاثاء الاربعاء الخميس الجمعه السبت الاحد",
    ) for number, name in enumerate(names.split())
}  # fmt: skip
_NTHS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "last": 5, "premier": 1, "deuxieme": 2, "troisieme": 3, "quatrieme": 4, "dernier": 5, "primer": 1,
    "segundo": 2, "tercer": 3, "cuarto": 4, "ultimo": 5, "первыи": 1, "первую": 1, "второи": 2, "вторую": 2, "третии": 3, "третью": 3, "четвертыи": 4,
    "последнии": 5, "последнюю": 5,
}  # fmt: skip
_REACH = 70


def _told_from(reading: Reading, anchors: list[Mention], sealed: SealedDate) -> Iterator[Mention]:
    """Days told from other dates of the same text, and days told by their place in a month."""
    text = reading.folded.text
    year = sealed.days[0].year if sealed.days else None
    days = [
        (one, day) for one in anchors if (day := next(iter(_days_of(one)), None) or _with_year(one, year))
    ]
    for one, day in days:
        before = text[max(0, one.at - _REACH) : one.at]
        for pattern, sign, fixed in _BEFORE_ANCHOR:
            if found := pattern.search(before):
                shifted = _shifted(found, day, sign, fixed)
                yield from _told(reading, one.at - len(before) + found.start(), one.until, shifted)
        near = text[one.until : one.until + 6]
        for pattern, sign, fixed in _AFTER_ANCHOR:
            if found := pattern.search(text, one.until, one.until + 400):
                nearest = max(
                    (other for other in days if other[0].until <= found.start()),
                    key=lambda other: other[0].until,
                )
                if nearest[0] == one or near:
                    yield from _told(reading, *found.span(), _shifted(found, nearest[1], sign, fixed))
    texts = [word.text for word in reading.words]
    for one in anchors:
        if one.day is None and one.calendar == GREGORIAN and (one.year or year):
            index = next((i for i, word in enumerate(reading.words) if word.start == one.at), 0)
            for i in range(max(1, index - 3), index):
                weekday, nth = (
                    _WEEKDAYS.get(texts[i]),
                    _NTHS.get(texts[i - 1]) or (_NTHS.get(texts[i + 1]) if texts[i + 1 : i + 2] else None),
                )
                if weekday is not None and nth:
                    yield from _told(
                        reading,
                        reading.words[i - 1].start,
                        one.until,
                        _nth(one.year or year or 0, one.month, weekday, nth),
                    )


def _with_year(one: Mention, year: int | None) -> date | None:
    if one.calendar != GREGORIAN or one.day is None or year is None or one.year is not None:
        return None
    try:
        return date(year, one.month, one.day)
    except ValueError:
        return None


def _shifted(found: re.Match[str], day: date, sign: int, fixed: int) -> date | None:
    count = fixed
    if not fixed:
        said = found["n"]
        count = calendars.han_number(said) or calendars.numbers().get((said,), 0)
        if found["u"][:3] in ("wee", "sem", "нед", "اسا", "周"):
            count *= 7
    return day + timedelta(sign * count) if 0 < count < 400 else None


def _nth(year: int, month: int, weekday: int, nth: int) -> date | None:
    days = [date(year, month, day) for day in range(1, 29)]
    first = next(day for day in days if day.weekday() == weekday)
    options = [first + timedelta(7 * i) for i in range(5) if (first + timedelta(7 * i)).month == month]
    return options[-1] if nth == 5 else options[nth - 1] if nth <= len(options) else None


def _told(reading: Reading, at: int, until: int, day: date | None) -> Iterator[Mention]:
    if day is not None:
        yield from _make(reading, at, until, GREGORIAN, day.year, day.month, day.day)


# --- side by side -----------------------------------------------------------------------------------------------

_LONE_DAY = re.compile(
    r"\b(?:on|by) the (\d{1,2})(?:st|nd|rd|th)\b(?! (?:session|meeting|report|anniversary|floor|century))|\ble (\d{1,2})(?= (?:du mois|dernier|courant)|[,.;])"
    r"|\bel (?:dia )?(\d{1,2})(?= del mes|[,.;])|(\d{1,2})(?:-?го)? числа|(?:يوم|في اليوم) (\d{1,2})(?= من الشهر|[,.;])|(?<![月\d])(\d{1,2})[日号]"
)


def lone_days(reading: Reading) -> Iterator[tuple[int, int, int]]:
    """(start, end, day) of days told without their month."""
    for found in _LONE_DAY.finditer(reading.folded.text):
        day = int(next(one for one in found.groups() if one))
        yield *reading.folded.span(*found.span()), day
