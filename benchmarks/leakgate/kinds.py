"""Cases by kind and language: what must be found, and what must not. `python -m benchmarks.leakgate.kinds [tune|report]`.

Each line of `data/kinds/` is one case, written by hand. The half “tune” may be read while the gate is worked on; of the
half “report” only the figures are read. “second” and “third” were written when the phrases stood, in other words, to judge them.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from app.leakgate import Finding, Kind, Particular, Treatment, examine
from benchmarks.leakgate.__main__ import SEED
from benchmarks.leakgate.people import DATA, sections
from benchmarks.leakgate.texts import clean_text
from benchmarks.leakgate.variants import UN_LANGUAGES

ON_FILE = ("own-name", "day-of-month", "pointer")
NOT_ON_FILE = (
    "age-and-children",
    "date-of-birth",
    "address",
    "unique-post",
    "health",
    "sentence-or-fine",
    "nickname",
    "day-beside-town",
)
TRAPS = ("body", "month", "plural", "maximum", "room")
SILENT_TRAPS = ("body", "month", "maximum")
_MARKED = re.compile(r"\[\[|\]\]")


@dataclass(frozen=True)
class Case:
    """A text, what is on file, and the places of which at least one must be touched (none: a trap)."""

    kind: str
    language: str
    text: str
    particulars: tuple[Particular, ...]
    places: tuple[tuple[int, int], ...] = ()

    def findings(self) -> list[Finding]:
        return examine({"summary": self.text}, self.particulars)

    def found(self, findings: list[Finding]) -> bool:
        return any(one.start < end and start < one.end for one in findings for start, end in self.places)


def _particular(name: str, told: str) -> Particular:
    if name == "day-of-month":
        value, _, allowed = told.partition("=")
        return Particular(Kind.DATE, (value,), treatment=Treatment.GENERALISE, allowed_form=allowed)
    return Particular(Kind.DOCUMENT if name == "pointer" else Kind.PERSON, (told,))


def _unmarked(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    pieces = _MARKED.split(text)
    ends = [len("".join(pieces[: i + 1])) for i in range(len(pieces))]
    return "".join(pieces), tuple((ends[i - 1], ends[i]) for i in range(1, len(pieces), 2))


def leaks(name: str, half: str) -> Iterator[Case]:
    """The cases of a kind of leak."""
    for line in sections(DATA / "kinds" / f"{name}.txt").get(half, ()):
        language, *told, text = line.split(" | ")
        shown, places = _unmarked(text)
        yield Case(name, language, shown, tuple(_particular(name, one) for one in told), places)


def traps(half: str) -> Iterator[Case]:
    """Ordinary texts, with particulars that were made to fit."""
    for line in sections(DATA / "kinds" / "traps.txt").get(half, ()):
        language, kind, told, text = line.split(" | ")
        known = (one.split(":", 1) for one in told.split(";"))
        yield Case(kind, language, text, tuple(Particular(Kind(one), (value,)) for one, value in known))


def near_misses(half: str) -> Iterator[Case]:
    """Texts that say nearly what identifies, and name nobody."""
    for line in sections(DATA / "kinds" / "near-misses.txt")[half]:
        language, text = line.split(" | ")
        yield Case("near-misses", language, text, ())


def groups(findings: list[Finding]) -> int:
    """How many things there are to look at: one for each rule, particular and field."""
    return len({(one.field, one.rule, one.particular) for one in findings})


def lower_bound(found: int, tried: int) -> float:
    """The lower end of the interval of Wilson, at 95 %."""
    z = 1.96
    share = found / tried
    middle, spread = share + z * z / (2 * tried), z * math.sqrt(share * (1 - share) / tried + z * z / (4 * tried**2))
    return (middle - spread) / (1 + z * z / tried)


def clean_warnings(half: str, entries: int = 40) -> list[int]:
    """How many grouped warnings each of some clean entries gets, with nothing on file."""
    rng = random.Random(f"{SEED} kinds {half}")
    texts = [clean_text(one, half, rng, rng.randrange(80, 600)) for one in UN_LANGUAGES for _ in range(entries)]
    return [groups(examine({"summary": text}, [])) for text in texts]


def _show(case: Case, findings: list[Finding]) -> None:
    told = [(one.rule, one.text, one.particular) for one in findings]
    print(f"  {case.kind} {case.language}: {case.text!r} {told}", file=sys.stderr)


def _tell_leaks(half: str, *, show: bool) -> None:
    print(f"| kind | {' | '.join(UN_LANGUAGES)} | found | tried | recall | at least | blocked |")
    print("|---" * (len(UN_LANGUAGES) + 6) + "|")
    for name in (*ON_FILE, *NOT_ON_FILE):
        met = dict.fromkeys(UN_LANGUAGES, 0)
        tried = dict.fromkeys(UN_LANGUAGES, 0)
        blocked = 0
        for case in leaks(name, half):
            findings = case.findings()
            hit = case.found(findings)
            met[case.language] += hit
            tried[case.language] += 1
            blocked += any(one.severity == "block" for one in findings)
            if show and not hit:
                _show(case, findings)
        if not any(tried.values()):
            continue
        found, all_ = sum(met.values()), sum(tried.values())
        cells = " | ".join(f"{met[one]}/{tried[one]}" for one in UN_LANGUAGES)
        print(
            f"| {name} | {cells} | {found} | {all_} | {found / all_:.2f} | {lower_bound(found, all_):.2f} | {blocked} |"
        )


def _tell_traps(half: str, *, show: bool) -> None:
    print("\n| trap | texts | that block | that raise anything |\n|---|---|---|---|")
    cases = [*traps(half), *near_misses(half)]
    for kind in (*TRAPS, "near-misses"):
        told = [(one, one.findings()) for one in cases if one.kind == kind]
        blocking = [(one, found) for one, found in told if any(each.severity == "block" for each in found)]
        raising = [(one, found) for one, found in told if found]
        if not told:
            continue
        for one, found in raising if show else ():
            _show(one, found)
        print(f"| {kind} | {len(told)} | {len(blocking)} | {len(raising)} |")
    if half in ("second", "third"):
        return
    warnings = clean_warnings(half)
    few = sum(one <= 3 for one in warnings) / len(warnings)
    mean = sum(warnings) / len(warnings)
    print(f"\nClean entries: {len(warnings)}; grouped warnings each {mean:.2f}; at most three in {few:.0%}.")


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.leakgate.kinds", description=__doc__)
    asked.add_argument("half", nargs="?", choices=("tune", "report", "second", "third"), default="report")
    asked.add_argument("--show", action="store_true", help="what was missed, and false alarms, on standard error")
    told = asked.parse_args()
    print(f"# The leak gate by kinds, half “{told.half}”\n")
    _tell_leaks(told.half, show=told.show)
    _tell_traps(told.half, show=told.show)


if __name__ == "__main__":
    main()
