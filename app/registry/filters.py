"""The one filter: lists, counts, feeds and files all ask through it, so that a number is its list.

A page of a filter is a range of one key: that of the facet (or word) that the fewest records have, read in the order of
the list; the other conditions are looked up by their own keys. Nothing reads every record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, and_, exists, func, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.problems import Unprocessable
from app.registry.analyzer import query_terms
from app.registry.records import RecordType
from app.stores import Store
from app.stores.registry import Record, RecordFacet, RecordTerm

LONGEST_QUERY = 200
COUNT_CAP = 10_000
SELECTIVE = 1000  # how far a key is counted to find the one that the fewest records have
_CURSOR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9a-z]{12})")
_REFERENCE = re.compile(r"[0-9a-z]{12}")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader asks for of one type of record. Empty means any."""

    type: RecordType[Any]
    q: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)
    after: str = ""

    @classmethod
    def of(cls, record_type: RecordType[Any], query: Mapping[str, str], demo: bool) -> Filter:
        """From query parameters. Unprocessable for values that no list knows; other parameters mean nothing."""

        def given(name: str) -> str:
            return (query.get(name) or "").strip()

        chosen = {facet.name: value for facet in record_type.facets if (value := given(facet.name))}
        if not all(facet.known(chosen[facet.name], demo) for facet in record_type.facets if facet.name in chosen):
            raise Unprocessable
        if given("after") and _parse_cursor(given("after")) is None:
            raise Unprocessable
        return cls(record_type, given("q")[:LONGEST_QUERY], chosen, given("after"))

    def __getitem__(self, facet: str) -> str:
        return self.facets.get(facet, "")

    def query(self, **changes: str) -> str:
        """As a query string, with changes; empty values are left out."""
        values = {"q": self.q} | {name: self[name] for name in self.type.facet_names} | {"after": self.after} | changes
        return urlencode({name: value for name, value in values.items() if value})

    @property
    def is_empty(self) -> bool:
        return not self.q and not self.facets


@dataclass(frozen=True, slots=True)
class _Key:
    """Rows of one table that stand for records: which, and the columns by which the list is ordered."""

    table: Any
    condition: ColumnElement[bool]
    doubles: bool = False

    @property
    def order(self) -> tuple[InstrumentedAttribute[date], InstrumentedAttribute[str]]:
        return self.table.released_on, self.table.ref

    def also(self, other: _Key) -> ColumnElement[bool]:
        """The condition that a row's record has a row of the other key too."""
        day, ref = self.order
        other_day, other_ref = other.order
        return exists().where(other.condition, other_day == day, other_ref == ref).correlate(self.table)


def _keys(wanted: Filter) -> list[_Key] | None:
    """One key for each condition of a filter, never none of them; None when nothing can match."""
    keys = [_facet_key(wanted.type, facet, value) for facet, value in wanted.facets.items()]
    if wanted.q:
        words = query_terms(wanted.q)
        if not words:
            return None
        keys += [_term_key(wanted.type, alternatives) for alternatives in words]
    return keys or [_record_key(wanted.type, shown=True)]


def _facet_key(record_type: RecordType[Any], facet: str, value: str) -> _Key:
    one = aliased(RecordFacet)
    return _Key(one, and_(one.type == record_type.name, one.facet == facet, one.value == value))


def _term_key(record_type: RecordType[Any], alternatives: set[str]) -> _Key:
    one = aliased(RecordTerm)
    found = and_(one.type == record_type.name, one.term.in_(sorted(alternatives)))
    return _Key(one, found, doubles=len(alternatives) > 1)


def _record_key(record_type: RecordType[Any], *, shown: bool) -> _Key:
    one = aliased(Record)
    return _Key(one, and_(one.type == record_type.name, one.shown.is_(shown)))


def _fewest_first(session: Session, keys: list[_Key]) -> list[_Key]:
    if len(keys) == 1:
        return keys

    def size(key: _Key) -> int:
        some = select(key.table.ref).where(key.condition).limit(SELECTIVE).subquery()
        return session.scalar(select(func.count()).select_from(some)) or 0

    return sorted(keys, key=size)


