"""Commands that found and run an installation: init, migrate."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import click
from sqlalchemy import select

from app.installation import open_installation
from app.keyring import bring_over, make_rings
from app.sealing import KeyPair
from app.settings import Settings
from app.stores.casework import Keyholder
from app.stores.migrating import StoreName, stores_of
from app.stores.migrating import migrate as migrate_store


def initialise(settings: Settings, tell: Callable[[KeyPair], None]) -> bool:
    """Makes the data folder, the server's keys, the stores, and the escrow key if there is none yet; whether it did so.

    The private half of the escrow key is kept nowhere. It is told before its public half is in use: a key that could not
    be told, because the pipe broke or the disk was full, is none, and the next `init` makes another.
    """
    settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_rings(settings)
    for store, address in stores_of(settings).items():
        migrate_store(store, address)
    with open_installation(settings).casework.write() as session:
        if session.scalar(select(Keyholder.id).where(Keyholder.kind == "escrow")) is not None:
            return False
        escrow = KeyPair.new()
        session.add(Keyholder(kind="escrow", public_key=escrow.public))
        session.flush()
        tell(escrow)
    return True


def make_auditor(settings: Settings, tell: Callable[[KeyPair], None]) -> bool:
    """Makes the key to which readings are sealed, if there is none yet; whether it did so.

    Told as the escrow key is; nothing is told where the setting names a key whose private half somebody else has.
    """
    with open_installation(settings).casework.write() as session:
        if session.scalar(select(Keyholder.id).where(Keyholder.kind == "auditor")) is not None:
            return False
        pair = KeyPair.new()
        session.add(Keyholder(kind="auditor", public_key=settings.auditor_key or pair.public))
        session.flush()
        if settings.auditor_key is None:
            tell(pair)
    return True


@click.command()
def init() -> None:
    """Make the stores, the server's keys, the escrow key and the auditor's key. Prints these two once.

    Safe to run again: what exists stays as it is.
    """
    settings = Settings()
    made = initialise(settings, _tell_escrow_key)
    if not make_auditor(settings, _tell_auditor_key) and not made:
        click.echo("This installation already has its stores and its keys; nothing was changed.")


def _tell_escrow_key(escrow: KeyPair) -> None:
    click.echo("The stores are ready. This is the ESCROW KEY. It is shown once and kept nowhere:")
    click.echo(f"\n# public key: {escrow.public}\n{escrow.private}\n")
    click.echo("Write it down or print it, keep it offline and apart from this machine. With it and the")
    click.echo("`age` program every case can be opened if all passwords are lost.\n")


def _tell_auditor_key(auditor: KeyPair) -> None:
    click.echo("This is the AUDITOR'S KEY. It is shown once and kept nowhere:")
    click.echo(f"\n# public key: {auditor.public}\n{auditor.private}\n")
    click.echo("Give it to whoever watches over the moderators. With it `registry audit` lists who read what; it")
    click.echo("opens no case.")


@click.command()
@click.option("--store", type=click.Choice(get_args(StoreName)), help="Only this store; default: all.")
@click.option("--to", "revision", default="head", show_default=True, help="Revision to go to; 'base' empties it.")
@click.option("--yes", is_flag=True, help="Do not ask before everything is deleted.")
def migrate(store: StoreName | None, revision: str, yes: bool) -> None:
    """Bring the stores, and what the first version left as a key, to the revision of this program (or another)."""
    settings = Settings()
    if revision == "base" and not yes:
        click.confirm(f"This deletes everything in {store or 'all stores'}. Is there a backup?", abort=True)
    for name, address in stores_of(settings).items():
        if name == "casework" and store in (None, name):
            bring_over(settings)
        if store in (None, name):
            migrate_store(name, address, revision)
    click.echo(f"{store or 'all stores'}: {revision}")
