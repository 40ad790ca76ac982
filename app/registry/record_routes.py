"""The addresses that every type of record has: list, page, JSON, CSV and feeds, made by looping over the types."""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import create_model

from app.documents.envelope import Envelope
from app.i18n import Language
from app.problems import Gone, NotAvailable, NotFound
from app.registry.answers import Feed, FeedResponse
from app.registry.caching import CACHE, validated
from app.registry.feeds import FEED_TYPE, PAGE, atom_rows, csv_lines, feed_item, json_feed, reading_of
from app.registry.filters import COUNT_CAP, Filter, count, facet_counts, listed, record_of, walk
from app.registry.records import TYPES, RecordType
from app.stores.registry import Record
from app.web.context import PageLanguage, base_url, installation_of
from app.web.pages import page, render
from app.web.permissions import Public

LIST_PAGE = 20
CSV_PAGE = 500
WORDS = "words of title, summary and public names, in six languages; all must be there"
CURSOR = "place in the list; take it from `next_url` or the next link, do not make one"
HIDDEN: dict[int | str, dict[str, Any]] = {
    404: {"description": "No such record"},
    410: {"description": "Withdrawn or not available: problem document without any content of the record"},
}


def record_routes() -> tuple[APIRouter, APIRouter]:
    """(pages, data) of every type of record."""
    pages, data = APIRouter(include_in_schema=False), APIRouter()
    for record_type in TYPES.values():
        _add_list(pages, record_type)
        _add_page(pages, record_type)
        _add_feeds(data, record_type)
        _add_csv(data, record_type)
        _add_json(data, record_type)
    return pages, data


def _asked(record_type: RecordType[Any], *, paged: bool) -> Any:
    """A dependency that reads a filter of the type from the query; the facets are its described parameters."""

    def read(request: Request, **given: str) -> Filter:
        return Filter.of(record_type, given, installation_of(request).settings.demo)

    described = [("q", WORDS), *((facet.name, facet.meaning) for facet in record_type.facets)]
    described += [("after", CURSOR)] if paged else []
    parameters = [Parameter("request", Parameter.POSITIONAL_OR_KEYWORD, annotation=Request)]
    parameters += [
        Parameter(
            name,
            Parameter.KEYWORD_ONLY,
            default="",
            annotation=Annotated[str, Query(max_length=200, description=words)],
        )
        for name, words in described
    ]
    read.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return Depends(read)


def _add_list(router: APIRouter, record_type: RecordType[Any]) -> None:
    @router.get(f"/{{language}}/{record_type.plural}", name=record_type.route("list"))
    def show_list(request: Request, language: PageLanguage, _: Public) -> Response:
        settings = installation_of(request).settings
        wanted = Filter.of(record_type, request.query_params, settings.demo)

        def make() -> Response:
            with installation_of(request).registry.read() as session:
                rows, after = listed(session, wanted, LIST_PAGE)
                total = count(session, wanted)
                used = {
                    facet.name: [value for value, _ in facet_counts(session, Filter(record_type), facet.name)]
                    for facet in record_type.facets
                    if facet.from_use
                }
            options = {
                facet.name: facet.options(language, settings.demo, used.get(facet.name, ()))
                for facet in record_type.facets
            }
            return page(
                request,
                "registry/records.html",
                type=record_type,
                wanted=wanted,
                cards_list=[card(row, language) for row in rows],
                total=total,
                counted=record_type.counted(language, total),
                cap=COUNT_CAP,
                next_query=wanted.query(after=after) if after else "",
                first_query=wanted.query(after=""),
                options=options,
                chosen=_chosen(wanted, options),
            )

        return validated(request, make)


def card(row: Record, language: Language) -> Any:
    """What a list shows of a record."""
    return TYPES[row.type].card(reading_of(row), language)


def _chosen(wanted: Filter, options: dict[str, list[tuple[str, str]]]) -> list[tuple[str, str]]:
    """(words, the query without it) of each facet that narrows the list."""
    return [
        (dict(options[facet]).get(value, value), wanted.query(after="", **{facet: ""}))
        for facet in wanted.type.facet_names
        if (value := wanted[facet])
    ]


def _found(request: Request, record_type: RecordType[Any], ref: str) -> Record:
    with installation_of(request).registry.read() as session:
        row = record_of(session, record_type, ref)
    if row is None:
        raise NotFound
    return row


