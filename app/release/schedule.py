"""The clock of the desk: withdrawals at once, the batch of the day at its hour, repair after a crash."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.clock import hour, today
from app.installation import Installation
from app.release.delivery import deliver_due, deliver_each, deliver_withdrawals
from app.release.orders import next_version, order_tombstone
from app.stores.casework import Case, ReleaseBatch, ReleaseOrder
from app.stores.registry import LogLeaf, Record
from app.stores.sweeping import look_after_files

CHUNK = 500  # identifiers in one statement


def reconcile_stores(installation: Installation) -> int:
    """Brings both stores to one mind after a crash, or after a restored backup of the registry store.

    Notes the arrival of what is in the log already, and takes back again what was withdrawn and is shown all the same.
    Returns how many orders were found or made.
    """
    with installation.casework.read() as session:
        waiting = list(session.scalars(select(ReleaseOrder.id).where(~ReleaseOrder.delivered)))
        withdrawn = session.execute(
            select(Case.entry_ref, Case.id).where(Case.status == "withdrawn", Case.entry_ref.is_not(None))
        ).all()
    cases = {str(ref): case_id for ref, case_id in withdrawn}
    with installation.registry.read() as session:
        arrived = _among(session, LogLeaf.release_id, waiting)
        shown = _among(session, Record.ref, list(cases), Record.shown.is_(True))
    deliver_each(installation, arrived, today())
    for ref in shown:
        with installation.casework.write() as session:
            case = session.get_one(Case, cases[ref], with_for_update=True)
            under_way = select(ReleaseOrder.id).where(ReleaseOrder.case_id == case.id, ~ReleaseOrder.delivered)
            if session.scalar(under_way.limit(1)) is None:
                order_tombstone(session, case, next_version(session, case), None)
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
    installation.casework.truncate_write_ahead_log()
    installation.registry.truncate_write_ahead_log()


def daily_batch(installation: Installation) -> int:
    """The release of the day, once, at the set hour or as soon after it as the desk runs. Returns how many went out."""
    day = today()
    if hour() < installation.settings.release_hour:
        return 0
    with installation.casework.read() as session:
        if session.get(ReleaseBatch, day) is not None:
            return 0
    carried = deliver_due(installation, day)
    with installation.casework.write() as session:
        if session.get(ReleaseBatch, day) is None:
            session.add(ReleaseBatch(day=day))
    return carried


def run_scheduled_work(installation: Installation, report: Callable[[Exception], None]) -> None:
    """One round of the desk's clock. A step that fails is reported and does not hold up the next."""
    for step in (reconcile_stores, deliver_withdrawals, daily_batch, look_after_files, truncate_write_ahead_logs):
        try:
            step(installation)
        except Exception as error:
            report(error)
