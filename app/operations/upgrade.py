"""`registry upgrade`: the stores of an earlier program brought to this one, or left exactly as they were.

First a backup. Then all stores are migrated inside transactions that nobody sees; what came out is checked there; only
then are they committed, the casework store last. Killed before that, or found wrong, the engine itself takes everything
back. Killed between the commits, no program serves what is half, and the same command goes on.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import click
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.clock import today
from app.keyring import NAMES, NoKeys, ServerKeys, bring_over
from app.operations.backup import CannotBackUp, back_up
from app.operations.following import BEFORE_UPGRADE
from app.operations.init import make_auditor, tell_key
from app.problems import Unavailable
from app.registry import log
from app.settings import Settings
from app.stores import open_store
from app.stores.migrating import StoreName, head, migrate_within, never_made, revision_of, stale_stores, stores_of

ROOM = 3  # times what the stores take up: the backup, the old rows and the new ones
LOG: StoreName = "registry"
READINGS: StoreName = "readings"  # which the first version did not have: the upgrade makes it


class CannotUpgrade(Exception):
    """Its text says why to whoever runs the command. The stores are what they were."""


def upgrade_stores(settings: Settings) -> None:
    """All stores to this program's revisions, or none. CannotUpgrade."""
    try:
        bring_over(settings)
        for name in NAMES:
            _ = ServerKeys.of(settings).ring(name).newest
        with ExitStack() as stack:
            held: dict[StoreName, Connection] = {}
            for store, address in sorted(stores_of(settings).items(), reverse=True):  # registry before casework
                engine = open_store(address)
                stack.callback(engine.dispose)
                held[store] = stack.enter_context(engine.connect())
                held[store].begin()
                migrate_within(store, held[store])
            if problems := [problem for store, one in held.items() for problem in _problems(store, one)]:
                raise CannotUpgrade("; ".join(problems))
            for connection in held.values():
                connection.commit()
    except (SQLAlchemyError, NoKeys, Unavailable, RuntimeError) as error:
        where = getattr(error, "where", type(error).__name__)
        raise CannotUpgrade(f"the stores could not be changed ({where}); stop the server and try again") from error


def _problems(store: StoreName, connection: Connection) -> list[str]:
    """What is wrong with a migrated store that is not committed yet."""
    found = []
    if connection.dialect.name == "sqlite":
        if connection.execute(text("PRAGMA quick_check")).scalar() != "ok":
            found.append(f"the {store} store is damaged")
        if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
            found.append(f"rows of the {store} store refer to others that are not there")
    if store == LOG:
        with Session(connection) as session:
            found += log.verify(session)
    return found


def _size(address: str) -> int:
    if address.startswith("sqlite"):
        file = Path(address.removeprefix("sqlite:///"))
        return file.stat().st_size if file.exists() else 0
    engine = open_store(address, read_only=True)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    engine.dispose()
    return int(found)


def steps(settings: Settings) -> Mapping[StoreName, tuple[str, str]]:
    """From which revision to which, for the stores that are not there yet. CannotUpgrade for a store that was never made."""
    found = {}
    for store in stale_stores(settings):
        engine = open_store(stores_of(settings)[store], read_only=True)
        at = revision_of(engine)
        engine.dispose()
        if at is None and store != READINGS:
            raise CannotUpgrade(f"the {store} store was never made: registry init")
        found[store] = (at or "none", str(head(store)))
    if never_made(stores_of(settings)[READINGS]):
        found[READINGS] = ("none", str(head(READINGS)))
    return found


def require_room(settings: Settings, file: Path) -> int:
    """How many bytes the stores take up. CannotUpgrade when the disk would be full before the end."""
    taken = sum(_size(address) for address in stores_of(settings).values())
    for folder in {settings.data_folder.absolute(), file.parent}:
        about = os.statvfs(folder)
        if about.f_bavail * about.f_frsize < ROOM * taken:
            raise CannotUpgrade(f"there is too little room in {folder}: {ROOM * taken >> 20} MiB are needed")
    return taken


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Say what would be done, and do nothing.")
@click.option(
    "--backup",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the backup before it is written; default: before-upgrade-DAY.age in the data folder.",
)
def upgrade(only_check: bool, file: Path | None) -> None:
    """Bring the stores to this program: backup, change, check, and only then in force. Stop the server first.

    Whatever fails, the stores are what they were. The way back after it is the backup, with the program of before.
    """
    settings = Settings()
    place = (file or settings.data_folder / f"{BEFORE_UPGRADE}-{today()}.age").absolute()
    try:
        todo = steps(settings)
        if not todo:
            click.echo("the stores are at the revision of this program; nothing was changed")
            return
        taken = require_room(settings, place)
        for store, (at, to) in todo.items():
            click.echo(f"{store}: from revision {at} to {to}")
        click.echo(f"the stores take up {taken >> 20} MiB; there is room")
        if only_check:
            return
        back_up(settings, place)
        click.echo(f"backup: {place}")
        upgrade_stores(settings)
        make_auditor(settings, tell_key)  # without one no case opens
    except (CannotUpgrade, CannotBackUp) as error:
        raise click.ClickException(f"{error}. Nothing was changed.") from error
    click.echo("upgraded: the log is whole; now run `registry doctor`, then start the server")
