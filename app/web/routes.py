"""Routes that every part has: the front door, the stylesheet, health, and security.txt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response

from app.clock import today
from app.problems import NotFound
from app.web.context import installation_of
from app.web.pages import STYLE, STYLE_NAME
from app.web.permissions import Public

router = APIRouter()


@router.get("/", include_in_schema=False)
def front_door(request: Request, _: Public) -> Response:
    """To the first language; the reader's own is chosen on the page, not guessed from headers."""
    return RedirectResponse(f"/{installation_of(request).settings.languages[0]}/", 303)


@router.get("/assets/{name}", name="style", include_in_schema=False)
def style(name: str, _: Public) -> Response:
    if name != STYLE_NAME:
        raise NotFound
    return Response(STYLE, media_type="text/css", headers={"cache-control": "public, max-age=31536000, immutable"})


@router.get("/healthz", include_in_schema=False)
def healthz(_: Public) -> Response:
    return PlainTextResponse("ok\n")


@router.get("/.well-known/security.txt", include_in_schema=False)
def security_txt(request: Request, _: Public) -> Response:
    """RFC 9116: how to report a hole. Expires half a year ahead, at midnight, whenever it is read."""
    settings = installation_of(request).settings
    if not settings.security_contact:
        raise NotFound
    expires = datetime.combine(today() + timedelta(days=180), datetime.min.time(), UTC)
    return PlainTextResponse(
        f"Contact: {settings.security_contact}\nExpires: {expires:%Y-%m-%dT%H:%M:%SZ}\n"
        f"Preferred-Languages: {', '.join(settings.languages)}\n"
        f"Canonical: {settings.base_url.rstrip('/')}/.well-known/security.txt\n"
    )
