"""A public document of any form ever logged is read by the code of now, for ever, and says the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.documents.envelope import BATCH, HIDING, Envelope
from app.documents.public import PublicModel
from app.registry.records import TYPES

GOLDEN = {one.stem: one.read_text().rstrip("\n") for one in sorted((Path(__file__).parent / "golden").iterdir())}


@pytest.mark.parametrize("name", GOLDEN)
def test_every_form_of_a_public_document_is_read_and_said_again_byte_by_byte(name: str) -> None:
    kind, type_name, schema = name.split(".")
    envelope = Envelope.parse(GOLDEN[name])
    assert (envelope.kind, envelope.type, envelope.schema_) == (kind, type_name, int(schema))
    assert envelope.canonical() == GOLDEN[name]


def test_there_is_a_record_of_each_schema_and_each_hiding() -> None:
    records = {(one.type, one.schema_) for one in map(Envelope.parse, GOLDEN.values()) if one.record}
    assert records == {(name, schema) for name, one in TYPES.items() for schema in range(1, one.schema + 1)}
    assert {name.partition(".")[0] for name in GOLDEN} >= HIDING | {BATCH}


@pytest.mark.parametrize("name", [name for name in GOLDEN if Envelope.parse(GOLDEN[name]).record])
def test_records_are_read_in_the_shape_of_now_and_say_something_in_every_field(name: str) -> None:
    """A field that is added without a new schema is in no golden file, and found here."""
    envelope = Envelope.parse(GOLDEN[name])
    record = TYPES[envelope.type]
    content = record.read(envelope).content
    if envelope.schema_ == record.schema and envelope.earlier:
        assert envelope.record is not None
        assert set(type(content).model_fields) == set(envelope.record)
        for field, value in envelope.record.items():
            parts = value if isinstance(value, list) else []
            for model, told in zip(getattr(content, field) if parts else (), parts, strict=True):
                if isinstance(model, PublicModel):
                    assert set(type(model).model_fields) == set(told), field
