"""One's own sessions: since which day each is open, and an end to any of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from app.desk.pages import desk_page
from app.identity.sessions import end_session, own_sessions
from app.web.binding import bind
from app.web.context import PageLanguage, installation_of
from app.web.fields import Line, pressed
from app.web.pages import path_to
from app.web.signed_in import Anyone, DeskForm

router = APIRouter(include_in_schema=False)


class EndForm(BaseModel):
    """Which session ends: one, or every one but this."""

    action: Annotated[str, pressed("end", "others")] = ""
    session: Line = Field("")


@router.get("/{language}/account/sessions", name="sessions")
def show_sessions(request: Request, language: PageLanguage, who: Anyone) -> Response:
    listed = own_sessions(installation_of(request), who)
    return desk_page(request, "desk/sessions.html", who, sessions=listed)


@router.post("/{language}/account/sessions", name="end_sessions")
def end_sessions(request: Request, language: PageLanguage, who: Anyone, form: DeskForm) -> Response:
    """Ends one session, or all the others. Whoever ends this one signs in again."""
    told = bind(form, EndForm, language.gettext).value
    if told is not None:
        end_session(installation_of(request), who, None if told.action == "others" else told.session)
    return RedirectResponse(path_to(request, "sessions"), 303)
