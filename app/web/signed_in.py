"""Who is asking, as a typed dependency of a route; and forms that carry the token of their own session.

Wherever a password is sent, its turn is waited for here, before the route takes a thread: `app.web.admission`.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError, TimeoutError

from app.identity.accounts import signs_in
from app.identity.devices import KEPT_SECONDS, known_device, new_device
from app.identity.sessions import FOUNDING, PURPOSE, SignedIn, seen_now, session_is_over
from app.identity.sponsors import TEAM
from app.identity.team import notices
from app.installation import Installation
from app.problems import Forbidden, NotSignedIn
from app.readings import Reader
from app.sealing import derive, lookup, unwrap
from app.stores.casework import Account, DeskSession, folded
from app.web.admission import looking_up, password_turn
from app.web.carried import SessionChanged
from app.web.context import installation_of
from app.web.forms import Form, SentForm
from app.web.permissions import Permission, guard

COOKIE, DEVICE_COOKIE = "__Host-desk", "__Host-device"
LONGEST_NAME = 500  # longer ones are looked at no further, and refused with the form


def set_cookie(response: Response, token: str) -> None:
    response.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="strict", path="/")


def remember_device(request: Request, response: Response, login: str) -> None:
    """After a sign-in: its next one from here is not kept waiting by others that guess."""
    token = new_device(installation_of(request).keys, folded(login))
    response.set_cookie(
        DEVICE_COOKIE, token, max_age=KEPT_SECONDS, secure=True, httponly=True, samesite="strict", path="/"
    )


@guard(Permission.SIGN_IN)
async def _signing_in(request: Request, form: SentForm) -> AsyncIterator[str]:
    """Gives the name under which failures of this attempt are noted: the device's, if it is known, else the login."""
    installation, login = installation_of(request), folded(form.get("login")[:LONGEST_NAME])
    device = known_device(installation.keys, request.cookies.get(DEVICE_COOKIE, ""), login)
    if device is not None:
        name = f"device {device}"
        async with password_turn(name, known=True):
            yield name
        return
    name = f"login {login}"
    async with looking_up():
        exists = await run_in_threadpool(_has_account, installation, login)
    async with password_turn(name, hashes=exists, gone=request.is_disconnected):
        yield name


def _has_account(installation: Installation, login: str) -> bool:
    with installation.casework.read() as session:
        return session.scalar(select(Account.id).where(Account.folded == login, signs_in())) is not None


SigningIn = Annotated[str, Depends(_signing_in, scope="function")]


def csrf_of(token: str) -> str:
    """What every form of a session carries."""
    return derive(token.encode(), "csrf").hex()


def who_signed_in(request: Request) -> SignedIn:
    """Who is asking, of a request whose route has a permission; NotSignedIn for nobody. Looked up once."""
    known = getattr(request.state, "signed_in", None)
    request.state.signed_in = known or _signed_in(request)
    who: SignedIn = request.state.signed_in
    return who


def _signed_in(request: Request) -> SignedIn:
    page = str(getattr(request.scope.get("route"), "name", ""))
    return who_of(installation_of(request), request.cookies.get(COOKIE, ""), page)


def who_of(installation: Installation, token: str, page: str = "") -> SignedIn:
    """Whose session a cookie's value is, and on which page they read. NotSignedIn when it is nobody's, or over."""
    if not token:
        raise NotSignedIn
    secret = token.encode()
    found = lookup(secret, PURPOSE)
    with installation.casework.read() as session:
        row = session.get(DeskSession, found)
        asked = select(Account).where(Account.id == row.account_id, signs_in()) if row else None
        account = session.scalar(asked) if asked is not None else None
        known = notices(session)
    if row is None or account is None or session_is_over(row, installation.settings):
        raise NotSignedIn
    _note_seen(installation, row)
    return SignedIn(
        account.id,
        account.login,
        account.role if account.active else FOUNDING,
        account.keyholder_id or "",
        csrf_of(token),
        found,
        row.confirmed_at,
        unwrap(row.wrapped, derive(secret, PURPOSE), PURPOSE).decode(),
        Reader(installation, account.id, csrf_of(token), page=page),
        known,
    )


def _note_seen(installation: Installation, row: DeskSession) -> None:
    """As rarely as it can change. A store that cannot be written to now ends the session a little sooner, and no more."""
    at = seen_now(installation.settings)
    if at <= row.seen_at:
        return
    seen = update(DeskSession).where(DeskSession.lookup == row.lookup).values(seen_at=at)
    with suppress(DBAPIError, TimeoutError), installation.casework.write() as session:
        session.execute(seen)


@guard(Permission.SIGNED_IN)
def signed_in(request: Request) -> SignedIn:
    return who_signed_in(request)


def _with_role(request: Request, *roles: str) -> SignedIn:
    who = who_signed_in(request)
    if who.role not in roles:
        raise Forbidden
    return who


@guard(Permission.MODERATOR)
def signed_in_moderator(request: Request) -> SignedIn:
    return _with_role(request, "moderator")


@guard(Permission.DESK)
def signed_in_at_the_desk(request: Request) -> SignedIn:
    return _with_role(request, *TEAM)


@guard(Permission.TEAM)
def signed_in_team(request: Request) -> SignedIn:
    return _with_role(request, *TEAM, FOUNDING)


@guard(Permission.OFFICE)
def signed_in_office(request: Request) -> SignedIn:
    return _with_role(request, "office")


Anyone = Annotated[SignedIn, Depends(signed_in)]
Moderator = Annotated[SignedIn, Depends(signed_in_moderator)]
AtTheDesk = Annotated[SignedIn, Depends(signed_in_at_the_desk)]
TeamMember = Annotated[SignedIn, Depends(signed_in_team)]
Office = Annotated[SignedIn, Depends(signed_in_office)]


async def desk_form(request: Request, form: SentForm) -> AsyncIterator[Form]:
    """Dependency: a form of the desk, with the token of its own session. SessionChanged for that of another one.

    A password in it waits for its turn.
    """
    token = request.cookies.get(COOKIE, "")
    wanted = csrf_of(token) if token else secrets.token_hex(32)
    if not secrets.compare_digest(form.get("csrf").encode(), wanted.encode()):
        raise SessionChanged(form, wanted) if token else Forbidden
    if not form.get("password"):
        yield form
        return
    async with password_turn(lookup(token.encode(), PURPOSE), known=True):
        yield form


DeskForm = Annotated[Form, Depends(desk_form, scope="function")]
