"""Rows of a store as lines of JSON, whatever engine they come from or go to: bytes in base64, days in ISO form."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, Date, LargeBinary, MetaData, Table, delete, insert, select, text
from sqlalchemy.schema import ForeignKeyConstraint

VERSION_TABLE = "alembic_version"
PIECE_BYTES = 2**20
AT_ONCE = 200  # rows read together: a sealed value is rarely more than some 100 KiB


def tables_of(connection: Connection) -> list[Table]:
    """The tables that are there, those that others refer to first."""
    found = MetaData()
    found.reflect(bind=connection)
    return [table for table in found.sorted_tables if table.name != VERSION_TABLE]


def dump(connection: Connection, table: Table) -> Iterator[tuple[int, bytes]]:
    """All rows in the order of their keys, some at a time: their number, and a piece of lines with the columns first."""
    head = _line([column.name for column in table.columns])
    lines, size = [head], len(head)
    rows = connection.execution_options(yield_per=AT_ONCE).execute(select(table).order_by(*table.primary_key.columns))
    for row in rows:
        line = _line([_plain(value) for value in row])
        if len(lines) > 1 and size + len(line) > PIECE_BYTES:
            yield len(lines) - 1, b"".join(lines)
            lines, size = [head], len(head)
        lines.append(line)
        size += len(line)
    if len(lines) > 1:
        yield len(lines) - 1, b"".join(lines)


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return b64encode(value).decode() if isinstance(value, bytes | memoryview) else value


def load(connection: Connection, table: Table, piece: bytes) -> int:
    """Puts a piece of lines into a table of the same columns; how many rows. KeyError for a column that is not there."""
    lines = piece.splitlines()
    columns = [table.columns[name] for name in json.loads(lines[0])]
    rows = [
        {column.name: _value(column.type, one) for column, one in zip(columns, json.loads(line), strict=True)}
        for line in lines[1:]
    ]
    if rows:
        connection.execute(insert(table), rows)
    return len(rows)


def _value(kind: Any, value: Any) -> Any:
    if isinstance(value, str) and isinstance(kind, Date):
        return date.fromisoformat(value)
    return b64decode(value) if isinstance(value, str) and isinstance(kind, LargeBinary) else value


def prepare(connection: Connection, tables: Iterable[Table]) -> None:
    """Empties tables that migrations put a row into, and lets foreign keys be judged at the end of the transaction."""
    for table in reversed(list(tables)):
        if connection.execute(select(table).limit(1)).first() is not None:
            connection.execute(delete(table))
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        return
    _defer(connection, tables, "DEFERRABLE INITIALLY DEFERRED")


def settle(connection: Connection, tables: Iterable[Table]) -> None:
    """The keys are judged now and as usual from here on. IntegrityError when one refers to nothing."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        _defer(connection, tables, "NOT DEFERRABLE")


def _defer(connection: Connection, tables: Iterable[Table], how: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote
    for table in tables:
        for one in table.constraints:
            if isinstance(one, ForeignKeyConstraint):
                change = f"ALTER TABLE {quoted(table.name)} ALTER CONSTRAINT {quoted(str(one.name))} {how}"
                connection.execute(text(change))
