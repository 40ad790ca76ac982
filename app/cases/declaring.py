"""Conflicts of interest are declared: one's own at once; by two others, to add one to somebody or to take one off.

Whoever has one opens no case that names its State from that moment on. Their grants go case by case, each in a short
transaction, and the key of each case is turned by whoever declares, as far as they can open it and time allows; else
by whoever writes to the case next. A case that nobody else can open stays sealed to the escrow key.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from sqlalchemy import ColumnElement, and_, delete, exists, func, select
from sqlalchemy.orm import Session

from app.cases.access import held_keys
from app.cases.conflicts import note_lost
from app.cases.keys import Turn, lock_case, take_grants
from app.cases.two_people import objection_between
from app.i18n import N_
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.problems import Conflict, Forbidden, Unprocessable
from app.reference import states
from app.stores.casework import Account, Case, CaseState, ConflictOfInterest, ConflictRequest, Grant

PORTION = 50
TURNING_SECONDS = 5.0  # within one request


@dataclass(frozen=True, slots=True)
class Asked:
    """A change that waits for a second person; `objection`: why that is not this one, as a message."""

    account_id: str
    login: str
    state: str
    wanted: str
    asked_by: str
    objection: str


def conflicts_by_account(session: Session) -> dict[str, list[str]]:
    """The States of each active moderator's conflicts of interest, by login."""
    rows = session.execute(
        select(Account.login, ConflictOfInterest.state)
        .outerjoin(ConflictOfInterest, ConflictOfInterest.account_id == Account.id)
        .where(Account.role == "moderator", Account.active)
        .order_by(Account.login, ConflictOfInterest.state)
    )
    found: dict[str, list[str]] = {}
    for login, state in rows:
        found.setdefault(login, []).extend([state] if state else [])
    return found


def asked_for(session: Session, who: SignedIn) -> list[Asked]:
    """The changes that wait for a second person."""
    logins = dict(session.execute(select(Account.id, Account.login)).all())
    rows = session.scalars(select(ConflictRequest).order_by(ConflictRequest.account_id, ConflictRequest.state)).all()
    return [
        Asked(
            row.account_id,
            logins[row.account_id],
            row.state,
            row.wanted,
            logins[row.asked_by],
            _objection(session, row, who),
        )
        for row in rows
    ]


def declare(installation: Installation, who: SignedIn, state: str) -> int:
    """A conflict of interest of one's own, at once. How many cases nobody can open now but the escrow key."""
    _require_state(installation, state)
    with installation.casework.write() as session:
        _account(session, who.account_id)
        _add(session, who.account_id, state)
    return _lose_cases(installation, who.account_id, who)


def ask(installation: Installation, who: SignedIn, login: str, state: str, wanted: str) -> None:
    """Asks to add a conflict to another's account, or to take one off any account. A second person decides."""
    _require_state(installation, state)
    with installation.casework.write() as session:
        found = select(Account.id).where(Account.login == login, Account.role == "moderator", Account.active)
        account_id = session.scalar(found)
        if account_id is None:
            raise Unprocessable(N_("There is no such moderator."))
        if account_id == who.account_id:
            raise Unprocessable(N_("Two others decide that. Your own you can only add."))
        if (session.get(ConflictOfInterest, (account_id, state)) is not None) != (wanted == "remove"):
            raise Unprocessable(N_("That is so already."))
        if session.get(ConflictRequest, (account_id, state)) is not None:
            raise Conflict(N_("Somebody asked for that already. It waits for a second person."))
        session.add(ConflictRequest(account_id=account_id, state=state, wanted=wanted, asked_by=who.account_id))


def drop(installation: Installation, account_id: str, state: str) -> None:
    """Any moderator lets a request go. Nothing happens when there is none any more."""
    with installation.casework.write() as session:
        session.execute(delete(ConflictRequest).where(_request(account_id, state)))


