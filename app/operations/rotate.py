"""`registry rotate-key`: a new key for receipts, form tokens or waiting releases, while the server runs."""

from __future__ import annotations

from datetime import date, timedelta

import click
from sqlalchemy import select

from app.clock import today
from app.installation import Installation, open_installation
from app.intake.drafts import KEPT_DAYS
from app.keyring import NAMES, Key, NoKeys, Ring
from app.release.orders import key_of
from app.settings import Settings
from app.stores.casework import ReleaseOrder


@click.command("rotate-key")
@click.argument("name", type=click.Choice(NAMES))
@click.option("--retire", is_flag=True, help="Make no new key: take those away for good under which nothing waits.")
def rotate_key(name: str, retire: bool) -> None:
    """Put a new key before the old ones. A running server uses it at once; what the old ones made keeps working.

    Receipts that were given never need their key again. Forms that are open need theirs, and so do releases that wait:
    --retire leaves those keys where they are.
    """
    installation = open_installation(Settings())
    ring = installation.keys.ring(name)
    if ring.is_set:
        _tell_setting(name)
        return
    try:
        if retire:
            gone = retirable(installation, name)
            ring.retire(gone)
            click.echo(f"{name}: {len(gone)} retired, {len(ring.keys)} left")
        else:
            click.echo(f"{name}: {ring.turn().id} is the newest of {len(ring.keys)}")
    except NoKeys as error:
        raise click.ClickException(f"{error.where}; run `registry init`") from error


def _tell_setting(name: str) -> None:
    """A ring that is a setting is changed where it is set; a fresh key for it is all that we can give."""
    click.echo(f"The keys {name} are set in the environment. Put this before the others there, with a comma after it:")
    click.echo(Key.new().line)


def retirable(installation: Installation, name: str) -> set[str]:
    """Ids of old keys of which nothing needs to be read any more."""
    ring = installation.keys.ring(name)
    if name != "orders":
        return _followed_before(ring, today() - timedelta(days=KEPT_DAYS))
    with installation.casework.read() as session:
        waiting = session.scalars(select(ReleaseOrder.wrapped).where(ReleaseOrder.wrapped.is_not(None)))
        needed = {key_of(wrapped) for wrapped in waiting if wrapped is not None}
    # what was decided in the moment of a turn may not be in the store yet
    return _followed_before(ring, today()) - needed


def _followed_before(ring: Ring, day: date) -> set[str]:
    """Keys after which another was made before a day: nothing younger than that is under them."""
    return {older.id for newer, older in zip(ring.keys, ring.keys[1:], strict=False) if newer.made_on < day}
