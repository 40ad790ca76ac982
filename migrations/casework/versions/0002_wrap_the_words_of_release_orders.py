"""wrap the words of release orders

Until now they waited in the clear. Nothing that waits is lost in either direction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

from app.keyring import FIRST, ServerKeys
from app.sealing import derive, unwrap, wrap
from app.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
PURPOSE = "release-order"


def upgrade() -> None:
    op.add_column("release_order", sa.Column("wrapped", sa.LargeBinary(), nullable=True))
    for order_id, words in _waiting("document"):
        _set("wrapped", order_id, wrap(words.encode(), _key(), f"{PURPOSE}/{order_id}"))
    op.drop_column("release_order", "document")


def downgrade() -> None:
    op.add_column("release_order", sa.Column("document", sa.String(), nullable=True))
    for order_id, wrapped in _waiting("wrapped"):
        _set("document", order_id, unwrap(wrapped, _key(), f"{PURPOSE}/{order_id}").decode())
    op.drop_column("release_order", "wrapped")


def _key() -> bytes:
    key = ServerKeys.of(Settings()).orders.get(FIRST)
    if key is None:
        raise RuntimeError("the first version's secret, under which releases wait, is not here")
    return derive(key, PURPOSE)


def _waiting(column: str) -> Iterator[sa.Row]:
    asked = sa.text(f"SELECT id, {column} FROM release_order WHERE {column} IS NOT NULL")
    yield from op.get_bind().execute(asked).all()


def _set(column: str, order_id: str, value: object) -> None:
    changed = sa.text(f"UPDATE release_order SET {column} = :value WHERE id = :id")
    op.get_bind().execute(changed, {"value": value, "id": order_id})
