"""Finding sealed names.

A particular is broken once into parts (the words of a name), each with a weight: enough to identify alone, or only in
company. All parts of all particulars stand in one index, by every key under which a word can meet them: as it is
written, without its ending, with a letter too many or too few, by its consonants. Every word of a text is then looked
up once, however many particulars there are. Neighbouring hits of one particular add up to a finding.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise

from rapidfuzz.distance import OSA

from app.leakgate import forms, han, words
from app.leakgate.reading import Reading, Word, fold_words, latin_lookalike, read
from app.leakgate.sounds import Sound, latin, likeness, skeletons, sound
from app.leakgate.values import Kind, Particular

ALONE = 2.5  # what hits must weigh together
SURE, RARE, HALF, COMMON, FILLER = 3.0, 2.0, 1.25, 1.0, 0.5
COMPLETE = 1.9  # … when every word of a place or an organisation is there
COMPANY = 1.25  # what a title, or a matching initial, beside a hit adds
REACH = 2  # words that may stand between the parts of one name
SHORTEST_JOINED, SHORTEST_INSIDE = 9, 5
LONGEST_KEY = 48
JOINED = -1  # the values from here on downwards are all words of a name as one part
LONGEST_WORD = 80  # longer ones are no words; what they hide is found in the squeezed strand


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a name. Parts of one `value` at different `place`s are different words of it."""

    owner: int
    value: int
    place: int
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A part met in a text at words `first` … `last`."""

    part: Part
    rule: str
    first: int
    last: int
    weight: float


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a particular (`owner`), between two places of the original."""

    owner: int
    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Needle:
    """A stretch of letters that is looked for whatever stands between them."""

    owner: int
    text: str
    rule: str


def _ordinary(word: str) -> bool:
    return (
        word in words.ORDINARY
        or word in words.STOP
        or word in words.TITLES
        or word in words.KINDS
        or word in words.geography()
    )


def _common(word: str) -> bool:
    return word in words.FIELD or word in words.PARTICLES or _ordinary(word)


