"""Migrations of the casework store."""

from __future__ import annotations

from alembic import context

from app.settings import Settings
from app.stores.casework import CaseworkBase
from app.stores.migrating import migration_connection

url = context.config.attributes.get("url") or Settings().casework_address
with migration_connection(context.config, url) as connection:
    context.configure(
        connection=connection,
        target_metadata=CaseworkBase.metadata,
        render_as_batch=True,
        transaction_per_migration=False,
    )
    context.run_migrations()
for finish in context.config.attributes.pop("after_commit", []):  # what no rollback could take back
    finish()
