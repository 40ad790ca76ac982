"""Who else may open a case: giving access, and giving up one's own."""

from __future__ import annotations

from sqlalchemy import func, select

from app.cases.access import regrant, take_up
from app.cases.changing import changing, sealed_words
from app.cases.keys import Turn, conflicted
from app.i18n import N_
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.problems import Conflict, Unprocessable
from app.stores.casework import Account, Grant, Keyholder


def give_access(installation: Installation, who: SignedIn, case_id: str, login: str) -> None:
    """Gives another moderator the case's key; never one with a conflict of interest."""
    opened = take_up(installation, case_id, who)
    refused = Unprocessable(N_("This account cannot be given access to this case."))
    with installation.casework.read() as session:
        account = session.scalar(
            select(Account).where(Account.login == login, Account.role == "moderator", Account.active)
        )
        keyholder = session.get(Keyholder, account.keyholder_id) if account and account.keyholder_id else None
    if account is None or keyholder is None:
        raise refused
    words = sealed_words(opened, login)
    with changing(installation, opened, who, whatever_the_file=True) as change:
        session, still = change.session, change.session.get(Account, account.id)
        if still is None or not still.active or conflicted(session, account.id, change.case.id):
            raise refused
        if session.get(Grant, (change.case.id, keyholder.id)) is None:
            regrant(session, opened, give=[keyholder])
            change.note("grant", words)


def leave(installation: Installation, who: SignedIn, case_id: str) -> None:
    """A moderator gives up their own access to a case. Conflict for the last one: a case is never left alone."""
    opened = take_up(installation, case_id, who)
    with installation.casework.read() as session:
        turn = Turn.of(session, opened.case, opened.keys, {who.keyholder_id})
    with changing(installation, opened, who) as change:
        others = (
            select(func.count())
            .select_from(Grant)
            .join(Account, Account.keyholder_id == Grant.keyholder_id)
            .where(
                Grant.case_id == change.case.id,
                Account.role == "moderator",
                Account.active,
                Account.id != who.account_id,
            )
        )
        if not change.session.scalar(others):
            raise Conflict(N_("Nobody else can open this case. Give another moderator access first."))
        if not turn.apply(change.session):
            raise Conflict
        if change.case.assignee_id == who.account_id:
            change.case.assignee_id = None
        change.note("leave")
