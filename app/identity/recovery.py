"""The way back in for whoever lost a passphrase or an authenticator.

They get a code, which stays with them, and a number made of it, which they read out to two others. These two type it;
then some days pass, in which everybody sees it and anybody may stop it; then the code opens the page on which new
secrets are set. Neither of the two can use what they were told. Nothing is stored before the first of them asks.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from app.clock import today
from app.i18n import N_
from app.identity.accounts import (
    Secrets,
    by_login,
    end_sessions,
    lock_accounts,
    lock_new_secrets,
    locked_account,
    revoke_office_tokens,
    unlock,
)
from app.identity.codes import CODE_DIGITS, NUMBER_DIGITS, new_code, number_of, same, typed_digits
from app.identity.invitations import NOT_VALID, NewAccount
from app.identity.requests import NO_ACCOUNT, RECOVER, ask, second
from app.identity.sponsors import fingerprint_of, require_two
from app.installation import Installation
from app.problems import NotFound, Unprocessable
from app.sealing import derive
from app.stores.casework import Account, AccountRequest

PURPOSE = "recovery"
OPEN_DAYS = 7
WRONG_PRESENT = N_("The present passphrase is not right. Leave it empty if you lost it.")
NOT_THE_NUMBER = N_("This is not the number that was asked for. Let the person read it out again.")


def new_recovery() -> tuple[str, str]:
    """A code, and the number that is read out: nobody finds the code by it."""
    code = new_code()
    return code, number_of_code(code)


def number_of_code(typed: str) -> str:
    """The number of a code; empty for what is none."""
    digits = typed_digits(typed)
    return number_of(derive(digits.encode(), PURPOSE)) if len(digits) == CODE_DIGITS else ""


def ask_recovery(session: Session, by: str, login: str, number: str) -> None:
    """The first of two: this person read this number to me. Unprocessable for what is no number."""
    account = by_login(session, login)
    if account is None:
        raise NotFound(NO_ACCOUNT)
    digits = typed_digits(number)
    if len(digits) != NUMBER_DIGITS:
        raise Unprocessable(NOT_THE_NUMBER)
    ask(session, by, account.id, RECOVER, digits)


def agree_to_recovery(session: Session, by: str, request_id: str, number: str, days: int) -> None:
    """The second of two, to whom the person read the same number. From then on it takes `days` whole days."""
    asked = second(session, request_id, by, RECOVER)
    if not same(asked.row.number, number):
        raise Unprocessable(NOT_THE_NUMBER)
    require_two(session, asked.row.asked_by, by)
    asked.row.agreed_by, asked.row.state = by, "agreed"
    asked.row.ready_on = today() + timedelta(days=days + 1)
    asked.row.expires_on = asked.row.ready_on + timedelta(days=OPEN_DAYS)


def recoverable(session: Session, code: str) -> Account | None:
    """The account whose person may set new secrets today, by their code."""
    found = select(Account).join(AccountRequest, AccountRequest.account_id == Account.id)
    return session.scalar(found.where(_ready(code)))


def opens_on(session: Session, code: str) -> date | None:
    """The day from which a code is good, when two agreed already and the waiting time is not over."""
    agreed = select(AccountRequest.ready_on).where(AccountRequest.state == "agreed", AccountRequest.ready_on > today())
    return session.scalar(agreed.where(AccountRequest.number == (number_of_code(code) or "none")))


def _ready(code: str) -> ColumnElement[bool]:
    return and_(
        Account.active,
        AccountRequest.number == (number_of_code(code) or "none"),
        AccountRequest.kind == RECOVER,
        AccountRequest.state == "agreed",
        AccountRequest.ready_on <= today(),
        AccountRequest.expires_on >= today(),
    )


def recover(installation: Installation, code: str, secrets: Secrets, one_time: str, present: str = "") -> NewAccount:
    """Sets new secrets for the account of a code, once, and ends its sessions and tokens.

    With the present passphrase, for whoever lost only the authenticator, the key stays. Without it there is a new one,
    and what the old one opened must be given anew. Unprocessable, in words, when something is wrong.
    """
    with installation.casework.read() as session:
        account = recoverable(session, code)
        if account is None:
            raise Unprocessable(NOT_VALID)
        locked = locked_account(session, account.login)
    unlocked = unlock(locked, present) if present else None
    if present and unlocked is None:
        raise Unprocessable(WRONG_PRESENT)
    made = lock_new_secrets(secrets, one_time, account.role, unlocked.private_key if unlocked else "")
    with installation.casework.write() as session:
        row = lock_accounts(session, account.id)[account.id]
        wanted = select(AccountRequest).join(Account, AccountRequest.account_id == Account.id)
        request = session.scalar(wanted.where(_ready(code)).with_for_update(of=AccountRequest))
        if request is None or row.wrapped != locked.wrapped:
            raise Unprocessable(NOT_VALID)
        request.state = "done"
        row.salt, row.wrapped, row.last_totp_step = made.locked.salt, made.locked.wrapped, made.totp_step
        if unlocked is None:
            row.keyholder_id = made.keyholder(session, row.role)
        end_sessions(session, row.id)
        revoke_office_tokens(session, row.id)
        session.flush()
        told = fingerprint_of(session, row)
    return NewAccount(account.id, account.login, secrets, made.private_key, told)
