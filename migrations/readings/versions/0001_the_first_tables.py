"""the first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEPT_DAYS = 400
NEVER_CHANGE = ("chain", "position", "account_id", "day", "follows", "commitment", "link")
EMPTIED = ("salt", "tag", "sealed")
REFUSED = "readings are append-only"
ONLY_EMPTIES = " AND ".join(
    [f"NEW.{name} = OLD.{name}" for name in NEVER_CHANGE] + [f"NEW.{name} IS NULL" for name in EMPTIED]
)
SQLITE_YOUNG = f"OLD.day >= date('now', '-{KEPT_DAYS} days')"
POSTGRESQL_YOUNG = f"OLD.day >= (now() AT TIME ZONE 'utc')::date - {KEPT_DAYS}"
SQLITE_TRIGGERS = (
    f"CREATE TRIGGER reading_no_update BEFORE UPDATE ON reading WHEN {SQLITE_YOUNG} OR NOT ({ONLY_EMPTIES})"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    f"CREATE TRIGGER reading_no_delete BEFORE DELETE ON reading WHEN {SQLITE_YOUNG}"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
)
POSTGRESQL_TRIGGERS = (
    "CREATE FUNCTION readings_are_append_only() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$",
    "CREATE TRIGGER reading_no_update BEFORE UPDATE ON reading FOR EACH ROW"
    f" WHEN ({POSTGRESQL_YOUNG} OR NOT ({ONLY_EMPTIES})) EXECUTE FUNCTION readings_are_append_only()",
    "CREATE TRIGGER reading_no_delete BEFORE DELETE ON reading FOR EACH ROW"
    f" WHEN ({POSTGRESQL_YOUNG}) EXECUTE FUNCTION readings_are_append_only()",
    "CREATE TRIGGER reading_no_truncate BEFORE TRUNCATE ON reading"
    " FOR EACH STATEMENT EXECUTE FUNCTION readings_are_append_only()",
)


def upgrade() -> None:
    op.create_table(
        "reading",
        sa.Column("chain", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("account_id", sa.String(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("follows", sa.String(64), nullable=False),
        sa.Column("commitment", sa.String(64), nullable=False),
        sa.Column("link", sa.String(64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("tag", sa.String(32), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("chain", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index("reading_of", "reading", ["tag"])
    op.create_index("reading_day", "reading", ["day"])
    op.create_table(
        "reading_end",
        sa.Column("account_id", sa.String(32), nullable=False),
        sa.Column("link", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("account_id"),
        sqlite_with_rowid=False,
    )
    for statement in SQLITE_TRIGGERS if _is_sqlite() else POSTGRESQL_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("reading_end")
    op.drop_table("reading")
    if not _is_sqlite():
        op.execute("DROP FUNCTION readings_are_append_only()")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
