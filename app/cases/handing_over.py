"""Handing over: all that one moderator can open to another at once, and what becomes of the claims of who left.

A grant is given by somebody who has one, and by nobody else: the server holds no key. Whoever has a conflict of interest
with any State of a case is never given that case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.cases.index import add_pages, entry_of
from app.cases.keys import conflicted, lock_case
from app.history import append_event, last_link
from app.i18n import N_
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.problems import NotFound, Unprocessable
from app.sealing import CannotOpen, KeyPair, seal, unseal
from app.stores.casework import Account, Case, CaseState, ConflictOfInterest, Grant, HistoryLink, Keyholder

PORTION = 50  # cases in one transaction
AT_ONCE_SECONDS = 8.0  # of giving, for one press of the button
COUNTED = 500  # what is more is said as "more than"


@dataclass(frozen=True, slots=True)
class Lacking:
    """A moderator, and how many cases somebody could give them; `COUNTED + 1` for more than that."""

    login: str
    number: int


@dataclass(frozen=True, slots=True)
class Given:
    """How many cases were given, and whether there are more that could be."""

    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class _Receiver:
    account_id: str
    keyholder_id: str
    public_key: str


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A grant that was sealed before the store was locked, for the key that the case had then."""

    case_id: str
    public_key: str
    case_key: str = field(repr=False)
    grant: bytes = field(repr=False)


def lacking(session: Session, who: SignedIn) -> list[Lacking]:
    """The other moderators with the cases that `who` could give them, those who lack most first."""
    others = select(Account).where(Account.role == "moderator", Account.active, Account.id != who.account_id)
    found = []
    for account in session.scalars(others.order_by(Account.login)).all():
        if account.keyholder_id is not None:
            to_give = select(Case.id).where(*_to_give(who, account.id, account.keyholder_id)).limit(COUNTED + 1)
            found.append(
                Lacking(account.login, session.scalar(select(func.count()).select_from(to_give.subquery())) or 0)
            )
    return sorted(found, key=lambda one: -one.number)


def _to_give(who: SignedIn, account_id: str, keyholder_id: str) -> list[ColumnElement[bool]]:
    """Cases with a grant for one and none for the other, who has no conflict with any of its States."""
    mine, theirs = aliased(Grant), aliased(Grant)
    barred = (
        exists()
        .where(CaseState.case_id == Case.id, CaseState.state == ConflictOfInterest.state)
        .where(ConflictOfInterest.account_id == account_id)
    )
    return [
        exists().where(mine.case_id == Case.id, mine.keyholder_id == who.keyholder_id),
        ~exists().where(theirs.case_id == Case.id, theirs.keyholder_id == keyholder_id),
        ~barred,
    ]


def only_reader_of(session: Session, who: SignedIn) -> int:
    """How many cases no other moderator can open: they must be handed over before somebody leaves."""
    other = aliased(Grant)
    others = exists().where(
        other.case_id == Grant.case_id,
        other.keyholder_id == Account.keyholder_id,
        Account.role == "moderator",
        Account.active,
        Account.id != who.account_id,
    )
    alone = select(Grant.case_id).where(Grant.keyholder_id == who.keyholder_id, ~others).limit(COUNTED + 1)
    return session.scalar(select(func.count()).select_from(alone.subquery())) or 0


