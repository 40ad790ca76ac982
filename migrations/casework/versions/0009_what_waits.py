"""what waits: working titles, each moderator's index of them, the places of cases in the queue, the digest's slots

Cases that are there already get a title when somebody claims or names them: nobody could seal one for them now.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INDEXES = {
    "case_place": ("case", ["place", "received_on", "id"]),
    "case_status": ("case", ["status", "place", "received_on", "id"]),
    "case_assignee": ("case", ["assignee_id", "place", "received_on", "id"]),
    "case_unread": ("case", ["unread", "place", "received_on", "id"]),
    "case_of_state": ("case_state", ["state", "case_id"]),
    "proposal_open": ("proposal", ["open", "case_id"]),
    "grant_news": ("case_grant", ["keyholder_id", "news", "case_id"]),
    "grant_holder": ("case_grant", ["keyholder_id", "case_id"]),
}
PLACE = """
    UPDATE "case" SET place = CASE
        WHEN uncovered THEN 0
        WHEN status IN ('published', 'withdrawn', 'closed') AND NOT unread THEN 9
        ELSE CASE urgency WHEN 'urgent' THEN 1 WHEN 'high' THEN 2 WHEN 'normal' THEN 3 ELSE 4 END
    END
"""


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
    known = "CONSTRAINT aside_known CHECK (aside IS NULL OR aside IN ('burst', 'set_aside', 'kept'))"
    op.execute(f'ALTER TABLE "case" ADD COLUMN aside VARCHAR(16) {known}')
    op.execute('ALTER TABLE "case" ADD COLUMN place INTEGER NOT NULL DEFAULT 0')
    op.execute('ALTER TABLE "case" ADD COLUMN announced BOOLEAN NOT NULL DEFAULT false')
    op.execute(PLACE)
    op.create_table(
        "digest_slot",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("slot", sa.String(32), nullable=False),
        sqlite_with_rowid=False,
    )
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
    op.drop_column("case_grant", "news")
    op.drop_table("digest_slot")
    for column in ("announced", "place", "aside"):
        op.execute(f'ALTER TABLE "case" DROP COLUMN {column}')
    op.drop_table("title_page")
    op.drop_table("case_title")
