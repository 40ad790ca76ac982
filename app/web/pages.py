"""Pages: every template escaped, every template given the same few words about where it stands."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.routing import Match, NoMatchFound

from app.i18n import Language, language
from app.web.context import installation_of, language_or_default
from app.web.paths import path_of

ROOT = Path(__file__).parents[2]
STYLE = (Path(__file__).parent / "style.css").read_bytes()
STYLE_NAME = f"style.{hashlib.sha256(STYLE).hexdigest()[:12]}.css"


@cache
def _environment(code: str) -> Environment:
    """One environment a language. Plain text and Atom are escaped like HTML: there is no unescaped template."""
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.install_gettext_translations(language(code).translations, newstyle=True)  # type: ignore[attr-defined]
    return environment


def path_to(request: Request, name: str, /, **parameters: Any) -> str:
    """The path of a named route in the reader's language, also of a part that another process serves; else empty."""
    here = language_or_default(request)
    for given in ({"language": here.code, **parameters}, parameters):
        try:
            return str(request.app.url_path_for(name, **given))
        except NoMatchFound:
            continue
    return path_of(name, **{"language": here.code, **parameters})


def _readable_path(request: Request) -> str:
    """The path of a page, or, where a form was sent to an address that cannot be read, the nearest above it that can."""
    path = request.url.path
    while request.method != "GET" and path.count("/") > 1:
        asked = dict(request.scope) | {"method": "GET", "path": path}
        if any(route.matches(asked)[0] is Match.FULL for route in request.app.routes):
            break
        path = path.rpartition("/")[0]
    return path


def _same_page_in(request: Request, code: str) -> str:
    _, first, rest = (_readable_path(request) + "//").split("/", 2)
    offered = installation_of(request).settings.languages
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    return f"/{code}/" + (rest.removesuffix("//").removesuffix("/") + query if first in offered else "")


def render(request: Request, template: str, **context: Any) -> str:
    """A template as text, with `language`, `languages`, `path`, `here`, `asset`, `registry_name`, `demo`, the context.

    `answered`: whether this answers a form. A link to another language would lose what was typed.
    """
    here: Language = language_or_default(request)
    settings = installation_of(request).settings
    offered = [
        {"code": code, "name": language(code).name, "url": _same_page_in(request, code)} for code in settings.languages
    ]

    def path(name: str, /, **parameters: Any) -> str:
        return path_to(request, name, **parameters)

    return (
        _environment(here.code)
        .get_template(template)
        .render(
            language=here,
            languages=offered,
            path=path,
            here=request.url.path,
            answered=request.method == "POST",
            asset=lambda _name: path("style", name=STYLE_NAME),
            registry_name=settings.name,
            demo=settings.demo,
            base_url=settings.base_url.rstrip("/"),
            **({"part": template.split("/", 1)[0]} | context),
        )
    )


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    return HTMLResponse(render(request, template, **context), status)
