"""Signing in, and what a signed-in request carries.

A session is found by the hash of its cookie, and the account's private key is wrapped under the cookie itself: the
store with every row of it opens nothing. The cookie is Secure even on loopback, where browsers keep it all the same.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.clock import now
from app.identity.accounts import (
    OpenedAccount,
    locked_account,
    open_account,
    opened_account,
    take_totp,
    unlock,
)
from app.identity.throttle import note
from app.installation import Installation
from app.sealing import derive, lookup, wrap
from app.settings import Settings
from app.stores.casework import DeskSession

PURPOSE = "session"
CONFIRMED_SECONDS = 600


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is asking. `csrf` belongs into every form of the desk."""

    account_id: str
    login: str
    role: str
    keyholder_id: str
    csrf: str
    lookup: str
    confirmed_at: int
    private_key: str = field(repr=False)


def sign_in(installation: Installation, login: str, password: str, code: str, noted_as: str) -> str | None:
    """A new session's cookie value, or None, noted under the name whose turn it is (`app.web.admission`)."""
    with installation.casework.read() as session:
        locked = locked_account(session, login)
    unlocked = unlock(locked, password)
    with installation.casework.write() as session:
        opened = opened_account(session, login, unlocked)
        right = opened is not None and take_totp(opened.account, opened.totp_secret, code, now())
        token = _start(session, opened) if right and opened else None
    note(noted_as, right=right)
    return token


def _start(session: Session, opened: OpenedAccount) -> str:
    token = secrets.token_urlsafe(32)
    secret = token.encode()
    _purge(session)
    session.add(
        DeskSession(
            lookup=lookup(secret, PURPOSE),
            account_id=opened.account.id,
            started_at=now(),
            seen_at=now(),
            confirmed_at=now(),
            wrapped=wrap(opened.private_key.encode(), derive(secret, PURPOSE), PURPOSE),
        )
    )
    return token


def _purge(session: Session) -> None:
    session.execute(delete(DeskSession).where(DeskSession.started_at < now() - 7 * 24 * 3600))


def sign_out(installation: Installation, token: str) -> None:
    with installation.casework.write() as session:
        session.execute(delete(DeskSession).where(DeskSession.lookup == lookup(token.encode(), PURPOSE)))


def session_is_over(row: DeskSession, settings: Settings) -> bool:
    return (
        now() - row.seen_at > settings.session_idle_minutes * 60
        or now() - row.started_at > settings.session_hours * 3600
    )


def confirm(session: Session, who: SignedIn, password: str, code: str) -> bool:
    """Step-up: a fresh password and code before a grave act. Notes it on the session."""
    opened = open_account(session, who.login, password)
    right = opened is not None and take_totp(opened.account, opened.totp_secret, code, now())
    note(who.lookup, right=right)
    if not right:
        return False
    row = session.scalar(select(DeskSession).where(DeskSession.lookup == who.lookup))
    if row is not None:
        row.confirmed_at = now()
    return True


def is_confirmed(who: SignedIn) -> bool:
    """Whether the last sign-in or confirmation is at most ten minutes ago."""
    return now() - who.confirmed_at <= CONFIRMED_SECONDS
