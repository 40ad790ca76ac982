"""The lane beside the queue: what a moderator takes for junk, and what comes in a burst.

Nothing in it is lost or hidden: it is counted, listed after all others, and opened like every case. Intake never refuses
a text, and nothing tells who sends: so one day takes so many places before the others, and which cases of the day have
them is left to chance. A flood can fill its own day; the next day's first cases are seen as ever.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.access import take_up
from app.cases.changing import changing, sealed_words
from app.cases.keys import lock_case
from app.clock import today
from app.history import append_event
from app.i18n import N_
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.problems import Conflict, Unprocessable
from app.stores.casework import Case

URGENT_A_DAY = 20  # new cases of one day that go before the others; of all that are not urgent together:
OTHERS_A_DAY = 100
DAYS_LOOKED_AT = timedelta(days=3)
PORTION = 50  # cases in one transaction


def set_aside(installation: Installation, who: SignedIn, case_id: str, reason: str) -> None:
    """Puts a case aside that nobody works on, with a reason, which stays sealed."""
    if not reason:
        raise Unprocessable(N_("Say why. The reason stays sealed."))
    opened = take_up(installation, case_id, who)
    words = sealed_words(opened, reason)
    with changing(installation, opened, who, whatever_the_file=True) as change:
        if change.case.status != "received" or change.case.aside == "set_aside":
            raise Conflict(N_("Only a case that nobody took up yet can be put aside."))
        change.case.aside, change.case.unread = "set_aside", False
        change.note("set_aside", words)


def bring_back(installation: Installation, who: SignedIn, case_id: str) -> None:
    """Back among the others; from then on no burst takes it along."""
    opened = take_up(installation, case_id, who)
    with changing(installation, opened, who, whatever_the_file=True) as change:
        if change.case.aside not in ("burst", "set_aside"):
            raise Conflict
        change.case.aside = "kept"
        change.note("bring_back")


def put_bursts_aside(installation: Installation) -> int:
    """By the clock: puts aside what is beyond the number of its day. How many that were."""
    moved = 0
    for places, a_day in (((1,), URGENT_A_DAY), ((2, 3, 4), OTHERS_A_DAY)):
        with installation.casework.read() as session:
            days = _crowded_days(session, places, a_day)
        for day in days:
            moved += _put_aside(installation, places, day, a_day)
    return moved


def _crowded_days(session: Session, places: tuple[int, ...], a_day: int) -> list[date]:
    new = (Case.status == "received", Case.place.in_(places), Case.received_on >= today() - DAYS_LOOKED_AT)
    by_day = select(Case.received_on).where(*new, Case.aside.is_(None), Case.assignee_id.is_(None))
    return list(session.scalars(by_day.group_by(Case.received_on).having(func.count() > a_day)))


def _put_aside(installation: Installation, places: tuple[int, ...], day: date, a_day: int) -> int:
    """Which ones keep their place is decided by their random ids, not by who came first."""
    new = (Case.status == "received", Case.place.in_(places), Case.received_on == day)
    of_day = select(Case.id).where(*new, Case.aside.is_(None), Case.assignee_id.is_(None)).order_by(Case.id)
    with installation.casework.read() as session:
        beyond = list(session.scalars(of_day.offset(a_day)))
    for at in range(0, len(beyond), PORTION):
        with installation.casework.write() as session:
            for case_id in beyond[at : at + PORTION]:
                case = lock_case(session, case_id)
                if case.status == "received" and case.aside is None and case.assignee_id is None:
                    case.aside = "burst"
                    append_event(session, case, "burst")
    return len(beyond)
