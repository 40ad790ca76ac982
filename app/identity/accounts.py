"""Accounts: who may sign in, and who vouched for them.

The private key and the TOTP secret of an account lie together under its password: opening them *is* the check of the
password, and a stolen store offers nothing else to guess against.
"""

from __future__ import annotations

import json
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.i18n import N_
from app.problems import Unprocessable
from app.sealing import CannotOpen, KeyPair, derive, lookup, password_key, random_id, unwrap, wrap
from app.stores.casework import Account, ConflictOfInterest, DeskSession, Keyholder, OfficeToken, Sponsorship

PURPOSE = "account"
TOKEN_PURPOSE = "office-token"  # noqa: S105 - names a purpose
ROLES = ("moderator", "administrator", "office")
ROLE_WORDS = {"moderator": N_("Moderator"), "administrator": N_("Administrator"), "office": N_("The Office")}
SHORTEST_PASSWORD = 15
TOTP_SECONDS = 30
_UNKNOWN_SALT = b"no such account."


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is told once, when an account is made."""

    account_id: str
    login: str
    passphrase: str = field(repr=False)
    totp_secret: str = field(repr=False)
    private_key: str = field(repr=False)

    @property
    def totp_uri(self) -> str:
        return pyotp.TOTP(self.totp_secret).provisioning_uri(name=self.login, issuer_name="Reprisals Registry")


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


def folded(name: str) -> str:
    """A name as it is compared: however it is spelt, one person is one name."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


@dataclass(frozen=True, slots=True)
class MadeAccount:
    """An account with all its secrets, before the store knows it. Making it hashes: never within a transaction."""

    new: NewAccount
    account: Account
    keyholder: Keyholder | None


def make_account(login: str, role: str, office_key: str = "") -> MadeAccount:
    """A new account with a generated passphrase. `office_key`: the private key that the accounts of the Office share.

    An administrator has no key, so never a grant. Unprocessable for a name or a role that cannot be.
    """
    login = login.strip()
    if role not in ROLES or not folded(login) or len(login) > 64:
        raise Unprocessable(N_("An account needs a name to sign in with, and a role."))
    pair = None if role == "administrator" else KeyPair.of(office_key) if office_key else KeyPair.new()
    keyholder = Keyholder(id=random_id(), kind=role, public_key=pair.public) if pair else None
    passphrase, totp = new_passphrase(), pyotp.random_base32()
    private_key = pair.private if pair else ""
    locked = lock_secrets(passphrase, private_key, totp)
    account = Account(id=random_id(), login=login, role=role, salt=locked.salt, wrapped=locked.wrapped)
    return MadeAccount(NewAccount(account.id, login, passphrase, totp, private_key), account, keyholder)


def add_account(
    session: Session, made: MadeAccount, sponsors: Sequence[str], conflicts: Sequence[str] = ()
) -> NewAccount:
    """Adds an account that was made. Unprocessable unless two different others vouch for it.

    The Office is one keyholder: a further account of it needs the key that a signed-in member of the Office holds.
    """
    account, vouching = made.account, {folded(one): one.strip() for one in sponsors if folded(one)}
    if len(vouching) != 2 or folded(account.login) in vouching:
        raise Unprocessable(N_("An account needs two different sponsors, neither of them itself."))
    if folded(account.login) in {folded(one) for one in session.scalars(select(Account.login))}:
        raise Unprocessable(N_("There is an account of that name already."))
    account.keyholder_id = _keyholder(session, made)
    session.add(account)
    session.flush()
    session.add_all(Sponsorship(account_id=account.id, sponsor=one) for one in vouching.values())
    session.add_all(ConflictOfInterest(account_id=account.id, state=one) for one in set(conflicts))
    session.flush()
    return made.new


def _keyholder(session: Session, made: MadeAccount) -> str | None:
    keyholder = made.keyholder
    if keyholder is None:
        return None
    if keyholder.kind == "office":
        known = session.scalar(select(Keyholder).where(Keyholder.kind == "office"))
        if known is not None:
            if keyholder.public_key != known.public_key:
                raise Unprocessable(N_("A further account of the Office is made by a signed-in member of the Office."))
            return known.id
    session.add(keyholder)
    session.flush()
    return keyholder.id


def lock_secrets(password: str, private_key: str, totp_secret: str) -> LockedAccount:
    """An account's secrets under a password. Hashes: never within a transaction."""
    salt = secrets.token_bytes(16)
    content = json.dumps({"key": private_key, "totp": totp_secret}).encode()
    return LockedAccount(salt, wrap(content, password_key(password, salt), PURPOSE))


def locked_account(session: Session, login: str) -> LockedAccount:
    """What a password is tried on. Never the lack of an account: that would answer sooner."""
    account = session.scalar(select(Account).where(Account.login == login, Account.active))
    return LockedAccount(account.salt, account.wrapped) if account else LockedAccount(_UNKNOWN_SALT, b"")


def unlock(locked: LockedAccount, password: str) -> UnlockedAccount | None:
    """Hashes for a tenth of a second and more: never for strangers within a transaction that keeps others waiting."""
    try:
        told = json.loads(unwrap(locked.wrapped, password_key(password, locked.salt), PURPOSE))
    except CannotOpen:
        return None
    return UnlockedAccount(locked.wrapped, told["key"], told["totp"])


def opened_account(session: Session, login: str, unlocked: UnlockedAccount | None) -> OpenedAccount | None:
    """The account that was unlocked, unless it was disabled or its password changed meanwhile."""
    if unlocked is None:
        return None
    found = select(Account).where(Account.login == login, Account.active).with_for_update()
    account = session.scalar(found)
    if account is None or account.wrapped != unlocked.wrapped:
        return None
    return OpenedAccount(account, unlocked.private_key, unlocked.totp_secret)


def take_totp(account: Account, secret: str, code: str, at: int) -> bool:
    """Whether a one-time code is right at a time (seconds since 1970), one step of clock error allowed.

    Each code is taken once: the step is noted in the caller's transaction.
    """
    digits = "".join(str(int(one)) for one in code if one.isdecimal())
    step = at // TOTP_SECONDS
    for candidate in (step, step - 1, step + 1):
        right = pyotp.TOTP(secret).generate_otp(candidate)
        if candidate > account.last_totp_step and secrets.compare_digest(right, digits):
            account.last_totp_step = candidate
            return True
    return False


def change_password(session: Session, account: Account, locked: LockedAccount) -> None:
    """Puts an account's secrets under another password, and ends its sessions."""
    account.salt, account.wrapped = locked.salt, locked.wrapped
    end_sessions(session, account.id)


def end_sessions(session: Session, account_id: str) -> None:
    for one in session.scalars(select(DeskSession).where(DeskSession.account_id == account_id)):
        session.delete(one)


def disable_account(session: Session, login: str) -> None:
    """The account can no longer sign in; its sessions and tokens end now."""
    account = session.scalar(select(Account).where(Account.login == login))
    if account is None:
        raise Unprocessable(N_("There is no such account."))
    account.active = False
    end_sessions(session, account.id)
    revoke_office_tokens(session, account.id)


def issue_office_token(session: Session, account_id: str, private_key: str) -> str:
    """A bearer token of the Office: 256 random bits; the store keeps its hash and the key wrapped under it.

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
