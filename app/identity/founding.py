"""The founding ceremony: those who found a registry get invitations, set their own secrets, and vouch for each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.i18n import N_
from app.identity.invitations import invite, purge
from app.identity.team import LEAST
from app.problems import Conflict
from app.stores.casework import Account, Invitation


def invite_founders(session: Session) -> Sequence[tuple[str, str]]:
    """(role, code) for each seat that nobody took; codes from before that nobody used are not valid any more.

    Conflict when an account is active: from then on accounts invite.
    """
    purge(session)
    if session.scalar(select(Account.id).where(Account.waiting_until.is_(None)).limit(1)) is not None:
        raise Conflict(N_("This registry is founded: its moderators and administrators invite others."))
    session.execute(delete(Invitation))
    taken = Counter(session.scalars(select(Account.role)))
    seats = [role for role, number in LEAST.items() for _ in range(number - taken[role])]
    return [(role, invite(session, role, None, founder=True)) for role in seats]
