"""`registry doctor`: what is set, whether the stores are there and current, whether a server answers."""

from __future__ import annotations

import stat
import sys

import click
import httpx
from pydantic import SecretStr
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from app.installation import open_installation
from app.keyring import NAMES, NoKeys, ServerKeys
from app.operations.archive import recipient
from app.problems import Problem
from app.release.orders import key_of
from app.sealing import random_id
from app.settings import Settings
from app.stores import Store, open_store
from app.stores.casework import Account, Attachment, Keyholder, ReleaseOrder
from app.stores.migrating import StoreName, head, revision_of, stores_of
from app.stores.objects import open_objects
from app.stores.sweeping import stored_bytes

LARGEST_KEY_FILE = 64 * 1024


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
        problems += _key_problems(settings) + _folder_problems(settings) + _backup_problems(settings)
    if "casework" in settings.parts:
        problems += _waiting_problems(settings) + _auditor_problems(settings)
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
    secret = (
        "casework_url",
        "readings_url",
        "receipt_keys",
        "form_token_keys",
        "order_keys",
        "form_secret",
        "objects_url",
        "objects_secret",
        "digest_to",
        "smtp_password",
        "ntfy_url",
    )
    known = {f"REGISTRY_{name.upper()}": getattr(settings, name) for name in secret}
    return [f"{name} is set where only the registry part runs: take it away" for name, value in known.items() if value]


def _folder_problems(settings: Settings) -> list[str]:
    folder = settings.data_folder
    if not folder.is_dir() or stat.S_IMODE(folder.stat().st_mode) & 0o077 == 0:
        return []
    return [f"others on this machine can look into {folder}: chmod 700"]


def _key_problems(settings: Settings) -> list[str]:
    """Of each ring: missing, damaged, or open to others on this machine. Nothing of what they hold."""
    problems = []
    try:
        rings = ServerKeys.of(settings)
    except NoKeys as error:
        return [f"a key in the settings is of no use: {error.where}"]
    for name in NAMES:
        ring = rings.ring(name)
        try:
            _ = ring.newest
        except NoKeys as error:
            problems.append(f"the keys {name} are of no use: {error.where}: registry init")
        else:
            if not ring.is_set and ring.file.exists() and stat.S_IMODE(ring.file.stat().st_mode) & 0o077:
                problems.append(f"others on this machine may read the keys {name}: chmod 600 {ring.file}")
    return problems


def _backup_problems(settings: Settings) -> list[str]:
    """Keys of backups that are none, and private halves that lie here: whoever takes the machine would have them too."""
    problems = []
    for key in settings.backup_keys:
        try:
            recipient(key)
        except ValueError as error:
            problems.append(f"REGISTRY_BACKUP_KEYS: {key[:12]}… is {error}")
    for file in sorted(settings.data_folder.glob("*")):
        small = file.is_file() and file.stat().st_size < LARGEST_KEY_FILE
        if small and b"AGE-SECRET-KEY-1" in file.read_bytes().upper():
            problems.append(f"a private key lies on this machine: take {file} away and keep it offline")
    return problems


def _waiting_problems(settings: Settings) -> list[str]:
    """Releases that wait under a key that is not here. Stores and rings that are of no use are named by others."""
    try:
        known = {key.id for key in ServerKeys.of(settings).orders.keys}
        with open_installation(settings).casework.read() as session:
            wrapped = session.scalars(select(ReleaseOrder.wrapped).where(ReleaseOrder.wrapped.is_not(None)))
            lost = sum(key_of(one or b"") not in known for one in wrapped)
    except (NoKeys, SQLAlchemyError):
        return []
    return [f"{lost} releases wait under a key that is not in orders.keys: bring that file back"] if lost else []


def _auditor_problems(settings: Settings) -> list[str]:
    """Accounts without an auditor: nobody can open a case. A store that is of no use is named by others."""
    casework = Store(settings.casework_address, writable=False)
    try:
        with casework.read() as session:
            accounts = session.scalar(select(Account.id).limit(1))
            auditor = session.scalar(select(Keyholder.id).where(Keyholder.kind == "auditor").limit(1))
    except SQLAlchemyError:
        return []
    finally:
        casework.close()
    if accounts is None or auditor is not None:
        return []
    return ["no case can be opened: there is no auditor's key to which readings are sealed: registry init"]


def _answers(url: str) -> int:
    try:
        healthy = httpx.get(url, timeout=5, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        healthy = False
    click.echo("answers" if healthy else "does not answer", err=not healthy)
    return 0 if healthy else 1
