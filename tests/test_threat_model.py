"""docs/threat-model.md lists every column of the casework store."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import LargeBinary

from app.stores.casework import CaseworkBase

TEXT = (Path(__file__).parents[1] / "docs" / "threat-model.md").read_text()
ROWS = {row[0]: row[1:] for row in re.findall(r"^\| (\w+\.\w+) \| (\w+) \|(.*)\|$", TEXT, re.MULTILINE)}
COLUMNS = {
    f"{table.name}.{column.name}": column
    for table in CaseworkBase.metadata.tables.values()
    for column in table.columns
}


def test_every_column_is_listed_and_no_other() -> None:
    assert ROWS.keys() == COLUMNS.keys()


def test_every_clear_column_has_its_reason() -> None:
    assert [
        name for name, (kind, reason) in ROWS.items() if kind == "clear" and len(reason.strip()) < 4
    ] == []


def test_only_sealed_wrapped_or_random_values_are_binary_and_nothing_sealed_is_text() -> None:
    kinds = {name: kind for name, (kind, _) in ROWS.items()}
    assert set(kinds.values()) <= {"clear", "random", "hash", "public", "sealed", "wrapped"}
    for name, column in COLUMNS.items():
        binary = isinstance(column.type, LargeBinary)
        assert binary == (kinds[name] in ("sealed", "wrapped") or name == "account.salt"), name
