"""The examination: every text is read once, every particular is broken into keys once, every rule is asked once.

    fields ──read──▶ Reading ─┐
                              ├─▶ names, numbers, dates, patterns, side by side ──▶ what is allowed is taken out ──▶ findings
    particulars ──▶ keys ─────┘

Work grows with the length of the texts and with the number of particulars, each alone. What is longer than the gate
reads is not let through unread: it blocks.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.leakgate import dates, documents, forms, han, names, numbers, patterns
from app.leakgate.reading import Reading, fold_words, read
from app.leakgate.rules import RULES
from app.leakgate.sounds import latin
from app.leakgate.values import Finding, Kind, Particular, Treatment
from app.leakgate.words import SET_PHRASES

LONGEST_TEXT = 200_000
MOST_PARTICULARS = 2_000
EDGE = 24  # how much of the beginning and the end of a text is read together with others
SHORTEST_HALVES = 6


def blocked(findings: Iterable[Finding]) -> bool:
    """Whether any finding stops a release."""
    return any(one.severity == "block" for one in findings)


def examine(
    fields: Mapping[str, str], particulars: Sequence[Particular], allowed: Collection[str] = ()
) -> list[Finding]:
    """Everything in `fields` that must not leave, in the order of fields and positions.

    `allowed` are phrases that raise nothing where they stand: office-holders who may be named, places named after
    people. So are the values of particulars that are published, and for each particular its own allowed form.
    """
    sealed = [one for one in particulars if one.treatment is not Treatment.PUBLISH]
    readings = {name: read(text[:LONGEST_TEXT]) for name, text in fields.items()}
    case = _Case.of(sealed[:MOST_PARTICULARS])
    found = list(_too_much(fields, sealed))
    for name, reading in readings.items():
        found += case.named(name, reading)
        found += case.counted(name, reading)
        found += (_finding(name, reading.original, *one) for one in patterns.find(reading))
        if any(one.kind is Kind.DOCUMENT for one in particulars):
            known = [(one.start, one.end) for one in found if one.field == name and one.rule.startswith("document")]
            found += (
                _finding(name, reading.original, "document-unlisted", start, end)
                for start, end in documents.unlisted(reading, patterns.symbols(reading))
                if not any(start < other_end and other < end for other, other_end in known)
            )
    symbols = {name: list(patterns.symbols(reading)) for name, reading in readings.items()}
    found = [one for one in found if not _is_of_a_document(one, symbols[one.field])]
    found += case.side_by_side(readings, found)
    published = [
        value for one in particulars if one.treatment is Treatment.PUBLISH for value in (*one.values, *one.also)
    ]
    passes = _Allowed(readings, [*allowed, *published, *_set_phrases(sealed)], sealed)
    return sorted(_outermost(one for one in found if not passes.covers(one)), key=_order)


def _set_phrases(sealed: Iterable[Particular]) -> Iterator[str]:
    """Phrases that say nothing of anybody, but for those that are sealed themselves, or part of it."""
    known = [f" {' '.join(fold_words(value))} " for one in sealed for value in (*one.values, *one.also)]
    yield from (
        phrase for phrase in SET_PHRASES if not any(f" {' '.join(fold_words(phrase))} " in one for one in known)
    )


def _is_of_a_document(one: Finding, symbols: Iterable[tuple[int, int]]) -> bool:
    """Whether what looks like a name or a number is only part of a document's symbol, and not a sealed symbol itself."""
    if one.particular is None or one.text in one.particular or not one.rule.startswith(_IN_SYMBOLS):
        return False
    return any(start <= one.start and one.end <= end for start, end in symbols)


_IN_SYMBOLS = ("name", "acronym", "number")


def _order(one: Finding) -> tuple[str, int, int, str, str]:
    return one.field, one.start, one.end, one.rule, one.particular or ""


def _finding(
    name: str,
    text: str,
    rule: str,
    start: int,
    end: int,
    particular: Particular | None = None,
    other: str = "",
) -> Finding:
    told = (
        {"particular": particular.name, "allowed": particular.allowed_form or "–", "other": other} if particular else {}
    )
    if particular and particular.allowed_form and not rule.startswith("date-"):
        told["instead"] = particular.allowed_form
    known = RULES[rule]
    return Finding(
        name,
        start,
        end,
        rule,
        particular.name if particular else None,
        known.severity,
        text[start:end],
        known.message,
        told,
    )


def _too_much(fields: Mapping[str, str], sealed: Sequence[Particular]) -> Iterator[Finding]:
    for name, text in fields.items():
        if len(text) > LONGEST_TEXT:
            yield _finding(name, text, "too-long", 0, len(text))
        if len(sealed) > MOST_PARTICULARS:
            yield _finding(name, text, "too-many", 0, len(text))


