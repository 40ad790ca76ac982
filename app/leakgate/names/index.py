"""The index of all sealed names: every part by every key under which a word can meet it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise

from app.leakgate import forms, han, words
from app.leakgate.dictionaries import everyday
from app.leakgate.names.parts import (
    COMMON,
    COMPOUND,
    HALF,
    JOINED,
    LONGEST_KEY,
    PALLADIUS,
    RARE,
    SHORTEST_COMPOUND,
    SHORTEST_INNER,
    SHORTEST_JOINED,
    SURE,
    Needle,
    Part,
    Spoken,
    is_acronym,
    ordinary,
    person_weights,
    phrase_weights,
    split_han,
    units,
)
from app.leakgate.reading import fold_words, latin_lookalike, read
from app.leakgate.sounds import Sound, joined_sound, latin, skeletons, sound, soundings
from app.leakgate.values import Kind, Particular


@dataclass(slots=True)
class Index:
    """The index of all sealed names."""

    particulars: Sequence[Particular]
    exact: dict[str, list[tuple[Part, str]]] = field(default_factory=lambda: defaultdict(list))
    stems: dict[str, list[Part]] = field(default_factory=lambda: defaultdict(list))
    nearly: dict[str, list[Part]] = field(default_factory=lambda: defaultdict(list))
    sounds: dict[str, list[tuple[Part, Sound]]] = field(default_factory=lambda: defaultdict(list))
    needles: dict[str, list[Needle]] = field(default_factory=lambda: defaultdict(list))
    solid: dict[str, list[Needle]] = field(default_factory=lambda: defaultdict(list))
    spoken: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    heard: dict[str, list[Spoken]] = field(default_factory=lambda: defaultdict(list))
    inner: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    accented: dict[str, list[Part]] = field(default_factory=lambda: defaultdict(list))
    initials: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    acronyms: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    places: dict[int, set[tuple[int, int]]] = field(default_factory=lambda: defaultdict(set))
    foreign: set[int] = field(default_factory=set)
    behind_particles: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    own_words: dict[int, frozenset[str]] = field(default_factory=dict)
    met: dict[tuple[str, str, bool, bool], list[tuple[Part, str, float]]] = field(default_factory=dict)

    @classmethod
    def of(cls, particulars: Sequence[Particular]) -> Index:
        """The index of particulars; those that are no names (dates, numbers) have no parts."""
        index = cls(particulars)
        for owner, one in enumerate(particulars):
            if one.kind in (Kind.PERSON, Kind.ORGANISATION, Kind.PLACE, Kind.OTHER):
                index._add(owner, one)
        return index

    # `spoken`: Latin spellings that Han characters may say; `heard`: whole names by sound; `inner`: what is looked for
    # inside the words of addresses, accounts and file names.

    # --- making the index ---------------------------------------------------------------------------------------

    def _add(self, owner: int, one: Particular) -> None:
        allowed = set(fold_words(one.allowed_form))
        values = [unit for value in (*one.values, *one.also) for unit in units(one, value)]
        if one.kind is Kind.PERSON and (one.given or one.family):
            values.append(f"{one.given} {one.family}")
        folded = {value: fold_words(value) for value in dict.fromkeys(values)}
        self.own_words[owner] = frozenset(word for value in folded.values() for word in value)
        own = self.own_words[owner]
        latin_language = one.language.split("-")[0] in ("", "en", "fr", "es", "de", "pt", "it", "nl")
        if not latin_language or own & _ARABIC_SIGNS or not all(word.isascii() for word in own):
            self.foreign.add(owner)
        for number, (value, value_words) in enumerate(folded.items()):
            self.behind_particles[owner] |= {two for one, two in pairwise(value_words) if one in words.PATRONYMIC}
            spaced = value_words
            if not value_words or set(value_words) <= allowed:
                continue
            if one.kind is Kind.ORGANISATION and is_acronym(value):
                short = value.strip().replace(".", "").upper()
                self.acronyms[short].append((owner, "acronym-derived" if short in words.PAIRS else "acronym"))
                if len(short) > 3:
                    self.inner[short.lower()].add(owner)
                if len(short) > 3 and not everyday(short.lower()):  # LIPANYU is also written Lipanyu
                    self._add_part(Part(owner, number, 0, "".join(value_words), SURE), "acronym")
                continue
            if one.kind is Kind.PERSON and len(value_words) == 1 and han.HANGUL.match(value_words[0]):
                family = 2 if value_words[0][:2] in words.KOREAN_FAMILIES else 1
                self._add_part(Part(owner, number, -1, value_words[0], SURE))
                spaced = [value_words[0][:family], value_words[0][family:]]
                if (spelt := words.KOREAN_SPELT.get(spaced[0])) and spaced[1]:
                    self._add_heard(owner, [spelt, latin(spaced[1])], forms.HANGUL)
                    self._add_needles(owner, [[spelt, latin(spaced[1])], [latin(spaced[1]), spelt]])
            if han.SOLID.search(value):
                self._add_solid(owner, one, number, value)
                if not han.HAN.search(value) and not han.KANA.search(value):  # Thai and its neighbours also have words
                    self._add_spaced(owner, one, number, spaced, allowed, value)
                if not one.language and len(han.HAN.findall(value)) > 3:  # Chinese names are that long but rarely
                    self._add_solid(owner, replace(one, language="ja"), len(folded) + number, value)
            else:
                self._add_spaced(owner, one, number, spaced, allowed, value)

    def _add_spaced(
        self, owner: int, one: Particular, number: int, value: list[str], allowed: set[str], original: str
    ) -> None:
        person = one.kind is Kind.PERSON
        written = [word.plain for word in read(original).words]
        written = written if len(written) == len(value) else value
        kind = one.kind is Kind.PLACE
        weights = person_weights(value) if person else phrase_weights(value, written, place=kind)
        for place, (text, weight) in enumerate(zip(value, weights, strict=True)):
            shown = written[place]
            accented = person and shown[:1].isupper() and bool(_ACCENTED.search(shown))  # Đỗ is no “do”
            own = weight or (HALF if accented else 0.0)
            if not own or (text in allowed and not person and len(value) > 1):
                continue
            small = not person and shown[:1].islower()
            part = Part(owner, number, place, text, 0.0 if text in allowed and person else own, small)
            self._add_part(part)
            # “Tống” is a name where “tong” is a word; vowel marks say as little as in other scripts
            if person and part.weight == HALF and _ACCENTED.search(shown):
                self.accented[shown].append(part)
        for compound in _COMPOUND.findall(original) if person else ():  # Da-seul is also Daseul
            text = "".join(fold_words(compound))
            if len(text) >= SHORTEST_COMPOUND and not ordinary(text):
                self._add_part(Part(owner, COMPOUND, 0, text, SURE))
        bearing = [text for text, weight in zip(value, weights, strict=True) if weight]
        if person:
            self._add_person(owner, value, bearing)
        else:
            self._add_needles(owner, [value, bearing])
            self._add_joined(owner, [bearing])
            for pair, weighs in zip(pairwise(value), pairwise(weights), strict=True):
                if min(weighs) > 0 and max(weighs) >= RARE:
                    self._needle(owner, "".join(pair), SHORTEST_JOINED)
                if min(weighs) >= COMMON and max(weighs) >= RARE:
                    self._add_heard(owner, list(pair))
            if one.kind is Kind.ORGANISATION and len(bearing) >= 3:
                derived = "".join(latin(text)[:1] for text in bearing).upper()
                sure = len(derived) > 3 and derived not in words.PAIRS
                self.acronyms[derived].append((owner, "acronym" if sure else "acronym-derived"))

    def _add_person(self, owner: int, value: list[str], bearing: list[str]) -> None:
        orders = [value, bearing, bearing[::-1]]
        if len(bearing) > 2:
            orders += [[bearing[0], bearing[-1]], [bearing[-1], bearing[0]]]
            orders += [list(pair) for pair in pairwise(bearing)]
            orders.append([bearing[0], bearing[1][:1], bearing[-1]])
        orders += [value[at : at + 2] for at in range(len(value) - 1) if value[at] in words.PARTICLES]
        orders += [value[at : at + 3] for at in range(len(value) - 2) if {*value[at : at + 2]} <= words.PARTICLES]
        self._add_needles(owner, [order for order in orders if not {*order} <= words.PARTICLES])
        self._add_heard(owner, bearing if len(bearing) > 1 else value)
        for text in bearing:
            if len(text) >= SHORTEST_INNER and not ordinary(text):
                self.inner[text].add(owner)
        if all(text.isascii() for text in value) and (russian := han.palladius(value)):
            for place, text in enumerate(russian):
                self._add_part(Part(owner, PALLADIUS, place, text, SURE if len(text) > 3 else HALF))
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
                [*bearing[1:], bearing[0]],
                *([bearing[0], one] for one in bearing[1:]),
                *([one, bearing[0]] for one in bearing[1:]),
            ):
                self.initials["".join(forms.without_article(text)[:1] for text in order)].add(owner)
                self.initials["".join(latin(text)[:1] for text in order)].add(owner)
            for whole in ("".join(bearing), "".join(bearing[::-1])):
                if whole.isascii():
                    self.spoken[whole].add(owner)
        for text in bearing:
            if len(text) >= 7 and text.isascii():
                self.spoken[text].add(owner)

    def _add_heard(self, owner: int, order: list[str], script: int | None = None) -> None:
        """How all words of a name, of which the script is told or seen, sound together, in both orders."""
        script = forms.script_of(order[0]) if script is None else script
        options = [soundings(forms.without_article(text)) for text in order[:4]]
        ways = [[ones[min(i, len(ones) - 1)] for ones in options] for i in range(max(map(len, options)))]
        for heard in {joined_sound(way) for one in ways for way in (one, one[::-1])} if len(order) > 1 else ():
            for key in whole_keys(heard):
                self.heard[key].append(Spoken(owner, heard, script))

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
        if len(text) < shortest:
            return
        for key, rule in ((text[:LONGEST_KEY], "name-joined"), (text[::-1][:LONGEST_KEY], "name-reversed")):
            needle = Needle(owner, key, rule)
            if needle not in self.needles[key] and (rule == "name-joined" or text != text[::-1]):
                self.needles[key].append(needle)

    def _add_part(self, part: Part, rule: str = "name", heard: Sound | None = None) -> None:
        text = part.text[:LONGEST_KEY]
        self.places[part.owner].add((part.value, part.place))
        script = forms.script_of(text)
        spellings = {text, forms.without_article(text)} if script == forms.ARABIC else {text}
        for one in spellings:
            if one != text and ordinary(one):  # العلي is a name, علي may be “on”
                part = replace(part, weight=min(part.weight, HALF))
            self.exact[one].append((part, rule))
            spelt = latin(one)
            if one != spelt and len(spelt) > (3 if script in (forms.ARABIC, forms.HEBREW) else 2):
                self.exact[spelt].append((part, "name-other-script"))
            if script in (forms.CYRILLIC, forms.GREEK) and len(seen := latin_lookalike(one)) > 3:
                self.exact[seen].append((part, "name-lookalike"))
            for stem in forms.stems(one, script, own=True):
                self.stems[stem].append(part)
            for shorter in shortened(one):
                self.nearly[shorter].append(part)
            if script == forms.HANGUL and part.weight < SURE and len(latin(one)) > 3 and not ordinary(latin(one)):
                self.exact[latin(one)].append((replace(part, weight=SURE), "name-other-script"))
            for own in {*soundings(one), heard or sound(one)}:
                for key in rough(own) if own.weight > 1 else ():
                    self.sounds[key].append((part, own))

    def _add_solid(self, owner: int, one: Particular, number: int, value: str) -> None:
        """A value in a script without spaces: its stretches, and its Latin spellings as parts."""
        pieces = [piece for piece in re.split(r"[\s·・･‧=＝,，、]+", read(value).plain.text) if piece]
        person = one.kind is Kind.PERSON
        if person and len(pieces) == 1 and han.HAN.match(pieces[0]):
            pieces = split_han(pieces[0], one)
        pieces = [piece for piece in pieces if fold_words(piece)]
        folded = ["".join(fold_words(piece)) for piece in pieces]
        whole = "".join(folded)
        for place, text in enumerate(folded):
            if len(text) >= (2 if han.HAN.match(text) or not person else 3):
                self.solid[text].append(Needle(owner, text, "name", text == whole))
                if len(text) > 2:
                    self.solid[text[::-1]].append(Needle(owner, text, "name-reversed"))
            elif person and len(folded) > 1 and place == 0:
                self._add_short_family(owner, text)
            for spelling in self._spoken_forms(one, pieces[place]):
                weight = SURE if person and len(spelling) > 2 and not ordinary(spelling) else HALF
                self._add_part(
                    Part(owner, number, place, spelling, weight),
                    "name-other-script",
                    heard=sound(han.as_heard(spelling)),
                )
        if len(whole) >= 2:
            self.solid[whole].append(Needle(owner, whole, "name"))
            if len(whole) > 2:
                self.solid[whole[::-1]].append(Needle(owner, whole, "name-reversed"))
        for cut in () if person else words.HAN_KINDS:
            if whole.endswith(cut) and len(whole) - len(cut) >= (3 if one.kind is Kind.ORGANISATION else 2):
                short = whole.removesuffix(cut)
                self.solid[short].append(Needle(owner, short, "name", whole=False))
                for spelling in han.pinyin_spellings(short, 2) if one.kind is Kind.PLACE else ():
                    self._add_part(Part(owner, JOINED, 0, spelling, SURE), "name-other-script")
        spoken = [self._spoken_forms(one, text) for text in pieces]
        if person and len(folded) > 1 and all(spoken):
            for order in (spoken, spoken[::-1]):
                self._add_needles(owner, [[first[0] for first in order], [first[-1] for first in order]])
                self.initials["".join(first[0][:1] for first in order)].add(owner)
            self._add_heard(owner, [han.as_heard(first[0]) for first in spoken], forms.OTHER)
            if len(whole) > 2 and han.HAN.match(whole):
                self.spoken["".join(first[0] for first in spoken)].add(owner)
            for place, text in enumerate(han.palladius([first[0] for first in spoken])):
                self._add_part(
                    Part(owner, PALLADIUS, place, text, SURE if len(text) > 3 else HALF), "name-other-script"
                )

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
        japanese = one.language.startswith("ja") or any(han.KANA.search(value) for value in (*one.values, *one.also))
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
            for needles in self.needles.values()
            for needle in needles
            if needle.rule == "name-joined" and needle.text.isascii()
        )
        yield from (
            (text, part.owner)
            for text, met in self.exact.items()
            for part, _ in met
            if part.weight >= SURE and text.isascii()
        )


_ARABIC_SIGNS = frozenset("al el bin ibn bint abu abou umm oum abdul abdel ould".split())
_COMPOUND = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})+")
_ACCENTED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")


def shortened(text: str) -> Iterator[str]:
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


def whole_keys(heard: Sound) -> Iterator[str]:
    """The skeletons of a whole name, and those with one consonant less."""
    keys = dict.fromkeys(skeletons(heard.phonemes))
    yield from dict.fromkeys(
        one for key in keys for one in (key, *(key[:i] + key[i + 1 :] for i in range(len(key)) if len(key) > 3))
    )


def rough(heard: Sound) -> Iterator[str]:
    """The skeletons of a sound, and those with one consonant less."""
    for key in skeletons(heard.phonemes):
        if len(key) > 1:
            yield key
        if len(key) > 3:
            yield from {key[:i] + key[i + 1 :] for i in range(len(key))}
        if len(key) > 7:
            yield from {key[:i] + key[i + 1 : j] + key[j + 1 :] for i, j in combinations(range(len(key)), 2)}
