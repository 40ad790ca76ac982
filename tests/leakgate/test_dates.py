"""A sealed date is found in any form, calendar and language; other dates raise nothing."""

from __future__ import annotations

import pytest

from app.leakgate import blocked
from tests.leakgate.cases import day, found


@pytest.mark.parametrize(
    "written",
    [
        "On 14 March 2026",
        "14/03/2026",
        "2026-03-14",
        "20260314",
        "14.3.26",
        "March 14, 2026",
        "March fourteenth",
        "the 14th of March",
        "le 14 mars 2026",
        "el 14 de marzo de 2026",
        "14 марта 2026",
        "2026年3月14日",
        "二〇二六年三月十四日",
        "١٤/٣/٢٠٢٦",
        "١٤ مارس ٢٠٢٦",
        "14 آذار 2026",
        "14 marca 2026",
        "14. března",
        "Március 14-én",
        "14 martie",
        "14 maart",
        "14 მარტს",
        "১৪ মার্চ",
        "ב-14 במרץ",
        "3 дугаар сарын 14",
        "14 наурызда",
        "ngày 14 tháng 3",
        "14 มีนาคม 2569",
        "25 رمضان 1447",
        "23 اسفند 1404",
        "መጋቢት 5 ቀን 2018",
        "2026-W11-6",
        "14.III.2026",
        "14MAR2026",
        "between 12 and 15 March 2026",
        "mid-March 2026",
        "à la mi-mars 2026",
        "в середине марта",
        "3月中旬",
        "the second week of March",
        "the week of 9 March 2026",
        "the second Saturday of March 2026",
    ],
)
def test_a_date_finer_than_allowed_blocks(written: str) -> None:
    assert blocked(found(f"Police came, {written}, to the house.", day()))


@pytest.mark.parametrize(
    "written",
    [
        "two days before the vote of 16 March 2026",
        "on 9 March 2026; five days after the dialogue",
        "a week after 7 March 2026",
        "the day before the hearing of 15 March 2026",
        "trois jours après la séance du 11 mars 2026",
        "la veille du 15 mars 2026",
        "tres días después de la sesión del 11 de marzo de 2026",
        "11 марта 2026 года; три дня спустя",
        "накануне 15 марта 2026 года",
        "بعد يومين من 12 مارس 2026",
        "2026年3月11日开会,三天后",
        "six days after International Women's Day 2026",
    ],
)
def test_a_date_told_from_another_blocks(written: str) -> None:
    assert blocked(found(f"Police came {written}.", day()))


@pytest.mark.parametrize(
    "written",
    [
        "In March 2026",
        "in 2026",
        "on 15 March 2026",
        "mars 2026",
        "в марте 2026 года",
        "2026年3月",
        "during the visit of 3 to 28 March 2026",
        "on 14 April 2026",
        "on 14 March 2025",
        "resolution 60/251 of 15 March 2006",
        "late March 2026",
        "two days before the vote of 20 March 2026",
        "the first quarter of 2026",
    ],
)
def test_what_is_allowed_and_other_dates_raise_nothing(written: str) -> None:
    assert found(f"{written} it was reported.", day()) == []


def test_a_month_a_quarter_and_a_season_are_finer_than_a_year() -> None:
    for written in (
        "In March 2026",
        "In the first quarter of 2026",
        "Q1 2026",
        "in spring 2026",
        "au printemps 2026",
        "весной 2026 года",
        "2026年第一季度",
        "3月",
    ):
        assert blocked(found(f"{written} it happened.", day(allowed_form="2026"))), written
    assert found("In 2026 it happened.", day(allowed_form="2026")) == []


@pytest.mark.parametrize("value", ["14 March", "March 2026", "2026", "spring 2026", "Easter Monday 2026"])
def test_a_date_given_in_words_is_found_as_it_is_given(value: str) -> None:
    assert blocked(found(f"It happened in {value}, they said.", day(value, "")))


def test_a_day_in_one_text_and_its_month_in_another_are_read_together() -> None:
    from app.leakgate import examine

    texts = {"title": "An arrest in March 2026", "summary": "Police came on the 14th, in plain clothes."}
    assert {one.rule for one in examine(texts, [day()])} == {"halves"}


@pytest.mark.parametrize("allowed", ["2026-03", "2026", ""])
@pytest.mark.parametrize("written", ["14 March 2026", "on March 9th", "9 آذار/مارس", "mid-March 2026", "3月9日"])
def test_of_a_month_on_file_no_day_is_told(written: str, allowed: str) -> None:
    assert blocked(found(f"It was {written} there", day("2026-03", allowed)))


def test_of_a_month_on_file_the_month_and_other_months_may_be_told() -> None:
    assert found("In March 2026, and on 14 April 2026 and 14 March 2025.", day("2026-03")) == []


@pytest.mark.parametrize(
    "text", ["Resolution 60/251 of 15 March 2026 says so.", "On World Water Day, 22 March 2026, it met."]
)
def test_a_public_day_in_a_month_on_file_is_only_looked_at(text: str) -> None:
    assert {one.severity for one in found(text, day("2026-03"))} == {"warn"}


def test_a_month_that_is_named_twice_is_one_month() -> None:
    sealed = day("2025-09-27", "2025-09")
    assert found("قدم الطلب في 27 أيلول/سبتمبر 2013 إلى المجلس", sealed) == []
    assert [one.text for one in found("قدم في 27 أيلول/سبتمبر 2025", sealed)] == ["27 أيلول/سبتمبر 2025"]
