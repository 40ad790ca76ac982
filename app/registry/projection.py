"""The registry as a function of the log: what pages, search and filters read is made from the documents alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from app.documents.envelope import Envelope
from app.registry import records
from app.stores.registry import LogDocument, Record, RecordFacet, RecordTerm

PIECE = 500
TABLES: tuple[type[Any], ...] = (Record, RecordFacet, RecordTerm)  # parents first


def rows(position: int, number: int, envelope: Envelope, stored: str) -> Iterator[tuple[type[Any], dict[str, Any]]]:
    """The rows that the projection holds of the newest document of a record."""
    key = {"type": envelope.type, "ref": envelope.ref, "released_on": envelope.day}
    yield (
        Record,
        key
        | {
            "position": position,
            "number": number,
            "version": envelope.version,
            "kind": envelope.kind,
            "shown": not envelope.hidden,
            "first_released_on": envelope.earlier[0].day if envelope.earlier else envelope.day,
            "document": stored,
        },
    )
    if envelope.hidden:
        return
    record_type = records.TYPES[envelope.type]
    content = record_type.read(envelope).content
    found = {(facet.name, value) for facet in record_type.facets for value in facet.values(content)}
    for facet, value in sorted(found):
        yield RecordFacet, {"facet": facet, "value": value, **key}
    for term in sorted(record_type.terms(content)):
        yield RecordTerm, {"term": term, **key}


def project(session: Session, documents: Sequence[tuple[int, int, Envelope, str]]) -> None:
    """Replaces what is shown of records by their newest documents, each (position, number, envelope, stored text)."""
    for at in range(0, len(documents), PIECE):
        piece = documents[at : at + PIECE]
        for table in reversed(TABLES):
            session.execute(delete(table).where(table.ref.in_([envelope.ref for _, _, envelope, _ in piece])))
        _insert(session, [row for one in piece for row in rows(*one)])


def _insert(session: Session, made: Sequence[tuple[type[Any], dict[str, Any]]]) -> None:
    for table in TABLES:
        if values := [row for one, row in made if one is table]:
            session.execute(insert(table), values)


def rebuild(session: Session) -> int:
    """Makes the whole projection again from nothing but the log. Returns the number of records."""
    for table in reversed(TABLES):
        session.execute(delete(table))
    number, last = 0, (-1, 0)
    while piece := _piece(session, last):
        made = [(row.position, row.number, Envelope.parse(row.document), row.document) for row in piece]
        shown = [one for one in made if one[2].batch is None]
        _insert(session, [row for one in shown for row in rows(*one)])
        number += len(shown)
        last = (piece[-1].position, piece[-1].number)
    return number


def _piece(session: Session, after: tuple[int, int]) -> Sequence[Any]:
    """The next documents of the log. Read by key, since some drivers cannot write while they read."""
    position, number = after
    later = (LogDocument.position > position) | ((LogDocument.position == position) & (LogDocument.number > number))
    return session.execute(
        select(LogDocument.position, LogDocument.number, LogDocument.document)
        .where(later)
        .order_by(LogDocument.position, LogDocument.number)
        .limit(PIECE)
    ).all()


class Comparison:
    """Counts the rows of the projection that are not what the log says, some records at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._odd: Counter[type[Any]] = Counter()
        self._seen: Counter[type[Any]] = Counter()

    def compare(self, documents: Sequence[tuple[int, int, Envelope, str]]) -> None:
        """Compares the rows of some records, each (position, number, envelope, stored text), with what is there."""
        expected: dict[type[Any], set[tuple[Any, ...]]] = {table: set() for table in TABLES}
        for position, number, envelope, stored in documents:
            for table, row in rows(position, number, envelope, stored):
                expected[table].add(tuple(row[column.name] for column in table.__table__.columns))
        refs = [envelope.ref for _, _, envelope, _ in documents]
        for table in TABLES:
            statement = select(*table.__table__.columns).where(table.ref.in_(refs))
            found = {tuple(row) for row in self._session.execute(statement)}
            self._odd[table] += len(found ^ expected[table])
            self._seen[table] += len(found)

    def problems(self) -> list[str]:
        """What is wrong, in words; rows of records that the log does not know count too."""
        told = []
        for table in TABLES:
            there = self._session.scalar(select(func.count()).select_from(table)) or 0
            if odd := self._odd[table] + there - self._seen[table]:
                told.append(f"table {table.__tablename__}: {odd} rows are not what the log says (registry rebuild)")
        return told
