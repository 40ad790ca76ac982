"""The forms in which a language puts a name: case endings, prefixes written together with it, particles behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

CYRILLIC, LATIN, GREEK, GEORGIAN, ARMENIAN, ARABIC, HEBREW, ETHIOPIC, HANGUL, OTHER = range(10)
_SCRIPTS = (
    ("a", "z", LATIN),
    ("\u0370", "\u03ff", GREEK),
    ("\u0400", "\u052f", CYRILLIC),
    ("\u0530", "\u058f", ARMENIAN),
    ("\u0590", "\u05ff", HEBREW),
    ("\u0600", "\u06ff", ARABIC),
    ("\u0750", "\u077f", ARABIC),
    ("\u0870", "\u08ff", ARABIC),
    ("\u10a0", "\u10ff", GEORGIAN),
    ("\u1200", "\u137f", ETHIOPIC),
    ("\uac00", "\ud7af", HANGUL),
)


def script_of(word: str) -> int:
    """The script of a folded word, by its first letter."""
    first = word[:1]
    return next((script for low, high, script in _SCRIPTS if low <= first <= high), OTHER)


def shortest(word: str) -> int:
    """How many letters a name needs to identify alone: fewer where a letter is a syllable."""
    return 3 if script_of(word) in (LATIN, GREEK, CYRILLIC, ARMENIAN, HEBREW, ARABIC, GEORGIAN) else 2


@dataclass(frozen=True, slots=True)
class Cases:
    """The endings that a name has by itself, those it takes in a sentence, and the shortest stem that counts."""

    own: frozenset[str]
    taken: frozenset[str]
    stem: int


def _cases(own: str, taken: str, stem: int) -> Cases:
    return Cases(frozenset(["", *own.split()]), frozenset(["", *own.split(), *taken.split()]), stem)


# Folded: no accents, й as и, ё as е, final sigma as sigma.
CASES = {
    CYRILLIC: _cases(
        "а я о е ь и у ы ии ыи ои ая яя ия і є ї",
        "ом ем ои еи ею ою ого его ому ему ым им ых их ыми ими ую юю ю ов ев ам ям ами ями ах ях ье ью иеи ии иям ием еви ови еві ові єві ію єю ією ій"
        # Kazakh, Kyrgyz and Mongolian
        " ға ге қа ке га ка ның нің дың дің тың тің нын нин дын дин ды ді ты ті ны ні да де та те дан ден тан тен нан нен мен бен пен иин ын ииг ыг аас ээс оос",
        3,
    ),
    LATIN: _cases(
        "a e o i y as is us os es",
        "s es a u ou em om ovi ova ove ovou ovej ej ego emu owi iem ie im ych ym ymi ami ach u on en n nin nun in un un da de dan den ta te ya ye yi yu la le"
        " yla yle lar ler"
        # Uzbek and Azeri, Hungarian
        " ning ni ga ka nda ndan ndən dən nın val vel nak nek hoz hez tol rol rel ban ben ert on ot et at",
        5,
    ),
    GREEK: _cases("οσ ησ ασ ισ υσ ευσ α η ο ω ι", "ου ουσ ων εσ οι ε η α ο εωσ", 3),
    GEORGIAN: _cases("ი ა ე", "ს ის ით მა მ ად ო ისა ისთვის თან ზე ში სთან ისგან ას", 3),
    ARMENIAN: _cases("ա ե ի ո", "ի ն ը ին ից ով ում ու յի այի ների ներին ից", 3),
}
_PREFIXES = {
    ARABIC: re.compile("^(?:[وف]?(?:[بك]?ال|لل)|[وف][بكل]|س|[وفبكل])"),
    HEBREW: re.compile("^(?:[וש]?(?:כש|מה|לה|בה|של)|[וש]?[הבכלמ]|[וש])"),
    ETHIOPIC: re.compile("^[የበለከስእ]"),
    LATIN: re.compile("^(?:al|el|l|d|qu)(?=[a-z]{4})"),
    OTHER: re.compile("^(?:นางสาว|นาย|นาง|คุณ|ดร)"),
}
_ARTICLE = re.compile("^ال")


def stems(word: str, script: int, *, own: bool) -> Iterator[str]:
    """What remains of a word without an ending: of a name (`own`) or of a word in a sentence."""
    cases = CASES.get(script)
    if cases is None:
        return
    endings = cases.own if own else cases.taken
    for cut in range(5):
        stem = word[: len(word) - cut]
        if len(stem) >= cases.stem and word[len(stem) :] in endings:
            yield stem
            if own and cut == 0:
                yield from _changed(stem, script)


def _changed(name: str, script: int) -> Iterator[str]:
    """A name whose last vowel falls out, or whose last consonant softens, before an ending."""
    if script == CYRILLIC:
        if name.endswith(("ець", "єць")):  # Кравець – Кравця
            yield name[:-3] + "ц"
        elif len(name) > 2 and name[-1] not in "аеиоуыэюяь":
            if name[-2] in "еои" and len(name) > 3:  # Павел – Павла
                yield name[:-2] + name[-1]
            if name[-2] == "е" and name[-3] == "л":  # Лев – Льва
                yield name[:-2] + "ь" + name[-1]
            if name[-2:] in ("яц", "ец"):  # Заяц – Зайца
                yield name[:-2] + "иц"
    elif script == LATIN and len(name) > 5:
        if name[-2] == "e" and name[-1] in "kclr":  # Němeček – Němečka
            yield name[:-2] + name[-1]
        if name[-1] == "k":  # Demirkazık – Demirkazığın
            yield name[:-1] + "g"


def bare(word: str, script: int) -> Iterator[tuple[str, int]]:
    """A word without what its language writes together with it, and how many letters were taken away."""
    yield word, 0
    pattern = _PREFIXES.get(script)
    if pattern and (found := pattern.match(word)) and len(word) - found.end() >= 3:
        yield word[found.end() :], found.end()
        if script in (ARABIC, HEBREW) and found.end() > 1 and (one := word[1:]) and len(one) >= 3:
            yield one, 1


def without_article(word: str) -> str:
    """An Arabic name without its article."""
    return _ARTICLE.sub("", word) if len(word) > 3 else word
