"""Routes that a lockdown closes, and those that wait until a restore is confirmed: before anything of a request is read."""

from __future__ import annotations

from fastapi import Depends, Request

from app.cases.standstill import require_confirmed, require_open
from app.web.context import installation_of


def closed_in_lockdown(request: Request) -> None:
    """A calm page, with status 503, while it lasts."""
    require_open(installation_of(request))


def closed_until_confirmed(request: Request) -> None:
    """The same after a restore: for what the Office reads."""
    require_confirmed(installation_of(request))


CLOSED_IN_LOCKDOWN = Depends(closed_in_lockdown)
CLOSED_UNTIL_CONFIRMED = Depends(closed_until_confirmed)
