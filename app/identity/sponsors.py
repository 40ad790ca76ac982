"""Sponsors: two who have accounts vouch for each new one, and what two people are.

Whoever vouches types the number that the newcomer read out: so they met, and mean the same key.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import today
from app.i18n import N_
from app.identity.accounts import lock_accounts
from app.identity.codes import same
from app.identity.invitations import fingerprint, forget
from app.problems import Forbidden, NotFound, Unprocessable
from app.stores.casework import Account, Keyholder, Sponsorship, folded

TEAM = ("moderator", "administrator")  # who looks after accounts
ENOUGH = 2
NOT_BOTH = N_("You two are not independent of each other. Somebody else must agree.")


class Tie(Enum):
    """Why two accounts do not count as two people."""

    SAME = "one account"
    UNKNOWN = "somebody has not two sponsors"
    SPONSOR = "one vouched for the other, and not the other way round"
    ORIGIN = "the same people vouched for both"


def tie(one: str, other: str, sponsors: Mapping[str, frozenset[str]]) -> Tie | None:
    """What ties two accounts together; None when they are two people.

    Whichever third person is left out of account, they must not both rest on one and the same. Founders vouched for
    each other, so they are two people by the word of each.
    """
    if one == other:
        return Tie.SAME
    mine, theirs = sponsors.get(one, frozenset()), sponsors.get(other, frozenset())
    if min(len(mine), len(theirs)) < ENOUGH:
        return Tie.UNKNOWN
    if one in theirs and other in mine:
        return None
    if one in theirs or other in mine:
        return Tie.SPONSOR
    return Tie.ORIGIN if len(mine | theirs) <= ENOUGH else None


def sponsors_of(session: Session, accounts: set[str]) -> Mapping[str, frozenset[str]]:
    """Who vouched for each: ids of accounts, and names (folded) that the first version took."""
    asked = select(Sponsorship.account_id, Sponsorship.sponsor_id, Sponsorship.sponsor)
    rows = session.execute(asked.where(Sponsorship.account_id.in_(accounts))).all()
    return {
        account: frozenset(sponsor_id or folded(name) for one, sponsor_id, name in rows if one == account)
        for account in accounts
    }


def require_two(session: Session, one: str, other: str) -> None:
    """Unprocessable unless two accounts are two people."""
    if tie(one, other, sponsors_of(session, {one, other})) is not None:
        raise Unprocessable(NOT_BOTH)


def require_team(account: Account | None) -> Account:
    """Somebody who may decide about accounts now, else Forbidden."""
    if account is None or not account.active or account.role not in TEAM:
        raise Forbidden
    return account


def vouch(session: Session, sponsor_id: str, account_id: str, typed: str) -> bool:
    """Notes that a sponsor vouches for an account. Whether it is active now.

    Unprocessable when the number is not that of the account's key, and for whoever may not vouch for it.
    """
    locked = lock_accounts(session, sponsor_id, account_id)
    sponsor, account = locked.get(sponsor_id), locked.get(account_id)
    if account is None or not _open_to_sponsors(account):
        raise NotFound(N_("This account does not wait any more."))
    if sponsor is None or not among_founders(sponsor, account):
        sponsor = require_team(sponsor)
    if sponsor.id == account.id:
        raise Unprocessable(N_("Nobody vouches for themselves."))
    if session.get(Sponsorship, (account.id, sponsor.id)) is not None:
        raise Unprocessable(N_("You vouched already. Another one must."))
    if not same(fingerprint_of(session, account), typed):
        raise Unprocessable(N_("This is not the number of this account. Let the person read it out again."))
    others = _vouching(session, account)
    if account.waiting_until is not None and not account.founder:
        for other in others:
            require_two(session, other, sponsor.id)
    session.add(Sponsorship(account_id=account.id, sponsor=sponsor.id, sponsor_id=sponsor.id))
    session.flush()
    if account.waiting_until is not None and len(others) + 1 >= ENOUGH:
        account.active, account.waiting_until = True, None
    return account.active


def _open_to_sponsors(account: Account) -> bool:
    """Accounts that wait, in time; and founders, who each vouch for all others."""
    if account.waiting_until is None:
        return account.founder and account.active
    return account.waiting_until >= today()


def among_founders(sponsor: Account, account: Account) -> bool:
    """Founders vouch for each other also while they wait themselves."""
    return sponsor.founder and account.founder and _in_time(sponsor)


def _in_time(account: Account) -> bool:
    return account.active or (account.waiting_until is not None and account.waiting_until >= today())


def _vouching(session: Session, account: Account) -> list[str]:
    """Who vouched for an account and still may."""
    vouched = select(Account).join(Sponsorship, Sponsorship.sponsor_id == Account.id)
    found = session.scalars(vouched.where(Sponsorship.account_id == account.id))
    return [one.id for one in found if one.active or among_founders(one, account)]


def fingerprint_of(session: Session, account: Account) -> str:
    keyholder = session.get(Keyholder, account.keyholder_id) if account.keyholder_id else None
    return fingerprint(account, keyholder.public_key if keyholder else "")


def turn_away(session: Session, by: str, account_id: str) -> None:
    """Ends an account that waits: somebody does not know the person."""
    locked = lock_accounts(session, by, account_id)
    account, sponsor = locked.get(account_id), locked.get(by)
    if account is None or account.waiting_until is None:
        raise NotFound(N_("This account does not wait any more."))
    if sponsor is None or not among_founders(sponsor, account):
        require_team(sponsor)
    forget(session, account)