@dataclass(slots=True)
class Names:
    """The index of all sealed names."""

    particulars: Sequence[Particular]
    exact: dict[str, list[tuple[Part, str]]] = field(default_factory=lambda: defaultdict(list))
    stems: dict[str, list[Part]] = field(default_factory=lambda: defaultdict(list))
    nearly: dict[str, list[Part]] = field(default_factory=lambda: defaultdict(list))
    sounds: dict[str, list[tuple[Part, Sound]]] = field(default_factory=lambda: defaultdict(list))
    needles: dict[str, Needle] = field(default_factory=dict)
    solid: dict[str, list[Needle]] = field(default_factory=lambda: defaultdict(list))
    spoken: dict[str, int] = field(default_factory=dict)
    accented: dict[str, list[Part]] = field(default_factory=lambda: defaultdict(list))
    initials: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    acronyms: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    places: dict[int, set[tuple[int, int]]] = field(default_factory=lambda: defaultdict(set))
    foreign: set[int] = field(default_factory=set)
    own_words: dict[int, frozenset[str]] = field(default_factory=dict)
    _met: dict[tuple[str, str, bool], list[tuple[Part, str, float]]] = field(default_factory=dict)

    @classmethod
    def of(cls, particulars: Sequence[Particular]) -> Names:
        """The index of particulars; those that are no names (dates, numbers) have no parts."""
        names = cls(particulars)
        for owner, one in enumerate(particulars):
            if one.kind in (Kind.PERSON, Kind.ORGANISATION, Kind.PLACE, Kind.OTHER):
                names._add(owner, one)
        return names

    # --- making the index ---------------------------------------------------------------------------------------

    def _add(self, owner: int, one: Particular) -> None:
        allowed = set(fold_words(one.allowed_form))
        values = [unit for value in (*one.values, *one.also) for unit in _units(one, value)]
        if one.kind is Kind.PERSON and (one.given or one.family):
            values.append(f"{one.given} {one.family}")
        folded = {value: fold_words(value) for value in dict.fromkeys(values)}
        self.own_words[owner] = frozenset(word for value in folded.values() for word in value)
        own = self.own_words[owner]
        latin_language = one.language.split("-")[0] in ("", "en", "fr", "es", "de", "pt", "it", "nl")
        if not latin_language or own & _ARABIC_SIGNS or not all(word.isascii() for word in own):
            self.foreign.add(owner)
        for number, (value, value_words) in enumerate(folded.items()):
            spaced = value_words
            if not value_words or set(value_words) <= allowed:
                continue
            if one.kind is Kind.ORGANISATION and _is_acronym(value):
                self.acronyms[value.strip().replace(".", "").upper()].append((owner, "acronym"))
                continue
            if one.kind is Kind.PERSON and len(value_words) == 1 and han.HANGUL.match(value_words[0]):
                family = 2 if value_words[0][:2] in words.KOREAN_FAMILIES else 1
                self._add_part(Part(owner, number, -1, value_words[0], SURE))
                spaced = [value_words[0][:family], value_words[0][family:]]
            if han.SOLID.search(value):
                self._add_solid(owner, one, number, value)
                if not han.HAN.search(value) and not han.KANA.search(
                    value
                ):  # Thai and its neighbours also have words
                    self._add_spaced(owner, one, number, spaced, allowed, value)
                if (
                    not one.language and len(han.HAN.findall(value)) > 3
                ):  # Chinese names are that long but rarely
                    self._add_solid(owner, replace(one, language="ja"), len(folded) + number, value)
            else:
                self._add_spaced(owner, one, number, spaced, allowed, value)

    def _add_spaced(
        self, owner: int, one: Particular, number: int, value: list[str], allowed: set[str], original: str
    ) -> None:
        person = one.kind is Kind.PERSON
        weights = _person_weights(value) if person else _phrase_weights(value)
        written = [word.plain for word in read(original).words]
        for place, (text, weight) in enumerate(zip(value, weights, strict=True)):
            if not weight or (text in allowed and not person and len(value) > 1):
                continue
            part = Part(owner, number, place, text, 0.0 if text in allowed and person else weight)
            self._add_part(part)
            # “Tống” is a name where “tong” is a word; vowel marks say as little as in other scripts
            if (
                person
                and part.weight == HALF
                and len(written) == len(value)
                and _ACCENTED.search(written[place])
            ):
                self.accented[written[place]].append(part)
        bearing = [text for text, weight in zip(value, weights, strict=True) if weight]
        if person:
            self._add_person(owner, value, bearing)
        else:
            self._add_needles(owner, [value, bearing])
            self._add_joined(owner, [bearing])
            if one.kind is Kind.ORGANISATION and len(bearing) >= 3:
                derived = "".join(latin(text)[:1] for text in bearing).upper()
                self.acronyms[derived].append((owner, "acronym-derived"))

    def _add_person(self, owner: int, value: list[str], bearing: list[str]) -> None:
        orders = [value, bearing, bearing[::-1]]
        if len(bearing) > 2:
            orders += [[bearing[0], bearing[-1]], [bearing[-1], bearing[0]]]
        self._add_needles(owner, orders)
        if all(text.isascii() or han.HANGUL.match(text) for text in bearing):
            self._add_joined(owner, (bearing, bearing[::-1]))  # Korean writes both names together
        if len(bearing) == 2:
            first, last = bearing
            for pair in ((first[:1], last), (last, first[:1]), (first, last[:1])):
                self._needle(owner, "".join(latin(text) for text in pair), 7)
        if len(bearing) > 1:
            for order in (
                bearing,
                bearing[::-1],
                *([bearing[0], one] for one in bearing[1:]),
                *([one, bearing[0]] for one in bearing[1:]),
            ):
                self.initials["".join(text[:1] for text in order)].add(owner)
                self.initials["".join(latin(text)[:1] for text in order)].add(owner)
            self.spoken.update(
                {"".join(pair): owner for pair in (bearing, bearing[::-1]) if "".join(pair).isascii()}
            )
        for text in bearing:
            if len(text) >= 7 and text.isascii():
                self.spoken.setdefault(text, owner)

    def _add_joined(self, owner: int, orders: Iterable[list[str]]) -> None:
        """All words of a name as one part, for scripts that write or hear them as one."""
        for number, order in enumerate(orders):
            if 1 < len(order) <= 3 and 6 <= len(latin("".join(order))) <= 24:
                self._add_part(Part(owner, JOINED - number, 0, "".join(order), SURE))

    def _add_needles(self, owner: int, orders: Iterable[list[str]]) -> None:
        for order in orders:
            for text in ("".join(order), "".join(latin(word) for word in order)):
                self._needle(owner, text, 5)

    def _needle(self, owner: int, text: str, shortest: int) -> None:
        if shortest <= len(text) and text not in self.needles:
            self.needles[text[:LONGEST_KEY]] = Needle(owner, text[:LONGEST_KEY], "name-joined")
            if text != text[::-1]:
                self.needles.setdefault(
                    text[::-1][:LONGEST_KEY], Needle(owner, text[::-1][:LONGEST_KEY], "name-reversed")
                )

    def _add_part(self, part: Part, rule: str = "name", heard: Sound | None = None) -> None:
        text = part.text[:LONGEST_KEY]
        self.places[part.owner].add((part.value, part.place))
        script = forms.script_of(text)
        spellings = {text, forms.without_article(text)} if script == forms.ARABIC else {text}
        for one in spellings:
            self.exact[one].append((part, rule))
            if one != latin(one) and latin(one):
                self.exact[latin(one)].append((part, "name-other-script"))
            for stem in forms.stems(one, script, own=True):
                self.stems[stem].append(part)
            for shorter in _shortened(one):
                self.nearly[shorter].append(part)
            if (
                script == forms.HANGUL
                and part.weight < SURE
                and len(latin(one)) > 3
                and not _ordinary(latin(one))
            ):
                self.exact[latin(one)].append((replace(part, weight=SURE), "name-other-script"))
            for own in {sound(one), heard or sound(one)}:
                for key in _rough(own) if own.weight > 1 else ():
                    self.sounds[key].append((part, own))

    def _add_solid(self, owner: int, one: Particular, number: int, value: str) -> None:
        """A value in a script without spaces: its stretches, and its Latin spellings as parts."""
        pieces = [piece for piece in re.split(r"[\s·・･‧=＝,，、]+", read(value).plain.text) if piece]
        person = one.kind is Kind.PERSON
        if person and len(pieces) == 1 and han.HAN.match(pieces[0]):
            pieces = _split_han(pieces[0], one)
        folded = ["".join(fold_words(piece)) for piece in pieces]
        whole = "".join(folded)
        for place, text in enumerate(folded):
            if len(text) >= (2 if han.HAN.match(text) or not person else 3):
                rule = "name-ordinary" if text in words.ORDINARY and len(folded) > 1 else "name"
                self.solid[text].append(Needle(owner, text, rule))
            elif person and len(folded) > 1 and place == 0:
                self._add_short_family(owner, text)
            for spelling in self._spoken_forms(one, pieces[place]):
                weight = SURE if person and len(spelling) > 2 and not _ordinary(spelling) else HALF
                self._add_part(
                    Part(owner, number, place, spelling, weight),
                    "name-other-script",
                    heard=sound(han.as_heard(spelling)),
                )
        if len(whole) >= 2:
            self.solid[whole].append(Needle(owner, whole, "name"))
        if one.kind is Kind.ORGANISATION:
            for cut in words.ORGANISATION_CUT:
                if whole.endswith(cut) and len(whole) - len(cut) >= 3:
                    self.solid[whole.removesuffix(cut)].append(Needle(owner, whole.removesuffix(cut), "name"))
        spoken = [self._spoken_forms(one, text) for text in pieces]
        if person and len(folded) > 1 and all(spoken):
            for order in (spoken, spoken[::-1]):
                self._add_needles(owner, [[first[0] for first in order], [first[-1] for first in order]])
                self.initials["".join(first[0][:1] for first in order)].add(owner)

    def _add_short_family(self, owner: int, text: str) -> None:
        """A family name of one sign, which names somebody only beside a title."""
        for title in words.HAN_TITLES:
            self.solid[text + "".join(fold_words(title))].append(Needle(owner, text, "name"))
        for before in words.HAN_BEFORE:
            self.solid[before + text].append(Needle(owner, text, "name-before"))

    def _spoken_forms(self, one: Particular, text: str) -> list[str]:
        if not han.HAN.search(text):
            return list(han.romaji(text)) if han.KANA.search(text) else [latin(text)]
        spellings: list[str] = []
        japanese = one.language.startswith("ja") or any(
            han.KANA.search(value) for value in (*one.values, *one.also)
        )
        if japanese:
            readings = "".join(reading for _, _, reading, _ in han.japanese_words(text))
            spellings += han.romaji(readings) if readings else ()
        if not one.language.startswith("ja") or not spellings:
            spellings += han.pinyin_spellings(text) if one.kind is Kind.PERSON and len(text) <= 4 else []
        return [spelling for spelling in dict.fromkeys(spellings) if spelling]

    def wholes(self) -> Iterator[tuple[str, int]]:
        """Whole names, and the parts of them that identify alone, in Latin letters, with whose they are."""
        yield from (
            (needle.text, needle.owner)
            for needle in self.needles.values()
            if needle.rule == "name-joined" and needle.text.isascii()
        )
        yield from (
            (text, part.owner)
            for text, met in self.exact.items()
            for part, _ in met
            if part.weight >= SURE and text.isascii()
        )

    # --- meeting a text -----------------------------------------------------------------------------------------

    def find(self, reading: Reading) -> Iterator[Found]:
        """Everything of the sealed names in a text."""
        hits = list(self._hits(reading))
        yield from self._clusters(reading, hits)
        yield from self._joined(reading)
        yield from self._solid(reading)
        yield from self._backwards(reading)
        yield from self._initials(reading)
        yield from self._acronyms(reading)

    def _hits(self, reading: Reading) -> Iterator[Hit]:
        met: dict[int, set[int]] = {}
        longest = max(map(len, self.exact), default=0)
        for first, last, word, loose in _candidates(reading, longest) if longest else ():
            known = set().union(*(met.get(i, ()) for i in range(first, last + 1))) if first < last else set()
            for part, rule, quality in self._meet(word):
                if part.owner in known or (
                    loose and rule not in ("name", "name-lookalike") and part.value > JOINED
                ):
                    continue
                if first == last:
                    met.setdefault(first, set()).add(part.owner)
                if word.capital or part.weight * quality >= ALONE:
                    yield Hit(part, rule, first, last, part.weight * quality)

    def _meet(self, word: Word) -> list[tuple[Part, str, float]]:
        if len(word.text) > LONGEST_WORD:
            return []
        key = (word.text, word.plain, word.capital)
        if key not in self._met:
            self._met[key] = self._look_up(word)
        return self._met[key]

    def _look_up(self, word: Word) -> list[tuple[Part, str, float]]:
        """(part, rule, quality 0–1) of every part that a word can be; the most certain rule for each part."""
        met: dict[Part, tuple[str, float]] = {}

        def take(part: Part, rule: str, quality: float) -> None:
            if quality > met.get(part, ("", 0.0))[1]:
                met[part] = (rule, quality)

        script = forms.script_of(word.text)
        spellings = list(forms.bare(word.text, script))
        for part in self.accented.get(word.plain, ()):
            take(part, "name", ALONE / part.weight)
        if script != forms.LATIN and (seen := latin_lookalike(word.plain)):
            for part, _ in self.exact.get(seen, ()):
                take(part, "name-lookalike", 1.0)
        if word.text[-1:].isdigit() and (letters := word.text.rstrip("0123456789")) and len(letters) > 2:
            spellings.append((letters, 0))
        if script == forms.LATIN and any(
            "1" <= one <= "5" for one in word.text
        ):  # pinyin with numbers for tones
            spellings.append((re.sub("[1-5]", "", word.text), 0))
        for text, cut in spellings:
            for part, rule in self.exact.get(text, ()):
                short = cut and len(text) < (4 if script in (forms.ARABIC, forms.HEBREW) else 3)
                take(part, rule, 0.5 if short or (cut and part.weight < SURE) else 1.0)
        if _common(word.text):
            return [(part, rule, quality) for part, (rule, quality) in met.items()]
        for text, _ in spellings:
            if script == forms.HANGUL:
                for size in range(1, len(text)):
                    for part, _rule in self.exact.get(text[:size], ()):
                        titled = any(text[size:].startswith(title) for title in words.KOREAN_TITLES)
                        take(
                            part,
                            "name-inflected",
                            SURE / part.weight
                            if titled
                            else 1.0
                            if size > 1 and len(text) - size <= 3
                            else 0.0,
                        )
            for part, quality in self._inflected(text, script, word.capital):
                take(part, "name-inflected", quality)
            for part in self._misspelt(text, word):
                take(part, "name-misspelt", 1.0)
            for part, quality in self._sounding(text, script, word.capital):
                take(part, "name-other-script", quality)
        return [(part, rule, quality) for part, (rule, quality) in met.items() if quality]

    def _inflected(self, text: str, script: int, capital: bool) -> Iterator[tuple[Part, float]]:
        if not capital:
            return
        for stem in forms.stems(text, script, own=False):
            for part in self.stems.get(stem, ()):
                if forms.script_of(part.text) == script and not (
                    part.weight < SURE and script == forms.LATIN
                ):
                    yield part, 1.0 if len(stem) > 3 or part.weight < SURE else 0.9

    def _misspelt(self, text: str, word: Word) -> Iterator[Part]:
        length = len(text)
        if length < 4:
            return
        script = forms.script_of(text)
        for part in {part for shorter in _shortened(text) for part in self.nearly.get(shorter, ())}:
            most = _most_edits(len(part.text), script)
            if forms.script_of(part.text) != script or not most or part.text == text:
                continue
            distance = OSA.distance(text, part.text, score_cutoff=most)
            if distance > most or (not word.capital and (distance > 1 or length < 7)):
                continue
            if part.weight < SURE and (len(part.text) < 6 or distance > 1):
                continue
            if min(len(part.text), length) > 4 or (
                text[0] == part.text[0] and not word.opens and distance == 1
            ):
                yield part

    def _sounding(self, text: str, script: int, capital: bool) -> Iterator[tuple[Part, float]]:
        """Parts that sound like a word, when one of them comes from another script."""
        if not capital or len(text) < 3:
            return
        heard = sound(text)
        if heard.weight < 2:
            return
        for part, own in {one for key in _rough(heard) for one in self.sounds.get(key, ())}:
            both_latin = script == forms.LATIN and forms.script_of(part.text) == forms.LATIN
            same = script == forms.script_of(part.text)
            if (same and not both_latin) or part.weight < HALF:
                continue
            weight = min(heard.weight, own.weight)
            caseless = script in (forms.ARABIC, forms.HEBREW, forms.OTHER)
            quality = _sounding_quality(
                likeness(heard, own), weight, both_latin, part.owner in self.foreign, caseless
            )
            if part.weight < SURE and weight < 3:
                quality = min(quality, 0.5)
            if quality:
                yield part, quality

    def _clusters(self, reading: Reading, hits: list[Hit]) -> Iterator[Found]:
        """Hits of one particular that stand together; each group that weighs enough is a finding."""
        by_owner: dict[int, list[Hit]] = defaultdict(list)
        for hit in hits:
            by_owner[hit.part.owner].append(hit)
        for owner, own in by_owner.items():
            person = self.particulars[owner].kind is Kind.PERSON
            group: list[Hit] = []
            for hit in sorted(own, key=lambda one: (one.first, one.last)):
                if group and hit.first - max(one.last for one in group) > REACH + 1:
                    yield from self._judge(reading, owner, group, person)
                    group = []
                group.append(hit)
            yield from self._judge(reading, owner, group, person)

    def _judge(self, reading: Reading, owner: int, group: list[Hit], person: bool) -> Iterator[Found]:
        best = _best(group)
        first, last = best[0].first, max(hit.last for hit in best)
        capital = all(reading.words[hit.first].capital for hit in best)
        weight = sum(hit.weight for hit in best)
        if person and len({hit.first for hit in best}) == 1 and weight < ALONE:
            weight += self._company(reading, owner, best[0])
        complete = {(hit.part.value, hit.part.place) for hit in best} >= self._value_places(
            owner, best[0].part.value
        )
        lone = [hit for hit in group if hit.weight >= ALONE]
        adjoin = self._adjoin(reading, best)
        enough = COMPLETE if complete and not person and len(best) > 1 else ALONE
        if weight >= enough and (lone or (adjoin and (capital or complete))):
            if person and self._named_after(reading, owner, first, last):
                return
            strongest = max(best, key=lambda hit: hit.weight)
            rule = strongest.rule if any(hit.rule != "name" for hit in best) else "name"
            for one, other in [(first, last)] if adjoin else [(hit.first, hit.last) for hit in lone]:
                yield Found(owner, rule, *reading.word_span(one, other))
            return
        for hit in group:
            if self._worth_a_look(reading, hit):
                yield Found(
                    owner,
                    "name-ordinary" if person else "name-partial",
                    *reading.word_span(hit.first, hit.last),
                )
                return

    def _adjoin(self, reading: Reading, best: Sequence[Hit]) -> bool:
        """Whether nothing but particles, titles and initials stands between words that identify only together."""
        return all(
            len(word.text) == 1 or word.text in words.NAME_PARTICLES or word.text in words.TITLES
            for one, other in pairwise(best)
            for word in reading.words[one.last + 1 : other.first]
        )

    def _value_places(self, owner: int, value: int) -> set[tuple[int, int]]:
        return {(number, place) for number, place in self.places[owner] if number == value}

    def _company(self, reading: Reading, owner: int, hit: Hit) -> float:
        """What a title or the initial of another part beside a word adds to it."""
        around = [
            reading.words[i]
            for i in range(max(0, hit.first - REACH), min(len(reading.words), hit.last + 3))
            if not hit.first <= i <= hit.last
        ]
        if any(
            i in words.TITLES
            for i in (one.text for one in around[:REACH] if one.end <= reading.words[hit.first].start)
        ):
            return COMPANY
        others = {
            text[:1]
            for text in self.own_words[owner]
            if text != hit.part.text and text not in words.PARTICLES
        }
        others |= {latin(one)[:1] for one in others}
        for one in around:
            if (
                len(one.text) == 1
                and one.text in others
                and one.capital
                and reading.folded.text[one.end : one.end + 1] == "."
            ):
                return COMPANY
        return 0.0

    def _worth_a_look(self, reading: Reading, hit: Hit) -> bool:
        """Whether a word that is only part of a name, or also an ordinary word, could be the name where it stands."""
        word = reading.words[hit.first]
        if (
            hit.rule not in ("name", "name-lookalike")
            or not word.capital
            or hit.part.weight < COMMON
            or len(word.text) < 2
        ):
            return False
        cased = word.plain[:1].isupper()
        if cased:
            if word.opens or hit.part.weight == COMMON:
                return False
            near = (
                reading.words[max(0, hit.first - 1) : hit.first] + reading.words[hit.last + 1 : hit.last + 2]
            )
            return (
                not any(one.text.isdigit() or one.text in _BEFORE_MONTHS for one in near)
                or word.text not in words.geography()
            )
        return word.plain == hit.part.text or any(
            word.plain == one for value in self.particulars[hit.part.owner].values for one in value.split()
        )

    def _named_after(self, reading: Reading, owner: int, first: int, last: int) -> bool:
        """Whether a name stands in the name of a place, a law or a prize."""
        around: list[str] = []
        if last + 1 < len(reading.words) and reading.words[first].capital and self._touch(reading, last):
            around.append(reading.words[last + 1].text)
        before = first - 1
        while before >= 0 and self._touch(reading, before) and reading.words[before].text in words.LINKING:
            before -= 1
        if before >= 0 and self._touch(reading, before):
            around.append(reading.words[before].text)
        nouns = [bare for word in around for bare, _ in forms.bare(word, forms.script_of(word))]
        return any(noun in words.NAMED_AFTER and noun not in self.own_words[owner] for noun in nouns)

    def _touch(self, reading: Reading, at: int) -> bool:
        """Whether nothing but a space or an apostrophe stands between a word and the next one."""
        return reading.folded.text[reading.words[at].end : reading.words[at + 1].start] in (" ", "'", "")

    def _joined(self, reading: Reading) -> Iterator[Found]:
        squeezed = reading.squeezed
        texts = [squeezed]
        if not squeezed.text.isascii():
            texts.append(squeezed.rewritten(latin))
        for strand in texts:
            edges = _edges(reading, strand.starts, strand.ends)
            for needle in self.needles.values():
                at = strand.text.find(needle.text)
                while at >= 0:
                    start, end = strand.span(at, at + len(needle.text))
                    if (
                        len(needle.text) >= SHORTEST_JOINED
                        or (start in edges[0] and end in edges[1])
                        or _inside_token(reading.original, start, end)
                    ):
                        yield Found(needle.owner, needle.rule, start, end)
                    at = strand.text.find(needle.text, at + 1)

    def _solid(self, reading: Reading) -> Iterator[Found]:
        text = reading.squeezed.text
        if not han.SOLID.search(text):
            return
        for stretch, needles in self.solid.items():
            at = text.find(stretch)
            seen = False
            while at >= 0:
                for needle in needles:
                    ordinary = needle.rule == "name-ordinary"
                    cut = 0 if needle.rule != "name-before" else len(stretch) - len(needle.text)
                    after = text[at + len(stretch) : at + len(stretch) + 4]
                    if cut and (
                        at
                        and han.HAN.match(text[at - 1])
                        and text[at - 1] not in "的和与及对向由被把让是在，"
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
        yield from self._read_in_japanese(reading)
        for start, end, spoken in han.find_pinyin(reading.squeezed, list(self.spoken)):
            yield Found(self.spoken[spoken], "name-other-script", *reading.squeezed.span(start, end))

    def _read_in_japanese(self, reading: Reading) -> Iterator[Found]:
        """Names in Han characters that are read in Japanese as a Latin name, in texts or for names that are Japanese."""
        text = reading.plain.text
        if not (han.is_japanese(reading) or any(one.language.startswith("ja") for one in self.particulars)):
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
                    for part, _ in self.exact.get(spelling, ())
                    if part.weight >= SURE and len(spelling) > 3 and end - start > 1
                }:
                    yield Found(part.owner, "name-other-script", *reading.plain.span(start, end))
                for j in range(i + 1, min(i + 4, len(tokens))):
                    for column in (0, -1):
                        needle = self.needles.get("".join(one[2][column] for one in tokens[i : j + 1]))
                        if needle and needle.rule == "name-joined":
                            yield Found(
                                needle.owner, "name-other-script", *reading.plain.span(start, tokens[j][1])
                            )

    def _backwards(self, reading: Reading) -> Iterator[Found]:
        for i, word in enumerate(reading.words):
            if len(word.text) > 4 and not _common(word.text):
                for part, rule in self.exact.get(word.text[::-1], ()):
                    if rule == "name" and part.weight >= SURE and part.text != word.text:
                        yield Found(part.owner, "name-reversed", *reading.word_span(i, i))

    def _initials(self, reading: Reading) -> Iterator[Found]:
        for found in _INITIALS.finditer(reading.plain.text):
            letters = "".join(fold_words(" ".join(one for one in found.group() if one.isalpha())))
            for owner in self.initials.get(letters, ()):
                yield Found(
                    owner,
                    "name-initials",
                    *reading.plain.span(found.start(), found.start() + len(found.group().rstrip())),
                )

    def _acronyms(self, reading: Reading) -> Iterator[Found]:
        if not self.acronyms:
            return
        for found in _CAPITALS.finditer(reading.plain.text):
            for owner, rule in self.acronyms.get(found.group().replace(".", "").replace("-", ""), ()):
                yield Found(owner, rule, *reading.plain.span(*found.span()))


