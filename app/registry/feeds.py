"""Feeds and files: the same public documents in the forms that readers' programs know.

A document is always the stored text, put into what surrounds it as it is.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.envelope import Envelope
from app.registry.records import TYPES, Reading, RecordType
from app.stores.registry import LogDocument, LogLeaf, LogRow, Record

FEED_TYPE = "application/feed+json"
PAGE = 50
PIECE = 500
GONE = {"withdrawn": "This entry was withdrawn.", "suspended": "This is not available."}
ENVELOPE_COLUMNS = ("ref", "version", "kind_of_release", "first_released_on", "released_on", "schema")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def reading_of(row: Record) -> Reading[Any]:
    """A record that is shown, as the present program reads it."""
    return TYPES[row.type].read(Envelope.parse(row.document))


def with_text(told: dict[str, Any], member: str, stored: str) -> str:
    """A JSON object with one more member, whose value is a stored JSON text, as it was stored."""
    return f"{json.dumps(told, ensure_ascii=False)[:-1]}, {json.dumps(member)}: {stored}}}"


def with_items(told: dict[str, Any], member: str, items: Iterable[str]) -> str:
    """A JSON object with one more member: a list of JSON texts."""
    return f"{json.dumps(told, ensure_ascii=False)[:-1]}, {json.dumps(member)}: [{', '.join(items)}]}}"


def feed_item(row: Record, base_url: str) -> str:
    """An item of JSON Feed 1.1; the stored document under the extension `_registry`. Times are midnight UTC."""
    record_type = TYPES[row.type]
    item: dict[str, Any] = {
        "id": f"{base_url}/{record_type.plural}/{row.ref}",
        "url": f"{base_url}/en/{record_type.plural}/{row.ref}",
        "date_published": f"{row.first_released_on}T00:00:00Z",
        "date_modified": f"{row.released_on}T00:00:00Z",
    }
    if not row.shown:
        return with_text(item | {"content_text": GONE[row.kind]}, "_registry", row.document)
    told = record_type.feed(reading_of(row).content)
    item |= {"title": told.title, "content_text": told.text, "language": told.text_language, "tags": list(told.tags)}
    return with_text(item, "_registry", row.document)


def json_feed(items: Iterable[str], *, title: str, base_url: str, feed_url: str, next_url: str, **also: Any) -> str:
    """A JSON Feed 1.1 (jsonfeed.org/version/1.1) of items, newest first."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": f"{base_url}/",
        "feed_url": feed_url,
        "description": "Allegations of intimidation and reprisals, verified and released with consent.",
        "language": "en",
    }
    return with_items(feed | ({"next_url": next_url} if next_url else {}) | also, "items", items)


def atom_rows(rows: Iterable[Record]) -> list[tuple[Record, Any]]:
    """Each row with what the Atom feed says of it; None for a tombstone."""
    return [(row, TYPES[row.type].feed(reading_of(row).content) if row.shown else None) for row in rows]


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value)
    return "'" + text if text.startswith(FORMULA_SIGNS) else text


def _cells(record_type: RecordType[Any], row: Record, reading: Reading[Any]) -> list[object]:
    told: list[object] = [row.ref, row.version, row.kind, row.first_released_on, row.released_on]
    told.append(reading.envelope.schema_)
    return told + [value(reading.content) for _, value in record_type.columns]


def csv_columns(record_type: RecordType[Any]) -> tuple[str, ...]:
    return (*ENVELOPE_COLUMNS, *(name for name, _ in record_type.columns))


def csv_lines(record_type: RecordType[Any], pages: Iterable[list[Record]]) -> Iterator[str]:
    """RFC 4180, UTF-8, piece by piece; lists within a cell are separated by semicolons. Hidden records are not in it.

    `schema` is the one in which a record was logged; cells are its present reading.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(csv_columns(record_type))
    for page in pages:
        for row in page:
            writer.writerow([_cell(cell) for cell in _cells(record_type, row, reading_of(row))])
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def sqlite_file(session: Session) -> bytes:
    """The registry as one SQLite file, made anew from the log: no free pages, no earlier words, no times of files.

    The log as it is (leaf, row, document), and one table of readings for each type, with the columns of its CSV.
    """
    made = sqlite3.connect(":memory:")
    made.executescript(
        "PRAGMA page_size=4096;"
        "CREATE TABLE leaf (position INTEGER PRIMARY KEY, type TEXT NOT NULL, day TEXT NOT NULL, commitment TEXT NOT NULL,"
        " leaf_hash TEXT NOT NULL);"
        "CREATE TABLE batch_row (position INTEGER NOT NULL REFERENCES leaf, number INTEGER NOT NULL, commitment TEXT NOT NULL,"
        " PRIMARY KEY (position, number));"
        "CREATE TABLE document (position INTEGER NOT NULL REFERENCES leaf, number INTEGER NOT NULL, type TEXT NOT NULL,"
        " ref TEXT NOT NULL, version INTEGER NOT NULL, kind TEXT NOT NULL, day TEXT NOT NULL, salt TEXT NOT NULL,"
        " document TEXT NOT NULL, PRIMARY KEY (position, number));"
    )
    leaves = session.execute(
        select(LogLeaf.position, LogLeaf.type, LogLeaf.day, LogLeaf.commitment, LogLeaf.leaf_hash)
        .order_by(LogLeaf.position)
        .execution_options(yield_per=PIECE)
    )
    _fill(made, "leaf", ((one.position, one.type, one.day.isoformat(), *one[3:]) for one in leaves))
    rows = select(LogRow.position, LogRow.number, LogRow.commitment).order_by(LogRow.position, LogRow.number)
    _fill(made, "batch_row", (tuple(one) for one in session.execute(rows.execution_options(yield_per=PIECE))))
    documents = select(LogDocument).order_by(LogDocument.position, LogDocument.number)
    _fill(
        made,
        "document",
        (
            (
                one.position,
                one.number,
                one.type,
                one.ref,
                one.version,
                one.kind,
                one.day.isoformat(),
                one.salt.hex(),
                one.document,
            )
            for one in session.scalars(documents.execution_options(yield_per=PIECE))
        ),
    )
    for record_type in TYPES.values():
        columns = ", ".join(f'"{column}"' for column in csv_columns(record_type))
        made.execute(f'CREATE TABLE "{record_type.name}" ({columns}, PRIMARY KEY ("ref"))')
        shown = select(Record).where(Record.type == record_type.name, Record.shown).order_by(Record.ref)
        cells = (
            tuple(cell if isinstance(cell, int) else str(cell) for cell in _cells(record_type, row, reading_of(row)))
            for row in session.scalars(shown.execution_options(yield_per=PIECE))
        )
        _fill(made, record_type.name, cells, len(csv_columns(record_type)))
    made.commit()
    content = made.serialize()
    made.close()
    return content


_WIDTHS = {"leaf": 5, "batch_row": 3, "document": 9}


def _fill(made: sqlite3.Connection, table: str, rows: Iterable[tuple[Any, ...]], width: int | None = None) -> None:
    places = ", ".join("?" * (width or _WIDTHS[table]))
    made.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)  # noqa: S608 - names of our own tables
