"""Judging: neighbouring hits of one particular add up to a finding, or to a look, or to nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from app.leakgate import forms, words
from app.leakgate.dictionaries import VERY_OFTEN, everyday
from app.leakgate.names.index import Index
from app.leakgate.names.matching import Hit
from app.leakgate.names.parts import ALONE, COMMON, COMPANY, COMPLETE, REACH, Found
from app.leakgate.reading import Reading
from app.leakgate.sounds import latin
from app.leakgate.values import Kind


def clusters(index: Index, reading: Reading, hits: Iterable[Hit]) -> Iterator[Found]:
    """Hits of one particular that stand together; each group that weighs enough is a finding."""
    by_owner: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_owner[hit.part.owner].append(hit)
    for owner, own in by_owner.items():
        person = index.particulars[owner].kind is Kind.PERSON
        group: list[Hit] = []
        for hit in sorted(own, key=lambda one: (one.first, one.last)):
            if group and (
                hit.first - max(one.last for one in group) > REACH + 1
                or _sentence_ends(reading, max(one.last for one in group), hit.first)
            ):
                yield from _judge(index, reading, owner, group, person)
                group = []
            group.append(hit)
        yield from _judge(index, reading, owner, group, person)


def _sentence_ends(reading: Reading, last: int, first: int) -> bool:
    """Whether a sentence ends between two words; an abbreviation ends none."""
    return any(
        reading.words[i + 1].opens
        and len(reading.words[i].text) > LONGEST_ABBREVIATION
        and reading.folded.text[reading.words[i].end : reading.words[i + 1].start].lstrip('»”")')[:1]
        in (".", "!", "?", "。", "؟")
        for i in range(last, first)
    )


LONGEST_ABBREVIATION = 3


def _judge(index: Index, reading: Reading, owner: int, group: list[Hit], person: bool) -> Iterator[Found]:
    best = _best(group)
    if not best:  # nothing but words that the allowed form has too
        return
    first, last = best[0].first, max(hit.last for hit in best)
    capital = all(reading.words[hit.first].capital or hit.part.small for hit in best)
    weight = sum(hit.weight for hit in best)
    if person and len({hit.first for hit in best}) == 1 and weight < ALONE:
        weight += _company(index, reading, owner, best[0])
    complete = {(hit.part.value, hit.part.place) for hit in best} >= _value_places(index, owner, best[0].part.value)
    lone = [hit for hit in group if hit.weight >= ALONE]
    adjoin = _adjoin(index, reading, best)
    enough = COMPLETE if complete and not person and len(best) > 1 else ALONE
    if weight >= enough and (lone or (adjoin and (capital or complete))):
        if person and len(best) == 1 and lone:
            for hit in lone:
                called = _named_after(index, reading, owner, hit.first, hit.last)
                yield Found(owner, "named-after" if called else hit.rule, *reading.word_span(hit.first, hit.last))
            return
        strongest = max(best, key=lambda hit: hit.weight)
        rule = strongest.rule if any(hit.rule != "name" for hit in best) else "name"
        if adjoin:
            yield Found(owner, rule, *reading.word_span(first, last))
        for hit in lone:
            if not (adjoin and first <= hit.first and hit.last <= last):
                yield Found(owner, hit.rule, *reading.word_span(hit.first, hit.last))
        return
    for hit in group:
        if _worth_a_look(index, reading, hit, person):
            rule = "name-ordinary" if person else "name-partial"
            yield Found(owner, rule, *reading.word_span(hit.first, hit.last))
            return


def _adjoin(index: Index, reading: Reading, best: Sequence[Hit]) -> bool:
    """Whether nothing but particles, titles and initials stands between words that identify only together."""
    if all(reading.words[hit.first].text in words.geography() for hit in best) and len(best) > 1:
        shown = reading.folded.text[reading.words[best[0].first].start : reading.words[best[-1].last].end]
        if "," in shown:  # States in a row
            return False
    return all(
        len(word.text) == 1 or word.text in words.NAME_PARTICLES or word.text in words.TITLES
        for one, other in pairwise(best)
        for word in reading.words[one.last + 1 : other.first]
    )


def _value_places(index: Index, owner: int, value: int) -> set[tuple[int, int]]:
    return {(number, place) for number, place in index.places[owner] if number == value}


def _company(index: Index, reading: Reading, owner: int, hit: Hit) -> float:
    """What a title or the initial of another part beside a word adds to it."""
    if _titled(reading, hit) or _with_its_particle(index, reading, owner, hit):
        return COMPANY
    others = {text[:1] for text in index.own_words[owner] if text != hit.part.text and text not in words.PARTICLES}
    others |= {latin(one)[:1] for one in others}
    around = [
        reading.words[i]
        for i in range(max(0, hit.first - REACH), min(len(reading.words), hit.last + 3))
        if not hit.first <= i <= hit.last
    ]
    for one in around:
        if (
            len(one.text) == 1
            and one.text in others
            and one.capital
            and reading.folded.text[one.end : one.end + 1] == "."
        ):
            return COMPANY
    return 0.0


def _with_its_particle(index: Index, reading: Reading, owner: int, hit: Hit) -> bool:
    """Whether a word that makes one name with the next stands before a part, in the text as in the value."""
    before = reading.words[hit.first - 1].text if hit.first else ""
    return before in words.PATRONYMIC and hit.part.text in index.behind_particles[owner]


def _titled(reading: Reading, hit: Hit) -> bool:
    """Whether a title stands before a word, or after it as in Korean."""
    before = reading.words[max(0, hit.first - REACH) : hit.first]
    after = reading.words[hit.last + 1].text if hit.last + 1 < len(reading.words) else ""
    return any(one.text in words.TITLES for one in before) or after.startswith(words.KOREAN_TITLES)


def _worth_a_look(index: Index, reading: Reading, hit: Hit, person: bool) -> bool:
    """Whether a word that is only part of a name, or also an ordinary word, could be the name where it stands."""
    word = reading.words[hit.first]
    if not word.capital or hit.part.weight < COMMON or len(word.text) < 2 or word.text.isdigit():
        return False
    if person and (_titled(reading, hit) or _owned(reading, hit.last)):
        return True
    if hit.rule == "name-other-script" or word.text in words.STOP:
        return False
    if not person and everyday(word.plain.lower(), VERY_OFTEN):
        return False
    if not word.plain[:1].isupper():
        near = reading.words[max(0, hit.first - 1) : hit.first] + reading.words[hit.last + 1 : hit.last + 2]
        dated = word.text in words.geography() and any(one.text in words.geography() for one in near)
        return hit.rule in ("name", "name-lookalike") and not dated and _written_so(index, hit.part.owner, word.plain)
    if hit.part.weight == COMMON or word.text in words.FIELD:
        return False
    before = reading.words[hit.first - 1].text if hit.first else ""
    after = reading.words[hit.last + 1].text if hit.last + 1 < len(reading.words) else ""
    if word.opens:
        return after in words.DID if person else not everyday(word.plain.lower())
    if word.text in words.geography():
        return not (
            {before, after} & (words.geography() | words.PARTICLES | words.FIELD | _BEFORE_MONTHS)
            or before.isdigit()
            or after.isdigit()
        )
    return not (before in words.FIELD and reading.words[hit.first - 1].capital)


def _written_so(index: Index, owner: int, plain: str) -> bool:
    """Whether a word stands just so in a value, in a script without capitals."""
    one = index.particulars[owner]
    return any(plain == word for value in (*one.values, *one.also, one.given, one.family) for word in value.split())


def _named_after(index: Index, reading: Reading, owner: int, first: int, last: int) -> bool:
    """Whether a name stands in the name of a place, a law or a prize, and not of what somebody runs."""
    if _owned(reading, last):
        return False
    nouns: list[str] = []
    if last + 1 < len(reading.words) and reading.words[first].capital and _touch(reading, last):
        after = reading.words[last + 1]
        nouns += [after.text] if after.capital else []
    before = first - 1
    while before >= 0 and _touch(reading, before):
        word = reading.words[before]
        led = before > 0 and reading.words[before - 1].text in words.LEADING
        if word.capital or led or word.text not in words.NAMED_AFTER_BEHIND:
            nouns += [bare for bare, _ in forms.bare(word.text, forms.script_of(word.text))]
        if word.text not in words.LINKING:
            break
        before -= 1
    return any(
        noun in words.NAMED_AFTER | words.NAMED_AFTER_BEHIND and noun not in index.own_words[owner] for noun in nouns
    )


def _owned(reading: Reading, last: int) -> bool:
    """Whether the word behind a name, or the one after it, is what somebody calls by their own name."""
    for at in range(last, min(last + 2, len(reading.words) - 1)):
        word = reading.words[at + 1]
        if not _touch(reading, at) or not word.capital:
            return False
        if word.text in words.OWN:
            return True
    return False


def _touch(reading: Reading, at: int) -> bool:
    """Whether nothing but a space or an apostrophe stands between a word and the next one."""
    return reading.folded.text[reading.words[at].end : reading.words[at + 1].start] in (" ", "'", "")


_BEFORE_MONTHS = words.PARTICLES | frozenset(
    "since early mid late last next during until from en de au depuis fin début desde hasta".split()
)


def _best(group: Sequence[Hit]) -> list[Hit]:
    """The hits that weigh most together: of one value, each place and each word once."""
    best: list[Hit] = []
    for value in {hit.part.value for hit in group}:
        chosen: list[Hit] = []
        for hit in sorted(
            (one for one in group if one.part.value == value),
            key=lambda one: (-one.weight, one.first, one.part.place),
        ):
            taken = any(
                hit.part.place == one.part.place or not (hit.last < one.first or one.last < hit.first) for one in chosen
            )
            if not taken:
                chosen.append(hit)
        if sum(one.weight for one in chosen) > sum(one.weight for one in best):
            best = chosen
    return sorted(best, key=lambda one: (one.first, one.part.place))
