"""Commands that found and run an installation: init, migrate."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import click
from sqlalchemy import select

from app.installation import open_installation
from app.keyring import bring_over, make_rings
from app.operations.escrow import MOST_SHEETS, tell_sheets
from app.sealing import KeyPair
from app.settings import Settings
from app.stores.casework import Keyholder
from app.stores.migrating import StoreName
from app.stores.migrating import migrate as migrate_store


def initialise(settings: Settings, tell: Callable[[KeyPair], None]) -> bool:
    """Makes the data folder, the server's keys, both stores, and the escrow key if there is none yet; whether it did so.

    The private half of the escrow key is kept nowhere. It is told before its public half is in use: a key that could not
    be told, because the pipe broke or the disk was full, is none, and the next `init` makes another.
    """
    settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_rings(settings)
    migrate_store("casework", settings.casework_address)
    migrate_store("registry", settings.registry_address)
    with open_installation(settings).casework.write() as session:
        if session.scalar(select(Keyholder.id).where(Keyholder.kind == "escrow")) is not None:
            return False
        escrow = KeyPair.new()
        session.add(Keyholder(kind="escrow", public_key=escrow.public))
        session.flush()
        tell(escrow)
    return True


@click.command()
@click.option("--shares", type=click.IntRange(2, MOST_SHEETS), help="Print the escrow key as so many sheets of words.")
@click.option("--need", default=3, show_default=True, help="How many of these sheets give the key back.")
def init(shares: int | None, need: int) -> None:
    """Make the stores, the server's keys and the escrow key. Prints the escrow key once.

    Safe to run again: what exists stays as it is.
    """
    if shares is not None and not 2 <= need <= shares:
        raise click.UsageError("--need must be at least 2 and at most --shares")
    tell = _tell_escrow_key if shares is None else partial(tell_sheets, shares=shares, need=need)
    if not initialise(Settings(), tell):
        click.echo("This installation already has its stores and its escrow key; nothing was changed.")
        return
    click.echo("Write it down or print it, keep it offline and apart from this machine. With it and the")
    click.echo("`age` program every case can be opened if all passwords are lost.")


def _tell_escrow_key(escrow: KeyPair) -> None:
    click.echo("The stores are ready. This is the ESCROW KEY. It is shown once and kept nowhere:")
    click.echo(f"\n# public key: {escrow.public}\n{escrow.private}\n")


@click.command()
@click.option("--store", type=click.Choice(["casework", "registry"]), help="Only this store; default: both.")
@click.option("--to", "revision", default="head", show_default=True, help="Revision to go to; 'base' empties it.")
@click.option("--yes", is_flag=True, help="Do not ask before everything is deleted.")
def migrate(store: StoreName | None, revision: str, yes: bool) -> None:
    """Bring the stores, and what the first version left as a key, to the revision of this program (or another)."""
    settings = Settings()
    if revision == "base" and not yes:
        click.confirm(f"This deletes everything in {store or 'both stores'}. Is there a backup?", abort=True)
    if store in (None, "casework"):
        bring_over(settings)
        migrate_store("casework", settings.casework_address, revision)
    if store in (None, "registry"):
        migrate_store("registry", settings.registry_address, revision)
    click.echo(f"{store or 'both stores'}: {revision}")
