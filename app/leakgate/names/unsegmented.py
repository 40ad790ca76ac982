"""Names where there are no words: joined, spelt, without spaces, read aloud, backwards, as letters only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from app.leakgate import han, words
from app.leakgate.dictionaries import everyday
from app.leakgate.names.index import Index
from app.leakgate.names.parts import SHORTEST_JOINED, SURE, Found, Needle, common
from app.leakgate.reading import Reading, fold_words, lookalike_or_own
from app.leakgate.sounds import latin
from app.leakgate.values import Kind


def joined(index: Index, reading: Reading) -> Iterator[Found]:
    """Names in the row of a text's letters, however they are spaced, dotted or joined."""
    squeezed = reading.squeezed
    texts = [squeezed]
    if not squeezed.text.isascii():
        texts.append(squeezed.rewritten(_latin_but_han))
    for strand in texts:
        for text, needles in index.needles.items():
            at = strand.text.find(text)
            while at >= 0:
                start, end = strand.span(at, at + len(text))
                for needle in needles:
                    person = index.particulars[needle.owner].kind is Kind.PERSON
                    if rule := _stands_alone(reading, start, end, needle, person):
                        yield Found(needle.owner, rule, start, end)
                at = strand.text.find(text, at + 1)


def _latin_but_han(sign: str) -> str:
    """A letter in Latin; Han characters are heard elsewhere, where it is known what makes a word."""
    return sign if han.HAN.match(sign) else latin(sign)


def _stands_alone(reading: Reading, start: int, end: int, needle: Needle, person: bool) -> str:
    """The rule by which a stretch is a name of its own and no accident of the words that it runs through, or none."""
    shown = reading.original[start:end]
    bounds = _bounds(reading.original, start, end)
    usual = _everyday_words(shown)
    if bounds == 2 and usual:
        many = len(shown.split()) > MOST_EVERYDAY
        return needle.rule if many else "name-ordinary" if person and " " in shown else ""
    if "," in shown and all(word in words.geography() for word in fold_words(shown)):  # States in a row
        return ""
    if re.search(r"\w{2}[;:!?。]\s*\w", shown):
        return ""
    if re.search(r"\s", shown):  # “Valcourtois a” is no initial
        return needle.rule if bounds == 2 and not re.search(r"^[a-zа-я]\s|\s[a-zа-я]$", shown) else ""
    if (
        bounds == 2
        or (len(needle.text) >= SHORTEST_JOINED and bounds > 0)
        or _inside_token(reading.original, start, end)
    ):
        return needle.rule
    return ""


MOST_EVERYDAY = 3  # words of every day in lower case that are still not a name


def _everyday_words(shown: str) -> bool:
    """Whether a stretch is nothing but words of every day, none of them capitalised but the first."""
    found = re.findall(r"[^\W\d_]+", shown)
    return (
        "_" not in shown
        and all(len(word) > 1 and everyday(word.lower()) for word in found)
        and not any(map(str.isupper, "".join(found)[1:]))
    )


def inner(index: Index, reading: Reading) -> Iterator[Found]:
    """Parts of names inside the words of addresses, accounts, file names and hashtags."""
    if not index.inner:
        return
    for token in _ADDRESS.finditer(reading.plain.text):
        strand = reading.plain.part(*token.span()).rewritten(lookalike_or_own)
        for text, owners in index.inner.items():
            at = strand.text.find(text)
            if at >= 0:
                yield from (Found(owner, "name-joined", *strand.span(at, at + len(text))) for owner in owners)


_ADDRESS = re.compile(r"(?=[^\s]{0,200}(?:[#@/_\d]|\w\.\w|[a-zа-яё][A-ZА-ЯЁ]))[#@]?[^\s<>()«»“”\"，。]{7,200}")


def solid(index: Index, reading: Reading) -> Iterator[Found]:
    """Names in scripts without spaces."""
    text = reading.squeezed.text
    if not han.SOLID.search(text):
        return
    cut = han.Cut.of(reading) if han.HAN.search(text) and not han.KANA.search(text) else None
    for stretch, needles in index.solid.items():
        at = text.find(stretch)
        while at >= 0:
            for needle in needles:
                yield from _solid(reading, cut, needle, stretch, at)
            at = text.find(stretch, at + 1)
    yield from _read_in_japanese(index, reading)
    for start, end, spoken in han.find_pinyin(reading.squeezed, index.spoken):
        place = reading.squeezed.span(start, end)
        if _said_as_a_name(reading, cut, place, start, end):
            yield from (Found(owner, "name-other-script", *place) for owner in index.spoken[spoken])


