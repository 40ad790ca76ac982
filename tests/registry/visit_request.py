"""An invented type of record: everything that is needed to add one, in one module.

Its second schema says `state` where the first said `country`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from app.documents.public import Line, PublicDate, PublicModel, StateCode
from app.i18n import Language, language
from app.registry.analyzer import terms
from app.registry.records import Facet, FeedText, Reading, RecordType
from app.registry.views import state, text_in, versions


class VisitRequest(PublicModel):
    """A request to visit a State, as the public may know it."""

    title: dict[str, Line] = Field(min_length=1)
    state: StateCode
    asked_on: PublicDate
    change_note: Line | None = None


@dataclass(frozen=True, slots=True)
class Card:
    ref: str
    title: str
    text_language: str
    snippet: str
    released_on: str


def _card(reading: Reading[VisitRequest], here: Language) -> Card:
    title, code = text_in(reading.content.title, here)
    envelope = reading.envelope
    return Card(envelope.ref, title, code, reading.content.asked_on, here.date(envelope.day))


def _page(reading: Reading[VisitRequest], here: Language) -> dict[str, Any]:
    title, code = text_in(reading.content.title, here)
    facts = [("State", state(reading.content.state, here)), ("Asked", here.date(reading.content.asked_on))]
    return {"title": title, "title_language": code, "facts": facts, "versions": versions(reading.envelope, here)}


def _feed(request: VisitRequest) -> FeedText:
    title, code = text_in(request.title, language("en"))
    return FeedText(title, code, request.asked_on, code, tags=(request.state,), categories=(request.state,))


def _first_schema(record: dict[str, Any]) -> dict[str, Any]:
    return {"state" if name == "country" else name: value for name, value in record.items()}


VISIT_REQUEST: RecordType[VisitRequest] = RecordType(
    name="visit_request",
    plural="visit-requests",
    title="Visit requests",
    model=VisitRequest,
    texts=lambda request: {f"title.{code}": text for code, text in request.title.items()},
    facets=(
        Facet(
            "state",
            "State",
            "Any State",
            "the State that was asked: ISO 3166-1 code",
            values=lambda request: (request.state,),
            known=lambda value, _demo: len(value) == 2 and value.isascii() and value.isupper(),
            options=lambda _language, _demo, used: [(code, code) for code in used],
            from_use=True,
        ),
    ),
    terms=lambda request: set().union(*(terms(text, code) for code, text in request.title.items())),
    counted=lambda _language, number: f"{number} requests",
    card=_card,
    page=_page,
    feed=_feed,
    columns=(("title", lambda request: request.title["en"]), ("state", lambda request: request.state)),
    upgrades=(_first_schema,),
)


class FirstVisitRequest(PublicModel):
    """The same, as a program of the first schema knew it."""

    title: dict[str, Line] = Field(min_length=1)
    country: StateCode
    asked_on: PublicDate


# the type as that program had it
FIRST: RecordType[FirstVisitRequest] = RecordType(
    name=VISIT_REQUEST.name,
    plural=VISIT_REQUEST.plural,
    title=VISIT_REQUEST.title,
    model=FirstVisitRequest,
    texts=lambda request: {},
    facets=(),
    terms=lambda request: set(),
    counted=VISIT_REQUEST.counted,
    card=lambda reading, here: None,
    page=lambda reading, here: {},
    feed=lambda request: FeedText("", "en", "", "en"),
    columns=(),
)


def visit(title: str = "A visit to Aldemar was asked for", **changes: Any) -> VisitRequest:
    return VisitRequest.model_validate({"title": {"en": title}, "state": "XA", "asked_on": "2026-05"} | changes)
