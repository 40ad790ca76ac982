"""Commands that found and run an installation: init, migrate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import get_args

import click
from sqlalchemy import select

from app.identity.commands import tell_founders
from app.identity.founding import invite_founders
from app.installation import open_installation
from app.keyring import bring_over, make_rings
from app.operations.escrow import MOST_SHEETS, tell_sheets
from app.sealing import KeyPair
from app.settings import Settings
from app.stores import Store
from app.stores.casework import Account, Keyholder
from app.stores.migrating import StoreName, stores_of
from app.stores.migrating import migrate as migrate_store

Tell = Callable[[str, KeyPair], None]
TellSeats = Callable[[Sequence[tuple[str, str]]], None]  # (role, code) of the founders


def initialise(settings: Settings, tell: Tell, tell_seats: TellSeats | None = None) -> bool:
    """Makes the data folder, the server's keys, the stores, and the escrow and the auditor's key where there is none yet;
    whether it made a key. With a new escrow key come the founders' invitations, when somebody is there to be told.

    The private halves of the keys are kept nowhere. Each is told before its public half is in use: a key that could not
    be told, because the pipe broke or the disk was full, is none, and the next `init` makes another.
    """
    settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_rings(settings)
    for store, address in stores_of(settings).items():
        migrate_store(store, address)
    casework = open_installation(settings).casework
    made = [_made(casework, "escrow", tell), make_auditor(settings, tell)]
    if made[0] and tell_seats is not None:
        with casework.write() as session:
            if session.scalar(select(Account.id).limit(1)) is None:
                tell_seats(invite_founders(session))
    return any(made)


def make_auditor(settings: Settings, tell: Tell) -> bool:
    """Makes the key to which readings are sealed, if there is none yet; whether it did so.

    Nothing is told where the setting names a key whose private half somebody else has.
    """
    return _made(open_installation(settings).casework, "auditor", tell, settings.auditor_key)


def _made(casework: Store, kind: str, tell: Tell, public_key: str | None = None) -> bool:
    """Whether a keyholder of a kind was made now: of a new pair, which is told, or of a key that somebody else has."""
    with casework.write() as session:
        if session.scalar(select(Keyholder.id).where(Keyholder.kind == kind)) is not None:
            return False
        pair = KeyPair.new()
        session.add(Keyholder(kind=kind, public_key=public_key or pair.public))
        session.flush()
        if public_key is None:
            tell(kind, pair)
    return True


@click.command()
@click.option("--shares", type=click.IntRange(2, MOST_SHEETS), help="Print the escrow key as so many sheets of words.")
@click.option("--need", default=3, show_default=True, help="How many of these sheets give the key back.")
def init(shares: int | None, need: int) -> None:
    """Make the stores, the server's keys, the escrow key and the auditor's key. Prints these two, and the founders' codes,
    once.

    Safe to run again: what exists stays as it is. `registry found` prints new codes.
    """
    if shares is not None and not 2 <= need <= shares:
        raise click.UsageError("--need must be at least 2 and at most --shares")
    settings = Settings()

    def tell(kind: str, pair: KeyPair) -> None:
        if kind == "escrow" and shares is not None:
            tell_sheets(pair, shares, need)
        else:
            tell_key(kind, pair)

    if not initialise(settings, tell, lambda seats: tell_founders(settings, seats)):
        click.echo("This installation already has its stores and its keys; nothing was changed.")


KEYS = {
    "escrow": (
        "ESCROW KEY",
        "With it and the `age` program every case can be opened if all passwords are lost.",
    ),
    "auditor": (
        "AUDITOR'S KEY",
        "With it `registry audit` lists who read what. It opens no case. Give it to whoever watches over the moderators.",
    ),
}


def tell_key(kind: str, pair: KeyPair) -> None:
    """Prints the private half of a new key, once."""
    name, use = KEYS[kind]
    click.echo(f"The stores are ready. This is the {name}. It is shown once and kept nowhere:")
    click.echo(f"\n# public key: {pair.public}\n{pair.private}\n")
    click.echo(f"Write it down or print it, keep it offline and apart from this machine.\n{use}\n")


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
