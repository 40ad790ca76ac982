"""Days told from other dates of the same text: “two days before the vote of 16 March”, “the second Saturday of March”.

Any of these phrases is tried with every date near it: which of them it is told from is the reader's guess too, and only
a sealed day that comes out is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from app.leakgate import calendars
from app.leakgate.calendars import GREGORIAN
from app.leakgate.dates.mentions import Mention, days_of, make
from app.leakgate.reading import Reading

REACH = 400  # signs between a phrase and the date that it is told from

_COUNT = r"(?P<n>\d{1,2}|[^\W\d_]{1,12})"
_COUNT_ZH = r"(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3})"
# (expression over the folded text, sign, days; 0 when the phrase says how many)
_PHRASES = tuple(
    (re.compile(expression), sign, fixed)
    for expression, sign, fixed in (
        (rf"\b{_COUNT} (?P<u>day|week)s? (?:before|prior to|ahead of|earlier)\b", -1, 0),
        (rf"\b{_COUNT} (?P<u>day|week)s? (?:after|following|later|afterwards|on from)\b", 1, 0),
        (r"\b(?:the )?(?:day before|eve of|previous day|preceding day)\b|\byesterday\b", -1, 1),
        (
            r"\b(?:the )?(?:day after|day following|next day|following (?:day|morning|evening)|next morning)\b|\btomorrow\b",
            1,
            1,
        ),
        (rf"\b{_COUNT} (?P<u>jour|semaine)s? (?:avant|plus tot|auparavant)\b", -1, 0),
        (rf"\b{_COUNT} (?P<u>jour|semaine)s? (?:apres|plus tard)\b", 1, 0),
        (r"\bla veille\b|\bhier\b", -1, 1),
        (r"\ble lendemain\b", 1, 1),
        (rf"\b{_COUNT} (?P<u>dia|semana)s? antes\b", -1, 0),
        (rf"\b{_COUNT} (?P<u>dia|semana)s? (?:despues|mas tarde)\b", 1, 0),
        (r"\bvisperas?\b|\bel dia (?:antes|anterior)\b|\bayer\b", -1, 1),
        (r"\b(?:el|al) dia (?:despues|siguiente)\b", 1, 1),
        (rf"за {_COUNT} (?P<u>дн|ден|недел)\w{{0,3}} до", -1, 0),
        (rf"{_COUNT} (?P<u>дн|ден|недел)\w{{0,3}} (?:назад|ранее)", -1, 0),
        (
            rf"(?:через|спустя) {_COUNT} (?P<u>дн|ден|недел)|{_COUNT.replace('<n>', '<n2>')} (?P<u2>дн|ден|недел)\w{{0,3}} спустя",
            1,
            0,
        ),
        (r"\bнакануне\b|\bднем ранее\b|\bвчера\b", -1, 1),
        (r"\bна следующии день\b|\b(?:через|спустя) день\b", 1, 1),
        (r"\bчерез неделю\b|\bнеделю спустя\b", 1, 7),
        (r"\bза неделю до\b|\bнеделеи ранее\b", -1, 7),
        (rf"قبل {_COUNT} (?P<u>ايام|يوم|اسابيع)", -1, 0),
        (rf"بعد {_COUNT} (?P<u>ايام|يوم|اسابيع)", 1, 0),
        (r"قبل يومين", -1, 2),
        (r"بعد يومين|بعد ذلك بيومين", 1, 2),
        (r"قبل اسبوع", -1, 7),
        (r"بعد اسبوع", 1, 7),
        (r"عشيه|قبل يوم من|في اليوم السابق|امس", -1, 1),
        (r"في اليوم التالي|بعد يوم من|غداه", 1, 1),
        (rf"{_COUNT_ZH}(?P<u>天|日|周)(?:之?后|以后)", 1, 0),
        (rf"{_COUNT_ZH}(?P<u>天|日|周)(?:之?前|以前)", -1, 0),
        (r"第二天|次日|翌日", 1, 1),
        (r"前一天|前夕|昨天", -1, 1),
    )
)
_WEEKDAYS = {
    name: number
    for names in (
        "monday tuesday wednesday thursday friday saturday sunday",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "lunes martes miercoles jueves viernes sabado domingo",
        "понедельник вторник среда четверг пятница суббота воскресенье",
        "понедельник вторник среду четверг пятницу субботу воскресенье",
        "الاثنين الثلاثاء الاربعاء الخميس الجمعه السبت الاحد",
    )
    for number, name in enumerate(names.split())
}
_NTHS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "last": 5,
    "premier": 1,
    "deuxieme": 2,
    "troisieme": 3,
    "quatrieme": 4,
    "dernier": 5,
    "primer": 1,
    "segundo": 2,
    "tercer": 3,
    "cuarto": 4,
    "ultimo": 5,
    "первыи": 1,
    "первую": 1,
    "второи": 2,
    "вторую": 2,
    "третии": 3,
    "третью": 3,
    "четвертыи": 4,
    "последнии": 5,
    "последнюю": 5,
}


def told_from(reading: Reading, anchors: list[Mention], year: int | None) -> Iterator[Mention]:
    """Days told from other dates of the same text, and days told by their place in a month. `year`: where none is told."""
    days = [(one, day) for one in anchors if (day := next(iter(days_of(one)), None) or _with_year(one, year))]
    if days:
        for pattern, sign, fixed in _PHRASES:
            for found in pattern.finditer(reading.folded.text):
                for one, day in days:
                    if found.start() - REACH < one.at < found.end() + REACH:
                        yield from _told(reading, *found.span(), _shifted(found, day, sign, fixed))
    yield from _weekdays(reading, anchors, year)


def _weekdays(reading: Reading, anchors: list[Mention], year: int | None) -> Iterator[Mention]:
    """“The second Saturday of March”."""
    texts = [word.text for word in reading.words]
    for one in anchors:
        if one.day is not None or one.calendar != GREGORIAN or not (one.year or year):
            continue
        index = next((i for i, word in enumerate(reading.words) if word.start == one.at), 0)
        for i in range(max(1, index - 3), index):
            weekday = _WEEKDAYS.get(texts[i])
            nth = _NTHS.get(texts[i - 1]) or (_NTHS.get(texts[i + 1]) if texts[i + 1 : i + 2] else None)
            if weekday is not None and nth:
                day = _nth(one.year or year or 0, one.month, weekday, nth)
                yield from _told(reading, reading.words[i - 1].start, one.until, day)


def _with_year(one: Mention, year: int | None) -> date | None:
    if one.calendar != GREGORIAN or one.day is None or year is None or one.year is not None:
        return None
    try:
        return date(year, one.month, one.day)
    except ValueError:
        return None


_ONE = frozenset(["a", "one", "une", "un", "una", "uno", "одну"])


def _shifted(found: re.Match[str], day: date, sign: int, fixed: int) -> date | None:
    count = fixed
    if not fixed:
        told = {name.rstrip("2"): value for name, value in found.groupdict().items() if value}
        said = told["n"]
        count = 1 if said in _ONE else calendars.han_number(said) or calendars.numbers().get((said,), 0)
        if told["u"][:3] in ("wee", "sem", "нед", "اسا", "周"):
            count *= 7
    return day + timedelta(sign * count) if 0 < count < 400 else None


def _nth(year: int, month: int, weekday: int, nth: int) -> date | None:
    days = [date(year, month, day) for day in range(1, 29)]
    first = next(day for day in days if day.weekday() == weekday)
    options = [first + timedelta(7 * i) for i in range(5) if (first + timedelta(7 * i)).month == month]
    return options[-1] if nth == 5 else options[nth - 1] if nth <= len(options) else None


def _told(reading: Reading, at: int, until: int, day: date | None) -> Iterator[Mention]:
    if day is not None:
        yield from make(reading, at, until, GREGORIAN, day.year, day.month, day.day)
