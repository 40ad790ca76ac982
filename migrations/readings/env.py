"""Migrations of the readings store."""

from __future__ import annotations

from alembic import context

from app.settings import Settings
from app.stores.migrating import migration_connection
from app.stores.readings import ReadingsBase

url = context.config.attributes.get("url") or Settings().readings_address
with migration_connection(context.config, url) as connection:
    context.configure(
        connection=connection,
        target_metadata=ReadingsBase.metadata,
        render_as_batch=True,
        transaction_per_migration=False,
    )
    context.run_migrations()
