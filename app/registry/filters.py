"""The one filter: lists, counts, feeds and files all ask through it, so that a number is its list."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.problems import Unprocessable
from app.reference import WITHHELD, states
from app.registry.analyzer import query_terms
from app.stores.registry import Entry, EntryFacet, EntryTerm
from app.vocabulary import ACT_GRADES, ACT_TYPES, KINDS, ROLES, UN_BODIES

FACETS = ("state", "where", "act", "body", "kind", "grade", "role", "year")
LONGEST_QUERY = 200
COUNT_CAP = 10_000
_CURSOR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9a-z]{12})")
_REFERENCE = re.compile(r"[0-9a-z]{12}")
_LISTS = {"act": ACT_TYPES, "body": UN_BODIES, "kind": KINDS, "grade": ACT_GRADES, "role": ROLES}


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader asks for. Empty means any."""

    q: str = ""
    state: str = ""
    where: str = ""
    act: str = ""
    body: str = ""
    kind: str = ""
    grade: str = ""
    role: str = ""
    year: str = ""
    after: str = ""

    @classmethod
    def of(cls, query: Any, demo: bool) -> Filter:
        """From query parameters. Unprocessable for values that no list knows; other parameters mean nothing."""
        given = cls(**{field.name: (query.get(field.name) or "").strip() for field in fields(cls)})
        given = replace(given, q=given.q[:LONGEST_QUERY])
        for facet in FACETS:
            value = getattr(given, facet)
            if value and not _known(facet, value, demo):
                raise Unprocessable
        if given.after and _parse_cursor(given.after) is None:
            raise Unprocessable
        return given

    def query(self, **changes: str) -> str:
        """As a query string, with changes; empty values are left out."""
        values = {field.name: getattr(self, field.name) for field in fields(self)} | changes
        return urlencode({name: value for name, value in values.items() if value})

    @property
    def is_empty(self) -> bool:
        return self == Filter(after=self.after)

    def condition(self) -> ColumnElement[bool]:
        """The rows of Entry that this filter lists (without the cursor)."""
        conditions: list[ColumnElement[bool]] = [Entry.document.is_not(None)]
        for facet in FACETS:
            if value := getattr(self, facet):
                one = aliased(EntryFacet)
                has = exists().where(one.ref == Entry.ref, one.facet == facet, one.value == value)
                conditions.append(has.correlate(Entry))
        if self.q:
            wanted = query_terms(self.q)
            if not wanted:
                return Entry.ref.is_(None)
            for alternatives in wanted:
                found = exists().where(EntryTerm.ref == Entry.ref, EntryTerm.term.in_(alternatives))
                conditions.append(found.correlate(Entry))
        return and_(*conditions)


def _known(facet: str, value: str, demo: bool) -> bool:
    if facet == "year":
        return bool(re.fullmatch(r"[0-9]{4}", value))
    if facet in ("state", "where"):
        return value in states(demo) or value in (WITHHELD, "unclear")
    return value in _LISTS[facet]


def _parse_cursor(text: str) -> tuple[date, str] | None:
    found = _CURSOR.fullmatch(text)
    try:
        return (date.fromisoformat(found[1]), found[2]) if found else None
    except ValueError:
        return None


def cursor_of(entry: Entry) -> str:
    return f"{entry.released_on}.{entry.ref}"


def _before(cursor: str) -> ColumnElement[bool]:
    parsed = _parse_cursor(cursor)
    assert parsed is not None
    day, ref = parsed
    return or_(Entry.released_on < day, and_(Entry.released_on == day, Entry.ref < ref))


def listed(session: Session, wanted: Filter, size: int, *, tombstones: bool = False) -> tuple[list[Entry], str]:
    """One page of entries, newest first, and the cursor of the next page ("" at the end).

    With `tombstones`, withdrawn ones stand among them whatever the filter: whoever follows a part must hear of them.
    """
    condition = or_(wanted.condition(), Entry.document.is_(None)) if tombstones else wanted.condition()
    statement = select(Entry).where(condition)
    if wanted.after:
        statement = statement.where(_before(wanted.after))
    statement = statement.order_by(Entry.released_on.desc(), Entry.ref.desc()).limit(size + 1)
    found = list(session.scalars(statement))
    return found[:size], cursor_of(found[size - 1]) if len(found) > size else ""


def entry_of(session: Session, ref: str) -> Entry | None:
    """The entry of a reference as an address gives it; what cannot be a reference is not asked for."""
    return session.get(Entry, ref) if _REFERENCE.fullmatch(ref) else None


def count(session: Session, wanted: Filter) -> int:
    """How many entries a filter lists, counted up to one more than the cap."""
    capped = select(Entry.ref).where(wanted.condition()).limit(COUNT_CAP + 1).subquery()
    return session.scalar(select(func.count()).select_from(capped)) or 0


def facet_counts(session: Session, wanted: Filter, facet: str) -> list[tuple[str, int]]:
    """(value, number of entries) of a facet among what a filter lists, most first."""
    statement = (
        select(EntryFacet.value, func.count())
        .join(Entry, Entry.ref == EntryFacet.ref)
        .where(EntryFacet.facet == facet, wanted.condition())
        .group_by(EntryFacet.value)
        .order_by(func.count().desc(), EntryFacet.value)
    )
    return [(value, number) for value, number in session.execute(statement)]
