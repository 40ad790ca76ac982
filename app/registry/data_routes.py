"""What programs read: feeds, files, the delta feed, the log. Described by /openapi.json (OpenAPI 3.1)."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy import func, select

from app.documents.entry import Document
from app.i18n import language
from app.installation import Installation
from app.problems import Gone, NotFound, Unprocessable
from app.registry.caching import data_version, validated
from app.registry.feeds import (
    FEED_TYPE,
    PAGE,
    as_json,
    changes,
    csv_file,
    document_of,
    json_feed,
    sqlite_file,
)
from app.registry.filters import Filter, entry_of, listed
from app.registry.views import text_in
from app.stores.registry import Entry, LogDocument, LogLeaf
from app.web.context import installation_of
from app.web.pages import path_to, render
from app.web.permissions import Public

router = APIRouter()
LEAVES = 1000

Wanted = Annotated[str, Query(max_length=200)]
WITHDRAWN_REFS: dict[int | str, dict[str, Any]] = {
    404: {"description": "No such entry"},
    410: {"description": "Withdrawn: problem document without any content of the entry"},
}


class Change(BaseModel):
    """One release, as the delta feed tells it."""

    position: int = Field(description="Place in the log; the cursor")
    change: str = Field(description="published, corrected, followed_up or withdrawn (a tombstone)")
    ref: str
    version: int
    released_on: str
    leaf_hash: str = Field(description="SHA-256(0x00 || salt || canonical JSON of document), hexadecimal")
    salt: str
    document: Document


class Changes(BaseModel):
    """A page of the delta feed, oldest change first. Apply in order; a withdrawn entry is to be deleted."""

    size: int = Field(description="Leaves in the log now")
    cursor: int = Field(description="Give this as `after` next time")
    next: str | None = Field(description="Address of the next page, if there is more now")
    changes: list[Change]


class Leaves(BaseModel):
    """A page of the log's leaf hashes, by position."""

    size: int
    after: int
    leaves: list[str]
    next: str | None


class Feed(BaseModel):
    """JSON Feed 1.1; each item carries its whole document as `_registry`."""

    version: str
    title: str
    items: list[dict[str, Any]]


def _wanted(request: Request) -> Filter:
    return Filter.of(request.query_params, installation_of(request).settings.demo)


def _base(request: Request) -> str:
    return installation_of(request).settings.base_url.rstrip("/")


class FeedResponse(JSONResponse):
    media_type = FEED_TYPE


@router.get("/feed.json", name="feed_json", response_model=Feed, response_class=FeedResponse)
def feed_json(
    request: Request,
    _: Public,
    q: Wanted = "",
    state: Wanted = "",
    where: Wanted = "",
    act: Wanted = "",
    body: Wanted = "",
    kind: Wanted = "",
    grade: Wanted = "",
    role: Wanted = "",
    year: Wanted = "",
    after: Wanted = "",
) -> Response:
    """Entries that a filter lists, newest first, as JSON Feed 1.1. Withdrawn ones stand in every feed as tombstones."""
    wanted = _wanted(request)

    def make() -> Response:
        installation = installation_of(request)
        with installation.registry.read() as session:
            rows, following = listed(session, wanted, PAGE, tombstones=True)
        feed = json_feed(
            rows,
            title=installation.settings.name,
            base_url=_base(request),
            feed_url=f"{_base(request)}/feed.json" + (f"?{wanted.query()}" if wanted.query() else ""),
            next_url=f"{_base(request)}/feed.json?{wanted.query(after=following)}" if following else "",
        )
        return FeedResponse(feed)

    return validated(request, make, shared=True)


@router.get(
    "/feed.atom",
    name="feed_atom",
    response_class=Response,
    responses={200: {"content": {"application/atom+xml": {}}}},
)
def feed_atom(
    request: Request,
    _: Public,
    q: Wanted = "",
    state: Wanted = "",
    where: Wanted = "",
    act: Wanted = "",
    body: Wanted = "",
    kind: Wanted = "",
    grade: Wanted = "",
    role: Wanted = "",
    year: Wanted = "",
    after: Wanted = "",
) -> Response:
    """The same as Atom (RFC 4287) with tombstones (RFC 6721)."""
    wanted = _wanted(request)

    def make() -> Response:
        with installation_of(request).registry.read() as session:
            rows, following = listed(session, wanted, PAGE, tombstones=True)
        documents = [(row, document_of(row).entry) for row in rows]
        english = language("en")
        updated = max((row.released_on.isoformat() for row in rows), default="2026-01-01")
        text = render(
            request,
            "registry/feed.atom.xml",
            documents=documents,
            updated=updated,
            query=wanted.query(),
            feed_query=wanted.query(after=""),
            text_in=lambda texts: text_in(texts, english),
            next_query=wanted.query(after=following) if following else "",
        )
        return Response(text, media_type="application/atom+xml")

    return validated(request, make, shared=True)


