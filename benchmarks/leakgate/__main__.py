"""The table: recall by class and by language, false alarms on clean entries, time per entry."""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.leakgate import Finding, Kind, Particular, examine
from benchmarks.leakgate.people import VERSION, organisations, people, places
from benchmarks.leakgate.texts import FRAMES, clean_text, traps
from benchmarks.leakgate.variants import CLASSES, SIGHT, UN_LANGUAGES, Variant, sealed

SEED = 20261124


@dataclass(frozen=True)
class Trial:
    """A variant put into a clean text, and where it stands there."""

    variant: Variant
    language: str
    fields: dict[str, str]
    start: int
    end: int

    def found(self, findings: list[Finding]) -> bool:
        """Whether a finding about the particular, grave enough, touches the place."""
        return any(
            one.field == "summary"
            and one.start < self.end
            and self.start < one.end
            and (self.variant.warn or one.severity == "block")
            and (one.particular is not None or self.variant.particular.kind is not Kind.PERSON)
            for one in findings
        )


def trial(variant: Variant, split: str, rng: random.Random) -> Trial:
    """A variant in a frame, anywhere in a clean text of 80 to 200 words."""
    language = variant.language or rng.choice(UN_LANGUAGES)
    text = clean_text(language, split, rng, rng.randrange(80, 200))
    if variant.second:
        text = f"{text}\n{variant.written}"
        return Trial(
            variant,
            language,
            {"summary": text, "title": f"{variant.second} {text[:40]}"},
            len(text) - len(variant.written),
            len(text),
        )
    lines = text.split("\n")
    at = rng.randrange(len(lines) + 1)
    before = "".join(line + "\n" for line in lines[:at])
    head, tail = rng.choice(FRAMES[language]).split("{X}")
    start = len(before) + len(head)
    whole = f"{before}{head}{variant.written}{tail}\n" + "\n".join(lines[at:])
    return Trial(variant, language, {"summary": whole}, start, start + len(variant.written))


def trials(name: str, split: str, seed: int = SEED) -> Iterator[Trial]:
    rng = random.Random(f"{seed} {name} {split}")
    for variant in CLASSES[name](split, rng):
        yield trial(variant, split, rng)


def recall(
    split: str, names: Iterable[str], *, show: bool
) -> tuple[dict[str, tuple[int, int]], dict[str, tuple[int, int]]]:
    """(found, tried) by class and by the language of the name."""
    by_class: dict[str, tuple[int, int]] = {}
    by_script: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name in names:
        found = tried = 0
        for one in trials(name, split):
            hit = one.found(examine(one.fields, [one.variant.particular]))
            found, tried = found + hit, tried + 1
            script = one.variant.script or one.language
            by_script[script][0] += hit
            by_script[script][1] += 1
            if show and not hit:
                print(
                    f"  missed [{name}] {one.variant.particular.values} as {one.variant.written!r} in {one.language}",
                    file=sys.stderr,
                )
        by_class[name] = (found, tried)
    return by_class, {key: (one, all_) for key, (one, all_) in by_script.items()}


def strangers(split: str, rng: random.Random, count: int) -> list[Particular]:
    """Particulars of which a clean text says nothing."""
    chosen = [sealed(one, latin=rng.random() < 0.5) for one in rng.sample(people(split), max(1, count - 4))]
    record, place = rng.choice(organisations(split)), rng.choice(places(split))
    chosen.append(
        Particular(Kind.ORGANISATION, (record["en"],), also=(record["fr"], record["ru"], record["ar"], record["zh"]))
    )
    chosen.append(Particular(Kind.PLACE, (", ".join(place["en"]),), allowed_form=place["en"][-1]))
    chosen.append(Particular(Kind.DATE, (f"2026-03-{rng.randrange(10, 28)}",), allowed_form="2026-03"))
    chosen.append(Particular(Kind.CONTACT, (f"+990 21 555 {rng.randrange(1000, 9999)}",)))
    return chosen


