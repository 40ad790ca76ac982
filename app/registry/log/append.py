"""Appending to the log: versions are numbered here, what is superseded is erased here."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from app.documents.envelope import BATCH, HIDING, BatchRoot, Envelope, Kind
from app.documents.public import new_reference
from app.registry import projection, records
from app.registry.log.leaves import MerkleTree, commitment, leaf_data, leaf_hash
from app.stores.registry import DataVersion, LogDocument, LogLeaf, LogRow

SALT_BYTES = 32
CHUNK = 500  # identifiers in one statement


@dataclass(frozen=True, slots=True)
class Present:
    """What the log holds of a reference now."""

    type: str
    kind: str
    version: int
    position: int
    document: str

    @property
    def shown(self) -> bool:
        return self.kind not in HIDING


def holds(session: Session, release_id: str) -> bool:
    """Whether a release was taken already; also when its document is long erased."""
    return session.scalar(select(LogLeaf.position).where(LogLeaf.release_id == release_id)) is not None


def present(session: Session, ref: str) -> Present | None:
    """The newest version of a reference: a record or its tombstone; None when nothing was ever logged of it."""
    return _newest(session, [ref]).get(ref)


def append(
    session: Session,
    release_id: str,
    *,
    type: str,  # noqa: A002 - the envelope's own word
    ref: str,
    kind: Kind,
    day: date,
    content: BaseModel | None,
) -> int | None:
    """Appends a release and projects it, in the caller's transaction. Returns the version that it has.

    The same `release_id` is taken once; asked again, the version that stands now comes back. None when nothing was
    appended: there is nothing to hide (nothing was logged, or it is hidden already), or the reference was withdrawn,
    which is final. ValueError for content that is not of the type, or that a tombstone would carry.
    """
    _lock(session)
    record_type = records.TYPES[type]
    if (content is None) != (kind in HIDING) or not (content is None or isinstance(content, record_type.model)):
        raise ValueError(f"{kind} needs the content of its type, and a tombstone none")
    before = present(session, ref)
    if before is not None and before.type != type:
        raise ValueError("a reference has one type for ever")
    if holds(session, release_id):
        return before.version if before is not None else None
    if not _takes(before, kind):
        return None
    envelope = _wrap(record_type, ref, kind, day, content, before)
    position = _add_leaf(session, release_id, type, day, envelope)
    _erase_earlier(session, [ref])
    projection.project(session, [(position, 0, envelope, envelope.canonical())])
    return envelope.version


def append_batch(
    session: Session,
    release_id: str,
    *,
    type: str,  # noqa: A002
    day: date,
    rows: Sequence[tuple[str, Kind, BaseModel]],
) -> int | None:
    """Appends facts that were imported together as one leaf over the Merkle root of their salted rows.

    Each row is (reference, kind, content) and becomes a version of its own: it is superseded, suspended or withdrawn
    alone by `append`, or superseded by a row of a later batch. Rows of withdrawn references are left out, as `append`
    does not take them. Returns the position of the leaf; None when the release was taken already or no row is left.
    ValueError for content that is not of the type, a tombstone, or a reference that is there twice.
    """
    _lock(session)
    record_type = records.TYPES[type]
    if any(kind in HIDING or not isinstance(content, record_type.model) for _, kind, content in rows):
        raise ValueError("a row of a batch is content of its type; what is hidden is hidden alone")
    refs = [ref for ref, _, _ in rows]
    if len(set(refs)) != len(refs):
        raise ValueError("a reference is in a batch once")
    before = _newest(session, refs)
    if any(one.type != type for one in before.values()):
        raise ValueError("a reference has one type for ever")
    taken = [row for row in rows if _takes(before.get(row[0]), row[1])]
    if holds(session, release_id) or not taken:
        return None
    envelopes = [_wrap(record_type, ref, kind, day, content, before.get(ref)) for ref, kind, content in taken]
    texts = [envelope.canonical() for envelope in envelopes]
    salts = [secrets.token_bytes(SALT_BYTES) for _ in texts]
    commits = [commitment(salt, stored) for salt, stored in zip(salts, texts, strict=True)]
    root = MerkleTree([leaf_hash(leaf_data(type, day, one)) for one in commits]).root
    header = Envelope(
        type=type,
        schema=record_type.schema,
        ref=new_reference(),
        version=1,
        kind=BATCH,
        day=day,
        batch=BatchRoot(root=root.hex(), size=len(texts)),
    )
    position = _add_leaf(session, release_id, type, day, header)
    numbers = range(1, len(texts) + 1)
    session.execute(
        insert(LogRow),
        [
            {"position": position, "number": number, "commitment": one}
            for number, one in zip(numbers, commits, strict=True)
        ],
    )
    session.execute(
        insert(LogDocument),
        [
            _columns(position, number, envelope, salt, stored)
            for number, envelope, salt, stored in zip(numbers, envelopes, salts, texts, strict=True)
        ],
    )
    _erase_earlier(session, [envelope.ref for envelope in envelopes])
    projection.project(
        session,
        [(position, number, one, stored) for number, one, stored in zip(numbers, envelopes, texts, strict=True)],
    )
    return position


def row_path(session: Session, position: int, number: int) -> list[bytes]:
    """The audit path of a row of a batch to the root that its leaf commits to. IndexError if there is no such row."""
    return batch_tree(session, position).path(number - 1)


def batch_tree(session: Session, position: int) -> MerkleTree:
    """The tree over the rows of a batch, erased ones included."""
    leaf = session.get_one(LogLeaf, position)
    rows = session.scalars(select(LogRow.commitment).where(LogRow.position == position).order_by(LogRow.number))
    return MerkleTree([leaf_hash(leaf_data(leaf.type, leaf.day, one)) for one in rows])


def _lock(session: Session) -> None:
    """One writer of the log at a time, from here to the end of the transaction. SQLite's are alone from BEGIN on."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE log_leaf IN EXCLUSIVE MODE"))