@router.get(
    "/entries.csv",
    name="entries_csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
def entries_csv(
    request: Request,
    _: Public,
    q: Wanted = "",
    state: Wanted = "",
    where: Wanted = "",
    act: Wanted = "",
    body: Wanted = "",
    kind: Wanted = "",
    grade: Wanted = "",
    role: Wanted = "",
    year: Wanted = "",
) -> Response:
    """Every entry that a filter lists, as CSV (RFC 4180)."""
    wanted = _wanted(request)

    def make() -> Response:
        with installation_of(request).registry.read() as session:
            rows = session.scalars(
                select(Entry).where(wanted.condition()).order_by(Entry.released_on.desc(), Entry.ref.desc())
            )
            text = csv_file(rows)
        return Response(
            text, media_type="text/csv", headers={"content-disposition": 'attachment; filename="entries.csv"'}
        )

    return validated(request, make, shared=True)


@lru_cache(maxsize=1)
def _sqlite_of(installation: Installation, version: int) -> bytes:
    """One file per version of the data, in memory; `version` is the key of the cache."""
    with installation.registry.read() as session:
        return sqlite_file(session)


@router.get(
    "/registry.sqlite",
    name="registry_sqlite",
    response_class=Response,
    responses={200: {"content": {"application/vnd.sqlite3": {}}}},
)
def registry_sqlite(request: Request, _: Public) -> Response:
    """The registry as one SQLite file: entries, documents, leaves."""

    def make() -> Response:
        content = _sqlite_of(installation_of(request), data_version(request))
        headers = {"content-disposition": 'attachment; filename="registry.sqlite"'}
        return Response(content, media_type="application/vnd.sqlite3", headers=headers)

    return validated(request, make, shared=True)


@router.get("/changes", name="changes", response_model=Changes)
def delta(
    request: Request,
    _: Public,
    after: Annotated[int, Query(ge=-1, le=2**53, description="The cursor of what you have; -1 for everything")] = -1,
) -> Response:
    """What changed since a cursor: additions, corrections, tombstones. Superseded versions are not repeated."""

    def make() -> Response:
        with installation_of(request).registry.read() as session:
            size = session.scalar(select(func.count()).select_from(LogLeaf)) or 0
            if after >= size:
                raise Unprocessable
            found = changes(session, after, PAGE)
            last = found[-1]["position"] if found else after
            more = session.scalar(select(LogDocument.position).where(LogDocument.position > last).limit(1)) is not None
        cursor = last if more else size - 1
        following = f"{_base(request)}/changes?after={cursor}" if more else None
        return JSONResponse({"size": size, "cursor": cursor, "next": following, "changes": found})

    return validated(request, make, shared=True)


@router.get("/log", name="log_leaves", response_model=Leaves)
def log_leaves(request: Request, _: Public, after: Annotated[int, Query(ge=-1, le=2**53)] = -1) -> Response:
    """The leaf hashes of the log, of which `/changes` gives the documents that are not superseded."""

    def make() -> Response:
        with installation_of(request).registry.read() as session:
            size = session.scalar(select(func.count()).select_from(LogLeaf)) or 0
            leaves = list(
                session.scalars(
                    select(LogLeaf.leaf_hash).where(LogLeaf.position > after).order_by(LogLeaf.position).limit(LEAVES)
                )
            )
        last = after + len(leaves)
        following = f"{_base(request)}/log?after={last}" if last < size - 1 else None
        return JSONResponse({"size": size, "after": after, "leaves": leaves, "next": following})

    return validated(request, make, shared=True)


@router.get("/entries/{ref}.json", name="entry_json", response_model=Document, responses=WITHDRAWN_REFS)
def entry_json(request: Request, ref: Annotated[str, Path(max_length=16)], _: Public) -> Response:
    """One entry's public document."""
    with installation_of(request).registry.read() as session:
        row = entry_of(session, ref)
    if row is None:
        raise NotFound
    if row.document is None:
        raise Gone(headers={"cache-control": "public, no-cache", "access-control-allow-origin": "*"})
    return validated(request, lambda: JSONResponse(as_json(document_of(row))), shared=True)


@router.get("/openapi.json", name="openapi_json", include_in_schema=False)
def openapi_json(request: Request, _: Public) -> Response:
    """OpenAPI 3.1 of the routes above."""
    return validated(request, lambda: JSONResponse(request.app.openapi()), shared=True)


@router.get("/robots.txt", name="robots", include_in_schema=False)
def robots(request: Request, _: Public) -> Response:
    paths = [path_to(request, name) for name in ("submit", "thread", "sign_in", "desk", "office")]
    rules = [f"Disallow: {path}" for path in paths if path]
    lines = ["User-agent: *", *rules, f"Sitemap: {_base(request)}/sitemap.xml", ""]
    return PlainTextResponse("\n".join(lines))


@router.get("/sitemap.xml", name="sitemap", include_in_schema=False)
def sitemap(request: Request, _: Public) -> Response:
    def make() -> Response:
        with installation_of(request).registry.read() as session:
            rows = session.execute(
                select(Entry.ref, Entry.released_on)
                .where(Entry.document.is_not(None))
                .order_by(Entry.ref)
                .limit(50_000)
            ).all()
        text = render(request, "registry/sitemap.xml", rows=[(ref, day.isoformat()) for ref, day in rows])
        return Response(text, media_type="application/xml")

    return validated(request, make)
