"""Erasure: a case is destroyed with its keys, words, files and acts. Nobody opens it any more, whatever they hold.

The person decides alone, in their thread; the desk needs two people, and only where nothing can be public any more.
Three full days pass before anything is destroyed. Until then the person, or for the desk any moderator of the case, can
stop what they asked for. What stays is the reference of an entry that was public, so that an older copy of the registry
shows it to nobody, and the links of the case's acts, which commit to what nobody can find any more.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.cases.access import take_up
from app.cases.changing import changing, sealed_words
from app.cases.keys import lock_case
from app.cases.standstill import stands_still
from app.cases.two_people import objection_between
from app.cases.withdrawal import withdraw
from app.clock import today
from app.history import append_event, erase_acts
from app.i18n import N_
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.problems import Conflict, Forbidden, NotFound, Unprocessable
from app.release.orders import end_soon
from app.stores import Store
from app.stores.casework import (
    Attachment,
    Case,
    CaseworkBase,
    ErasedCase,
    Erasure,
    HistoryEvent,
    Keyholder,
    OfficeAction,
    OfficeItem,
    ReleaseOrder,
    Thread,
    ThreadKey,
)
from app.stores.objects import Objects

FULL_DAYS = 3
ENDED = ("withdrawn", "closed")
ROUNDS = 3  # of the clock: what somebody still reads when rows are taken out of the files stays until the next one
_rounds: WeakKeyDictionary[Store, int] = WeakKeyDictionary()


def ask_as_person(session: Session, case: Case, event: str = "ask_erasure") -> None:
    """The person asks (or a rule in their place), in the caller's transaction, in which the case is locked. Withdraws what is not withdrawn yet.

    Takes the place of what the desk asked for, so that nobody but the person can stop it. Hide at once afterwards.
    """
    if case.status != "withdrawn":
        withdraw(session, case)
        case.unread = True
    end_soon(session, case, FULL_DAYS)
    _forget_request(session, case.id)
    session.add(Erasure(case_id=case.id, due_on=_due()))
    append_event(session, case, event)


def keep_as_person(session: Session, case: Case) -> None:
    """The person thought better of it, in the caller's transaction, in which the case is locked."""
    if _forget_request(session, case.id):
        append_event(session, case, "keep")


def propose_erasure(installation: Installation, who: SignedIn, case_id: str, reason: str) -> None:
    """A moderator, freshly confirmed, asks that a case which has ended is erased. A second one must agree."""
    if not reason:
        raise Unprocessable(N_("Say why. The reason stays sealed."))
    opened = take_up(installation, case_id, who)
    words = sealed_words(opened, reason)
    with changing(installation, opened, who, whatever_the_file=True) as change:
        if change.case.status not in ENDED:
            raise Conflict(N_("Only a case that was closed or withdrawn can be erased."))
        if change.session.get(Erasure, change.case.id) is not None:
            raise Conflict
        change.session.add(Erasure(case_id=change.case.id, asked_by=who.account_id))
        change.note("propose_erasure", words)


def confirm_erasure(installation: Installation, who: SignedIn, case_id: str) -> None:
    """The second moderator, freshly confirmed and with other sponsors, agrees: the days begin."""
    opened = take_up(installation, case_id, who)
    with changing(installation, opened, who, whatever_the_file=True) as change:
        asked = change.session.get(Erasure, change.case.id)
        if asked is None or asked.due_on is not None or asked.asked_by is None or change.case.status not in ENDED:
            raise Conflict
        if message := objection_between(change.session, asked.asked_by, who.account_id):
            raise Forbidden(message)
        asked.agreed_by, asked.due_on = who.account_id, _due()
        change.note("confirm_erasure")


def stop_erasure(installation: Installation, who: SignedIn, case_id: str) -> None:
    """Any moderator of the case stops what the desk asked for. What the person asked for only they can stop."""
    opened = take_up(installation, case_id, who)
    with changing(installation, opened, who, whatever_the_file=True) as change:
        asked = change.session.get(Erasure, change.case.id)
        if asked is None or asked.asked_by is None:
            raise Conflict
        _forget_request(change.session, change.case.id)
        change.note("keep")


