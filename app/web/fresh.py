"""Grave acts need a passphrase and a one-time code of the last minutes: a typed dependency of their routes.

Whoever has not given them lately is asked on a page of its own, which carries all that was typed, and sends it to the
same address again. The code is spent in a transaction of its own, whatever becomes of the act.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from app.identity.sessions import confirm, is_confirmed
from app.web.carried import NotFresh
from app.web.context import installation_of
from app.web.signed_in import DeskForm, who_signed_in

ANY = ""  # an act of a route whose form has one button

_grave: dict[Callable[..., Any], frozenset[str]] = {}


def freshly(*acts: str) -> Any:
    """A dependency that lets these acts of a route through only with fresh secrets: all of them, when none is named.

    An act is what the path calls `action`, or the value of the button that was pressed. Declare it after the
    permission. Raises NotFresh.
    """

    def require(request: Request, form: DeskForm) -> None:
        act = request.path_params.get("action") or form.get("action")
        if acts and act not in acts:
            return
        who = who_signed_in(request)
        if is_confirmed(who):
            return
        password, code = (form.values.get("password") or [""])[0], form.get("code")
        if password and confirm(installation_of(request), who, password, code):
            return
        raise NotFresh(form, who.csrf, wrong=bool(password or code))

    _grave[require] = frozenset(acts or (ANY,))
    return Depends(require)


def grave_acts(route: APIRoute) -> frozenset[str]:
    """The acts of a route that need fresh secrets; `ANY` stands for every one."""
    return frozenset().union(*_found(route.dependant))


def _found(dependant: Dependant) -> list[frozenset[str]]:
    own = [_grave[dependant.call]] if dependant.call in _grave else []
    return own + [one for inner in dependant.dependencies for one in _found(inner)]
