"""what waits: working titles, and each moderator's sealed index of them

Cases that are there already get a title when somebody claims or names them: nobody could seal one for them now.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_title",
        sa.Column("case_id", sa.String(32), sa.ForeignKey("case.id"), primary_key=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "title_page",
        sa.Column("keyholder_id", sa.String(32), sa.ForeignKey("keyholder.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("stamp", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.add_column("case_grant", sa.Column("news", sa.String(32)))
    op.create_index("grant_news", "case_grant", ["keyholder_id", "news"])
    op.create_index("grant_holder", "case_grant", ["keyholder_id", "case_id"])


def downgrade() -> None:
    op.drop_index("grant_holder", "case_grant")
    op.drop_index("grant_news", "case_grant")
    op.drop_column("case_grant", "news")
    op.drop_table("title_page")
    op.drop_table("case_title")
