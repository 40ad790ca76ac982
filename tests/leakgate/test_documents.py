"""Pointers to documents that a case keeps sealed, and to those that it does not list."""

from __future__ import annotations

import pytest

from app.leakgate import Kind, Particular, Treatment
from tests.leakgate.cases import found


def document(value: str, treatment: Treatment = Treatment.OMIT) -> Particular:
    return Particular(Kind.DOCUMENT, (value,), treatment=treatment)


def rules(text: str, *particulars: Particular) -> list[str]:
    return [one.rule for one in found(text, *particulars)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("AL XAA 3/2025", "in xaa 03 / 2025."),
        ("A/HRC/57/88, paras. 41-43", "A / HRC / 57 / 88, § 42"),
        ("A/HRC/57/88, para. 41", "A/HRC/57/88, пункты 40–42"),
        ("A/HRC/57/88", "А/HRC/57/88, p. 3"),
        ("A/HRC/WGAD/2025/9", "Opinion No. 9/2025"),
        ("A/HRC/WGAD/2025/9", "见Ａ／ＨＲＣ／ＷＧＡＤ／２０２５／９。"),
        ("A/HRC/57/88, para. 41", "见A/HRC/57/88第41段"),
        ("CCPR/C/130/D/4021/2022", "communication 4021/2022"),
    ],
)
def test_a_sealed_document_stops_however_it_is_written(value: str, text: str) -> None:
    assert rules(f"See {text}", document(value)) == ["document"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("A/HRC/57/8", "A/HRC/57/88"),
        ("A/HRC/57/88", "A/HRC/57/88/Add.1"),
        ("AL XAA 3/2025", "XAB 3/2025"),
        ("Opinion No. 3/2025", "OTH XAB 3/2025"),
    ],
)
def test_another_document_does_not(value: str, text: str) -> None:
    assert "document" not in rules(f"See {text}", document(value))


def test_another_paragraph_of_a_sealed_one_is_looked_at() -> None:
    assert rules("See A/HRC/57/88", document("A/HRC/57/88, para. 41")) == ["document-part"]


def test_of_a_case_that_lists_its_documents_an_unlisted_one_is_looked_at() -> None:
    listed = document("AL XAC 1/2020", Treatment.PUBLISH)
    assert rules("AL XAC 1/2020 and resolution 60/251") == []
    assert rules("AL XAC 1/2020 and resolution 60/251", listed) == []
    assert rules("AL XAC 2/2020 and A/HRC/57/88, para. 4", listed) == ["document-unlisted", "document-unlisted"]
