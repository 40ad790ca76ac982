"""The page on which releases stand still and go on again: a lockdown, and what is confirmed after a restore."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from app.cases.standstill import (
    LOCKDOWN,
    RESTORED,
    confirm_cases,
    lift,
    lock_down,
    number_unconfirmed,
    unconfirmed,
)
from app.cases.status import LABELS
from app.desk.pages import desk_page
from app.i18n import N_
from app.identity.sessions import SignedIn, is_confirmed
from app.problems import Problem
from app.stores.casework import Standstill
from app.web.binding import bind
from app.web.context import PageLanguage, installation_of
from app.web.fields import USE_THE_BUTTONS, Line, needed, pressed
from app.web.forms import FormView
from app.web.fresh import freshly
from app.web.pages import path_to
from app.web.signed_in import AtTheDesk, DeskForm

router = APIRouter(include_in_schema=False)
SHOWN = 50
Fresh = Annotated[None, freshly(but=("lockdown",))]


class StandstillForm(BaseModel):
    """What one of the buttons does. Closing asks for nothing more: it must be quick."""

    action: Annotated[
        str, pressed("lockdown", "lift-lockdown", "confirm", "lift-restored"), needed(USE_THE_BUTTONS)
    ] = Field("", validate_default=True)
    cases: list[Line] = Field([], title=N_("Cases"))


@router.get("/{language}/desk/standstill", name="standstill")
def show_standstill(request: Request, language: PageLanguage, who: AtTheDesk) -> Response:
    return _standstill_page(request, who, FormView())


def _standstill_page(request: Request, who: SignedIn, view: FormView, status: int = 200) -> Response:
    with installation_of(request).casework.read() as session:
        rows = {row.kind: row for row in session.scalars(select(Standstill))}
        cases = unconfirmed(session, who, SHOWN) if RESTORED in rows else []
        left = number_unconfirmed(session)
    return desk_page(
        request,
        "desk/standstill.html",
        who,
        status=status,
        form=view,
        lockdown=rows.get(LOCKDOWN),
        restored=rows.get(RESTORED),
        cases=cases,
        left=left,
        labels=LABELS,
        confirmed=is_confirmed(who),
    )


@router.post("/{language}/desk/standstill", name="change_standstill")
def change_standstill(request: Request, language: PageLanguage, who: AtTheDesk, form: DeskForm, _: Fresh) -> Response:
    """Closes at once; opens again, or confirms what was restored, with a fresh code and a second person."""
    installation = installation_of(request)
    bound = bind(form, StandstillForm, language.gettext)
    if bound.value is None:
        return _standstill_page(request, who, bound.view, 422)
    told = bound.value
    if told.action == "lockdown":
        with installation.casework.write() as session:
            lock_down(session)
        return RedirectResponse(path_to(request, "standstill"), 303)
    try:
        if told.action == "confirm":
            confirm_cases(installation, who, told.cases)
        else:
            lift(installation, who, LOCKDOWN if told.action == "lift-lockdown" else RESTORED)
    except Problem as problem:
        bound.view.complain("cases", language.gettext(problem.detail))
        return _standstill_page(request, who, bound.view, problem.status)
    return RedirectResponse(path_to(request, "standstill"), 303)
