"""`registry user` and `registry found`: accounts from the command line, for whoever runs an installation.

Nothing here makes an account or shows its secrets: people do that themselves, by an invitation.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.accounts import by_login
from app.identity.codes import in_groups
from app.identity.founding import invite_founders
from app.identity.invitations import INVITED_DAYS
from app.identity.requests import NO_ACCOUNT, by_escrow
from app.installation import Installation, open_installation
from app.problems import Problem
from app.settings import Settings
from app.stores.casework import Account, Sponsorship


@click.command()
def found() -> None:
    """Invite the founders again: prints a new code for each place that nobody took. Earlier codes end."""
    installation = open_installation(Settings())
    try:
        with installation.casework.write() as session:
            seats = invite_founders(session)
    except Problem as problem:
        raise click.ClickException(problem.detail) from problem
    tell_founders(installation.settings, seats)


def tell_founders(settings: Settings, seats: Sequence[tuple[str, str]]) -> None:
    """Prints the invitations of the founders: each code is shown once, and kept nowhere."""
    page = f"{settings.base_url.rstrip('/')}/{settings.languages[0]}/desk/invitation"
    click.echo("The founders: three moderators and an administrator. Hand each of them one code, in person; each")
    click.echo(f"opens {page} within {INVITED_DAYS} days and sets their own secrets there.")
    click.echo("Then they sign in and vouch for each other, each for all others.\n")
    for role, code in seats:
        click.echo(f"  {role:<14} {in_groups(code)}")
    click.echo("")


@click.group()
def user() -> None:
    """List accounts, and suspend them with the escrow key."""


def _installation() -> Installation:
    return open_installation(Settings())


@user.command("list")
def list_accounts() -> None:
    """List the accounts with their roles and sponsors."""
    with _installation().casework.read() as session:
        for account in session.scalars(select(Account).order_by(Account.login)):
            state = "" if account.active else "  (waits)" if account.waiting_until else "  (suspended)"
            click.echo(f"{account.login}  {account.role}  sponsors: {', '.join(_sponsors(session, account))}{state}")


def _sponsors(session: Session, account: Account) -> list[str]:
    asked = select(Sponsorship.sponsor, Account.login).outerjoin(Account, Account.id == Sponsorship.sponsor_id)
    rows = session.execute(asked.where(Sponsorship.account_id == account.id)).all()
    return sorted(login or name for name, login in rows)


@user.command()
@click.argument("login")
def suspend(login: str) -> None:
    """Suspend an account at once. Asks for the escrow key, or reads it from standard input."""
    _by_escrow(login, active=False)
    click.echo(f"{login} is suspended")


@user.command()
@click.argument("login")
def lift(login: str) -> None:
    """End the suspension of an account. Asks for the escrow key, or reads it from standard input."""
    _by_escrow(login, active=True)
    click.echo(f"{login} is active")


def _by_escrow(login: str, *, active: bool) -> None:
    key = click.prompt("Escrow key", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    try:
        with _installation().casework.write() as session:
            account = by_login(session, login)
            if account is None:
                raise click.ClickException(NO_ACCOUNT)
            by_escrow(session, key, account, active=active)
    except Problem as problem:
        raise click.ClickException(problem.detail) from problem
