"""The delta feed and the leaves: what a mirror follows and what a verifier recomputes. It knows the envelope only."""

from __future__ import annotations

import json
import re
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.problems import Unprocessable
from app.registry.log.append import batch_tree
from app.registry.log.leaves import MerkleTree
from app.stores.registry import LARGEST, LogDocument, LogLeaf

_CURSOR = re.compile(r"(-1|[0-9]{1,10})(?:\.([0-9]{1,10}))?")


def parse_cursor(text: str) -> tuple[int, int | None]:
    """(position, row) of a cursor: `12` is after leaf 12 with all its rows, `12.500` after its 500th row.

    Unprocessable when it is none, or larger than a log can be.
    """
    found = _CURSOR.fullmatch(text)
    if found is None or max(int(found[1]), int(found[2] or 0)) > LARGEST:
        raise Unprocessable
    return int(found[1]), None if found[2] is None else int(found[2])


def size_of(session: Session) -> int:
    """Leaves in the log."""
    return session.scalar(select(func.count()).select_from(LogLeaf)) or 0


def changes(session: Session, after: str, most: int) -> tuple[list[str], str, bool]:
    """Changes after a cursor, oldest first, as JSON texts; the cursor of the last; whether there are more.

    Each comes with what verifies it: the salt and the leaf hash, and for a row of a batch its audit path.
    """
    position, number = parse_cursor(after)
    if position >= size_of(session) or (position < 0 and number is not None):
        raise Unprocessable
    later = LogDocument.position > position
    if number is not None:
        later = or_(later, (LogDocument.position == position) & (LogDocument.number > number))
    rows = session.execute(
        select(LogDocument, LogLeaf.leaf_hash)
        .join(LogLeaf, LogLeaf.position == LogDocument.position)
        .where(later)
        .order_by(LogDocument.position, LogDocument.number)
        .limit(most + 1)
    ).all()
    trees: dict[int, MerkleTree] = {}
    told = [_change(session, row, hashed, trees) for row, hashed in rows[:most]]
    if len(rows) <= most:
        return told, str(size_of(session) - 1), False
    last = rows[most - 1][0]
    return told, f"{last.position}.{last.number}", True


def _change(session: Session, row: LogDocument, hashed: str, trees: dict[int, MerkleTree]) -> str:
    told: dict[str, Any] = {
        "position": row.position,
        "row": row.number,
        "change": row.kind,
        "type": row.type,
        "ref": row.ref,
        "version": row.version,
        "day": row.day.isoformat(),
        "leaf_hash": hashed,
        "salt": row.salt.hex(),
    }
    if row.number:
        if row.position not in trees:
            trees[row.position] = batch_tree(session, row.position)
        told["path"] = [one.hex() for one in trees[row.position].path(row.number - 1)]
    return json.dumps(told | {"document": row.document}, ensure_ascii=False)


def leaves(session: Session, after: int, most: int) -> list[dict[str, Any]]:
    """The leaves after a position, complete."""
    rows = session.scalars(select(LogLeaf).where(LogLeaf.position > after).order_by(LogLeaf.position).limit(most))
    return [
        {"type": one.type, "day": one.day.isoformat(), "commitment": one.commitment, "leaf_hash": one.leaf_hash}
        for one in rows
    ]
