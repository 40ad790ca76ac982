"""Whoever declares a conflict of interest loses every case of that State at once, and opens nothing that comes later."""

from __future__ import annotations

import pytest
from sqlalchemy import Select, func, select

from app.cases import declaring
from app.cases.access import look_at, take_up
from app.cases.changing import changing
from app.cases.grants import leave
from app.cases.queue import without_reader
from app.cases.two_people import NO_LONGER, objection
from app.documents.submission import Submission
from app.intake.receive import receive
from app.intake.tokens import new_token
from app.problems import Conflict, Forbidden, NotFound, Unprocessable
from app.stores.casework import (
    Account,
    ConflictOfInterest,
    Grant,
    HistoryEvent,
    Keyholder,
    Proposal,
    Sponsorship,
    TurnDue,
)
from tests.building import add_case
from tests.cases.conftest import FIRST_WORDS, Team

LATER = "They came again in autumn."


@pytest.fixture(autouse=True)
def vouched(team: Team) -> None:
    with team.installation.casework.write() as session:
        for login, who in team.people.items():
            session.add_all(
                Sponsorship(account_id=who.account_id, sponsor=f"{login} is vouched for by {one}") for one in "ab"
            )


def opens(team: Team, login: str) -> bool:
    try:
        return look_at(team.installation, team.case_id, team.people[login]).submissions != []
    except NotFound:
        return False


def events(team: Team) -> list[str]:
    with team.installation.casework.read() as session:
        return list(session.scalars(select(HistoryEvent.event).order_by(HistoryEvent.position)))


def held(team: Team, login: str) -> Select[int]:
    """How many grants somebody has."""
    found = select(func.count()).select_from(Grant)
    return found.where(Grant.keyholder_id == team.people[login].keyholder_id)


def test_ones_own_conflict_holds_at_once_and_turns_the_key(team: Team) -> None:
    mine = team.people["three"].private_key
    assert FIRST_WORDS.encode() in team.stolen().opened_by(mine)
    assert declaring.declare(team.installation, team.people["three"], "XA") == 0
    assert [opens(team, login) for login in team.people] == [True, True, False]
    team.note("one", LATER)
    team.answer(LATER)
    assert LATER.encode() not in team.stolen().opened_by(mine)
    assert LATER.encode() in team.stolen().opened_by(team.people["two"].private_key)
    assert "grant_gone" in events(team)
    told = Submission(language="en", what_happened="Another one.", state_where="XA")
    receive(team.installation, new_token(team.installation.keys), told, [])
    with team.installation.casework.read() as session:
        assert session.scalar(held(team, "three")) == 0


def test_a_case_of_which_everybody_has_a_conflict_stays_with_escrow_and_is_counted(team: Team) -> None:
    alone = [declaring.declare(team.installation, who, "XA") for who in team.people.values()]
    assert alone == [0, 0, 1]
    team.answer(LATER)
    assert LATER.encode() in team.stolen().opened_by(team.escrow.private)
    with team.installation.casework.read() as session:
        assert without_reader(session) == 1
        kinds = select(Keyholder.kind).join(Grant, Grant.keyholder_id == Keyholder.id)
        assert list(session.scalars(kinds)) == ["escrow"]


def test_who_was_reading_writes_nothing_after_the_conflict(team: Team) -> None:
    opened = take_up(team.installation, team.case_id, team.people["three"])
    declaring.declare(team.installation, team.people["three"], "XA")
    with pytest.raises((NotFound, Conflict)), changing(team.installation, opened, team.people["three"]):
        raise AssertionError("no way in")


def test_another_gets_a_conflict_by_two_people_and_only_by_two(team: Team) -> None:
    one, two, three = team.people.values()
    declaring.ask(team.installation, one, "three", "XA", "add")
    assert opens(team, "three")
    with pytest.raises(Conflict):
        declaring.ask(team.installation, two, "three", "XA", "add")
    for who, message in ((one, "You proposed this yourself"), (three, "This concerns yourself")):
        with pytest.raises(Forbidden) as refused:
            declaring.agree(team.installation, who, three.account_id, "XA")
        assert message in refused.value.detail
    declaring.agree(team.installation, two, three.account_id, "XA")
    assert not opens(team, "three")
    with pytest.raises(Conflict):
        declaring.agree(team.installation, two, three.account_id, "XA")
    with pytest.raises(Unprocessable):
        declaring.ask(team.installation, three, "three", "XA", "remove")
    declaring.ask(team.installation, two, "three", "XA", "remove")
    declaring.agree(team.installation, one, three.account_id, "XA")
    with team.installation.casework.read() as session:
        assert session.scalars(select(ConflictOfInterest)).all() == []
    assert not opens(team, "three"), "access is given anew, by whoever has it"


