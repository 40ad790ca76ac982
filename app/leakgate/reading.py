"""How the gate reads a text: as strands, each of which knows where every one of its characters stood in the original.

    original   T&#1072;m&shy;sin, tel. ٠٥٥-٠١
    plain      Tаmsin, tel. 055-01        what a reader sees: escapes, compatibility forms, invisible signs, digits undone
    folded     tamsin, tel. 055-01        … without case, accents, vowel marks, letter variants, look-alikes
    squeezed   tamsintel05501             … letters and digits only

A strand is only ever made from another one, character by character, so no rule has to think of positions: it finds
something in the strand that suits it and asks for the `span` in the original.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from confusable_homoglyphs import confusables
from opencc import OpenCC


@dataclass(frozen=True, slots=True)
class Strand:
    """A text, and for each of its characters the start and end of what it stands for in the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` (not empty) stands in the original."""
        return self.starts[start], self.ends[end - 1]

    def part(self, start: int, end: int) -> Strand:
        """A piece of the strand."""
        return Strand(self.text[start:end], self.starts[start:end], self.ends[start:end])

    def rewritten(self, rewrite: Callable[[str], str]) -> Strand:
        """A strand with every character replaced by none, one or several."""
        new = list(map(rewrite, self.text))
        text = "".join(new)
        sizes = list(map(len, new))
        if len(text) == len(new) and all(sizes):
            return Strand(text, self.starts, self.ends)
        starts: list[int] = []
        ends: list[int] = []
        for size, start, end in zip(sizes, self.starts, self.ends, strict=True):
            if size == 1:
                starts.append(start)
                ends.append(end)
            else:
                starts += [start] * size
                ends += [end] * size
        return Strand(text, starts, ends)


@dataclass(frozen=True, slots=True)
class Word:
    """A word: folded, as it was written, where it stands in the folded strand, and whether it could be a name.

    `capital` is true for words of scripts that have no capitals, since there every word could be one.
    """

    text: str
    plain: str
    start: int
    end: int
    capital: bool
    opens: bool  # whether a sentence begins here


@dataclass(slots=True)
class Reading:
    """One text with all its strands and its words. Made once, in time linear to its length."""

    original: str
    plain: Strand
    folded: Strand
    squeezed: Strand
    words: list[Word] = field(default_factory=list)

    def word_span(self, first: int, last: int) -> tuple[int, int]:
        """Where words `first` … `last` (inclusive) stand in the original."""
        return self.folded.span(self.words[first].start, self.words[last].end)


# --- plain ------------------------------------------------------------------------------------------------------

_ESCAPED = re.compile(
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});|(?:%[0-9A-Fa-f]{2})+|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}"
    r"|</?(?P<tag>[A-Za-z][A-Za-z0-9]{0,9})(?:\s[^<>]{0,200})?/?>"
)
_BREAKING = frozenset(["br", "p", "div", "li", "ul", "ol", "td", "tr", "th", "h1", "h2", "h3", "h4", "hr", "table"])
_DASHES = dict.fromkeys("‐‑‒–—―−﹘﹣－", "-")
_SIGNS = _DASHES | dict.fromkeys("’‘ʼʻʹ′`´ʾʿ׳＇", "'") | {"٫": ".", "٬": "", "،": ",", "؛": ";"}


def _unescaped(run: str) -> Iterator[tuple[str, int, int]]:
    """(sign, start, end) of the signs that a run of percent-escapes stands for; bytes that are none stay as written."""
    data, at = bytes.fromhex(run.replace("%", "")), 0
    while at < len(data):
        for size in range(1, 5):
            try:
                yield data[at : at + size].decode(), 3 * at, 3 * (at + size)
            except UnicodeDecodeError:
                continue
            break
        else:
            size = 1
            yield from ((run[3 * at + i], 3 * at + i, 3 * at + i + 1) for i in range(3))
        at += size


def _undone(found: re.Match[str]) -> str:
    """What an escape stands for; what cannot be decoded stays. A tag stands for nothing, or for a space."""
    raw = found.group()
    if raw[0] == "<":
        return " " if found["tag"].lower() in _BREAKING else ""
    if raw[0] == "\\":
        return chr(int(raw[2:], 16))
    return html.unescape(raw) or raw


