"""locks first: a case can be suspended, orders carry no version, and what nobody read yet is marked"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BEFORE = "'received', 'in_review', 'awaiting_submitter', 'proposed', 'scheduled', 'published'"
TWO = "(proposed_by IS NOT NULL AND approved_by IS NOT NULL AND proposed_by <> approved_by)"
# (table, constraint): what it checked before, and what it checks now
CHECKS = {
    ("case", "status_known"): (
        f"status IN ({BEFORE}, 'withdrawn', 'closed')",
        f"status IN ({BEFORE}, 'suspended', 'withdrawn', 'closed')",
    ),
    ("proposal", "kind_known"): (
        "kind IN ('published', 'corrected', 'followed_up')",
        "kind IN ('published', 'corrected', 'followed_up', 'withdrawn', 'told')",
    ),
    ("release_order", "kind_known"): (
        "kind IN ('published', 'corrected', 'followed_up', 'withdrawn')",
        "kind IN ('published', 'corrected', 'followed_up', 'suspended', 'withdrawn')",
    ),
    ("release_order", "two_people"): (f"kind = 'withdrawn' OR {TWO}", f"kind IN ('suspended', 'withdrawn') OR {TWO}"),
}
UNIQUE = "one_release_per_version"
MARKS = ("message_unread", "uncovered")


def upgrade() -> None:
    _remove_version()
    for table in ("case", "proposal", "release_order"):
        _check(table, 1)
    for name in MARKS:
        op.execute(f'ALTER TABLE "case" ADD COLUMN {name} BOOLEAN NOT NULL DEFAULT false')
    # whether a message was read was not kept: what was new to the desk holds a release until somebody looks
    wrote = "SELECT case_id FROM message WHERE direction = 'from_submitter'"
    op.execute(f'UPDATE "case" SET message_unread = unread WHERE id IN ({wrote})')


def downgrade() -> None:
    """What was hidden stays hidden: a suspended case becomes one that was closed, and its order a withdrawal."""
    for name in MARKS:
        op.execute(f'ALTER TABLE "case" DROP COLUMN {name}')
    op.execute("UPDATE \"case\" SET status = 'closed' WHERE status = 'suspended'")
    op.execute("UPDATE history_event SET status = 'closed' WHERE status = 'suspended'")
    op.execute("DELETE FROM proposal WHERE kind IN ('withdrawn', 'told')")
    op.execute("UPDATE release_order SET kind = 'withdrawn' WHERE kind = 'suspended'")
    for table in ("case", "proposal", "release_order"):
        _check(table, 0)
    _add_version()


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _check(table: str, which: int) -> None:
    """Gives a table the checks of before (0) or of now (1)."""
    changed = {name: texts for (of, name), texts in CHECKS.items() if of == table}
    if not _is_sqlite():
        for name, texts in changed.items():
            op.drop_constraint(name, table, type_="check")
            op.create_check_constraint(name, table, sa.text(texts[which]))
        return

    def edit(sql: str) -> str:
        for name, texts in changed.items():
            sql = _replaced(
                sql, f"CONSTRAINT {name} CHECK ({texts[1 - which]})", f"CONSTRAINT {name} CHECK ({texts[which]})"
            )
        return sql

    _rebuild(table, edit)


def _remove_version() -> None:
    if not _is_sqlite():
        op.drop_constraint(UNIQUE, "release_order", type_="unique")
        op.execute("ALTER TABLE release_order DROP COLUMN version")
        return
    _rebuild("release_order", lambda sql: re.sub(rf",\s*CONSTRAINT {UNIQUE} UNIQUE \(entry_ref, version\)", "", sql))
    op.execute("ALTER TABLE release_order DROP COLUMN version")


def _add_version() -> None:
    """Numbers the orders of each entry again: the first version counted them."""
    op.execute("ALTER TABLE release_order ADD COLUMN version INTEGER NOT NULL DEFAULT 0")
    numbered = sa.text(
        "SELECT id, row_number() OVER (PARTITION BY entry_ref ORDER BY delivered DESC, due_on, id) FROM release_order"
    )
    for order_id, number in op.get_bind().execute(numbered).all():
        set_it = sa.text("UPDATE release_order SET version = :number WHERE id = :id")
        op.get_bind().execute(set_it, {"number": number, "id": order_id})
    if not _is_sqlite():
        op.create_unique_constraint(UNIQUE, "release_order", ["entry_ref", "version"])
        return
    unique = f", CONSTRAINT {UNIQUE} UNIQUE (entry_ref, version), PRIMARY KEY (id)"
    _rebuild("release_order", lambda sql: re.sub(r",\s*PRIMARY KEY \(id\)", unique, sql))


def _replaced(sql: str, old: str, new: str) -> str:
    if old not in sql:
        raise RuntimeError(f"not found: {old}")
    return sql.replace(old, new)


def _rebuild(table: str, edit: object) -> None:
    """SQLite changes no constraint of a table: it is made anew under its name, and its rows are put back.

    The references of other tables stay as they are, and hold again when the transaction ends.
    """
    assert callable(edit)
    bind = op.get_bind()
    of_table = "SELECT sql FROM sqlite_master WHERE {} = :name AND type = :type AND sql IS NOT NULL"
    made = bind.execute(sa.text(of_table.format("name")), {"name": table, "type": "table"}).scalar_one()
    indexes = bind.execute(sa.text(of_table.format("tbl_name")), {"name": table, "type": "index"}).scalars().all()
    op.execute("PRAGMA defer_foreign_keys=ON")
    op.execute(f'CREATE TEMP TABLE kept_rows AS SELECT * FROM "{table}"')
    op.execute(f'DROP TABLE main."{table}"')
    bind.exec_driver_sql(edit(made))
    op.execute(f'INSERT INTO main."{table}" SELECT * FROM kept_rows')
    op.execute("DROP TABLE kept_rows")
    for index in indexes:
        bind.exec_driver_sql(index)
