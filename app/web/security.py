"""What surrounds every request: security headers, cross-site refusal, limits of size, and an end for unexpected errors.

No request is logged. An unexpected error is logged as its class and the place in our code, once for each place, so that
requests cannot fill a log or mark their time in it; never its text, which may carry what somebody typed.
"""

from __future__ import annotations

import logging
import re
import traceback
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.problems import BadRequest, Busy, Forbidden, Problem, TooLarge, TooSlow
from app.web.bodies import Bodies, Body
from app.web.error_pages import answer

log = logging.getLogger("registry")

# No address of ours holds one, and PostgreSQL takes no NUL. In a query a text may bring its line ends and tabs.
_CONTROL_IN_PATH = re.compile(r"[\x00-\x1f\x7f]")
_CONTROL_IN_QUERY = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# Scripts never run, on any page. `same-origin` and not `no-referrer`: with the latter browsers send
# `Origin: null` on our own forms, and the cross-site check would have nothing to hold on to.
SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def crosses_sites(method: str, headers: Headers) -> bool:
    """Whether an unsafe request comes from a page that is not ours: Fetch metadata first, then Origin.

    Browsers send one of the two with every POST. A request with neither is no browser's; forms carry a token besides.
    """
    if method in SAFE_METHODS:
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and _host_of(origin) != headers.get("host", "")


def _host_of(origin: str) -> str | None:
    """Host and port of an origin; None for what is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


class SecurityMiddleware:
    """ASGI middleware, the outermost of ours."""

    def __init__(self, app: ASGIApp, *, https: bool, max_body_bytes: int, bodies_bytes: int) -> None:
        self.app = app
        self.max_body_bytes = max_body_bytes
        self.bodies = Bodies(largest=max_body_bytes, together=bodies_bytes)
        self.logged: set[str] = set()
        self.headers = dict(SECURITY_HEADERS)
        if https:
            self.headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD":  # whatever can be got can be asked for without its body, which the server drops
            scope = {**scope, "method": "GET"}
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
                if headers["cache-control"] == "no-store":
                    headers.setdefault("x-robots-tag", "noindex, nofollow, noarchive")
            await send(message)

        request = Request(scope, receive)
        headers = Headers(scope=scope)
        response: Response
        if has_control_characters(scope):
            response = answer(request, BadRequest())
        elif crosses_sites(scope["method"], headers):
            response = answer(request, Forbidden())
        elif _length(headers) > self.max_body_bytes:
            response = answer(request, TooLarge(headers={"connection": "close"}))
        else:
            try:
                async with self.bodies.room(_length_or_none(headers)) as body:
                    await self.app(scope, _counted(receive, body), send_with_headers)
                return
            except Busy as busy:
                response = answer(request, busy)
            except TimeoutError:
                if started:
                    return
                response = answer(request, TooSlow(headers={"connection": "close"}))
            except Exception as error:
                self._log(error)
                if started:
                    return
                response = answer(request, Problem())
        await response(scope, receive, send_with_headers)

    def _log(self, error: Exception) -> None:
        said = f"unexpected {type(error).__name__} at {_place(error)}"
        if said not in self.logged:
            self.logged.add(said)
            log.error("%s", said)


def has_control_characters(scope: Scope) -> bool:
    """Whether the path or the query, once decoded, holds characters that no address of ours and no text has."""
    query = unquote_to_bytes(scope["query_string"])
    return bool(_CONTROL_IN_PATH.search(scope["path"]) or _CONTROL_IN_QUERY.search(query))


def _length_or_none(headers: Headers) -> int | None:
    return None if "transfer-encoding" in headers else _length(headers)


def _length(headers: Headers) -> int:
    said = headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 20 else 0


def _counted(receive: Receive, body: Body) -> Receive:
    """The body as it arrives, refused once it is larger than it may be (a chunked one says no length beforehand)."""

    async def counted() -> Message:
        message = await receive()
        body.take(len(message.get("body", b"")), complete=not message.get("more_body", False))
        return message

    return counted


def _place(error: BaseException) -> str:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/app/" in frame.filename]
    return f"{frames[-1].filename.rsplit('/app/', 1)[1]}:{frames[-1].lineno}" if frames else "a library"