def _decoded(text: str) -> Strand:
    """The text with references, escapes and tags undone."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def take(piece: str, start: int, end: int) -> None:
        out.append(piece)
        starts.extend([start] * len(piece))
        ends.extend([end] * len(piece))

    at = 0
    for found in _ESCAPED.finditer(text):
        out.append(text[at : found.start()])
        starts.extend(range(at, found.start()))
        ends.extend(range(at + 1, found.start() + 1))
        if found.group()[0] == "%":
            for sign, start, end in _unescaped(found.group()):
                take(sign, found.start() + start, found.start() + end)
        else:
            take(_undone(found), *found.span())
        at = found.end()
    out.append(text[at:])
    starts.extend(range(at, len(text)))
    ends.extend(range(at + 1, len(text) + 1))
    return Strand("".join(out), starts, ends)


@lru_cache(maxsize=16384)
def _plain(character: str) -> str:
    if " " <= character <= "~" or character == "\n":
        return character
    if (digit := unicodedata.digit(character, None)) is not None:  # of any script, and in circles
        return str(digit)
    if character in _SIGNS:
        return _SIGNS[character]
    kind = unicodedata.category(character)
    if kind in ("Cf", "Cs", "Co") or (kind == "Cc" and not character.isspace()) or character in "ـ͏️":
        return ""
    if kind == "Zs" or character in "\t\r\v\f\u2028\u2029":
        return " "
    return "".join(str(unicodedata.digit(one, one)) for one in unicodedata.normalize("NFKC", character))


# --- folded -----------------------------------------------------------------------------------------------------

# Letters that a reader takes for one another: Arabic variants, Latin ones without a decomposition, final sigma.
_LETTERS = str.maketrans(
    dict.fromkeys("أإآٱ", "ا")
    | dict.fromkeys("ىیېئے", "ي")
    | dict.fromkeys("کگڪ", "ك")
    | dict.fromkeys("ةۀہھە", "ه")
    | {
        "ؤ": "و",
        "ς": "σ",
        "ı": "i",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "œ": "oe",
        "æ": "ae",
        "þ": "th",
    }
)
# Marks that a reader may leave out: accents, Hebrew points, Arabic vowels, nukta. Vowel signs of Indic scripts and of Thai stay.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u0730-\u074a\u08d3-\u08ff\u093c\u09bc\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_SIMPLIFIED = OpenCC("t2s")


@lru_cache(maxsize=16384)
def _folded(character: str) -> str:
    if character.isascii():
        return character.lower()
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", character.casefold()))
    text = unicodedata.normalize("NFC", bare).casefold().translate(_LETTERS)
    if len(text) == 1:
        if "\u3400" <= text <= "\u9fff":
            return str(_SIMPLIFIED.convert(text))
        if "\u30a1" <= text <= "\u30f6":  # katakana as hiragana
            return chr(ord(text) - 0x60)
    return text


# Digits and signs that stand for letters inside words.
_LEET = {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"}


@cache
def _lookalike(character: str) -> str:
    """The plain Latin letter that a letter of another script looks like, lower case; empty when there is none."""
    if character.isascii():
        return character.lower() if character.isalpha() else _LEET.get(character, "")
    if character in "кКмМиИ":
        return dict(zip("кмии", "kmuu", strict=True))[character.lower()]
    for one in confusables.confusables_data.get(character, ()):
        like = str(one["c"])
        if len(like) == 1 and like.isascii() and like.isalpha():
            return like.lower()
        small = unicodedata.name(like, "").removeprefix("LATIN LETTER SMALL CAPITAL ") if len(like) == 1 else ""
        if len(small) == 1:
            return small.lower()
    bare = _folded(character)
    return bare if len(bare) == 1 and bare.isascii() and bare.isalpha() else ""


def latin_lookalike(plain: str) -> str:
    """A word of another script, or of several, as the Latin word that it looks like; empty when it looks like none."""
    letters = [_lookalike(one) for one in plain]
    return "".join(letters) if all(letters) else ""


# Vowel signs of the scripts that need them to make a word; Python's \w leaves them out.
_SIGNS_OF_WORDS = "".join(
    chr(one)
    for low, high in (
        (0x7A6, 0x7F4),  # Thaana, N’Ko
        (0x900, 0x1AB0),
        (0x1B00, 0x1CD0),
        (0xA800, 0xAC00),
        (0x11000, 0x12000),
        (0x16F00, 0x16FA0),  # Miao
        (0x1E900, 0x1E960),  # Adlam
    )
    for one in range(low, high)
    if unicodedata.category(chr(one)) in ("Mn", "Mc")
)
# Scripts in which a foreign word needs no space before or after it.
_EAST = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff々"
_WORD = re.compile(
    rf"[{_EAST}]+|[\uac00-\ud7af]+|(?![{_EAST}\uac00-\ud7af])[^\W_]"
    rf"(?:(?![{_EAST}\uac00-\ud7af])[^\W_]|[{_SIGNS_OF_WORDS}]|(?<=[\u05d0-\u05ea])'(?=[\u05d0-\u05ea]))*"
)
_LATIN = re.compile("[A-Za-z]")
_LEETED = re.compile(r"([013457]?[a-z][a-z0-9]*[a-z])(\d*)")
_ENDS = re.compile(r"(?:^|\n|[.!?؟:][»”\")]?\s{1,3}|。)[«“\"(]?$")
_CASED = re.compile("[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f\u0530-\u058f]")


def read(text: str) -> Reading:
    """Reads a text once."""
    plain = _unmixed(_decoded(text).rewritten(_plain))
    folded = plain.rewritten(_folded)
    reading = Reading(text, plain, folded, folded.rewritten(_squeezed))
    original_to_plain = {start: i for i, start in reversed(list(enumerate(plain.starts)))}
    uncased = not any(one.isupper() for one in plain.text)
    for found in _WORD.finditer(folded.text):
        start, end = folded.span(*found.span())
        at = original_to_plain.get(start, 0)
        until = original_to_plain.get(end, len(plain.text))
        written = plain.text[at : until if until > at else len(plain.text)].rstrip(" \n")
        first = written[:1]
        capital = first.isupper() or not _CASED.match(first) or (uncased and " " not in text.strip())
        reading.words.append(
            Word(
                _unleeted(found.group()),
                written,
                *found.span(),
                capital,
                bool(_ENDS.search(plain.text[max(0, at - 6) : at])),
            )
        )
    return reading


# Latin letters, and the Cyrillic and Greek ones that they look like.
_LIKE_CYRILLIC = str.maketrans("ABCEHIJKMOPSTXYaceijmopsuxy", "АВСЕНІЈКМОРЅТХУасеіјморѕиху")
_LIKE_GREEK = str.maketrans("ABEZHIKMNOPTYXainopuvx", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαιηορυνχ")


def _unmixed(plain: Strand) -> Strand:
    """The same with words of Latin and other letters spelt in one script: the one that most of their letters have."""

    def unmixed(found: re.Match[str]) -> str:
        word = found.group()
        if word.isascii() or not _LATIN.search(word):
            return word
        greek, cyrillic = (sum(low <= one <= high for one in word) for low, high in ("Ͱ\u03ff", "Ѐ\u052f"))
        own = sum("LATIN" in unicodedata.name(one, "") for one in word)
        if max(greek, cyrillic) > own:
            return word.translate(_LIKE_GREEK if greek > cyrillic else _LIKE_CYRILLIC)
        return "".join(
            one if one.isascii() or "LATIN" in unicodedata.name(one, "") else _lookalike(one) or one for one in word
        )

    return Strand(_WORD.sub(unmixed, plain.text), plain.starts, plain.ends)


@lru_cache(maxsize=16384)
def lookalike_or_own(character: str) -> str:
    """A letter or digit as the Latin one it looks like, or folded; other signs are left out."""
    if not character.isalnum():
        return ""
    return character if character.isdigit() else _lookalike(character) or _folded(character)


def _like(character: str) -> str:
    letter = _lookalike(character) or character
    return letter.upper() if character.isupper() else letter


def _unleeted(word: str) -> str:
    """A word in which digits stand between letters, with the letters that they look like."""
    found = _LEETED.fullmatch(word)
    if not found or sum(one.isalpha() for one in word) < (2 if word[0].isalpha() else 3):
        return word
    return "".join(_LEET.get(one, one) for one in found[1]) + found[2]


def unleeted(plain: str) -> str:
    """A word with a letter for every digit, whichever it most looks like in small letters."""
    return "".join("i" if one == "1" else _LEET.get(one, one) for one in plain.lower())


def _squeezed(character: str) -> str:
    return character if character.isalnum() or character in _SIGNS_OF_WORDS else ""


def fold_words(value: str) -> list[str]:
    """The words of a value as the gate reads them."""
    return list(_fold_words(value))


@lru_cache(maxsize=4096)
def _fold_words(value: str) -> tuple[str, ...]:
    return tuple(word.text for word in read(value).words)
