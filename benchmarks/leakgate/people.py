"""The invented people, organisations and places, read from `data/`. Two halves: one to tune with, one to report from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
VERSION = 2
FAMILY_FIRST = ("zh", "ja", "ko", "vi")
UNSPACED = ("zh", "ja", "ko")
LANGUAGES = tuple(sorted(file.stem for file in (DATA / "names").glob("*.txt")))


@dataclass(frozen=True)
class Name:
    """One word of a name: as it is written at home, in Latin letters, and in other ways by key."""

    native: str
    latin: tuple[str, ...]
    ways: dict[str, str]

    @property
    def romanised(self) -> str:
        return self.latin[0] if self.latin else self.native


@dataclass(frozen=True)
class Person:
    """An invented person."""

    language: str
    given: Name
    family: Name

    def full(self, given: str, family: str, *, space: str = " ") -> str:
        """Both names in the order of the person's language."""
        return f"{family}{space}{given}" if self.language in FAMILY_FIRST else f"{given}{space}{family}"

    @property
    def native(self) -> str:
        return self.full(self.given.native, self.family.native, space="" if self.language in UNSPACED else " ")

    @property
    def romanised(self) -> str:
        return self.full(self.given.romanised, self.family.romanised)


def sections(file: Path) -> dict[str, list[str]]:
    """The lines of a data file by the heading above them."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if text.startswith("["):
            current = text.strip("[]")
        elif text and not text.startswith("#"):
            found.setdefault(current, []).append(text)
    return found


def _name(line: str) -> Name:
    native, latin, *rest = [part.strip() for part in (line + ";").split(";")][: line.count(";") + 2]
    ways = dict(part.split("=", 1) for part in rest if "=" in part)
    return Name(native, tuple(one.strip() for one in latin.split(",") if one.strip()), ways)


@cache
def people(split: str) -> tuple[Person, ...]:
    """The people of one half, each given name with each of two family names of its language."""
    found: list[Person] = []
    for language in LANGUAGES:
        own = sections(DATA / "names" / f"{language}.txt")
        given = [_name(line) for line in own[f"{split} given"]]
        family = [_name(line) for line in own[f"{split} family"]]
        for i, one in enumerate(given):
            other = family[i]
            if one.ways.get("sex") == "f" and other.ways.get("sex") == "m":
                other = next(name for name in family if name.ways.get("sex") == "f")
            if one.ways.get("sex") == "m" and other.ways.get("sex") == "f":
                other = next(name for name in family if name.ways.get("sex") == "m")
            found.append(Person(language, one, other))
    return tuple(found)


def _records(name: str, split: str) -> list[dict[str, str]]:
    lines = sections(DATA / f"{name}.txt")[split]
    return [dict(part.strip().split("=", 1) for part in line.split(";")) for line in lines]


@cache
def organisations(split: str) -> list[dict[str, str]]:
    return _records("organisations", split)


@cache
def places(split: str) -> list[dict[str, list[str]]]:
    """Village, district and province of each place, by language."""
    return [
        {key: [one.strip() for one in value.split("|")] for key, value in one.items()}
        for one in _records("places", split)
    ]


@cache
def respelt(split: str) -> list[dict[str, str]]:
    """Latin names as other scripts write them."""
    return _records("respelt", split)
