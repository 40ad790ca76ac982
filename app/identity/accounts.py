"""Accounts: who may sign in, and what opens their secrets.

The private key and the TOTP secret of an account lie together under its password: opening them *is* the check of the
password, and a stolen store offers nothing else to guess against.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field

import pyotp
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.clock import now
from app.i18n import N_
from app.problems import Unprocessable
from app.sealing import (
    LONGEST_PASSWORD,
    CannotOpen,
    KeyPair,
    derive,
    lookup,
    password_key,
    random_id,
    unwrap,
    wrap,
)
from app.stores.casework import Account, DeskSession, Keyholder, OfficeToken, folded

PURPOSE = "account"
TOKEN_PURPOSE = "office-token"  # noqa: S105 - names a purpose
ROLES = ("moderator", "administrator", "office", "data")
ROLE_WORDS = {
    "moderator": N_("Moderator"),
    "administrator": N_("Administrator"),
    "office": N_("The Office"),
    "data": N_("Reference facts"),
}
WITHOUT_CASES = ("administrator", "data")  # they have no key, so never a grant
SHORTEST_PASSWORD = 15
TOO_SHORT = N_("A passphrase needs at least 15 characters; six words are easiest.")
TOO_LONG = N_("This passphrase is too long.")
TOTP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a person chose, or was offered and took, to sign in with."""

    passphrase: str = field(repr=False)
    totp_secret: str = field(repr=False)

    @classmethod
    def new(cls) -> Secrets:
        return cls(new_passphrase(), pyotp.random_base32())

    def uri(self, login: str) -> str:
        """The TOTP secret as an authenticator reads it from a QR code."""
        return pyotp.TOTP(self.totp_secret).provisioning_uri(name=login, issuer_name="Reprisals Registry")


@dataclass(frozen=True, slots=True)
class LockedAccount:
    """What the store keeps of an account's secrets."""

    salt: bytes
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class UnlockedAccount:
    """The secrets that a password opened, and what they were wrapped in."""

    wrapped: bytes = field(repr=False)
    private_key: str = field(repr=False)
    totp_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenedAccount:
    """An account whose password was right."""

    account: Account
    private_key: str = field(repr=False)
    totp_secret: str = field(repr=False)


def new_passphrase() -> str:
    """Six pronounceable words of 13 bits each (79.7 bits): nobody chooses it, anybody can write it down."""
    consonants, vowels = "bcdfghjklmnprstvwxyz", "aeiou"

    def word() -> str:
        return "".join(secrets.choice(consonants) + secrets.choice(vowels) for _ in range(2))

    return "-".join(word() for _ in range(6))


@dataclass(frozen=True, slots=True)
class LockedSecrets:
    """The secrets of a person under their passphrase, with a key pair of their own: what an account is made of."""

    pair: KeyPair | None
    totp_step: int
    locked: LockedAccount

    def keyholder(self, session: Session, role: str) -> str | None:
        """Adds the key to the store; its id, or None for a role without one."""
        if self.pair is None:
            return None
        row = Keyholder(id=random_id(), kind=role, public_key=self.pair.public)
        session.add(row)
        session.flush()
        return row.id

    @property
    def private_key(self) -> str:
        return self.pair.private if self.pair else ""


def lock_new_secrets(chosen: Secrets, code: str, role: str, private_key: str = "") -> LockedSecrets:
    """A key pair (a new one, unless an old private key is given) and the secrets under their passphrase.

    Unprocessable for a passphrase that is too short, and for a one-time code that the TOTP secret does not give now.
    Hashes: never within a transaction.
    """
    if len(chosen.passphrase) < SHORTEST_PASSWORD:
        raise Unprocessable(TOO_SHORT)
    if len(chosen.passphrase.encode()) > LONGEST_PASSWORD:
        raise Unprocessable(TOO_LONG)
    step = totp_step(chosen.totp_secret, code, now())
    if step is None:
        raise Unprocessable(N_("This is not the code that the authenticator shows now."))
    pair = KeyPair.of(private_key) if private_key else None if role in WITHOUT_CASES else KeyPair.new()
    locked = lock_secrets(chosen.passphrase, pair.private if pair else "", chosen.totp_secret)
    return LockedSecrets(pair, step, locked)


def lock_accounts(session: Session, *accounts: str) -> dict[str, Account]:
    """The rows of accounts as they are now, held until the transaction ends; always locked in the same order."""
    wanted = select(Account).where(Account.id.in_(accounts)).order_by(Account.id)
    found = session.scalars(wanted.with_for_update().execution_options(populate_existing=True))
    return {one.id: one for one in found}


