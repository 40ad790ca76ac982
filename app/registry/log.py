"""The release log: append-only leaves, the documents under them, and their verification.

Each leaf is the SHA-256 of a random salt and the canonical JSON of a public document, in the leaf form of RFC 6962,
so that a Merkle tree, signed heads and mirrors can stand on the same leaves. A later version of an entry erases the
documents and salts of the earlier ones; their leaves remain, verify, and tell nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from app.documents.entry import Document, EarlierVersion, leaf_hash
from app.registry import projection
from app.stores.registry import DataVersion, Entry, EntryFacet, EntryTerm, LogDocument, LogLeaf

SALT_BYTES = 32


def append(session: Session, release_id: str, document: Document) -> None:
    """Appends a release and projects it, in the caller's transaction.

    The same `release_id` is taken once. A version that arrives after a later one of its entry (as a release that is
    overtaken by its correction) leaves its leaf and is superseded at once: no document of it is ever kept. A withdrawal
    takes the version after whatever is there, and nothing when nothing is. No later version is taken: it is final.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE log_leaf IN EXCLUSIVE MODE"))  # SQLite writers are alone from BEGIN on
    if session.scalar(select(LogLeaf.position).where(LogLeaf.release_id == release_id)) is not None:
        return
    present = session.get(Entry, document.ref)
    if document.kind == "withdrawn":
        if present is None:
            return
        document = document.model_copy(update={"version": present.version + 1})
    if present is not None and present.document is None and document.version >= present.version:
        return
    overtaken = present is not None and present.version >= document.version
    if present is not None and document.entry is not None and not overtaken:
        document = document.model_copy(update={"earlier": _earlier(present)})
    last = session.scalar(select(func.max(LogLeaf.position)))
    position = 0 if last is None else last + 1
    salt, canonical = secrets.token_bytes(SALT_BYTES), document.canonical()
    session.add(LogLeaf(position=position, leaf_hash=leaf_hash(salt, canonical), release_id=release_id))
    session.flush()
    session.execute(update(DataVersion).values(number=secrets.randbelow(2**31)))
    if overtaken:
        return
    session.add(
        LogDocument(
            position=position,
            ref=document.ref,
            version=document.version,
            kind=document.kind,
            released_on=document.released_on,
            salt=salt,
            document=canonical,
        )
    )
    session.flush()
    session.expunge_all()
    session.execute(delete(LogDocument).where(LogDocument.ref == document.ref, LogDocument.version < document.version))
    projection.project(session, position, document)


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
