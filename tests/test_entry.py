"""The public entry is an allowlist with one canonical form."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from app.documents.entry import PublicEntry
from app.documents.envelope import Envelope
from app.documents.public import checked_date, new_reference


def fields(**changes: Any) -> dict[str, Any]:
    return {
        "title": {"en": "A defender was summoned"},
        "summary": {"en": "After a meeting with the United Nations a defender was summoned."},
        "kind": "reprisal",
        "state_alleged": "XA",
        "state_where": "XB",
        "acts": [{"type": "summons_interrogation", "date": "2026-03"}],
        "engagements": [{"body": "upr"}],
        "persons": [{"label": "A defender"}],
        "act_grade": "likely",
        "link_grade": "unclear",
        "sources": 2,
        "consent": "publish_without_name",
        "last_reviewed": "2026-11-01",
    } | changes


def test_nothing_enters_that_is_not_on_the_list() -> None:
    with pytest.raises(ValidationError):
        PublicEntry.model_validate(fields(sealed_name="Ines Varga"))
    with pytest.raises(ValidationError):
        PublicEntry.model_validate(fields(acts=[{"type": "killing", "victim": "Ines Varga"}]))


@pytest.mark.parametrize("hidden", ["\u202e", "\x00", "\u200b", "\x1b", "\ufeff", "\u2066"])
def test_public_text_has_no_hidden_characters(hidden: str) -> None:
    with pytest.raises(ValidationError):
        PublicEntry.model_validate(fields(title={"en": f"A{hidden}B"}))


def test_the_canonical_form_is_stable() -> None:
    record = PublicEntry.model_validate(fields()).model_dump(mode="json", exclude_none=True)
    envelope = envelope_of(kind="published", record=record)
    assert Envelope.parse(envelope.canonical()).canonical() == envelope.canonical()
    assert Envelope.parse(envelope.canonical()).record == record


def envelope_of(**changes: Any) -> Envelope:
    told = {"type": "entry", "schema": 1, "ref": "0123456789ab", "version": 3, "day": date(2026, 11, 23)}
    return Envelope.model_validate(told | changes)


@pytest.mark.parametrize("kind", ["suspended", "withdrawn"])
def test_a_tombstone_says_reference_kind_and_day_and_nothing_else(kind: str) -> None:
    assert envelope_of(kind=kind).canonical() == (
        f'{{"day":"2026-11-23","envelope":1,"kind":"{kind}","ref":"0123456789ab","schema":1,"type":"entry","version":3}}'
    )
    earlier = [{"version": 2, "kind": "published", "day": "2026-11-01"}]
    for more in ({"record": {"a": 1}}, {"earlier": earlier}, {"batch": {"root": "0" * 64, "size": 1}}):
        with pytest.raises(ValueError, match=r"tombstone|root"):
            envelope_of(kind=kind, **more)
    for other in ("published", "batch"):
        with pytest.raises(ValueError, match=r"tombstone|root"):
            envelope_of(kind=other)


@pytest.mark.parametrize("text", ["2026", "2026-03", "2026-03-14", "2024-02-29"])
def test_dates_at_each_precision(text: str) -> None:
    assert checked_date(text) == text


@pytest.mark.parametrize("text", ["", "26", "2026-13", "2026-02-30", "2026-3", "2026-03-14T10:00", "last week"])
def test_what_is_not_a_public_date(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        checked_date(text)


def test_every_free_text_goes_to_the_gate() -> None:
    entry = PublicEntry.model_validate(fields(change_note="A date was corrected"))
    said = " ".join(entry.texts().values())
    for text in (
        "summoned",
        "meeting with the United Nations",
        "A defender",
        "2026-03",
        "A date was corrected",
    ):
        assert text in said


def test_references_tell_neither_number_nor_order() -> None:
    references = [new_reference() for _ in range(200)]
    assert len(set(references)) == 200
    assert references != sorted(references)
