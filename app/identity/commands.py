"""`registry user`: accounts from the command line, for whoever founds or administers an installation."""

from __future__ import annotations

import click
from sqlalchemy import select

from app.identity.accounts import ROLES, NewAccount, add_account, disable_account, issue_office_token, make_account
from app.installation import Installation, open_installation
from app.problems import Problem
from app.settings import Settings
from app.stores.casework import Account, Sponsorship


@click.group()
def user() -> None:
    """Make, list and disable accounts."""


def _installation() -> Installation:
    return open_installation(Settings())


@user.command()
@click.argument("login")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--sponsor", "sponsors", multiple=True, help="Who vouches: an account's name or a founder's. Give two.")
@click.option("--conflict", "conflicts", multiple=True, help="Code of a State whose cases this person must not open.")
def add(login: str, role: str, sponsors: tuple[str, ...], conflicts: tuple[str, ...]) -> None:
    """Make an account. Prints its passphrase and TOTP secret once.

    The first account of the Office also gets a bearer token for its feed.
    """
    token = ""
    try:
        made = make_account(login, role)
        with _installation().casework.write() as session:
            new = add_account(session, made, sponsors, conflicts)
            if role == "office":
                token = issue_office_token(session, new.account_id, new.private_key)
    except Problem as problem:
        raise click.ClickException(problem.detail) from problem
    tell(new, token)


def tell(new: NewAccount, token: str = "") -> None:
    click.echo(f"{new.login}\n  passphrase   {new.passphrase}\n  TOTP secret  {new.totp_secret}\n  {new.totp_uri}")
    if token:
        click.echo(f"  token of /office/feed.json  {token}")


@user.command("list")
def list_accounts() -> None:
    """List the accounts with their roles and sponsors."""
    with _installation().casework.read() as session:
        for account in session.scalars(select(Account).order_by(Account.login)):
            sponsors = session.scalars(select(Sponsorship.sponsor).where(Sponsorship.account_id == account.id))
            state = "" if account.active else "  (disabled)"
            click.echo(f"{account.login}  {account.role}  sponsors: {', '.join(sorted(sponsors))}{state}")


@user.command()
@click.argument("login")
def disable(login: str) -> None:
    """Disable an account: its sessions and tokens end at once."""
    try:
        with _installation().casework.write() as session:
            disable_account(session, login)
    except Problem as problem:
        raise click.ClickException(problem.detail) from problem
    click.echo(f"{login} is disabled")