def _solid(reading: Reading, cut: han.Cut | None, needle: Needle, stretch: str, at: int) -> Iterator[Found]:
    end = at + len(stretch)
    behind = len(stretch) - len(needle.text) if needle.rule == "name-before" else 0
    start, stop = reading.squeezed.span(at + behind, end)
    before = reading.original[reading.squeezed.starts[at] - 1 : reading.squeezed.starts[at]] if behind else ""
    if han.HAN.match(before) and before not in "的和与及对向由被把让是在":
        return
    if cut and not needle.whole and cut.word_from(stop) in words.NAMED_AFTER_HAN:
        yield Found(needle.owner, "named-after", start, stop)
        return
    rule = "name" if needle.rule == "name-before" else needle.rule
    stands = cut.stands(start, stop) if cut and not behind and not (needle.whole and len(stretch) > 2) else "free"
    after = reading.original[stop : stop + LONGEST_OWN]
    if stands == "free":
        yield Found(needle.owner, "name-ordinary" if _is_said(stretch, after) else rule, start, stop)
    elif rule == "name" and (
        after.startswith((*words.HAN_OWN, *words.NAMED_AFTER_HAN))
        or (stands == "word" and (stretch not in words.ORDINARY or _beside(reading, at, end)))
    ):
        yield Found(needle.owner, "name-ordinary", start, stop)


LONGEST_OWN = max(map(len, words.HAN_OWN))


def _is_said(stretch: str, after: str) -> bool:
    """Whether what could be a name is hardly one: a verb, as the particle behind it says, or words of grammar."""
    return len(stretch) == 2 and (after[:1] in tuple("了着过") or stretch[1] in "被其于对在将与及")


def _beside(reading: Reading, at: int, end: int) -> bool:
    """Whether what stands beside a frequent word says that it is somebody's name."""
    before = reading.original[max(0, reading.squeezed.starts[at] - 3) : reading.squeezed.starts[at]]
    stop = reading.squeezed.ends[end - 1]
    after = reading.original[stop : stop + 3]
    return before.endswith(words.HAN_BESIDE[0]) or after.startswith(words.HAN_BESIDE[1])


def _said_as_a_name(reading: Reading, cut: han.Cut | None, place: tuple[int, int], start: int, end: int) -> bool:
    """Whether Han characters that are read aloud as a name can be one: in a row, after a family name, no other word."""
    shown = reading.original[slice(*place)]
    if not shown.isalnum() or cut is None:
        return shown.isalnum() and end - start > 2
    if cut.word_from(place[1]) in words.NAMED_AFTER_HAN:
        return False
    stands = cut.stands(*place)
    first = reading.squeezed.text[start]
    if end - start == 2:
        return stands == "free" and first in words.HAN_FAMILY_NAMES
    return stands == "free" and (first in words.HAN_FAMILY_NAMES or end - start > 3)


def _read_in_japanese(index: Index, reading: Reading) -> Iterator[Found]:
    """Names in Han characters that are read in Japanese as a Latin name, in texts or for names that are Japanese."""
    text = reading.plain.text
    if not (han.is_japanese(reading) or any(one.language.startswith("ja") for one in index.particulars)):
        return
    for stretch in _HAN_STRETCH.finditer(text):
        tokens = [
            (stretch.start() + start, stretch.start() + end, han.romaji(read_as))
            for start, end, read_as, _ in han.japanese_words(stretch.group())
        ]
        for i, (start, end, spellings) in enumerate(tokens):
            for part in {
                part
                for spelling in spellings
                for part, _ in index.exact.get(spelling, ())
                if part.weight >= SURE and len(spelling) > 3 and end - start > 1
            }:
                yield Found(part.owner, "name-other-script", *reading.plain.span(start, end))
            for j in range(i + 1, min(i + 4, len(tokens))):
                for column in (0, -1):
                    spoken = "".join(one[2][column] for one in tokens[i : j + 1])
                    place = reading.plain.span(start, tokens[j][1])
                    for needle in index.needles.get(spoken, ()):
                        if needle.rule == "name-joined":
                            yield Found(needle.owner, "name-other-script", *place)


