"""Commands about the public side: rebuild, verify, export."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import click
import httpx
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from app.documents.entry import Document, leaf_hash
from app.registry import log, projection
from app.registry.feeds import as_json, csv_file, json_feed, sqlite_file
from app.settings import Settings
from app.stores import open_store
from app.stores.registry import Entry

ATTEMPTS = 3


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
    """What is wrong with a registry as anyone can see it, and how many entries it has (withdrawn ones included).

    The documents must be those whose leaves are in the log, and the feed must show these documents and no others. A
    release that arrives meanwhile makes the answers differ: then everything is asked again.
    """
    for _attempt in range(ATTEMPTS):
        with httpx.Client(timeout=30, trust_env=False, follow_redirects=False) as client:
            try:
                logged = _pages(client, f"{url}/log")
                changed = _pages(client, f"{url}/changes")
                shown = _pages(client, f"{url}/feed.json")
                again = _pages(client, f"{url}/log")
                if len({page["size"] for page in (*logged, *changed, *again)}) == 1:
                    return _compare(logged, changed, shown)
            except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
                return [f"{url} does not answer as a registry does ({type(error).__name__})"], 0
    return [f"{url} changed each of {ATTEMPTS} times while it was read"], 0


def _compare(
    logged: list[dict[str, Any]], changed: list[dict[str, Any]], shown: list[dict[str, Any]]
) -> tuple[list[str], int]:
    hashes = [leaf for page in logged for leaf in page["leaves"]]
    problems = [] if len(hashes) == logged[0]["size"] else ["the log gives fewer or more leaves than it says"]
    documents: list[tuple[int, Document]] = []
    for change in (change for page in changed for change in page["changes"]):
        document = Document.model_validate(change["document"])
        position = change["position"]
        documents.append((position, document))
        expected = leaf_hash(bytes.fromhex(change["salt"]), document.canonical())
        if not 0 <= position < len(hashes) or hashes[position] != expected:
            problems.append(f"leaf {position}: the document of {document.ref} is not the one that was released")
    problems += log.verify_versions(len(hashes), documents)
    feed = {item["_registry"]["ref"]: item["_registry"] for page in shown for item in page["items"]}
    released = {document.ref: as_json(document) for _, document in documents}
    problems += [
        f"the feed does not show {ref} as it was released"
        for ref in sorted(feed.keys() | released.keys())
        if feed.get(ref) != released.get(ref)
    ]
    return problems, len(released)


def _pages(client: httpx.Client, address: str) -> list[dict[str, Any]]:
    """Every page of a paged address. Pages are asked for on the host that was named, whatever the answers say."""
    pages: list[dict[str, Any]] = []
    after: str | None = ""
    asked: set[str] = set()
    while after is not None:
        asked.add(after)
        answer = client.get(address, params={"after": after} if after else {})
        answer.raise_for_status()
        page: dict[str, Any] = answer.json()
        pages.append(page)
        following = page.get("next") or page.get("next_url")
        after = parse_qs(urlsplit(following).query)["after"][0] if following else None
        if after in asked:
            raise ValueError("the pages run in a circle")
    return pages


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
