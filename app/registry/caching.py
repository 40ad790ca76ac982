"""Validators made from the version of the public data, never from a clock or a private edit.

Everything public may be kept but is asked for again each time (`no-cache`), so that a withdrawal shows at once; the
answer to a question about what has not changed is a 304 and costs one row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy import select

from app.stores.registry import DataVersion
from app.web.context import installation_of
from app.web.pages import ROOT, STYLE_NAME

CACHE = "public, no-cache"


@cache
def _program() -> str:
    """A fingerprint of what turns data into pages."""
    digest = hashlib.sha256(STYLE_NAME.encode())
    for file in sorted((*(ROOT / "templates").rglob("*.*ml"), *(ROOT / "app").rglob("*.p[yo]"))):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def data_version(request: Request) -> int:
    with installation_of(request).registry.read() as session:
        return session.scalar(select(DataVersion.number)) or 0


def validated(request: Request, make: Callable[[], Response], *, shared: bool = False) -> Response:
    """The response of `make` with a strong ETag, or 304 when the reader has it already.

    `shared`: other sites' scripts may read it (data endpoints, which know no reader).
    """
    settings = installation_of(request).settings
    shown = (settings.name, settings.base_url, settings.demo, settings.languages, settings.parts)
    asked = f"{data_version(request)}|{request.url.path}?{request.url.query}|{shown}"
    etag = f'"{hashlib.sha256((asked + _program()).encode()).hexdigest()[:24]}"'
    given = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    # a page that is gone answers so even to somebody who has it
    response = make() if etag not in given else Response(status_code=304)
    response.headers["etag"] = etag
    response.headers["cache-control"] = CACHE
    response.headers.setdefault("x-robots-tag", "noarchive")
    if shared:
        response.headers["access-control-allow-origin"] = "*"
        response.headers["cross-origin-resource-policy"] = "cross-origin"
    return response
