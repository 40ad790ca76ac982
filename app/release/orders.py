"""Orders: decided releases on their way through the door.

The decision commits together with its order. The words of an order are wrapped under a key of the server that is in no
store (its id stands before them, so that what waits survives a turn of the keys): a stolen store, its backups and its
dead rows hold no text of a release, not even of one that was stopped or withdrawn before its hour. The log numbers
versions; an order has none.

Whoever orders or cancels has locked the case first; the order comes after it.
"""

from __future__ import annotations

import json
import secrets
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import today
from app.documents.agreed import OrderedEntry
from app.documents.entry import PublicEntry
from app.documents.envelope import Kind
from app.documents.public import new_reference
from app.installation import Installation
from app.registry import log
from app.sealing import CannotOpen, derive, random_id, unwrap, wrap
from app.stores.casework import Case, ReleaseOrder

PURPOSE = "release-order"
HIDING = ("suspended", "withdrawn")
LATER_DAYS = 7  # a withdrawal is made final in a batch of one of so many days, so that its day tells nothing


def order_release(
    installation: Installation,
    session: Session,
    case: Case,
    entry: PublicEntry,
    kind: Kind,
    *,
    proposed_by: str,
    approved_by: str,
    due_on: date,
) -> ReleaseOrder:
    """Orders the release of an entry, in the caller's transaction: the decision of two different people.

    The store refuses an order in which they are the same person.
    """
    if case.entry_ref is None:
        case.entry_ref = new_reference()
    words = json.dumps(OrderedEntry(entry=entry).told(), ensure_ascii=False).encode()
    order_id = random_id()
    order = ReleaseOrder(
        id=order_id,
        case_id=case.id,
        kind=kind,
        entry_ref=case.entry_ref,
        wrapped=wrap_words(installation, order_id, words),
        proposed_by=proposed_by,
        approved_by=approved_by,
        due_on=due_on,
    )
    session.add(order)
    session.flush()
    return order


def wrap_words(installation: Installation, order_id: str, words: bytes) -> bytes:
    """`id:` of the newest key for orders, and the words under it."""
    key = installation.keys.orders.newest
    return key.id.encode() + b":" + wrap(words, derive(key.secret, PURPOSE), f"{PURPOSE}/{order_id}")


def unwrap_words(installation: Installation, order: ReleaseOrder) -> bytes | None:
    """What an order that waits will make public; None for one that has arrived. CannotOpen without its key."""
    if order.wrapped is None:
        return None
    key = installation.keys.orders.get(key_of(order.wrapped))
    if key is None:
        raise CannotOpen
    return unwrap(order.wrapped.partition(b":")[2], derive(key, PURPOSE), f"{PURPOSE}/{order.id}")


def key_of(wrapped: bytes) -> str:
    """The id of the key that an order's words are wrapped under."""
    return wrapped.partition(b":")[0].decode("ascii", "replace")


def waiting_orders(session: Session, case: Case) -> list[ReleaseOrder]:
    """The releases of a case that were agreed and not carried yet, locked. The case is locked already."""
    return list(
        session.scalars(
            select(ReleaseOrder)
            .where(ReleaseOrder.case_id == case.id, ~ReleaseOrder.delivered, ReleaseOrder.kind.not_in(HIDING))
            .with_for_update()
        )
    )


def hide_at_once(session: Session, case: Case, by: str | None = None) -> None:
    """Cancels what waits, and orders that whatever is public of a case, or may be, is hidden at once.

    What waits may have arrived already, when whoever carried it was killed before noting so. The log takes no hiding
    of what it never held. Until it was carried, the case counts as public. Deliver at once afterwards.
    """
    waiting = waiting_orders(session, case)
    for order in waiting:
        session.delete(order)
    session.flush()
    if case.entry_ref is None or not (waiting or case.live):
        return
    case.live = True
    order_hiding(session, case, by)


def order_hiding(session: Session, case: Case, by: str | None = None) -> None:
    """Orders that what is public of a case is hidden at once, whoever asked for it."""
    session.add(
        ReleaseOrder(case_id=case.id, kind="suspended", entry_ref=case.entry_ref, proposed_by=by, due_on=today())
    )
    session.flush()


def order_withdrawal(session: Session, case: Case, proposed_by: str | None = None, by: str | None = None) -> None:
    """Orders that the entry of a case is gone for good, in one of the next daily batches. Nothing where none ever was."""
    if case.entry_ref is None:
        return
    due_on = today() + timedelta(days=1 + secrets.randbelow(LATER_DAYS))
    session.add(
        ReleaseOrder(
            case_id=case.id,
            kind="withdrawn",
            entry_ref=case.entry_ref,
            proposed_by=proposed_by,
            approved_by=by,
            due_on=due_on,
        )
    )
    session.flush()


def end_soon(session: Session, case: Case, days: int) -> None:
    """Brings the end of a withdrawn case into one of the batches of so many days, in the caller's transaction."""
    for order in session.scalars(
        select(ReleaseOrder).where(
            ReleaseOrder.case_id == case.id, ReleaseOrder.kind == "withdrawn", ~ReleaseOrder.delivered
        )
    ):
        order.due_on = min(order.due_on, today() + timedelta(days=1 + secrets.randbelow(days)))
    session.flush()


def arrived_already(installation: Installation, orders: list[ReleaseOrder]) -> list[ReleaseOrder]:
    """Which orders the log holds although nobody noted so: whoever carried them was killed between the two commits."""
    if not orders:
        return []
    with installation.registry.read() as session:
        return [order for order in orders if log.holds(session, order.id)]


def first_release_day(installation: Installation) -> date:
    """The first day on which an entry approved today may be released: a random hold within the set range."""
    least, most = installation.settings.hold
    return date.fromordinal(today().toordinal() + least + secrets.randbelow(most - least + 1))
