"""Sealed numbers, addresses and places on the map are found by their digits and letters, however these are set."""

from __future__ import annotations

import pytest

from app.leakgate import Kind, Particular, blocked
from tests.leakgate.cases import found, severities

PHONE = Particular(Kind.CONTACT, ("+990 55 019 4471",))


@pytest.mark.parametrize(
    "written",
    [
        "+990 55 019 4471",
        "0550194471",
        "055-019-44-71",
        "(55) 019 4471",
        "٠٥٥٠١٩٤٤٧١",
        "➎➎⓪①⑨④④⑦①",
        "O55 O19 447l",
        "五五零一九四四七一",
        "five five zero one nine four four seven one",
        "cinq cinq zéro un neuf quatre quatre sept un",
    ],
)
def test_a_telephone_blocks_in_any_grouping_and_spelling(written: str) -> None:
    assert blocked(found(f"Call {written} now", PHONE))


def test_the_end_of_a_telephone_and_its_digits_backwards_warn() -> None:
    assert severities("The number ending in 194 471 was watched.", PHONE) == {"warn"}
    assert severities("file 174491055 of the series", Particular(Kind.CONTACT, ("55 019 4471",))) >= {"warn"}


@pytest.mark.parametrize(
    "written",
    ["KZN/2025/00473-B", "KZN 2025 473 B", "No. 00473-B of 2025", "٠٠٤٧٣ لسنة ٢٠٢٥", "kzn-2025-00473-b"],
)
def test_a_case_number_blocks_in_any_order(written: str) -> None:
    assert blocked(found(f"registered as {written} by the court", Particular(Kind.IDENTIFIER, ("KZN/2025/00473-B",))))


def test_the_symbols_of_documents_are_nobodys_numbers() -> None:
    identifiers = [Particular(Kind.IDENTIFIER, (value,)) for value in ("AB 60251", "CIN 53144", "No 37")]
    text = (
        "See resolution 60/251, A/RES/53/144, ISBN 978-92-1-154341-0 and general comment No. 36 (2018), from 2019-2024."
    )
    assert found(text, *identifiers, Particular(Kind.CONTACT, ("39 20 19 20 24",))) == []
    assert blocked(found("The communication AL XAA 3/2026 was sent.", Particular(Kind.IDENTIFIER, ("AL XAA 3/2026",))))


def test_an_address_blocks_spelt_out_but_its_ordinary_words_do_not() -> None:
    sealed = Particular(Kind.CONTACT, ("justice@orrelby.example",))
    assert blocked(found("write to justice at orrelby dot example", sealed))
    assert found("The Ministry of Justice replied.", sealed) == []
