"""The public pages that are not those of a record."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.problems import NotFound
from app.reference import state_name, states
from app.registry.caching import validated
from app.registry.data_routes import router as data_routes
from app.registry.filters import Filter, count, facet_counts, listed, without
from app.registry.record_routes import card, record_routes
from app.registry.records import ENTRY, TYPES
from app.registry.views import state
from app.vocabulary import ACT_GRADES, ACT_TYPES, UN_BODIES
from app.web.context import PageLanguage, installation_of
from app.web.pages import page
from app.web.permissions import Public

router = APIRouter(include_in_schema=False)
PAGE = 20


@router.get("/{language}/", name="front")
def front(request: Request, language: PageLanguage, _: Public) -> Response:
    def make() -> Response:
        with installation_of(request).registry.read() as session:
            newest, _next = listed(session, Filter(ENTRY), 5)
            total = count(session, Filter(ENTRY))
            by_state = facet_counts(session, Filter(ENTRY), "state")
            by_act = facet_counts(session, Filter(ENTRY), "act")[:8]
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


@router.get("/{language}/states", name="states")
def state_list(request: Request, language: PageLanguage, _: Public) -> Response:
    def make() -> Response:
        with installation_of(request).registry.read() as session:
            alleged = dict(facet_counts(session, Filter(ENTRY), "state"))
            happened = dict(facet_counts(session, Filter(ENTRY), "where"))
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
        alleged, happened = Filter(ENTRY, facets={"state": code}), Filter(ENTRY, facets={"where": code})
        with installation_of(request).registry.read() as session:
            rows, after = listed(session, alleged, PAGE)
            acts = facet_counts(session, alleged, "act")
            bodies = facet_counts(session, alleged, "body")
            other = without(session, happened, "state", code, PAGE)
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
        return validated(
            request, lambda: page(request, f"registry/{name}.html", types=TYPES.values(), grades=ACT_GRADES)
        )

    router.get(f"/{{language}}/{path}", name=name)(show)


for _name in ("about", "method", "data"):
    _text_page(_name, _name)
_text_page("inclusion_rules", "inclusion-rules")


def make_router() -> APIRouter:
    """Everything that the public part serves; the addresses of records are made from the types of the moment."""
    whole = APIRouter()
    pages, data = record_routes()
    for part in (router, pages, data, data_routes):
        whole.routes.extend(part.routes)
    return whole
