"""The release log: append-only leaves, the documents under them, and their verification.

Each leaf is the SHA-256 of a random salt and the canonical JSON of a public document, in the leaf form of RFC 6962,
so that a Merkle tree, signed heads and mirrors can stand on the same leaves. A later version of an entry erases the
documents and salts of the earlier ones; their leaves remain, verify, and tell nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from app.documents.entry import Document, EarlierVersion, Kind, PublicEntry, leaf_hash
from app.registry import projection
from app.stores.registry import DataVersion, Entry, EntryFacet, EntryTerm, LogDocument, LogLeaf

SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Present:
    """What the log holds of a reference now."""

    kind: Kind
    version: int
    position: int


def holds(session: Session, release_id: str) -> bool:
    """Whether the log took this release."""
    return session.scalar(select(LogLeaf.position).where(LogLeaf.release_id == release_id)) is not None


def present(session: Session, ref: str) -> Present | None:
    """The newest release of a reference; None when the log never held one."""
    row = session.get(Entry, ref)
    return None if row is None else Present(cast("Kind", row.kind), row.version, row.position)


def append(
    session: Session,
    release_id: str,
    *,
    type: str,  # noqa: A002 - the envelope's own word
    ref: str,
    kind: Kind,
    day: date,
    content: PublicEntry | None,
) -> int | None:
    """Appends a release and projects it, in the caller's transaction. The log numbers the versions of a reference.

    Returns the version; None when nothing was appended: the same `release_id` is taken once, what was never there (or
    is hidden already) is not hidden, and after a withdrawal nothing is taken.
    """
    if type != "entry":
        raise ValueError(type)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE log_leaf IN EXCLUSIVE MODE"))  # SQLite writers are alone from BEGIN on
    before = session.get(Entry, ref)
    hides = kind in ("suspended", "withdrawn")
    if holds(session, release_id) or (before is None and hides):
        return None
    if before is not None and (before.kind == "withdrawn" or (before.kind, kind) == ("suspended", "suspended")):
        return None
    version = 1 if before is None else before.version + 1
    document = Document.model_validate(
        {
            "schema": 1,
            "ref": ref,
            "version": version,
            "kind": kind,
            "released_on": day,
            "entry": content,
            "earlier": _earlier(before) if before is not None and before.document and not hides else (),
        }
    )
    last = session.scalar(select(func.max(LogLeaf.position)))
    position = 0 if last is None else last + 1
    salt, canonical = secrets.token_bytes(SALT_BYTES), document.canonical()
    session.add(LogLeaf(position=position, leaf_hash=leaf_hash(salt, canonical), release_id=release_id))
    session.flush()
    session.execute(update(DataVersion).values(number=secrets.randbelow(2**31)))
    session.add(
        LogDocument(
            position=position, ref=ref, version=version, kind=kind, released_on=day, salt=salt, document=canonical
        )
    )
    session.flush()
    session.expunge_all()
    session.execute(delete(LogDocument).where(LogDocument.ref == ref, LogDocument.version < version))
    projection.project(session, position, document)
    return version


def _earlier(present: Entry) -> tuple[EarlierVersion, ...]:
    assert present.document is not None
    before = Document.parse(present.document)
    note = before.entry.change_note if before.entry else None
    last = EarlierVersion(version=before.version, kind=before.kind, released_on=before.released_on, change_note=note)
    return (*before.earlier, last)


def verify(session: Session) -> list[str]:
    """Everything that is wrong with the log and its projection, in words; empty when they agree."""
    leaves = {leaf.position: leaf for leaf in session.scalars(select(LogLeaf))}
    documents = list(session.scalars(select(LogDocument).order_by(LogDocument.position)))
    problems = verify_leaves({position: leaf.leaf_hash for position, leaf in leaves.items()})
    parsed: list[tuple[int, Document]] = []
    for row in documents:
        leaf = leaves.get(row.position)
        if leaf is None or leaf.leaf_hash != leaf_hash(row.salt, row.document):
            problems.append(f"leaf {row.position}: the document of {row.ref} is not the one that was released")
            continue
        document = Document.parse(row.document)
        parsed.append((row.position, document))
        if (row.ref, row.version, row.kind, row.released_on) != (
            document.ref,
            document.version,
            document.kind,
            document.released_on,
        ):
            problems.append(f"leaf {row.position}: its columns do not say what its document says")
    problems += verify_versions(len(leaves), parsed)
    return problems + _projection_problems(session, parsed)


def verify_leaves(hashes: dict[int, str]) -> list[str]:
    """Whether positions run from 0 without a gap."""
    return [f"leaf {gap}: missing" for gap in range(max(hashes, default=-1) + 1) if gap not in hashes]


def verify_versions(leaves: int, documents: Iterable[tuple[int, Document]]) -> list[str]:
    """Each entry's newest document has as many versions as it has leaves: together they are all leaves.

    `documents` are (position, document). Only the newest of an entry may be there.
    """
    newest: dict[str, int] = {}
    problems = []
    for position, document in sorted(documents, key=lambda one: one[1].version, reverse=True):
        if newest.setdefault(document.ref, document.version) != document.version:
            problems.append(f"leaf {position}: the superseded document of {document.ref} is still there")
    versions = sum(newest.values())
    if versions != leaves:
        problems.append(f"the log has {leaves} leaves and its documents account for {versions}")
    return problems


def _projection_problems(session: Session, documents: list[tuple[int, Document]]) -> list[str]:
    wanted: dict[type[Any], set[tuple[Any, ...]]] = {Entry: set(), EntryFacet: set(), EntryTerm: set()}
    for position, document in documents:
        for table, row in projection.rows(position, document):
            wanted[table].add(tuple(row[column.name] for column in table.__table__.columns))
    problems = []
    for table, expected in wanted.items():
        found = {tuple(row) for row in session.execute(select(*table.__table__.columns))}
        if found != expected:
            odd = len(found ^ expected)
            problems.append(f"table {table.__tablename__}: {odd} rows are not what the log says (registry rebuild)")
    return problems
