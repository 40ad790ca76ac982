"""History: what was done with a case, by whom, on which day. Acts are added and never changed."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import today
from app.stores.casework import Case, HistoryEvent


def append_event(
    session: Session, case: Case, event: str, account_id: str | None = None, sealed: bytes | None = None
) -> None:
    """Adds to the history of a case, in the caller's transaction; `sealed`: words, sealed to the case."""
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
