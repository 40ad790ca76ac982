"""Names where there are no words: joined, spelt, without spaces, read aloud, backwards, as letters only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.leakgate import han, words
from app.leakgate.names.index import Index
from app.leakgate.names.parts import SHORTEST_JOINED, SURE, Found, common
from app.leakgate.reading import Reading, fold_words
from app.leakgate.sounds import latin


def joined(index: Index, reading: Reading) -> Iterator[Found]:
    squeezed = reading.squeezed
    texts = [squeezed]
    if not squeezed.text.isascii():
        texts.append(squeezed.rewritten(latin))
    for strand in texts:
        edges = _edges(reading, strand.starts, strand.ends)
        for text, needles in index.needles.items():
            at = strand.text.find(text)
            while at >= 0:
                start, end = strand.span(at, at + len(text))
                if (
                    len(text) >= SHORTEST_JOINED
                    or (start in edges[0] and end in edges[1])
                    or _inside_token(reading.original, start, end)
                ):
                    yield from (Found(needle.owner, needle.rule, start, end) for needle in needles)
                at = strand.text.find(text, at + 1)


def solid(index: Index, reading: Reading) -> Iterator[Found]:
    text = reading.squeezed.text
    if not han.SOLID.search(text):
        return
    for stretch, needles in index.solid.items():
        at = text.find(stretch)
        seen = False
        while at >= 0:
            for needle in needles:
                ordinary = needle.rule == "name-ordinary"
                cut = 0 if needle.rule != "name-before" else len(stretch) - len(needle.text)
                after = text[at + len(stretch) : at + len(stretch) + 4]
                if cut and (
                    at and han.HAN.match(text[at - 1]) and text[at - 1] not in "的和与及对向由被把让是在，"
                ):
                    continue
                if (ordinary and seen) or any(after.startswith(noun) for noun in words.NAMED_AFTER_HAN):
                    continue
                seen = True
                yield Found(
                    needle.owner,
                    "name" if cut else needle.rule,
                    *reading.squeezed.span(at + cut, at + len(stretch)),
                )
            at = text.find(stretch, at + 1)
    yield from _read_in_japanese(index, reading)
    for start, end, spoken in han.find_pinyin(reading.squeezed, list(index.spoken)):
        place = reading.squeezed.span(start, end)
        yield from (Found(owner, "name-other-script", *place) for owner in index.spoken[spoken])


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
    for found in _INITIALS.finditer(reading.plain.text):
        letters = "".join(fold_words(" ".join(one for one in found.group() if one.isalpha())))
        for owner in index.initials.get(letters, ()):
            yield Found(
                owner,
                "name-initials",
                *reading.plain.span(found.start(), found.start() + len(found.group().rstrip())),
            )


def acronyms(index: Index, reading: Reading) -> Iterator[Found]:
    if not index.acronyms:
        return
    for found in _CAPITALS.finditer(reading.plain.text):
        for owner, rule in index.acronyms.get(found.group().replace(".", "").replace("-", ""), ()):
            yield Found(owner, rule, *reading.plain.span(*found.span()))


_INITIALS = re.compile(r"(?<![^\W_])(?<!\.)(?:[^\W\d_]\.[ -]?){2,4}(?![a-z])")
_HAN_STRETCH = re.compile(r"[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff々]{2,400}")
_CAPITALS = re.compile(r"(?<![^\W_])[^\W\d_](?:[.-]?[^\W\d_]){1,11}(?![^\W_])")


def _edges(reading: Reading, starts: Sequence[int], ends: Sequence[int]) -> tuple[set[int], set[int]]:
    """Where words begin and end in the original."""
    spans = [reading.word_span(i, i) for i in range(len(reading.words))]
    return {start for start, _ in spans}, {end for _, end in spans}


_TOKEN = re.compile(r"[^\s<>()«»“”\"]{1,200}")


def _inside_token(text: str, start: int, end: int) -> bool:
    """Whether a stretch stands inside one address, account or file name."""
    before, after = text[max(0, start - 100) : start], text[end : end + 100]
    head = re.search(r"[^\s<>()«»“”\"]*$", before)
    tail = _TOKEN.match(after)
    token = (head.group() if head else "") + text[start:end] + (tail.group() if tail else "")
    return not re.search(r"\s", text[start:end]) and bool(re.search(r"[@/_\d]|\.\w|-\w", token))
