"""However it is written, a sealed particular is found; what is only like it is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.leakgate import Finding, Kind, Particular, Treatment, blocked, examine

TAMSIN = Particular(Kind.PERSON, ("Tamsin Orrelby",), also=("Tammy",))
CLEAN = "The lawyer attended a session of the Human Rights Council and was summoned to a police station afterwards."


def found(text: str, *particulars: Particular) -> list[Finding]:
    return examine({"summary.en": text}, particulars or (TAMSIN,))


@pytest.mark.parametrize(
    "written",
    [
        "Tamsin", "ORRELBY", "orrelby", "Orrelby, Tamsin", "Tammy", "Ms. Orrelby", "T\u0430msin", "Tam\u200bsin", "Tam\u00adsin",
        "Ｔａｍｓｉｎ", "T a m s i n  O r r e l b y", "T.a.m.s.i.n.O.r.r.e.l.b.y", "tamsin-orrelby", "tamsin_orrelby.pdf",
        "Tamsin\nOrrelby", "&#84;amsin", "T&#x61;msin", "%54amsin", "Tamsín", "Orrelbi", "Orelby", "Тамсин", "Tamsin's",
        "\u202enismaT\u202c Orrelby", "https://x.example/tamsinorrelby", "@tamsinorrelby",
    ],
)  # fmt: skip
def test_a_name_blocks_however_it_is_written(written: str) -> None:
    text = f"In March a lawyer, {written}, was summoned."
    findings = found(text)
    assert blocked(findings), written
    for one in findings:
        assert text[one.start : one.end] == one.text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("محمد العتيبي", "العُتيبي"), ("محمد العتيبي", "والعتيبي"), ("محمد العتيبي", "محمـــد"), ("Олег Воронцов", "Воронцову"),
        ("Олег Воронцов", "Vorontsov"), ("王小明", "王小明"), ("王小明", "王 小 明"), ("王小明", "Wang Xiaoming"), ("Νίκος Παππάς", "Pappas"),
        ("גיורא לוינסון", "ולוינסון"), ("Ġorġ Żammit", "Zammit"), ("Søren Ødegård", "Odegard"),
    ],
)  # fmt: skip
def test_names_of_other_scripts_block(value: str, written: str) -> None:
    assert blocked(found(f"x {written} x", Particular(Kind.PERSON, (value,))))


def test_initials_and_reversed_names_warn() -> None:
    assert [one.severity for one in found("T. O. was summoned")] == ["warn"]
    assert [(one.rule, one.severity) for one in found("yblerronismat")] == [("name-reversed", "warn")]


@pytest.mark.parametrize(
    ("written", "blocks"),
    [
        ("On 14 March 2026 she was summoned", True), ("14/03/2026", True), ("2026-03-14", True), ("March 14, 2026", True),
        ("le 14 mars 2026", True), ("el 14 de marzo de 2026", True), ("14 марта 2026", True), ("2026年3月14日", True),
        ("١٤/٣/٢٠٢٦", True), ("١٤ مارس ٢٠٢٦", True), ("In March 2026", False), ("in 2026", False), ("on 15 March 2026", False),
    ],
)  # fmt: skip
def test_dates_finer_than_allowed_block(written: str, blocks: bool) -> None:
    day = Particular(Kind.DATE, ("2026-03-14",), allowed_form="2026-03", treatment=Treatment.GENERALISE)
    assert blocked(found(written, day)) is blocks


@pytest.mark.parametrize(
    "written", ["+990 55 019 4471", "0550194471", "055-019-44-71", "(55) 019 4471", "٠٥٥٠١٩٤٤٧١"]
)
def test_a_telephone_blocks_in_any_grouping(written: str) -> None:
    assert blocked(found(f"Call {written} now", Particular(Kind.CONTACT, ("+990 55 019 4471",))))


@pytest.mark.parametrize(
    "written",
    ["a@b.example", "a [at] b.example", "@some_account", "https://x.example/y", "12.34567, 45.67890", "192.0.2.7", "+990 21 555 0199", "AB1234567"],
)  # fmt: skip
def test_patterns_block_without_any_particular(written: str) -> None:
    assert blocked(examine({"a": f"It was {written} there"}, []))


def test_clean_text_raises_nothing() -> None:
    assert found(CLEAN) == []
    assert found("In 2026 the Special Rapporteur visited (A/HRC/48/28, para. 4); see resolution 12/2.") == []


def test_ordinary_words_that_are_names_only_warn() -> None:
    may = Particular(Kind.PERSON, ("May Grace",))
    assert not blocked(found("They may speak in May with grace.", may))
    assert found("We may go.", may) == []


def test_halves_in_two_fields_are_read_together() -> None:
    organisation = Particular(Kind.ORGANISATION, ("Quellmarhaus Verein",))
    findings = examine(
        {"title": "The lawyer of Quellmar", "summary.en": "haus Verein was closed"}, [organisation]
    )
    assert {(one.field, one.rule) for one in findings} == {("title", "halves"), ("summary.en", "halves")}


def test_an_allowed_phrase_lets_just_itself_stand() -> None:
    text = "Minister Orrelby spoke of Tamsin."
    (left,) = examine({"a": text}, [TAMSIN], allowed=["Minister Orrelby"])
    assert left.text == "Tamsin"


def test_a_text_that_is_too_long_to_read_blocks() -> None:
    assert blocked(examine({"a": "x " * 150_000}, []))


def test_it_stays_quick_and_linear() -> None:
    """A bound far above what is measured (see the benchmark): it only fails when a rule turns quadratic."""
    people = [
        Particular(Kind.PERSON, (f"Nam{chr(97 + n % 26)}sin Orre{chr(97 + n // 2)}lby",)) for n in range(40)
    ]
    started = time.monotonic()
    for hostile in (
        "a" * 20_000,
        "+" * 20_000,
        "1 " * 10_000,
        "@a." * 6_000,
        "&#" * 9_000,
        "A. " * 6_000,
        "%41" * 6_000,
    ):
        examine({"a": hostile}, people[:5])
    assert time.monotonic() - started < 30


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60))
def test_any_text_is_read_and_places_cut_what_is_shown(one: str, two: str) -> None:
    fields = {"a": one, "b": two}
    for finding in examine(fields, [TAMSIN, Particular(Kind.PERSON, (two,))]):
        assert fields[finding.field][finding.start : finding.end] == finding.text


@settings(max_examples=40, deadline=None)
@given(st.permutations(["title", "summary.en", "summary.fr"]), st.booleans())
def test_order_of_fields_and_particulars_changes_nothing(order: list[str], swap: bool) -> None:
    texts = {"title": "Tamsin", "summary.en": f"{CLEAN} Orrelby", "summary.fr": "Воронцову"}
    people = [TAMSIN, Particular(Kind.PERSON, ("Олег Воронцов",))]
    shuffled = examine({name: texts[name] for name in order}, people[::-1] if swap else people)
    assert shuffled == examine(texts, people)
