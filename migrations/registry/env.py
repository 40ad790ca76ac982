"""Migrations of the registry store."""

from __future__ import annotations

from alembic import context

from app.settings import Settings
from app.stores.migrating import migration_connection
from app.stores.registry import RegistryBase

url = context.config.attributes.get("url") or Settings().registry_address
with migration_connection(context.config, url) as connection:
    context.configure(
        connection=connection,
        target_metadata=RegistryBase.metadata,
        render_as_batch=True,
        transaction_per_migration=False,
    )
    context.run_migrations()
