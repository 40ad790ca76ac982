"""What two others decide about an account: one asks, another agrees. Others of the team may stop what is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from app.clock import today
from app.i18n import N_
from app.identity.accounts import end_sessions, lock_accounts, revoke_office_tokens
from app.identity.sponsors import require_team, require_two
from app.problems import Conflict, NotFound, Unprocessable
from app.sealing import CannotOpen, KeyPair
from app.stores.casework import Account, AccountRequest, Invitation, Keyholder, Sponsorship

SUSPEND, LIFT, RECOVER = "suspend", "lift", "recover"
ASKED_DAYS = 7
GONE = N_("This is not open any more.")
OPEN_ALREADY = N_("This is asked for already: agree to it, or stop it.")
NO_ACCOUNT = N_("There is no such account.")
ONLY_OTHERS = N_("Two others decide about an account, never its own person.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was locked, the account that it is about, and whoever acts on it now."""

    row: AccountRequest
    account: Account
    who: Account


def is_open() -> ColumnElement[bool]:
    """Which requests still wait for somebody today."""
    return (AccountRequest.state.in_(("open", "agreed"))) & (AccountRequest.expires_on >= today())


def ask(session: Session, by: str, account_id: str, kind: str, number: str = "") -> AccountRequest:
    """Asks for something about another's account. Conflict when that is open already."""
    locked = lock_accounts(session, by, account_id)
    who, account = require_team(locked.get(by)), locked.get(account_id)
    if account is None or account.waiting_until is not None:
        raise NotFound(NO_ACCOUNT)
    if who.id == account.id:
        raise Unprocessable(ONLY_OTHERS)
    if account.active is (kind == LIFT):
        raise Conflict(GONE)
    same = select(AccountRequest.id).where(AccountRequest.account_id == account.id, AccountRequest.kind == kind)
    if session.scalar(same.where(is_open())) is not None:
        raise Conflict(OPEN_ALREADY)
    expires_on = today() + timedelta(days=ASKED_DAYS)
    row = AccountRequest(
        account_id=account.id, kind=kind, number=number, asked_by=who.id, asked_on=today(), expires_on=expires_on
    )
    session.add(row)
    session.flush()
    return row


def lock_request(session: Session, request_id: str, by: str, *states: str) -> Asked:
    """A request in one of these states, locked with its account. NotFound when it is over."""
    found = session.get(AccountRequest, request_id)
    locked = lock_accounts(session, by, found.account_id) if found else {}
    row = session.get(AccountRequest, request_id, with_for_update=True, populate_existing=True)
    if found is None or row is None or row.state not in states or row.expires_on < today() or by not in locked:
        raise NotFound(GONE)
    return Asked(row, locked[row.account_id], locked[by])


def second(session: Session, request_id: str, by: str, kind: str) -> Asked:
    """The same, as whoever is the second of two others; Unprocessable for the person, and for who asked."""
    asked = lock_request(session, request_id, by, "open")
    require_team(asked.who)
    require_team(session.get(Account, asked.row.asked_by))
    if asked.row.kind != kind:
        raise NotFound(GONE)
    if by in (asked.row.account_id, asked.row.asked_by):
        raise Unprocessable(ONLY_OTHERS)
    return asked


def agree(session: Session, by: str, request_id: str) -> None:
    """The second agrees that an account is suspended, or that its suspension ends: it is so at once."""
    found = session.get(AccountRequest, request_id)
    kind = LIFT if found is not None and found.kind == LIFT else SUSPEND
    asked = second(session, request_id, by, kind)
    if kind == LIFT:
        require_two(session, asked.row.asked_by, by)
        asked.account.active = True
    else:
        suspend(session, asked.account)
    asked.row.agreed_by, asked.row.state = by, "done"


def stop(session: Session, by: str, request_id: str) -> None:
    """Ends a request. A recovery may be stopped by anybody who can sign in, others by the team.

    Whom others want to suspend cannot stop it, and is not shown that it is asked.
    """
    asked = lock_request(session, request_id, by, "open", "agreed")
    if asked.row.kind != RECOVER:
        require_team(asked.who)
        if by == asked.row.account_id:
            raise Unprocessable(ONLY_OTHERS)
    asked.row.state, asked.row.stopped_by = "stopped", by


def suspend(session: Session, account: Account) -> None:
    """An account, locked, opens nothing from now on. What it began and nobody else agreed to ends with it."""
    account.active = False
    end_sessions(session, account.id)
    revoke_office_tokens(session, account.id)
    session.execute(delete(Invitation).where(Invitation.invited_by == account.id))
    waiting = select(Account.id).where(Account.waiting_until.is_not(None))
    session.execute(
        delete(Sponsorship).where(Sponsorship.sponsor_id == account.id, Sponsorship.account_id.in_(waiting))
    )
    theirs = or_(AccountRequest.asked_by == account.id, AccountRequest.account_id == account.id)
    session.execute(update(AccountRequest).where(is_open(), theirs).values(state="stopped"))


def by_escrow(session: Session, escrow_key: str, account: Account, *, active: bool) -> None:
    """Suspends an account, or lifts that, for whoever holds the escrow key; Unprocessable for any other key."""
    try:
        public = KeyPair.of(escrow_key).public
    except CannotOpen:
        public = ""
    if session.scalar(select(Keyholder.id).where(Keyholder.kind == "escrow", Keyholder.public_key == public)) is None:
        raise Unprocessable(N_("This is not the escrow key."))
    locked = lock_accounts(session, account.id)[account.id]
    if locked.waiting_until is not None:
        raise NotFound(NO_ACCOUNT)
    if active:
        locked.active = True
    else:
        suspend(session, locked)
