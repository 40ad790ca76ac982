"""How a word of any script sounds, and whether two words could be one name written in two scripts.

Two steps. `skeletons` reduce a word to the kinds of its consonants: a rough key, the same for every way in which a
name is carried into another script, by which candidates are looked up. `likeness` then compares the candidates sound
by sound: near sounds cost little, vowels less, least of all where the script does not write them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

from anyascii import anyascii

# What sounds like what, longest spelling first. Upper case: T th, D dh, S sh, Z zh, C ch, J dj, c ts, x kh, G gh.
_SPELT = {
    "shch": "S",
    "tsch": "C",
    "sch": "S",
    "tch": "C",
    "dzh": "J",
    "dsh": "J",
    "tsh": "C",
    "ssh": "S",
    "sz": "S",
    "cz": "C",
    "zh": "Z",
    "sh": "S",
    "ch": "C",
    "kh": "x",
    "gh": "G",
    "th": "T",
    "dh": "D",
    "ph": "f",
    "ts": "c",
    "tz": "c",
    "dz": "c",
    "dj": "J",
    "dg": "J",
    "gy": "J",
    "ck": "k",
    "qu": "k",
    "x": "ks",
    "ou": "u",
    "oo": "u",
    "ee": "i",
    "ea": "i",
    "ie": "i",
    "ei": "e",
    "ai": "e",
    "ay": "e",
    "eu": "o",
    "au": "o",
    "oe": "o",
    "ae": "e",
    "aa": "a",
    "ii": "i",
    "uu": "u",
    "eo": "o",
    "ce": "se",
    "ci": "si",
    "cy": "si",
    "gn": "n",
    "ng": "N",
    "hs": "S",
    "ñ": "n",
    "q": "q",
    "j": "J",
    "c": "k",
    "y": "y",
    "w": "w",
    "'": "",
    "`": "",
}
_SPELLING = re.compile("|".join(sorted(map(re.escape, _SPELT), key=len, reverse=True)) + "|[a-z]")
_VOWELS = frozenset("aeiou")

# Scripts that anyascii reads letter by letter without the vowels that a reader adds, or without those that stand there.
_ARABIC = dict(zip("ابتثجحخدذرزسشصضطظعغفقكلمنهويپچژگءڭۏ", "abtTJhxdDrzsSsdtzaGfqklmnhwypCZgaNc", strict=True))
_ARABIC_PAIRS = (("تش", "چ"), ("دج", "ج"), ("نغ", "ڭ"), ("نج", "ڭ"), ("تس", "ۏ"))
_HEBREW = dict(zip("אבגדהוזחטיכךלמםנןסעפףצץקרשתᴄᴊᴢᴛɴ", "abgdhwzxtykklmmnnsappcckrStCJZTN", strict=True))
_HEBREW_PAIRS = (
    ("צ'", "ᴄ"),
    ("ץ'", "ᴄ"),
    ("ג'", "ᴊ"),
    ("ז'", "ᴢ"),
    ("ת'", "ᴛ"),
    ("טש", "ᴄ"),
    ("דז'", "ᴊ"),
    ("נג", "ɴ"),
)
_GREEK = [
    ("ντζ", "dz"),
    ("γγ", "ng"),
    ("γκ", "g"),
    ("γχ", "nx"),
    ("μπ", "b"),
    ("ντ", "d"),
    ("τσ", "ts"),
    ("τζ", "dz"),
    ("ου", "u"),
    ("αυ", "av"),
    ("ευ", "ev"),
    ("οι", "i"),
    ("ει", "i"),
    ("αι", "e"),
    ("γι", "y"),
    ("χ", "kh"),
    ("υ", "i"),
    ("η", "i"),
    ("ω", "o"),
]
_SILENT = re.compile("[\u0e01-\u0e2e][\u0e34\u0e38]?\u0e4c")  # a Thai consonant under the sign that silences it
_BARE_VOWELS = re.compile("[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\u1200-\u137f]")


@dataclass(frozen=True, slots=True)
class Sound:
    """How a word sounds. `sparse`: its script leaves vowels out. `weight`: how many consonants carry it."""

    phonemes: str
    sparse: bool
    weight: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", sum(one not in "aeiouywh" for one in self.phonemes))

    @property
    def fullness(self) -> int:
        """How many consonants it has, with those that are hardly heard."""
        return sum(one not in "aeiouy" for one in self.phonemes)

    def can_be(self, other: Sound, alike: float) -> bool:
        """Whether two words can be so much alike, going by their consonants alone: each one too many costs its share."""
        heavy = max(self.weight, other.weight)
        return abs(self.weight - other.weight) <= (1 - alike) * heavy


@lru_cache(maxsize=16384)
def latin(word: str) -> str:
    """A folded word of any script in plain Latin letters; a Latin word is itself."""
    if word.isascii():
        return word
    if "\uac00" <= word[0] <= "\ud7af":
        return "".join(_syllable(one) for one in word)
    word = _SILENT.sub("", word)
    for spelt, sound in _GREEK:
        word = word.replace(spelt, sound)
    return "".join(map(_spelt, word))


_CONSONANTS_ONLY = re.compile("[\u0590-\u06ff\u0750-\u077f\u0870-\u08ff]")


@lru_cache(maxsize=16384)
def _spelt(sign: str) -> str:
    """A letter in plain Latin letters. What only carries a vowel, as many scripts have it, is an a."""
    spelt = re.sub("[^a-z0-9]", "", anyascii(sign).lower())
    carrier = unicodedata.category(sign) == "Lo" and not _CONSONANTS_ONLY.match(sign)
    return spelt or ("a" if carrier else "")


def _syllable(hangul: str) -> str:
    """A Korean syllable: what begins it is soft, what ends it hard."""
    spelt = re.sub("[^a-z]", "", anyascii(hangul).lower())
    if spelt[:1] == "l":
        spelt = "r" + spelt[1:]
    ends = {"g": "k", "d": "t", "b": "p"}
    return spelt[:-1] + ends[spelt[-1]] if len(spelt) > 2 and spelt[-1] in ends and spelt[-2:] != "ng" else spelt


@lru_cache(maxsize=16384)
def sound(word: str) -> Sound:
    """How a folded word of any script sounds."""
    sparse = bool(_BARE_VOWELS.search(word))
    if "\u0590" <= word[:1] <= "\u05ff":
        for pair, one in _HEBREW_PAIRS:
            word = word.replace(pair, one)
        phonemes = "".join(_HEBREW.get(one) or _said(one) for one in word)
    elif _ARABIC_LETTER.match(word):
        for pair, one in _ARABIC_PAIRS:
            word = word.replace(pair, one)
        phonemes = "".join(_ARABIC.get(one) or _said(one) for one in word)
    else:
        phonemes = _said(latin(word))
        if "\u0e00" <= word[:1] <= "\u0e7f":  # Thai says a final l or r as n
            phonemes = re.sub("[lr]$", "n", phonemes)
    return Sound(re.sub(r"(.)\1+", r"\1", phonemes), sparse)


_ARABIC_LETTER = re.compile("[\u0600-\u06ff\u0750-\u077f\u0870-\u08ff]")


def _said(text: str) -> str:
    """The sounds of a Latin spelling, or of a letter that no table knows: one that nothing is known of is a vowel."""
    said = "".join(_SPELT.get(one, one) for one in _SPELLING.findall(anyascii(text).lower()))
    return said or ("a" if text.isalpha() else "")


# Spellings that say something else in some languages that are written in Latin letters.
_IN_POLISH_AND_ROMANCE = {
    "rz": "zh",
    "nh": "n",
    "lh": "l",
    "ll": "y",
    "gli": "li",
    "gn": "n",
    "cz": "ch",
    "sz": "sh",
}
_OTHERWISE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile("[tdsxpz]$|e[rtz]$|ent$"),
        lambda found: "e" if found.group()[0] == "e" else "",
    ),  # silent in French
    (re.compile("rz|nh|lh|ll|gli|gn|cz|sz"), lambda found: _IN_POLISH_AND_ROMANCE[found.group()]),
    (re.compile("^h|j"), lambda found: "kh" if found.group() == "j" else ""),  # Spanish
    (re.compile("w"), lambda found: "v"),  # German and Polish
    (re.compile("^c(?=[aeiou])|x|dh"), lambda found: {"c": "", "x": "h", "dh": "d"}[found.group()]),  # Somali
)


@lru_cache(maxsize=4096)
def soundings(word: str) -> tuple[Sound, ...]:
    """How a word of a name may sound: as it is spelt, and as some languages would say it."""
    ways = [word]
    if word.isascii():
        ways += [expression.sub(said, word) for expression, said in _OTHERWISE]
    return tuple(dict.fromkeys(sound(way) for way in ways if way)) or (Sound("", sparse=False),)


def joined_sound(sounds: Sequence[Sound]) -> Sound:
    """How several words sound one after the other."""
    phonemes = re.sub(r"(.)\1+", r"\1", "".join(one.phonemes for one in sounds))
    return Sound(phonemes, any(one.sparse for one in sounds))


# The kinds of consonants. A sound that falls silent or changes its kind on the way into another script has several.
_KINDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys("pbfv", ("P",)),
    **dict.fromkeys("td", ("T",)),
    **dict.fromkeys("mn", ("N",)),
    **dict.fromkeys("lr", ("L",)),
    **dict.fromkeys("szScZCkgqG", ("K",)),
    **dict.fromkeys("TD", ("T", "K")),
    "x": ("K", ""),
    "N": ("N", "NK"),
    "J": ("K", ""),
    "w": ("", "P"),
}
_MOST_READINGS = 8


@lru_cache(maxsize=16384)
def skeletons(phonemes: str) -> tuple[str, ...]:
    """The rough keys of a sound; a few, since some consonants can be heard in two ways."""
    kinds = [_KINDS.get(one, ("",)) for one in phonemes]
    open_ones = 0
    for i, kind in enumerate(kinds):
        open_ones += len(kind) > 1
        if open_ones > 3:
            kinds[i] = kind[:1]
    readings = ("".join(chosen) for chosen in product(*kinds))
    return tuple(dict.fromkeys(re.sub(r"(.)\1+", r"\1", one) for one in readings))[:_MOST_READINGS]


def _near() -> dict[tuple[str, str], float]:
    costs: dict[tuple[str, str], float] = {}
    for cost, groups in (
        (0.6, "lr nl mn kC sC kS bv pv"),
        (
            0.3,
            "pb td kg qg sz cC CS lr mn vb fp Zz TS Ts Dz sS xC xh xG Gr CJ Jg Jh Jy wb xg hC sc zc Sc Jc Zc ZC TD Dd Tt hG Jd nl gJ xJ",
        ),
        (0.15, "nN fv vw fw kq kx kG qx qG gG SZ ZJ SC CZ Tt Dd cz cs iy uw zZ Jy"),
    ):
        for pair in groups.split():
            one, other = pair[0], pair[1]
            costs[one, other] = costs[other, one] = cost
    for one in "aeiouyw":
        for other in "aeiouyw":
            if one != other:
                costs.setdefault(
                    (one, other), 0.1 if {one, other} <= set("eiya") or {one, other} <= set("ouwa") else 0.2
                )
    return costs


_NEAR = _near()


LONGEST_SOUND = 32


@lru_cache(maxsize=65536)
def likeness(one: Sound, other: Sound) -> float:
    """How alike two words sound: 1 the same, 0 not at all.

    An alignment with costs: near consonants cost less than unlike ones, vowels less than consonants, and vowels that a
    sparse script leaves out almost nothing. Time is the product of two word lengths, both bounded.
    """
    first, second = one.phonemes[:LONGEST_SOUND], other.phonemes[:LONGEST_SOUND]
    heavy = max(one.weight, other.weight)
    if not heavy:
        return 0.0
    free = 0.04 if one.sparse or other.sparse else 0.2

    def gap(sign: str, sparse_here: bool) -> float:
        if sign in _VOWELS:
            return 0.25 if sparse_here else free
        return 0.25 if sign in "ywh" else 1.0

    above = [0.0]
    for sign in second:
        above.append(above[-1] + gap(sign, other.sparse))
    for mine in first:
        left = gap(mine, one.sparse)
        row = [above[0] + left]
        for j, theirs in enumerate(second):
            same = 0.0 if mine == theirs else _NEAR.get((mine, theirs), 1.0)
            row.append(min(above[j] + same, above[j + 1] + left, row[j] + gap(theirs, other.sparse)))
        above = row
    return max(0.0, 1.0 - above[-1] / heavy)