def backwards(index: Index, reading: Reading) -> Iterator[Found]:
    for i, word in enumerate(reading.words):
        if len(word.text) > 4 and not common(word.text):
            for part, rule in index.exact.get(word.text[::-1], ()):
                if rule == "name" and part.weight >= SURE and part.text != word.text:
                    yield Found(part.owner, "name-reversed", *reading.word_span(i, i))


def initials(index: Index, reading: Reading) -> Iterator[Found]:
    """Initials with dots, in a row of capitals, and one behind a title."""
    for pattern in (_INITIALS, _CAPITAL_PAIR, _TITLED_INITIAL):
        for found in pattern.finditer(reading.plain.text):
            shown = found.group(found.lastgroup or 0).rstrip()
            at = found.start(found.lastgroup or 0)
            letters = "".join(fold_words(" ".join(one for one in shown if one.isalpha())))
            proper = shown.isupper() or not shown.isalpha()
            for owner in _whose(index, letters) if proper and shown not in words.PAIRS else ():
                yield Found(owner, "name-initials", *reading.plain.span(at, at + len(shown)))


def _whose(index: Index, letters: str) -> set[int]:
    """Whose initials some letters are; of three or more the first may be a title."""
    if len(letters) == 1:
        return {owner for known, owners in index.initials.items() if letters in known for owner in owners}
    return index.initials.get(letters, set()) or (index.initials.get(letters[1:], set()) if len(letters) > 2 else set())


def acronyms(index: Index, reading: Reading) -> Iterator[Found]:
    if not index.acronyms:
        return
    for found in _CAPITALS.finditer(reading.plain.text):
        for owner, rule in index.acronyms.get(found.group().replace(".", "").replace("-", ""), ()):
            yield Found(owner, rule, *reading.plain.span(*found.span()))


_INITIALS = re.compile(r"(?<![^\W_])(?<!\.)(?:[^\W\d_]\.[ -]?){2,4}(?![a-z])")
_CAPITAL_PAIR = re.compile(r"(?<![^\W_])(?<![./-])[^\W\d_a-zа-я]{2,3}(?![^\W_]|[./-]\w)(?=[^\n]{0,200}[a-zа-я])")
_TITLED_INITIAL = re.compile(
    r"\b(?:Mrs?|Ms|Miss|Dr|Mme|Mlle|Sra?|Srta|Judge|г-жа|г-н|госпожа|господин)\b\.? (?P<initial>[^\W\d_a-zа-я]\.)(?=,? [^\W\d_A-ZА-Я])"
)
_HAN_STRETCH = re.compile(r"[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff々]{2,400}")
_CAPITALS = re.compile(
    r"(?<![^\W_\u3040-\u9fff\uac00-\ud7af])(?![\u3040-\u9fff\uac00-\ud7af])[^\W\d_](?:[.-]?(?![\u3040-\u9fff\uac00-\ud7af])[^\W\d_]){1,11}"
    r"(?![^\W_\u3040-\u9fff\uac00-\ud7af])"
)


def _bounds(text: str, start: int, end: int) -> int:
    """How many of the two ends of a stretch are ends of words."""
    return (start == 0 or not _of_a_word(text[start - 1])) + (end == len(text) or not _of_a_word(text[end]))


def _of_a_word(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign)[0] == "M"


_TOKEN = re.compile(r"[^\s<>()«»“”\"]{1,200}")


def _inside_token(text: str, start: int, end: int) -> bool:
    """Whether a stretch stands inside one address, account or file name."""
    before, after = text[max(0, start - 100) : start], text[end : end + 100]
    head = re.search(r"[^\s<>()«»“”\"]*$", before)
    tail = _TOKEN.match(after)
    token = (head.group() if head else "") + text[start:end] + (tail.group() if tail else "")
    return not re.search(r"\s", text[start:end]) and bool(re.search(r"[@/_\d]|\.\w|-\w", token))
