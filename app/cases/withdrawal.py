"""Taking a case back: what waits is cancelled, what is public is buried, the Office is told no more."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.office_items import empty_office_item
from app.history import append_event
from app.release.orders import next_version, order_tombstone
from app.stores.casework import Case, Proposal, ReleaseOrder


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
        order_tombstone(session, case, version, by)
    case.status = "withdrawn"
    empty_office_item(session, case.id)
    append_event(session, case, "withdraw", by)