def erase_due(installation: Installation) -> int:
    """One step of the desk's clock: destroys what is due. Returns how many cases.

    One that is still being taken down from the public waits until that has arrived; one that the desk asked for waits
    while the submitter wrote something that nobody read, and while releases stand still.
    """
    _ask_by_rule(installation)
    with installation.casework.read() as session:
        due = list(session.scalars(select(Erasure.case_id).where(Erasure.due_on < today())))
    erased = sum(_erase(installation, case_id) for case_id in due)
    casework = installation.casework
    if erased:
        _rounds[casework] = ROUNDS
    if _rounds.get(casework, 0):
        _rounds[casework] -= 1
        casework.overwrite_what_is_free()
    return erased


def _ask_by_rule(installation: Installation) -> None:
    """Where the installation set so, what was withdrawn is erased after some days, as if the person had asked."""
    days = installation.settings.erase_withdrawn_after_days
    if not days:
        return
    withdrawn = (
        select(Case.id)
        .join(HistoryEvent, HistoryEvent.case_id == Case.id)
        .where(Case.status == "withdrawn", HistoryEvent.event.in_(("withdraw", "keep")))
        .group_by(Case.id)
    )
    asked = select(Erasure.case_id)
    old = withdrawn.having(func.max(HistoryEvent.happened_on) < today() - timedelta(days=days))
    with installation.casework.read() as session:
        found = list(session.scalars(old.where(Case.id.not_in(asked))))
    for case_id in found:
        with installation.casework.write() as session:
            case = lock_case(session, case_id)
            if case.status == "withdrawn" and session.get(Erasure, case_id) is None:
                ask_as_person(session, case, "erasure_by_rule")


def _erase(installation: Installation, case_id: str) -> bool:
    with installation.casework.write() as session:
        try:
            case = lock_case(session, case_id)
        except NotFound:
            return False
        asked = session.get(Erasure, case_id)
        under_way = select(ReleaseOrder.id).where(ReleaseOrder.case_id == case_id, ~ReleaseOrder.delivered)
        if asked is None or asked.due_on is None or asked.due_on >= today():
            return False
        if asked.asked_by is not None and (case.message_unread or stands_still(session)):
            return (
                False  # the submitter wrote meanwhile: somebody reads it first; a lockdown stops what the desk decided
            )
        if case.live or case.status not in ENDED or session.scalar(under_way.limit(1)) is not None:
            return False
        destroy(session, installation.objects, case)
    return True


def digest_of(case_id: str) -> str:
    """Recognises an erased case in an older copy of the store, and tells nothing to whoever has none."""
    return hashlib.sha256(case_id.encode()).hexdigest()


def destroy(session: Session, objects: Objects, case: Case) -> None:
    """Deletes a case and all that belongs to it, in the caller's transaction, in which the case is locked.

    The bytes of its files go when the transaction is committed.
    """
    threads = list(session.execute(select(Thread.lookup, Thread.keyholder_id).where(Thread.case_id == case.id)))
    items = select(OfficeItem.ref).where(OfficeItem.case_id == case.id)
    objects.delete_after_commit(
        session, session.scalars(select(Attachment.object_id).where(Attachment.case_id == case.id)).all()
    )
    if session.get(ErasedCase, digest_of(case.id)) is None:
        session.add(ErasedCase(digest=digest_of(case.id), ref=case.entry_ref, erased_on=today()))
    erase_acts(session, case.id)
    session.execute(delete(ThreadKey).where(ThreadKey.thread.in_([lookup for lookup, _ in threads])))
    session.execute(delete(OfficeAction).where(OfficeAction.item_ref.in_(items)))
    for table in reversed(CaseworkBase.metadata.sorted_tables):
        if "case_id" in table.c and table.name != HistoryEvent.__tablename__:
            session.execute(delete(table).where(table.c.case_id == case.id))
    session.execute(delete(Keyholder).where(Keyholder.id.in_([keyholder for _, keyholder in threads])))
    session.execute(delete(Case).where(Case.id == case.id))


def _due() -> date:  # the day after the last of the full days is the first on which it is carried out
    return today() + timedelta(days=FULL_DAYS)


def _forget_request(session: Session, case_id: str) -> bool:
    asked = session.get(Erasure, case_id)
    if asked is None:
        return False
    session.delete(asked)
    session.flush()
    return True
