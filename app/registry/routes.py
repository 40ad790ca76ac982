"""The public pages."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import select

from app.i18n import Language
from app.problems import Gone, NotFound
from app.reference import WITHHELD, state_name, states
from app.registry.caching import validated
from app.registry.data_routes import router as data_routes
from app.registry.filters import COUNT_CAP, FACETS, Filter, count, entry_of, facet_counts, listed
from app.registry.views import card, entry_page, parsed, state, words
from app.stores.registry import Entry, EntryFacet
from app.vocabulary import ACT_GRADES, ACT_TYPES, KINDS, ROLES, UN_BODIES
from app.web.context import PageLanguage, installation_of
from app.web.pages import page
from app.web.permissions import Public

router = APIRouter(include_in_schema=False)
PAGE = 20


@router.get("/{language}/", name="front")
def front(request: Request, language: PageLanguage, _: Public) -> Response:
    def make() -> Response:
        with installation_of(request).registry.read() as session:
            newest, _next = listed(session, Filter(), 5)
            total = count(session, Filter())
            by_state = facet_counts(session, Filter(), "state")
            by_act = facet_counts(session, Filter(), "act")[:8]
        return page(
            request,
            "registry/front.html",
            newest=[card(row, language) for row in newest],
            total=total,
            state_count=len(by_state),
            acts=[(code, language.gettext(ACT_TYPES.label(code)), number) for code, number in by_act],
            most=max((number for _, number in by_act), default=1),
        )

    return validated(request, make)


@router.get("/{language}/entries", name="entries")
def entries(request: Request, language: PageLanguage, _: Public) -> Response:
    settings = installation_of(request).settings
    wanted = Filter.of(request.query_params, settings.demo)

    def make() -> Response:
        with installation_of(request).registry.read() as session:
            rows, after = listed(session, wanted, PAGE)
            total = count(session, wanted)
            years = facet_counts(session, Filter(), "year")
        options = _options(language, settings.demo, sorted((year for year, _ in years), reverse=True))
        return page(
            request,
            "registry/entries.html",
            wanted=wanted,
            cards_list=[card(row, language) for row in rows],
            total=total,
            cap=COUNT_CAP,
            next_query=wanted.query(after=after) if after else "",
            first_query=wanted.query(after=""),
            options=options,
            chosen=_chosen(wanted, options),
        )

    return validated(request, make)


def _options(language: Language, demo: bool, years: list[str]) -> dict[str, list[tuple[str, str]]]:
    named = sorted(((code, state_name(code, language.code)) for code in states(demo)), key=lambda item: item[1])
    named += [
        (WITHHELD, language.gettext(state_name(WITHHELD))),
        ("unclear", state("unclear", language)),
    ]
    lists = {"act": ACT_TYPES, "body": UN_BODIES, "kind": KINDS, "grade": ACT_GRADES, "role": ROLES}
    translated = {name: [(code, words(codes, code, language)) for code in codes.codes] for name, codes in lists.items()}
    return {"state": named, "where": named, "year": [(year, year) for year in years]} | translated


def _chosen(wanted: Filter, options: dict[str, list[tuple[str, str]]]) -> list[tuple[str, str]]:
    """(words, the query without it) of each facet that narrows the list."""
    return [
        (dict(options[facet]).get(value, value), wanted.query(after="", **{facet: ""}))
        for facet in FACETS
        if (value := getattr(wanted, facet))
    ]


@router.get("/{language}/entries/{ref}", name="entry")
def entry(request: Request, language: PageLanguage, ref: str, _: Public) -> Response:
    with installation_of(request).registry.read() as session:
        row = entry_of(session, ref)
    if row is None:
        raise NotFound
    if row.document is None:
        if "text/html" not in request.headers.get("accept", ""):
            raise Gone(headers={"cache-control": "public, no-cache"})
        gone = page(request, "registry/withdrawn.html", status=410, ref=row.ref, day=row.released_on.isoformat())
        gone.headers.update({"cache-control": "public, no-cache", "x-robots-tag": "noindex, noarchive"})
        return gone
    return validated(request, lambda: page(request, "registry/entry.html", **entry_page(parsed(row), language)))


@router.get("/{language}/states", name="states")
def state_list(request: Request, language: PageLanguage, _: Public) -> Response:
    def make() -> Response:
        with installation_of(request).registry.read() as session:
            alleged = dict(facet_counts(session, Filter(), "state"))
            happened = dict(facet_counts(session, Filter(), "where"))
        demo = installation_of(request).settings.demo
        rows = [
            (code, state_name(code, language.code), alleged.get(code, 0), happened.get(code, 0))
            for code in states(demo)
        ]
        return page(request, "registry/states.html", rows=sorted(rows, key=lambda row: row[1]))

    return validated(request, make)


@router.get("/{language}/states/{code}", name="state")
def state_page(request: Request, language: PageLanguage, code: str, _: Public) -> Response:
    if code not in states(installation_of(request).settings.demo):
        raise NotFound

    def make() -> Response:
        alleged, happened = Filter(state=code), Filter(where=code)
        with installation_of(request).registry.read() as session:
            rows, after = listed(session, alleged, PAGE)
            acts = facet_counts(session, alleged, "act")
            bodies = facet_counts(session, alleged, "body")
            elsewhere = select(EntryFacet.ref).where(EntryFacet.facet == "state", EntryFacet.value == code)
            statement = select(Entry).where(happened.condition(), Entry.ref.not_in(elsewhere))
            other = list(session.scalars(statement.order_by(Entry.released_on.desc(), Entry.ref.desc()).limit(PAGE)))
            totals = count(session, alleged), count(session, happened)
        return page(
            request,
            "registry/state.html",
            code=code,
            name=state(code, language),
            total=totals[0],
            total_where=totals[1],
            cards_list=[card(row, language) for row in rows],
            others=[card(row, language) for row in other],
            more=bool(after),
            acts=[(one, language.gettext(ACT_TYPES.label(one)), number) for one, number in acts],
            bodies=[(one, language.gettext(UN_BODIES.label(one)), number) for one, number in bodies],
            most=max((number for _, number in [*acts, *bodies]), default=1),
        )

    return validated(request, make)


def _text_page(name: str, path: str) -> None:
    def show(request: Request, language: PageLanguage, _: Public) -> Response:
        return validated(request, lambda: page(request, f"registry/{name}.html", facets=FACETS, grades=ACT_GRADES))

    router.get(f"/{{language}}/{path}", name=name)(show)


for _name in ("about", "method", "data"):
    _text_page(_name, _name)
_text_page("inclusion_rules", "inclusion-rules")

router.routes.extend(data_routes.routes)
