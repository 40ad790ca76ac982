"""The chains of acts: every link is recomputed, and every act must be what its link commits to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.heads import Head, lost
from app.chains import BEGINNING, commitment, link_hash
from app.history import content_of, link_content
from app.stores.casework import HistoryEvent, HistoryLink

PIECE = 500
Linked = tuple[HistoryLink, HistoryEvent | None]


def verify_acts(session: Session, kept: Iterable[Head] = ()) -> tuple[list[str], list[Head]]:
    """Everything that is wrong with the acts of all cases, in words, and where each chain ends now.

    `kept`: where chains ended earlier; whatever does not stand there any more is named.
    """
    problems, heads, missing = [], [], set(kept)
    for chain in _chains(session):
        problems += list(_problems_of(chain))
        links = [Head("acts", link.chain, link.position, link.link) for link, _ in chain]
        missing.difference_update(links)
        heads.append(links[-1])
    return problems + _without_link(session) + _of_two_chains(session) + lost(missing), heads


def _chains(session: Session) -> Iterator[list[Linked]]:
    rows = session.execute(
        select(HistoryLink, HistoryEvent)
        .outerjoin(
            HistoryEvent, (HistoryEvent.chain == HistoryLink.chain) & (HistoryEvent.position == HistoryLink.position)
        )
        .order_by(HistoryLink.chain, HistoryLink.position)
        .execution_options(yield_per=PIECE)
    )
    for _, found in groupby(rows, key=lambda row: row[0].chain):
        yield [(link, act) for link, act in found]


def _problems_of(chain: list[Linked]) -> Iterator[str]:
    cases = sorted({act.case_id for _, act in chain if act is not None})
    name = f"case {cases[0]}" if cases else f"chain {chain[0][0].chain}"
    ended = chain[-1][0].ended_on is not None
    expected, after = 0, BEGINNING
    for link, act in chain:
        where = f"{name}, act {link.position}"
        for gap in range(expected, link.position):
            yield f"{name}, act {gap}: removed"
        if expected == link.position and link.link != link_hash(after, link_content(link)):
            yield f"{where}: its link does not follow from what stands before it"
        expected, after = link.position + 1, link.link
        if link.ended_on is not None and link is not chain[-1][0]:
            yield f"{where}: the chain goes on after its end"
        if act is None:
            if not ended:
                yield f"{where}: its content was removed"
        elif ended:
            yield f"{where}: the case was erased and this is still here"
        elif link.commitment != commitment(act.salt, content_of(act)):
            yield f"{where}: is not what was written"


def _without_link(session: Session) -> list[str]:
    links = select(HistoryLink.link).where(
        HistoryLink.chain == HistoryEvent.chain, HistoryLink.position == HistoryEvent.position
    )
    rows = session.execute(select(HistoryEvent.case_id, HistoryEvent.position).where(~links.exists()))
    return [f"case {case_id}, act {position}: has no link" for case_id, position in rows]


def _of_two_chains(session: Session) -> list[str]:
    several = (
        select(HistoryEvent.case_id)
        .group_by(HistoryEvent.case_id)
        .having(func.count(HistoryEvent.chain.distinct()) > 1)
    )
    return [f"case {case_id}: has more than one chain" for case_id in session.scalars(several)]
