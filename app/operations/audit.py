"""`registry audit`: whether acts and readings are as they were written; who read what, for the auditor's key."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import click
from sqlalchemy import select

from app.audit.acts import verify_acts
from app.audit.compared import acts_of_people, cases_by_reading, compare
from app.audit.heads import Head, read_heads, write_heads
from app.audit.readings import Opened, opened_readings, verify_readings
from app.sealing import CannotOpen, KeyPair
from app.settings import Settings
from app.stores import Store
from app.stores.casework import Account

LIMITS = """
What this cannot see: rows that were cut off at the end of a chain together with everything that names them, and chains
that were made anew as a whole. Keep the ends of today with --keep, away from this machine, and compare with --kept: then
both are found. With --key, acts also have to agree with the readings, which are in another store. Who writes to both stores
and knows this program can add well-formed rows at the end, and nobody reads what a stolen key opened elsewhere.
"""


@click.command()
@click.option("--key", type=click.File(), help="The auditor's private key, a file or - : lists who read what.")
@click.option("--export", type=click.Path(path_type=Path), help="Write the readings there, as JSON lines; needs --key.")
@click.option("--keep", type=click.Path(path_type=Path), help="Write where each chain ends now; keep it elsewhere.")
@click.option("--kept", type=click.Path(path_type=Path, exists=True), help="Ends that were kept: do they still stand?")
def audit(key: TextIO | None, export: Path | None, keep: Path | None, kept: Path | None) -> None:
    """Verify the chains of acts and of readings; exits with 1 and names what was changed.

    Reads the stores and changes nothing.
    """
    if export is not None and key is None:
        raise click.UsageError("--export needs --key: only the auditor reads who read what")
    private_key = None if key is None else _private_key(key.read())
    settings = Settings()
    casework = Store(settings.casework_address, writable=False)
    readings = Store(settings.readings_address, writable=False)
    problems, heads = _verified(casework, readings, [] if kept is None else _kept(kept))
    if private_key is not None:
        problems += _shown(casework, readings, private_key, export)
    if keep is not None:
        write_heads(keep, heads)
    for problem in problems:
        click.echo(f"! {problem}", err=True)
    click.echo(LIMITS)
    click.echo(f"{len(problems)} things are not as they were written" if problems else "all is as it was written")
    sys.exit(1 if problems else 0)


def _private_key(told: str) -> str:
    """The key among what was printed with it."""
    lines = [line.strip() for line in told.splitlines() if line.strip() and not line.startswith("#")]
    try:
        return KeyPair.of(lines[0] if len(lines) == 1 else "").private
    except CannotOpen:
        raise click.ClickException("that is no key of an auditor: AGE-SECRET-KEY-1…") from None


def _kept(file: Path) -> list[Head]:
    try:
        return read_heads(file)
    except ValueError:
        raise click.ClickException(f"{file} was not written by --keep") from None


def _verified(casework: Store, readings: Store, kept: list[Head]) -> tuple[list[str], list[Head]]:
    with casework.read() as session:
        problems, heads = verify_acts(session, [one for one in kept if one.kind == "acts"])
    with readings.read() as session:
        found = verify_readings(session, [one for one in kept if one.kind == "readings"])
    click.echo(f"{len(heads)} chains of acts; {found.count} readings in {len(found.heads)} chains")
    return problems + found.problems, heads + found.heads


def _shown(casework: Store, readings: Store, private_key: str, export: Path | None) -> list[str]:
    """Lists the readings, or writes them; what they and the acts do not bear out of each other comes back."""
    problems: list[str] = []
    with casework.read() as session:
        acts = acts_of_people(session)
    with readings.read() as session:
        opened = list(opened_readings(session, private_key, problems))
    with casework.read() as session:
        logins = dict(session.execute(select(Account.id, Account.login)).all())
        cases = cases_by_reading(session)
        problems += compare(session, opened, acts)
    opened.sort(key=lambda one: (one.day, one.account_id))
    lines = _lines(opened, logins, cases)
    if export is None:
        click.echo("\n".join(f"{one['day']}  {_words(one)}" for one in lines))
    else:
        export.write_text("".join(json.dumps(one) + "\n" for one in lines))
    return problems


def _lines(opened: list[Opened], logins: dict[str, str], cases: dict[str, str]) -> Iterator[dict[str, object]]:
    for one in opened:
        if one.what == "case":
            one.about["case"] = cases.get(one.about["case"], "(erased)")
        yield {
            "day": one.day.isoformat(),
            "account": one.account_id,
            "login": logins.get(one.account_id, ""),
            "what": one.what,
            **{name: told for name, told in one.about.items() if name not in ("acts", "last_act")},
        }


def _words(line: dict[str, object]) -> str:
    about = [str(told) for name, told in line.items() if name not in ("day", "account")]
    return "  ".join(about)
