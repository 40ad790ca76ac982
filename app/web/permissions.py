"""Who may call a route is a typed dependency of the route; one that declares nothing does not start.

A *guard* is a dependency marked with the permission that it enforces. Each route depends on exactly one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Annotated, Any, ParamSpec, TypeVar

from fastapi import Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute


class Permission(StrEnum):
    """Who may call a route."""

    PUBLIC = "anyone may read"
    SUBMIT = "anyone may submit"
    RECEIPT = "whoever holds the receipt"
    SIGN_IN = "anyone may try to sign in"
    SIGNED_IN = "any signed-in account"
    MODERATOR = "a signed-in moderator"
    DESK = "a signed-in moderator or administrator"
    TEAM = "a signed-in moderator or administrator, or a founder who waits"
    OFFICE = "a signed-in member of the Office"
    OFFICE_TOKEN = "the bearer token of the Office"  # noqa: S105 - a description


P = ParamSpec("P")
R = TypeVar("R")

_guards: dict[Callable[..., Any], Permission] = {}


def guard(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Marks a dependency as the enforcement of a permission."""

    def mark(dependency: Callable[P, R]) -> Callable[P, R]:
        _guards[dependency] = permission
        return dependency

    return mark


@guard(Permission.PUBLIC)
def _anyone_reads() -> None:
    """Nothing to check: the route reads what is public by definition."""


@guard(Permission.SUBMIT)
def _anyone_submits() -> None:
    """Nothing to check: the form's own token is checked with the form."""


@guard(Permission.RECEIPT)
def _receipt_opens() -> None:
    """Nothing to check here: the receipt opens the thread, or nothing does."""


@guard(Permission.SIGN_IN)
def _anyone_asks_to_sign_in() -> None:
    """Nothing to check: the page on which signing in begins."""


Public = Annotated[None, Depends(_anyone_reads)]
Submits = Annotated[None, Depends(_anyone_submits)]
ByReceipt = Annotated[None, Depends(_receipt_opens)]
SignInPage = Annotated[None, Depends(_anyone_asks_to_sign_in)]


def _permissions(dependant: Dependant) -> Iterator[Permission]:
    if dependant.call in _guards:
        yield _guards[dependant.call]
    for inner in dependant.dependencies:
        yield from _permissions(inner)


def permission_of(route: APIRoute) -> Permission:
    """The one permission that a route declares; RuntimeError when there is none or more than one."""
    declared = set(_permissions(route.dependant))
    if len(declared) != 1:
        raise RuntimeError(f"{route.path} declares {len(declared)} permissions; it needs exactly one")
    return declared.pop()


def require_permissions(app: FastAPI) -> None:
    """Refuses to start an application that has a route without a declared permission."""
    for route in app.routes:
        if not isinstance(route, APIRoute):
            raise RuntimeError(f"{route!r} is not a route that can declare a permission")
        permission_of(route)
