"""Commands about the public side: rebuild, verify, export."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import httpx
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import sessionmaker

from app.registry import log, projection
from app.registry.feeds import csv_lines, feed_item, json_feed, sqlite_file
from app.registry.filters import Filter, listed, walk
from app.registry.log.outside import verify_from_outside
from app.registry.records import ENTRY, TYPES, RecordType
from app.settings import Settings
from app.stores import Store, open_store
from app.stores.registry import Record

PIECE = 500


@click.command()
def rebuild() -> None:
    """Make pages' data (records, filters, search) again from the release log alone."""
    sessions = sessionmaker(open_store(Settings().registry_address))
    with sessions.begin() as session:
        number = projection.rebuild(session)
    click.echo(f"rebuilt from the log: {number} entries")


@click.command()
@click.option("--url", help="Verify a registry from outside, by its public addresses only.")
def verify(url: str | None) -> None:
    """Prove that the log is whole and that what is shown is what the log says; exits with 1 if not."""
    if url is not None:
        with httpx.Client(base_url=url, timeout=30, trust_env=False, follow_redirects=False) as client:
            problems, number = verify_from_outside(client)
    else:
        with sessionmaker(open_store(Settings().registry_address, read_only=True))() as session:
            problems = log.verify(session)
            number = session.scalar(select(func.count()).select_from(Record)) or 0
    for problem in problems:
        click.echo(f"! {problem}", err=True)
    click.echo(f"{number} entries, {'verified' if not problems else f'{len(problems)} problems'}")
    sys.exit(1 if problems else 0)


@click.command()
@click.option("--type", "name", default=ENTRY.name, show_default=True, help="Which records; .sqlite holds all.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path, name: str) -> None:
    """Write what is public to FILE: .sqlite, .csv or .json by its ending."""
    if name not in TYPES:
        raise click.UsageError(f"--type must be one of {', '.join(TYPES)}")
    settings = Settings()
    store = Store(settings.registry_address, writable=False)
    if file.suffix == ".sqlite":
        with store.read() as session:
            file.write_bytes(sqlite_file(session))
    elif file.suffix == ".csv":
        with file.open("w", encoding="utf-8", newline="") as out:
            out.writelines(csv_lines(TYPES[name], walk(store, Filter(TYPES[name]), PIECE)))
    elif file.suffix == ".json":
        file.write_text(_whole_feed(store, TYPES[name], settings), "utf-8")
    else:
        raise click.UsageError("FILE must end in .sqlite, .csv or .json")
    click.echo(f"written: {file} ({file.stat().st_size} bytes)")


def _whole_feed(store: Store, record_type: RecordType[BaseModel], settings: Settings) -> str:
    """One feed of everything, tombstones included."""
    base = settings.base_url.rstrip("/")

    def items() -> Iterator[str]:
        after: str | None = ""
        while after is not None:
            with store.read() as session:
                rows, following = listed(session, Filter(record_type, after=after), PIECE, tombstones=True)
            yield from (feed_item(row, base) for row in rows)
            after = following or None

    feed_url = f"{base}{record_type.feed_path}.json"
    return json_feed(items(), title=settings.name, base_url=base, feed_url=feed_url, next_url="")
