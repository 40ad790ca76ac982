"""many kinds of record

Makes the log anew from its documents: nobody has published anything yet. Positions and release ids stay. Each leaf
becomes a commitment; each document is wrapped into an envelope, under a new salt. A leaf whose document is gone gets a
random commitment, and a day that its record still tells: one of an earlier version, or that of the tombstone.

The way down keeps the content of every document of an entry. What the first version had no form for it refuses, and a
suspended entry becomes a withdrawn one.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any

import rfc8785
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PROJECTION = ("entry_term", "entry_facet", "entry")
LATER = "(SELECT 1 FROM log_document w WHERE w.ref = OLD.ref AND w.version > OLD.version)"
# What was released cannot be changed in silence: leaves and rows are never altered or removed, documents never altered,
# and removed only when the log has a later version of the same record (a correction or a tombstone).
SQLITE_TRIGGERS = (
    *(
        f"CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table}"
        " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        for table, act in (
            ("log_leaf", "update"),
            ("log_leaf", "delete"),
            ("log_row", "update"),
            ("log_row", "delete"),
            ("log_document", "update"),
        )
    ),
    f"CREATE TRIGGER log_document_no_delete BEFORE DELETE ON log_document WHEN NOT EXISTS {LATER}"
    " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
)
POSTGRESQL_TRIGGERS = (
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only()"
        for table in ("log_leaf", "log_row")
    ),
    "CREATE TRIGGER log_document_no_update BEFORE UPDATE OR TRUNCATE ON log_document"
    " FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only()",
    "CREATE TRIGGER log_document_no_delete BEFORE DELETE ON log_document"
    " FOR EACH ROW EXECUTE FUNCTION log_document_erasure()",
)
FIRST_SQLITE_TRIGGERS = tuple(one for one in SQLITE_TRIGGERS if "log_row" not in one)
FIRST_POSTGRESQL_TRIGGERS = tuple(one for one in POSTGRESQL_TRIGGERS if "log_row" not in one)


def upgrade() -> None:
    leaves = _rows("log_leaf")
    documents = {row["position"]: row for row in _rows("log_document")}
    _drop_log()
    _create_log()
    days = iter(sorted(_days_of_gone(documents.values())))
    last = date(1970, 1, 1)
    for leaf in sorted(leaves, key=lambda row: row["position"]):
        old = documents.get(leaf["position"])
        salt = secrets.token_bytes(32)
        stored = "" if old is None else _wrapped(old["document"])
        last = next(days, last) if old is None else _day(old["released_on"])
        commitment = hashlib.sha256(salt + stored.encode()).hexdigest() if old else secrets.token_hex(32)
        data = rfc8785.dumps({"type": "entry", "day": last.isoformat(), "commitment": commitment})
        op.bulk_insert(
            LEAF,
            [
                {
                    "position": leaf["position"],
                    "type": "entry",
                    "day": last,
                    "commitment": commitment,
                    "leaf_hash": hashlib.sha256(b"\x00" + data).hexdigest(),
                    "release_id": leaf["release_id"],
                }
            ],
        )
        if old is not None:
            kept = {name: old[name] for name in ("position", "ref", "version", "kind")}
            op.bulk_insert(
                DOCUMENT, [kept | {"number": 0, "type": "entry", "day": last, "salt": salt, "document": stored}]
            )
    _carry_projection_up()
    _arm(SQLITE_TRIGGERS, POSTGRESQL_TRIGGERS)


def downgrade() -> None:
    leaves, documents = _rows("log_leaf"), {row["position"]: row for row in _rows("log_document")}
    foreign = any(row["type"] != "entry" for row in leaves) or _rows("log_row")
    if foreign:
        raise RuntimeError("the log holds records or batches that the first version cannot hold")
    shown = _rows("record"), _rows("record_facet"), _rows("record_term")
    for table in ("record_term", "record_facet", "record", "log_document", "log_row", "log_leaf"):
        op.drop_table(table)
    _create_first()
    unwrapped = {position: _unwrapped(row["document"]) for position, row in documents.items()}
    for leaf in leaves:
        position, salt = leaf["position"], secrets.token_bytes(32)
        hashed = secrets.token_hex(32)
        if position in documents:
            hashed = hashlib.sha256(b"\x00" + salt + unwrapped[position].encode()).hexdigest()
        old_leaf = {"position": position, "leaf_hash": hashed, "release_id": leaf["release_id"]}
        op.bulk_insert(FIRST_LEAF, [old_leaf])
        if position in documents:
            row = documents[position]
            kept = {name: row[name] for name in ("position", "ref", "version")}
            kept |= {"kind": _first_kind(row["kind"]), "released_on": _day(row["day"])}
            op.bulk_insert(FIRST_DOCUMENT, [kept | {"salt": salt, "document": unwrapped[position]}])
    _carry_projection_down(*shown)
    _arm(FIRST_SQLITE_TRIGGERS, FIRST_POSTGRESQL_TRIGGERS)


def _rows(table: str) -> list[dict[str, Any]]:
    return [dict(row) for row in op.get_bind().execute(sa.text(f"SELECT * FROM {table}")).mappings()]


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _days_of_gone(documents: Iterable[dict[str, Any]]) -> Iterable[date]:
    """One day for each leaf whose document is gone, as far as the records still tell."""
    for row in documents:
        told = json.loads(row["document"])
        earlier = [one["released_on"] for one in told.get("earlier", [])]
        unknown = [told["released_on"]] * (row["version"] - 1 - len(earlier))
        yield from (date.fromisoformat(day) for day in (*earlier, *unknown))


def _wrapped(stored: str) -> str:
    told = json.loads(stored)
    made = {
        "envelope": 1,
        "type": "entry",
        "schema": 1,
        "ref": told["ref"],
        "version": told["version"],
        "kind": told["kind"],
        "day": told["released_on"],
    }
    if "entry" in told:
        made["record"] = told["entry"]
    if told.get("earlier"):
        made["earlier"] = [_renamed(one, "released_on", "day") for one in told["earlier"]]
    return rfc8785.dumps(made).decode()


def _unwrapped(stored: str) -> str:
    told = json.loads(stored)
    made = {
        "schema": 1,
        "ref": told["ref"],
        "version": told["version"],
        "kind": _first_kind(told["kind"]),
        "released_on": told["day"],
    }
    if "record" in told:
        made["entry"] = told["record"]
    if told.get("earlier"):
        earlier = [_renamed(one, "day", "released_on") for one in told["earlier"]]
        made["earlier"] = [one | {"kind": _first_kind(one["kind"])} for one in earlier]
    return rfc8785.dumps(made).decode()


def _first_kind(kind: str) -> str:
    return "withdrawn" if kind == "suspended" else kind


def _renamed(row: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return {new if name == old else name: value for name, value in row.items()}


def _carry_projection_up() -> None:
    entries, facets, terms = _rows("entry"), _rows("entry_facet"), _rows("entry_term")
    for table in PROJECTION:
        op.drop_table(table)
    _create_projection()
    stored = {row["ref"]: row["document"] for row in _rows("log_document")}
    for row in entries:
        told = {name: row[name] for name in ("ref", "position", "version", "kind")}
        told |= {name: _day(row[name]) for name in ("first_released_on", "released_on")}
        told |= {"type": "entry", "number": 0, "shown": row["document"] is not None}
        op.bulk_insert(RECORD, [told | {"document": stored[row["ref"]]}])
    for table, rows in ((FACET, facets), (TERM, terms)):
        op.bulk_insert(table, [row | {"type": "entry", "released_on": _day(row["released_on"])} for row in rows])


def _carry_projection_down(
    records: list[dict[str, Any]], facets: list[dict[str, Any]], terms: list[dict[str, Any]]
) -> None:
    for row in records:
        told = {name: row[name] for name in ("ref", "position", "version")}
        told |= {name: _day(row[name]) for name in ("first_released_on", "released_on")}
        document = _unwrapped(row["document"]) if row["shown"] else None
        op.bulk_insert(FIRST_ENTRY, [told | {"kind": _first_kind(row["kind"]), "document": document}])
    for table, rows in ((FIRST_FACET, facets), (FIRST_TERM, terms)):
        kept = [{name: row[name] for name in row if name != "type"} for row in rows]
        op.bulk_insert(table, [row | {"released_on": _day(row["released_on"])} for row in kept])


def _arm(sqlite: Iterable[str], postgresql: Iterable[str]) -> None:
    for statement in sqlite if op.get_bind().dialect.name == "sqlite" else postgresql:
        op.execute(statement)


def _drop_log() -> None:
    for table in ("log_document", "log_leaf"):  # their triggers go with them
        op.drop_table(table)


LEAF_COLUMNS = (
    ("position", sa.Integer()),
    ("type", sa.String(24)),
    ("day", sa.Date()),
    ("commitment", sa.String(64)),
    ("leaf_hash", sa.String(64)),
    ("release_id", sa.String(32)),
)
DOCUMENT_COLUMNS = (
    ("position", sa.Integer()),
    ("number", sa.Integer()),
    ("type", sa.String(24)),
    ("ref", sa.String(16)),
    ("version", sa.Integer()),
    ("kind", sa.String(16)),
    ("day", sa.Date()),
    ("salt", sa.LargeBinary()),
    ("document", sa.Text()),
)
RECORD_COLUMNS = (
    ("ref", sa.String(16)),
    ("type", sa.String(24)),
    ("position", sa.Integer()),
    ("number", sa.Integer()),
    ("version", sa.Integer()),
    ("kind", sa.String(16)),
    ("shown", sa.Boolean()),
    ("first_released_on", sa.Date()),
    ("released_on", sa.Date()),
    ("document", sa.Text()),
)
FACET_COLUMNS = (
    ("type", sa.String(24)),
    ("facet", sa.String(24)),
    ("value", sa.String(64)),
    ("released_on", sa.Date()),
    ("ref", sa.String(16)),
)
TERM_COLUMNS = (
    ("type", sa.String(24)),
    ("term", sa.String(64)),
    ("released_on", sa.Date()),
    ("ref", sa.String(16)),
)
FIRST_LEAF_COLUMNS = tuple(one for one in LEAF_COLUMNS if one[0] in ("position", "leaf_hash", "release_id"))
FIRST_DOCUMENT_COLUMNS = (
    ("position", sa.Integer()),
    ("ref", sa.String(16)),
    ("version", sa.Integer()),
    ("kind", sa.String(16)),
    ("released_on", sa.Date()),
    ("salt", sa.LargeBinary()),
    ("document", sa.Text()),
)
FIRST_ENTRY_COLUMNS = tuple(one for one in RECORD_COLUMNS if one[0] not in ("type", "number", "shown"))
FIRST_FACET_COLUMNS, FIRST_TERM_COLUMNS = FACET_COLUMNS[1:], TERM_COLUMNS[1:]


def _table(name: str, columns: Iterable[tuple[str, Any]]) -> sa.TableClause:
    return sa.table(name, *(sa.column(column, kind) for column, kind in columns))


LEAF, DOCUMENT = _table("log_leaf", LEAF_COLUMNS), _table("log_document", DOCUMENT_COLUMNS)
RECORD, FACET, TERM = (
    _table("record", RECORD_COLUMNS),
    _table("record_facet", FACET_COLUMNS),
    _table("record_term", TERM_COLUMNS),
)
FIRST_LEAF, FIRST_DOCUMENT = _table("log_leaf", FIRST_LEAF_COLUMNS), _table("log_document", FIRST_DOCUMENT_COLUMNS)
FIRST_ENTRY, FIRST_FACET, FIRST_TERM = (
    _table("entry", FIRST_ENTRY_COLUMNS),
    _table("entry_facet", FIRST_FACET_COLUMNS),
    _table("entry_term", FIRST_TERM_COLUMNS),
)


def _made(columns: Iterable[tuple[str, Any]], nullable: tuple[str, ...] = ()) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=name in nullable, autoincrement=False) for name, kind in columns]


def _create_log() -> None:
    op.create_table(
        "log_leaf", *_made(LEAF_COLUMNS), sa.PrimaryKeyConstraint("position"), sa.UniqueConstraint("release_id")
    )
    op.create_table(
        "log_row",
        *_made((("position", sa.Integer()), ("number", sa.Integer()), ("commitment", sa.String(64)))),
        sa.ForeignKeyConstraint(["position"], ["log_leaf.position"]),
        sa.PrimaryKeyConstraint("position", "number"),
    )
    op.create_table(
        "log_document",
        *_made(DOCUMENT_COLUMNS),
        sa.ForeignKeyConstraint(["position"], ["log_leaf.position"]),
        sa.PrimaryKeyConstraint("position", "number"),
    )
    op.create_index("ix_log_document_ref", "log_document", ["ref"])


def _create_projection() -> None:
    op.create_table("record", *_made(RECORD_COLUMNS), sa.PrimaryKeyConstraint("ref"))
    op.create_index("record_newest", "record", ["type", "shown", "released_on", "ref"])
    for table, columns in (("record_facet", FACET_COLUMNS), ("record_term", TERM_COLUMNS)):
        op.create_table(
            table,
            *_made(columns),
            sa.ForeignKeyConstraint(["ref"], ["record.ref"], ondelete="CASCADE"),
            sa.PrimaryKeyConstraint(*(name for name, _ in columns)),
        )
        op.create_index(f"{table}_of", table, ["ref"])


def _create_first() -> None:
    op.create_table(
        "log_leaf", *_made(FIRST_LEAF_COLUMNS), sa.PrimaryKeyConstraint("position"), sa.UniqueConstraint("release_id")
    )
    op.create_table(
        "log_document",
        *_made(FIRST_DOCUMENT_COLUMNS),
        sa.ForeignKeyConstraint(["position"], ["log_leaf.position"]),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("ix_log_document_ref", "log_document", ["ref"])
    op.create_table("entry", *_made(FIRST_ENTRY_COLUMNS, ("document",)), sa.PrimaryKeyConstraint("ref"))
    op.create_index("entry_newest", "entry", ["released_on", "ref"])
    op.create_index("entry_position", "entry", ["position"])
    for table, columns in (("entry_facet", FIRST_FACET_COLUMNS), ("entry_term", FIRST_TERM_COLUMNS)):
        op.create_table(
            table,
            *_made(columns),
            sa.ForeignKeyConstraint(["ref"], ["entry.ref"], ondelete="CASCADE"),
            sa.PrimaryKeyConstraint(*(name for name, _ in columns)),
        )
        op.create_index(f"{table}_of", table, ["ref"])
