"""`registry lockdown`: closes the form, receipts, the desk and the Office at once; what is public stays up."""

from __future__ import annotations

import click

from app.cases.standstill import LOCKDOWN, end, lock_down
from app.installation import open_installation
from app.settings import Settings


@click.command()
@click.option("--lift", is_flag=True, help="Open again. On the desk two people can do the same.")
def lockdown(lift: bool) -> None:
    """Close everything but the public pages, in all processes of the installation, until it is lifted.

    Nobody can submit, open a receipt, or work on cases, and nothing is released; a calm page says so. What was to be
    hidden is still hidden. Signing in goes on: on the page “Standstill” of the desk two people open again.
    """
    casework = open_installation(Settings()).casework
    with casework.write() as session:
        if lift:
            end(session, LOCKDOWN)
        else:
            lock_down(session)
    click.echo("open again" if lift else "closed: registry lockdown --lift opens again")
