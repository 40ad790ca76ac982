"""Every letter of every script that people write today is heard, and holds a word together."""

from __future__ import annotations

import unicodedata
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.leakgate import blocked
from app.leakgate.reading import fold_words
from app.leakgate.sounds import sound
from tests.leakgate.cases import found, person

# The scripts recommended for names and those in limited use (Unicode Standard Annex 31, tables 5 and 7), by the word
# with which the names of their letters begin.
SCRIPTS = sorted(
    {
        *("ARABIC", "ARMENIAN", "BENGALI", "BOPOMOFO", "CYRILLIC", "DEVANAGARI", "ETHIOPIC", "GEORGIAN", "GREEK"),
        *("GUJARATI", "GURMUKHI", "HANGUL", "HEBREW", "HIRAGANA", "KANNADA", "KATAKANA", "KHMER", "LAO", "LATIN"),
        *("MALAYALAM", "MYANMAR", "ORIYA", "SINHALA", "TAMIL", "TELUGU", "THAANA", "THAI", "TIBETAN"),
        *("ADLAM", "BALINESE", "BAMUM", "BATAK", "CANADIAN", "CHAKMA", "CHAM", "CHEROKEE", "HANIFI", "JAVANESE"),
        *("KAYAH", "LEPCHA", "LIMBU", "LISU", "MANDAIC", "MEETEI", "MIAO", "NEW", "NEWA", "NKO", "NYIAKENG", "OL"),
        *("OSAGE", "SAURASHTRA", "SUNDANESE", "SYLOTI", "SYRIAC", "TAI", "TIFINAGH", "VAI", "WANCHO"),
    }
)
# What says nothing by itself, and letters that no language writes any more.
UNHEARD = (
    "PAIYANNOI",
    "LAKKHANGYAO",
    "HARD SIGN",
    "SOFT SIGN",
    "SEMISOFT",
    "TONE",
    "GLOTTAL",
    "LARYNGEAL",
    "PHARYNGEAL",
    "CLICK",
    "EZH REVERSED",
    "AIN",
    "EGYPTOLOGICAL",
    "HETA",
    "ELIFI",
    "SHHA WITH DESCENDER",
    "SALTILLO",
    "SINOLOGICAL",
    "MID-HEIGHT",
    "ALPHA FRAGMENT",
    "YER",
    "PERCUSSIVE",
    "TRESILLO",
    "CUATRILLO",
    "LETTER ET",
    "LETTER CON",
)


@cache
def letters(script: str) -> tuple[str, ...]:
    """The letters of a script that have a name as one, as the gate folds them."""
    every = map(chr, range(0xA0, 0x1FFFF))
    own = [one for one in every if unicodedata.name(one, "").startswith(f"{script} ")]
    return tuple(
        one
        for one in own
        if unicodedata.category(one) in ("Lu", "Ll", "Lo")
        and {"LETTER", "SYLLABLE", "SYLLABICS", "CHARACTER"} & set(unicodedata.name(one).split())
        and not any(said in unicodedata.name(one) for said in UNHEARD)
    )


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_letter_of_a_living_script_is_dropped(script: str) -> None:
    silent = [one for one in letters(script) if not all(sound(word).phonemes for word in fold_words(one) or [""])]
    assert letters(script)
    assert silent == [], [unicodedata.name(one) for one in silent]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SCRIPTS), st.data())
def test_a_name_of_letters_of_any_script_is_found_as_written(script: str, data: st.DataObject) -> None:
    signs = st.sampled_from(letters(script))
    given_name = "".join(data.draw(st.lists(signs, min_size=4, max_size=8)))
    family = "".join(data.draw(st.lists(signs, min_size=4, max_size=8)))
    assert blocked(found(f"xx {given_name} {family} xx", person(f"{given_name} {family}")))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("މުހައްމަދު ނަޝީދު", "ނަޝީދު މުހައްމަދު"),
        ("ڕێبوار شێرزاد", "Rebwar Sherzad"),
        ("ګلالۍ ځدراڼ", "ځدراڼ"),
        ("ئۇيغۇربەگ تۇرسۇنوۋ", "تۇرسۇنوۋ"),
        ("ڄام ڦلپوٽو", "ڦلپوٽو"),
    ],
)
def test_names_in_scripts_of_fewer_letters_are_met(value: str, written: str) -> None:
    assert blocked(found(f"xx {written} xx", person(value)))
