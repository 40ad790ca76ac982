"""The door: the only code that carries anything from the casework store into the registry store.

The decision commits in the casework store together with its outgoing order. Delivery appends to the release log
under the order's random id, which the log takes once, and only then notes the arrival. Killed anywhere between, it is
simply done again. The case and then the order stay locked while it is carried, so that a withdrawal or a stop waits for
it and then undoes it, or is told of it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from datetime import date
from typing import cast

from sqlalchemy import ColumnElement, literal, or_, select
from sqlalchemy.orm import Session

from app.cases.keys import lock_case
from app.cases.standstill import stands_still
from app.clock import today
from app.documents.agreed import OrderedEntry
from app.documents.entry import PublicEntry
from app.documents.envelope import Kind
from app.history import append_event
from app.identity.team import may_release
from app.installation import Installation
from app.registry import log
from app.release.orders import HIDING, order_hiding, unwrap_words
from app.sealing import random_id
from app.stores.casework import Case, ReleaseOrder


def deliver(installation: Installation, order_id: str, on: date) -> bool:
    """Carries one order through the door, once however often it is called. Whether it was carried now.

    An order of a case that is not scheduled any more is dropped. One whose submitter wrote something that nobody read
    yet goes on waiting, and so does everything but hiding while releases stand still, or while there are fewer than two
    moderators.
    """
    with installation.casework.read() as session:
        order = session.get(ReleaseOrder, order_id)
    if order is None or order.delivered:
        return False
    content = _content(installation, order)
    # the log's store first: where writers are alone, waiting for it must not hold up those who submit
    with installation.registry.write() as log_session, installation.casework.write() as session:
        case = lock_case(session, order.case_id)
        locked = session.get(ReleaseOrder, order_id, with_for_update=True)
        if locked is None or locked.delivered:
            return False
        if not log.holds(log_session, order_id):
            if locked.kind not in HIDING and case.status != "scheduled":
                session.delete(locked)
                return False
            if locked.kind not in HIDING and (case.message_unread or stands_still(session) or not may_release(session)):
                return False
            _append(log_session, locked, content, on)
        note_arrival(session, case, locked)
    return True


def _content(installation: Installation, order: ReleaseOrder) -> PublicEntry | None:
    words = unwrap_words(installation, order)
    return None if words is None else OrderedEntry.read(json.loads(words)).entry


def _append(session: Session, order: ReleaseOrder, content: PublicEntry | None, on: date) -> None:
    kind = cast("Kind", order.kind)
    log.append(session, order.id, type="entry", ref=order.entry_ref, kind=kind, day=on, content=content)
    session.commit()


def note_arrival(session: Session, case: Case, order: ReleaseOrder) -> None:
    """What the log took is noted. What arrived and must not be public (it was stopped meanwhile) is hidden at once."""
    order.delivered = True
    order.wrapped = None
    if order.kind in HIDING:
        case.live = False
        append_event(session, case, "hide" if order.kind == "suspended" else "end")
        return
    case.live = True
    if case.status == "scheduled":
        case.status = "published"
    else:
        order_hiding(session, case)
    append_event(session, case, "release")


def hide_erased(installation: Installation, ref: str) -> None:
    """Withdraws an entry whose case was erased: an older copy of the registry store shows it again."""
    with installation.registry.write() as session:
        log.append(session, random_id(), type="entry", ref=ref, kind="withdrawn", day=today(), content=None)


def deliver_each(installation: Installation, orders: Iterable[str], on: date) -> int:
    """Delivers as many as it can: one that fails does not hold up the others. The first failure is raised at the end."""
    carried, failure = 0, None
    for order in orders:
        try:
            carried += deliver(installation, order, on)
        except Exception as error:
            failure = failure or error
    if failure is not None:
        raise failure
    return carried


def deliver_due(installation: Installation, on: date, *, everything: bool = False) -> int:
    """Delivers what must be hidden, and what is due on a day (`everything`: also what still waits), in random order.

    Returns how many were carried.
    """
    due = or_(ReleaseOrder.kind == "suspended", ReleaseOrder.due_on <= on, literal(everything))
    return deliver_each(installation, _undelivered(installation, due), on)


def hide_now(installation: Installation) -> int:
    """Carries what must be hidden, when this process may write to the registry store; else the desk's clock does.

    Returns how many were carried.
    """
    if installation.registry.writable is False:
        return 0
    return deliver_each(installation, _undelivered(installation, ReleaseOrder.kind == "suspended"), today())


def _undelivered(installation: Installation, *which: ColumnElement[bool]) -> list[str]:
    with installation.casework.read() as session:
        orders = list(session.scalars(select(ReleaseOrder.id).where(~ReleaseOrder.delivered, *which)))
    secrets.SystemRandom().shuffle(orders)
    return orders
