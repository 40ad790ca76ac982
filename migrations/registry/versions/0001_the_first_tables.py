"""the first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# What was released cannot be changed in silence: leaves are never altered or removed, documents never altered,
# and removed only when the log has a later version of the same entry (a correction or a withdrawal).
SQLITE_TRIGGERS = (
    "CREATE TRIGGER log_leaf_no_update BEFORE UPDATE ON log_leaf"
    " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
    "CREATE TRIGGER log_leaf_no_delete BEFORE DELETE ON log_leaf"
    " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
    "CREATE TRIGGER log_document_no_update BEFORE UPDATE ON log_document"
    " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
    "CREATE TRIGGER log_document_no_delete BEFORE DELETE ON log_document"
    " WHEN NOT EXISTS"
    " (SELECT 1 FROM log_document w WHERE w.ref = OLD.ref AND w.version > OLD.version)"
    " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
)
POSTGRESQL_TRIGGERS = (
    "CREATE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN RAISE EXCEPTION 'the log is append-only'; END $$",
    "CREATE FUNCTION log_document_erasure() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF NOT EXISTS"
    " (SELECT 1 FROM log_document w WHERE w.ref = OLD.ref AND w.version > OLD.version)"
    " THEN RAISE EXCEPTION 'the log is append-only'; END IF; RETURN OLD; END $$",
    "CREATE TRIGGER log_leaf_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_leaf"
    " FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only()",
    "CREATE TRIGGER log_document_no_update BEFORE UPDATE OR TRUNCATE ON log_document"
    " FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only()",
    "CREATE TRIGGER log_document_no_delete BEFORE DELETE ON log_document"
    " FOR EACH ROW EXECUTE FUNCTION log_document_erasure()",
)


def upgrade() -> None:
    op.create_table(
        "data_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "entry",
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("first_released_on", sa.Date(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("ref"),
    )
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index("entry_newest", ["released_on", "ref"], unique=False)
        batch_op.create_index("entry_position", ["position"], unique=False)

    op.create_table(
        "log_leaf",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("leaf_hash", sa.String(length=64), nullable=False),
        sa.Column("release_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("release_id"),
    )
    op.create_table(
        "entry_facet",
        sa.Column("facet", sa.String(length=24), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["ref"], ["entry.ref"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("facet", "value", "released_on", "ref"),
    )
    with op.batch_alter_table("entry_facet", schema=None) as batch_op:
        batch_op.create_index("entry_facet_of", ["ref"], unique=False)

    op.create_table(
        "entry_term",
        sa.Column("term", sa.String(length=64), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["ref"], ["entry.ref"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("term", "released_on", "ref"),
    )
    with op.batch_alter_table("entry_term", schema=None) as batch_op:
        batch_op.create_index("entry_term_of", ["ref"], unique=False)

    op.create_table(
        "log_document",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["position"],
            ["log_leaf.position"],
        ),
        sa.PrimaryKeyConstraint("position"),
    )
    with op.batch_alter_table("log_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_document_ref"), ["ref"], unique=False)

    op.execute("INSERT INTO data_version (id, number) VALUES (1, 0)")
    for statement in SQLITE_TRIGGERS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("log_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_document_ref"))

    op.drop_table("log_document")
    with op.batch_alter_table("entry_term", schema=None) as batch_op:
        batch_op.drop_index("entry_term_of")

    op.drop_table("entry_term")
    with op.batch_alter_table("entry_facet", schema=None) as batch_op:
        batch_op.drop_index("entry_facet_of")

    op.drop_table("entry_facet")
    op.drop_table("log_leaf")
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.drop_index("entry_position")
        batch_op.drop_index("entry_newest")

    op.drop_table("entry")
    op.drop_table("data_version")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION log_document_erasure()")
        op.execute("DROP FUNCTION log_is_append_only()")
