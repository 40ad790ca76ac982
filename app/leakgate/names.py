"""Finding a sealed name: whole, in parts, joined, respelt, in another script, inflected, reversed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from app.leakgate.reading import Reading, Word, fold_words, latin
from app.leakgate.values import Kind, Particular

# Words inside names and titles around them that identify nobody by themselves.
PARTICLES = frozenset(
    [
        "al",
        "el",
        "bin",
        "ben",
        "ibn",
        "bint",
        "abu",
        "umm",
        "de",
        "da",
        "do",
        "dos",
        "du",
        "la",
        "le",
        "les",
        "van",
        "von",
        "der",
        "den",
        "ter",
        "y",
        "e",
        "of",
        "the",
        "and",
        "for",
        "in",
        "on",
        "at",
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "sir",
        "sheikh",
        "shaykh",
        "haji",
        "hajji",
        "imam",
        "rev",
        "father",
        "sister",
        "don",
        "dona",
        "senor",
        "senora",
        "madame",
        "monsieur",
        "md",
        "phd",
        "san",
        "st",
        "organisation",
        "organization",
        "association",
        "foundation",
        "committee",
        "council",
        "union",
        "centre",
        "center",
        "group",
        "network",
        "rights",
        "human",
        "law",
        "legal",
        "women",
        "house",
        "national",
        "international",
        "society",
        "institute",
        "movement",
        "forum",
        "people",
        "peoples",
        "justice",
        "district",
        "city",
        "town",
        "village",
        "province",
        "region",
        "river",
        "valley",
        "station",
        "office",
        "north",
        "south",
        "east",
        "west",
    ]
)
# Names that are ordinary words: alone and in lower case they are the word; capitalised alone they are worth a look.
ORDINARY = frozenset(
    [
        "may",
        "june",
        "april",
        "august",
        "hope",
        "grace",
        "joy",
        "faith",
        "will",
        "mark",
        "bill",
        "rose",
        "pearl",
        "victor",
        "christian",
        "law",
        "king",
        "long",
        "an",
        "so",
        "do",
        "li",
        "ma",
        "he",
        "she",
        "you",
        "song",
        "young",
        "summer",
        "angel",
        "mercy",
        "patience",
        "blessing",
        "prince",
        "white",
        "black",
        "brown",
        "green",
        "stone",
        "rich",
        "price",
        "bell",
        "may",
        "march",
        "baker",
        "cook",
        "smith",
        "judge",
        "bishop",
        "west",
        "east",
        "north",
        "england",
        "france",
        "israel",
        "jordan",
        "chad",
        "georgia",
        "paris",
        "london",
        "reason",
        "case",
        "trust",
        "love",
        "peace",
        "victory",
        "memory",
        "precious",
        "gift",
        "fortune",
        "wisdom",
        "justice",
        "freedom",
    ]
)
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_ARABIC_PREFIX = re.compile("^(?:وال|بال|كال|فال|لل|ال|و|ب|ل|ف|ك)")
_HEBREW_PREFIX = re.compile("^[והבלכמש]")
_CYRILLIC_END = "аяоеёиыуюйь"


@dataclass(slots=True)
class NameKeys:
    """Everything by which one particular is recognised, made once."""

    particular: Particular
    wholes: list[str] = field(default_factory=list)
    parts: set[str] = field(default_factory=set)
    latin_parts: set[str] = field(default_factory=set)
    cjk: set[str] = field(default_factory=set)
    initials: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, particular: Particular) -> NameKeys:
        keys = cls(particular)
        allowed = set(fold_words(particular.allowed_form))
        for value in (*particular.values, *particular.also):
            words = fold_words(value)
            if not words:
                continue
            keys._add_whole(words)
            own = [word for word in words if word not in PARTICLES and word not in allowed]
            if particular.kind is Kind.PERSON or len(own) == 1:
                keys.parts |= {word for word in own if len(word) > 1 and not word.isdigit()}
            if particular.kind is Kind.PERSON and len(own) > 1:
                keys.initials.append("".join(latin(word)[:1] for word in own))
        for part in (particular.given, particular.family):
            keys.parts |= {word for word in fold_words(part) if word not in PARTICLES and word not in allowed}
        keys.parts = {part for part in keys.parts if not _CJK.search(part)}
        keys.latin_parts = {latin(part) for part in keys.parts} - {""}
        return keys

    def _add_whole(self, words: list[str]) -> None:
        text = "".join(words)
        if _CJK.search(text):
            self.cjk.add(text)
            if len(text) >= 3 and self.particular.kind is Kind.PERSON:
                self.cjk.add(text[1:])
            self.wholes.append(latin(text))
            return
        for order in (words, words[::-1]):
            whole = "".join(latin(word) for word in order)
            if len(whole) >= 5 and whole not in self.wholes:
                self.wholes.append(whole)


def _bare_forms(word: str) -> Iterator[str]:
    """A word, and what it may be without prefixes or endings of its language."""
    yield word
    for prefix in (_ARABIC_PREFIX, _HEBREW_PREFIX):
        if (bare := prefix.sub("", word)) != word and len(bare) >= 3:
            yield bare


def _inflected(word: str, part: str) -> bool:
    """Whether a Cyrillic word is a case form of a name part."""
    if not ("\u0400" <= part[0] <= "\u04ff" and "\u0400" <= word[0] <= "\u04ff"):
        return False
    stem = part.rstrip(_CYRILLIC_END)
    return len(stem) >= 3 and word.startswith(stem) and len(word) - len(stem) <= 3


def _skeleton(word: str) -> str:
    """Consonants as a reader of another script hears them."""
    text = word.replace("ph", "f").replace("kh", "h").replace("gh", "g").replace("sh", "s").replace("ch", "s")
    text = text.replace("ck", "k").replace("th", "t").replace("dh", "d").replace("ts", "s").replace("dj", "j")
    text = text.translate(str.maketrans("qcxvwzy", "kkkffsi"))
    out = text[:1] + "".join(one for one in text[1:] if one not in "aeiouh'")
    return re.sub(r"(.)\1+", r"\1", out)


def _close(word: str, part: str) -> bool:
    """A misspelling: one edit in names of five to seven letters, two in longer ones."""
    if len(part) < 5 or abs(len(word) - len(part)) > 2:
        return False
    most = 1 if len(part) < 8 else 2
    return bool(OSA.distance(word, part, score_cutoff=most) <= most)


def match_word(word: Word, keys: NameKeys) -> str:
    """The rule by which one word is part of a sealed name; empty when it is not."""
    for form in _bare_forms(word.text):
        if form in keys.parts:
            return "name-part"
        if any(_inflected(form, part) for part in keys.parts):
            return "name-inflected"
    if word.latin in keys.latin_parts:
        return "name-part" if word.text.isascii() else "name-other-script"
    if len(word.latin) < 4:
        return ""
    foreign = not word.text.isascii()
    for part in keys.latin_parts:
        if _close(word.latin, part):
            return "name-misspelt"
        if len(part) >= 4 and (foreign or any(not one.isascii() for one in keys.parts)):
            own = _skeleton(part)
            if len(own) >= 3 and _skeleton(word.latin) == own:
                return "name-other-script"
    return ""


def find_joined(reading: Reading, keys: NameKeys) -> Iterator[tuple[int, int, str]]:
    """(start, end, rule) in the original of whole names written together, spaced out, or backwards."""
    squeezed = latin_squeezed(reading)
    for whole in keys.wholes:
        for needle, rule in ((whole, "name-joined"), (whole[::-1], "name-reversed")):
            if len(needle) < 5 or (rule == "name-reversed" and needle == whole):
                continue
            at = squeezed.text.find(needle)
            while at >= 0:
                first, last = squeezed.at[at], squeezed.at[at + len(needle) - 1]
                start, end = reading.span(first, last)
                yield start, end, rule
                at = squeezed.text.find(needle, at + 1)
    for needle in keys.cjk:
        at = reading.squeezed.find(needle)
        while at >= 0:
            start, end = reading.span(reading.squeezed_at[at], reading.squeezed_at[at + len(needle) - 1])
            yield start, end, "name-part"
            at = reading.squeezed.find(needle, at + 1)


@dataclass(frozen=True, slots=True)
class _Squeezed:
    text: str
    at: list[int]


def latin_squeezed(reading: Reading) -> _Squeezed:
    """Letters and digits only, in Latin, with the folded position of each."""
    text: list[str] = []
    at: list[int] = []
    for one, position in zip(reading.squeezed, reading.squeezed_at, strict=True):
        for letter in latin(one):
            text.append(letter)
            at.append(position)
    return _Squeezed("".join(text), at)


_INITIALS = re.compile(r"(?<![A-Za-z.])((?:[A-Z]\.[ \u00a0]?){2,4})(?![a-z])")


def find_initials(text: str, keys: NameKeys) -> Iterator[tuple[int, int]]:
    """Initials alone, as `A. B.` or `A.B.`."""
    for found in _INITIALS.finditer(text):
        letters = "".join(one for one in found.group().casefold() if one.isalpha())
        if letters in keys.initials:
            yield found.start(), found.start() + len(found.group().rstrip())
