"""Meeting: every word of a text is looked up once, however many particulars there are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from app.leakgate import forms, han, words
from app.leakgate.dictionaries import OFTEN, VERY_OFTEN, everyday
from app.leakgate.names.index import Index, rough, shortened
from app.leakgate.names.parts import ALONE, HALF, IN_COMPANY, JOINED, LONGEST_WORD, SURE, Part, common
from app.leakgate.reading import Reading, Word, latin_lookalike, unleeted
from app.leakgate.sounds import likeness, sound
from app.leakgate.values import Kind


@dataclass(frozen=True, slots=True)
class Hit:
    """A part met in a text at words `first` … `last`."""

    part: Part
    rule: str
    first: int
    last: int
    weight: float


def hits(index: Index, reading: Reading) -> Iterator[Hit]:
    """What the words of a text, alone and put together, can be parts of.

    Words across a space are put together only where neither has said enough of the same particular.
    """
    met: dict[int, set[int]] = defaultdict(set)
    certain: dict[int, set[int]] = defaultdict(set)
    longest = max(map(len, index.exact), default=0)
    for first, last, word, loose in _candidates(reading, index.exact, longest) if longest else ():
        before = met if loose else certain
        known = set().union(*(before[i] for i in range(first, last + 1))) if first < last else set()
        for part, rule, quality in _meet(index, word):
            exactly = rule in ("name", "name-lookalike") or part.value <= JOINED
            if part.owner in known or (loose and not exactly):
                continue
            weight = part.weight * quality
            if first == last:
                met[first].add(part.owner)
                if weight >= ALONE:
                    certain[first].add(part.owner)
            person = index.particulars[part.owner].kind is Kind.PERSON
            if word.capital or part.small or (person and weight >= ALONE):
                yield Hit(part, rule, first, last, weight)


def _meet(index: Index, word: Word) -> list[tuple[Part, str, float]]:
    if len(word.text) > LONGEST_WORD:
        return []
    key = (word.text, word.plain, word.capital, word.opens)
    if key not in index.met:
        index.met[key] = _look_up(index, word)
    return index.met[key]


@dataclass(frozen=True, slots=True)
class Asked:
    """A word that is looked up: its script, and its spellings with how many letters were taken off each at its head."""

    word: Word
    script: int
    spellings: Sequence[tuple[str, int]]

    @classmethod
    def of(cls, word: Word) -> Asked:
        script = forms.script_of(word.text)
        spellings = list(forms.bare(word.text, script))
        if word.text[-1:].isdigit() and len(letters := word.text.rstrip("0123456789")) > 2:
            spellings.append((letters, 0))
        if script == forms.LATIN and any("1" <= one <= "5" for one in word.text):  # pinyin with numbers for tones
            spellings.append((re.sub("[1-5]", "", word.text), 0))
        if script == forms.LATIN and any(map(str.isdigit, word.plain)):
            spellings.append((unleeted(word.plain), 0))
        return cls(word, script, spellings)


def _look_up(index: Index, word: Word) -> list[tuple[Part, str, float]]:
    """(part, rule, quality 0–1) of every part that a word can be; the most certain rule for each part."""
    asked = Asked.of(word)
    met: dict[Part, tuple[str, float]] = {}
    for way in WAYS_OF_THE_USUAL if stands_as_usual(word) or common(word.text) else (*WAYS, *WAYS_OF_BEING_LIKE):
        for part, rule, quality in way(index, asked):
            if quality > met.get(part, ("", 0.0))[1]:
                met[part] = (rule, quality)
    return [(part, rule, quality) for part, (rule, quality) in met.items()]


# --- ways of meeting a name: the same, written otherwise --------------------------------------------------------

Meetings = Iterator[tuple[Part, str, float]]


def _by_accents(index: Index, asked: Asked) -> Meetings:
    """Đỗ is a name where “do” is a word."""
    if asked.word.text not in words.geography():
        yield from ((part, "name", ALONE / part.weight) for part in index.accented.get(asked.word.plain, ()))


def _by_looks(index: Index, asked: Asked) -> Meetings:
    """Letters of another script that look like those of the name."""
    if asked.script == forms.LATIN or not any(map(str.isalpha, asked.word.text)):
        return
    seen = latin_lookalike(asked.word.plain)
    for part, _ in index.exact.get(seen, ()) if len(seen) > 2 else ():
        if forms.script_of(part.text) != asked.script:
            yield part, "name-lookalike", 1.0


def _by_kana(index: Index, asked: Asked) -> Meetings:
    if han.KANA.match(asked.word.text):
        for spelt in han.romaji(asked.word.text):
            yield from ((part, "name-other-script", 1.0) for part, _ in index.exact.get(spelt, ()))


def _by_letters(index: Index, asked: Asked) -> Meetings:
    """The name itself, also behind what its language writes together with it."""
    usual = stands_as_usual(asked.word)
    for text, cut in asked.spellings:
        for part, rule in index.exact.get(text, ()):
            short = cut and len(text) < (4 if asked.script in (forms.ARABIC, forms.HEBREW) else 3)
            quality = 0.5 if short or (cut and part.weight < SURE) else 1.0
            if (usual and rule != "name") or _unlike_a_name(asked.word, part, cut):
                quality = min(quality, IN_COMPANY / max(part.weight, IN_COMPANY))
            yield part, rule, quality


def _with_particles(index: Index, asked: Asked) -> Meetings:
    """A Korean name with what is written behind it: a title, a particle."""
    if asked.script != forms.HANGUL:
        return
    for text, _ in asked.spellings:
        for size in range(1, len(text)):
            titled = text.startswith(words.KOREAN_TITLES, size)
            for part, _rule in index.exact.get(text[:size], ()):
                if titled:
                    yield part, "name-inflected", SURE / part.weight
                elif size > 1 and len(text) - size <= LONGEST_PARTICLE:
                    yield part, "name-inflected", 1.0


LONGEST_PARTICLE = 3
_ELIDED = frozenset(["l", "d", "j", "n", "s", "c", "m", "t", "qu"])


def _by_stem(index: Index, asked: Asked) -> Meetings:
    for text, _ in asked.spellings:
        for part, quality in _inflected(index, text, asked.script, asked.word.capital):
            yield part, "name-inflected", quality


def _by_stem_in_company(index: Index, asked: Asked) -> Meetings:
    """A word of every day in a form of its own: «Северную вахту» is the Северная вахта."""
    for text, _ in asked.spellings if asked.script == forms.CYRILLIC else ():
        for part, quality in _inflected(index, text, asked.script, True):
            yield part, "name-inflected", min(quality, IN_COMPANY / max(part.weight, IN_COMPANY))


def _by_misspelling(index: Index, asked: Asked) -> Meetings:
    if not everyday(asked.word.plain.lower()):
        for text, _ in asked.spellings:
            yield from ((part, "name-misspelt", 1.0) for part in _misspelt(index, text, asked.word))


def _by_sound(index: Index, asked: Asked) -> Meetings:
    if not everyday(asked.word.plain.lower()):
        for text, _ in asked.spellings:
            for part, quality in _sounding(index, text, asked.script, asked.word.capital):
                yield part, "name-other-script", quality


WAYS = (_by_accents, _by_looks, _by_kana, _by_letters)
WAYS_OF_THE_USUAL = (*WAYS, _by_stem_in_company)
WAYS_OF_BEING_LIKE = (_with_particles, _by_stem, _by_misspelling, _by_sound)

# --- what the ways ask ------------------------------------------------------------------------------------------

_JOINING = (forms.HANGUL, forms.OTHER)  # these write a whole name as one word
_CASED = (forms.LATIN, forms.CYRILLIC, forms.GREEK, forms.ARMENIAN)


def stands_as_usual(word: Word) -> bool:
    """Whether a word stands as the everyday word that it also is: not capitalised, or where no capital can tell."""
    if word.text in words.STOP:
        return True
    cased = forms.script_of(word.text) in _CASED
    return (not cased or word.opens or not word.plain[:1].isupper()) and everyday(word.plain.lower())


def _unlike_a_name(word: Word, part: Part, cut: int) -> bool:
    """Whether a word that is exactly a name is hardly a name where it stands.

    It is a word of every day in small letters; or, where no capital can tell, a very frequent one, or one with an article
    or a preposition that the name has not.
    """
    if forms.script_of(word.text) not in _CASED:
        return everyday(word.plain, OFTEN if cut or word.text != part.text else VERY_OFTEN)
    if word.plain[:1].isupper():
        return word.opens and everyday(word.plain.lower(), VERY_OFTEN)
    return everyday(word.plain, names=True)


def _inflected(index: Index, text: str, script: int, capital: bool) -> Iterator[tuple[Part, float]]:
    for stem in forms.stems(text, script, own=False):
        for part in index.stems.get(stem, ()):
            if (
                (capital or part.small)
                and forms.script_of(part.text) == script
                and not (part.weight < SURE and script == forms.LATIN)
            ):
                usual = everyday(part.text) and (text in words.geography() or text in words.SEATS)
                yield part, IN_COMPANY / part.weight if usual else 1.0 if len(stem) > 3 or part.weight < SURE else 0.9


def _only_a_form(word: Word, part: Part) -> bool:
    """Whether a word is no misspelt name but the word of every day that the name is too, in another form."""
    return (not word.capital or word.opens or word.text in words.SEATS) and everyday(part.text)


def _misspelt(index: Index, text: str, word: Word) -> Iterator[Part]:
    length = len(text)
    if length < 4:
        return
    script = forms.script_of(text)
    for part in {part for shorter in shortened(text) for part in index.nearly.get(shorter, ())}:
        most = _most_edits(len(part.text), script)
        if forms.script_of(part.text) != script or not most or part.text == text or _only_a_form(word, part):
            continue
        distance = OSA.distance(text, part.text, score_cutoff=most)
        if distance > most or (not word.capital and (distance > 1 or length < 7)):
            continue
        if part.weight < SURE and (len(part.text) < 6 or distance > 1):
            continue
        if min(len(part.text), length) > 4 or (text[0] == part.text[0] and not word.opens and distance == 1):
            yield part


LEAST_ALIKE, NEARLY_SAME = 0.6, 0.88


def _sounding(index: Index, text: str, script: int, capital: bool) -> Iterator[tuple[Part, float]]:
    """Parts that sound like a word, when one of them comes from another script."""
    if not capital or len(text) < 3:
        return
    heard = sound(text)
    if heard.weight < 2:
        return
    for part, own in {one for key in rough(heard) for one in index.sounds.get(key, ())}:
        both_latin = script == forms.LATIN and forms.script_of(part.text) == forms.LATIN
        same = script == forms.script_of(part.text)
        joined = part.value <= JOINED and script not in _JOINING
        if (same and not both_latin) or joined or part.weight < HALF or not heard.can_be(own, LEAST_ALIKE):
            continue
        weight = min(heard.weight, own.weight)
        caseless = script in (forms.ARABIC, forms.HEBREW, forms.OTHER)
        quality = _sounding_quality(likeness(heard, own), weight, both_latin, part.owner in index.foreign, caseless)
        if weight == 2 and min(heard.fullness, own.fullness) > 3 and likeness(heard, own) >= NEARLY_SAME:
            quality = 1.0
        if part.weight < SURE and weight < 3:
            quality = min(quality, 0.5)
        if quality:
            yield part, quality


def _most_edits(length: int, script: int) -> int:
    if script in (forms.ARABIC, forms.HEBREW):
        return 0 if length < 5 else 1 if length < 9 else 2
    return 0 if length < 4 else 1 if length < 8 else 2


def _sounding_quality(alike: float, weight: int, both_latin: bool, foreign: bool, caseless: bool) -> float:
    """How certain a likeness makes a match, by how many consonants carry it. 0: not at all; below 1: only in company.

    Where capitals do not set names apart (`caseless`), or both spellings are Latin, more likeness is asked for.
    """
    if both_latin:
        if foreign:
            return 1.0 if alike >= (0.84 if weight > 3 else 0.9) and weight > 2 else 0.5 if alike >= 0.8 else 0.0
        return 1.0 if alike >= 0.93 and weight > 3 else 0.0
    stricter = 0.06 if caseless else 0.0
    if weight > 4:
        return 1.0 if alike >= 0.72 + stricter else 0.5 if alike >= 0.6 + stricter else 0.0
    if weight == 4:
        return 1.0 if alike >= 0.76 + stricter else 0.5 if alike >= 0.66 + stricter else 0.0
    if weight == 3:
        return 1.0 if alike >= 0.86 + stricter else 0.5 if alike >= 0.72 + stricter else 0.0
    return 0.42 if alike >= 0.8 + stricter / 2 else 0.0  # two such parts are just enough


def _candidates(reading: Reading, exact: Collection[str], longest: int) -> Iterator[tuple[int, int, Word, bool]]:
    """(first, last, word, loose): every word, then neighbours that may be pieces of one; loosely, across spaces.

    `exact` are the keys, `longest` the length of the longest: pieces are not put together further than that.
    """
    all_words, text = reading.words, reading.folded.text
    for i, word in enumerate(all_words):
        yield i, i, word, False
    for i, word in enumerate(all_words):
        joined, plain, loose = word.text, word.plain, False
        for j in range(i + 1, min(len(all_words), i + longest)):
            one, last = all_words[j], all_words[j - 1]
            gap = text[last.end : one.start]
            tight = len(gap) == 1 and gap in "-'.·_&"
            spelt = len(one.text) == len(last.text) == 1 and len(gap) <= 3
            broken = (
                not gap.strip(" -'\n")
                and len(gap) <= 2
                and j == i + 1
                and (word.capital or joined + one.text in exact)
                and joined.isalpha()
                and one.text.isalpha()
                and not (stands_as_usual(word) and stands_as_usual(one))
            )
            if not (tight or spelt or broken) or len(joined) > longest:
                break
            loose = loose or not tight or (gap == "'" and last.text in _ELIDED)  # l'espérance
            syllables = broken and one.capital and len(joined) <= 6 and len(one.text) <= 6
            joined, plain = joined + one.text, plain + one.plain
            if len(joined) >= (3 if spelt else 4 if tight else 5) and (
                spelt or tight or word.text not in words.PARTICLES
            ):
                yield (
                    i,
                    j,
                    Word(joined, plain, word.start, one.end, word.capital, word.opens),
                    loose and not syllables,
                )
            if not (tight or spelt):
                break
