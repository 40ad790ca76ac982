"""A document of any version ever written is opened by the code of now, for ever."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from app.documents.draft import draft_of_fields
from app.documents.versions import UnknownVersion, Versioned
from tests.documents.types import GOLDEN, TYPES, VERSIONS

FIRST_VERSION = Path(__file__).parents[1] / "fixtures" / "first_version" / "documents"


def golden(name: str, version: int) -> dict[str, Any]:
    return dict(json.loads((GOLDEN / f"{name}.{version}.json").read_text()))


def test_there_is_a_golden_file_of_each_version_and_a_type_for_each_file() -> None:
    assert {one.name for one in GOLDEN.iterdir()} == {f"{name}.{version}.json" for name, version in VERSIONS}
    known: set[type[Versioned]] = set()
    waiting = [Versioned]
    while waiting:
        below = waiting.pop().__subclasses__()
        known |= set(below)
        waiting += below
    assert known == set(TYPES.values())


def test_the_golden_files_of_the_first_version_are_what_it_wrote() -> None:
    written = [name for name in TYPES if (FIRST_VERSION / f"{name}.1.json").exists()]
    assert len(written) == 9
    for name in written:
        assert golden(name, 1) == json.loads((FIRST_VERSION / f"{name}.1.json").read_text())


@pytest.mark.parametrize(("name", "version"), VERSIONS)
def test_every_version_is_read_and_written_as_that_of_now(name: str, version: int) -> None:
    model = TYPES[name]
    told = model.read(golden(name, version)).told()
    assert next(iter(told)) == "schema"
    assert told["schema"] == model.SCHEMA
    assert model.read(told).told() == told
    assert told == golden(name, model.SCHEMA)


def test_reading_changes_nothing_of_what_was_given() -> None:
    for name, version in VERSIONS:
        given = golden(name, version)
        TYPES[name].read(given)
        assert given == golden(name, version)


@pytest.mark.parametrize("name", TYPES)
def test_the_golden_file_of_now_says_something_in_every_field(name: str) -> None:
    """A field that is added without a new version is not in it, and found here."""
    model = TYPES[name]
    _whole(model, golden(name, model.SCHEMA), name)


def _whole(model: type[BaseModel], told: dict[str, Any], at: str) -> None:
    assert set(model.model_fields) == set(told) - {"schema"}, at
    value = model.read(told) if issubclass(model, Versioned) else model.model_validate(told)
    for field in model.model_fields:
        content = getattr(value, field)
        rows = content if isinstance(content, list | tuple) else [content]
        raw = told[field] if isinstance(content, list | tuple) else [told[field]]
        for row, one in zip(rows, raw, strict=True):
            if isinstance(row, BaseModel):
                _whole(type(row), one, f"{at}.{field}")


@pytest.mark.parametrize("version", [3, 99, 0, -1, "2", None, True, 1.5])
def test_a_version_that_is_not_known_is_refused_and_tells_no_content(version: object) -> None:
    document = golden("submission", 2) | {"schema": version}
    with pytest.raises(UnknownVersion) as refused:
        TYPES["submission"].read(document)
    assert document["what_happened"] not in str(refused.value)


def test_a_field_that_a_version_does_not_have_is_refused() -> None:
    for name, model in TYPES.items():
        with pytest.raises(ValueError, match="extra"):
            model.read(golden(name, model.SCHEMA) | {"surprise": 1})


def test_no_document_holds_the_name_of_a_field_of_a_form() -> None:
    for name, version in VERSIONS:
        if version == TYPES[name].SCHEMA:
            text = (GOLDEN / f"{name}.{version}.json").read_text()
            assert not [key for key in _keys(json.loads(text)) if "-" in key], name


def _keys(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(key for one in value.values() for key in _keys(one))]
    return [key for one in value for key in _keys(one)] if isinstance(value, list) else []


def test_fields_of_the_first_drafts_come_in_their_order_whatever_was_left_empty() -> None:
    fields = {
        "act-2-type": ["direct_threat"],
        "act-0-type": ["summons_interrogation"],
        "act-0-date": ["soon"],
        "public-1-role": ["lawyer", "defender"],
        "un-0-body": [],
    }
    draft = draft_of_fields(fields)
    assert draft is not None
    assert draft["acts"] == [{"type": "summons_interrogation", "date": "soon"}, {"type": "direct_threat"}]
    assert draft["persons"] == [{"roles": ["lawyer", "defender"]}]
    assert draft["engagements"] == []
    assert draft_of_fields({}) is None
