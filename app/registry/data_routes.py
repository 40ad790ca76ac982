"""What programs read of the registry as a whole: the delta feed, the log, the file of everything; the sitemap."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from app.installation import Installation
from app.registry.caching import data_version, validated
from app.registry.delta import changes, leaves, parse_cursor, size_of
from app.registry.feeds import PAGE, sqlite_file, with_items
from app.registry.records import TYPES
from app.stores.registry import LARGEST, Record
from app.web.context import base_url, installation_of
from app.web.pages import render
from app.web.paths import UNLISTED, path_of
from app.web.permissions import Public

router = APIRouter()
LEAVES = 1000
SITEMAP = 50_000  # addresses that one sitemap may hold


class Change(BaseModel):
    """One release, as the delta feed tells it."""

    position: int = Field(description="Place of the leaf in the log")
    row: int = Field(description="0 for the document of the leaf itself, else the row of a batch")
    change: str = Field(
        description="published, corrected, followed_up; suspended, withdrawn (tombstones); batch (a root)"
    )
    type: str
    ref: str
    version: int
    day: str
    leaf_hash: str = Field(description="RFC 6962 hash of the canonical JSON of type, day and commitment of the leaf")
    salt: str = Field(description="commitment = SHA-256(salt || document), hexadecimal")
    path: list[str] | None = Field(None, description="Of a row: its RFC 6962 audit path to the root of its batch")
    document: str = Field(description="The stored text, exactly as it was logged: an envelope, as canonical JSON")


class Changes(BaseModel):
    """A page of the delta feed, oldest change first. Apply in order; what is suspended or withdrawn is to be deleted."""

    size: int = Field(description="Leaves in the log now")
    cursor: str = Field(description="Give this as `after` next time")
    next: str | None = Field(description="Address of the next page, if there is more now")
    changes: list[Change]


class Leaf(BaseModel):
    """A leaf of the log, complete also when its document is erased."""

    type: str
    day: str
    commitment: str
    leaf_hash: str


class Leaves(BaseModel):
    """A page of the log's leaves, by position."""

    size: int
    after: int
    leaves: list[Leaf]
    next: str | None


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
    """The registry as one SQLite file: leaves, documents, and a table of readings for each type of record."""

    def make() -> Response:
        content = _sqlite_of(installation_of(request), data_version(request))
        headers = {"content-disposition": 'attachment; filename="registry.sqlite"'}
        return Response(content, media_type="application/vnd.sqlite3", headers=headers)

    return validated(request, make, shared=True)


@router.get("/changes", name="changes", response_model=Changes)
def delta(
    request: Request,
    _: Public,
    after: Annotated[str, Query(max_length=24, description="The cursor of what you have; -1 for everything")] = "-1",
) -> Response:
    """What changed since a cursor: additions, corrections, tombstones. Superseded versions are not repeated."""
    parse_cursor(after)

    def make() -> Response:
        with installation_of(request).registry.read() as session:
            size = size_of(session)
            found, cursor, more = changes(session, after, PAGE)
        following = f"{base_url(request)}/changes?after={cursor}" if more else None
        told = with_items({"size": size, "cursor": cursor, "next": following}, "changes", found)
        return Response(told, media_type="application/json")

    return validated(request, make, shared=True)


@router.get("/log", name="log_leaves", response_model=Leaves)
def log_leaves(request: Request, _: Public, after: Annotated[int, Query(ge=-1, le=LARGEST)] = -1) -> Response:
    """The leaves of the log, of which `/changes` gives the documents that are not superseded."""

    def make() -> Response:
        with installation_of(request).registry.read() as session:
            size, found = size_of(session), leaves(session, after, LEAVES)
        last = after + len(found)
        following = f"{base_url(request)}/log?after={last}" if last < size - 1 else None
        return JSONResponse({"size": size, "after": after, "leaves": found, "next": following})

    return validated(request, make, shared=True)


@router.get("/openapi.json", name="openapi_json", include_in_schema=False)
def openapi_json(request: Request, _: Public) -> Response:
    """OpenAPI 3.1 of the data addresses."""
    return validated(request, lambda: JSONResponse(request.app.openapi()), shared=True)


@router.get("/robots.txt", name="robots", include_in_schema=False)
def robots(request: Request, _: Public) -> Response:
    """What no search engine should ask for: the addresses of all parts, whichever of them this process serves."""
    languages = installation_of(request).settings.languages
    paths = dict.fromkeys(path_of(name, language=code) for code in languages for name in UNLISTED)
    rules = [f"Disallow: {path}" for path in paths]
    lines = ["User-agent: *", *rules, f"Sitemap: {base_url(request)}/sitemap.xml", ""]
    return PlainTextResponse("\n".join(lines))


@router.get("/sitemap.xml", name="sitemap", include_in_schema=False)
def sitemap(request: Request, _: Public) -> Response:
    def make() -> Response:
        statement = select(Record.type, Record.ref, Record.released_on).where(Record.shown).order_by(Record.ref)
        with installation_of(request).registry.read() as session:
            found = session.execute(statement.limit(SITEMAP)).all()
        rows = [(TYPES[kind].plural, ref, day.isoformat()) for kind, ref, day in found]
        return Response(render(request, "registry/sitemap.xml", rows=rows), media_type="application/xml")

    return validated(request, make)
