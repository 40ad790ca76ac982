"""Orders: decided releases on their way through the door.

The decision commits together with its order. The words of an order are wrapped under a server secret that is in no
store: a stolen store, its backups and its dead rows hold no text of a release, not even of one that was stopped or
withdrawn before its hour.
"""

from __future__ import annotations

import json
import secrets
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import today
from app.documents.agreed import OrderedEntry
from app.documents.entry import Kind, PublicEntry, new_reference
from app.installation import Installation
from app.sealing import derive, random_id, wrap
from app.stores.casework import Case, ReleaseOrder

PURPOSE = "release-order"


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
    words = json.dumps(OrderedEntry(entry=entry).told(), ensure_ascii=False).encode()
    order_id = random_id()
    order = ReleaseOrder(
        id=order_id,
        case_id=case.id,
        kind=kind,
        entry_ref=case.entry_ref,
        version=next_version(session, case),
        wrapped=wrap(words, order_key(installation), f"{PURPOSE}/{order_id}"),
        proposed_by=proposed_by,
        approved_by=approved_by,
        due_on=due_on,
    )
    session.add(order)
    session.flush()
    return order


def order_key(installation: Installation) -> bytes:
    return derive(installation.settings.form_key, PURPOSE)


def order_tombstone(session: Session, case: Case, version: int, by: str | None) -> None:
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


def first_release_day(installation: Installation) -> date:
    """The first day on which an entry approved today may be released: a random hold within the set range."""
    least, most = installation.settings.hold
    return date.fromordinal(today().toordinal() + least + secrets.randbelow(most - least + 1))
