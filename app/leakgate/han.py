"""Han characters and kana: how they are read aloud in Chinese and in Japanese.

The dictionaries are loaded when the first such text or name comes, not before.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice, product
from typing import Any

from anyascii import anyascii

from app.leakgate.reading import Reading, Strand
from app.leakgate.words import HAN_FAMILIES, HAN_FAMILY_NAMES, ORDINARY

HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
KANA = re.compile("[\u3041-\u309f\u30a0-\u30ff]")
# Scripts written without spaces, in which a name is a stretch of the text and not a word of it.
SOLID = re.compile("[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
HANGUL = re.compile("[\uac00-\ud7af]")


@cache
def _pypinyin() -> Any:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # names are not in the phrases: a third of the memory
    import pypinyin

    return pypinyin


@lru_cache(maxsize=8192)
def pinyin_of(character: str) -> tuple[str, ...]:
    """The readings of one Han character, the usual one first, without tones; ü is u."""
    library = _pypinyin()
    readings = library.pinyin(character, style=library.Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(
        dict.fromkeys(one.replace("ü", "u").replace("v", "u") for options in readings for one in options if one)
    )


def pinyin_spellings(text: str, most: int = 12) -> list[str]:
    """The ways of spelling a short Han text in pinyin, joined."""
    options = [pinyin_of(one) for one in text if HAN.match(one)]
    return ["".join(chosen) for chosen in islice(product(*options), most)] if all(options) else []


def as_heard(pinyin: str) -> str:
    """A Latin spelling of Chinese as other languages hear it: its x, q and zh are no other language's."""
    return pinyin.replace("x", "sh").replace("q", "ch").replace("zh", "j")


