"""Readings that nobody can hide: written before anything opens, found when changed, and silent to whoever takes the store."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from app.audit.compared import acts_of_people, cases_by_reading, compare
from app.audit.heads import Head
from app.audit.readings import Opened, Readings, opened_readings, verify_readings
from app.cases.access import look_at, open_case
from app.history import erase_acts
from app.readings import KEPT_DAYS, SPARE_DAYS, Reader, ReadingsAway, purge_readings, readers_of
from app.sealing import random_id
from app.stores.casework import Account, Case, CaseworkBase, Keyholder, ReleaseBatch
from app.stores.readings import Reading
from tests.building import AUDITOR, build_house
from tests.cases.conftest import FIRST_WORDS, Team, make_team
from tests.support.at_rest import kept_bytes
from tests.support.engines import Cluster, StoreUrls
from tests.support.tampering import tamper

TODAY = date(2026, 11, 20)


@pytest.fixture
def reading(request: pytest.FixtureRequest, store_urls: StoreUrls, tmp_path: Path) -> Iterator[Team]:
    """A team whose readings are on the same engine as their cases."""
    if store_urls.engine == "sqlite":
        readings = f"sqlite:///{tmp_path}/apart/readings.sqlite"
    else:
        cluster: Cluster = request.getfixturevalue("cluster")
        readings = cluster.create()
    made = build_house(store_urls.casework, store_urls.registry, tmp_path / "data", readings_url=readings)
    yield make_team(made, tmp_path / "thief")
    for store in (made.casework, made.registry, made.readings):
        store.close()
    if store_urls.engine == "postgresql":
        cluster.drop(readings)


def url(team: Team) -> str:
    return team.installation.settings.readings_address


def session_of(team: Team, login: str, secret: str = "") -> Reader:
    return Reader(team.installation, team.people[login].account_id, secret or random_id())


def read_some(team: Team) -> None:
    """Two sessions of one account and one of another, of three readings each."""
    for login, secret in (("one", "a"), ("one", "b"), ("two", "c")):
        for number in range(3):
            session_of(team, login, secret).note("queue", number=str(number))


def verified(team: Team, kept: list[Head] | None = None) -> Readings:
    with team.installation.readings.read() as session:
        return verify_readings(session, kept or ())


def listed(team: Team) -> tuple[list[Opened], list[str]]:
    """What the auditor reads, and what does not agree."""
    problems: list[str] = []
    with team.installation.casework.read() as session:
        acts = acts_of_people(session)
    with team.installation.readings.read() as session:
        opened = list(opened_readings(session, AUDITOR.private, problems))
    with team.installation.casework.read() as session:
        return opened, problems + compare(session, opened, acts)


def named(team: Team) -> str:
    """How readings name the case."""
    with team.installation.casework.read() as session:
        return session.get_one(Case, team.case_id).reading_id


def count(team: Team) -> int:
    with team.installation.readings.read() as session:
        return session.scalar(select(func.count()).select_from(Reading)) or 0


def open_it(team: Team, login: str) -> str:
    """One request in which a moderator looks at the case."""
    who = team.people[login]
    object.__setattr__(who, "reader", session_of(team, login))
    return str(look_at(team.installation, team.case_id, who).submissions[0].what_happened)


def test_a_case_opens_when_its_reading_is_written_and_once_in_a_request(reading: Team) -> None:
    assert "spring" in open_it(reading, "one")
    assert count(reading) == 1
    reading.note("one", "the same request")
    assert count(reading) == 1
    open_it(reading, "two")
    opened, problems = listed(reading)
    assert problems == []
    assert {(one.account_id, one.what, one.about["case"]) for one in opened} == {
        (reading.people[login].account_id, "case", named(reading)) for login in ("one", "two")
    }


def test_a_case_is_never_opened_within_a_transaction_that_waits_for_its_reading(reading: Team) -> None:
    with reading.installation.casework.read() as session, pytest.raises(RuntimeError):
        _ = open_case(session, reading.case_id, reading.people["one"]).keys
    assert count(reading) == 0


def test_no_row_no_opening(reading: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store of readings is away, or refuses, or there is nobody to whom they could be sealed."""
    with reading.installation.casework.write() as session:
        session.execute(delete(Keyholder).where(Keyholder.kind == "auditor"))
    with pytest.raises(ReadingsAway):
        open_it(reading, "one")
    with reading.installation.casework.write() as session:
        session.add(Keyholder(kind="auditor", public_key=AUDITOR.public))
    assert tamper(url(reading), "ALTER TABLE reading RENAME TO away") is not None
    with pytest.raises(ReadingsAway):
        open_it(reading, "one")
    tamper(url(reading), "ALTER TABLE away RENAME TO reading")
    assert open_it(reading, "one")


