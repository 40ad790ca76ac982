"""accounts nobody can fake: invitations, sponsors who are accounts, requests that two decide, names compared folded

Sponsors of the first version are names that somebody wrote. Those that name an account become that account; the others
stay as they are, and nobody can add to them. On the way down sponsors become logins again, and come back.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BEFORE = "role IN ('moderator', 'administrator', 'office')"
NOW = "role IN ('moderator', 'administrator', 'office', 'data')"
LONGEST = 64


def upgrade() -> None:
    _check_role(BEFORE, NOW)
    op.execute("ALTER TABLE account ADD COLUMN folded VARCHAR(64) NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE account ADD COLUMN founder BOOLEAN NOT NULL DEFAULT false")
    op.execute("ALTER TABLE account ADD COLUMN waiting_until DATE")
    _fold_logins()
    op.create_index("ix_account_folded", "account", ["folded"], unique=True)
    _make_tables()
    op.execute("ALTER TABLE sponsorship ADD COLUMN sponsor_id VARCHAR(32) REFERENCES account (id)")
    _match_sponsors()
    if not _is_sqlite():
        for column in ("folded", "founder"):
            op.execute(f"ALTER TABLE account ALTER COLUMN {column} DROP DEFAULT")


def downgrade() -> None:
    """The earlier program knows no role without cases but the administrator's, and nobody who waits: these are ended."""
    bind = op.get_bind()
    login = "(SELECT login FROM account WHERE account.id = sponsorship.sponsor_id)"
    bind.execute(sa.text(f"UPDATE sponsorship SET sponsor = {login} WHERE sponsor_id IS NOT NULL"))
    op.execute("ALTER TABLE sponsorship DROP COLUMN sponsor_id")
    op.drop_table("account_request")
    op.drop_table("invitation")
    op.drop_index("ix_account_folded", table_name="account")
    for column in ("folded", "founder", "waiting_until"):
        op.execute(f"ALTER TABLE account DROP COLUMN {column}")
    op.execute("UPDATE account SET role = 'office', active = false WHERE role = 'data'")
    _check_role(NOW, BEFORE)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _fold_logins() -> None:
    """Of two names that are one, the first keeps it; the other signs in no more, and can be told from it by its id."""
    taken: set[str] = set()
    for account_id, login in op.get_bind().execute(sa.text("SELECT id, login FROM account ORDER BY id")).all():
        name = _folded(login)
        alone = name not in taken and 0 < len(name) <= LONGEST
        taken.add(name)
        told = {"id": account_id, "folded": name if alone else f" {account_id}"}
        op.get_bind().execute(sa.text("UPDATE account SET folded = :folded WHERE id = :id"), told)


def _make_tables() -> None:
    op.create_table(
        "invitation",
        sa.Column("lookup", sa.String(64), primary_key=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("founder", sa.Boolean(), nullable=False),
        sa.Column("invited_by", sa.String(32), sa.ForeignKey("account.id")),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.CheckConstraint(NOW, name="role_known"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "account_request",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("account_id", sa.String(32), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("asked_by", sa.String(32), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("agreed_by", sa.String(32), sa.ForeignKey("account.id")),
        sa.Column("stopped_by", sa.String(32), sa.ForeignKey("account.id")),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("ready_on", sa.Date()),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.CheckConstraint("kind IN ('suspend', 'lift', 'recover')", name="kind_known"),
        sa.CheckConstraint("state IN ('open', 'agreed', 'done', 'stopped')", name="state_known"),
        sa.CheckConstraint("agreed_by IS NULL OR agreed_by <> asked_by", name="two_others"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_account_request_account_id", "account_request", ["account_id"])


def _match_sponsors() -> None:
    bind = op.get_bind()
    accounts = {name: account_id for account_id, name in bind.execute(sa.text("SELECT id, folded FROM account"))}
    known: set[tuple[str, str]] = set()
    asked = sa.text("SELECT account_id, sponsor FROM sponsorship ORDER BY account_id, sponsor")
    for account_id, sponsor in bind.execute(asked).all():
        name = _folded(sponsor)
        told = {"account": account_id, "sponsor": sponsor}
        where = "WHERE account_id = :account AND sponsor = :sponsor"
        if (account_id, name) in known:  # one person by two spellings
            bind.execute(sa.text(f"DELETE FROM sponsorship {where}"), told)
        elif name in accounts:
            change = "UPDATE sponsorship SET sponsor = :found, sponsor_id = :found"
            bind.execute(sa.text(f"{change} {where}"), told | {"found": accounts[name]})
        known.add((account_id, name))


def _check_role(old: str, new: str) -> None:
    if not _is_sqlite():
        op.drop_constraint("role_known", "account", type_="check")
        op.create_check_constraint("role_known", "account", sa.text(new))
        return
    _rebuild("account", lambda sql: _replaced(sql, f"CHECK ({old})", f"CHECK ({new})"))


def _replaced(sql: str, old: str, new: str) -> str:
    if old not in sql:
        raise RuntimeError(f"not found: {old}")
    return sql.replace(old, new)


def _rebuild(table: str, edit: Callable[[str], str]) -> None:
    """SQLite changes no constraint of a table: it is made anew under its name, and its rows are put back.

    The references of other tables stay as they are, and hold again when the transaction ends.
    """
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
