"""What the auditor's key shows that neither store shows alone: readings and acts must bear each other out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.readings import Opened
from app.clock import today
from app.readings import KEPT_DAYS
from app.stores.casework import Case, HistoryEvent, HistoryLink

# "grant_gone" is noted of whom it befell, not of who did it; after a restore cases are confirmed from a list
WITHOUT_OPENING = ("grant_gone", "confirm_restored")
ONE_DAY = timedelta(days=1)


def compare(session: Session, opened: Iterable[Opened], acts: Iterable[ActOf]) -> list[str]:
    """In words: acts that were others when a case was read, and acts of people who never opened the case.

    `acts` are from before the readings, `session` from after: what is written meanwhile is no contradiction.
    """
    links, cases = _links_of_acts(session), cases_by_reading(session)
    days: dict[tuple[str, str], set[date]] = defaultdict(set)
    problems, first = [], date.max
    for one in opened:
        first = min(first, one.day)
        if one.what == "case" and one.about["case"] in cases:  # it was not erased
            case, number = cases[one.about["case"]], one.about["acts"]
            days[one.account_id, case].add(one.day)
            if number and links[case].get(number - 1) != one.about["last_act"]:
                problems.append(
                    f"case {case}, act {number - 1}: was another on {one.day}, when account {one.account_id} read it"
                )
    there = set(cases.values())
    return problems + _without_reading((one for one in acts if one.case_id in there), days, first)


def cases_by_reading(session: Session) -> dict[str, str]:
    """Which case readings mean, for all that were not erased."""
    return dict(session.execute(select(Case.reading_id, Case.id)).all())


def _links_of_acts(session: Session) -> dict[str, dict[int, str]]:
    """Of each case that was not erased, its links by their positions."""
    links: dict[str, dict[int, str]] = defaultdict(dict)
    of_acts = select(HistoryEvent.case_id, HistoryLink.position, HistoryLink.link).join(
        HistoryLink, (HistoryEvent.chain == HistoryLink.chain) & (HistoryEvent.position == HistoryLink.position)
    )
    for case_id, position, link in session.execute(of_acts):
        links[case_id][position] = link
    return links


@dataclass(frozen=True, slots=True)
class ActOf:
    """Who did something with a case, and when."""

    case_id: str
    position: int
    account_id: str
    day: date


def acts_of_people(session: Session) -> list[ActOf]:
    """All that people did who must have opened the case first."""
    columns = (HistoryEvent.case_id, HistoryEvent.position, HistoryEvent.account_id, HistoryEvent.happened_on)
    asked = select(*columns).where(HistoryEvent.account_id.is_not(None), HistoryEvent.event.not_in(WITHOUT_OPENING))
    return [ActOf(case_id, position, str(account), day) for case_id, position, account, day in session.execute(asked)]


def _without_reading(acts: Iterable[ActOf], days: dict[tuple[str, str], set[date]], first: date) -> list[str]:
    """Acts from after the first reading that is kept. A day on either side counts: midnight, and clocks that jump."""
    since = max(first, today() - timedelta(days=KEPT_DAYS - 1))
    return [
        f"case {act.case_id}, act {act.position}: account {act.account_id} did not open the case on {act.day}"
        for act in acts
        if act.day > since and not {act.day - ONE_DAY, act.day, act.day + ONE_DAY} & days[act.account_id, act.case_id]
    ]
