"""The door: the only code that carries anything from the casework store into the registry store.

The decision commits in the casework store together with its outgoing order. Delivery appends to the release log
under the order's random id, which the log takes once, and only then notes the arrival. Killed anywhere between, it is
simply done again. An order stays locked while it is carried, so that a withdrawal waits for it and then undoes it.
"""

from __future__ import annotations

import secrets
from datetime import date

from sqlalchemy import func, literal, or_, select
from sqlalchemy.orm import Session

from app.clock import hour, today
from app.entry import Document, Kind, PublicEntry, new_reference
from app.registry import log
from app.stores.casework import Case, HistoryEvent, OfficeItem, Proposal, ReleaseBatch, ReleaseOrder
from app.web.house import House, Sessions


def record(
    session: Session, case: Case, event: str, account_id: str | None = None, sealed: bytes | None = None
) -> None:
    """Adds to the history of a case, in the caller's transaction."""
    last = session.scalar(select(func.max(HistoryEvent.position)).where(HistoryEvent.case_id == case.id))
    session.add(
        HistoryEvent(
            case_id=case.id, position=0 if last is None else last + 1, happened_on=today(), account_id=account_id,
            event=event, status=case.status, sealed=sealed,
        )
    )  # fmt: skip
    session.flush()


def next_version(session: Session, case: Case) -> int:
    """The version that the next release of the case's entry has."""
    last = session.scalar(
        select(func.max(ReleaseOrder.version)).where(ReleaseOrder.entry_ref == case.entry_ref)
    )
    return (last or 0) + 1


def order_release(
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
    order = ReleaseOrder(
        case_id=case.id, kind=kind, entry_ref=case.entry_ref, version=next_version(session, case),
        document=entry.model_dump_json(exclude_none=True), proposed_by=proposed_by, approved_by=approved_by,
        due_on=due_on,
    )  # fmt: skip
    session.add(order)
    session.flush()
    return order


def withdraw(session: Session, case: Case, by: str | None) -> None:
    """Takes a case's entry back, in the caller's transaction: cancels what waits, orders a tombstone for what is live.

    `by` is a moderator's account, or None for the submitter. Deliver at once afterwards (`deliver_withdrawals`).
    """
    for order in session.scalars(
        select(ReleaseOrder).where(ReleaseOrder.case_id == case.id, ~ReleaseOrder.delivered)
    ):
        session.delete(order)
    for proposal in session.scalars(select(Proposal).where(Proposal.case_id == case.id, Proposal.open)):
        proposal.open = False
    session.flush()
    if case.live and case.entry_ref is not None:
        session.add(
            ReleaseOrder(
                case_id=case.id, kind="withdrawn", entry_ref=case.entry_ref, version=next_version(session, case),
                proposed_by=by, due_on=today(),
            )
        )  # fmt: skip
    case.status = "withdrawn"
    empty_office_item(session, case.id)
    record(session, case, "withdraw", by)


def place_office_item(session: Session, item: OfficeItem, sealed: bytes | None) -> None:
    """Puts a confidential item, or its tombstone (None), at the end of what the Office reads."""
    last = session.scalar(select(func.max(OfficeItem.position))) or 0
    item.sealed, item.position, item.changed_on = sealed, last + 1, today()
    session.add(item)
    session.flush()


def empty_office_item(session: Session, case_id: str) -> None:
    """Takes everything back that the Office was told of a case."""
    item = session.scalar(select(OfficeItem).where(OfficeItem.case_id == case_id))
    if item is not None and item.sealed is not None:
        place_office_item(session, item, None)


def deliver(casework: Sessions, registry_writer: Sessions, order_id: str, on: date) -> bool:
    """Carries one order through the door, once however often it is called. Whether it was carried now."""
    with casework.begin() as session:
        order = session.get(ReleaseOrder, order_id, with_for_update=True)
        if order is None or order.delivered:
            return False
        _append(registry_writer, order, on)
        _note_arrival(session, order)
    return True


def _append(registry_writer: Sessions, order: ReleaseOrder, on: date) -> None:
    entry = None if order.document is None else PublicEntry.model_validate_json(order.document)
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
    with registry_writer.begin() as session:
        log.append(session, order.id, document)


def _note_arrival(session: Session, order: ReleaseOrder) -> None:
    case = session.get_one(Case, order.case_id)
    order.delivered = True
    order.document = None
    case.live = order.kind != "withdrawn"
    if case.live and case.status == "scheduled":
        case.status = "published"
    record(session, case, "release")


def deliver_due(casework: Sessions, registry_writer: Sessions, on: date, *, everything: bool = False) -> int:
    """Delivers withdrawals, and what is due on a day (`everything`: also what still waits), in random order.

    Returns how many were carried.
    """
    with casework() as session:
        due = or_(ReleaseOrder.kind == "withdrawn", ReleaseOrder.due_on <= on, literal(everything))
        orders = list(session.scalars(select(ReleaseOrder.id).where(~ReleaseOrder.delivered, due)))
    secrets.SystemRandom().shuffle(orders)
    return sum(deliver(casework, registry_writer, order, on) for order in orders)


def deliver_withdrawals(house: House) -> int:
    """Delivers waiting withdrawals now, when this process may write to the registry store; else the desk's clock does.

    Returns how many were carried.
    """
    writer = house.registry_writer_or_none
    if writer is None:
        return 0
    with house.casework() as session:
        waiting = select(ReleaseOrder.id).where(~ReleaseOrder.delivered, ReleaseOrder.kind == "withdrawn")
        orders = list(session.scalars(waiting))
    return sum(deliver(house.casework, writer, order, today()) for order in orders)


def daily_batch(house: House) -> int:
    """The release of the day, once, at the set hour or as soon after it as the desk runs. Returns how many went out."""
    day = today()
    if hour() < house.settings.release_hour:
        return 0
    with house.casework() as session:
        if session.get(ReleaseBatch, day) is not None:
            return 0
    carried = deliver_due(house.casework, house.registry_writer, day)
    with house.casework.begin() as session:
        if session.get(ReleaseBatch, day) is None:
            session.add(ReleaseBatch(day=day))
    return carried


def hold_until(house: House) -> date:
    """The first day on which an entry approved today may be released: a random hold within the set range."""
    least, most = house.settings.hold
    return date.fromordinal(today().toordinal() + least + secrets.randbelow(most - least + 1))
