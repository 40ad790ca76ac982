"""The public entry is an allowlist with one canonical form."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from app.documents.entry import Document, PublicEntry, checked_date, leaf_hash, new_reference


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


def test_the_canonical_form_is_stable_and_its_hash_follows_rfc_6962() -> None:
    document = Document(
        schema=1,
        ref=new_reference(),
        version=1,
        kind="published",
        released_on=date(2026, 11, 23),
        entry=PublicEntry.model_validate(fields()),
    )
    canonical = document.canonical()
    assert Document.parse(canonical).canonical() == canonical
    assert leaf_hash(b"salt", canonical) != leaf_hash(b"salT", canonical)
    assert len(leaf_hash(b"salt", canonical)) == 64


def test_a_tombstone_says_reference_kind_and_day_and_nothing_else() -> None:
    tombstone = Document(schema=1, ref="0123456789ab", version=3, kind="withdrawn", released_on=date(2026, 11, 23))
    assert tombstone.canonical() == (
        '{"kind":"withdrawn","ref":"0123456789ab","released_on":"2026-11-23","schema":1,"version":3}'
    )
    with pytest.raises(ValueError, match="tombstone"):
        Document(
            schema=1,
            ref="0123456789ab",
            version=3,
            kind="withdrawn",
            released_on=date(2026, 11, 23),
            entry=PublicEntry.model_validate(fields()),
        )


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
