"""Every case of the queue can be reached, what cannot wait comes first, and a flood hides nobody and loses nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.cases import aside, queue, review
from app.cases.aside import bring_back, put_bursts_aside, set_aside
from app.cases.waiting import ENDING, HELD, MESSAGE, SECOND, UNCOVERED, waiting_for
from app.clock import today
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.problems import Conflict, Unprocessable
from app.readings import Reader
from app.stores.casework import (
    URGENCIES,
    Account,
    Case,
    CaseState,
    Grant,
    HistoryEvent,
    Proposal,
    ReleaseOrder,
    Sponsorship,
)
from tests.building import add_case, add_moderator, build_house
from tests.cases.conftest import Team
from tests.support.engines import StoreUrls


@pytest.fixture
def installation(store_urls: StoreUrls, tmp_path: Path) -> Installation:
    return build_house(store_urls.casework, store_urls.registry, tmp_path / "data")


def moderator(installation: Installation, login: str = "one") -> SignedIn:
    with installation.casework.write() as session:
        account_id = add_moderator(session, login).account_id
        keyholder = session.get_one(Account, account_id).keyholder_id or ""
    return SignedIn(account_id, login, "moderator", keyholder, "", "", 0, "", Reader(installation, account_id, ""))


def add(installation: Installation, who: SignedIn, how_many: int = 1, **told: object) -> list[str]:
    """Cases that a moderator may open; their ids in order."""
    with installation.casework.write() as session:
        cases = [add_case(session, **({"status": "received"} | told)) for _ in range(how_many)]
        session.add_all(Grant(case_id=one.id, keyholder_id=who.keyholder_id, sealed=b"") for one in cases)
        return sorted(one.id for one in cases)


def listed(installation: Installation, who: SignedIn, **query: str) -> list[str]:
    """All pages of a view."""
    found: list[str] = []
    for _ in range(20):
        with installation.casework.read() as session:
            page = queue.rows(session, queue.narrowed(session, queue.QueueFilter.of(query)), who)
        found += [one.id for one in page.rows]
        if not page.following:
            break
        query["after"] = page.following
    return found


def test_pages_reach_every_case_once_in_order(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 7)
    who = moderator(installation)
    urgent = add(installation, who, 12, urgency="urgent")
    (normal,) = add(installation, who, status="in_review", received_on=today() - timedelta(days=9))
    (uncovered,) = add(installation, who, status="published", uncovered=True, live=True)
    (new_again,) = add(installation, who, status="closed", unread=True, urgency="low")
    add(installation, who, 2, status="published")
    with installation.casework.write() as session:
        add_case(session, status="received")  # no grant
    assert listed(installation, who) == [uncovered, *urgent, normal, new_again]
    with installation.casework.read() as session:
        rows = {one.id: one for one in queue.rows(session, queue.QueueFilter(), who).rows}
        assert queue.without_reader(session) == 1
        assert queue.counts(session, queue.QueueFilter(), who)["open"] == 15
    assert rows[uncovered].waiting is None
    monkeypatch.setattr(queue, "PAGE", 100)
    assert len(listed(installation, who, status="all")) == 17


def test_the_place_follows_every_change(installation: Installation) -> None:
    """Whatever the program writes to a case, it is listed where it belongs by then."""
    who = moderator(installation)
    (case_id,) = add(installation, who, urgency="low")
    for change in (
        {"urgency": "urgent"},
        {"aside": "burst"},
        {"aside": "kept"},
        {"status": "closed", "unread": False},
        {"unread": True},
        {"uncovered": True},
    ):
        with installation.casework.write() as session:
            case = session.get_one(Case, case_id)
            for name, value in change.items():
                setattr(case, name, value)
        with installation.casework.read() as session:
            case = session.get_one(Case, case_id)
            assert case.place == case.place_in_queue(), change


def test_nothing_writes_past_the_place() -> None:
    """A statement that updates many cases at once would not renew it: only one that touches none of its columns may."""
    sources = {file: file.read_text() for file in (Path(__file__).parents[2] / "app").rglob("*.py")}
    found = {f"{file.parent.name}/{file.name}" for file, text in sources.items() if re.search(r"update\(Case\)", text)}
    assert found == {"digest/slots.py"}


def test_each_filter_counts_what_it_lists(installation: Installation) -> None:
    who, other = moderator(installation), moderator(installation, "two")
    add(installation, who, 3, urgency="high", assignee_id=who.account_id, claimed_until=today())
    add(installation, who, 2, assignee_id=other.account_id, claimed_until=today() - timedelta(days=1))
    add(installation, who, 4, unread=True)
    rare = add(installation, who, 1, urgency="low")
    with installation.casework.write() as session:
        session.add(CaseState(case_id=rare[0], relation="where", state="XE"))
    wanted = {"mine": 3, "free": 7, "unread": 4}
    for name, number in wanted.items():
        assert len(listed(installation, who, **{name: "1"})) == number, name
    assert listed(installation, who, state="XE") == rare
    assert listed(installation, who, state="XE", urgency="high") == []
    assert listed(installation, who, state="XB") == []
    assert len(listed(installation, who, state="XA")) == 10
    with installation.casework.read() as session:
        counts = queue.counts(session, queue.QueueFilter(), who)
    assert {name: counts[name] for name in wanted} == wanted
    assert [counts[name] for name in URGENCIES] == [0, 3, 6, 1]
    assert (counts["received"], counts["in_review"], counts["total"]) == (10, 0, 10)


def test_a_count_says_that_there_are_more(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "COUNTED", 3)
    who = moderator(installation)
    add(installation, who, 5)
    with installation.casework.read() as session:
        assert queue.count(session, queue.QueueFilter(), who) == 4
    assert len(listed(installation, who, state="XA")) == 5  # of a State with more cases than are named one by one


@pytest.mark.parametrize("cursor", ["x", "\0", "1-9999-99-99-" + "0" * 32, "9" * 400])
def test_a_cursor_that_no_page_gave_is_the_first_page(cursor: str) -> None:
    assert queue._place(cursor) is None


# --- bursts and junk --------------------------------------------------------------------------------------------


def test_a_burst_goes_last_and_the_next_honest_case_is_seen(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aside, "URGENT_A_DAY", 5)
    monkeypatch.setattr(aside, "OTHERS_A_DAY", 4)
    monkeypatch.setattr(aside, "PORTION", 3)
    who = moderator(installation)
    flood = add(installation, who, 12, urgency="urgent")
    assert put_bursts_aside(installation) == 7
    (honest,) = add(installation, who)
    (tomorrow,) = add(installation, who, urgency="urgent", received_on=today() + timedelta(days=1))
    assert put_bursts_aside(installation) == 0
    assert listed(installation, who) == [*flood[:5], tomorrow, honest, *flood[5:]]
    junk = [honest, *add(installation, who, 8)]
    assert put_bursts_aside(installation) == 5
    order = listed(installation, who)
    assert sorted(order) == sorted([*flood, *junk, tomorrow])
    with installation.casework.read() as session:
        assert queue.counts(session, queue.QueueFilter(), who)["aside"] == 12
        assert not session.scalars(select(Case).where(Case.aside == "burst", Case.place != 5)).all()
        noted = session.scalars(select(HistoryEvent.case_id).where(HistoryEvent.event == "burst")).all()
    assert len(noted) == len(set(noted)) == 12


def test_who_keeps_a_place_among_a_flood_is_not_who_came_first(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flood that fills the day's places first does not keep them: they go by random ids."""
    monkeypatch.setattr(aside, "URGENT_A_DAY", 3)
    who = moderator(installation)
    add(installation, who, 3, urgency="urgent", id=None)
    with installation.casework.write() as session:
        late = add_case(session, id="0" * 32, status="received", urgency="urgent")
        session.add(Grant(case_id=late.id, keyholder_id=who.keyholder_id, sealed=b""))
    put_bursts_aside(installation)
    assert listed(installation, who)[0] == "0" * 32