def _matches(session: Session, wanted: Filter) -> tuple[_Key, ColumnElement[bool]] | None:
    """The key to read, and the condition on it; None when nothing can match."""
    keys = _keys(wanted)
    if keys is None:
        return None
    first, *others = _fewest_first(session, keys)
    return first, and_(true(), first.condition, *(first.also(other) for other in others))


def _parse_cursor(text: str) -> tuple[date, str] | None:
    found = _CURSOR.fullmatch(text)
    try:
        return (date.fromisoformat(found[1]), found[2]) if found else None
    except ValueError:
        return None


def cursor_of(record: Record) -> str:
    return f"{record.released_on}.{record.ref}"


def _refs(session: Session, key: _Key, condition: ColumnElement[bool], after: str, size: int) -> list[tuple[date, str]]:
    """The next keys of a list, newest first."""
    day, ref = key.order
    statement = select(day, ref).where(condition)
    if parsed := _parse_cursor(after):
        statement = statement.where(tuple_(day, ref) < tuple_(*parsed))
    if key.doubles:
        statement = statement.distinct()
    found = session.execute(statement.order_by(day.desc(), ref.desc()).limit(size))
    return [(one_day, one_ref) for one_day, one_ref in found]


def listed(session: Session, wanted: Filter, size: int, *, tombstones: bool = False) -> tuple[list[Record], str]:
    """One page of records, newest first, and the cursor of the next page ("" at the end).

    With `tombstones`, hidden ones stand among them whatever the filter: whoever follows a part must hear of them.
    """
    matches = _matches(session, wanted)
    found = [] if matches is None else _refs(session, *matches, wanted.after, size + 1)
    if tombstones:
        gone = _record_key(wanted.type, shown=False)
        found = sorted({*found, *_refs(session, gone, gone.condition, wanted.after, size + 1)}, reverse=True)
    rows = session.scalars(select(Record).where(Record.ref.in_([ref for _, ref in found[:size]])))
    page = sorted(rows, key=lambda row: (row.released_on, row.ref), reverse=True)
    return page, cursor_of(page[-1]) if len(found) > size else ""


def without(session: Session, wanted: Filter, facet: str, value: str, size: int) -> list[Record]:
    """The newest records that a filter lists and that do not have a value of a facet."""
    matches = _matches(session, wanted)
    if matches is None:
        return []
    key, condition = matches
    condition = and_(condition, ~key.also(_facet_key(wanted.type, facet, value)))
    refs = [ref for _, ref in _refs(session, key, condition, "", size)]
    rows = session.scalars(select(Record).where(Record.ref.in_(refs)))
    return sorted(rows, key=lambda row: (row.released_on, row.ref), reverse=True)


def walk(store: Store, wanted: Filter, size: int) -> Iterator[list[Record]]:
    """Every page of a list, without tombstones, each read in a transaction of its own.

    However slow the reader is, no snapshot is held open; what is hidden meanwhile is left out.
    """
    after: str | None = wanted.after
    while after is not None:
        with store.read() as session:
            page, following = listed(session, replace(wanted, after=after), size)
        yield page
        after = following or None


def record_of(session: Session, record_type: RecordType[Any], ref: str) -> Record | None:
    """The record of a reference as an address gives it; what cannot be a reference is not asked for."""
    found = session.get(Record, ref) if _REFERENCE.fullmatch(ref) else None
    return found if found is not None and found.type == record_type.name else None


def count(session: Session, wanted: Filter) -> int:
    """How many records a filter lists, counted up to one more than the cap."""
    matches = _matches(session, wanted)
    if matches is None:
        return 0
    key, condition = matches
    refs = select(key.table.ref).where(condition)
    capped = (refs.distinct() if key.doubles else refs).limit(COUNT_CAP + 1).subquery()
    return session.scalar(select(func.count()).select_from(capped)) or 0


def facet_counts(session: Session, wanted: Filter, facet: str) -> list[tuple[str, int]]:
    """(value, number of records) of a facet among what a filter lists, most first."""
    keys = [] if wanted.is_empty else _keys(wanted)
    if keys is None:
        return []
    one = aliased(RecordFacet)
    values = _Key(one, and_(one.type == wanted.type.name, one.facet == facet))
    statement = (
        select(one.value, func.count())
        .where(values.condition, *(values.also(key) for key in keys))
        .group_by(one.value)
        .order_by(func.count().desc(), one.value)
    )
    return [(value, number) for value, number in session.execute(statement)]
