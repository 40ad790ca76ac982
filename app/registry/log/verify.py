"""Whether the log is whole and what is shown is what it says; read in pieces, so that its size costs no memory."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.documents.envelope import Envelope
from app.registry import projection, records
from app.registry.log.append import batch_tree
from app.registry.log.leaves import commitment, leaf_data, leaf_hash
from app.stores.registry import LogDocument, LogLeaf, LogRow

PIECE = 500


def verify(session: Session) -> list[str]:
    """Everything that is wrong with the log and its projection, in words; empty when they agree."""
    problems = _leaf_problems(session)
    counted = projection.Comparison(session)
    documents = _documents(session, problems)
    while piece := list(islice(documents, PIECE)):
        counted.compare(piece)
    return problems + _version_problems(session) + counted.problems()


def _leaf_problems(session: Session) -> list[str]:
    problems, expected = [], 0
    for leaf in session.scalars(select(LogLeaf).order_by(LogLeaf.position).execution_options(yield_per=PIECE)):
        problems += [f"leaf {gap}: missing" for gap in range(expected, leaf.position)]
        expected = leaf.position + 1
        if leaf.leaf_hash != leaf_hash(leaf_data(leaf.type, leaf.day, leaf.commitment)).hex():
            problems.append(f"leaf {leaf.position}: its hash is not the hash of its data")
    return problems


def _documents(session: Session, problems: list[str]) -> Iterator[tuple[int, int, Envelope, str]]:
    """Each document that is what its leaf, or its row, commits to; what is wrong with the others goes into `problems`."""
    rows = session.execute(
        select(LogDocument, LogLeaf, LogRow.commitment)
        .outerjoin(LogLeaf, LogLeaf.position == LogDocument.position)
        .outerjoin(LogRow, (LogRow.position == LogDocument.position) & (LogRow.number == LogDocument.number))
        .order_by(LogDocument.position, LogDocument.number)
        .execution_options(yield_per=PIECE)
    )
    for document, leaf, row_commits in rows:
        where = f"leaf {document.position}" + (f", row {document.number}" if document.number else "")
        committed = None if leaf is None else row_commits if document.number else leaf.commitment
        if committed != commitment(document.salt, document.document):
            problems.append(f"{where}: the document of {document.ref} is not the one that was released")
            continue
        try:
            envelope = Envelope.parse(document.document)
            if envelope.record is not None:
                records.TYPES[envelope.type].read(envelope)
        except (ValueError, KeyError):
            problems.append(f"{where}: the document of {document.ref} is of a form that this program does not know")
            continue
        columns = (document.type, document.ref, document.version, document.kind, document.day)
        told = (envelope.type, envelope.ref, envelope.version, envelope.kind, envelope.day)
        if columns != told or (leaf.type, leaf.day) != (envelope.type, envelope.day):
            problems.append(f"{where}: its columns do not say what its document says")
        if envelope.batch is not None:
            problems += _batch_problems(session, document.position, envelope)
        else:
            yield document.position, document.number, envelope, document.document


def _batch_problems(session: Session, position: int, header: Envelope) -> list[str]:
    assert header.batch is not None
    size = session.scalar(select(func.count()).select_from(LogRow).where(LogRow.position == position)) or 0
    if size != header.batch.size or batch_tree(session, position).root.hex() != header.batch.root:
        return [f"leaf {position}: the rows of the batch are not those that were released"]
    return []


def _version_problems(session: Session) -> list[str]:
    """The newest version of each reference is the number of its leaves and rows: together they are all of them."""
    newest = (
        select(LogDocument.ref, func.max(LogDocument.version).label("version")).group_by(LogDocument.ref).subquery()
    )
    superseded = session.execute(
        select(LogDocument.position, LogDocument.ref)
        .join(newest, newest.c.ref == LogDocument.ref)
        .where(LogDocument.version < newest.c.version)
        .order_by(LogDocument.position)
    )
    problems = [f"leaf {position}: the superseded document of {ref} is still there" for position, ref in superseded]
    leaves = session.scalar(select(func.count()).select_from(LogLeaf)) or 0
    rows = session.scalar(select(func.count()).select_from(LogRow)) or 0
    versions = session.scalar(select(func.coalesce(func.sum(newest.c.version), 0))) or 0
    return problems + accounted(leaves, rows, int(versions))


def accounted(leaves: int, rows: int, versions: int) -> list[str]:
    """Whether the versions of all references together are all leaves and rows of the log."""
    if versions == leaves + rows:
        return []
    also = f" and {rows} rows" if rows else ""
    return [f"the log has {leaves} leaves{also} and its documents account for {versions}"]
