"""Conflicts of interest: one's own, those of the others, and what waits for a second person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from app.cases.declaring import agree, ask, asked_for, conflicts_by_account, declare, drop
from app.desk.pages import as_number, desk_page
from app.i18n import N_
from app.identity.sessions import SignedIn
from app.problems import Conflict, Forbidden, Unprocessable
from app.reference import state_name, states
from app.web.binding import bind
from app.web.closing import CLOSED_IN_LOCKDOWN
from app.web.context import PageLanguage, installation_of, language_or_default
from app.web.fields import USE_THE_BUTTONS, Line, needed, pressed
from app.web.forms import FormView
from app.web.fresh import freshly
from app.web.pages import path_to
from app.web.signed_in import DeskForm, Moderator

router = APIRouter(include_in_schema=False, dependencies=[CLOSED_IN_LOCKDOWN])
FreshChange = Annotated[None, freshly(but=("drop",))]


class ConflictForm(BaseModel):
    """One change: of one's own, asked for, agreed to, or let go."""

    action: Annotated[str, pressed("declare", "add", "remove", "agree", "drop"), needed(USE_THE_BUTTONS)] = Field(
        "", validate_default=True
    )
    own_state: Line = Field("", title=N_("State"))
    login: Line = Field("", title=N_("Moderator"))
    state: Line = Field("", title=N_("State"))
    account: Line = Field("")


@router.get("/{language}/desk/conflicts", name="conflicts")
def show_conflicts(request: Request, language: PageLanguage, who: Moderator) -> Response:
    return _page(request, who, FormView())


def _page(request: Request, who: SignedIn, view: FormView, status: int = 200) -> Response:
    installation, here = installation_of(request), language_or_default(request)
    with installation.casework.read() as session:
        declared, asked = conflicts_by_account(session), asked_for(session, who)
    named = [(code, here.gettext(state_name(code, here.code))) for code in states(installation.settings.demo)]
    return desk_page(
        request,
        "desk/conflicts.html",
        who,
        status=status,
        form=view,
        own=declared.pop(who.login, []),
        others=declared,
        asked=asked,
        states=sorted(named, key=lambda one: one[1]),
        done="done" in request.query_params,
        alone=max(as_number(request.query_params.get("alone", "0")), 0),
    )


@router.post("/{language}/desk/conflicts", name="change_conflicts")
def change_conflicts(
    request: Request, language: PageLanguage, who: Moderator, form: DeskForm, _: FreshChange
) -> Response:
    installation = installation_of(request)
    bound = bind(form, ConflictForm, language.gettext)
    told, alone = bound.value, 0
    if told is None:
        return _page(request, who, bound.view, 422)
    try:
        if told.action == "declare":
            alone = declare(installation, who, told.own_state)
        elif told.action == "agree":
            alone = agree(installation, who, told.account, told.state)
        elif told.action == "drop":
            drop(installation, told.account, told.state)
        else:
            ask(installation, who, told.login, told.state, told.action)
    except (Conflict, Forbidden, Unprocessable) as problem:
        bound.view.complain("own_state" if told.action == "declare" else "login", language.gettext(problem.detail))
        return _page(request, who, bound.view, problem.status)
    return RedirectResponse(f"{path_to(request, 'conflicts')}?done=1&alone={alone}", 303)
