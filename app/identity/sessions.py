"""Signing in, and what a signed-in request carries.

A session is found by the hash of its cookie, and the account's private key is wrapped under the cookie itself: the
store with every row of it opens nothing. The cookie is Secure even on loopback, where browsers keep it all the same.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response
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
from app.identity.throttle import note, slow_down
from app.installation import Installation, installation_of
from app.problems import Forbidden, NotSignedIn
from app.sealing import derive, lookup, unwrap, wrap
from app.settings import Settings
from app.stores.casework import Account, DeskSession
from app.web.forms import Form, SentForm
from app.web.permissions import Permission, guard

COOKIE = "__Host-desk"
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


def sign_in(installation: Installation, login: str, password: str, code: str) -> str | None:
    """A new session's cookie value, or None. The same answer and time for a wrong login, password or code."""
    slow_down(login)
    with installation.casework() as session:
        locked = locked_account(session, login)
    unlocked = unlock(locked, password)
    with installation.casework.begin() as session:
        opened = opened_account(session, login, unlocked)
        right = opened is not None and take_totp(opened.account, opened.totp_secret, code, now())
        token = _start(session, opened) if right and opened else None
    note(login, right=right)
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


def set_cookie(response: Response, token: str) -> None:
    response.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="strict", path="/")


def sign_out(installation: Installation, token: str) -> None:
    with installation.casework.begin() as session:
        session.execute(delete(DeskSession).where(DeskSession.lookup == lookup(token.encode(), PURPOSE)))


def _over(row: DeskSession, settings: Settings) -> bool:
    return (
        now() - row.seen_at > settings.session_idle_minutes * 60
        or now() - row.started_at > settings.session_hours * 3600
    )


def _signed_in(request: Request) -> SignedIn:
    token = request.cookies.get(COOKIE, "")
    installation = installation_of(request)
    if not token:
        raise NotSignedIn
    secret = token.encode()
    found = lookup(secret, PURPOSE)
    with installation.casework.begin() as session:
        row = session.get(DeskSession, found)
        account = session.get(Account, row.account_id) if row else None
        if row is None or account is None or not account.active or _over(row, installation.settings):
            raise NotSignedIn
        if now() - row.seen_at > 60:
            row.seen_at = now()
        return SignedIn(
            account.id,
            account.login,
            account.role,
            account.keyholder_id or "",
            derive(secret, "csrf").hex(),
            found,
            row.confirmed_at,
            unwrap(row.wrapped, derive(secret, PURPOSE), PURPOSE).decode(),
        )


@guard(Permission.SIGNED_IN)
def signed_in(request: Request) -> SignedIn:
    return _signed_in(request)


def _with_role(request: Request, role: str) -> SignedIn:
    who = _signed_in(request)
    if who.role != role:
        raise Forbidden
    return who


@guard(Permission.MODERATOR)
def signed_in_moderator(request: Request) -> SignedIn:
    return _with_role(request, "moderator")


@guard(Permission.ADMINISTRATOR)
def signed_in_administrator(request: Request) -> SignedIn:
    return _with_role(request, "administrator")


@guard(Permission.OFFICE)
def signed_in_office(request: Request) -> SignedIn:
    return _with_role(request, "office")


Anyone = Annotated[SignedIn, Depends(signed_in)]
Moderator = Annotated[SignedIn, Depends(signed_in_moderator)]
Administrator = Annotated[SignedIn, Depends(signed_in_administrator)]
Office = Annotated[SignedIn, Depends(signed_in_office)]


def desk_form(request: Request, form: SentForm) -> Form:
    """Dependency: a form of the desk, with the token of its own session."""
    token = request.cookies.get(COOKIE, "")
    wanted = derive(token.encode(), "csrf").hex() if token else secrets.token_hex(32)
    if not secrets.compare_digest(form.get("csrf").encode(), wanted.encode()):
        raise Forbidden
    return form


DeskForm = Annotated[Form, Depends(desk_form)]


def confirm(session: Session, who: SignedIn, password: str, code: str) -> bool:
    """Step-up: a fresh password and code before a grave act. Notes it on the session."""
    opened = open_account(session, who.login, password)
    if opened is None or not take_totp(opened.account, opened.totp_secret, code, now()):
        return False
    row = session.scalar(select(DeskSession).where(DeskSession.lookup == who.lookup))
    if row is not None:
        row.confirmed_at = now()
    return True


def is_confirmed(who: SignedIn) -> bool:
    """Whether the last sign-in or confirmation is at most ten minutes ago."""
    return now() - who.confirmed_at <= CONFIRMED_SECONDS