def _add_page(router: APIRouter, record_type: RecordType[Any]) -> None:
    @router.get(f"/{{language}}/{record_type.plural}/{{ref}}", name=record_type.route("page"))
    def show(request: Request, language: PageLanguage, ref: str, _: Public) -> Response:
        row = _found(request, record_type, ref)
        if not row.shown:
            return _gone_page(request, row)

        def make() -> Response:
            reading = reading_of(row)
            return page(
                request,
                record_type.page_template,
                type=record_type,
                ref=row.ref,
                version=row.version,
                released_on=language.date(row.released_on),
                upgraded=reading.upgraded,
                **record_type.page(reading, language),
            )

        return validated(request, make)


def _gone_page(request: Request, row: Record) -> Response:
    if "text/html" not in request.headers.get("accept", ""):
        raise _problem(row, {})
    template = f"registry/{row.kind}.html"
    gone = page(request, template, status=410, ref=row.ref, day=row.released_on.isoformat())
    gone.headers.update({"cache-control": CACHE, "x-robots-tag": "noindex, noarchive"})
    return gone


def _problem(row: Record, headers: dict[str, str]) -> Gone:
    return (Gone if row.kind == "withdrawn" else NotAvailable)(headers={"cache-control": CACHE} | headers)


def _add_json(router: APIRouter, record_type: RecordType[Any]) -> None:
    record: Any = record_type.model | None
    described = create_model(
        f"{record_type.name.title().replace('_', '')}Document",
        __base__=Envelope,
        __doc__=f"The document of one release of type `{record_type.name}`, as it was logged.",
        record=(record, None),
    )

    @router.get(
        f"/{record_type.plural}/{{ref}}.json",
        name=record_type.route("json"),
        response_model=described,
        responses=HIDDEN,
    )
    def show_json(request: Request, ref: Annotated[str, Path(max_length=16)], _: Public) -> Response:
        """The document of one record, as it was logged."""
        row = _found(request, record_type, ref)
        if not row.shown:
            raise _problem(row, {"access-control-allow-origin": "*"})
        return validated(request, lambda: Response(row.document, media_type="application/json"), shared=True)


def _add_csv(router: APIRouter, record_type: RecordType[Any]) -> None:
    @router.get(
        f"/{record_type.plural}.csv",
        name=record_type.route("csv"),
        response_class=Response,
        responses={200: {"content": {"text/csv": {}}}},
    )
    def show_csv(request: Request, _: Public, wanted: Filter = _asked(record_type, paged=False)) -> Response:  # noqa: B008
        """Every record that a filter lists, as CSV (RFC 4180)."""

        def make() -> Response:
            pages = walk(installation_of(request).registry, wanted, CSV_PAGE)
            named = f'attachment; filename="{record_type.plural}.csv"'
            lines = csv_lines(record_type, pages)
            return StreamingResponse(lines, media_type="text/csv", headers={"content-disposition": named})

        return validated(request, make, shared=True)


def _add_feeds(router: APIRouter, record_type: RecordType[Any]) -> None:
    def rows_of(request: Request, wanted: Filter) -> tuple[list[Record], str]:
        with installation_of(request).registry.read() as session:
            rows, following = listed(session, wanted, PAGE, tombstones=True)
        return rows, wanted.query(after=following) if following else ""

    address = record_type.feed_path
    asked = _asked(record_type, paged=True)

    @router.get(
        f"{address}.json", name=record_type.route("feed_json"), response_model=Feed, response_class=FeedResponse
    )
    def feed_json(request: Request, _: Public, wanted: Filter = asked) -> Response:
        """What a filter lists, newest first, as JSON Feed 1.1. Hidden records stand in every feed as tombstones."""

        def make() -> Response:
            rows, following = rows_of(request, wanted)
            base = base_url(request)
            query = wanted.query()
            feed = json_feed(
                (feed_item(row, base) for row in rows),
                title=installation_of(request).settings.name,
                base_url=base,
                feed_url=f"{base}{address}.json" + (f"?{query}" if query else ""),
                next_url=f"{base}{address}.json?{following}" if following else "",
            )
            return Response(feed, media_type=FEED_TYPE)

        return validated(request, make, shared=True)

    @router.get(
        f"{address}.atom",
        name=record_type.route("feed_atom"),
        response_class=Response,
        responses={200: {"content": {"application/atom+xml": {}}}},
    )
    def feed_atom(request: Request, _: Public, wanted: Filter = asked) -> Response:
        """The same as Atom (RFC 4287) with tombstones (RFC 6721)."""

        def make() -> Response:
            rows, following = rows_of(request, wanted)
            text = render(
                request,
                "registry/feed.atom.xml",
                type=record_type,
                rows=atom_rows(rows),
                updated=max((row.released_on.isoformat() for row in rows), default="2026-01-01"),
                query=wanted.query(),
                feed_query=wanted.query(after=""),
                next_query=following,
            )
            return Response(text, media_type="application/atom+xml")

        return validated(request, make, shared=True)
