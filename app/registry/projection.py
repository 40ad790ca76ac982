"""The registry as a function of the log: what pages, search and filters read is made from the documents alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.documents.entry import Document, PublicEntry
from app.registry.analyzer import terms
from app.stores.registry import Entry, EntryFacet, EntryTerm, LogDocument


def facets(entry: PublicEntry) -> set[tuple[str, str]]:
    """(facet, value) of an entry: what the filters ask for."""
    found = {
        ("state", entry.state_alleged),
        ("where", entry.state_where),
        ("kind", entry.kind),
        ("grade", entry.act_grade),
    }
    found |= {("act", act.type) for act in entry.acts}
    found |= {("year", act.date[:4]) for act in entry.acts if act.date}
    found |= {("body", one.body) for one in entry.engagements}
    found |= {("role", role) for person in entry.persons for role in person.roles}
    return found


def search_terms(entry: PublicEntry) -> set[str]:
    found: set[str] = set()
    for texts in (entry.title, entry.summary):
        for language, text in texts.items():
            found |= terms(text, language)
    for person in entry.persons:
        found |= terms(person.label, "en")
    return found


def rows(position: int, document: Document) -> Iterator[tuple[type[Any], dict[str, Any]]]:
    """The rows that the projection holds of the newest document of an entry."""
    first = document.earlier[0].released_on if document.earlier else document.released_on
    entry = document.entry
    yield (
        Entry,
        {
            "ref": document.ref,
            "position": position,
            "version": document.version,
            "kind": document.kind,
            "first_released_on": first,
            "released_on": document.released_on,
            "document": None if entry is None else document.canonical(),
        },
    )
    if entry is None:
        return
    key: dict[str, date | str] = {"released_on": document.released_on, "ref": document.ref}
    for facet, value in sorted(facets(entry)):
        yield EntryFacet, {"facet": facet, "value": value, **key}
    for term in sorted(search_terms(entry)):
        yield EntryTerm, {"term": term, **key}


def forget(session: Session, ref: str) -> None:
    for table in (EntryTerm, EntryFacet, Entry):
        session.execute(delete(table).where(table.ref == ref))


def project(session: Session, position: int, document: Document) -> None:
    """Replaces what is shown of an entry by its newest document."""
    forget(session, document.ref)
    by_table: dict[type[Any], list[dict[str, Any]]] = {}
    for table, row in rows(position, document):
        by_table.setdefault(table, []).append(row)
    for table, values in by_table.items():
        session.execute(insert(table), values)


def rebuild(session: Session) -> int:
    """Makes the whole projection again from nothing but the log. Returns the number of entries."""
    for table in (EntryTerm, EntryFacet, Entry):
        session.execute(delete(table))
    found = session.execute(select(LogDocument.position, LogDocument.document).order_by(LogDocument.position)).all()
    for position, text in found:
        project(session, position, Document.parse(text))
    return len(found)
