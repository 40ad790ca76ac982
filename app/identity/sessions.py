"""Signing in, and what a signed-in request carries.

A session is found by the hash of its cookie, and the account's private key is wrapped under the cookie itself: the
store with every row of it opens nothing. The cookie is Secure even on loopback, where browsers keep it all the same.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.clock import day_of, now
from app.i18n import N_
from app.identity.accounts import (
    SHORTEST_PASSWORD,
    TOO_SHORT,
    TOTP_SECONDS,
    OpenedAccount,
    change_password,
    lock_secrets,
    locked_account,
    opened_account,
    signs_in,
    take_totp,
    unlock,
)
from app.identity.team import Notices
from app.identity.throttle import note
from app.installation import Installation
from app.problems import Forbidden, Unprocessable
from app.readings import Reader
from app.sealing import derive, lookup, wrap
from app.settings import Settings
from app.stores.casework import Account, DeskSession

PURPOSE = "session"
FOUNDING = "founding"
CONFIRMED_SECONDS = 300
# Times are kept no finer than their rules need: the start by the hour, a confirmation by the minute, the last sign of
# life by a sixth of the idle time. What is cut off ends a session sooner, never later.
STARTED_STEP, CONFIRMED_STEP, SEEN_STEP = 3600, 60, 300
KEPT_DAYS = 30
CLOCK_ERROR_SECONDS = 60


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is asking. `csrf` belongs into every form of the desk. A founder who waits has the role `FOUNDING`."""

    account_id: str
    login: str
    role: str
    keyholder_id: str
    csrf: str
    lookup: str
    confirmed_at: int
    private_key: str = field(repr=False)
    reader: Reader = field(repr=False)
    notices: Notices = field(default_factory=Notices)


def sign_in(installation: Installation, login: str, password: str, code: str, noted_as: str) -> str | None:
    """A new session's cookie value, or None, noted under the name whose turn it is (`app.web.admission`).

    The same answer and time for a wrong login, password or code.
    """
    opened = open_with_code(installation, login, password, code, noted_as)
    if opened is None:
        return None
    with installation.casework.write() as session:
        account = session.scalar(select(Account).where(Account.id == opened.account.id, signs_in()))
        unchanged = account is not None and account.wrapped == opened.account.wrapped
        return _start(session, opened, installation.settings) if unchanged else None


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


def _cut(seconds: int, step: int) -> int:
    return seconds - seconds % step


def seen_now(settings: Settings) -> int:
    """The time as a session keeps it of its last sign of life."""
    return _cut(now(), min(SEEN_STEP, max(1, settings.session_idle_minutes * 10)))


def _start(session: Session, opened: OpenedAccount, settings: Settings) -> str:
    token = secrets.token_urlsafe(32)
    secret = token.encode()
    session.add(
        DeskSession(
            lookup=lookup(secret, PURPOSE),
            account_id=opened.account.id,
            started_at=_cut(now(), STARTED_STEP),
            seen_at=seen_now(settings),
            confirmed_at=_cut(now(), CONFIRMED_STEP),
            wrapped=wrap(opened.private_key.encode(), derive(secret, PURPOSE), PURPOSE),
        )
    )
    return token


def sign_out(installation: Installation, token: str) -> None:
    with installation.casework.write() as session:
        session.execute(delete(DeskSession).where(DeskSession.lookup == lookup(token.encode(), PURPOSE)))


def session_is_over(row: DeskSession, settings: Settings) -> bool:
    """Whether its time is over, or is still to come: then the clock was wrong, now or before."""
    idle, age = now() - row.seen_at, now() - row.started_at
    return (
        idle > settings.session_idle_minutes * 60
        or age > settings.session_hours * 3600
        or min(idle, age) < -CLOCK_ERROR_SECONDS
    )


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One session of an account, as its owner sees it."""

    lookup: str
    since: date
    this: bool


def own_sessions(installation: Installation, who: SignedIn) -> list[OwnSession]:
    """The sessions of an account that are not over, the newest first."""
    with installation.casework.read() as session:
        rows = session.scalars(select(DeskSession).where(DeskSession.account_id == who.account_id)).all()
    open_ones = [row for row in rows if not session_is_over(row, installation.settings)]
    return [
        OwnSession(row.lookup, day_of(row.started_at), row.lookup == who.lookup)
        for row in sorted(open_ones, key=lambda row: (-row.started_at, row.lookup))
    ]


def end_session(installation: Installation, who: SignedIn, lookup: str | None) -> None:
    """Ends one session of one's own, or, without saying which, all others."""
    own = delete(DeskSession).where(DeskSession.account_id == who.account_id)
    chosen = DeskSession.lookup != who.lookup if lookup is None else DeskSession.lookup == lookup
    with installation.casework.write() as session:
        session.execute(own.where(chosen))


def forget_account_times(installation: Installation) -> None:
    """Deletes sessions that are over, and after thirty days the step of an account's last code."""
    spent_long_ago = Account.last_totp_step.between(1, (now() - KEPT_DAYS * 24 * 3600) // TOTP_SECONDS)
    with installation.casework.read() as session:
        rows = session.scalars(select(DeskSession)).all()
        old = session.scalar(select(Account.id).where(spent_long_ago).limit(1))
    over = [row.lookup for row in rows if session_is_over(row, installation.settings)]
    if over or old:
        with installation.casework.write() as session:
            session.execute(delete(DeskSession).where(DeskSession.lookup.in_(over)))
            session.execute(update(Account).where(spent_long_ago).values(last_totp_step=0))


def confirm(installation: Installation, who: SignedIn, password: str, code: str) -> bool:
    """Step-up: a fresh password and code before a grave act. Notes it on the session; False when that has ended."""
    if open_with_code(installation, who.login, password, code, who.lookup) is None:
        return False
    with installation.casework.write() as session:
        row = session.get(DeskSession, who.lookup)
        if row is not None:
            row.confirmed_at = _cut(now(), CONFIRMED_STEP)
    return row is not None


def new_password(installation: Installation, who: SignedIn, password: str, code: str, new: str) -> None:
    """Changes one's own password. Forbidden when the present one or the code is wrong, Unprocessable for a short one."""
    opened = open_with_code(installation, who.login, password, code, who.lookup)
    if opened is None:
        raise Forbidden(N_("The present password or the code is not right."))
    if len(new) < SHORTEST_PASSWORD:
        raise Unprocessable(TOO_SHORT)
    locked = lock_secrets(new, opened.private_key, opened.totp_secret)
    with installation.casework.write() as session:
        account = session.get(Account, who.account_id, with_for_update=True)
        if account is None or account.wrapped != opened.account.wrapped:
            raise Forbidden(N_("The present password or the code is not right."))
        change_password(session, account, locked)


def is_confirmed(who: SignedIn) -> bool:
    """Whether the last sign-in or confirmation is at most five minutes ago; never one that is still to come."""
    return 0 <= now() - who.confirmed_at <= CONFIRMED_SECONDS
