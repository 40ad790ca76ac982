"""Commands about the public side: rebuild, verify, export."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import httpx
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from app.entry import Document, leaf_hash
from app.registry import log, projection
from app.registry.feeds import csv_file, json_feed, sqlite_file
from app.settings import Settings
from app.stores import open_store
from app.stores.registry import Entry


@click.command()
def rebuild() -> None:
    """Make pages' data (entries, filters, search) again from the release log alone."""
    sessions = sessionmaker(open_store(Settings().registry_address))
    with sessions.begin() as session:
        number = projection.rebuild(session)
    click.echo(f"rebuilt from the log: {number} entries")


@click.command()
@click.option("--url", help="Verify a registry from outside, by its public addresses only.")
def verify(url: str | None) -> None:
    """Prove that the log is whole and that what is shown is what the log says; exits with 1 if not."""
    if url is not None:
        problems, number = verify_from_outside(url.rstrip("/"))
    else:
        sessions = sessionmaker(open_store(Settings().registry_address, read_only=True))
        with sessions() as session:
            problems = log.verify(session)
            number = len(list(session.scalars(select(Entry.ref))))
    for problem in problems:
        click.echo(f"! {problem}", err=True)
    click.echo(f"{number} entries, {'verified' if not problems else f'{len(problems)} problems'}")
    sys.exit(1 if problems else 0)


def verify_from_outside(url: str) -> tuple[list[str], int]:
    """What is wrong with a registry as anyone can see it, and how many entries it has."""
    with httpx.Client(timeout=30, trust_env=False, follow_redirects=False) as client:
        hashes = [leaf for page in _pages(client, f"{url}/log") for leaf in page["leaves"]]
        changes = [change for page in _pages(client, f"{url}/changes") for change in page["changes"]]
    problems, documents = [], []
    for change in changes:
        document = Document.model_validate(change["document"])
        documents.append(document)
        position = change["position"]
        if not 0 <= position < len(hashes) or hashes[position] != leaf_hash(
            bytes.fromhex(change["salt"]), document.canonical()
        ):
            problems.append(
                f"leaf {position}: the document of {document.ref} is not the one that was released"
            )
    problems += log.verify_versions(len(hashes), documents)
    return problems, len({document.ref for document in documents})


def _pages(client: httpx.Client, address: str) -> list[dict[str, Any]]:
    """Every page of a paged address. Pages are asked for on the host that was named, whatever the answers say."""
    pages: list[dict[str, Any]] = []
    after = -1
    while True:
        answer = client.get(address, params={"after": after})
        answer.raise_for_status()
        page: dict[str, Any] = answer.json()
        pages.append(page)
        if not page["next"]:
            return pages
        after = page["cursor"] if "cursor" in page else page["after"] + len(page["leaves"])


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write what is public to FILE: .sqlite, .csv or .json by its ending."""
    settings = Settings()
    sessions = sessionmaker(open_store(settings.registry_address, read_only=True))
    with sessions() as session:
        rows = select(Entry).order_by(Entry.released_on.desc(), Entry.ref.desc())
        if file.suffix == ".sqlite":
            content = sqlite_file(session)
        elif file.suffix == ".csv":
            content = csv_file(session.scalars(rows)).encode()
        elif file.suffix == ".json":
            base = settings.base_url.rstrip("/")
            feed = json_feed(
                session.scalars(rows),
                title=settings.name,
                base_url=base,
                feed_url=f"{base}/feed.json",
                next_url="",
            )
            content = json.dumps(feed, ensure_ascii=False).encode()
        else:
            raise click.UsageError("FILE must end in .sqlite, .csv or .json")
    file.write_bytes(content)
    click.echo(f"written: {file} ({len(content)} bytes)")
