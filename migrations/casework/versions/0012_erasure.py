"""erasure

What is going to be erased, and the what recognises a case that is gone in an older copy.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

DECIDED = (
    "(due_on IS NULL AND asked_by IS NOT NULL AND agreed_by IS NULL)"
    " OR (due_on IS NOT NULL AND asked_by IS NULL AND agreed_by IS NULL)"
    " OR (due_on IS NOT NULL AND asked_by IS NOT NULL AND agreed_by IS NOT NULL AND asked_by <> agreed_by)"
)


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("case_id", sa.String(32), sa.ForeignKey("case.id"), primary_key=True),
        sa.Column("asked_by", sa.String(32), sa.ForeignKey("account.id")),
        sa.Column("agreed_by", sa.String(32), sa.ForeignKey("account.id")),
        sa.Column("due_on", sa.Date()),
        sa.CheckConstraint(DECIDED, name="the_person_or_two_people"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "erased_case",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("ref", sa.String(16)),
        sa.Column("erased_on", sa.Date(), nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    if context.get_revision_argument() is not None:  # None: everything goes
        _refuse_to_forget()
    op.drop_table("erased_case")
    op.drop_table("erasure")


def _refuse_to_forget() -> None:
    for table in ("erasure", "erased_case"):
        if op.get_bind().execute(sa.text(f"SELECT 1 FROM {table} LIMIT 1")).scalar() is not None:
            raise RuntimeError("the earlier program would forget what was erased or is going to be")
