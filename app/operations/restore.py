"""`registry restore FILE`: a backup into an empty installation, on either engine, which then stands still.

Nothing is released and the Office reads nothing until two moderators confirmed each case in which a consent takes effect.
What was taken back since the backup is taken back again from the ledger. Sessions and tokens end.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

import click
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app.cases.standstill import freeze, number_unconfirmed
from app.cases.two_people import objection_between
from app.identity.sessions import open_with_code
from app.installation import UNFINISHED, Installation, open_installation
from app.keyring import bring_over
from app.operations.archive import BadArchive, read_archive, sync_folder
from app.operations.init import make_auditor, tell_key
from app.operations.ledger import NAME, Ledger, read_ledger, replay
from app.operations.loading import CannotRestore, Loading, manifest, require_empty
from app.operations.typed import ask
from app.registry import log
from app.release.delivery import hide_now
from app.release.schedule import reconcile_stores
from app.settings import Settings
from app.stores.casework import Attachment, DeskSession, OfficeToken
from app.stores.migrating import migrate, stores_of
from app.stores.registry import LARGEST, DataVersion


@dataclass(frozen=True, slots=True)
class People:
    """Two who take it upon themselves that there is no ledger: login, passphrase and code of each."""

    secrets: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. `absent`: sealed files that were gone when the backup was made, or are in none that was given."""

    made_on: date
    files: int
    absent: int
    taken_back: int
    to_confirm: int


def restore(
    settings: Settings,
    file: Path,
    key: str,
    ledgers: Sequence[Path],
    *,
    files: Path | None = None,
    without_ledger: People | None = None,
) -> Restored:
    """Everything of a backup into empty stores. CannotRestore, BadArchive; killed at any point, it is run again."""
    known = _ledgers(ledgers, key, without_ledger)
    with read_archive(file, key) as members:
        told = manifest(members, settings)
        _require_newer(known, told)
        settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        require_empty(settings)
        settings.data_folder.chmod(0o700)
        loading = Loading(settings, told["stores"])
        try:
            loading.take(members)
            if files is not None:
                with read_archive(files, key) as others:
                    manifest(others, settings)
                    loading.take_files(others)
            loading.finish()
        except IntegrityError as error:
            raise BadArchive("rows of this backup refer to others that it does not hold") from error
        finally:
            loading.close()
    bring_over(settings)
    for store, address in stores_of(settings).items():
        migrate(store, address)
    installation = open_installation(settings)
    restored = _bring_to_rest(installation, told, known, without_ledger, loading.number_of_files)
    (settings.data_folder / UNFINISHED).unlink()
    sync_folder(settings.data_folder)
    return restored


def _ledgers(files: Sequence[Path], key: str, people: People | None) -> list[Ledger]:
    if not files and people is None:
        raise CannotRestore(
            f"there is no {NAME} beside the backup: what was withdrawn since would come back. Give it with --ledger;"
            " if it is lost, two people can say so with --without-ledger"
        )
    return [read_ledger(one, key) for one in files]


def _require_newer(ledgers: list[Ledger], told: dict[str, Any]) -> None:
    if ledgers and max(one.made_at for one in ledgers) < told["made_at"]:
        raise CannotRestore("the ledger is older than the backup: it cannot tell what was withdrawn since")


def _bring_to_rest(
    installation: Installation, told: dict[str, Any], ledgers: list[Ledger], people: People | None, files: int
) -> Restored:
    if people is not None:
        _require_two(installation, people)
    made_on = date.fromisoformat(told["made_on"])
    with installation.casework.write() as session:
        freeze(session, made_on)
        session.execute(delete(DeskSession))
        session.execute(delete(OfficeToken))
    reconcile_stores(installation)
    taken_back = replay(installation, ledgers)
    hide_now(installation)
    reconcile_stores(installation)  # what belonged to a case that was erased since
    # what readers keep is judged by this number, and another state may have had the one that was restored
    with installation.registry.write() as session:
        session.execute(update(DataVersion).values(number=secrets.randbelow(LARGEST)))
    with installation.registry.read() as session:
        problems = log.verify(session)
    if problems:
        raise BadArchive("the log of this backup is not whole: " + problems[0])
    with installation.casework.read() as session:
        to_confirm = number_unconfirmed(session)
        named = set(session.scalars(select(Attachment.object_id)))
    absent = len(named - set(installation.objects.names()))
    installation.casework.close()
    installation.registry.close()
    return Restored(made_on, files, absent, taken_back, to_confirm)


def _require_two(installation: Installation, people: People) -> None:
    """CannotRestore unless two people who could release together open their accounts in the restored store."""
    opened = [open_with_code(installation, *one, noted_as=f"restore {one[0]}") for one in people.secrets]
    accounts = [one.account for one in opened if one is not None]
    if len({one.id for one in accounts}) != 2:
        raise CannotRestore("a passphrase or a code is not right, or not two people gave theirs")
    first, second = accounts
    with installation.casework.read() as session:
        message = objection_between(session, first.id, second.id)
    if message:
        raise CannotRestore(message)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", type=click.File("r"), required=True, help="Where the private key is read from; - is the input.")
@click.option(
    "--ledger",
    "ledgers",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"What was withdrawn since; default: {NAME} beside FILE. May be repeated.",
)
@click.option(
    "--files",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A backup of the day, for the sealed files that a backup of the quarter hour leaves out.",
)
@click.option("--without-ledger", nargs=2, metavar="LOGIN LOGIN", help="It is lost: two people say so.")
def restore_command(
    file: Path, key: IO[str], ledgers: tuple[Path, ...], files: Path | None, without_ledger: tuple[str, str] | None
) -> None:
    """Bring a backup back into an empty installation of the same settings. It starts standing still.

    The key is the escrow key or a restore key, AGE-SECRET-KEY-1…, and is written nowhere. Nothing is released, and the
    Office reads nothing, until two moderators confirmed on the desk each case in which a consent takes effect.
    """
    private = next((line.strip() for line in iter(key.readline, "") if line.startswith("AGE-SECRET-KEY-1")), "")
    typed = key if key.fileno() == sys.stdin.fileno() else sys.stdin
    people = None if without_ledger is None else People([_secrets_of(login, typed) for login in without_ledger])
    beside = file.parent / NAME
    found = ledgers or ((beside,) if beside.exists() and people is None else ())
    try:
        done = restore(Settings(), file, private, found, files=files, without_ledger=people)
        make_auditor(Settings(), tell_key)  # the first version had none, and without one no case opens
    except (BadArchive, CannotRestore) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"restored as of {done.made_on}: the log is whole, {done.files} sealed files agree with their hashes")
    click.echo(f"taken back again since: {done.taken_back}")
    click.echo(f"standing still: {done.to_confirm} cases wait for two moderators on the desk")
    if done.absent:
        click.echo(f"! {done.absent} sealed files are not in this backup; give the day's with --files", err=True)


def _secrets_of(login: str, typed: IO[str]) -> tuple[str, str, str]:
    return login, ask(f"passphrase of {login}", typed), ask(f"one-time code of {login}", typed)