def give_all(installation: Installation, who: SignedIn, login: str) -> Given:
    """Gives another moderator the cases that `who` can open and that they have no conflict with, for some seconds.

    In portions: what is given was sealed before each short transaction, which checks again who may have what. Also the
    keys of the titles are put into the other's index, so that they need not open each grant for them. Unprocessable for
    somebody who cannot be given a case.
    """
    with installation.casework.read() as session:
        receiver = _receiver(session, login)
    until, after, given, more = monotonic() + AT_ONCE_SECONDS, "", list[_Sealed](), True
    while more and monotonic() < until:
        with installation.casework.read() as session:
            wanted = select(Grant.case_id, Grant.sealed, Case.public_key, Case.reading_id)
            wanted = wanted.join(Case, Case.id == Grant.case_id)
            wanted = wanted.where(Grant.keyholder_id == who.keyholder_id, Grant.case_id > after)
            wanted = wanted.where(*_to_give(who, receiver.account_id, receiver.keyholder_id))
            portion = session.execute(wanted.order_by(Grant.case_id).limit(PORTION)).all()
            ends = {row.case_id: last_link(session, row.case_id) for row in portion}
        more = len(portion) == PORTION
        after = portion[-1].case_id if portion else after
        sealed = [one for row in portion if (one := _sealed(row, ends[row.case_id], who, receiver))]
        given += _give(installation, who, receiver, sealed)
    entries = {one.case_id: entry_of(one.case_key, one.public_key) for one in given}
    add_pages(installation, receiver.keyholder_id, receiver.public_key, entries)
    return Given(len(given), more)


def _receiver(session: Session, login: str) -> _Receiver:
    wanted = select(Account).where(Account.login == login, Account.role == "moderator", Account.active)
    account = session.scalar(wanted)
    keyholder = session.get(Keyholder, account.keyholder_id) if account and account.keyholder_id else None
    if account is None or keyholder is None:
        raise Unprocessable(N_("This account cannot be given access."))
    return _Receiver(account.id, keyholder.id, keyholder.public_key)


def _sealed(row: Any, end: HistoryLink | None, who: SignedIn, receiver: _Receiver) -> _Sealed | None:
    """None for a grant that does not open the case as it is now: nothing can be handed on from it.

    Whoever holds a key in their hands has opened the case: the reading is noted first, or nothing is given.
    """
    try:
        case_key = unseal(row.sealed, who.private_key).decode()
        if KeyPair.of(case_key).public != row.public_key:
            return None
    except CannotOpen:
        return None
    who.reader.note_case(
        row.reading_id, case_key, 0 if end is None else end.position + 1, "" if end is None else end.link
    )
    return _Sealed(row.case_id, row.public_key, case_key, seal(case_key.encode(), receiver.public_key))


def _give(installation: Installation, who: SignedIn, receiver: _Receiver, sealed: Sequence[_Sealed]) -> list[_Sealed]:
    """Writes what may still be given: cases whose key was turned, or that were taken from either, are left out."""
    given = []
    with installation.casework.write() as session:
        for account_id in (who.account_id, receiver.account_id):
            account = session.get(Account, account_id)
            if account is None or not account.active or account.role != "moderator":
                raise NotFound
        for one in sealed:
            case = lock_case(session, one.case_id)
            holders = select(Grant.keyholder_id).where(Grant.case_id == case.id)
            held = set(session.scalars(holders))
            barred = conflicted(session, receiver.account_id, case.id)
            if case.public_key != one.public_key or barred or who.keyholder_id not in held:
                continue
            if receiver.keyholder_id not in held:
                session.add(Grant(case_id=case.id, keyholder_id=receiver.keyholder_id, sealed=one.grant))
                append_event(session, case, "grant", who.account_id)
                given.append(one)
    return given


def hand_back_claims(installation: Installation) -> int:
    """By the clock: cases that somebody worked on who may not any more go back to all. How many that were."""
    gone = exists().where(Account.id == Case.assignee_id, ~Account.active)
    with installation.casework.read() as session:
        waiting = list(session.scalars(select(Case.id).where(Case.assignee_id.is_not(None), gone).order_by(Case.id)))
    for at in range(0, len(waiting), PORTION):
        with installation.casework.write() as session:
            for case_id in waiting[at : at + PORTION]:
                case = lock_case(session, case_id)
                account = session.get(Account, case.assignee_id) if case.assignee_id else None
                if account is not None and not account.active:
                    case.assignee_id = case.claimed_until = None
                    append_event(session, case, "hand_back")
    return len(waiting)