@dataclass(frozen=True, slots=True)
class _Case:
    """The sealed particulars of one case, as keys."""

    sealed: Sequence[Particular]
    names: names.Index
    numbers: Sequence[tuple[Particular, numbers.SealedNumber]]
    dates: Sequence[tuple[Particular, dates.SealedDate]]
    documents: Sequence[tuple[Particular, documents.SealedDocument]]

    @classmethod
    def of(cls, sealed: Sequence[Particular]) -> _Case:
        days = [(one, dates.SealedDate.of(one)) for one in sealed if one.kind is Kind.DATE]
        unread = {one for one, day in days if not day.understood}
        countable = (Kind.CONTACT, Kind.IDENTIFIER, Kind.OTHER, Kind.PLACE)
        return cls(
            sealed,
            names.Index.of(sealed),
            [(one, numbers.SealedNumber.of(one)) for one in sealed if one.kind in countable or one in unread],
            days,
            [(one, documents.SealedDocument.of(one)) for one in sealed if one.kind is Kind.DOCUMENT],
        )

    def named(self, name: str, reading: Reading) -> Iterator[Finding]:
        for one in names.find(self.names, reading):
            yield _finding(name, reading.original, one.rule, one.start, one.end, self.sealed[one.owner])

    def counted(self, name: str, reading: Reading) -> Iterator[Finding]:
        digits = numbers.Digits.of(reading)
        for particular, number in self.numbers:
            for start, end, rule in numbers.find(reading, digits, number):
                yield _finding(name, reading.original, rule, start, end, particular)
        for particular, document in self.documents:
            for start, end, rule in documents.find(reading, document):
                yield _finding(name, reading.original, rule, start, end, particular)
        told = dates.mentions(reading) if self.dates else []
        for particular, sealed in self.dates:
            for start, end, rule in dates.finer(reading, told, sealed):
                yield _finding(name, reading.original, rule, start, end, particular)

    def side_by_side(self, readings: Mapping[str, Reading], found: Sequence[Finding]) -> Iterator[Finding]:
        """What several texts give away only together: halves of a name, weak parts of one, a day here and its month there."""
        yield from _halves(readings, self.names, found)
        yield from self._weak_parts(readings, found)
        yield from self._days_and_months(readings)

    def _weak_parts(self, readings: Mapping[str, Reading], found: Sequence[Finding]) -> Iterator[Finding]:
        """Ordinary words that are parts of one name, capitalised in two texts."""
        weak: dict[str, list[Finding]] = defaultdict(list)
        for one in found:
            if one.rule == "name-ordinary" and one.particular is not None:
                weak[one.particular].append(one)
        of = {one.name: one for one in self.sealed}
        for particular, hits in weak.items():
            parts = {one.text.casefold() for one in hits}
            if len(parts) > 1 and len({one.field for one in hits}) > 1:
                for one in hits:
                    yield _finding(
                        one.field,
                        readings[one.field].original,
                        "together",
                        one.start,
                        one.end,
                        of[particular],
                    )

    def _days_and_months(self, readings: Mapping[str, Reading]) -> Iterator[Finding]:
        """“On the 14th” in one text, where another one tells the month."""
        if not self.dates:
            return
        days = [(name, *one) for name, reading in readings.items() for one in dates.lone_days(reading)]
        if not days:
            return
        months = {
            (one.calendar, one.year, one.month): name
            for name in sorted(readings, reverse=True)
            for one in dates.mentions(readings[name])
        }
        for particular, sealed in self.dates:
            if sealed.allowed >= dates.DAY:
                continue
            for name, start, end, day in days:
                told = (
                    months.get(key)
                    for calendar, year, month, number in sorted(sealed.names)
                    if number == day
                    for key in ((calendar, year, month), (calendar, None, month))
                )
                if other := next(filter(None, told), None):
                    yield _finding(name, readings[name].original, "halves", start, end, particular, other)


def _halves(readings: Mapping[str, Reading], index: names.Index, found: Sequence[Finding]) -> Iterator[Finding]:
    """A sealed name whose beginning ends one text and whose end begins another."""
    known = {(one.field, one.particular) for one in found if one.severity == "block"}
    strands = {name: reading.squeezed.rewritten(latin) for name, reading in readings.items()}
    ends: dict[str, list[str]] = defaultdict(list)
    beginnings: dict[str, list[str]] = defaultdict(list)
    for name, strand in strands.items():
        for size in range(2, min(EDGE, len(strand.text)) + 1):
            ends[strand.text[-size:]].append(name)
            beginnings[strand.text[:size]].append(name)
    for text, owner in index.wholes():
        for cut in range(2, len(text) - 1) if len(text) >= SHORTEST_HALVES else ():
            for first in ends.get(text[:cut], ()):
                for second in beginnings.get(text[cut:], ()):
                    particular = index.particulars[owner]
                    if first == second or {(first, particular.name), (second, particular.name)} & known:
                        continue
                    length = len(strands[first].text)
                    for name, other, span in (
                        (first, second, strands[first].span(length - cut, length)),
                        (second, first, strands[second].span(0, len(text) - cut)),
                    ):
                        yield _finding(name, readings[name].original, "halves", *span, particular, other)


