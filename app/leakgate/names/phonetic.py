"""Whole names read aloud in another script.

A short or ordinary name says little by its sound alone: خالد may be a word, “Lina” may be another name. Two names in a
row that sound like the two names of one person are that person. Here neighbouring words are heard together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.leakgate import forms, han, words
from app.leakgate.names.index import Index, rough, whole_keys
from app.leakgate.names.matching import stands_as_usual
from app.leakgate.names.parts import HALF, Found, Part
from app.leakgate.reading import Reading, Word
from app.leakgate.sounds import Sound, joined_sound, likeness, sound

MOST_WORDS = 3
EVERYDAY, RESPELT = 0.88, 0.85  # how alike words of every day must sound, and names in two Latin spellings
HEAVY = 5  # consonants of a name that can be told in another Latin spelling
_CASELESS = (forms.ARABIC, forms.HEBREW, forms.ETHIOPIC, forms.HANGUL, forms.GEORGIAN, forms.OTHER)


def whole_names(index: Index, reading: Reading) -> Iterator[Found]:
    """Neighbouring words that sound like a whole name of another script."""
    if not index.heard:
        return
    all_words = reading.words
    for first, word in enumerate(all_words):
        if not _bears(word):
            continue
        sounds: list[tuple[Sound, ...]] = []
        for last in range(first, min(len(all_words), first + 2 * MOST_WORDS)):
            if last > first and not _close(reading, last - 1):
                break
            if last > first and all_words[last].text in words.NAME_PARTICLES:
                continue
            if not _bears(all_words[last]):
                break
            sounds.append(_heard(all_words[last], opens=last == first))
            if len(sounds) > 1:
                everyday = all(stands_as_usual(one) for one in all_words[first : last + 1])
                owners = _said(index, sounds, forms.script_of(word.text), everyday)
                yield from (Found(owner, "name-other-script", *reading.word_span(first, last)) for owner in owners)
            if len(sounds) == MOST_WORDS:
                break


def _bears(word: Word) -> bool:
    if not word.capital or len(word.text) < 2 or word.text.isdigit():
        return False
    return word.text not in words.STOP or (word.plain[:1].isupper() and not word.opens)


def _close(reading: Reading, at: int) -> bool:
    """Whether only a space or a sign of names stands between a word and the next one."""
    gap = reading.folded.text[reading.words[at].end : reading.words[at + 1].start]
    return len(gap) < 3 and not gap.strip(" -'.·・\n") and (gap != ". " or len(reading.words[at].text) == 1)


def _heard(word: Word, *, opens: bool) -> tuple[Sound, ...]:
    """How a word may sound: as it stands, without its ending, and the first one without what is written before it."""
    script = forms.script_of(word.text)
    options = [forms.without_article(word.text)]
    if script == forms.CYRILLIC:
        options += list(forms.stems(word.text, script, own=False))[-2:]
    if opens or script == forms.ARABIC:
        options += [forms.without_article(bare) for bare, cut in forms.bare(word.text, script) if cut]
    return tuple(dict.fromkeys(map(sound, options)))


def _said(index: Index, sounds: Sequence[tuple[Sound, ...]], script: int, everyday: bool) -> set[int]:
    """Whose whole name is said by words that can be heard so; more is asked of words of every day."""
    ways = {joined_sound([options[0] for options in sounds])}
    most = max(map(len, sounds))
    ways |= {joined_sound([options[min(i, len(options) - 1)] for options in sounds]) for i in range(1, most)}
    if len(sounds[0]) > 1:
        ways |= {joined_sound([one, *(options[0] for options in sounds[1:])]) for one in sounds[0][1:]}
    owners = set()
    for way in ways:
        if way.weight < 2:
            continue
        for spoken in {one for key in whole_keys(way) for one in index.heard.get(key, ())}:
            weight = min(way.weight, spoken.heard.weight)
            same = spoken.script == script
            if spoken.owner in owners or (same and (script != forms.LATIN or weight < HEAVY or everyday)):
                continue
            asked = max(_asked(weight, script in _CASELESS), EVERYDAY if everyday else RESPELT if same else 0.0)
            if everyday and weight < 4:
                continue
            if way.can_be(spoken.heard, asked) and likeness(way, spoken.heard) >= asked:
                owners.add(spoken.owner)
    return owners


def _asked(weight: int, caseless: bool) -> float:
    """How alike whole names must sound, by how many consonants carry them."""
    return {2: 0.96, 3: 0.85, 4: 0.8, 5: 0.76}.get(weight, 0.72) + (0.03 if caseless and weight > 3 else 0.0)


# --- carried into Han characters and kana -----------------------------------------------------------------------

_DOTTED = re.compile("[\u3400-\u9fff]{1,8}(?:[·・•‧][\u3400-\u9fff]{1,8})+")
_KATAKANA = re.compile("[\u30a1-\u30faー]{2,16}(?:[·・•‧＝= ][\u30a1-\u30faー]{2,16})*")
_DOT = re.compile("[·・•‧＝= ]")
LONGEST_CARRIED = 7
CERTAIN, TOGETHER = 0.8, 0.6


def carried(index: Index, reading: Reading) -> Iterator[Found]:
    """Foreign names in Chinese, which a dot divides, and in Japanese, which writes them in katakana."""
    text = reading.plain.text
    for found in _DOTTED.finditer(text):
        pieces = list(_pieces(found.group()))
        for owner, start, end in _carried(
            index,
            [
                [(at, piece, _chinese(piece)) for at, piece in _ends(start, whole, n == 0, n == len(pieces) - 1)]
                for n, (start, whole) in enumerate(pieces)
            ],
        ):
            yield Found(owner, "name-other-script", *reading.plain.span(found.start() + start, found.start() + end))
    for found in _KATAKANA.finditer(text):
        heard = [[(at, piece, _japanese(piece))] for at, piece in _pieces(found.group())]
        for owner, start, end in _carried(index, heard):
            yield Found(owner, "name-other-script", *reading.plain.span(found.start() + start, found.start() + end))


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for piece in _DOT.split(text):
        yield at, piece
        at += len(piece) + 1


def _ends(at: int, piece: str, first: bool, last: bool) -> Iterator[tuple[int, str]]:
    """What of a piece may be the name: where it begins or ends is not written at the ends of a dotted row."""
    if not first and not last:
        yield at, piece
    for size in range(1, min(len(piece), LONGEST_CARRIED) + 1):
        if first:
            yield at + len(piece) - size, piece[-size:]
        if last:
            yield at, piece[:size]


def _chinese(piece: str) -> Sound:
    spelt = "".join(han.pinyin_of(one)[0] for one in piece if han.pinyin_of(one))
    return Sound(sound(han.as_heard(spelt.replace("er", "l"))).phonemes, sparse=True)


def _japanese(piece: str) -> Sound:
    return Sound(sound((han.romaji(piece) or ("",))[-1]).phonemes, sparse=True)


def _carried(index: Index, pieces: Sequence[Sequence[tuple[int, str, Sound]]]) -> Iterator[tuple[int, int, int]]:
    """(owner, start, end) of names of which one piece is certain, or several together."""
    best: dict[int, dict[int, tuple[float, Part, int, int]]] = {}
    for number, options in enumerate(pieces):
        for start, piece, heard in options:
            if len(piece) < 2:
                continue
            for part, alike in _like(index, heard):
                known = best.setdefault(part.owner, {}).get(number)
                if known is None or alike > known[0]:
                    best[part.owner][number] = (alike, part, start, start + len(piece))
    for owner, met in best.items():
        certain = any(alike >= CERTAIN and sound(part.text).weight > 2 for alike, part, _, _ in met.values())
        if certain or len({part.place for _, part, _, _ in met.values()}) > 1:
            yield owner, min(one[2] for one in met.values()), max(one[3] for one in met.values())


def _like(index: Index, heard: Sound) -> Iterator[tuple[Part, float]]:
    if heard.weight < 2:
        return
    for part, own in {one for key in rough(heard) for one in index.sounds.get(key, ())}:
        if part.weight >= HALF and (alike := likeness(heard, own)) >= TOGETHER:
            yield part, alike
