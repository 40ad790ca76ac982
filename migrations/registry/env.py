"""Migrations of the registry store."""

from __future__ import annotations

from alembic import context

from app.settings import Settings
from app.stores import open_store
from app.stores.registry import RegistryBase

url = context.config.attributes.get("url") or Settings().registry_address
engine = open_store(url)
with engine.begin() as connection:
    context.configure(
        connection=connection,
        target_metadata=RegistryBase.metadata,
        render_as_batch=True,
        transaction_per_migration=False,
    )
    context.run_migrations()
engine.dispose()
