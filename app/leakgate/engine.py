"""The examination: every field read once, every particular's keys made once, every rule asked once.

Work grows with the length of the texts times the number of particulars, and no faster. What is longer than the gate
reads is not let through unread: it blocks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from app.leakgate import facts
from app.leakgate.names import ORDINARY, NameKeys, find_initials, find_joined, match_word
from app.leakgate.reading import Reading, fold_words, read
from app.leakgate.values import Finding, Kind, Particular, Treatment

LONGEST_TEXT = 200_000
MOST_PARTICULARS = 2_000
NAMED = (Kind.PERSON, Kind.ORGANISATION, Kind.PLACE, Kind.OTHER)

# Each rule: how grave it is, and what a moderator is told. `particular` is filled in.
RULES: dict[str, tuple[str, str]] = {
    "name-part": ("block", "This is, or is part of, “%(particular)s”, which must stay sealed."),
    "name-ordinary": (
        "warn",
        "This is an ordinary word, and also part of “%(particular)s”. Check which it is here.",
    ),
    "name-inflected": ("block", "This is a case form of “%(particular)s”, which must stay sealed."),
    "name-misspelt": ("block", "This is nearly “%(particular)s”, which must stay sealed."),
    "name-other-script": ("block", "Read aloud, this is “%(particular)s”, which must stay sealed."),
    "name-joined": ("block", "Without spaces and signs this says “%(particular)s”, which must stay sealed."),
    "name-reversed": ("warn", "Read backwards this says “%(particular)s”."),
    "name-initials": ("warn", "These are the initials of “%(particular)s”."),
    "number": ("block", "These are the digits of “%(particular)s”, which must stay sealed."),
    "literal": ("block", "This is “%(particular)s”, which must stay sealed."),
    "date-finer": ("block", "This date is finer than allowed (allowed: %(allowed)s)."),
    "halves": ("block", "Together with another text this gives away “%(particular)s”."),
    "too-long": ("block", "This is longer than the gate reads. Shorten it."),
}


def blocked(findings: Iterable[Finding]) -> bool:
    """Whether any finding stops a release."""
    return any(one.severity == "block" for one in findings)


def examine(
    fields: Mapping[str, str], particulars: Sequence[Particular], allowed: Collection[str] = ()
) -> list[Finding]:
    """Everything in `fields` that must not leave, in the order of fields and positions.

    `allowed` are phrases that raise nothing where they stand (office-holders, places named after people).
    """
    readings = {name: read(text[:LONGEST_TEXT]) for name, text in fields.items()}
    found = [
        _finding(name, text, "too-long", None, 0, len(text))
        for name, text in fields.items()
        if len(text) > LONGEST_TEXT
    ]
    sealed = [one for one in particulars if one.treatment is not Treatment.PUBLISH][:MOST_PARTICULARS]
    keys = [NameKeys.of(one) for one in sealed if one.kind in NAMED]
    for name, reading in readings.items():
        found += _named(name, reading, keys)
        found += _facts(name, reading, sealed)
        found += _patterns(name, reading)
    found += _halves(readings, keys, found)
    passes = _Allowed(readings, allowed, sealed)
    return sorted(_outermost(one for one in found if not passes.covers(one)), key=_order)


def _order(one: Finding) -> tuple[str, int, int, str, str]:
    return one.field, one.start, one.end, one.rule, one.particular or ""


def _finding(name: str, text: str, rule: str, particular: Particular | None, start: int, end: int) -> Finding:
    severity, message = RULES[rule]
    words = {"particular": particular.name, "allowed": particular.allowed_form or "–"} if particular else {}
    return Finding(
        name, start, end, rule, particular.name if particular else None,
        "block" if severity == "block" else "warn", text[start:end], message, words,
    )  # fmt: skip


def _named(name: str, reading: Reading, keys: Sequence[NameKeys]) -> Iterator[Finding]:
    for one in keys:
        for word in reading.words:
            rule = match_word(word, one)
            if rule and word.text in ORDINARY:
                rule = "name-ordinary" if word.capital else ""
            if rule:
                yield _finding(name, reading.original, rule, one.particular, word.start, word.end)
        for start, end, rule in find_joined(reading, one):
            yield _finding(name, reading.original, rule, one.particular, start, end)
        for start, end in find_initials(reading.original, one):
            yield _finding(name, reading.original, "name-initials", one.particular, start, end)


def _facts(name: str, reading: Reading, sealed: Sequence[Particular]) -> Iterator[Finding]:
    for one in sealed:
        if one.kind is Kind.DATE:
            spans = [("date-finer", *span) for span in facts.finer_dates(reading, one)]
        elif one.kind in (Kind.CONTACT, Kind.IDENTIFIER):
            values = (*one.values, *one.also)
            spans = [("number", *span) for value in values for span in facts.find_number(reading, value)]
            spans += [("literal", *span) for value in values for span in facts.find_literal(reading, value)]
        else:
            continue
        for rule, start, end in spans:
            yield _finding(name, reading.original, rule, one, start, end)


def _patterns(name: str, reading: Reading) -> Iterator[Finding]:
    for rule, severity, pattern, message in facts.PATTERNS:
        for found in pattern.finditer(reading.original):
            yield Finding(
                name, found.start(), found.end(), rule, None, "block" if severity == "block" else "warn",
                found.group(), message,
            )  # fmt: skip


def _halves(
    readings: Mapping[str, Reading], keys: Sequence[NameKeys], found: Sequence[Finding]
) -> Iterator[Finding]:
    """A whole name whose beginning ends one field and whose end begins another."""
    known = {(one.field, one.particular) for one in found}
    ends = {name: (reading.squeezed[:24], reading.squeezed[-24:]) for name, reading in readings.items()}
    for one in keys:
        for whole in one.wholes:
            for cut in range(2, len(whole) - 1):
                head, tail = whole[:cut], whole[cut:]
                for first, (_, ending) in ends.items():
                    if not ending.endswith(head) or (first, one.particular.name) in known:
                        continue
                    for second, (beginning, _) in ends.items():
                        if second != first and beginning.startswith(tail):
                            yield _edge(first, readings[first], one.particular, len(head), last=True)
                            yield _edge(second, readings[second], one.particular, len(tail), last=False)


def _edge(name: str, reading: Reading, particular: Particular, length: int, *, last: bool) -> Finding:
    at = reading.squeezed_at[-length:] if last else reading.squeezed_at[:length]
    start, end = reading.span(at[0], at[-1])
    return _finding(name, reading.original, "halves", particular, start, end)


class _Allowed:
    """Where allowed phrases and allowed forms stand."""

    def __init__(
        self, readings: Mapping[str, Reading], allowed: Collection[str], sealed: Sequence[Particular]
    ) -> None:
        phrases = [fold_words(phrase) for phrase in allowed]
        own = {one.name: fold_words(one.allowed_form) for one in sealed if one.allowed_form}
        self._spans = {name: list(_where(reading, phrases)) for name, reading in readings.items()}
        self._own = {
            (name, particular): list(_where(reading, [words]))
            for name, reading in readings.items()
            for particular, words in own.items()
        }
        self._texts = {phrase.strip() for phrase in allowed}

    def covers(self, one: Finding) -> bool:
        if one.text in self._texts:
            return True
        spans = [*self._spans[one.field], *self._own.get((one.field, one.particular or ""), [])]
        return any(start <= one.start and one.end <= end for start, end in spans)


def _where(reading: Reading, phrases: Iterable[Sequence[str]]) -> Iterator[tuple[int, int]]:
    texts = [word.text for word in reading.words]
    places: dict[str, list[int]] = {}
    for position, text in enumerate(texts):
        places.setdefault(text, []).append(position)
    for phrase in phrases:
        if not phrase:
            continue
        for position in places.get(phrase[0], ()):
            if texts[position : position + len(phrase)] == list(phrase):
                yield reading.words[position].start, reading.words[position + len(phrase) - 1].end


def _outermost(found: Iterable[Finding]) -> list[Finding]:
    """One finding per place, particular and severity: the longest; the rest says the same again."""
    kept: list[Finding] = []
    for one in sorted(
        set(found), key=lambda f: (f.field, f.particular or f.rule, f.severity, f.start, -f.end)
    ):
        if kept:
            last = kept[-1]
            same = (last.field, last.particular or last.rule, last.severity) == (
                one.field, one.particular or one.rule, one.severity,
            )  # fmt: skip
            if same and one.end <= last.end:
                continue
        kept.append(one)
    return kept
