"""Phrases that identify without a name, in the six languages of the United Nations. All of them warn.

Data: a file for each language, of one list of classes. A heading in brackets opens a class; under it stand expressions
over the plain text, one a line, in any letter case (a leading `(?-i:…)` marks what must be written with a capital).
`<slot>` stands for what the language's file, or `common.txt`, defines at its beginning. Every repetition is bounded.
What entries say of the United Nations, of States and their institutions raises nothing: the exceptions stand beside what
they are exceptions of. `law` is no class: where a sentence says it, it quotes what a code threatens everybody with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

# Each is a rule (`rules`), and each language has all of them.
CLASSES = (
    "case-number",
    "time-of-day",
    "relative",
    "unique-office",
    "nationality-office",
    "sentence",
    "fine",
    "facility",
    "flight",
    "agents",
    "medical",
    "age",
    "birth",
    "address",
    "nickname",
    "date-and-town",
)
QUOTED_FROM_A_CODE = ("sentence", "fine")
# The languages by the letters without which no text of theirs is: what cannot be there is not looked for.
LETTERS = {
    "[A-Za-z]{2}": ("en", "fr", "es"),
    "[\u0400-\u04ff]{2}": ("ru",),
    "[\u0621-\u064a]{2}": ("ar",),
    "[\u4e00-\u9fff]": ("zh",),
}
# No longer text of a language is without all of these.
LONGER = 400
FREQUENT = {
    "en": re.compile(r"\b(?:the|and|of|was|with|to|he|she)\b", re.IGNORECASE),
    "fr": re.compile(r"\b(?:les?|des|est|une|dans|et|du|il|elle)\b", re.IGNORECASE),
    "es": re.compile(r"\b(?:el|los|las|una|del|que|y|por|fue)\b", re.IGNORECASE),
}
_HEADING = re.compile(r"\[([a-z-]+)\]")
_SLOT = re.compile(r"<([a-z-]+)>")
_SENTENCE_ENDS = re.compile(r"[.!?؟。；;\n](?=\s|$|[\u4e00-\u9fff])")


def find(text: str) -> Iterator[tuple[str, int, int]]:
    """(class, start, end) of every phrase in a plain text."""
    for letters, languages in _compiled():
        if not letters.search(text):
            continue
        for language, classes in languages:
            if len(text) > LONGER and language in FREQUENT and not FREQUENT[language].search(text):
                continue
            for name, patterns in classes.items():
                if name == "law":
                    continue
                for pattern in patterns:
                    for found in pattern.finditer(text):
                        if name not in QUOTED_FROM_A_CODE or not _quoted(text, found.start(), classes["law"]):
                            yield name, *found.span()


def _quoted(text: str, at: int, law: tuple[re.Pattern[str], ...]) -> bool:
    """Whether the sentence around a place says what a law threatens everybody with."""
    start = max((one.end() for one in _SENTENCE_ENDS.finditer(text, max(0, at - 300), at)), default=max(0, at - 300))
    end = found.start() if (found := _SENTENCE_ENDS.search(text, at)) else len(text)
    return any(pattern.search(text, start, min(end, at + 300)) for pattern in law)


def read(language: str) -> Mapping[str, tuple[str, ...]]:
    """The expressions of a language by class, every slot filled in."""
    slots: dict[str, str] = {}
    classes: dict[str, tuple[str, ...]] = {}
    heading = ""

    def filled(expression: str) -> str:
        return _SLOT.sub(lambda slot: slots[slot[1]], expression)

    for name in ("common", language):
        for line in files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if not line or line.startswith("# "):
                continue
            if found := _HEADING.fullmatch(line):
                heading = found[1]
            elif heading:
                classes[heading] = (*classes.get(heading, ()), filled(line))
            else:
                slot, _, expression = line.partition(" = ")
                slots[slot.strip("<>")] = filled(expression)
    return classes


_Classes = Mapping[str, tuple[re.Pattern[str], ...]]


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], tuple[tuple[str, _Classes], ...]], ...]:
    return tuple(
        (
            re.compile(letters),
            tuple(
                (
                    language,
                    {
                        name: tuple(re.compile(one, re.IGNORECASE) for one in expressions)
                        for name, expressions in read(language).items()
                    },
                )
                for language in languages
            ),
        )
        for letters, languages in LETTERS.items()
    )
