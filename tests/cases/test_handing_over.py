"""Handing over: a new moderator is given the old cases at once, conflicts hold, and no case is left without a reader."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import delete, func, select

from app.cases import grants, handing_over, index, review
from app.cases.access import look_at
from app.cases.handing_over import give_all, hand_back_claims, lacking, only_reader_of
from app.cases.queue import QueueFilter, count, without_reader
from app.identity.sessions import SignedIn
from app.problems import Conflict, NotFound, Problem, Unprocessable
from app.sealing import seal
from app.stores.casework import Account, Case, CaseState, ConflictOfInterest, Grant, HistoryEvent
from tests.building import add_moderator
from tests.cases.conftest import Team, sign_in
from tests.cases.test_titles import submitted


@pytest.fixture
def newcomer(team: Team) -> SignedIn:
    with team.installation.casework.write() as session:
        key = add_moderator(session, "new").key
    return sign_in(team.installation, "new", key)


def opens(team: Team, who: SignedIn, case_id: str) -> bool:
    try:
        return bool(look_at(team.installation, case_id, who).submissions)
    except NotFound:
        return False


def test_all_is_given_at_once_but_where_any_state_is_in_conflict(
    team: Team, newcomer: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_over, "PORTION", 2)
    monkeypatch.setattr(index, "PAGE_ENTRIES", 3)
    one = team.people["one"]
    cases = [team.case_id, *(submitted(team, state_alleged="XA") for _ in range(5))]
    barred, named_later = submitted(team, state_alleged="XB", state_where="XC"), submitted(team, state_alleged="XB")
    with team.installation.casework.write() as session:
        session.execute(delete(Grant).where(Grant.keyholder_id == newcomer.keyholder_id))
        session.add(ConflictOfInterest(account_id=newcomer.account_id, state="XC"))
        session.add(CaseState(case_id=named_later, relation="where", state="XC"))
    with team.installation.casework.read() as session:
        assert [(one.login, one.number) for one in lacking(session, one)][:2] == [("new", 6), ("three", 0)]
    given = give_all(team.installation, one, "new")
    assert (given.number, given.more) == (6, False)
    assert all(opens(team, newcomer, case_id) for case_id in cases)
    assert not opens(team, newcomer, barred)
    assert not opens(team, newcomer, named_later)
    assert give_all(team.installation, one, "new").number == 0
    with team.installation.casework.read() as session:
        assert count(session, QueueFilter(), newcomer) == 6
        noted = select(func.count()).where(HistoryEvent.event == "grant", HistoryEvent.account_id == one.account_id)
        assert session.scalar(noted) == 6
    monkeypatch.setattr(index, "_entry_of", lambda *_: pytest.fail("a grant was opened for its title"))
    with team.installation.casework.read() as session:
        assert index.opened_index(team.installation, session, newcomer).titles.keys() == set(cases)


def test_when_its_time_is_over_it_goes_on_at_the_next_press(
    team: Team, newcomer: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_over, "PORTION", 1)
    with team.installation.casework.write() as session:
        session.execute(delete(Grant).where(Grant.keyholder_id == newcomer.keyholder_id))
    monkeypatch.setattr(handing_over, "AT_ONCE_SECONDS", 0)
    assert give_all(team.installation, team.people["one"], "new").more
    monkeypatch.setattr(handing_over, "AT_ONCE_SECONDS", 30)
    assert give_all(team.installation, team.people["one"], "new").number == 1


def test_what_changed_since_it_was_sealed_is_not_given(
    team: Team, newcomer: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between sealing and writing: a conflict is declared, the key is turned, the giver loses the case or the account."""
    one, house = team.people["one"], team.installation

    def declared() -> None:
        with house.casework.write() as session:
            session.add(ConflictOfInterest(account_id=newcomer.account_id, state="XA"))

    def turned() -> None:
        grants.leave(house, team.people["three"], team.case_id)

    def taken() -> None:
        with house.casework.write() as session:
            session.execute(delete(Grant).where(Grant.keyholder_id == one.keyholder_id))

    def disabled() -> None:
        with house.casework.write() as session:
            session.get_one(Account, newcomer.account_id).active = False

    def meanwhile(change: Callable[[], None]) -> None:
        def sealing(content: bytes, *keys: str) -> bytes:
            monkeypatch.setattr(handing_over, "seal", seal)
            change()
            return seal(content, *keys)

        monkeypatch.setattr(handing_over, "seal", sealing)

    with house.casework.write() as session:
        session.execute(delete(Grant).where(Grant.keyholder_id == newcomer.keyholder_id))
    for change in (turned, declared, taken, disabled):
        meanwhile(change)
        if change is disabled:
            with pytest.raises((NotFound, Unprocessable)):
                give_all(house, team.people["two"], "new")
        else:
            assert give_all(house, one, "new").number == 0, change
        with house.casework.write() as session:
            session.execute(delete(ConflictOfInterest))
            assert session.get(Grant, (team.case_id, newcomer.keyholder_id)) is None, change


def test_only_an_active_moderator_is_given_anything(team: Team, newcomer: SignedIn) -> None:
    for login in ("nobody", "new"):
        with team.installation.casework.write() as session:
            session.get_one(Account, newcomer.account_id).active = False
        with pytest.raises(Unprocessable):
            give_all(team.installation, team.people["one"], login)


def test_who_is_the_only_reader_is_told_and_cannot_leave(team: Team) -> None:
    one, house = team.people["one"], team.installation
    with house.casework.read() as session:
        assert only_reader_of(session, one) == 0
    grants.leave(house, team.people["two"], team.case_id)
    grants.leave(house, team.people["three"], team.case_id)
    with house.casework.read() as session:
        assert only_reader_of(session, one) == 1
    with pytest.raises(Conflict):
        grants.leave(house, one, team.case_id)
    with house.casework.write() as session:  # whoever is suspended goes at once: the queue says so
        session.get_one(Account, one.account_id).active = False
    with house.casework.read() as session:
        assert without_reader(session) == 1


def test_of_two_last_readers_who_leave_at_once_one_stays(team: Team) -> None:
    house = team.installation
    for _ in range(3):
        case_id = submitted(team, state_alleged="XA")
        grants.leave(house, team.people["three"], case_id)
        gone: list[str] = []
        start = threading.Barrier(2)

        def leave(login: str, case_id: str = case_id, start: threading.Barrier = start, gone: list[str] = gone) -> None:
            start.wait()
            try:
                grants.leave(house, team.people[login], case_id)
                gone.append(login)
            except Problem:
                pass

        crowd = [threading.Thread(target=leave, args=(login,)) for login in ("one", "two")]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join(timeout=60)
        with house.casework.read() as session:
            assert len(gone) <= 1
            assert without_reader(session) == 0


def test_claims_of_who_left_go_back_to_the_queue(team: Team) -> None:
    one, two, house = team.people["one"], team.people["two"], team.installation
    review.claim(house, one, team.case_id)
    assert hand_back_claims(house) == 0
    with house.casework.write() as session:
        session.get_one(Account, one.account_id).active = False
    assert hand_back_claims(house) == 1
    assert hand_back_claims(house) == 0
    with house.casework.read() as session:
        case = session.get_one(Case, team.case_id)
        assert (case.assignee_id, case.claimed_until) == (None, None)
        assert count(session, QueueFilter(free=True), two) == 1
    review.claim(house, two, team.case_id)  # and needs no reason, which taking over would