def false_alarms(split: str, *, show: bool) -> dict[str, tuple[int, int, int]]:
    """(entries, blocking findings, warnings) on clean texts by language, and on traps."""
    counts: dict[str, tuple[int, int, int]] = {}

    def count(name: str, text: str, findings: list[Finding]) -> None:
        entries, blocks, warns = counts.get(name, (0, 0, 0))
        gave = sum(one.severity == "block" for one in findings)
        counts[name] = (entries + 1, blocks + gave, warns + len(findings) - gave)
        for one in findings if show else ():
            print(
                f"  alarm [{name}] {one.rule} {one.particular} {one.text!r}: …{text[max(0, one.start - 30) : one.end + 30]!r}",
                file=sys.stderr,
            )

    rng = random.Random(f"{SEED} clean {split}")
    for language in UN_LANGUAGES:
        for _ in range(40):
            text = clean_text(language, split, rng, rng.randrange(80, 600))
            count(language, text, examine({"summary": text}, strangers(split, rng, 10)))
    for _language, text, particulars, allowed in traps(split):
        count("traps", text, examine({"summary": text}, particulars, allowed))
    return counts


def timing(split: str, particulars: int, words: int, rounds: int = 25) -> float:
    """Median milliseconds of the processor for an entry."""
    rng = random.Random(f"{SEED} time {split}")
    times = []
    for number in range(rounds):
        language = UN_LANGUAGES[number % len(UN_LANGUAGES)]
        fields = {"summary": clean_text(language, split, rng, words)}
        known = strangers(split, rng, particulars)
        started = time.process_time()
        examine(fields, known)
        times.append((time.process_time() - started) * 1000)
    return statistics.median(times)


def _ratio(found: int, tried: int) -> str:
    return f"{found / tried:.3f}" if tried else "–"


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.leakgate", description=__doc__)
    asked.add_argument("half", nargs="?", choices=("tune", "report"), default="report")
    asked.add_argument(
        "--only", choices=sorted(CLASSES), metavar="CLASS", help="the recall of one class, and nothing else"
    )
    asked.add_argument("--show", action="store_true", help="what was missed, and false alarms, on standard error")
    told = asked.parse_args()
    print(f"# The leak gate, measured\n\nData version {VERSION}, half “{told.half}”, seed {SEED}.\n")
    _tell_recall(told.half, [told.only] if told.only else CLASSES, show=told.show)
    if not told.only:
        _tell_alarms(told.half, show=told.show)
        _tell_times(told.half)


def _tell_recall(split: str, chosen: Iterable[str], *, show: bool) -> None:
    by_class, by_script = recall(split, chosen, show=show)
    print("## Recall by class\n\n| class | at sight | tried | found | recall |\n|---|---|---|---|---|")
    for name, (found, tried) in by_class.items():
        print(f"| {name} | {'yes' if name in SIGHT else ''} | {tried} | {found} | {_ratio(found, tried)} |")
    for label, names in (("at sight", SIGHT & set(by_class)), ("all classes", set(by_class))):
        found, tried = (sum(by_class[name][i] for name in names) for i in (0, 1))
        if tried:
            print(f"| **{label}** | | {tried} | {found} | **{_ratio(found, tried)}** |")
    print(
        "\n## Recall by the language of the name, or of the text\n\n| language | tried | found | recall |\n|---|---|---|---|"
    )
    for name, (found, tried) in sorted(by_script.items()):
        print(f"| {name} | {tried} | {found} | {_ratio(found, tried)} |")


def _tell_alarms(split: str, *, show: bool) -> None:
    print("\n## False alarms\n\n| clean texts | entries | blocking, each | warnings, each |\n|---|---|---|---|")
    counts = false_alarms(split, show=show)
    for name, (entries, blocks, warns) in counts.items():
        print(f"| {name} | {entries} | {blocks / entries:.2f} | {warns / entries:.2f} |")


def _tell_times(split: str) -> None:
    print(
        "\n## Time\n\nMedian of 25 entries in six languages, in milliseconds of the processor of the machine that made this table; the ratios carry over.\n\n| words | particulars | ms |\n|---|---|---|"
    )
    for words, particulars in ((600, 40), (300, 40), (1200, 40), (600, 20), (600, 80)):
        print(f"| {words} | {particulars} | {timing(split, particulars, words):.0f} |")


if __name__ == "__main__":
    main()
