"""Working titles: the queue shows and finds them, opens no case for it, and nobody without a grant reads one."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from app.cases import grants, index, naming, review
from app.cases.access import renew_keys
from app.cases.index import TitleIndex, fold, opened_index
from app.clock import now
from app.documents.submission import PersonConcerned, Submission
from app.identity.sessions import SignedIn
from app.intake.receive import receive
from app.intake.tokens import new_token
from app.release.schedule import run_scheduled_work
from app.sealing import CannotOpen, derive, unseal, unwrap
from app.stores.casework import Account, Case, CaseTitle, ConflictOfInterest, Grant, TitlePage
from tests.cases.conftest import Team
from tests.support.at_rest import kept_bytes

NAME = "The weaver of Quendrith"


def submitted(team: Team, **answers: Any) -> str:
    """A further case; its id."""
    with team.installation.casework.read() as session:
        before = set(session.scalars(select(Case.id)))
    told = Submission.model_validate({"language": "en", "what_happened": "It began."} | answers)
    receive(team.installation, new_token(team.installation.keys), told, [])
    with team.installation.casework.read() as session:
        (case_id,) = set(session.scalars(select(Case.id))) - before
    return case_id


def index_of(team: Team, who: SignedIn) -> TitleIndex:
    with team.installation.casework.read() as session:
        return opened_index(team.installation, session, who)


def in_session(who: SignedIn, lookup: str) -> SignedIn:
    """The same person in a session whose index stays open."""
    return SignedIn(who.account_id, who.login, who.role, who.keyholder_id, "", lookup, 0, who.private_key, who.reader)


def test_a_title_tells_what_was_told_first(team: Team) -> None:
    case_id = submitted(
        team,
        language="fr",
        state_alleged="XB",
        acts=["unclear", "direct_threat"],
        persons=[PersonConcerned(name="Ines Varga", role="lawyer")],
    )
    found = index_of(team, team.people["one"]).titles[case_id]
    assert (found.language, found.state, found.act, found.role, found.name) == (
        "fr",
        "XB",
        "direct_threat",
        "lawyer",
        "",
    )


def test_a_name_given_by_one_is_seen_by_all_also_in_a_session_that_runs(team: Team) -> None:
    two = in_session(team.people["two"], "titles-two")
    fold(team.installation, two)
    assert index_of(team, two).titles[team.case_id].name == ""
    naming.rename(team.installation, team.people["one"], team.case_id, NAME)
    assert index_of(team, two).titles[team.case_id].name == NAME
    assert index_of(team, team.people["three"]).titles[team.case_id].name == NAME


def test_an_index_that_was_folded_knows_the_same_and_needs_no_grant(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "PAGE_ENTRIES", 3)
    one = team.people["one"]
    cases = {team.case_id}
    for number in range(8):
        cases.add(submitted(team, state_alleged="XA" if number % 2 else "XB"))
        if number % 3 == 0:
            fold(team.installation, one)
    fold(team.installation, one)
    monkeypatch.setattr(index, "_entry_of", lambda *_: pytest.fail("a grant was opened"))
    found = index_of(team, one)
    assert found.titles.keys() == cases
    assert not found.waiting
    with team.installation.casework.read() as session:
        sizes = session.scalars(select(TitlePage.sealed).where(TitlePage.keyholder_id == one.keyholder_id)).all()
        news = select(func.count()).select_from(Grant).where(Grant.keyholder_id == one.keyholder_id)
        assert session.scalar(news.where(Grant.news.is_not(None))) == 0
    assert len(sizes) == 3
    assert all(len(size) >= index.PAGE_BYTES for size in sizes)


def test_more_than_is_opened_at_once_is_opened_for_the_next_pages(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "AT_ONCE", 2)
    cases = {team.case_id, *(submitted(team, state_alleged="XA") for _ in range(4))}
    one = in_session(team.people["one"], "titles-at-once")
    fold(team.installation, one)
    assert len(index_of(team, one).titles) == 4
    assert index_of(team, one).titles.keys() == cases


def test_nothing_of_an_index_stays_in_memory_when_its_session_is_over(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (in_session(team.people[login], f"titles-over-{login}") for login in ("one", "two"))
    for who in (one, two):
        index_of(team, who)
    index.forget(one)
    assert one.lookup not in index._opened
    later = now() + team.installation.settings.session_idle_minutes * 60 + 1
    monkeypatch.setattr(index, "now", lambda: later)
    run_scheduled_work(team.installation, lambda error: pytest.fail(str(error)))
    assert two.lookup not in index._opened
    monkeypatch.setattr(index, "MOST_OPEN", 2)
    for number in range(4):
        index_of(team, in_session(team.people["one"], f"titles-many-{number}"))
    assert len(index._opened) <= 3


def test_what_one_session_folded_another_one_sees(team: Team) -> None:
    """News goes when it is folded: a session that had not seen it yet reads the pages again."""
    first, second = (in_session(team.people["one"], f"titles-{number}") for number in (1, 2))
    fold(team.installation, first)
    index_of(team, second)
    naming.rename(team.installation, team.people["two"], team.case_id, NAME)
    case_id = submitted(team, state_alleged="XB")
    fold(team.installation, first)
    assert index_of(team, second).titles[team.case_id].name == NAME
    assert case_id in index_of(team, second).titles


def test_two_sign_ins_at_once_fold_once_and_lose_nothing(team: Team) -> None:
    """The one that is overtaken writes nothing; what it held is news or in the pages of the other."""
    one = team.people["one"]
    fold(team.installation, one)
    case_id = submitted(team, state_alleged="XB")
    slow = in_session(one, "titles-slow")
    index_of(team, slow)
    fold(team.installation, one)
    fold(team.installation, slow)
    assert case_id in index_of(team, one).titles
    assert case_id in index_of(team, slow).titles


def _is_active(team: Team, login: str, active: bool) -> None:
    with team.installation.casework.write() as session:
        session.get_one(Account, team.people[login].account_id).active = active


def test_pages_are_made_anew_when_they_are_damaged_or_mostly_out_of_date(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "PAGE_ENTRIES", 2)
    one = team.people["one"]
    fold(team.installation, one)
    for round_ in range(6):  # each turn of the key puts another entry of the same case into the pages
        login = "two" if round_ % 2 else "three"
        _is_active(team, login, False)
        renew_keys(team.installation.casework, team.case_id, one)
        _is_active(team, login, True)
        grants.give_access(team.installation, one, team.case_id, login)
        fold(team.installation, one)
    assert index_of(team, one).entries <= 4
    with team.installation.casework.write() as session:
        for page in session.scalars(select(TitlePage)):
            page.sealed = b"damaged"
    assert index_of(team, one).titles.keys() == {team.case_id}


def test_a_case_taken_back_is_no_longer_found_and_its_new_title_opens_for_nobody_who_left(team: Team) -> None:
    """The key of the title is turned with that of the case: an old index opens nothing that is written later."""
    one, three = team.people["one"], in_session(team.people["three"], "titles-three")
    fold(team.installation, three)
    old = index_of(team, three).keys[team.case_id][1]
    with team.installation.casework.write() as session:
        session.add(ConflictOfInterest(account_id=three.account_id, state="XA"))
    naming.rename(team.installation, one, team.case_id, NAME)
    with team.installation.casework.read() as session:
        index._opened.clear()
        assert team.case_id not in opened_index(team.installation, session, three).titles
        wrapped = session.get_one(CaseTitle, team.case_id).wrapped
    with pytest.raises(CannotOpen):
        unwrap(wrapped, old, f"title/{team.case_id}")
    assert index_of(team, team.people["two"]).titles[team.case_id].name == NAME


def test_a_title_is_nowhere_in_the_store_and_a_stolen_key_opens_those_of_its_grants(team: Team) -> None:
    case_id = submitted(team, state_alleged="XB")
    naming.rename(team.installation, team.people["one"], case_id, NAME)
    for who in team.people.values():
        fold(team.installation, who)
    kept = kept_bytes(team.installation.settings.casework_address)
    assert NAME.encode() not in kept
    assert b"Quendrith" not in kept
    with team.installation.casework.read() as session:
        wrapped = session.scalars(select(CaseTitle.wrapped)).all()
        grant = session.get_one(Grant, (case_id, team.people["two"].keyholder_id))
        title = session.get_one(CaseTitle, case_id).wrapped
    assert len({len(one) for one in wrapped}) == 1
    key = derive(unseal(grant.sealed, team.people["two"].private_key), "title")
    assert NAME.encode() in unwrap(title, key, f"title/{case_id}")


def test_a_case_from_before_there_were_titles_gets_one_when_it_is_claimed(team: Team) -> None:
    with team.installation.casework.write() as session:
        session.delete(session.get_one(CaseTitle, team.case_id))
    assert team.case_id not in index_of(team, team.people["two"]).titles
    review.claim(team.installation, team.people["one"], team.case_id)
    assert index_of(team, team.people["two"]).titles[team.case_id].state == "XA"


def test_the_title_of_one_case_is_not_taken_for_that_of_another(team: Team) -> None:
    """Somebody who writes to the store swaps two rows: neither is shown."""
    other = submitted(team, state_alleged="XB")
    with team.installation.casework.write() as session:
        first, second = session.get_one(CaseTitle, team.case_id), session.get_one(CaseTitle, other)
        first.wrapped, second.wrapped = second.wrapped, first.wrapped
    assert not index_of(team, team.people["one"]).titles