_ARABIC_SIGNS = frozenset("al el bin ibn bint abu abou umm oum abdul abdel ould".split())
_BEFORE_MONTHS = words.PARTICLES | frozenset(
    "since early mid late last next during until from en de au depuis fin début desde hasta".split()
)
_INITIALS = re.compile(r"(?<![^\W_])(?<!\.)(?:[^\W\d_]\.[ -]?){2,4}(?![a-z])")
_ACCENTED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_HAN_STRETCH = re.compile(r"[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff々]{2,400}")
_CAPITALS = re.compile(r"(?<![^\W_])[^\W\d_](?:[.-]?[^\W\d_]){1,11}(?![^\W_])")


def _units(one: Particular, value: str) -> list[str]:
    """The names in a value: of a place each level, of others the whole."""
    if one.kind is not Kind.PLACE:
        return [value]
    allowed = set(fold_words(one.allowed_form))
    return [
        unit
        for unit in re.split(r"[,،、，;|/>›(){}\n]+", value)
        if unit.strip() and not set(fold_words(unit)) <= allowed
    ]


def _is_acronym(value: str) -> bool:
    bare = value.strip().replace(".", "").replace("-", "")
    return 2 <= len(bare) <= 8 and bare.isalpha() and bare.isupper() and " " not in bare


