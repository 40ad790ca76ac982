"""What a request stands in: the installation that serves it, and the language that its path names."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from app.i18n import Language, language
from app.installation import Installation
from app.problems import NotFound


def installation_of(request: Request) -> Installation:
    installation = request.app.state.installation
    assert isinstance(installation, Installation)
    return installation


def base_url(request: Request) -> str:
    """The public address of the installation, without a slash at its end."""
    return installation_of(request).settings.base_url.rstrip("/")


def language_or_default(request: Request) -> Language:
    """The language that the path names, else the installation's first; for pages that must always be shown."""
    offered = installation_of(request).settings.languages
    named = request.url.path.split("/", 2)[1]
    return language(named if named in offered else offered[0])


def language_of_path(request: Request, language: str) -> Language:
    """Dependency of every page under `/{language}`; an unknown language is a page that does not exist."""
    if language not in installation_of(request).settings.languages:
        raise NotFound
    return language_or_default(request)


PageLanguage = Annotated[Language, Depends(language_of_path)]
