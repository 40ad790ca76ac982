"""sealed objects

The sealed bytes of files leave their rows for objects, where the settings say. An object is stored before the row
that names it, under the row's own id: killed in the middle, this runs again and overwrites what it stored. On the way
down the objects go when everything is committed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from app.settings import Settings
from app.stores.objects import Objects, open_objects

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SMALLEST = 64 * 1024  # of the padded sizes; age's own header adds less than half of it
SQLITE, POSTGRESQL = "sqlite", "postgresql"


def upgrade() -> None:
    op.execute("ALTER TABLE attachment ADD COLUMN object_id VARCHAR(32) NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE attachment ADD COLUMN padded_size INTEGER NOT NULL DEFAULT 0")
    asked = sa.text("SELECT sealed FROM attachment WHERE id = :id")
    changed = sa.text("UPDATE attachment SET object_id = :id, padded_size = :size WHERE id = :id")
    ids = _ids("id")
    objects = _objects() if ids else None
    for (one,) in ids:
        sealed = op.get_bind().execute(asked, {"id": one}).scalar_one()
        assert objects is not None
        objects.put(one, bytes(sealed))
        op.get_bind().execute(changed, {"id": one, "size": _padded(len(sealed))})
    op.drop_column("attachment", "sealed")
    op.create_index("ix_attachment_object_id", "attachment", ["object_id"], unique=True)
    _without_defaults("object_id", "padded_size")


def downgrade() -> None:
    blob = "BLOB" if op.get_bind().dialect.name == SQLITE else "BYTEA"
    op.execute(f"ALTER TABLE attachment ADD COLUMN sealed {blob} NOT NULL DEFAULT ''")
    changed = sa.text("UPDATE attachment SET sealed = :sealed WHERE id = :id")
    rows = _ids("id, object_id")
    if rows:
        objects = _objects()
        for one, object_id in rows:
            op.get_bind().execute(changed, {"id": one, "sealed": objects.get(object_id)})
        names = [object_id for _, object_id in rows]
        context.config.attributes.setdefault("after_commit", []).append(lambda: objects.delete(names))
    op.drop_index("ix_attachment_object_id", table_name="attachment")
    op.drop_column("attachment", "object_id")
    op.drop_column("attachment", "padded_size")
    _without_defaults("sealed")


def _ids(columns: str) -> list[sa.Row]:
    return list(op.get_bind().execute(sa.text(f"SELECT {columns} FROM attachment ORDER BY id")).all())


def _objects() -> Objects:
    return open_objects(Settings())


def _padded(sealed: int) -> int:
    """The padded size of a file from the length of its age file: a few hundred bytes of header, 16 in each 64 KiB."""
    size = SMALLEST
    while size + size // 2 < sealed:
        size *= 2
    return size


def _without_defaults(*columns: str) -> None:
    """What rows had in the meantime is no default. SQLite cannot take it away, and no row is made without a value."""
    if op.get_bind().dialect.name == POSTGRESQL:
        for column in columns:
            op.execute(f"ALTER TABLE attachment ALTER COLUMN {column} DROP DEFAULT")
