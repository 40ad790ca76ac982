"""Words of a text as the search index keeps them, the same on both engines and in six languages."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import Stemmer

LONGEST_TERM = 64
MOST_QUERY_WORDS = 12
MOST_CONDITIONS = 24  # a long run of Han is as many pairs as signs
_STEMMERS = {"ar": "arabic", "en": "english", "es": "spanish", "fr": "french", "ru": "russian"}
_WORD = re.compile(r"\w+")
# Han, kana and Hangul are written without spaces: they are indexed as single characters and pairs.
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
# Vowel marks and stress marks are no letters to `\w`: left in, they would cut a word in two.
_MARKS = re.compile("[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]+")
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه"})


@cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(_STEMMERS[language])


def fold(text: str) -> str:
    """Compatibility form, lower case, without accents, vowel marks and Arabic letter variants."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", bare).translate(_ARABIC)


def _words(text: str) -> list[str]:
    found = []
    for word in _WORD.findall(_MARKS.sub("", unicodedata.normalize("NFKC", text))):
        at = 0
        for run in _CJK.finditer(word):
            found += [word[at : run.start()], run.group()]
            at = run.end()
        found.append(word[at:])
    return [word for word in found if word]


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _forms(word: str, languages: tuple[str, ...]) -> set[str]:
    lower = word.casefold()
    stems = {_stemmer(language).stemWord(lower) for language in languages if language in _STEMMERS}
    return {fold(form)[:LONGEST_TERM] for form in {lower, *stems}} - {""}


def terms(text: str, language: str) -> set[str]:
    """Every term under which a text in a language is found."""
    found: set[str] = set()
    for word in _words(text):
        if _CJK.fullmatch(word):
            found |= set(word) | set(_pairs(word))
        else:
            found |= _forms(word, (language,))
    return found


def query_terms(query: str) -> list[set[str]]:
    """For each word asked for, the terms of which one must be there (whatever the language of the text).

    Of a query that asks for more than a person types, the beginning counts.
    """
    wanted: list[set[str]] = []
    for word in _words(query)[:MOST_QUERY_WORDS]:
        if _CJK.fullmatch(word):
            wanted += [{pair} for pair in _pairs(word)] or [{word}]
        else:
            wanted.append(_forms(word, tuple(_STEMMERS)))
    distinct = dict.fromkeys(frozenset(one) for one in wanted if one)
    return [set(one) for one in distinct][:MOST_CONDITIONS]
