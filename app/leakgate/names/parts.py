"""What a name is made of: parts that identify alone, or only in company, and what they weigh."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.leakgate import forms, han, words
from app.leakgate.dictionaries import everyday
from app.leakgate.reading import fold_words
from app.leakgate.sounds import Sound
from app.leakgate.values import Kind, Particular

ALONE = 2.5  # what hits must weigh together
SURE, RARE, HALF, COMMON, FILLER = 3.0, 2.0, 1.25, 1.0, 0.5
IN_COMPANY = 1.25  # what an everyday word weighs that is part of a name
COMPLETE = 1.9  # … when every word of a place or an organisation is there
COMPANY = 1.25  # what a title, or a matching initial, beside a hit adds
REACH = 2  # words that may stand between the parts of one name
SHORTEST_JOINED = 9
LONG_PLACE = 4
LONGEST_KEY = 48
PALLADIUS = -1  # the value that is a Chinese name as Russian writes it
COMPOUND = -2  # the value that is one name with a hyphen
SHORTEST_COMPOUND = 5
JOINED = -3  # the values from here on downwards are all words of a name as one part
SHORTEST_INNER = 6  # of what is looked for inside other words
LONGEST_WORD = 80  # longer ones are no words; what they hide is found in the squeezed strand


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a name. Parts of one `value` at different `place`s are different words of it."""

    owner: int
    value: int
    place: int
    text: str
    weight: float
    small: bool = False  # whether it is written without a capital, as many words of organisations are


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a particular (`owner`), between two places of the original."""

    owner: int
    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Needle:
    """A stretch of letters that is looked for whatever stands between them. `whole`: nothing of the name is missing."""

    owner: int
    text: str
    rule: str
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a whole name sounds, and in which script it is written."""

    owner: int
    heard: Sound
    script: int


def ordinary(word: str) -> bool:
    """Whether a folded word is also something else than a name: with or without the Arabic article."""
    return any(
        one in words.ORDINARY
        or one in words.STOP
        or one in words.TITLES
        or one in words.KINDS
        or one in words.geography()
        for one in {word, forms.without_article(word)}
    )


def common(word: str) -> bool:
    """Whether no name is looked for in a folded word that is only like it."""
    return word in words.FIELD or word in words.PARTICLES or ordinary(word)


def units(one: Particular, value: str) -> list[str]:
    """The names in a value: of a place each level, of a person also what stands in brackets, of others in quotes."""
    if one.kind is Kind.PERSON:
        inside = [name for name in _BRACKETS.findall(value) if name[:1] != name[:1].lower() or not name[:1].isascii()]
        return [_BRACKETS.sub(" ", value), *inside]
    if one.kind is not Kind.PLACE:
        return [value, *(inner for inner in _QUOTED.findall(value) if inner != value)]
    allowed = set(fold_words(one.allowed_form))
    levels = [unit for unit in re.split(r"[,،、，;|/>›(){}\n]+", value) if unit.strip()]
    levels = [part for unit in levels for part in _LEVELS.findall(unit) or [unit]]
    return [unit for unit in levels if not set(fold_words(unit)) <= allowed]


# A Chinese address as it is written, in one.
_LEVELS = re.compile(
    "[\u3400-\u9fff]{1,7}?(?:自治区|自治州|自治县|街道|省|市|州|县|区|旗|镇|乡|村|岛)|[\u3400-\u9fff]{2,8}$"
)
_QUOTED = re.compile('[«“„"「《‹](.{2,80}?)[»”“"」》›]')  # Центр «Северная вахта» is also called just so
_BRACKETS = re.compile(r"[(\[（]([^()\[\]（）]{1,80})[)\]）]")


def is_acronym(value: str) -> bool:
    bare = value.strip().replace(".", "").replace("-", "")
    return 2 <= len(bare) <= 8 and bare.isalpha() and bare.isupper() and " " not in bare


def person_weights(value: list[str]) -> list[float]:
    """0 for particles and titles, unless hardly anything else is there; the rest sure, but for short and ordinary words."""
    names = [text for text in value if text not in words.PARTICLES]
    titles = 0
    while titles < len(value) and value[titles] in words.TITLES and len(names) - titles > 2:
        titles += 1
    weights = []
    for place, text in enumerate(value):
        if place < titles or (text in words.PARTICLES and (len(names) > 1 or text in words.STOP)):
            weights.append(0.0)
        elif ordinary(text) or text in words.FIELD or len(text) < forms.shortest(text) or text.isdigit():
            weights.append(HALF)
        else:
            weights.append(SURE)
    return weights


def phrase_weights(value: list[str], written: list[str], *, place: bool) -> list[float]:
    """Weights of the words of an organisation, a place or another phrase: rare words count, words of its kind little.

    The one rare word of a place is the place; of an organisation it may be the river that it is called after.
    """
    weights = []
    for text, plain in zip(value, written, strict=True):
        if text in words.PARTICLES or text in words.STOP or (len(text) < 2 and not text.isdigit()):
            weights.append(0.0)
        elif text in words.KINDS:
            weights.append(FILLER)
        elif common(text) or text.isdigit() or (place and everyday(plain.lower())):
            weights.append(COMMON)
        else:
            weights.append(RARE)
    rare = [text for text, weight in zip(value, weights, strict=True) if weight == RARE]
    if place and len(rare) == 1 and len(rare[0]) > LONG_PLACE:
        return [SURE if weight == RARE else weight for weight in weights]
    bearing = [weight for weight in weights if weight >= COMMON]
    if bearing == [COMMON]:
        return [HALF if weight == COMMON else weight for weight in weights]
    if bearing == [RARE] and sum(weight > 0 for weight in weights) <= 2:
        return [SURE if weight == RARE else weight for weight in weights]
    return weights


def split_han(text: str, one: Particular) -> list[str]:
    """Family and given name of a name written in one: as the particular says, or by the number of signs."""
    for part, other in ((one.family, one.given), (one.given, one.family)):
        if part and text.startswith(part) and text != part:
            return [part, text[len(part) :]]
        if other and text.endswith(other) and text != other:
            return [text[: -len(other)], other]
    if one.language.startswith("ja"):
        pieces = [text[start:end] for start, end, _, _ in han.japanese_words(text)]
        if len(pieces) > 1 and "".join(pieces) == text:
            return [pieces[0], "".join(pieces[1:])]
    family = 2 if text[:2] in words.HAN_FAMILIES and len(text) > 2 else 1
    return [text[:family], text[family:]] if 2 <= len(text) <= 4 else [text]
