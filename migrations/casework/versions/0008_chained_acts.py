"""chained acts

Each act gets a link that commits to it and to the one before; acts and links are append-only from here on. Positions
stay: what is missing of an earlier history stays missing, and the audit says so. Each case gets the random id by which
readings name it.

The way down keeps every act and drops the links, also those of erased cases.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from typing import Any

import rfc8785
import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

AT_ONCE = 500
ENDED = "(SELECT 1 FROM history_link l WHERE l.chain = OLD.chain AND l.ended_on IS NOT NULL)"
SQLITE_TRIGGERS = (
    *(
        f"CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table}"
        " BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END"
        for table, act in (("history_link", "update"), ("history_link", "delete"), ("history_event", "update"))
    ),
    f"CREATE TRIGGER history_event_no_delete BEFORE DELETE ON history_event WHEN NOT EXISTS {ENDED}"
    " BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END",
)
POSTGRESQL_TRIGGERS = (
    "CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'the history is append-only'; END $$",
    "CREATE FUNCTION history_event_erasure() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN IF NOT EXISTS {ENDED} THEN RAISE EXCEPTION 'the history is append-only'; END IF; RETURN OLD; END $$",
    "CREATE TRIGGER history_link_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON history_link"
    " FOR EACH STATEMENT EXECUTE FUNCTION history_is_append_only()",
    "CREATE TRIGGER history_event_no_update BEFORE UPDATE OR TRUNCATE ON history_event"
    " FOR EACH STATEMENT EXECUTE FUNCTION history_is_append_only()",
    "CREATE TRIGGER history_event_no_delete BEFORE DELETE ON history_event"
    " FOR EACH ROW EXECUTE FUNCTION history_event_erasure()",
)
EVENT_COLUMNS = (
    ("case_id", sa.String(32)),
    ("position", sa.Integer()),
    ("happened_on", sa.Date()),
    ("account_id", sa.String(32)),
    ("event", sa.String(32)),
    ("status", sa.String(24)),
    ("sealed", sa.LargeBinary()),
)
CHAINED_COLUMNS = (*EVENT_COLUMNS[:2], ("chain", sa.String(32)), *EVENT_COLUMNS[2:], ("salt", sa.LargeBinary()))
LINK_COLUMNS = (
    ("chain", sa.String(32)),
    ("position", sa.Integer()),
    ("commitment", sa.String(64)),
    ("link", sa.String(64)),
    ("ended_on", sa.Date()),
)


def upgrade() -> None:
    _know_auditors(known=True)
    op.execute("ALTER TABLE \"case\" ADD COLUMN reading_id VARCHAR(32) NOT NULL DEFAULT ''")
    for (case_id,) in op.get_bind().execute(sa.text('SELECT id FROM "case"')).all():
        named = sa.text('UPDATE "case" SET reading_id = :named WHERE id = :id')
        op.get_bind().execute(named, {"named": secrets.token_hex(16), "id": case_id})
    kept = _kept_acts()
    op.drop_table("history_event")
    _create("history_link", LINK_COLUMNS, sa.PrimaryKeyConstraint("chain", "position"))
    _create_events(
        CHAINED_COLUMNS,
        sa.ForeignKeyConstraint(["chain", "position"], ["history_link.chain", "history_link.position"]),
        sa.UniqueConstraint("chain", "position", name="one_act_a_link"),
    )
    acts, links = [], []
    for act, link in _chained(kept):
        acts.append(act)
        links.append(link)
    _insert("history_link", LINK_COLUMNS, links)
    _insert("history_event", CHAINED_COLUMNS, acts)
    for statement in SQLITE_TRIGGERS if _is_sqlite() else POSTGRESQL_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    kept = _kept_acts()
    op.drop_table("history_event")
    op.drop_table("history_link")
    if not _is_sqlite():
        op.execute("DROP FUNCTION history_is_append_only()")
        op.execute("DROP FUNCTION history_event_erasure()")
    _create_events(EVENT_COLUMNS)
    _insert("history_event", EVENT_COLUMNS, kept)
    op.execute('ALTER TABLE "case" DROP COLUMN reading_id')
    op.execute("DELETE FROM keyholder WHERE kind = 'auditor'")
    _know_auditors(known=False)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _kept_acts() -> list[dict[str, Any]]:
    columns = sa.table("history_event", *(sa.column(name, kind) for name, kind in EVENT_COLUMNS))
    ordered = sa.select(columns).order_by(columns.c.case_id, columns.c.position)
    return [dict(row) for row in op.get_bind().execute(ordered).mappings()]


def _chained(acts: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each act with the link that it gets. Acts come by case, and in their order."""
    case, chain, after = None, "", ""
    for act in acts:
        if act["case_id"] != case:
            case, chain, after = act["case_id"], secrets.token_hex(16), "0" * 64
        salt = secrets.token_bytes(32)
        content = {
            "case": case,
            "position": act["position"],
            "day": act["happened_on"].isoformat(),
            "account": act["account_id"],
            "event": act["event"],
            "status": act["status"],
            "sealed": None if act["sealed"] is None else hashlib.sha256(act["sealed"]).hexdigest(),
        }
        told = {
            "chain": chain,
            "position": act["position"],
            "commitment": hashlib.sha256(salt + rfc8785.dumps(content)).hexdigest(),
        }
        after = hashlib.sha256(rfc8785.dumps({"after": after, **told, "ended": None})).hexdigest()
        yield act | {"chain": chain, "salt": salt}, told | {"link": after, "ended_on": None}