class _Allowed:
    """Where allowed phrases stand, for all findings and for those of one particular."""

    def __init__(self, readings: Mapping[str, Reading], allowed: Collection[str], sealed: Sequence[Particular]) -> None:
        forms_of = [(one.name, one.allowed_form) for one in sealed if one.allowed_form]
        self._texts = {phrase.strip() for phrase in allowed}
        self._spans = {name: list(_where(reading, allowed)) for name, reading in readings.items()}
        self._own: dict[tuple[str, str | None], list[tuple[int, int]]] = defaultdict(list)
        for name, reading in readings.items():
            for particular, phrase in forms_of:
                spans = list(_where(reading, [phrase]))
                self._own[name, particular] += spans
                self._own[name, None] += spans

    def covers(self, one: Finding) -> bool:
        """Whether allowed phrases take in everything of a finding but spaces and punctuation."""
        if one.text in self._texts:
            return True
        own = self._own.get((one.field, one.particular), ())
        at = one.start
        for start, end in sorted((*self._spans[one.field], *own)):
            if end > one.start and (start <= at or not _says(one.text[at - one.start : start - one.start])):
                at = max(at, end)
        return at > one.start and not _says(one.text[at - one.start :])


def _says(text: str) -> bool:
    """Whether a text has anything but spaces, punctuation and controls."""
    return any(unicodedata.category(sign)[0] not in "CPZ" for sign in text)


def _where(reading: Reading, phrases: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where phrases stand, in any case form, with or without what a language writes together with their first word."""
    places: dict[str, list[int]] = defaultdict(list)
    texts = [word.text for word in reading.words]
    for position, text in enumerate(texts):
        for key in _forms(text):
            places[key].append(position)
    for phrase in phrases:
        wanted = fold_words(phrase)
        if han.SOLID.search(phrase):
            yield from _in_a_row(reading, "".join(wanted))
            continue
        keys = [{one, *forms.stems(one, forms.script_of(one), own=True)} for one in wanted]
        for position in {at for key in keys[0] for at in places.get(key, ())} if keys else ():
            behind = texts[position + 1 : position + len(keys)]
            if len(behind) == len(keys) - 1 and all(
                text == one or key & set(_forms(text))
                for text, one, key in zip(behind, wanted[1:], keys[1:], strict=True)
            ):
                yield reading.word_span(position, position + len(keys) - 1)


def _forms(text: str) -> Iterator[str]:
    """A word of a text, without a prefix, and in Russian and its neighbours without its case ending."""
    script = forms.script_of(text)
    yield from (bare for bare, _ in forms.bare(text, script))
    if script == forms.CYRILLIC:
        yield from forms.stems(text, script, own=False)


def _in_a_row(reading: Reading, phrase: str) -> Iterator[tuple[int, int]]:
    """Where a phrase of a script without spaces stands."""
    at = reading.squeezed.text.find(phrase) if phrase else -1
    while at >= 0:
        yield reading.squeezed.span(at, at + len(phrase))
        at = reading.squeezed.text.find(phrase, at + 1)


def _outermost(found: Iterable[Finding]) -> list[Finding]:
    """One finding per place, particular and severity: the longest; what lies inside it says the same again."""
    kept: list[Finding] = []
    for one in sorted(
        set(found),
        key=lambda f: (f.field, f.particular or f.rule, f.severity, f.start, -f.end, _TOLD[f.rule]),
    ):
        if kept:
            last = kept[-1]
            same = (last.field, last.particular or last.rule, last.severity) == (
                one.field,
                one.particular or one.rule,
                one.severity,
            )
            if same and one.end <= last.end:
                continue
        kept.append(one)
    blocks = {(one.field, one.particular): one for one in kept if one.severity == "block"}
    return [
        one
        for one in kept
        if one.severity == "block" or not _inside(one, kept) or (one.field, one.particular) not in blocks
    ]


def _inside(one: Finding, kept: Sequence[Finding]) -> bool:
    return any(
        other.severity == "block"
        and other.field == one.field
        and other.particular == one.particular
        and other.start <= one.start
        and one.end <= other.end
        for other in kept
    )


_TOLD = {rule: number for number, rule in enumerate(RULES)}
