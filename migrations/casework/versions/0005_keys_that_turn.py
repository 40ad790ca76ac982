"""keys that turn: of cases, of threads, and of the server

Cases of the first version get their thread keys when somebody who can open them writes: nobody else could seal them anew.
Waiting releases name the key that they are wrapped under; those of the first version are under the key `0`.

There is no way down once a key was turned or a thread has one: the earlier program could open nothing of that. "base",
which deletes everything, is always possible.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import context, op

from app.keyring import FIRST, ServerKeys
from app.sealing import derive, unwrap, wrap
from app.settings import Settings

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
PURPOSE = "release-order"


def upgrade() -> None:
    op.create_table(
        "case_key",
        sa.Column("case_id", sa.String(32), sa.ForeignKey("case.id"), primary_key=True),
        sa.Column("generation", sa.Integer(), primary_key=True),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "thread_key",
        sa.Column("thread", sa.String(64), sa.ForeignKey("thread.lookup"), primary_key=True),
        sa.Column("generation", sa.Integer(), primary_key=True),
        sa.Column("public_key", sa.String(80), nullable=False),
        sa.Column("sealed_to_case", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_to_submitter", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    for order_id, wrapped in _waiting():
        _set(order_id, FIRST.encode() + b":" + wrapped)


def downgrade() -> None:
    if context.get_revision_argument() is None:  # base: everything goes
        op.execute("UPDATE release_order SET wrapped = NULL")
    else:
        _refuse_to_lose_keys()
        for order_id, wrapped in _waiting():
            _set(order_id, _under_the_first_key(order_id, wrapped))
    op.drop_table("thread_key")
    op.drop_table("case_key")


def _refuse_to_lose_keys() -> None:
    for table in ("case_key", "thread_key"):
        if op.get_bind().execute(sa.text(f"SELECT 1 FROM {table} LIMIT 1")).scalar() is not None:
            raise RuntimeError(
                "cases are sealed to keys that the earlier program does not know: restore a backup instead"
            )


def _under_the_first_key(order_id: str, wrapped: bytes) -> bytes:
    key_id, _, rest = wrapped.partition(b":")
    if key_id == FIRST.encode():
        return rest
    keys, purpose = ServerKeys.of(Settings()).orders, f"{PURPOSE}/{order_id}"
    key, first = keys.get(key_id.decode("ascii", "replace")), keys.get(FIRST)
    if key is None or first is None:
        raise RuntimeError("a release waits that the earlier program has no key for: let it out, or stop it, first")
    return wrap(unwrap(rest, derive(key, PURPOSE), purpose), derive(first, PURPOSE), purpose)


def _waiting() -> Iterator[sa.Row[tuple[str, bytes]]]:
    asked = sa.text("SELECT id, wrapped FROM release_order WHERE wrapped IS NOT NULL")
    yield from op.get_bind().execute(asked).all()


def _set(order_id: str, wrapped: bytes) -> None:
    changed = sa.text("UPDATE release_order SET wrapped = :value WHERE id = :id")
    op.get_bind().execute(changed, {"value": wrapped, "id": order_id})
