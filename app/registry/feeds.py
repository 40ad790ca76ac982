"""Feeds and files: the same public documents in the forms that readers' programs know."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.entry import Document, PublicEntry
from app.i18n import language
from app.reference import state_name
from app.registry.views import parsed, text_in
from app.stores.registry import Entry, LogDocument, LogLeaf
from app.vocabulary import ACT_TYPES

FEED_TYPE = "application/feed+json"
PAGE = 50
WITHDRAWN = "This entry was withdrawn."


def document_of(row: Entry) -> Document:
    """The public document of a row: what the log holds, or its tombstone."""
    if row.document is not None:
        return parsed(row)
    return Document.model_validate(
        {
            "schema": 1,
            "ref": row.ref,
            "version": row.version,
            "kind": "withdrawn",
            "released_on": row.released_on,
        }
    )


def as_json(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(document.canonical())
    return found


def title_of(entry: PublicEntry) -> str:
    return text_in(entry.title, language("en"))[0]


def feed_item(row: Entry, base_url: str) -> dict[str, Any]:
    """An item of JSON Feed 1.1; the whole document under the extension `_registry`. Times are midnight UTC."""
    document = document_of(row)
    item: dict[str, Any] = {
        "id": f"{base_url}/entries/{row.ref}",
        "url": f"{base_url}/en/entries/{row.ref}",
        "date_published": f"{row.first_released_on}T00:00:00Z",
        "date_modified": f"{row.released_on}T00:00:00Z",
        "_registry": as_json(document),
    }
    if document.entry is None:
        return item | {"content_text": WITHDRAWN}
    entry = document.entry
    summary, code = text_in(entry.summary, language("en"))
    return item | {
        "title": title_of(entry),
        "content_text": summary,
        "language": code,
        "tags": [state_name(entry.state_alleged), *(ACT_TYPES.label(act.type) for act in entry.acts)],
    }


def json_feed(rows: Iterable[Entry], *, title: str, base_url: str, feed_url: str, next_url: str) -> dict[str, Any]:
    """A JSON Feed 1.1 (jsonfeed.org/version/1.1) of rows, newest first."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": f"{base_url}/",
        "feed_url": feed_url,
        "description": "Allegations of intimidation and reprisals, verified and released with consent.",
        "language": "en",
        "items": [feed_item(row, base_url) for row in rows],
    }
    return feed | ({"next_url": next_url} if next_url else {})


CSV_COLUMNS = (
    "ref",
    "version",
    "kind_of_release",
    "first_released_on",
    "released_on",
    "title",
    "summary",
    "kind",
    "state_alleged",
    "state_where",
    "acts",
    "act_dates",
    "un_bodies",
    "persons",
    "act_grade",
    "link_grade",
    "sources",
    "consent",
    "left_out",
    "last_reviewed",
)


FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value)
    return "'" + text if text.startswith(FORMULA_SIGNS) else text


def csv_file(rows: Iterable[Entry]) -> str:
    """RFC 4180, UTF-8; lists within a cell are separated by semicolons. Withdrawn entries are not in it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    for row in rows:
        document = document_of(row)
        entry = document.entry
        if entry is None:
            continue
        cells = (
            row.ref,
            row.version,
            row.kind,
            row.first_released_on,
            row.released_on,
            title_of(entry),
            text_in(entry.summary, language("en"))[0],
            entry.kind,
            entry.state_alleged,
            entry.state_where,
            "; ".join(act.type for act in entry.acts),
            "; ".join(act.date or "" for act in entry.acts),
            "; ".join(one.body for one in entry.engagements),
            "; ".join(person.label for person in entry.persons),
            entry.act_grade,
            entry.link_grade,
            entry.sources,
            entry.consent,
            "; ".join(entry.left_out),
            entry.last_reviewed,
        )
        writer.writerow([_cell(cell) for cell in cells])
    return out.getvalue()


def sqlite_file(session: Session) -> bytes:
    """The registry as one SQLite file, made anew from the log: no free pages, no earlier words, no times of files."""
    made = sqlite3.connect(":memory:")
    made.executescript(
        "PRAGMA page_size=4096;"
        "CREATE TABLE leaf (position INTEGER PRIMARY KEY, leaf_hash TEXT NOT NULL);"
        "CREATE TABLE document (position INTEGER PRIMARY KEY REFERENCES leaf, ref TEXT NOT NULL, version INTEGER NOT NULL,"
        " kind TEXT NOT NULL, released_on TEXT NOT NULL, salt TEXT NOT NULL, document TEXT NOT NULL);"
        "CREATE TABLE entry (ref TEXT PRIMARY KEY, title TEXT NOT NULL, state_alleged TEXT NOT NULL,"
        " state_where TEXT NOT NULL, released_on TEXT NOT NULL, version INTEGER NOT NULL);"
    )
    leaves = session.execute(select(LogLeaf.position, LogLeaf.leaf_hash).order_by(LogLeaf.position))
    made.executemany("INSERT INTO leaf VALUES (?, ?)", (tuple(leaf) for leaf in leaves))
    for row in session.scalars(select(LogDocument).order_by(LogDocument.position)):
        made.execute(
            "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                row.position,
                row.ref,
                row.version,
                row.kind,
                row.released_on.isoformat(),
                row.salt.hex(),
                row.document,
            ),
        )
        entry = Document.parse(row.document).entry
        if entry is not None:
            made.execute(
                "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)",
                (
                    row.ref,
                    title_of(entry),
                    entry.state_alleged,
                    entry.state_where,
                    row.released_on.isoformat(),
                    row.version,
                ),
            )
    made.commit()
    content = made.serialize()
    made.close()
    return content


def changes(session: Session, after: int, size: int) -> list[dict[str, Any]]:
    """What changed after a position of the log, oldest first; each with its leaf, so that it can be verified."""
    statement = (
        select(LogDocument, LogLeaf.leaf_hash)
        .join(LogLeaf, LogLeaf.position == LogDocument.position)
        .where(LogDocument.position > after)
        .order_by(LogDocument.position)
        .limit(size)
    )
    return [
        {
            "position": row.position,
            "change": row.kind,
            "ref": row.ref,
            "version": row.version,
            "released_on": row.released_on.isoformat(),
            "leaf_hash": hashed,
            "salt": row.salt.hex(),
            "document": json.loads(row.document),
        }
        for row, hashed in session.execute(statement)
    ]
