"""History: what was done with a case, by whom, on which day. Acts are added and never changed.

The acts of a case are a chain: each has a link that holds the hash of the one before and commits to the act. Whoever
edits, removes or inserts a row is found by `app.operations.audit`. When a case is erased its acts go, with their salts;
the chain ends with a link that says so and still verifies.
"""

from __future__ import annotations

import secrets

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.chains import BEGINNING, SALT_BYTES, Told, commitment, digest, link_hash
from app.clock import today
from app.sealing import random_id
from app.stores.casework import Case, HistoryEvent, HistoryLink


def append_event(
    session: Session, case: Case, event: str, account_id: str | None = None, sealed: bytes | None = None
) -> None:
    """Adds to the history of a case, in the caller's transaction; `sealed`: words, sealed to the case."""
    last = _last_link(session, case.id)
    act = HistoryEvent(
        case_id=case.id,
        position=0 if last is None else last.position + 1,
        chain=random_id() if last is None else last.chain,
        happened_on=today(),
        account_id=account_id,
        event=event,
        status=case.status,
        sealed=sealed,
        salt=secrets.token_bytes(SALT_BYTES),
    )
    link = HistoryLink(chain=act.chain, position=act.position, commitment=commitment(act.salt, content_of(act)))
    link.link = link_hash(BEGINNING if last is None else last.link, link_content(link))
    for row in (link, act):
        session.add(row)
        session.flush()


def erase_acts(session: Session, case_id: str) -> None:
    """Ends the chain of a case that is being erased and deletes its acts, in the caller's transaction.

    Salts, sealed words and the case's id go with them; the links stay and commit to what nobody can find any more.
    """
    last = _last_link(session, case_id)
    if last is None:
        return
    end = HistoryLink(
        chain=last.chain, position=last.position + 1, commitment=secrets.token_hex(SALT_BYTES), ended_on=today()
    )
    end.link = link_hash(last.link, link_content(end))
    session.add(end)
    session.flush()
    session.execute(delete(HistoryEvent).where(HistoryEvent.case_id == case_id))


def content_of(act: HistoryEvent) -> Told:
    """What the link of an act commits to."""
    return {
        "case": act.case_id,
        "position": act.position,
        "day": act.happened_on.isoformat(),
        "account": act.account_id,
        "event": act.event,
        "status": act.status,
        "sealed": digest(act.sealed),
    }


def link_content(link: HistoryLink) -> Told:
    """What a link says, besides what it follows."""
    return {
        "chain": link.chain,
        "position": link.position,
        "commitment": link.commitment,
        "ended": None if link.ended_on is None else link.ended_on.isoformat(),
    }


def _last_link(session: Session, case_id: str) -> HistoryLink | None:
    """The end of the chain, under the lock of its case: two acts at once come one after the other."""
    session.flush()
    session.execute(select(Case.id).where(Case.id == case_id).with_for_update())
    return last_link(session, case_id)


def last_link(session: Session, case_id: str) -> HistoryLink | None:
    """The end of the chain of a case; None before its first act."""
    newest = select(HistoryLink).join(
        HistoryEvent, (HistoryEvent.chain == HistoryLink.chain) & (HistoryEvent.position == HistoryLink.position)
    )
    return session.scalar(newest.where(HistoryEvent.case_id == case_id).order_by(HistoryEvent.position.desc()).limit(1))