def _create(table: str, columns: tuple[tuple[str, Any], ...], *constraints: sa.Constraint) -> None:
    nullable = ("account_id", "sealed", "ended_on")
    made = [sa.Column(name, kind, nullable=name in nullable, autoincrement=False) for name, kind in columns]
    op.create_table(table, *made, *constraints, sqlite_with_rowid=False)


def _create_events(columns: tuple[tuple[str, Any], ...], *constraints: sa.Constraint) -> None:
    _create(
        "history_event",
        columns,
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"]),
        *constraints,
        sa.PrimaryKeyConstraint("case_id", "position"),
    )


def _insert(table: str, columns: tuple[tuple[str, Any], ...], rows: list[dict[str, Any]]) -> None:
    into = sa.table(table, *(sa.column(name, kind) for name, kind in columns))
    for at in range(0, len(rows), AT_ONCE):
        op.bulk_insert(into, rows[at : at + AT_ONCE])


def _know_auditors(*, known: bool) -> None:
    """Adds the kind to those that a keyholder may be, or takes it away; the other kinds stay as they are."""
    if not _is_sqlite():
        found = sa.inspect(op.get_bind()).get_check_constraints("keyholder")
        told = next(one["sqltext"] for one in found if one["name"] == "kind_known")
        kinds = [kind for kind in re.findall(r"'(\w+)'", told) if kind != "auditor"] + ["auditor"] * known
        op.drop_constraint("kind_known", "keyholder", type_="check")
        listed = ", ".join(f"'{kind}'" for kind in kinds)
        op.create_check_constraint("kind_known", "keyholder", sa.text(f"kind IN ({listed})"))
        return

    def edit(found: re.Match[str]) -> str:
        kinds = [kind for kind in re.findall(r"'(\w+)'", found[2]) if kind != "auditor"] + ["auditor"] * known
        return found[1] + ", ".join(f"'{kind}'" for kind in kinds) + ")"

    _rebuild_keyholder(lambda sql: re.sub(r"(CONSTRAINT kind_known CHECK \(kind IN \()([^)]*)\)", edit, sql))


def _rebuild_keyholder(edit: Any) -> None:
    """SQLite changes no constraint of a table: it is made anew under its name, and its rows are put back."""
    bind = op.get_bind()
    asked = "SELECT sql FROM sqlite_master WHERE name = 'keyholder' AND type = 'table'"
    made = bind.exec_driver_sql(asked).scalar_one()
    op.execute("PRAGMA defer_foreign_keys=ON")
    op.execute("CREATE TEMP TABLE kept_rows AS SELECT * FROM keyholder")
    op.execute("DROP TABLE main.keyholder")
    bind.exec_driver_sql(edit(made))
    op.execute("INSERT INTO main.keyholder SELECT * FROM kept_rows")
    op.execute("DROP TABLE kept_rows")