def _person_weights(value: list[str]) -> list[float]:
    """0 for particles; the rest sure, unless it is short or an ordinary word."""
    weights = []
    for text in value:
        if text in words.PARTICLES and len(value) > 1:
            weights.append(0.0)
        elif _ordinary(text) or text in words.FIELD or len(text) < forms.shortest(text) or text.isdigit():
            weights.append(HALF)
        else:
            weights.append(SURE)
    return weights


def _phrase_weights(value: list[str]) -> list[float]:
    """Weights of the words of an organisation, a place or another phrase: rare words count, words of its kind little."""
    weights = []
    for text in value:
        if text in words.PARTICLES or (len(text) < 2 and not text.isdigit()):
            weights.append(0.0)
        elif text in words.KINDS:
            weights.append(FILLER)
        elif _common(text) or text.isdigit():
            weights.append(COMMON)
        else:
            weights.append(RARE)
    bearing = [weight for weight in weights if weight >= COMMON]
    if bearing == [RARE] and sum(weight > 0 for weight in weights) <= 2:
        return [SURE if weight == RARE else weight for weight in weights]
    return weights


def _split_han(text: str, one: Particular) -> list[str]:
    """Family and given name of a name written in one: as the particular says, or by the number of signs."""
    for part, other in ((one.family, one.given), (one.given, one.family)):
        if part and text.startswith(part) and text != part:
            return [part, text[len(part) :]]
        if other and text.endswith(other) and text != other:
            return [text[: -len(other)], other]
    if one.language.startswith("ja"):
        pieces = [text[start:end] for start, end, _, _ in han.japanese_words(text)]
        if len(pieces) > 1 and "".join(pieces) == text:
            return [pieces[0], "".join(pieces[1:])]
    family = 2 if text[:2] in words.HAN_FAMILIES and len(text) > 2 else 1
    return [text[:family], text[family:]] if 2 <= len(text) <= 4 else [text]


