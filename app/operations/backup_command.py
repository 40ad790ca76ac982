"""`registry backup`: by hand into a file, or by the clock into a folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from app.operations.backup import CannotBackUp, back_up
from app.operations.following import back_up_now, follow
from app.problems import Unavailable
from app.settings import Settings


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--to", "also_to", multiple=True, help="Seal FILE to this public key too (age1…); may be repeated.")
@click.option("--follow", "folder", type=click.Path(file_okay=False, path_type=Path), help="Instead: by the clock.")
@click.option("--once", is_flag=True, help="With --follow: one round, for a timer of the system.")
def backup(file: Path | None, also_to: tuple[str, ...], folder: Path | None, once: bool) -> None:
    """Write a sealed backup of everything to FILE, while the server runs.

    It opens with the escrow key, with a key of REGISTRY_BACKUP_KEYS, or one of --to; never with anything on this
    machine. FILE is there when it is complete, or not at all. Its size is padded and its time fixed.

    --follow FOLDER goes on every three minutes: the newest state, the last eight quarters of an hour, and a backup with
    all files for each of the last days (REGISTRY_BACKUP_DAYS), whether or not anything changed.
    """
    settings = Settings()
    if (file is None) == (folder is None):
        raise click.UsageError("give a FILE, or --follow FOLDER")
    try:
        if file is not None:
            _to_file(settings, file, also_to)
        elif folder is not None and once:
            back_up_now(settings, folder.absolute(), datetime.now(UTC))
        elif folder is not None:
            follow(settings, folder.absolute(), _report)
    except CannotBackUp as error:
        raise click.ClickException(str(error)) from error
    except (OSError, Unavailable) as error:
        raise click.ClickException(f"nothing was written: {type(error).__name__}, {error}") from error


def _to_file(settings: Settings, file: Path, also_to: tuple[str, ...]) -> None:
    made = back_up(settings, file.absolute(), also_to=also_to)
    click.echo(f"written: {file} ({sum(made.rows.values())} rows, {made.files} sealed files)")
    if made.absent:
        click.echo(f"! {len(made.absent)} sealed files that rows name are not there: registry doctor", err=True)


def _report(error: Exception) -> None:
    """The class only: the text of an error may hold content."""
    click.echo(f"! no backup was made: {type(error).__name__}", err=True)
