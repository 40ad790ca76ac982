"""The Office's pages and its feed."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Security
from fastapi.responses import RedirectResponse, Response
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field

from app.i18n import N_
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.office.feed import office_feed
from app.office.items import (
    LONGEST_NOTE,
    ConfidentialItem,
    changed_since,
    confidential_item,
    confidential_items,
    hand_over,
    record_action,
    recorded_actions,
)
from app.office.tokens import ByToken, OfficeReader
from app.problems import BadRequest
from app.registry.answers import Feed, FeedResponse
from app.registry.feeds import FEED_TYPE, PAGE
from app.registry.filters import Filter, listed
from app.registry.records import ENTRY
from app.registry.views import state
from app.sealing import Keys
from app.stores.registry import LARGEST
from app.vocabulary import CONSENT_USES, OFFICE_ACTIONS, ROLES
from app.web.binding import bind
from app.web.closing import CLOSED_IN_LOCKDOWN, CLOSED_UNTIL_CONFIRMED
from app.web.context import PageLanguage, installation_of, language_or_default
from app.web.fields import CHOOSE_ONE, at_most, needed, one_of
from app.web.forms import FormView
from app.web.fresh import freshly
from app.web.pages import page, path_to
from app.web.signed_in import DeskForm, Office

CLOSED = [CLOSED_IN_LOCKDOWN, CLOSED_UNTIL_CONFIRMED]
router = APIRouter(include_in_schema=False, dependencies=CLOSED)
described = APIRouter(dependencies=CLOSED)
Fresh = Annotated[None, freshly()]
bearer = HTTPBearer(auto_error=False, description="A token that a member of the Office made on the account page")


@described.get(
    "/office/feed.json",
    name="office_feed",
    response_model=Feed,
    response_class=FeedResponse,
    dependencies=[Security(bearer)],
    responses={401: {"description": "No valid token"}},
)
def feed(
    request: Request, reader: ByToken, since: Annotated[int, Query(ge=0, le=LARGEST)] = 0, after: str = ""
) -> Response:
    """JSON Feed 1.1 for the bearer of the Office's token. `since`: confidential items changed after that cursor only."""
    installation = installation_of(request)
    if "token" in request.query_params or "access_token" in request.query_params:
        raise BadRequest(N_("A token belongs into the Authorization header, never into an address."))
    base = installation.settings.base_url.rstrip("/")
    with installation.registry.read() as session:
        rows, following = listed(
            session, Filter.of(ENTRY, {"after": after}, installation.settings.demo), PAGE, tombstones=True
        )
    items = [] if after else _items(installation, reader, since)
    cursor = max((item.position for item in items), default=since)
    next_url = f"{base}/office/feed.json?since={cursor}&after={following}" if following else ""
    name = installation.settings.name
    content = office_feed(rows, items, name=name, base_url=base, next_url=next_url, cursor=cursor).encode()
    etag = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
    headers = {"etag": etag, "cache-control": "no-store"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=FEED_TYPE, headers=headers)


def _items(installation: Installation, reader: OfficeReader, since: int) -> list[ConfidentialItem]:
    """What changed since; the reading is noted when there is something to open."""
    with installation.casework.read() as session:
        if not changed_since(session, since):
            return []
    reader.reader.note("office feed", since=str(since))
    with installation.casework.read() as session:
        presidency = installation.settings.presidency_state
        return confidential_items(session, reader.private_key, since, presidency=presidency)


class ActionForm(BaseModel):
    """What the Office did."""

    kind: Annotated[str, one_of(OFFICE_ACTIONS.codes), needed(CHOOSE_ONE)] = Field(
        "", title=N_("Record what was done"), validate_default=True
    )
    note: Annotated[str, at_most(LONGEST_NOTE)] = Field("", title=N_("Note, in confidence"))


@router.get("/{language}/office", name="office")
def show_items(request: Request, language: PageLanguage, who: Office) -> Response:
    who.reader.note("office items")
    installation = installation_of(request)
    presidency = installation.settings.presidency_state
    with installation.casework.read() as session:
        items = confidential_items(session, who.private_key, presidency=presidency)
        actions = {item.ref: recorded_actions(session, item.ref, Keys((who.private_key,))) for item in items}
    return page(
        request,
        "office/items.html",
        who=who,
        csrf=who.csrf,
        items=items[::-1],
        actions=actions,
        state_name=partial(state, language=language),
        kinds=OFFICE_ACTIONS,
        handed="handed" in request.query_params,
    )


@router.post("/{language}/office", name="office_hand_over")
def seal_anew(request: Request, language: PageLanguage, who: Office, form: DeskForm, _: Fresh) -> Response:
    """Seals what this member can open to everybody of the Office: after somebody came, and after somebody left."""
    who.reader.note("office items")
    hand_over(installation_of(request), who.private_key)
    return RedirectResponse(f"{path_to(request, 'office')}?handed=1", 303)


@router.get("/{language}/office/items/{ref}", name="office_item")
def show_item(request: Request, language: PageLanguage, ref: str, who: Office) -> Response:
    return _item_page(request, ref, who, FormView())


def _item_page(request: Request, ref: str, who: SignedIn, view: FormView, status: int = 200) -> Response:
    who.reader.note("office item", item=ref[:16])
    installation = installation_of(request)
    presidency = installation.settings.presidency_state
    with installation.casework.read() as session:
        item = confidential_item(session, ref[:16], who.private_key, presidency=presidency)
        actions = recorded_actions(session, item.ref, Keys((who.private_key,)))
    return page(
        request,
        "office/item.html",
        status=status,
        form=view,
        who=who,
        csrf=who.csrf,
        item=item,
        actions=actions,
        kinds=OFFICE_ACTIONS,
        roles=ROLES,
        uses=CONSENT_USES,
        state_name=partial(state, language=language_or_default(request)),
    )


@router.post("/{language}/office/items/{ref}", name="office_record")
def record(request: Request, language: PageLanguage, ref: str, who: Office, form: DeskForm) -> Response:
    """Records what the Office did about an item; the desk of the case reads it too."""
    bound = bind(form, ActionForm, language.gettext)
    if bound.value is None:
        return _item_page(request, ref, who, bound.view, 422)
    who.reader.note("office item", item=ref[:16])
    installation, told = installation_of(request), bound.value
    presidency = installation.settings.presidency_state
    with installation.casework.write() as session:
        record_action(session, ref[:16], told.kind, told.note, who.private_key, presidency=presidency)
    return RedirectResponse(path_to(request, "office_item", ref=ref), 303)


router.routes.extend(described.routes)
