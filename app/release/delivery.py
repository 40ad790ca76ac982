"""The door: the only code that carries anything from the casework store into the registry store.

The decision commits in the casework store together with its outgoing order. Delivery appends to the release log
under the order's random id, which the log takes once, and only then notes the arrival. Killed anywhere between, it is
simply done again. An order stays locked while it is carried, so that a withdrawal waits for it and then undoes it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from datetime import date

from sqlalchemy import literal, or_, select
from sqlalchemy.orm import Session

from app.clock import today
from app.documents.agreed import OrderedEntry
from app.documents.entry import Document
from app.history import append_event
from app.installation import Installation
from app.registry import log
from app.release.orders import PURPOSE, order_key
from app.sealing import unwrap
from app.stores.casework import Case, ReleaseOrder


def deliver(installation: Installation, order_id: str, on: date) -> bool:
    """Carries one order through the door, once however often it is called. Whether it was carried now."""
    with installation.casework.write() as session:
        order = session.get(ReleaseOrder, order_id, with_for_update=True)
        if order is None or order.delivered:
            return False
        _append(installation, order, on)
        _note_arrival(session, order)
    return True


def _append(installation: Installation, order: ReleaseOrder, on: date) -> None:
    entry = None
    if order.wrapped is not None:
        words = unwrap(order.wrapped, order_key(installation), f"{PURPOSE}/{order.id}")
        entry = OrderedEntry.read(json.loads(words)).entry
    document = Document.model_validate(
        {
            "schema": 1,
            "ref": order.entry_ref,
            "version": order.version,
            "kind": order.kind,
            "released_on": on,
            "entry": entry,
        }
    )
    with installation.registry.write() as session:
        log.append(session, order.id, document)


def _note_arrival(session: Session, order: ReleaseOrder) -> None:
    case = session.get_one(Case, order.case_id)
    order.delivered = True
    order.wrapped = None
    case.live = order.kind != "withdrawn"
    if case.live and case.status == "scheduled":
        case.status = "published"
    append_event(session, case, "release")


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
    """Delivers withdrawals, and what is due on a day (`everything`: also what still waits), in random order.

    Returns how many were carried.
    """
    with installation.casework.read() as session:
        due = or_(ReleaseOrder.kind == "withdrawn", ReleaseOrder.due_on <= on, literal(everything))
        orders = list(session.scalars(select(ReleaseOrder.id).where(~ReleaseOrder.delivered, due)))
    secrets.SystemRandom().shuffle(orders)
    return deliver_each(installation, orders, on)


def deliver_withdrawals(installation: Installation) -> int:
    """Delivers waiting withdrawals now, when this process may write to the registry store; else the desk's clock does.

    Returns how many were carried.
    """
    if installation.registry.writable is False:
        return 0
    with installation.casework.read() as session:
        waiting = select(ReleaseOrder.id).where(~ReleaseOrder.delivered, ReleaseOrder.kind == "withdrawn")
        orders = list(session.scalars(waiting))
    return deliver_each(installation, orders, today())
