"""The clock of the desk: hiding at once, the batch of the day at its hour, repair after a crash."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.cases.aside import put_bursts_aside
from app.cases.erasure import erase_due
from app.cases.handing_over import hand_back_claims
from app.cases.index import forget_idle
from app.cases.keys import lock_case
from app.clock import hour, today
from app.identity.sessions import forget_account_times
from app.installation import Installation
from app.readings import purge_readings
from app.registry import log
from app.release.delivery import deliver_due, deliver_each, hide_erased, hide_now
from app.release.orders import arrived_already, order_hiding, order_withdrawal, waiting_orders
from app.stores.casework import Case, ErasedCase, ReleaseBatch, ReleaseOrder
from app.stores.registry import LogLeaf, Record
from app.stores.sweeping import look_after_files

CHUNK = 500  # identifiers in one statement


def reconcile_stores(installation: Installation) -> int:
    """Brings both stores to one mind after a crash, or after a restored backup of the registry store.

    Notes the arrival of what is in the log already, and hides at once what is shown and must not be: what was
    withdrawn, suspended or stopped. Returns how many orders were found or made.
    """
    with installation.casework.read() as session:
        waiting = list(session.scalars(select(ReleaseOrder.id).where(~ReleaseOrder.delivered)))
        not_public = session.execute(
            select(Case.entry_ref, Case.id).where(~Case.live, Case.entry_ref.is_not(None))
        ).all()
        erased = [str(ref) for ref in session.scalars(select(ErasedCase.ref).where(ErasedCase.ref.is_not(None)))]
    cases = {str(ref): case_id for ref, case_id in not_public}
    with installation.registry.read() as session:
        arrived = _among(session, LogLeaf.release_id, waiting)
        shown = _among(session, Record.ref, list(cases), Record.shown.is_(True))
        undead = _among(session, Record.ref, erased, Record.shown.is_(True))
    deliver_each(installation, arrived, today())
    for ref in undead:
        hide_erased(installation, ref)
    return len(arrived) + len(undead) + sum(_hide(installation, cases[ref]) for ref in shown)


def _hide(installation: Installation, case_id: str) -> bool:
    """Orders that what is shown of a case is hidden, unless it may be shown, or somebody is carrying something of it."""
    with installation.casework.write() as session:
        case = lock_case(session, case_id)
        under_way = select(ReleaseOrder.id).where(
            ReleaseOrder.case_id == case.id, ~ReleaseOrder.delivered, ReleaseOrder.kind == "suspended"
        )
        if case.live or session.scalar(under_way.limit(1)) is not None or not _is_shown(installation, case):
            return False
        if case.status == "scheduled" and arrived_already(installation, waiting_orders(session, case)):
            return False  # it may be shown: only its arrival is not noted yet
        case.live = True  # it is, until the hiding was carried
        order_hiding(session, case)
        if case.status == "withdrawn":
            order_withdrawal(session, case)
    return True


def _is_shown(installation: Installation, case: Case) -> bool:
    with installation.registry.read() as session:
        present = log.present(session, str(case.entry_ref))
    return present is not None and present.kind not in ("suspended", "withdrawn")


def _among(
    session: Session, column: InstrumentedAttribute[str], wanted: list[str], *also: ColumnElement[bool]
) -> list[str]:
    found: list[str] = []
    for at in range(0, len(wanted), CHUNK):
        found += session.scalars(select(column).where(column.in_(wanted[at : at + CHUNK]), *also))
    return found


def truncate_write_ahead_logs(installation: Installation) -> None:
    """Takes what was erased, and the order in which things came, out of the write-ahead logs of the stores."""
    for store in (installation.casework, installation.registry, installation.readings_or_none):
        if store is not None:
            store.truncate_write_ahead_log()


def daily_batch(installation: Installation) -> int:
    """The release of the day, once, at the set hour or as soon after it as the desk runs. Returns how many went out.

    The day is marked whatever fails: what could not be carried waits for the next one.
    """
    day = today()
    if hour() < installation.settings.release_hour:
        return 0
    with installation.casework.read() as session:
        if session.get(ReleaseBatch, day) is not None:
            return 0
    try:
        return deliver_due(installation, day)
    finally:
        with installation.casework.write() as session:
            if session.get(ReleaseBatch, day) is None:
                session.add(ReleaseBatch(day=day))


def run_scheduled_work(installation: Installation, report: Callable[[Exception], None]) -> None:
    """One round of the desk's clock. A step that fails is reported and does not hold up the next."""
    steps = (
        reconcile_stores,
        hide_now,
        daily_batch,
        put_bursts_aside,
        hand_back_claims,
        forget_idle,
        erase_due,
        look_after_files,
        forget_account_times,
        purge_readings,
        truncate_write_ahead_logs,
    )
    for step in steps:
        try:
            step(installation)
        except Exception as error:
            report(error)