def find_pinyin(squeezed: Strand, needles: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """(start, end, needle) in a squeezed strand where Han characters are read aloud as one of the needles."""
    readings = {i: pinyin_of(one) for i, one in enumerate(squeezed.text) if HAN.match(one)}
    if not readings:
        return
    by_letter: dict[str, list[str]] = {}
    for needle in needles:
        by_letter.setdefault(needle[0], []).append(needle)
    for start, options in readings.items():
        for needle in {needle for one in options for needle in by_letter.get(one[0], ())}:
            end = _readable(readings, start, needle)
            if end - start > 2 or (end - start == 2 and _readable(_usual(readings, start), start, needle)):
                yield start, end, needle


def _usual(readings: dict[int, tuple[str, ...]], start: int) -> dict[int, tuple[str, ...]]:
    """Two characters with their usual readings only: rare ones make a name of too many words."""
    return {i: readings[i][:1] for i in (start, start + 1) if i in readings}


def _readable(readings: dict[int, tuple[str, ...]], at: int, rest: str) -> int:
    """Where the characters from `at` on have been read that say all of `rest`; 0 when they do not say it."""
    if not rest:
        return at
    for one in readings.get(at, ()):
        if rest.startswith(one) and (end := _readable(readings, at + 1, rest[len(one) :])):
            return end
    return 0


# A syllable of Chinese in Latin letters.
LONGEST_SYLLABLE = 6
_PINYIN = re.compile(
    "(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ian|iao|ing|ong|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|a|e|i|o|u))"
)


def palladius(words: Sequence[str]) -> list[str]:
    """A Chinese name in pinyin as Russian writes it (the system of Palladius); empty when it is none."""
    if not 2 <= len(words) <= 3:
        return []
    syllables = [_syllables(word, 2) for word in words]
    if not all(syllables) or not any(one[0] in _families() for one in syllables):
        return []
    from pypinyin import Style
    from pypinyin.style import convert

    return ["".join(re.sub(r"\d", "", str(convert(one, Style.CYRILLIC, True))) for one in spelt) for spelt in syllables]


@lru_cache(maxsize=8192)
def _syllables(word: str, most: int) -> tuple[str, ...]:
    """A word cut into at most so many syllables of pinyin; empty when it cannot be."""
    if len(word) > LONGEST_SYLLABLE * most:
        return ()
    if _PINYIN.fullmatch(word):
        return (word,)
    for cut in range(min(len(word) - 1, LONGEST_SYLLABLE), 0, -1) if most > 1 else ():
        if _PINYIN.fullmatch(word[:cut]) and (rest := _syllables(word[cut:], most - 1)):
            return (word[:cut], *rest)
    return ()


@cache
def _families() -> frozenset[str]:
    return frozenset(reading for one in HAN_FAMILY_NAMES for reading in pinyin_of(one)[:1])


@dataclass(frozen=True, slots=True)
class Cut:
    """A Chinese text cut into words: for places in the original, whether they are words of everybody's."""

    starts: Sequence[int]
    tokens: Sequence[tuple[int, int, str, str]]  # start and end in the original, word, kind

    @classmethod
    def of(cls, reading: Reading) -> Cut:
        import rjieba

        strand, at = reading.folded, 0
        tokens = []
        for word, kind in rjieba.tag(strand.text):
            if HAN.match(word):
                tokens.append((*strand.span(at, at + len(word)), word, kind))
            at += len(word)
        return cls([one[0] for one in tokens], tokens)

    def word_from(self, at: int) -> str:
        """The word that begins at a place of the original, or what is left there of one that nobody knows."""
        i = bisect_right(self.starts, at) - 1
        if i < 0 or self.tokens[i][1] <= at:
            return ""
        start, end, word, _ = self.tokens[i]
        if start == at:
            return word
        return "" if _in_dictionary(word) or len(word) != end - start else word[at - start :]

    def stands(self, start: int, end: int) -> str:
        """“word”: just a word of the dictionary; “inside”: cut out of longer ones; “free”: neither, as names are."""
        first = max(0, bisect_right(self.starts, start) - 1)
        for one_start, one_end, word, kind in self.tokens[first:]:
            if one_start >= end:
                break
            if one_end <= start:
                continue
            if (one_start, one_end) == (start, end):
                known = word in ORDINARY or (
                    _in_dictionary(word) and not kind.startswith(_NAMES) and word not in HAN_FAMILIES
                )
                return "word" if known else "free"
            named = kind.startswith("nr")
            if len(word) > 1 and not named and (one_start < start or one_end > end) and _in_dictionary(word):
                return "inside"
        return "free"


_NAMES = ("nr", "ns", "nt")  # kinds of words that are names: of people, places, organisations


@lru_cache(maxsize=8192)
def _in_dictionary(word: str) -> bool:
    import rjieba

    return bool(rjieba.has_word(word))


@cache
def _janome() -> Any:
    from janome.tokenizer import Tokenizer

    return Tokenizer(mmap=True)


def romaji(kana: str) -> tuple[str, ...]:
    """Latin spellings of kana: with long vowels written, and without."""
    spelt = re.sub("[^a-z]", "", anyascii(kana).lower())
    for wrong, right in (("chiy", "ch"), ("shiy", "sh"), ("jiy", "j")):
        spelt = spelt.replace(wrong, right)
    spelt = re.sub("([kgnhbpmr])iy(?=[auo])", r"\1y", spelt)
    short = re.sub(r"([aeiou])\1", r"\1", spelt.replace("ou", "o"))
    return tuple(dict.fromkeys((spelt, short)))


def japanese_words(text: str) -> list[tuple[int, int, str, bool]]:
    """(start, end, reading in katakana, whether it is a name) of the words of a text in Japanese."""
    words: list[tuple[int, int, str, bool]] = []
    at = 0
    for token in _janome().tokenize(text):
        start = text.find(token.surface, at)
        at = start + len(token.surface)
        if HAN.search(token.surface) and token.reading != "*":
            words.append((start, at, token.reading, "固有名詞" in token.part_of_speech))
    return words


def is_japanese(reading: Reading) -> bool:
    """Whether a text has both kana and Han characters, as Japanese does and Chinese does not."""
    return bool(KANA.search(reading.folded.text) and HAN.search(reading.folded.text))
