"""Parts of months and of years: “mid-March”, “the week of 9 March”, “the first quarter of 2026”, “spring 2026”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.leakgate.calendars import GREGORIAN
from app.leakgate.dates.mentions import Mention
from app.leakgate.reading import Reading


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time in a text: place in the original, year (None: not said), first and last month and day."""

    start: int
    end: int
    year: int | None
    first: tuple[int, int]
    last: tuple[int, int]

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.year in (None, day.year) and self.first <= (day.month, day.day) <= self.last


# What stands before a month, in which days of it.
_PARTS = (
    (
        r"early|beginning of|start of|début|debut|debuts? de|principios de|comienzos de|inicios de|начал\w{1,2}|в начале|اوائل|مطلع|بدايه",
        1,
        12,
    ),
    (r"mid|middle of|mi|milieu de|mediados de|середин\w{1,2}|منتصف|اواسط", 9, 21),
    (r"late|end of|fin de|fin|finales de|fines de|кон(?:ец|це|ца)|اواخر|نهايه", 19, 31),
    (
        r"first half of|premiere quinzaine de|primera quincena de|primera mitad de|перв\w{2,3} половин\w|النصف الاول من",
        1,
        16,
    ),
    (
        r"second half of|deuxieme quinzaine de|seconde quinzaine de|segunda quincena de|segunda mitad de|втор\w{2,3} половин\w|النصف الثاني من",
        14,
        31,
    ),
    (r"first week of|premiere semaine de|primera semana de|перв\w{2,3} недел\w|الاسبوع الاول من", 1, 8),
    (r"second week of|deuxieme semaine de|segunda semana de|втор\w{2,3} недел\w|الاسبوع الثاني من", 7, 15),
    (r"third week of|troisieme semaine de|tercera semana de|треть\w{1,3} недел\w|الاسبوع الثالث من", 14, 22),
    (r"(?:fourth|last) week of|derniere semaine de|ultima semana de|последн\w{2,3} недел\w|الاسبوع الاخير من", 21, 31),
)
_BEFORE_MONTH = tuple(
    (re.compile(rf"(?<![^\W_])(?:{expression})[\s'-]{{0,2}}(?:d[eu'’]?\s?|the\s)?$"), low, high)
    for expression, low, high in _PARTS
)
_HAN_PARTS = {
    "上旬": (1, 10),
    "初": (1, 10),
    "中旬": (10, 20),
    "中": (10, 20),
    "下旬": (20, 31),
    "底": (20, 31),
    "末": (20, 31),
}
_AFTER_MONTH = re.compile("^ ?(上旬|中旬|下旬|初|中|底|末)")
_WEEK_OF = re.compile(r"(?:week (?:of|beginning|starting)|semaine du|semana del|недел\w (?:с|от)|اسبوع) (?:the )?$")
# Parts of a year, in which months of it.
_QUARTERS = (
    r"first|1st|premier|primer|перв\w{2}|الاول|[一1]",
    r"second|2nd|deuxieme|segundo|втор\w{2}|الثاني|[二2]",
    r"third|3rd|troisieme|tercer|трет\w{2}|الثالث|[三3]",
    r"fourth|4th|last|quatrieme|cuarto|четверт\w{2}|الرابع|[四4]",
)
_SEASONS = (
    (r"spring|printemps|primavera|весно\w|весна|ربيع|春[天季]?", 3, 5),
    (r"summer|ete|verano|лет(?:о|ом)|صيف|夏[天季]?", 6, 8),
    (r"autumn|fall|automne|otono|осен\w{1,2}|خريف|秋[天季]?", 9, 11),
)
_YEAR = r"(?: (?:of|de|del|года?|في|من|عام|سنه))* ?(?P<year>\d{4})"
_OF_YEARS = (
    *(
        (
            re.compile(
                rf"(?<![^\W_])(?:{one}) (?:quarter|trimestre|квартал\w{{0,2}}){_YEAR}|الربع (?:{one}){_YEAR.replace('year', 'year2')}|(?P<year3>\d{{4}})年?第(?:{one})季度"
            ),
            3 * i + 1,
            3 * i + 3,
        )
        for i, one in enumerate(_QUARTERS)
    ),
    *(
        (re.compile(rf"(?<!\w)q{i}[ /-]{{0,2}}(?P<year>\d{{4}})|(?P<year2>\d{{4}})[ -]?q{i}(?!\w)"), 3 * i - 2, 3 * i)
        for i in range(1, 5)
    ),
    *(
        (re.compile(rf"(?<![^\W_])(?:{one}){_YEAR}|(?P<year2>\d{{4}})年(?:{one})"), low, high)
        for one, low, high in _SEASONS
    ),
)


def of_months(reading: Reading, mentions: list[Mention]) -> Iterator[Period]:
    """Parts of a month: by the words before or after its name."""
    text = reading.folded.text
    for one in mentions:
        if one.calendar != GREGORIAN:
            continue
        before = text[max(0, one.at - 40) : one.at]
        if one.day is not None:
            if found := _WEEK_OF.search(before):
                yield from _week(reading, one, one.at - len(before) + found.start())
            continue
        for pattern, low, high in _BEFORE_MONTH:
            if found := pattern.search(before):
                start, end = reading.folded.span(one.at - len(before) + found.start(), one.until)
                yield Period(start, end, one.year, (one.month, low), (one.month, high))
        if after := _AFTER_MONTH.match(text[one.until : one.until + 4]):
            low, high = _HAN_PARTS[after[1]]
            start, end = reading.folded.span(one.at, one.until + after.end())
            yield Period(start, end, one.year, (one.month, low), (one.month, high))


def _week(reading: Reading, one: Mention, at: int) -> Iterator[Period]:
    try:
        first = date(one.year or 2024, one.month, one.day or 1)
    except ValueError:
        return
    last = first + timedelta(6)
    if last.month >= first.month:
        start, end = reading.folded.span(at, one.until)
        yield Period(start, end, one.year, (first.month, first.day), (last.month, last.day))


def of_years(reading: Reading) -> Iterator[Period]:
    """Quarters and seasons of a year."""
    for pattern, low, high in _OF_YEARS:
        for found in pattern.finditer(reading.folded.text):
            yield Period(*reading.folded.span(*found.span()), _year(found.groupdict()), (low, 1), (high, 31))


def _year(groups: Mapping[str, str | None]) -> int | None:
    return next((int(one) for one in groups.values() if one), None)
