"""What surrounds every request: security headers, cross-site refusal, a limit of size, and an end for errors nobody expected.

No request is logged. An unexpected error is logged as its class and the place in our code, never its text, which may
carry what somebody typed.
"""

from __future__ import annotations

import logging
import traceback
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.problems import Forbidden, Problem, TooLarge
from app.web.error_pages import answer

log = logging.getLogger("registry")

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
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")


class SecurityMiddleware:
    """ASGI middleware, the outermost of ours."""

    def __init__(self, app: ASGIApp, *, https: bool, max_body_bytes: int) -> None:
        self.app = app
        self.max_body_bytes = max_body_bytes
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
        if crosses_sites(scope["method"], headers):
            response = answer(request, Forbidden())
        elif _length(headers) > self.max_body_bytes:
            response = answer(request, TooLarge(headers={"connection": "close"}))
        else:
            try:
                await self.app(scope, _limited(receive, self.max_body_bytes), send_with_headers)
                return
            except Exception as error:
                log.error("unexpected %s at %s", type(error).__name__, _place(error))
                if started:
                    return
                response = answer(request, Problem())
        await response(scope, receive, send_with_headers)


def _length(headers: Headers) -> int:
    said = headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 20 else 0


def _limited(receive: Receive, most: int) -> Receive:
    """The body as it arrives, refused once it is larger than it may be (a chunked one says no length beforehand)."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise TooLarge(headers={"connection": "close"})
        return message

    return limited


def _place(error: BaseException) -> str:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/app/" in frame.filename]
    return f"{frames[-1].filename.rsplit('/app/', 1)[1]}:{frames[-1].lineno}" if frames else "a library"
