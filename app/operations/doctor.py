"""`registry doctor`: what is set, whether the stores are there and current, whether a server answers."""

from __future__ import annotations

import stat
import sys

import click
import httpx
from pydantic import SecretStr
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from app.problems import Problem
from app.sealing import random_id
from app.settings import Settings
from app.stores import Store, open_store
from app.stores.casework import Attachment
from app.stores.migrating import StoreName, head, revision_of, stores_of
from app.stores.objects import open_objects
from app.stores.sweeping import stored_bytes


@click.command()
@click.option("--url", help="Ask a running server whether it answers, and nothing else (e.g. .../healthz).")
def doctor(url: str | None) -> None:
    """List every setting and check the stores; exits with 1 when something needs attention."""
    if url is not None:
        sys.exit(_answers(url))
    settings = Settings()
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        shown = "(secret, set)" if isinstance(value, SecretStr) else _plain(value)
        click.echo(f"REGISTRY_{name.upper()} = {shown}\n    {field.description}")
    problems = _public_problems(settings)
    for store, address in stores_of(settings).items():
        problems += _store_problems(store, address)
    if {"intake", "casework"} & set(settings.parts):
        problems += _form_secret_problems(settings) + _folder_problems(settings)
    if not problems and set(settings.parts) != {"registry"}:
        problems += _file_problems(settings)
    for problem in problems:
        click.echo(f"! {problem}", err=True)
    click.echo("everything is in order" if not problems else f"{len(problems)} things need attention")
    sys.exit(1 if problems else 0)


def _plain(value: object) -> str:
    if value is None:
        return "(not set)"
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _store_problems(store: StoreName, url: str) -> list[str]:
    try:
        engine = open_store(url, read_only=True)
        at = revision_of(engine)
        if at != head(store):
            return [f"the {store} store is at revision {at}, this program needs {head(store)}: registry migrate"]
        if engine.dialect.name == "sqlite":
            with engine.connect() as connection:
                found = connection.execute(text("PRAGMA quick_check")).scalar()
            if found != "ok":
                return [f"the {store} store is damaged: restore it from a backup"]
    except SQLAlchemyError as error:
        return [f"the {store} store cannot be opened ({type(error).__name__}): registry init"]
    return []


def _file_problems(settings: Settings) -> list[str]:
    """Whether the object store takes and gives, holds what the rows name, and has room."""
    casework = Store(settings.casework_address, writable=False)
    try:
        objects, probe = open_objects(settings), random_id()
        objects.put(probe, b"registry doctor")
        kept = objects.get(probe) == b"registry doctor"
        objects.delete([probe])
        there = set(objects.names())
        with casework.read() as session:
            missing = set(session.scalars(select(Attachment.object_id))) - there
            full = stored_bytes(session) + settings.text_reserve_bytes >= settings.storage_bytes
        free = objects.free_bytes()
    except (ValueError, OSError, Problem):
        return ["the store of sealed files does not take and give: check REGISTRY_OBJECTS_URL and its credentials"]
    finally:
        casework.close()
    return [
        *([] if kept else ["the store of sealed files gives back something else than it was given"]),
        *([f"{len(missing)} sealed files are missing: restore them from a backup"] if missing else []),
        *(["no more files are taken: raise REGISTRY_STORAGE_BYTES"] if full else []),
        *(["no more files are taken: the disk is nearly full"] if _too_full(free, settings) else []),
    ]


def _too_full(free: int | None, settings: Settings) -> bool:
    return free is not None and free < settings.text_reserve_bytes


def _public_problems(settings: Settings) -> list[str]:
    """A process that serves only what is public has no use for the address of anything else."""
    if set(settings.parts) != {"registry"}:
        return []
    known = {
        "REGISTRY_CASEWORK_URL": settings.casework_url,
        "REGISTRY_FORM_SECRET": settings.form_secret,
        "REGISTRY_OBJECTS_URL": settings.objects_url,
        "REGISTRY_OBJECTS_SECRET": settings.objects_secret,
    }
    return [f"{name} is set where only the registry part runs: take it away" for name, value in known.items() if value]


def _folder_problems(settings: Settings) -> list[str]:
    folder = settings.data_folder
    if not folder.is_dir() or stat.S_IMODE(folder.stat().st_mode) & 0o077 == 0:
        return []
    return [f"others on this machine can look into {folder}: chmod 700"]


def _form_secret_problems(settings: Settings) -> list[str]:
    try:
        _ = settings.form_key
    except (OSError, ValueError):
        return ["there is no usable form secret: registry init"]
    return []


def _answers(url: str) -> int:
    try:
        healthy = httpx.get(url, timeout=5, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        healthy = False
    click.echo("answers" if healthy else "does not answer", err=not healthy)
    return 0 if healthy else 1
