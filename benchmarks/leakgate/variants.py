"""The ways in which a sealed value is written otherwise, by class.

A class makes, from one half of the data and a random generator, `Variant`s: the particular, and how a text writes it.
`SIGHT` are the classes that a plain reader recognises at once: there the gate must miss nothing.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from babel.dates import format_date

from app.leakgate import Kind, Particular, Treatment
from app.leakgate.calendars import ETHIOPIAN, HIJRI, SOLAR_HIJRI, faces, months
from benchmarks.leakgate.people import Person, organisations, people, places, respelt

UN_LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh")


@dataclass(frozen=True)
class Variant:
    """A particular, how it is written, in texts of which language, and whether a warning is enough."""

    particular: Particular
    written: str
    language: str = ""
    warn: bool = False
    second: str = ""  # what stands at the beginning of another text
    script: str = field(default="", compare=False)


Maker = Callable[[str, random.Random], Iterator[Variant]]
CLASSES: dict[str, Maker] = {}
SIGHT: set[str] = set()


def variant_class(name: str, *, sight: bool = False) -> Callable[[Maker], Maker]:
    def kept(maker: Maker) -> Maker:
        CLASSES[name] = maker
        if sight:
            SIGHT.add(name)
        return maker

    return kept


def sealed(person: Person, *, latin: bool = False, also: tuple[str, ...] = ()) -> Particular:
    value = person.romanised if latin else person.native
    given, family = (
        (person.given.romanised, person.family.romanised) if latin else (person.given.native, person.family.native)
    )
    known = person.language in ("zh", "ja", "ko", "ar", "ru")
    return Particular(Kind.PERSON, (value,), given, family, also, person.language if known else "")


def _each(
    split: str,
    rng: random.Random,
    write: Callable[[Person, str], str | None],
    *,
    latin_only: bool = False,
    **more: object,
) -> Iterator[Variant]:
    for person in people(split):
        if latin_only and not person.romanised.replace(" ", "").replace("-", "").isascii():
            continue
        particular = sealed(person, latin=latin_only)
        written = write(person, particular.values[0])
        if written and written != "":
            yield Variant(particular, written, script=person.language, **more)  # type: ignore[arg-type]


# --- at sight ---------------------------------------------------------------------------------------------------


@variant_class("as written", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    yield from _each(split, rng, lambda person, value: value)


@variant_class("case", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    cases = (str.upper, str.lower, str.swapcase)
    yield from _each(
        split, rng, lambda person, value: rng.choice(cases)(value) if value.upper() != value.lower() else None
    )


@variant_class("accents off", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    def bare(person: Person, value: str) -> str | None:
        out = "".join(one for one in unicodedata.normalize("NFD", value) if unicodedata.category(one) != "Mn")
        return (
            out if out != value and person.language in ("fr", "es", "de", "tr", "vi", "el", "ru", "he", "ar") else None
        )

    yield from _each(split, rng, bare)


@variant_class("accents on", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    def accented(person: Person, value: str) -> str:
        return "".join(
            unicodedata.normalize("NFC", one + rng.choice("\u0301\u0300\u0308")) if one in "aeiou" else one
            for one in value
        )

    yield from _each(split, rng, accented, latin_only=True)


@variant_class("full width", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    yield from _each(
        split,
        rng,
        lambda person, value: "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in value),
        latin_only=True,
    )


@variant_class("mathematical letters", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    def letters(person: Person, value: str) -> str:
        return "".join(
            chr(0x1D400 + ord(one) - 65)
            if "A" <= one <= "Z"
            else chr(0x1D41A + ord(one) - 97)
            if "a" <= one <= "z"
            else one
            for one in value
        )

    yield from _each(split, rng, letters, latin_only=True)


@variant_class("invisible signs", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    signs = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202c\u2066\u2069"

    def hidden(person: Person, value: str) -> str:
        return "".join(one + (rng.choice(signs) if rng.random() < 0.5 else "") for one in value)

    yield from _each(split, rng, hidden)


@variant_class("references", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    def referred(person: Person, value: str) -> str:
        return "".join(rng.choice((f"&#{ord(one)};", f"&#x{ord(one):x};", one)) if one != " " else one for one in value)

    yield from _each(split, rng, referred)


@variant_class("percent escapes", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    yield from _each(
        split,
        rng,
        lambda person, value: "".join(
            "".join(f"%{byte:02X}" for byte in one.encode()) if one != " " else "%20" for one in value
        ),
    )


@variant_class("look-alikes", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    alike = dict(zip("aceopxyijsABCEHKMOPTXYI", "асеорхуіјѕАВСЕНКМОРТХУІ", strict=True))

    def mixed(person: Person, value: str) -> str | None:
        out = "".join(alike.get(one, one) if rng.random() < 0.6 else one for one in value)
        return out if out != value else None

    yield from _each(split, rng, mixed, latin_only=True)


@variant_class("digits for letters", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    digits = {"o": "0", "e": "3", "a": "4", "i": "1", "s": "5"}

    def leet(person: Person, value: str) -> str | None:
        return (
            " ".join(
                word[0]
                + "".join(digits.get(one, one) if i == 0 else one for i, one in enumerate(word[1:-1]))
                + word[-1]
                for word in value.split()
                if len(word) > 3
            )
            or None
        )

    yield from _each(split, rng, leet, latin_only=True)


@variant_class("Turkish i", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        if person.language == "tr":
            value = person.native
            for written in (
                value.replace("i", "İ").replace("ı", "I").upper(),
                value.replace("ı", "i").replace("İ", "I"),
                value.lower(),
                value.upper(),
            ):
                yield Variant(sealed(person), written, script="tr")


@variant_class("Arabic letters", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        if person.language in ("ar", "fa"):
            value = person.native
            swaps = (
                ("ي", "ی"),
                ("ك", "ک"),
                ("ة", "ه"),
                ("أ", "ا"),
                ("إ", "ا"),
                ("ی", "ي"),
                ("ک", "ك"),
                ("ا", "أ"),
            )
            for old, new in swaps:
                if old in value:
                    yield Variant(sealed(person), value.replace(old, new, 1), script=person.language)
            yield Variant(
                sealed(person),
                "ـ".join(value.split(" ")[0]) + value[len(value.split(" ")[0]) :],
                script=person.language,
            )
            yield Variant(
                sealed(person),
                "".join(one + rng.choice("\u064e\u064f\u0650\u0651\u0652") if one != " " else one for one in value),
                script=person.language,
            )


@variant_class("Hebrew points", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        if person.language == "he" and "points" in person.given.ways:
            yield Variant(
                sealed(person),
                f"{person.given.ways['points']} {person.family.ways.get('points', person.family.native)}",
                script="he",
            )


@variant_class("spaced or broken", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    ways: tuple[Callable[[str], str], ...] = (
        lambda value: " ".join(value.replace(" ", "")),
        lambda value: ".".join(value.replace(" ", "")),
        lambda value: value.replace(" ", "\n"),
        lambda value: value.replace(" ", "  "),
        lambda value: "-".join(value.replace(" ", "")),
        lambda value: value[: len(value) // 2] + "\n" + value[len(value) // 2 :],
        lambda value: value.replace(" ", "\u00a0"),
        lambda value: value[: len(value) // 2] + "-\n" + value[len(value) // 2 :],
    )
    yield from _each(split, rng, lambda person, value: rng.choice(ways)(value))


@variant_class("other order", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        given, family = person.given.native, person.family.native
        yield Variant(
            sealed(person),
            rng.choice((f"{family}, {given}", f"{family} {given}", f"{family.upper()} {given}", f"{given} {family}")),
            script=person.language,
        )


@variant_class("given name alone", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    """A given name of one Han character is nobody's alone either."""
    for person in people(split):
        if len(person.given.native) > 1:
            yield Variant(sealed(person), person.given.native, script=person.language)


