"""Routes that a lockdown closes, and those that wait until a restore is confirmed: before anything of a request is read."""

from __future__ import annotations

from contextlib import suppress

from fastapi import Depends, Request
from sqlalchemy.exc import DBAPIError, TimeoutError

from app.cases.standstill import require_confirmed, require_open
from app.web.context import installation_of


def closed_in_lockdown(request: Request) -> None:
    """A calm page, with status 503, while it lasts.

    Where the store does not answer, the route says so itself, and gives back what was typed.
    """
    with suppress(DBAPIError, TimeoutError):
        require_open(installation_of(request))


def closed_until_confirmed(request: Request) -> None:
    """The same after a restore: for what the Office reads."""
    require_confirmed(installation_of(request))


CLOSED_IN_LOCKDOWN = Depends(closed_in_lockdown)
CLOSED_UNTIL_CONFIRMED = Depends(closed_until_confirmed)