def by_login(session: Session, login: str) -> Account | None:
    """The account of a name, however it is spelt."""
    return session.scalar(select(Account).where(Account.folded == folded(login)))


def signs_in() -> ColumnElement[bool]:
    """Which accounts open: active ones, and founders who wait, so that they can vouch for each other."""
    return or_(Account.active, and_(Account.founder, Account.waiting_until.is_not(None)))


def office_keys(session: Session) -> list[str]:
    """Public keys of everybody who is in the Office now: what it is told is sealed to these, and to nobody who left."""
    active = select(Keyholder.public_key).join(Account, Account.keyholder_id == Keyholder.id)
    return list(session.scalars(active.where(Account.role == "office", Account.active).distinct()))


def lock_secrets(password: str, private_key: str, totp_secret: str) -> LockedAccount:
    """An account's secrets under a password. Hashes: never within a transaction."""
    salt = secrets.token_bytes(16)
    content = json.dumps({"key": private_key, "totp": totp_secret}).encode()
    return LockedAccount(salt, wrap(content, password_key(password, salt), PURPOSE))


def locked_account(session: Session, login: str) -> LockedAccount:
    """What a password is tried on; empty where there is no such account."""
    account = session.scalar(select(Account).where(Account.folded == folded(login), signs_in()))
    return LockedAccount(account.salt, account.wrapped) if account else LockedAccount(b"", b"")


def unlock(locked: LockedAccount, password: str) -> UnlockedAccount | None:
    """Hashes for a tenth of a second and more: never for strangers within a transaction that keeps others waiting.

    Not at all where there is no account: refusals take the same time all the same, see `app.web.admission`.
    """
    if not locked.wrapped:
        return None
    try:
        told = json.loads(unwrap(locked.wrapped, password_key(password, locked.salt), PURPOSE))
    except CannotOpen:
        return None
    return UnlockedAccount(locked.wrapped, told["key"], told["totp"])


def opened_account(session: Session, login: str, unlocked: UnlockedAccount | None) -> OpenedAccount | None:
    """The account that was unlocked, unless it was suspended or its password changed meanwhile."""
    if unlocked is None:
        return None
    found = select(Account).where(Account.folded == folded(login), signs_in()).with_for_update()
    account = session.scalar(found)
    if account is None or account.wrapped != unlocked.wrapped:
        return None
    return OpenedAccount(account, unlocked.private_key, unlocked.totp_secret)


def totp_step(secret: str, code: str, at: int, after: int = -1) -> int | None:
    """The step of a one-time code that is right at a time (seconds since 1970), one step of clock error allowed."""
    digits = "".join(str(int(one)) for one in code if one.isdecimal())
    step = at // TOTP_SECONDS
    for candidate in (step, step - 1, step + 1):
        right = pyotp.TOTP(secret).generate_otp(candidate)
        if candidate > after and secrets.compare_digest(right, digits):
            return candidate
    return None


def take_totp(account: Account, secret: str, code: str, at: int) -> bool:
    """Whether a one-time code is right. Each is taken once: the step is noted in the caller's transaction."""
    step = totp_step(secret, code, at, account.last_totp_step)
    if step is not None:
        account.last_totp_step = step
    return step is not None


def change_password(session: Session, account: Account, locked: LockedAccount) -> None:
    """Puts an account's secrets under another password, and ends its sessions."""
    account.salt, account.wrapped = locked.salt, locked.wrapped
    end_sessions(session, account.id)


def end_sessions(session: Session, account_id: str) -> None:
    for one in session.scalars(select(DeskSession).where(DeskSession.account_id == account_id)):
        session.delete(one)


def issue_office_token(session: Session, account_id: str, private_key: str) -> str:
    """A bearer token of the Office: 256 random bits; the store keeps its hash and the account's key wrapped under it.

    Several may be valid at once, so that one can be replaced without a gap.
    """
    token = secrets.token_urlsafe(32)
    secret = token.encode()
    session.add(
        OfficeToken(
            lookup=lookup(secret, TOKEN_PURPOSE),
            account_id=account_id,
            wrapped=wrap(private_key.encode(), derive(secret, TOKEN_PURPOSE), TOKEN_PURPOSE),
        )
    )
    return token


def revoke_office_tokens(session: Session, account_id: str) -> None:
    for one in session.scalars(select(OfficeToken).where(OfficeToken.account_id == account_id)):
        session.delete(one)