def agree(installation: Installation, who: SignedIn, account_id: str, state: str) -> int:
    """The second person: what was asked for holds now. How many cases nobody can open now but the escrow key."""
    with installation.casework.write() as session:
        asked = session.scalar(select(ConflictRequest).where(_request(account_id, state)).with_for_update())
        if asked is None:
            raise Conflict(N_("That was decided meanwhile."))
        if message := _objection(session, asked, who):
            raise Forbidden(message)
        _account(session, asked.asked_by)
        wanted = asked.wanted
        session.delete(asked)
        session.flush()
        if wanted == "add":
            _add(session, account_id, state)
        else:
            session.execute(
                delete(ConflictOfInterest).where(
                    ConflictOfInterest.account_id == account_id, ConflictOfInterest.state == state
                )
            )
    return _lose_cases(installation, account_id, who) if wanted == "add" else 0


def _request(account_id: str, state: str) -> ColumnElement[bool]:
    return and_(ConflictRequest.account_id == account_id, ConflictRequest.state == state)


def _objection(session: Session, asked: ConflictRequest, who: SignedIn) -> str:
    if asked.account_id == who.account_id:
        return N_("This concerns yourself. Another moderator must agree.")
    return objection_between(session, asked.asked_by, who.account_id)


def _require_state(installation: Installation, state: str) -> None:
    if state not in states(installation.settings.demo):
        raise Unprocessable(N_("Please choose a State."))


def _account(session: Session, account_id: str) -> Account:
    """An account that may still act, locked. Conflict when it was suspended meanwhile."""
    account = session.get(Account, account_id, with_for_update=True)
    if account is None or not account.active:
        raise Conflict(N_("Whoever asked may not act any more. Ask anew."))
    return account


def _add(session: Session, account_id: str, state: str) -> None:
    if session.get(ConflictOfInterest, (account_id, state)) is None:
        session.add(ConflictOfInterest(account_id=account_id, state=state))
    session.execute(delete(ConflictRequest).where(_request(account_id, state), ConflictRequest.wanted == "add"))
    session.flush()


def _lose_cases(installation: Installation, account_id: str, by: SignedIn) -> int:
    """Takes an account's grants of all cases that it has a conflict with. How many of them no moderator can open now."""
    turns_until, alone = monotonic() + TURNING_SECONDS, 0
    with installation.casework.read() as session:
        keyholder = session.get_one(Account, account_id).keyholder_id
    while keyholder is not None:
        with installation.casework.read() as session:
            portion = _held_in_conflict(session, account_id, keyholder)
        for case_id in portion:
            alone += _lose_case(installation, case_id, keyholder, by, turns=monotonic() < turns_until)
        if len(portion) < PORTION:
            break
    return alone


def _held_in_conflict(session: Session, account_id: str, keyholder: str) -> list[str]:
    declared = select(ConflictOfInterest.state).where(ConflictOfInterest.account_id == account_id)
    named = exists().where(CaseState.case_id == Grant.case_id, CaseState.state.in_(declared))
    held = select(Grant.case_id).where(Grant.keyholder_id == keyholder, named)
    return list(session.scalars(held.order_by(Grant.case_id).limit(PORTION)))


def _lose_case(installation: Installation, case_id: str, keyholder: str, by: SignedIn, *, turns: bool) -> bool:
    """Takes one grant, and turns the key if `by` can open the case. Whether no moderator can open it now."""
    turn = None
    if turns:
        with installation.casework.read() as session:
            keys = held_keys(session, case_id, by)
            case = session.get_one(Case, case_id)
            turn = Turn.of(session, case, keys, {keyholder}) if keys is not None else None
    with installation.casework.write() as session:
        case = lock_case(session, case_id)
        if turn is None or not turn.apply(session):
            take_grants(session, case, {keyholder})
        note_lost(session, case, {keyholder})
        readers = (
            select(func.count())
            .select_from(Grant)
            .join(Account, Account.keyholder_id == Grant.keyholder_id)
            .where(Grant.case_id == case_id, Account.role == "moderator", Account.active)
        )
        return not session.scalar(readers)
