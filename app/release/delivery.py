"""The door: the only code that carries anything from the casework store into the registry store.

The decision commits in the casework store together with its outgoing order. Delivery appends to the release log
under the order's random id, which the log takes once, and only then notes the arrival. Killed anywhere between, it is
simply done again. An order stays locked while it is carried, so that a withdrawal waits for it and then undoes it.

The words of an order are wrapped under the form secret, which is in no store: a stolen store, its backups and its dead
rows hold no text of a release, not even of one that was stopped or withdrawn before its hour.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.clock import hour, today
from app.documents.entry import Document, Kind, PublicEntry, new_reference
from app.installation import Installation
from app.registry import log
from app.sealing import derive, random_id, unwrap, wrap
from app.stores import truncate_wal
from app.stores.casework import Case, HistoryEvent, OfficeItem, Proposal, ReleaseBatch, ReleaseOrder
from app.stores.registry import Entry, LogLeaf

PURPOSE = "release-order"
CHUNK = 500  # identifiers in one statement


def record(
    session: Session, case: Case, event: str, account_id: str | None = None, sealed: bytes | None = None
) -> None:
    """Adds to the history of a case, in the caller's transaction."""
    last = session.scalar(select(func.max(HistoryEvent.position)).where(HistoryEvent.case_id == case.id))
    session.add(
        HistoryEvent(
            case_id=case.id,
            position=0 if last is None else last + 1,
            happened_on=today(),
            account_id=account_id,
            event=event,
            status=case.status,
            sealed=sealed,
        )
    )
    session.flush()


def next_version(session: Session, case: Case) -> int:
    """The version that the next release of the case's entry has."""
    last = session.scalar(select(func.max(ReleaseOrder.version)).where(ReleaseOrder.entry_ref == case.entry_ref))
    return (last or 0) + 1


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
    words = entry.model_dump_json(exclude_none=True).encode()
    order_id = random_id()
    order = ReleaseOrder(
        id=order_id,
        case_id=case.id,
        kind=kind,
        entry_ref=case.entry_ref,
        version=next_version(session, case),
        wrapped=wrap(words, _order_key(installation), f"{PURPOSE}/{order_id}"),
        proposed_by=proposed_by,
        approved_by=approved_by,
        due_on=due_on,
    )
    session.add(order)
    session.flush()
    return order


def _order_key(installation: Installation) -> bytes:
    return derive(installation.settings.form_key, PURPOSE)


def withdraw(session: Session, case: Case, by: str | None) -> None:
    """Takes a case's entry back, in the caller's transaction: cancels what waits, orders a tombstone for what is live.

    What waits may have arrived already, when whoever carried it was killed before noting so. Then too a tombstone is
    ordered; the log takes none for what it never held. `by` is a moderator's account, or None for the submitter.
    Deliver at once afterwards (`deliver_withdrawals`).
    """
    version, may_be_public = next_version(session, case), case.live
    for order in session.scalars(
        select(ReleaseOrder).where(ReleaseOrder.case_id == case.id, ~ReleaseOrder.delivered).with_for_update()
    ):
        session.delete(order)
        may_be_public = True
    for proposal in session.scalars(select(Proposal).where(Proposal.case_id == case.id, Proposal.open)):
        proposal.open = False
    session.flush()
    if may_be_public and case.entry_ref is not None:
        _order_tombstone(session, case, version, by)
    case.status = "withdrawn"
    empty_office_item(session, case.id)
    record(session, case, "withdraw", by)


def _order_tombstone(session: Session, case: Case, version: int, by: str | None) -> None:
    session.add(
        ReleaseOrder(
            case_id=case.id,
            kind="withdrawn",
            entry_ref=case.entry_ref,
            version=version,
            proposed_by=by,
            due_on=today(),
        )
    )


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


def deliver(installation: Installation, order_id: str, on: date) -> bool:
    """Carries one order through the door, once however often it is called. Whether it was carried now."""
    with installation.casework.begin() as session:
        order = session.get(ReleaseOrder, order_id, with_for_update=True)
        if order is None or order.delivered:
            return False
        _append(installation, order, on)
        _note_arrival(session, order)
    return True


def _append(installation: Installation, order: ReleaseOrder, on: date) -> None:
    entry = None
    if order.wrapped is not None:
        words = unwrap(order.wrapped, _order_key(installation), f"{PURPOSE}/{order.id}")
        entry = PublicEntry.model_validate_json(words)
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
    with installation.registry_writer.begin() as session:
        log.append(session, order.id, document)


