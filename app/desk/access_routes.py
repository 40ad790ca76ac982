"""Who of the moderators lacks which cases, and giving them all at once: to somebody new, or recovered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from app.cases import handing_over
from app.desk.pages import desk_page
from app.i18n import N_
from app.identity.sessions import SignedIn, is_confirmed
from app.problems import NotFound, Problem
from app.web.binding import bind
from app.web.closing import CLOSED_IN_LOCKDOWN
from app.web.context import PageLanguage, installation_of
from app.web.fields import Line
from app.web.forms import FormView
from app.web.fresh import freshly
from app.web.signed_in import DeskForm, Moderator

router = APIRouter(include_in_schema=False, dependencies=[CLOSED_IN_LOCKDOWN])
Fresh = Annotated[None, freshly()]


class AccessForm(BaseModel):
    """To whom all is given."""

    login: Line = Field("", title=N_("Name"))


@router.get("/{language}/desk/access", name="access")
def show_access(request: Request, language: PageLanguage, who: Moderator) -> Response:
    return _page(request, who, FormView())


def _page(
    request: Request,
    who: SignedIn,
    form: FormView,
    given: handing_over.Given | None = None,
    status: int = 200,
) -> Response:
    with installation_of(request).casework.read() as session:
        lacking = handing_over.lacking(session, who)
        alone = handing_over.only_reader_of(session, who)
    return desk_page(
        request,
        "desk/access.html",
        who,
        status=status,
        form=form,
        lacking=lacking,
        alone=alone,
        given=given,
        counted=handing_over.COUNTED,
        confirmed=is_confirmed(who),
    )


@router.post("/{language}/desk/access", name="access_form")
def give_access(request: Request, language: PageLanguage, who: Moderator, form: DeskForm, _: Fresh) -> Response:
    """Gives one moderator all that can be given, as far as some seconds go."""
    installation = installation_of(request)
    bound = bind(form, AccessForm, language.gettext)
    told = bound.value
    if told is None:
        return _page(request, who, bound.view, status=422)
    try:
        given = handing_over.give_all(installation, who, told.login)
    except NotFound:
        raise
    except Problem as problem:
        bound.view.complain("login", language.gettext(problem.detail))
        return _page(request, who, bound.view, status=problem.status)
    return _page(request, who, FormView(), given)