def test_what_is_put_aside_needs_a_reason_and_comes_back(team: Team) -> None:
    one, house = team.people["one"], team.installation
    with pytest.raises(Unprocessable):
        set_aside(house, one, team.case_id, "")
    set_aside(house, one, team.case_id, "An advertisement.")
    assert listed(house, one) == []
    assert listed(house, one, status="aside") == listed(house, one, status="all") == [team.case_id]
    with pytest.raises(Conflict):
        set_aside(house, team.people["two"], team.case_id, "Again.")
    bring_back(house, team.people["two"], team.case_id)
    assert listed(house, one) == [team.case_id]
    with pytest.raises(Conflict):
        bring_back(house, one, team.case_id)
    set_aside(house, one, team.case_id, "It is one.")
    review.claim(house, one, team.case_id)
    assert listed(house, one) == [team.case_id]
    with pytest.raises(Conflict):
        set_aside(house, one, team.case_id, "Somebody works on it.")


def test_no_burst_takes_along_what_was_brought_back_or_claimed(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "OTHERS_A_DAY", 0)
    one, house = team.people["one"], team.installation
    assert put_bursts_aside(house) == 1
    bring_back(house, one, team.case_id)
    assert put_bursts_aside(house) == 0
    review.claim(house, one, team.case_id)
    assert put_bursts_aside(house) == 0
    assert listed(house, one) == [team.case_id]


# --- what waits for whom ----------------------------------------------------------------------------------------


def test_what_waits_for_one_is_what_only_they_can_do(installation: Installation) -> None:
    one, two = moderator(installation), moderator(installation, "two")
    sibling = moderator(installation, "sibling")
    (uncovered,) = add(installation, one, status="published", uncovered=True)
    mine, ours, held, wrote, ends = (add(installation, one, status="proposed")[0] for _ in range(5))
    foreign = add(installation, two, status="proposed")[0]
    with installation.casework.write() as session:
        for who, sponsors in ((one, "ab"), (two, "cd"), (sibling, "ab")):
            session.add_all(
                Sponsorship(account_id=who.account_id, sponsor=f"Founder {sponsor}") for sponsor in sponsors
            )
        for case_id, by in ((mine, one), (ours, two), (wrote, sibling), (foreign, sibling)):
            session.add(Proposal(case_id=case_id, kind="published", proposed_by=by.account_id, sealed=b""))
        session.get_one(Case, held).status = "scheduled"
        session.get_one(Case, held).message_unread = True
        order = {"proposed_by": one.account_id, "approved_by": two.account_id, "due_on": today()}
        session.add(ReleaseOrder(case_id=held, kind="published", entry_ref="r", **order))
        for case_id in (wrote, ends):
            session.get_one(Case, case_id).assignee_id = one.account_id
        session.get_one(Case, wrote).message_unread = True
        session.get_one(Case, ends).claimed_until = today()
    with installation.casework.read() as session:
        found = [(waits.case_id, waits.why) for waits in waiting_for(session, one)]
        assert found == [(uncovered, UNCOVERED), (ours, SECOND), (held, HELD), (wrote, MESSAGE), (ends, ENDING)]
        assert [waits.case_id for waits in waiting_for(session, two)] == [foreign]