def test_whoever_cannot_open_the_case_leaves_its_key_to_be_turned_by_the_next(team: Team) -> None:
    one, two, three = team.people.values()
    leave(team.installation, two, team.case_id)
    declaring.ask(team.installation, one, "three", "XA", "add")
    declaring.agree(team.installation, two, three.account_id, "XA")
    with team.installation.casework.read() as session:
        assert session.scalars(select(TurnDue.case_id)).all() == [team.case_id]
        assert session.scalar(held(team, "three")) == 0
    team.note("one", LATER)
    assert LATER.encode() not in team.stolen().opened_by(three.private_key)
    with team.installation.casework.read() as session:
        assert session.scalars(select(TurnDue)).all() == []


def test_a_state_that_the_submitter_names_later_is_looked_at_too(team: Team) -> None:
    """The same form sent again with another State makes a further submission of the same case."""
    form = new_token(team.installation.keys)
    first = Submission(language="en", what_happened="One.", state_alleged="unclear")
    receipt = receive(team.installation, form, first, [])
    declaring.declare(team.installation, team.people["three"], "XB")
    with team.installation.casework.read() as session:
        assert session.scalar(held(team, "three")) == 2
    assert receive(team.installation, form, first.model_copy(update={"state_alleged": "XB"}), []) == receipt
    with team.installation.casework.read() as session:
        assert session.scalar(held(team, "three")) == 1
        assert len(session.scalars(select(TurnDue)).all()) == 1


def test_many_cases_are_lost_in_short_transactions(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declaring, "PORTION", 10)
    monkeypatch.setattr(declaring, "TURNING_SECONDS", 0.0)
    with team.installation.casework.write() as session:
        for _ in range(25):
            case = add_case(session, status="received")
            session.add(Grant(case_id=case.id, keyholder_id=team.people["three"].keyholder_id, sealed=b""))
    assert declaring.declare(team.installation, team.people["three"], "XA") == 25
    with team.installation.casework.read() as session:
        assert session.scalar(held(team, "three")) == 0
        assert len(session.scalars(select(TurnDue)).all()) == 26
    team.note("one", LATER)
    assert LATER.encode() not in team.stolen().opened_by(team.people["three"].private_key)


def test_what_is_not_a_state_or_not_so_is_refused(team: Team) -> None:
    one = team.people["one"]
    with pytest.raises(Unprocessable):
        declaring.declare(team.installation, one, "unclear")
    for login, state, wanted in (("nobody", "XA", "add"), ("two", "XA", "remove"), ("two", "ZZ", "add")):
        with pytest.raises(Unprocessable):
            declaring.ask(team.installation, one, login, state, wanted)
    declaring.ask(team.installation, one, "two", "XA", "add")
    declaring.drop(team.installation, team.people["two"].account_id, "XA")
    with team.installation.casework.read() as session:
        assert declaring.asked_for(session, one) == []


def test_nobody_agrees_to_what_somebody_proposed_who_lost_the_case(team: Team) -> None:
    with team.installation.casework.write() as session:
        proposed = [
            Proposal(case_id=team.case_id, kind="withdrawn", proposed_by=team.people[login].account_id, sealed=b"")
            for login in ("two", "three")
        ]
        session.add_all(proposed)
    assert objections(team, proposed) == ["", ""]
    declaring.declare(team.installation, team.people["three"], "XA")
    with team.installation.casework.write() as session:
        session.get_one(Account, team.people["two"].account_id).active = False
    assert objections(team, proposed) == [NO_LONGER, NO_LONGER]


def objections(team: Team, proposed: list[Proposal]) -> list[str]:
    with team.installation.casework.read() as session:
        return [objection(session, session.merge(one), team.people["one"]) for one in proposed]
