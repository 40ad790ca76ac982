"""Texts that reveal something only together, texts that are too long, and texts made to be slow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from app.leakgate import Kind, Particular, blocked, examine
from tests.leakgate.cases import organisation, person

HOSTILE = """
import sys
from app.leakgate import Kind, Particular, examine
people = [Particular(Kind.PERSON, (f"Nam{chr(97 + n % 26)}sin Orre{chr(97 + n // 2)}lby",)) for n in range(40)]
days = [Particular(Kind.DATE, ("2026-03-14",), allowed_form="2026-03"), Particular(Kind.CONTACT, ("+990 55 019 4471",))]
texts = ["a", "+", "1 ", "@a.", "&#", "A. ", "%41", "<b>", "\\\\u0061", "王", "・ア", "아", "ا ل", "14 March ", "two days before ", "one ", "a_", "Aa", "x@", "1/", "。", "\\u202e", "·王"]
for text in texts:
    examine({"a": (text * 20_000)[:20_000]}, [*people, *days])
print("done")
"""


def test_halves_in_two_texts_are_read_together() -> None:
    fields = {"title": "The lawyer of Quellmar", "summary.en": "haus Verein was closed"}
    findings = examine(fields, [organisation("Quellmarhaus Verein")])
    assert {(one.field, one.rule) for one in findings} == {("title", "halves"), ("summary.en", "halves")}


def test_a_public_version_and_a_new_one_are_read_together() -> None:
    assert examine({"public/summary.en": "It happened to Orrel"}, [person("Tamsin Orrelby")]) == []
    assert blocked(
        examine(
            {"public/summary.en": "It happened to Orrel", "summary.en": "by was here"},
            [person("Tamsin Orrelby")],
        )
    )


def test_a_text_that_is_too_long_to_read_blocks() -> None:
    assert blocked(examine({"a": "x " * 150_000}, []))


def test_more_particulars_than_are_compared_block() -> None:
    assert blocked(examine({"a": "x"}, [Particular(Kind.PERSON, (f"Name {n}",)) for n in range(2_100)]))


def test_no_text_makes_it_stall() -> None:
    """Each of these is read in about a second; the time allowed for all is a guard against one that never ends."""
    done = subprocess.run(
        [sys.executable, "-c", HOSTILE],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )
    assert done.stdout.strip() == "done"
