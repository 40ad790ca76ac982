"""The public text while it is written: every answer as typed, also one that no entry could have yet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.documents.versions import Part


class DraftAct(Part):
    """One act, as typed."""

    type: str = ""
    date: str = ""
    perpetrator: str = ""


class DraftEngagement(Part):
    """One contact with the United Nations, as typed."""

    body: str = ""
    form: str = ""
    date: str = ""


class DraftPerson(Part):
    """One person as the public may know them, as typed."""

    label: str = ""
    named: str = ""
    unit: str = ""
    roles: list[str] = []


class EntryDraft(Part):
    """A draft of a public entry, in the order in which the redaction desk asks."""

    language: str = ""
    title: str = ""
    summary: str = ""
    kind: str = ""
    state_alleged: str = ""
    state_where: str = ""
    acts: list[DraftAct] = []
    engagements: list[DraftEngagement] = []
    persons: list[DraftPerson] = []
    left_out: list[str] = []
    change_note: str = ""


_LINES = {
    "text_language": "language",
    "title": "title",
    "summary": "summary",
    "kind": "kind",
    "state_alleged": "state_alleged",
    "state_where": "state_where",
    "change_note": "change_note",
}
_ROWS = {"act": "acts", "un": "engagements", "public": "persons"}


def draft_of_fields(fields: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    """A draft of the first version, which kept the fields of the form (`act-0-type`); None for an empty one."""
    if not fields:
        return None
    draft: dict[str, Any] = {to: fields[name][0] for name, to in _LINES.items() if fields.get(name)}
    draft["left_out"] = list(fields.get("left_out", []))
    for prefix, to in _ROWS.items():
        rows: dict[int, dict[str, Any]] = {}
        for name, values in fields.items():
            if (found := re.fullmatch(rf"{prefix}-(\d+)-(\w+)", name)) and values:
                place, part = int(found[1]), found[2]
                rows.setdefault(place, {}).update({"roles": list(values)} if part == "role" else {part: values[0]})
        draft[to] = [rows[place] for place in sorted(rows)]
    return draft
