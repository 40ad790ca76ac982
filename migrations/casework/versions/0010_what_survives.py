"""what survives

A restore or a lockdown keeps releases back: rows that the door, the Office's feed and the pages obey.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "standstill",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("lifted_by", sa.String(32), nullable=True),
        sa.CheckConstraint("kind IN ('restored', 'lockdown')", name="kind_known"),
        sa.ForeignKeyConstraint(["lifted_by"], ["account.id"]),
        sa.PrimaryKeyConstraint("kind"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unconfirmed_case",
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("confirmed_by", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"]),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"]),
        sa.PrimaryKeyConstraint("case_id"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("unconfirmed_case")
    op.drop_table("standstill")