def test_killed_between_the_reading_and_the_opening_the_reading_stays(reading: Team) -> None:
    settings = reading.installation.settings
    who = reading.people["one"]
    program = (
        "import os, signal, sys; from app.settings import Settings; from app.installation import open_installation\n"
        "from app.cases.keys import SealedKeys; from app.cases.access import look_at\n"
        "from app.identity.sessions import SignedIn; from app.readings import Reader\n"
        "account, keyholder, key, case, casework, registry, readings, data = sys.argv[1:]\n"
        "made = open_installation(Settings(casework_url=casework, registry_url=registry, readings_url=readings,"
        " data_folder=data, demo=True))\n"
        "SealedKeys.open = lambda *given: os.kill(os.getpid(), signal.SIGKILL)\n"
        "who = SignedIn(account, '', 'moderator', keyholder, '', '', 0, key, Reader(made, account, 's'))\n"
        "print(look_at(made, case, who).submissions)\n"
    )
    addresses = (settings.casework_address, settings.registry_address, settings.readings_address)
    given = (who.account_id, who.keyholder_id, who.private_key, reading.case_id, *addresses, str(settings.data_folder))
    killed = subprocess.run([sys.executable, "-c", program, *given], capture_output=True, check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert killed.stdout == b""
    opened, problems = listed(reading)
    assert [one.about["case"] for one in opened] == [named(reading)]
    assert problems == verified(reading).problems == []


def test_the_store_refuses_to_change_or_remove_a_reading(reading: Team) -> None:
    read_some(reading)
    for statement in (
        update(Reading).values(day=date(2026, 1, 1)),
        update(Reading).values(sealed=b"x"),
        update(Reading).values(tag=None, salt=None, sealed=None),
        delete(Reading),
    ):
        with pytest.raises(DBAPIError), reading.installation.readings.write() as session:
            session.execute(statement)
    assert verified(reading).problems == []


FIRST = "(SELECT max(chain) FROM (SELECT chain FROM reading WHERE position = 2) c)"
ATTACKS = {
    "another account": ("UPDATE reading SET account_id = 'nobody' WHERE position = 1", "is not what was written"),
    "another day": ("UPDATE reading SET day = '2020-01-01' WHERE position = 1", "is not what was written"),
    "other words": ("UPDATE reading SET sealed = salt WHERE position = 1", "what it says is not what was written"),
    "another case": ("UPDATE reading SET tag = 'aa' WHERE position = 1", "what it says is not what was written"),
    "emptied": (
        "UPDATE reading SET sealed = NULL, tag = NULL, salt = NULL WHERE position = 1",
        "what it says is not what was written",
    ),
    "remove": ("DELETE FROM reading WHERE position = 1", "what stood before it was removed"),
    "remove the first": ("DELETE FROM reading WHERE position = 0", "what stood before it was removed"),
    "remove the last": ("DELETE FROM reading WHERE position = 2", "were removed"),
    "remove a session": (
        "DELETE FROM reading WHERE chain IN (SELECT r.chain FROM reading r JOIN reading s ON s.follows = r.link"
        " AND s.position = 0)",
        "the session before it was removed",
    ),
    "remove all of an account": (
        "DELETE FROM reading WHERE account_id = (SELECT max(account_id) FROM reading)",
        "its last readings were removed",
    ),
    "change places": (
        "UPDATE reading SET position = 90 WHERE position = 0; UPDATE reading SET position = 0 WHERE position = 1;"
        "UPDATE reading SET position = 1 WHERE position = 90",
        "is not what was written",
    ),
    "insert": (
        "INSERT INTO reading SELECT chain, 3, account_id, day, follows, commitment, link, salt, tag, sealed"
        " FROM reading WHERE position = 2",
        "is not what was written",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_administrator_who_edits_readings_is_found(reading: Team, attack: str) -> None:
    read_some(reading)
    statements, told = ATTACKS[attack]
    assert tamper(url(reading), *statements.split(";")) > 0
    found = verified(reading).problems
    assert [one for one in found if told in one], found


def test_readings_cut_off_with_what_names_them_are_found_by_an_end_that_was_kept(reading: Team) -> None:
    read_some(reading)
    kept = verified(reading).heads
    assert len(kept) == 3
    of_two = f"account_id = '{reading.people['two'].account_id}'"
    tamper(
        url(reading),
        f"DELETE FROM reading WHERE position = 2 AND {of_two}",
        f"UPDATE reading_end SET link = (SELECT link FROM reading WHERE position = 1 AND {of_two}) WHERE {of_two}",
    )
    assert verified(reading).problems == []
    (problem,) = verified(reading, kept).problems
    assert "readings, chain" in problem


def test_acts_that_were_cut_off_are_missed_by_whoever_read_the_case(reading: Team) -> None:
    for number in range(3):
        reading.note("one", f"note {number}")
    open_it(reading, "two")
    assert listed(reading)[1] == []
    last = "(SELECT max(position) FROM history_link)"
    tamper(
        reading.installation.settings.casework_address,
        f"DELETE FROM history_event WHERE position = {last}",
        f"DELETE FROM history_link WHERE position = {last}",
    )
    (problem,) = listed(reading)[1]
    assert "was another" in problem
    assert reading.case_id in problem


def test_two_readings_at_once_come_one_after_the_other(reading: Team) -> None:
    """Of one session, of two sessions of an account, and of an account that never read before."""

    def note(number: int) -> None:
        session_of(reading, "one", f"session {number % 2}").note("queue", number=str(number))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(note, range(32)))
    found = verified(reading)
    assert (found.problems, found.count, len(found.heads)) == ([], 32, 2)
    assert sorted(int(one.about["number"]) for one in listed(reading)[0]) == list(range(32))


def test_whoever_takes_the_store_reads_accounts_and_days_and_nothing_else(reading: Team) -> None:
    reading.note("one", "Oona Brackwater")
    for login in ("one", "two"):
        open_it(reading, login)
    taken = kept_bytes(url(reading), alone=True)
    assert reading.people["two"].account_id.encode() in taken
    for canary in (reading.case_id, named(reading), "Brackwater", FIRST_WORDS, '"what"', "last_act"):
        assert canary.encode() not in taken, canary
    with reading.installation.readings.read() as session:
        sizes = {len(one) // 256 for one in session.scalars(select(Reading.sealed)) if one is not None}
        tags = session.scalars(select(Reading.tag)).all()
    assert len(sizes) <= 2  # the header of age differs by chance
    assert len(tags) == 3
    assert len(set(tags)) == 2  # the same case by the same account on the same day, and by another one


def test_the_other_moderators_of_a_case_see_who_opened_it_on_which_day(
    reading: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what was read before the key was turned, and nothing of another case."""
    accounts = {login: who.account_id for login, who in reading.people.items()}
    for ago, login in ((3, "one"), (2, "two")):
        monkeypatch.setattr("app.readings.today", lambda ago=ago: TODAY - timedelta(days=ago))
        open_it(reading, login)
    monkeypatch.setattr("app.readings.today", lambda: TODAY)
    session_of(reading, "three").note_case("0" * 32, "another key", 0, "")
    with reading.installation.casework.write() as session:
        session.get_one(Account, accounts["three"]).active = False
    open_it(reading, "one")
    reading.note("one", "turns the key, since the third has no right to it any more")
    opened = look_at(reading.installation, reading.case_id, reading.people["one"])
    assert len(opened.case_keys) == 2
    seen = readers_of(reading.installation, opened.case_keys, accounts.values(), TODAY - timedelta(days=30))
    assert seen == [
        (TODAY, accounts["one"]),
        (TODAY - timedelta(days=2), accounts["two"]),
        (TODAY - timedelta(days=3), accounts["one"]),
    ]


def erase(team: Team) -> None:
    """The case and all that belongs to it, as far as the casework store goes."""
    with team.installation.casework.write() as session:
        erase_acts(session, team.case_id)
        for table in reversed(CaseworkBase.metadata.sorted_tables):
            if table.name in ("thread_key", "case") or "case_id" in table.columns:
                session.execute(delete(table))


def test_an_erased_case_leaves_readings_that_verify_and_lead_to_no_case(reading: Team) -> None:
    for login in ("one", "two"):
        open_it(reading, login)
    reading.note("one", "before it is erased")
    with reading.installation.casework.read() as session:
        cases = cases_by_reading(session)
    assert [cases[one.about["case"]] for one in listed(reading)[0]] == [reading.case_id] * 2
    kept = verified(reading).heads
    erase(reading)
    assert verified(reading, kept).problems == []
    opened, problems = listed(reading)
    assert problems == []
    assert len(opened) == len(kept)
    with reading.installation.casework.read() as session:
        assert cases_by_reading(session) == {}
    taken = kept_bytes(url(reading), alone=True)
    assert [one for one in (reading.case_id, *cases) if one.encode() in taken] == []
    assert reading.case_id not in json.dumps([one.about for one in opened])


def test_an_act_of_somebody_who_never_opened_the_case_is_found(reading: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.readings.today", lambda: TODAY)
    open_it(reading, "one")
    monkeypatch.undo()
    reading.note("one", "this session was noted days before")
    problems = listed(reading)[1]
    assert problems
    assert all(f"account {reading.people['one'].account_id} did not open the case" in one for one in problems)


def old(team: Team, monkeypatch: pytest.MonkeyPatch, now: date) -> list[str]:
    """Readings of two years, some days apart, in sessions that last over midnight."""
    for ago in range(700, -1, -50):
        for late in (0, 1):
            monkeypatch.setattr("app.readings.today", lambda at=ago - late: now - timedelta(days=at))
            session_of(team, "one", f"session {ago}").note("queue", day=str(ago - late))
    monkeypatch.setattr("app.readings.today", lambda: now)
    return [one.about["day"] for one in listed(team)[0]]


def ran(team: Team, now: date, days: int) -> None:
    with team.installation.casework.write() as session:
        batches = [{"day": now - timedelta(days=number)} for number in range(days)]
        session.execute(insert(ReleaseBatch), batches)


def test_readings_go_after_400_days_and_the_others_still_verify(reading: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    now = date.today()
    assert len(old(reading, monkeypatch, now)) == 30
    ran(reading, now, KEPT_DAYS + SPARE_DAYS + 30)
    purge_readings(reading.installation)
    kept = sorted(int(one.about["day"]) for one in listed(reading)[0])
    assert kept == sorted(ago - late for ago in range(400, -1, -50) for late in (0, 1))
    assert verified(reading).problems == []
    purge_readings(reading.installation)
    monkeypatch.setattr("app.readings.today", lambda: now + timedelta(days=1))
    session_of(reading, "one").note("queue")
    assert verified(reading).problems == []


def test_a_clock_that_jumps_breaks_no_chain_and_loses_no_reading(
    reading: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = date.today()
    before = old(reading, monkeypatch, now)
    ran(reading, now, 500)
    for jump in (-1, 400, 0, 800, 0):  # days: three hours back over midnight is a day
        monkeypatch.setattr("app.readings.today", lambda jump=jump: now + timedelta(days=jump))
        if jump > 0:
            ran(reading, now + timedelta(days=jump), 1)
        session_of(reading, "one", "jumping").note("queue", day="jump")
        purge_readings(reading.installation)
        assert verified(reading).problems == []
    monkeypatch.setattr("app.readings.today", lambda: now)
    purge_readings(reading.installation)
    kept = [one.about["day"] for one in listed(reading)[0] if one.about["day"] != "jump"]
    assert kept == [day for day in before if int(day) <= 400]
    assert verified(reading).problems == []


@pytest.mark.parametrize("offset", ["-3h", "+400d"])
def test_the_whole_process_on_a_clock_that_jumped_deletes_nothing(
    reading: Team, monkeypatch: pytest.MonkeyPatch, offset: str
) -> None:
    """Under a shifted clock also SQLite's own triggers think that it is a year later."""
    before = old(reading, monkeypatch, date.today())
    monkeypatch.undo()
    ran(reading, date.today(), 390)
    settings, program = (
        reading.installation.settings,
        (
            "import sys; from app.settings import Settings; from app.installation import open_installation\n"
            "from app.readings import Reader, purge_readings\n"
            "account, casework, registry, readings, data = sys.argv[1:]\n"
            "made = open_installation(Settings(casework_url=casework, registry_url=registry, readings_url=readings,"
            " data_folder=data, demo=True))\n"
            "Reader(made, account, 'session 0').note('queue', day='jump')\n"
            "purge_readings(made)\n"
        ),
    )
    addresses = (settings.casework_address, settings.registry_address, settings.readings_address)
    given = (reading.people["one"].account_id, *addresses, str(settings.data_folder))
    subprocess.run(["faketime", "-f", offset, sys.executable, "-c", program, *given], check=True, timeout=60)
    reading_again = [one.about["day"] for one in listed(reading)[0]]
    assert sorted(reading_again) == sorted([*before, "jump"])
    assert verified(reading).problems == []


def test_readings_that_were_removed_early_are_found_though_they_look_purged(
    reading: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    old(reading, monkeypatch, date.today())
    tamper(url(reading), "DELETE FROM reading WHERE position = 0")
    assert [one for one in verified(reading).problems if "what stood before it was removed" in one]
