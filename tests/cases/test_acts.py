"""What was done with a case stays as it was written: the store refuses to change it, and who does so is found."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from app.audit.acts import verify_acts
from app.audit.heads import Head
from app.cases import review
from app.history import append_event, erase_acts
from app.stores.casework import Case, HistoryEvent, HistoryLink, Keyholder
from app.stores.migrating import migrate
from tests.building import AUDITOR
from tests.cases.conftest import Team
from tests.support.tampering import tamper


def acted(team: Team) -> None:
    """Five acts, two of them with words."""
    review.claim(team.installation, team.people["one"], team.case_id, "")
    for words in ("first", "second"):
        team.ask("one", words)
    review.simple_step(team.installation, team.people["one"], team.case_id, "close", "nothing more to do")
    review.simple_step(team.installation, team.people["one"], team.case_id, "reopen")


def audited(team: Team, kept: list[Head] | None = None) -> list[str]:
    with team.installation.casework.read() as session:
        return verify_acts(session, kept or ())[0]


def ends(team: Team) -> list[Head]:
    with team.installation.casework.read() as session:
        return verify_acts(session)[1]


def test_acts_are_a_chain_that_verifies(team: Team) -> None:
    acted(team)
    assert audited(team) == []
    (end,) = ends(team)
    assert end.position >= 4


@pytest.mark.parametrize("table", [HistoryEvent, HistoryLink])
def test_the_store_refuses_to_change_or_remove_an_act(
    team: Team, table: type[HistoryEvent] | type[HistoryLink]
) -> None:
    acted(team)
    for statement in (update(table).values(position=70), delete(table)):
        with pytest.raises(DBAPIError), team.installation.casework.write() as session:
            session.execute(statement)
    assert audited(team) == []


ATTACKS = {
    "edit": ("UPDATE history_event SET event = 'note' WHERE position = 1", "act 1: is not what was written"),
    "blame": (
        "UPDATE history_event SET account_id = (SELECT id FROM account WHERE login = 'two') WHERE position = 1",
        "act 1: is not what was written",
    ),
    "words": (
        "UPDATE history_event SET sealed = NULL WHERE sealed IS NOT NULL",
        "is not what was written",
    ),
    "remove the content": ("DELETE FROM history_event WHERE position = 1", "act 1: its content was removed"),
    "remove": (
        "DELETE FROM history_event WHERE position = 1; DELETE FROM history_link WHERE position = 1",
        "act 1: removed",
    ),
    "remove the first": (
        "DELETE FROM history_event WHERE position = 0; DELETE FROM history_link WHERE position = 0",
        "act 0: removed",
    ),
    "close the gap": (
        "DELETE FROM history_event WHERE position = 0; DELETE FROM history_link WHERE position = 0;"
        "UPDATE history_event SET position = position - 1; UPDATE history_link SET position = position - 1",
        "act 0: its link does not follow",
    ),
    "change places": (
        "UPDATE history_event SET position = 90 WHERE position = 0;"
        "UPDATE history_event SET position = 0 WHERE position = 1;"
        "UPDATE history_event SET position = 1 WHERE position = 90",
        "act 0: is not what was written",
    ),
    "insert": (
        "INSERT INTO history_link SELECT chain, position + 100, commitment, link, NULL FROM history_link"
        " WHERE position = 0;"
        "INSERT INTO history_event SELECT case_id, position + 100, chain, happened_on, account_id, event, status,"
        " sealed, salt FROM history_event WHERE position = 0",
        "act 100: is not what was written",
    ),
    "another chain": (
        "INSERT INTO history_link SELECT 'f', position + 100, commitment, link, NULL FROM history_link"
        " WHERE position = 0;"
        "INSERT INTO history_event SELECT case_id, position + 100, 'f', happened_on, account_id, event, status,"
        " sealed, salt FROM history_event WHERE position = 0",
        "has more than one chain",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_administrator_who_edits_rows_of_the_store_is_found(team: Team, attack: str) -> None:
    acted(team)
    statements, named = ATTACKS[attack]
    assert tamper(team.installation.settings.casework_address, *statements.split(";")) > 0
    found = audited(team)
    assert [one for one in found if named in one], found
    assert all(team.case_id in one or "chain" in one for one in found), found


def test_what_is_cut_off_at_the_end_is_found_by_an_end_that_was_kept(team: Team) -> None:
    """The store alone cannot tell; a list of ends outside of it can."""
    acted(team)
    kept = ends(team)
    last = "(SELECT max(position) FROM history_link)"
    tamper(
        team.installation.settings.casework_address,
        f"DELETE FROM history_event WHERE position = {last}",
        f"DELETE FROM history_link WHERE position = {last}",
    )
    assert audited(team) == []
    (named,) = audited(team, kept)
    assert kept[0].chain in named


def test_two_acts_at_once_come_one_after_the_other(team: Team) -> None:
    acted(team)

    def act(number: int) -> None:
        with team.installation.casework.write() as session:
            append_event(session, session.get_one(Case, team.case_id), f"act-{number}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(act, range(24)))
    assert audited(team) == []
    with team.installation.casework.read() as session:
        events = session.scalars(select(HistoryEvent.event).where(HistoryEvent.event.startswith("act-"))).all()
        positions = session.scalars(select(HistoryLink.position).order_by(HistoryLink.position)).all()
    assert sorted(events) == sorted(f"act-{number}" for number in range(24))
    assert list(positions) == list(range(len(positions)))


def test_an_erased_case_leaves_links_that_verify_and_no_act(team: Team) -> None:
    acted(team)
    kept = ends(team)
    with team.installation.casework.write() as session:
        erase_acts(session, team.case_id)
    assert audited(team, kept) == []
    with team.installation.casework.read() as session:
        assert session.scalar(select(func.count()).select_from(HistoryEvent)) == 0
        links = session.scalars(select(HistoryLink).order_by(HistoryLink.position)).all()
    assert [one.ended_on is not None for one in links] == [False] * (len(links) - 1) + [True]
    assert team.case_id not in "".join(one.chain + one.commitment + one.link for one in links)


def test_an_erasure_in_name_only_is_found(team: Team) -> None:
    acted(team)
    tamper(
        team.installation.settings.casework_address,
        "UPDATE history_link SET ended_on = '2026-11-01' WHERE position = (SELECT max(position) FROM history_link)",
    )
    found = audited(team)
    assert [one for one in found if "does not follow" in one]
    assert [one for one in found if "was erased and this is still here" in one]


def test_an_act_that_fails_leaves_no_link(team: Team) -> None:
    acted(team)
    before = ends(team)
    with team.installation.casework.write() as writing:
        append_event(writing, writing.get_one(Case, team.case_id), "act")
        writing.rollback()
    assert ends(team) == before


def told(team: Team) -> list[tuple[object, ...]]:
    columns = (HistoryEvent.position, HistoryEvent.event, HistoryEvent.account_id, HistoryEvent.sealed)
    with team.installation.casework.read() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(HistoryEvent.position))]


def test_acts_from_before_there_were_chains_are_brought_into_them(team: Team) -> None:
    acted(team)
    before, url = told(team), team.installation.settings.casework_address
    team.installation.casework.close()
    migrate("casework", url, "0007")
    migrate("casework", url)
    assert told(team) == before
    assert audited(team) == []
    with team.installation.casework.write() as session:
        session.add(Keyholder(kind="auditor", public_key=AUDITOR.public))  # as `registry init` does
    team.note("one", "goes on")
    assert audited(team) == []
    (end,) = ends(team)
    assert end.position == len(before)
