"""Signing in, and what a signed-in request carries.

A session is found by the hash of its cookie, and the account's private key is wrapped under the cookie itself: the
store with every row of it opens nothing. The cookie is Secure even on loopback, where browsers keep it all the same.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.clock import now
from app.i18n import N_
from app.identity.accounts import (
    SHORTEST_PASSWORD,
    OpenedAccount,
    change_password,
    lock_secrets,
    locked_account,
    opened_account,
    take_totp,
    unlock,
)
from app.identity.throttle import note
from app.installation import Installation
from app.problems import Forbidden, Unprocessable
from app.readings import Reader
from app.sealing import derive, lookup, wrap
from app.settings import Settings
from app.stores.casework import Account, DeskSession

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
    reader: Reader = field(repr=False)


def sign_in(installation: Installation, login: str, password: str, code: str, noted_as: str) -> str | None:
    """A new session's cookie value, or None, noted under the name whose turn it is (`app.web.admission`).

    The same answer and time for a wrong login, password or code.
    """
    opened = open_with_code(installation, login, password, code, noted_as)
    if opened is None:
        return None
    with installation.casework.write() as session:
        account = session.get(Account, opened.account.id)
        unchanged = account is not None and account.active and account.wrapped == opened.account.wrapped
        return _start(session, opened) if unchanged else None


def open_with_code(
    installation: Installation, login: str, password: str, code: str, noted_as: str
) -> OpenedAccount | None:
    """The account that a passphrase and a one-time code open, or None, noted under the name whose turn it is.

    The passphrase is hashed outside of any transaction. The code is spent in one of its own, whatever becomes of what
    it is used for.
    """
    with installation.casework.read() as session:
        locked = locked_account(session, login)
    unlocked = unlock(locked, password)
    opened = None
    if unlocked is not None:
        with installation.casework.write() as session:
            opened = opened_account(session, login, unlocked)
            if opened is not None and not take_totp(opened.account, opened.totp_secret, code, now()):
                opened = None
            if opened is not None:
                session.flush()
                session.expunge(opened.account)
    note(noted_as, right=opened is not None)
    return opened


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


def confirm(installation: Installation, who: SignedIn, password: str, code: str) -> bool:
    """Step-up: a fresh password and code before a grave act. Notes it on the session."""
    if open_with_code(installation, who.login, password, code, who.lookup) is None:
        return False
    with installation.casework.write() as session:
        row = session.get(DeskSession, who.lookup)
        if row is not None:
            row.confirmed_at = now()
    return True


def new_password(installation: Installation, who: SignedIn, password: str, code: str, new: str) -> None:
    """Changes one's own password. Forbidden when the present one or the code is wrong, Unprocessable for a short one."""
    opened = open_with_code(installation, who.login, password, code, who.lookup)
    if opened is None:
        raise Forbidden(N_("The present password or the code is not right."))
    if len(new) < SHORTEST_PASSWORD:
        raise Unprocessable(N_("A password needs at least 15 characters; six words are easiest."))
    locked = lock_secrets(new, opened.private_key, opened.totp_secret)
    with installation.casework.write() as session:
        account = session.get(Account, who.account_id, with_for_update=True)
        if account is None or not account.active or account.wrapped != opened.account.wrapped:
            raise Forbidden(N_("The present password or the code is not right."))
        change_password(session, account, locked)


def is_confirmed(who: SignedIn) -> bool:
    """Whether the last sign-in or confirmation is at most ten minutes ago."""
    return now() - who.confirmed_at <= CONFIRMED_SECONDS