def _note_arrival(session: Session, order: ReleaseOrder) -> None:
    case = session.get_one(Case, order.case_id)
    order.delivered = True
    order.wrapped = None
    case.live = order.kind != "withdrawn"
    if case.live and case.status == "scheduled":
        case.status = "published"
    record(session, case, "release")


def _deliver_each(installation: Installation, orders: Iterable[str], on: date) -> int:
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
    with installation.casework() as session:
        due = or_(ReleaseOrder.kind == "withdrawn", ReleaseOrder.due_on <= on, literal(everything))
        orders = list(session.scalars(select(ReleaseOrder.id).where(~ReleaseOrder.delivered, due)))
    secrets.SystemRandom().shuffle(orders)
    return _deliver_each(installation, orders, on)


def deliver_withdrawals(installation: Installation) -> int:
    """Delivers waiting withdrawals now, when this process may write to the registry store; else the desk's clock does.

    Returns how many were carried.
    """
    if installation.registry_writer_or_none is None:
        return 0
    with installation.casework() as session:
        waiting = select(ReleaseOrder.id).where(~ReleaseOrder.delivered, ReleaseOrder.kind == "withdrawn")
        orders = list(session.scalars(waiting))
    return _deliver_each(installation, orders, today())


def reconcile_stores(installation: Installation) -> int:
    """Brings both stores to one mind after a crash, or after a restored backup of the registry store.

    Notes the arrival of what is in the log already, and takes back again what was withdrawn and is shown all the same.
    Returns how many orders were found or made.
    """
    with installation.casework() as session:
        waiting = list(session.scalars(select(ReleaseOrder.id).where(~ReleaseOrder.delivered)))
        withdrawn = session.execute(
            select(Case.entry_ref, Case.id).where(Case.status == "withdrawn", Case.entry_ref.is_not(None))
        ).all()
    cases = {str(ref): case_id for ref, case_id in withdrawn}
    with installation.registry() as session:
        arrived = _among(session, LogLeaf.release_id, waiting)
        shown = _among(session, Entry.ref, list(cases), Entry.document.is_not(None))
    _deliver_each(installation, arrived, today())
    for ref in shown:
        with installation.casework.begin() as session:
            case = session.get_one(Case, cases[ref], with_for_update=True)
            under_way = select(ReleaseOrder.id).where(ReleaseOrder.case_id == case.id, ~ReleaseOrder.delivered)
            if session.scalar(under_way.limit(1)) is None:
                _order_tombstone(session, case, next_version(session, case), None)
    return len(arrived) + len(shown)


def _among(
    session: Session, column: InstrumentedAttribute[str], wanted: list[str], *also: ColumnElement[bool]
) -> list[str]:
    found: list[str] = []
    for at in range(0, len(wanted), CHUNK):
        found += session.scalars(select(column).where(column.in_(wanted[at : at + CHUNK]), *also))
    return found


def truncate_write_ahead_logs(installation: Installation) -> None:
    """Takes what was erased, and the order in which things came, out of the write-ahead logs of both stores."""
    truncate_wal(installation.casework)
    truncate_wal(installation.registry_writer)


def daily_batch(installation: Installation) -> int:
    """The release of the day, once, at the set hour or as soon after it as the desk runs. Returns how many went out."""
    day = today()
    if hour() < installation.settings.release_hour:
        return 0
    with installation.casework() as session:
        if session.get(ReleaseBatch, day) is not None:
            return 0
    carried = deliver_due(installation, day)
    with installation.casework.begin() as session:
        if session.get(ReleaseBatch, day) is None:
            session.add(ReleaseBatch(day=day))
    return carried


def run_scheduled_work(installation: Installation, report: Callable[[Exception], None]) -> None:
    """One round of the desk's clock. A step that fails is reported and does not hold up the next."""
    for step in (reconcile_stores, deliver_withdrawals, daily_batch, truncate_write_ahead_logs):
        try:
            step(installation)
        except Exception as error:
            report(error)


def first_release_day(installation: Installation) -> date:
    """The first day on which an entry approved today may be released: a random hold within the set range."""
    least, most = installation.settings.hold
    return date.fromordinal(today().toordinal() + least + secrets.randbelow(most - least + 1))