def _most_edits(length: int, script: int) -> int:
    if script in (forms.ARABIC, forms.HEBREW):
        return 0 if length < 5 else 1 if length < 9 else 2
    return 0 if length < 4 else 1 if length < 8 else 2


def _shortened(text: str) -> Iterator[str]:
    """A key and what remains of it without one letter, or without two when it is long: how near words meet."""
    yield text
    if len(text) < 4:
        return
    yield from {text[:i] + text[i + 1 :] for i in range(len(text))}
    if 8 <= len(text) <= 16 or len(text) == 7:
        yield from (
            {text[:i] + text[i + 1 : j] + text[j + 1 :] for i, j in combinations(range(len(text)), 2)}
            if len(text) > 7
            else ()
        )


def _rough(heard: Sound) -> Iterator[str]:
    """The skeletons of a sound, and those with one consonant less."""
    for key in skeletons(heard.phonemes):
        if len(key) > 1:
            yield key
        if len(key) > 3:
            yield from {key[:i] + key[i + 1 :] for i in range(len(key))}
        if len(key) > 7:
            yield from {key[:i] + key[i + 1 : j] + key[j + 1 :] for i, j in combinations(range(len(key)), 2)}


def _sounding_quality(alike: float, weight: int, both_latin: bool, foreign: bool, caseless: bool) -> float:
    """How certain a likeness makes a match, by how many consonants carry it. 0: not at all; below 1: only in company.

    Where capitals do not set names apart (`caseless`), or both spellings are Latin, more likeness is asked for.
    """
    if both_latin:
        if foreign:
            return (
                1.0 if alike >= (0.84 if weight > 3 else 0.9) and weight > 2 else 0.5 if alike >= 0.8 else 0.0
            )
        return 1.0 if alike >= 0.93 and weight > 3 else 0.0
    stricter = 0.06 if caseless else 0.0
    if weight > 4:
        return 1.0 if alike >= 0.72 + stricter else 0.5 if alike >= 0.6 + stricter else 0.0
    if weight == 4:
        return 1.0 if alike >= 0.76 + stricter else 0.5 if alike >= 0.66 + stricter else 0.0
    if weight == 3:
        return 1.0 if alike >= 0.86 + stricter else 0.5 if alike >= 0.72 + stricter else 0.0
    return 0.42 if alike >= 0.8 + stricter / 2 else 0.0  # two such parts are just enough


def _candidates(reading: Reading, longest: int) -> Iterator[tuple[int, int, Word, bool]]:
    """(first, last, word, loose): every word, then neighbours that may be pieces of one; loosely, across spaces.

    `longest` is the length of the longest key: pieces are not put together further than that.
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
            broken = len(gap) <= 2 and j == i + 1 and word.capital and joined.isalpha() and one.text.isalpha()
            if not (tight or spelt or broken) or len(joined) > longest:
                break
            loose = loose or not tight
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
                hit.part.place == one.part.place or not (hit.last < one.first or one.last < hit.first)
                for one in chosen
            )
            if not taken:
                chosen.append(hit)
        if sum(one.weight for one in chosen) > sum(one.weight for one in best):
            best = chosen
    return sorted(best, key=lambda one: (one.first, one.part.place))


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
