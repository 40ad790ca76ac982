"""the names of the field: case, case file, form in progress"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = {"casefile": "case", "case_document": "case_file", "draft": "form_in_progress"}


def upgrade() -> None:
    for old, new in TABLES.items():
        op.rename_table(old, new)
    _rename_lookup("draft_lookup", "form_lookup")


def downgrade() -> None:
    _rename_lookup("form_lookup", "draft_lookup")
    for old, new in TABLES.items():
        op.rename_table(new, old)


def _rename_lookup(old: str, new: str) -> None:
    """The column by which a kept file belongs to a form, and its index. In plain SQL: both engines then keep the rows."""
    op.drop_index(f"ix_attachment_{old}", table_name="attachment")
    op.execute(f"ALTER TABLE attachment RENAME COLUMN {old} TO {new}")
    op.create_index(f"ix_attachment_{new}", "attachment", [new])
