"""The team as a whole: whether it is enough, and what everybody who signs in should know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identity.requests import RECOVER, is_open
from app.stores.casework import Account, AccountRequest

LEAST = {"moderator": 3, "administrator": 1}
LEAST_TO_RELEASE = 2


@dataclass(frozen=True, slots=True)
class Notices:
    """Open recoveries as (request, login), and whether nothing is released for want of moderators."""

    recoveries: Sequence[tuple[str, str]] = ()
    releases_stopped: bool = False


def active(session: Session, role: str) -> int:
    """How many active accounts a role has."""
    return session.scalar(select(func.count()).where(Account.role == role, Account.active)) or 0


def may_release(session: Session) -> bool:
    """Nothing new becomes public when fewer than two moderators are there: nobody could take it back in time."""
    return active(session, "moderator") >= LEAST_TO_RELEASE


def missing(session: Session) -> dict[str, int]:
    """How many of each role the least team still wants."""
    wanted = {role: least - active(session, role) for role, least in LEAST.items()}
    return {role: number for role, number in wanted.items() if number > 0}


def notices(session: Session) -> Notices:
    asked = select(AccountRequest.id, Account.login).join(Account, Account.id == AccountRequest.account_id)
    rows = session.execute(asked.where(AccountRequest.kind == RECOVER, is_open()).order_by(Account.login)).all()
    return Notices([(request, login) for request, login in rows], not may_release(session))
