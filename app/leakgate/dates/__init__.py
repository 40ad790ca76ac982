"""Finding a sealed date wherever a text names it more finely than is allowed.

Every mention of a date in the text is read first (`mentions`), then those told from others (`relative`) and the parts of
months and years (`periods`). They are compared with the sealed days, which know their own names in every calendar. The
gate has no clock: a date told from the day of writing is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.leakgate import calendars, words
from app.leakgate.calendars import GREGORIAN, faces
from app.leakgate.dates import periods
from app.leakgate.dates.mentions import Mention, days_of, mentions
from app.leakgate.dates.relative import told_from
from app.leakgate.reading import Reading, read
from app.leakgate.values import Particular

__all__ = ["DAY", "Mention", "SealedDate", "finer", "lone_days", "mentions"]

DAY, MONTH, YEAR, NOTHING = 3, 2, 1, 0
LONGEST_SEALED = 62  # days of a sealed range


@dataclass(frozen=True, slots=True)
class SealedDate:
    """What a particular seals: days, or a month; and how finely it may be told."""

    names: frozenset[calendars.Face]
    months: frozenset[tuple[str, int, int]]
    days: tuple[date, ...]
    yearly: frozenset[tuple[str, int, int]]  # calendar, month and day of a sealed day whose year is not known
    year: int | None  # when nothing finer is sealed
    allowed: int
    times: frozenset[str]

    @classmethod
    def of(cls, particular: Particular) -> SealedDate:
        days: list[date] = []
        sealed_months: set[tuple[str, int, int]] = set()
        yearly: set[tuple[str, int, int]] = set()
        years: list[int] = []
        times: set[str] = set()
        for value in (*particular.values, *particular.also):
            reading = read(value)
            times |= {f"{int(hour)}:{minute}" for hour, minute in _TIME_VALUE.findall(reading.plain.text)}
            told = mentions(reading)
            plainly = {one.at for one in told if one.calendar == GREGORIAN}
            whole = [day for one in told if one.calendar == GREGORIAN or one.at not in plainly for day in days_of(one)]
            if len(whole) == 2 and timedelta(0) < whole[1] - whole[0] <= timedelta(LONGEST_SEALED):
                whole = [whole[0] + timedelta(i) for i in range((whole[1] - whole[0]).days + 1)]
            days += whole
            if not whole:
                if found := _MONTH_VALUE.match(reading.plain.text.strip()):
                    sealed_months.add((GREGORIAN, int(found[1]), int(found[2])))
                yearly |= {(one.calendar, one.month, one.day) for one in told if one.day and one.year is None}
                sealed_months |= {(one.calendar, one.year, one.month) for one in told if one.year and not one.day}
                years += [int(one) for one in _YEAR_VALUE.findall(reading.plain.text)]
        names = frozenset(name for day in days for name in faces(day))
        sealed_months |= {name[:3] for name in names}
        return cls(
            names,
            frozenset(sealed_months),
            tuple(days),
            frozenset(yearly),
            years[0] if years and not days and not sealed_months and not yearly else None,
            _precision(particular.allowed_form, names),
            frozenset(times),
        )

    @property
    def understood(self) -> bool:
        """Whether anything of the value is a date to the gate; else it can only be looked for word by word."""
        return bool(self.days or self.months or self.yearly or self.year)


_YEAR_VALUE = re.compile(r"^\s*((?:1[3-9]|2[0-6])\d\d)\s*(?:г\.?|года?|年|م)?\s*$")
_MONTH_VALUE = re.compile(r"(\d{4})[-/.](\d{1,2})$")
_TIME_VALUE = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?!\d)")


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


def finer(reading: Reading, all_mentions: list[Mention], sealed: SealedDate) -> Iterator[tuple[int, int, str]]:
    """(start, end, rule) in the original wherever a text names a sealed date more finely than allowed."""
    yield from ((start, end, "date-finer") for start, end in _finer(reading, all_mentions, sealed))
    if sealed.months and not sealed.days and sealed.allowed < DAY:
        yield from _in_months(reading, all_mentions, sealed)


def _in_months(reading: Reading, all_mentions: list[Mention], sealed: SealedDate) -> Iterator[tuple[int, int, str]]:
    """Days, and parts, of a month of which no more is on file. A public day of it is only looked at."""
    bare = {(calendar, month) for calendar, _, month in sealed.months}
    patterns = (_PUBLIC_DAY, *(pattern for pattern, _, _ in calendars.named_days()))
    public = [found.span() for pattern in patterns for found in pattern.finditer(reading.folded.text)]
    for one in all_mentions:
        if one.day is None or _is_a_place(reading, one):
            continue
        whole = {(GREGORIAN, day.year, day.month) for day in days_of(one)} | {(one.calendar, one.year, one.month)}
        if whole & sealed.months or (one.year is None and (one.calendar, one.month) in bare):
            beside = any(start - 1 <= one.at and one.until <= end + REACH_OF_ACTS for start, end in public)
            yield one.start, one.end, "date-in-month" if beside else "date-finer"
    for period in periods.of_months(reading, all_mentions):
        if any(period.year in (None, year) and period.first[0] == month for _, year, month in sealed.months):
            yield period.start, period.end, "date-finer"


REACH_OF_ACTS = 40  # signs between a public act, or the name of a day, and its date
# What is done on a day for everybody to read: acts and sittings of the United Nations, as folded.
_PUBLIC_DAY = re.compile(
    r"(?:resolution|decision|session|meeting|document)s? [\w/]{1,12}|(?:resolutions?|decisions?|seances?|sessions?) [\w/]{1,12}"
    r"|(?:resolucion|decision|sesion) [\w/]{1,12}|(?:резолюци|решени|сесси)\w{1,3} [\w/]{1,12}|(?:القرار|المقرر|الدوره|الجلسه) [\w/]{1,12}"
    r"|第?\d{1,3}/\d{1,3}号决议"
    r"|(?:world|international) [^\W\d]{1,20}(?: [^\W\d]{1,20}){0,6}? day|journee (?:mondiale|internationale) [^\W\d]{1,20}"
    r"|dia (?:mundial|internacional) [^\W\d]{1,20}|(?:всемирн|международн)\w{2,3} д(?:ень|ня)|اليوم (?:العالمي|الدولي)|(?:世界|国际)[\u4e00-\u9fff]{1,10}日"
)


def _finer(reading: Reading, all_mentions: list[Mention], sealed: SealedDate) -> Iterator[tuple[int, int]]:
    text = reading.folded.text
    if sealed.allowed < DAY:
        bare = {(calendar, month, day) for calendar, _, month, day in sealed.names} | sealed.yearly
        year = sealed.days[0].year if sealed.days else None
        told = told_from(reading, all_mentions, year) if sealed.days else ()
        for one in [*all_mentions, *told]:
            whole = (one.calendar, one.year, one.month, one.day)
            unsaid = (one.calendar, one.month, one.day) in (bare if one.year is None else sealed.yearly)
            if (whole in sealed.names or unsaid) and not _is_a_place(reading, one):
                yield one.start, one.end
        for period in periods.of_months(reading, all_mentions):
            if any(map(period.holds, sealed.days)):
                yield period.start, period.end
    if sealed.allowed < MONTH:
        bare_months = {(calendar, month) for calendar, _, month in sealed.months}
        for one in all_mentions:
            if one.day is None and (
                (one.calendar, one.year, one.month) in sealed.months
                or (one.year is None and one.told and (one.calendar, one.month) in bare_months)
            ):
                yield one.start, one.end
        for period in periods.of_years(reading):
            if any(map(period.holds, sealed.days)):
                yield period.start, period.end
    if sealed.allowed < YEAR and sealed.year:
        for found in re.finditer(rf"(?<!\d){sealed.year}(?!\d)", text):
            yield reading.folded.span(*found.span())
    for found in _TIMES.finditer(text) if sealed.times else ():
        hour = int(found[1]) + (12 if (found[3] or "").startswith("p") and int(found[1]) < 12 else 0)
        if f"{hour}:{found[2] or '00'}" in sealed.times:
            yield reading.folded.span(*found.span())


def _is_a_place(reading: Reading, one: Mention) -> bool:
    """“5 May Square”: a place that is named after a day."""
    after = next((word for word in reading.words if word.start > one.until), None)
    return bool(one.year is None and after and after.capital and after.text in words.NAMED_AFTER_BEHIND)


_TIMES = re.compile(r"(?<![\d.:/])(\d{1,2})(?:[:.h]\s?(\d{2}))?\s?([ap]\.?m\b|h\b)?(?![\d/])")

# --- side by side -----------------------------------------------------------------------------------------------

_LONE_DAY = re.compile(
    r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miercoles|jueves|viernes|sabado|domingo),? (?:the )?(\d{1,2})(?:st|nd|rd|th)?(?! ?[\w/:.]*\d| (?:de|of|january|february|march|april|may|june|july|august|sept|oct|nov|dec|janv|fevr|mars|avril|mai|juin|juil|aout))|"
    r"\b(?:on|by) the (\d{1,2})(?:st|nd|rd|th)\b(?! (?:session|meeting|report|anniversary|floor|century))|\ble (\d{1,2})(?= (?:du mois|dernier|courant)|[,.;])"
    r"|\bel (?:dia )?(\d{1,2})(?= del mes|[,.;])|(\d{1,2})(?:-?го)? числа|(?:يوم|في اليوم) (\d{1,2})(?= من الشهر|[,.;])|(?<![月\d/])(\d{1,2})[日号](?!决议|文件|令|法|一般|意见|公约)"
)


_LONE_ORDINAL = re.compile(
    r"(?:اليوم|\bon the|\bле|\bel dia) ([^\W\d_]{3,12}(?: [^\W\d_]{3,12})?)(?= (?:من الشهر|of the month|del mes)|[,.;])"
)


def lone_days(reading: Reading) -> Iterator[tuple[int, int, int]]:
    """(start, end, day) of days told without their month."""
    for found in _LONE_DAY.finditer(reading.folded.text):
        day = int(next(one for one in found.groups() if one))
        yield *reading.folded.span(*found.span()), day
    for found in _LONE_ORDINAL.finditer(reading.folded.text):
        for size in (2, 1):
            spelt = tuple(found[1].split()[:size])
            if len(spelt) == size and (known := calendars.numbers().get(spelt)):
                yield *reading.folded.span(*found.span()), known
                break