@variant_class("family name alone", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    """A family name of one Han or Hangul sign is nobody's alone: it stands with a title, as such texts write it."""
    titles = {
        "zh": ("{}先生", "{}女士", "{}律师", "{}某", "老{}"),
        "ko": ("{}씨", "{} 변호사", "{}씨", "{}씨", "{}씨"),
    }
    for person in people(split):
        family = person.family.native
        written = (
            rng.choice(titles[person.language]).format(family)
            if person.language in titles and len(family) == 1
            else f"{family}さん"
            if len(family) == 1
            else family
        )
        yield Variant(sealed(person), written, script=person.language)


# --- beyond sight -----------------------------------------------------------------------------------------------


def _edited(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    letter = rng.choice("aeiounrlst")
    kind = rng.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + letter + word[at:]
    if kind == 2:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + letter + word[at + 1 :]


@variant_class("misspelt by one")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        family = person.family.romanised
        if len(family) > 3 and family.isascii() and family.isalpha() and (edited := _edited(family, rng)) != family:
            yield Variant(sealed(person, latin=True), edited, script=person.language)


@variant_class("misspelt by two")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        family = person.family.romanised
        if len(family) > 8 and family.isascii() and family.isalpha():
            yield Variant(sealed(person, latin=True), _edited(_edited(family, rng), rng), script=person.language)


@variant_class("initial and family name")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        if person.language not in ("zh", "ko", "ja", "th"):
            yield Variant(
                sealed(person),
                rng.choice(
                    (
                        f"{person.given.native[0]}. {person.family.native}",
                        f"{person.family.native} {person.given.native[0]}.",
                    )
                ),
                script=person.language,
            )


@variant_class("initials alone")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        if person.language in ("en", "fr", "es", "de", "ru", "el", "tr", "hy"):
            one = person.given.native[0]
            other = next(sign for sign in person.family.native if sign.isupper() or sign.lower() == sign.upper())
            yield Variant(
                sealed(person),
                rng.choice((f"{one}. {other}.", f"{one}.{other}.", f"{other}. {one}.")),
                warn=True,
                script=person.language,
            )


@variant_class("nickname given")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        if "nick" in person.given.ways:
            ways = [one.strip() for one in person.given.ways["nick"].split(",")]
            yield Variant(sealed(person, also=tuple(ways)), rng.choice(ways), script=person.language)


@variant_class("title around")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    titles = {
        "en": ("Ms. {}", "Dr {}", "Judge {}"),
        "fr": ("Mme {}", "Maître {}"),
        "es": ("la Sra. {}", "don {}"),
        "ru": ("г-жа {}", "адвокат {}"),
        "ar": ("السيد {}", "الدكتورة {}"),
        "zh": ("{}女士", "{}律师"),
    }
    for person in people(split):
        home = person.language if person.language in titles else "en"
        value = person.native if person.language in titles else person.romanised
        yield Variant(
            sealed(person, latin=person.language not in titles),
            rng.choice(titles[home]).format(value),
            script=person.language,
        )


@variant_class("case forms")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        for way in ("gen", "dat", "ins"):
            if way in person.family.ways:
                yield Variant(sealed(person), person.family.ways[way], script=person.language)
            if way in person.given.ways and way in person.family.ways:
                yield Variant(
                    sealed(person),
                    f"{person.given.ways[way]} {person.family.ways[way]}",
                    script=person.language,
                )


@variant_class("prefixes written together")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    prefixes = {"ar": ("و", "ل", "ب", "ف"), "he": ("ו", "ל", "ב", "של", "מ"), "am": ("የ", "ለ", "በ", "ከ")}
    for person in people(split):
        for prefix in prefixes.get(person.language, ()):
            yield Variant(sealed(person), prefix + person.family.native, script=person.language)


@variant_class("traditional signs")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        if "hant" in person.given.ways:
            yield Variant(sealed(person), person.family.ways["hant"] + person.given.ways["hant"], script="zh")
            traditional = replace(
                sealed(person),
                values=(person.family.ways["hant"] + person.given.ways["hant"],),
                given="",
                family="",
            )
            yield Variant(traditional, person.native, script="zh")


@variant_class("into Latin letters")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        if not person.given.native.isascii():
            for given, family in zip(person.given.latin, person.family.latin, strict=False):
                yield Variant(sealed(person), person.full(given, family), script=person.language)


@variant_class("into Latin letters, one name")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        if person.language not in ("zh", "vi", "ko") and not person.given.native.isascii():
            for family in person.family.latin:
                yield Variant(sealed(person), family, script=person.language)


@variant_class("out of Latin letters")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        if not person.given.native.isascii() and person.language not in ("fr", "es", "de", "tr", "vi"):
            yield Variant(sealed(person, latin=True), person.native, script=person.language)


@variant_class("Latin names in other scripts")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for one in respelt(split):
        particular = Particular(Kind.PERSON, (f"{one['given']} {one['family']}",))
        for script, written in one.items():
            if script not in ("given", "family"):
                yield Variant(particular, written, script=script)


@variant_class("between other scripts")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        for script in ("ru", "ar", "he"):
            if script in person.given.ways and script in person.family.ways:
                yield Variant(
                    sealed(person),
                    person.full(person.given.ways[script], person.family.ways[script]),
                    script=f"{person.language}→{script}",
                )


@variant_class("pinyin with tones")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        if "tone" in person.given.ways:
            yield Variant(sealed(person), f"{person.family.ways['tone']} {person.given.ways['tone']}", script="zh")
            yield Variant(sealed(person), f"{person.given.ways['tone']} {person.family.ways['tone']}", script="zh")


@variant_class("kana")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        if "kana" in person.given.ways:
            kana = person.family.ways["kana"] + person.given.ways["kana"]
            katakana = "".join(chr(ord(one) + 0x60) if "\u3041" <= one <= "\u3096" else one for one in kana)
            latin = sealed(person, latin=True)
            yield Variant(latin, f"{person.family.ways['kana']} {person.given.ways['kana']}", script="ja")
            yield Variant(replace(sealed(person), also=(kana,)), katakana, script="ja")


@variant_class("joined")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        if person.romanised.replace(" ", "").replace("-", "").isascii():
            given, family = (
                one.romanised.lower().replace(" ", "").replace("-", "") for one in (person.given, person.family)
            )
            ways = (
                f"/people/{given}-{family}",
                f"@{given}{family}",
                f"@{family}_{given}",
                f"{given}_{family}.pdf",
                f"{given}.{family}@mail.example",
                f"{family}{given}@mail.example",
                f"https://x.example/{given}{family}",
                f"IMG_{given}{family}_2.jpg",
                f"#{given}{family}",
                f"{given.capitalize()}{family.capitalize()}",
            )
            yield Variant(sealed(person, latin=True), rng.choice(ways), script=person.language)


@variant_class("split over two texts")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        value = person.romanised
        if value.replace(" ", "").isascii() and len(person.family.romanised) > 5 and " " not in person.family.romanised:
            family = person.family.romanised
            cut = len(family) // 2
            yield Variant(sealed(person, latin=True), family[:cut], second=family[cut:], script=person.language)


@variant_class("backwards")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    yield from _each(
        split, rng, lambda person, value: value[::-1] if len(value) > 8 else None, latin_only=True, warn=True
    )


# --- organisations and places -----------------------------------------------------------------------------------


def _organisation(record: dict[str, str]) -> Particular:
    names = tuple(record[code] for code in UN_LANGUAGES)
    return Particular(
        Kind.ORGANISATION,
        names[:1],
        also=(*names[1:], *(value for key, value in record.items() if key.endswith(".acronym"))),
    )


@variant_class("organisation", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for record in organisations(split):
        for code in UN_LANGUAGES:
            value = record[code]
            yield Variant(
                _organisation(record),
                rng.choice((value, value.upper(), value.replace(" ", "\n", 1))),
                code,
                script=code,
            )


@variant_class("organisation's acronym", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for record in organisations(split):
        for key, value in record.items():
            if key.endswith(".acronym"):
                yield Variant(
                    _organisation(record), rng.choice((value, ".".join(value) + ".")), key[:2], script=key[:2]
                )


@variant_class("organisation in part")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for record in organisations(split):
        yield Variant(
            _organisation(record),
            " ".join(record["en"].replace("Association of ", "").replace("Committee of the ", "").split()[:2]),
            "en",
            warn=True,
            script="en",
        )


def _place(record: dict[str, list[str]], code: str) -> Particular:
    return Particular(
        Kind.PLACE, (", ".join(record[code]),), treatment=Treatment.GENERALISE, allowed_form=record[code][-1]
    )


@variant_class("place", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for record in places(split):
        for code in UN_LANGUAGES:
            for level in record[code][:-1]:
                yield Variant(_place(record, code), level, code, script=code)


@variant_class("place in another language")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for record in places(split):
        for code in ("ru", "ar"):
            yield Variant(_place(record, "en"), record[code][0], code, script=code)
        for level in record["ru.gen"]:
            yield Variant(_place(record, "ru"), level, "ru", script="ru")


# --- numbers and dates ------------------------------------------------------------------------------------------

_SCRIPTS_OF_DIGITS = (
    "٠١٢٣٤٥٦٧٨٩",
    "۰۱۲۳۴۵۶۷۸۹",
    "०१२३४५६७८९",
    "๐๑๒๓๔๕๖๗๘๙",
    "０１２３４５６７８９",
    "০১২৩৪৫৬৭৮৯",
)


def _in_digits(text: str, digits: str) -> str:
    return text.translate(str.maketrans("0123456789", digits))


@variant_class("telephone", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for _ in range(12):
        area, one, two = rng.randrange(11, 99), rng.randrange(100, 999), rng.randrange(1000, 9999)
        particular = Particular(Kind.CONTACT, (f"+990 {area} {one} {two}",))
        ways = (
            f"+990{area}{one}{two}",
            f"0{area} {one} {two}",
            f"0{area}-{one}-{two}",
            f"({area}) {one}.{two}",
            f"00990 {area} {one} {two}",
            f"{area}{one}{two}",
            f"{area} {one} {str(two)[:2]} {str(two)[2:]}",
            f"{area}\u2011{one}\u2011{two}",
            f"{area} {one}\n{two}",
            _in_digits(f"+990 {area} {one} {two}", rng.choice(_SCRIPTS_OF_DIGITS)),
        )
        for written in rng.sample(ways, 4):
            yield Variant(particular, written)


@variant_class("address", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for person in people(split):
        if person.romanised.isascii():
            local = f"{person.given.romanised}.{person.family.romanised}".lower().replace(" ", "").replace("-", "")
            value = f"{local}@post.example"
            ways = (
                value,
                value.upper(),
                value.replace("@", " [at] "),
                value.replace("@", "(at)").replace(".", " (dot) "),
                value.replace("@", " @ "),
                value.replace("@", "&#64;"),
                value.replace("@", "＠"),
            )
            yield Variant(Particular(Kind.CONTACT, (value,)), rng.choice(ways))


@variant_class("identifier", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for _ in range(20):
        letters, number = (
            "".join(rng.choice("ABCEHKMPTX") for _ in range(2)),
            rng.randrange(1_000_000, 9_999_999),
        )
        cyrillic = letters.translate(str.maketrans("ABCEHKMPTX", "АВСЕНКМРТХ"))
        particular = Particular(Kind.IDENTIFIER, (f"{letters}{number}",))
        yield Variant(
            particular,
            rng.choice(
                (
                    f"{letters}{number}",
                    f"{letters} {number}",
                    f"{letters.lower()}-{number}",
                    f"{letters}.{number}",
                    f"{cyrillic}{number}",
                    f"{letters}\u200b{number}",
                    _in_digits(f"{letters}{number}", rng.choice(_SCRIPTS_OF_DIGITS)),
                )
            ),
        )
        case, year = rng.randrange(100, 9999), rng.randrange(2021, 2027)
        yield Variant(
            Particular(Kind.IDENTIFIER, (f"{case}/{year}",)),
            rng.choice((f"{case}/{year}", f"{case}-{year}", f"{case} of {year}", f"{case} / {year}")),
        )


@variant_class("coordinates", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for _ in range(12):
        north, east = rng.uniform(10, 60), rng.uniform(10, 90)
        particular = Particular(
            Kind.PLACE, (f"{north:.6f}, {east:.6f}",), treatment=Treatment.GENERALISE, allowed_form="XA"
        )
        ways = (
            f"{north:.5f}, {east:.5f}",
            f"{north:.3f} {east:.3f}",
            f"{north:.2f},{east:.2f}",
            f"{north:.4f}° N, {east:.4f}° E",
            f"{int(north)}°{int(north % 1 * 60)}′12″N {int(east)}°{int(east % 1 * 60)}′40″E",
            f"N{north:.4f}, E{east:.4f}",
            f"geo:{north:.4f},{east:.4f}",
            _in_digits(f"{north:.4f}", "٠١٢٣٤٥٦٧٨٩").replace(".", "٫")
            + "، "
            + _in_digits(f"{east:.4f}", "٠١٢٣٤٥٦٧٨٩").replace(".", "٫"),
        )
        yield Variant(particular, rng.choice(ways))


def _days(rng: random.Random, count: int) -> Iterator[tuple[date, Particular]]:
    for _ in range(count):
        day = date(2024, 1, 1) + timedelta(rng.randrange(900))
        yield (
            day,
            Particular(Kind.DATE, (day.isoformat(),), treatment=Treatment.GENERALISE, allowed_form=f"{day:%Y-%m}"),
        )


@variant_class("finer date", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for language in UN_LANGUAGES:
        for day, particular in _days(rng, 10):
            forms = [format_date(day, size, locale=language) for size in ("full", "long", "medium", "short")]
            forms += [
                f"{day:%d/%m/%Y}",
                f"{day:%d.%m.%Y}",
                day.isoformat(),
                f"{day:%Y/%m/%d}",
                f"{day:%d-%m-%y}",
                format_date(day, "d MMMM" if language != "zh" else "M月d日", locale=language),
            ]
            if language == "en":
                forms += [
                    f"{day:%B} {day.day}",
                    f"{day:%B} {day.day}th, {day.year}",
                    f"the {day.day}th of {day:%B}",
                ]
            if language == "ar":
                forms += [
                    _in_digits(f"{day.day}/{day.month}/{day.year}", "٠١٢٣٤٥٦٧٨٩"),
                    _in_digits(format_date(day, "d MMMM y", locale="ar"), "٠١٢٣٤٥٦٧٨٩"),
                    format_date(day, "d MMMM y", locale="ar_SY"),
                ]
            yield Variant(particular, rng.choice(forms), language, script=language)


def _month_name(calendar: str, number: int, pick: Callable[[str], bool]) -> str:
    return next(
        " ".join(name) for name, means in months().items() if (calendar, number) in means and pick("".join(name))
    )


@variant_class("date in another calendar", sight=True)
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for day, particular in _days(rng, 30):
        names = {calendar: (year, month, number) for calendar, year, month, number in faces(day)}
        for calendar, script in ((HIJRI, "ar"), (SOLAR_HIJRI, "fa"), (ETHIOPIAN, "am")):
            year, month, number = names[calendar]
            own = _month_name(calendar, month, lambda name: not name.isascii() and not "а" <= name[0] <= "я")
            latin = _month_name(calendar, month, str.isascii)
            yield Variant(
                particular,
                rng.choice(
                    (
                        f"{number} {own} {year}",
                        f"{number} {latin} {year}",
                        f"{latin} {number}, {year}",
                        f"{year}/{month:02}/{number:02}" if calendar != ETHIOPIAN else f"{number} {latin} {year}",
                    )
                ),
                script=script,
            )
        yield Variant(particular, f"{day.day} {format_date(day, 'MMMM', locale='th')} {day.year + 543}", script="th")


@variant_class("date told from another")
def _(split: str, rng: random.Random) -> Iterator[Variant]:
    for day, particular in _days(rng, 12):
        later, earlier = day + timedelta(2), day - timedelta(3)
        told = {
            "en": (
                f"two days before {format_date(later, 'd MMMM y', locale='en')}",
                f"the session of {format_date(earlier, 'd MMMM y', locale='en')}; three days later",
                f"the day after {format_date(day - timedelta(1), 'd MMMM', locale='en')}",
            ),
            "fr": (
                f"trois jours après le {format_date(earlier, 'd MMMM y', locale='fr')}",
                f"la veille du {format_date(day + timedelta(1), 'd MMMM y', locale='fr')}",
            ),
            "es": (
                f"tres días después del {format_date(earlier, 'd MMMM', locale='es')} de {earlier.year}",
                f"dos días antes del {format_date(later, 'd MMMM', locale='es')} de {later.year}",
            ),
            "ru": (
                f"через три дня после {format_date(earlier, 'd MMMM y', locale='ru')} года",
                f"накануне {format_date(day + timedelta(1), 'd MMMM y', locale='ru')} года",
            ),
            "ar": (
                f"بعد يومين من {format_date(day - timedelta(2), 'd MMMM y', locale='ar')}",
                f"قبل 2 أيام من {format_date(later, 'd MMMM y', locale='ar')}",
            ),
            "zh": (
                f"{format_date(earlier, 'y年M月d日', locale='zh')}开会,三天后",
                f"{format_date(day + timedelta(1), 'y年M月d日', locale='zh')}的前一天",
            ),
        }
        language = rng.choice(UN_LANGUAGES)
        yield Variant(particular, rng.choice(told[language]), language, script=language)
