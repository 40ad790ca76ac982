"""Grave acts need a passphrase and a one-time code of the last minutes: a typed dependency of their routes.

Whoever has not given them lately is asked on a page of its own, which carries all that was typed, and sends it to the
same address again. The code is spent in a transaction of its own, whatever becomes of the act.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from app.identity.sessions import confirm, is_confirmed
from app.web.carried import NotFresh
from app.web.context import installation_of
from app.web.signed_in import DeskForm, who_signed_in

_harmless: dict[Callable[..., Any], frozenset[str]] = {}


def freshly(*, but: Collection[str] = ()) -> Any:
    """A dependency that lets every act of a route but these through only with fresh secrets.

    An act is what the path calls `action`, or the value of the button that was pressed: a form that names none, or one
    that nobody knows, is as grave as its gravest. Declare it after the permission. Raises NotFresh.
    """

    def require(request: Request, form: DeskForm) -> None:
        if (request.path_params.get("action") or form.get("action")) in but:
            return
        who = who_signed_in(request)
        if is_confirmed(who):
            return
        password, code = (form.values.get("password") or [""])[0], form.get("code")
        if password and confirm(installation_of(request), who, password, code):
            return
        raise NotFresh(form, who.csrf, wrong=bool(password or code))

    _harmless[require] = frozenset(but)
    return Depends(require)


def harmless_acts(route: APIRoute) -> frozenset[str] | None:
    """The acts of a route that need no fresh secrets; None for a route of which none does."""
    return next(iter(_found(route.dependant)), None)


def _found(dependant: Dependant) -> list[frozenset[str]]:
    own = [_harmless[dependant.call]] if dependant.call in _harmless else []
    return own + [one for inner in dependant.dependencies for one in _found(inner)]
