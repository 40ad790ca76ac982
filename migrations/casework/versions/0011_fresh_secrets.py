"""fresh secrets: conflicts of interest that two people change, and keys that must be turned"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from alembic import context, op

from app.clock import today

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conflict_request",
        sa.Column("account_id", sa.String(32), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("state", sa.String(16), primary_key=True),
        sa.Column("wanted", sa.String(8), nullable=False),
        sa.Column("asked_by", sa.String(32), sa.ForeignKey("account.id"), nullable=False),
        sa.CheckConstraint("wanted IN ('add', 'remove')", name="wanted_known"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "turn_due",
        sa.Column("case_id", sa.String(32), sa.ForeignKey("case.id"), primary_key=True),
        sqlite_with_rowid=False,
    )
    # what was issued before ends half a year from now; every later row brings its own day
    half_a_year = sa.Column("expires_on", sa.Date(), nullable=False, server_default=str(today() + timedelta(days=183)))
    op.add_column("office_token", half_a_year)


def downgrade() -> None:
    """Refuses where a key is still due to be turned: that would be forgotten. Whoever writes to the case turns it."""
    due = op.get_bind().scalar(sa.text("SELECT count(*) FROM turn_due"))
    if due and context.get_revision_argument() is not None:  # None: everything goes
        raise RuntimeError(f"{due} cases wait for their key to be turned; a moderator must write to them first")
    op.drop_column("office_token", "expires_on")
    op.drop_table("turn_due")
    op.drop_table("conflict_request")
