"""How the gate reads a text: folded, with a map from every folded character back to the original.

Folding undoes what hides a name without changing it for a reader: references and escapes, compatibility forms, case,
accents and vowel marks, invisible characters, letters that look like others, digits of other scripts.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote

from anyascii import anyascii

_ESCAPED = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});|(?:%[0-9A-Fa-f]{2})+")
_ARABIC = {
    "أ": "ا",
    "إ": "ا",
    "آ": "ا",
    "ٱ": "ا",
    "ى": "ي",
    "ی": "ي",
    "ة": "ه",
    "ک": "ك",
    "ـ": "",
    "ؤ": "و",
    "ئ": "ي",
}
_LETTERS = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ł": "l",
    "ı": "i",
    "þ": "th",
    "ħ": "h",
}
# Letters of other scripts that a reader takes for Latin ones; applied only inside words that mix scripts.
_LOOKALIKES = dict(
    zip("аеорсухіјѕԁһӏνοαρτυκικвнмтԛԝɡɑ", "aeopcyxijsdhlvoaptukikbhmtqwga", strict=True)
)  # fmt: skip


@lru_cache(maxsize=8192)
def _folded(character: str) -> str:
    if character.isdecimal():
        return str(int(character))
    out = []
    for one in unicodedata.normalize("NFKD", character.casefold()):
        kind = unicodedata.category(one)
        if kind in ("Mn", "Me", "Cf", "Cc") and one not in "\n\t ":
            continue
        lower = one.casefold()
        out.append(_ARABIC.get(lower, _LETTERS.get(lower, lower)))
    return "".join(out)


def _pieces(text: str) -> list[tuple[int, int, str]]:
    """(start, end, decoded) of the original: escapes are one piece, every other character its own."""
    pieces: list[tuple[int, int, str]] = []
    at = 0
    for found in _ESCAPED.finditer(text):
        pieces += [(i, i + 1, text[i]) for i in range(at, found.start())]
        raw = found.group()
        decoded = html.unescape(raw) if raw[0] == "&" else unquote(raw, errors="ignore")
        pieces.append((found.start(), found.end(), decoded or raw))
        at = found.end()
    return pieces + [(i, i + 1, text[i]) for i in range(at, len(text))]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the folded text, where it stands in the original, and its Latin spelling."""

    text: str
    start: int
    end: int
    latin: str
    capital: bool


@dataclass(slots=True)
class Reading:
    """One field as the gate reads it. `starts[i]`, `ends[i]` say where folded character i stands in the original."""

    original: str
    folded: str = ""
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    squeezed: str = ""
    squeezed_at: list[int] = field(default_factory=list)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Original (start, end) of folded characters first … last (inclusive)."""
        return self.starts[first], self.ends[last]


_WORD = re.compile(r"[^\W_]+")


def read(text: str) -> Reading:
    """Reads a text once; linear in its length."""
    reading = Reading(text)
    folded: list[str] = []
    for start, end, decoded in _pieces(text):
        for character in decoded:
            for one in _folded(character):
                folded.append(one)
                reading.starts.append(start)
                reading.ends.append(end)
    reading.folded = _unmixed("".join(folded))
    for found in _WORD.finditer(reading.folded):
        start, end = reading.span(found.start(), found.end() - 1)
        reading.words.append(
            Word(found.group(), start, end, latin(found.group()), text[start:end][:1].isupper())
        )
    squeezed = [(one, i) for i, one in enumerate(reading.folded) if one.isalnum()]
    reading.squeezed = "".join(one for one, _ in squeezed)
    reading.squeezed_at = [i for _, i in squeezed]
    return reading


def _unmixed(folded: str) -> str:
    """Look-alike letters as Latin ones, in words that have Latin letters too. Keeps the length."""

    def latinised(found: re.Match[str]) -> str:
        word = found.group()
        if any("a" <= one <= "z" for one in word) and any(one in _LOOKALIKES for one in word):
            return "".join(_LOOKALIKES.get(one, one) for one in word)
        return word

    return _WORD.sub(latinised, folded)


@lru_cache(maxsize=16384)
def latin(word: str) -> str:
    """A word in plain Latin letters, lower case."""
    if word.isascii():
        return word
    return "".join(one for one in anyascii(word).casefold() if one.isalnum())


def fold_words(value: str) -> list[str]:
    """The words of a value as the gate reads them."""
    return [word.text for word in read(value).words]