def _newest(session: Session, refs: Sequence[str]) -> dict[str, Present]:
    found: dict[str, Present] = {}
    for at in range(0, len(refs), CHUNK):
        rows = session.execute(
            select(
                LogDocument.ref,
                LogDocument.type,
                LogDocument.kind,
                LogDocument.version,
                LogDocument.position,
                LogDocument.document,
            )
            .where(LogDocument.ref.in_(refs[at : at + CHUNK]))
            .order_by(LogDocument.version)
        )
        found |= {row.ref: Present(row.type, row.kind, row.version, row.position, row.document) for row in rows}
    return found


def _takes(before: Present | None, kind: Kind) -> bool:
    """Whether a release of this kind may follow: a withdrawal is final, and what is not shown is not hidden again."""
    if before is None:
        return kind not in HIDING
    if before.kind == "withdrawn":
        return False
    return kind != "suspended" or before.shown


def _wrap(
    record_type: records.RecordType[BaseModel],
    ref: str,
    kind: Kind,
    day: date,
    content: BaseModel | None,
    before: Present | None,
) -> Envelope:
    earlier = Envelope.parse(before.document).as_earlier() if before is not None and content is not None else ()
    return Envelope(
        type=record_type.name,
        schema=record_type.schema,
        ref=ref,
        version=1 if before is None else before.version + 1,
        kind=kind,
        day=day,
        record=None if content is None else content.model_dump(mode="json", by_alias=True, exclude_none=True),
        earlier=earlier,
    )


def _columns(position: int, number: int, envelope: Envelope, salt: bytes, stored: str) -> dict[str, object]:
    return {
        "position": position,
        "number": number,
        "type": envelope.type,
        "ref": envelope.ref,
        "version": envelope.version,
        "kind": envelope.kind,
        "day": envelope.day,
        "salt": salt,
        "document": stored,
    }


def _add_leaf(session: Session, release_id: str, type_name: str, day: date, envelope: Envelope) -> int:
    last = session.scalar(select(func.max(LogLeaf.position)))
    position = 0 if last is None else last + 1
    salt, stored = secrets.token_bytes(SALT_BYTES), envelope.canonical()
    commits = commitment(salt, stored)
    session.execute(
        insert(LogLeaf).values(
            position=position,
            type=type_name,
            day=day,
            commitment=commits,
            leaf_hash=leaf_hash(leaf_data(type_name, day, commits)).hex(),
            release_id=release_id,
        )
    )
    session.execute(insert(LogDocument).values(**_columns(position, 0, envelope, salt, stored)))
    session.execute(update(DataVersion).values(number=secrets.randbelow(2**31)))
    return position


def _erase_earlier(session: Session, refs: Sequence[str]) -> None:
    """Erases documents and salts of all but the newest version of each reference."""
    later = LogDocument.__table__.alias("later")
    newest = select(func.max(later.c.version)).where(later.c.ref == LogDocument.ref).scalar_subquery()
    for at in range(0, len(refs), CHUNK):
        superseded = LogDocument.ref.in_(refs[at : at + CHUNK])
        session.execute(
            delete(LogDocument)
            .where(superseded, LogDocument.version < newest)
            .execution_options(synchronize_session=False)
        )
    session.expire_all()
