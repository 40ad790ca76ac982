"""docs/threat-model.md lists every column of the casework store and of the readings store."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import LargeBinary

from app.stores.casework import CaseworkBase
from app.stores.readings import ReadingsBase

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "threat-model.md").read_text()
ROWS = {row[0]: row[1:] for row in re.findall(r"^\| (\w+\.\w+) \| (\w+) \|(.*)\|$", TEXT, re.MULTILINE)}
COLUMNS = {
    f"{table.name}.{column.name}": column
    for base in (CaseworkBase, ReadingsBase)
    for table in base.metadata.tables.values()
    for column in table.columns
}


def test_every_column_is_listed_and_no_other() -> None:
    assert ROWS.keys() == COLUMNS.keys()


def test_every_clear_column_has_its_reason() -> None:
    assert [name for name, (kind, reason) in ROWS.items() if kind == "clear" and len(reason.strip()) < 4] == []


def test_only_sealed_wrapped_or_random_values_are_binary_and_nothing_sealed_is_text() -> None:
    kinds = {name: kind for name, (kind, _) in ROWS.items()}
    assert set(kinds.values()) <= {"clear", "random", "hash", "public", "sealed", "wrapped"}
    for name, column in COLUMNS.items():
        binary = isinstance(column.type, LargeBinary)
        assert binary == (kinds[name] in ("sealed", "wrapped") or name.endswith(".salt")), name


def test_each_line_on_a_seizure_is_held_by_tests_that_exist() -> None:
    table = TEXT.split("## What each kind of seizure gives")[1].split("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("| ") and "---" not in line][1:]
    assert len(lines) > 8
    for line in lines:
        named = re.findall(r"`(tests/[\w/.]+)(?:::(\w+))?`", line)
        assert named or "cannot be prevented" in line, line
        for place, test in named:
            file = ROOT / place
            assert file.exists(), place
            assert not test or f"def {test}(" in file.read_text(), test
