"""Invitations: a code that is used once, by which a person makes their own account. Nobody else sees its secrets.

The account then waits for two who vouch (`app.identity.sponsors`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import today
from app.i18n import N_
from app.identity.accounts import ROLES, Secrets, lock_new_secrets
from app.identity.codes import CODE_DIGITS, NUMBER_GROUP, in_groups, new_code, number_of, typed_digits
from app.installation import Installation
from app.problems import Unprocessable
from app.sealing import lookup, random_id
from app.stores.casework import Account, ConflictOfInterest, DeskSession, Invitation, Keyholder, Sponsorship, folded

PURPOSE = "invitation"
INVITED_DAYS, WAITING_DAYS = 7, 14
LONGEST_LOGIN = 64
NOT_VALID = N_("This code is not valid: it was mistyped, was used already, or is too old.")
NAME_WANTED = N_("A name to sign in with has at most 64 characters.")
NAME_TAKEN = N_("There is an account of that name already.")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody who was invited chose; `code` is the one-time code that their authenticator shows."""

    login: str
    secrets: Secrets
    code: str = field(repr=False)
    conflicts: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account that somebody made; `fingerprint` is what they read out to those who vouch."""

    account_id: str
    login: str
    secrets: Secrets
    private_key: str = field(repr=False)
    fingerprint: str

    @property
    def fingerprint_in_groups(self) -> str:
        return in_groups(self.fingerprint, NUMBER_GROUP)


def invite(session: Session, role: str, by: str | None, *, founder: bool = False) -> str:
    """Makes an invitation. Returns its code: the store keeps a hash of it. Unprocessable for a role that is none."""
    if role not in ROLES:
        raise Unprocessable(N_("An invitation needs a role."))
    purge(session)
    code = new_code()
    expires_on = today() + timedelta(days=INVITED_DAYS)
    session.add(Invitation(lookup=of_code(code), role=role, founder=founder, invited_by=by, expires_on=expires_on))
    session.flush()
    return code


def of_code(typed: str) -> str:
    """What stands in the store for a code; for what cannot be one, what no row has."""
    digits = typed_digits(typed)
    return lookup(digits.encode(), PURPOSE) if len(digits) == CODE_DIGITS else ""


def invited(session: Session, code: str) -> Invitation | None:
    """The invitation of a code, if it can be taken today."""
    found = session.get(Invitation, of_code(code))
    return found if found is not None and found.expires_on >= today() else None


def take_back(session: Session, which: str) -> None:
    """Ends an invitation that nobody took yet."""
    session.execute(delete(Invitation).where(Invitation.lookup == which))


def accept(installation: Installation, code: str, newcomer: Newcomer) -> NewAccount:
    """Makes the account of an invitation; it waits. Unprocessable, in words, when something is wrong with it."""
    login = newcomer.login.strip()
    if not 0 < len(folded(login)) <= LONGEST_LOGIN or len(login) > LONGEST_LOGIN:
        raise Unprocessable(NAME_WANTED)
    with installation.casework.read() as session:
        invitation = invited(session, code)
        if invitation is None:
            raise Unprocessable(NOT_VALID)
        if session.scalar(select(Account.id).where(Account.folded == folded(login))) is not None:
            raise Unprocessable(NAME_TAKEN)
        role = invitation.role
    made = lock_new_secrets(newcomer.secrets, newcomer.code, role)
    account = Account(
        id=random_id(),
        login=login,
        role=role,
        salt=made.locked.salt,
        wrapped=made.locked.wrapped,
        last_totp_step=made.totp_step,
        active=False,
        waiting_until=today() + timedelta(days=WAITING_DAYS),
    )
    try:
        with installation.casework.write() as session:
            taken = session.get(Invitation, of_code(code), with_for_update=True, populate_existing=True)
            if taken is None or taken.expires_on < today():
                raise Unprocessable(NOT_VALID)
            account.founder = taken.founder
            account.keyholder_id = made.keyholder(session, role)
            session.delete(taken)
            session.add(account)
            session.flush()
            session.add_all(ConflictOfInterest(account_id=account.id, state=one) for one in set(newcomer.conflicts))
            session.flush()
            session.expunge(account)
    except IntegrityError as error:
        raise Unprocessable(NAME_TAKEN) from error
    told = fingerprint(account, made.pair.public if made.pair else "")
    return NewAccount(account.id, login, newcomer.secrets, made.private_key, told)


def fingerprint(account: Account, public_key: str) -> str:
    """A number that belongs to the account's key; for an account without one, to its secrets as they lie in the store."""
    material = public_key.encode() or account.wrapped
    return number_of(hashlib.sha256(b"fingerprint\0" + account.id.encode() + b"\0" + material).digest())


def purge(session: Session) -> None:
    """Takes away what came too late: invitations, and accounts for which nobody vouched in time."""
    session.execute(delete(Invitation).where(Invitation.expires_on < today()))
    for one in session.scalars(select(Account).where(Account.waiting_until < today())):
        forget(session, one)


def forget(session: Session, account: Account) -> None:
    """Deletes an account that waits: it never opened anything."""
    for table in (Sponsorship, ConflictOfInterest, DeskSession):
        session.execute(delete(table).where(table.account_id == account.id))
    session.execute(delete(Sponsorship).where(Sponsorship.sponsor_id == account.id))
    keyholder = account.keyholder_id
    session.delete(account)
    session.flush()
    session.execute(delete(Keyholder).where(Keyholder.id == keyholder))
