"""What is erased is gone for everybody, and nobody alone at the desk can have it erased."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import ForeignKeyConstraint, MetaData, select, update
from sqlalchemy.exc import IntegrityError

from app.audit.acts import verify_acts
from app.cases import erasure, review
from app.cases.standstill import lock_down
from app.clock import today
from app.documents.submission import Submission
from app.installation import open_installation
from app.intake.receive import receive
from app.intake.submitter import ask_for_erasure, keep_case, open_by_receipt, withdraw_case
from app.intake.tokens import new_token
from app.operations.backup import back_up
from app.operations.restore import restore
from app.problems import Conflict, Forbidden, NotFound
from app.registry import log
from app.release.delivery import deliver_due, hide_now
from app.release.orders import order_release
from app.release.schedule import reconcile_stores
from app.settings import Settings
from app.stores import open_store
from app.stores.casework import Case, CaseworkBase, Erasure, ReleaseOrder, Sponsorship
from app.web.forms import SentFile
from tests.building import entry
from tests.cases.conftest import Team
from tests.cases.test_acts import acted
from tests.support.engines import StoreUrls
from tests.support.templates import new_urls


@pytest.fixture
def full(team: Team) -> Team:
    """A case with acts, a message, a file; and another one beside it."""
    acted(team)
    team.answer("More of it.")
    receive(
        team.installation,
        new_token(team.installation.keys),
        _told("Another one."),
        [SentFile("other.txt", "text/plain", b"of another case")],
    )
    return team


def _told(text: str) -> Submission:
    return Submission(language="en", what_happened=text, state_alleged="XB")


def later(team: Team, days: int) -> None:
    """So many days pass for what is due."""
    with team.installation.casework.write() as session:
        for table in (Erasure, ReleaseOrder):
            session.execute(
                update(table).where(table.due_on.is_not(None)).values(due_on=today() - timedelta(days=days))
            )


def asked_by_person(team: Team) -> None:
    with team.installation.casework.write() as session:
        ask_for_erasure(session, open_by_receipt(session, team.receipt))
    hide_now(team.installation)


def asked_by_desk(team: Team) -> None:
    people = team.people
    vouch(team)
    review.claim(team.installation, people["one"], team.case_id, "")
    review.simple_step(team.installation, people["one"], team.case_id, "close", "nothing more to do")
    erasure.propose_erasure(team.installation, people["one"], team.case_id, "It was a test.")
    erasure.confirm_erasure(team.installation, people["two"], team.case_id)
    with team.installation.casework.write() as session:
        session.get_one(Case, team.case_id).message_unread = False


def vouch(team: Team) -> None:
    with team.installation.casework.write() as session:
        for number, who in enumerate(team.people.values()):
            session.add_all(Sponsorship(account_id=who.account_id, sponsor=f"founder {number}{one}") for one in "ab")


def cases(team: Team) -> set[str]:
    with team.installation.casework.read() as session:
        return set(session.scalars(select(Case.id)))


def binary_values(team: Team) -> set[bytes]:
    """Every sealed or wrapped value, every salt and every id of the store that is long enough to be looked for."""
    engine = open_store(team.installation.settings.casework_address, read_only=True)
    with engine.connect() as connection:
        rows = [row for table in CaseworkBase.metadata.sorted_tables for row in connection.execute(select(table))]
    engine.dispose()
    found = [bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode() for row in rows for one in row]
    return {one for one in found if len(one) >= 24}


def residue(team: Team, gone: set[bytes]) -> list[bytes]:
    """What of it is in any file of the stores and of the data folder."""
    settings = team.installation.settings
    files = {one for one in settings.data_folder.rglob("*") if one.is_file()}
    if settings.casework_address.startswith("sqlite"):
        files |= set(Path(settings.casework_address.removeprefix("sqlite:///")).parent.rglob("*"))
    else:
        files |= set(tables_of(settings.casework_address))
    content = b"\0".join(one.read_bytes() for one in files if one.is_file())
    return [one for one in gone if one in content or one[-64:] in content]


def tables_of(url: str) -> Iterator[Path]:
    """The files of all tables and indexes of a database, as they lie on disk."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        folder = connection.execute("SHOW data_directory").fetchone()
        paths = connection.execute("SELECT pg_relation_filepath(oid) FROM pg_class WHERE relfilenode <> 0").fetchall()
        assert folder
        yield from (Path(folder[0], path) for (path,) in paths if path)


@pytest.mark.parametrize("ask", [asked_by_person, asked_by_desk])
def test_an_erased_case_leaves_nothing_and_the_other_one_stays(full: Team, ask: Callable[[Team], None]) -> None:
    before = binary_values(full)
    ask(full)
    assert erasure.erase_due(full.installation) == 0
    later(full, 0)
    assert erasure.erase_due(full.installation) == 0  # the last of the days is not over
    before |= binary_values(full)
    later(full, 1)
    assert erasure.erase_due(full.installation) == 1
    full.installation.casework.truncate_write_ahead_log()
    gone = before - binary_values(full)
    assert len(gone) > 20
    assert full.case_id.encode() in gone
    left = residue(full, gone)
    for _ in range(20):  # PostgreSQL keeps what a housekeeper of its own still sees; the clock comes again
        if not left:
            break
        time.sleep(1)
        full.installation.casework.overwrite_what_is_free()
        left = residue(full, gone)
    assert left == []
    with full.installation.casework.read() as session:
        with pytest.raises(NotFound):
            open_by_receipt(session, full.receipt)
        assert verify_acts(session)[0] == []
    assert len(cases(full)) == 1
    for who in full.people.values():
        with pytest.raises(NotFound):
            erasure.propose_erasure(full.installation, who, full.case_id, "again")


def test_no_table_that_knows_of_a_case_is_forgotten() -> None:
    """Whoever adds a table that names a case by way of another has to erase it too; the others go by their `case_id`."""
    named = {table.name for table in CaseworkBase.metadata.sorted_tables if "case_id" in table.c}
    assert named >= {"submission", "message", "history_event", "case_grant", "case_file", "attachment"}
    assert _of_cases(CaseworkBase.metadata) - named == {"case", "thread_key", "office_action"}


def _of_cases(metadata: MetaData) -> set[str]:
    found = {"case"}
    for _ in range(4):
        for table in metadata.sorted_tables:
            for constraint in table.constraints:
                if isinstance(constraint, ForeignKeyConstraint) and constraint.referred_table.name in found:
                    found.add(table.name)
    return found


def test_the_person_can_change_their_mind_and_it_stays_withdrawn(full: Team) -> None:
    asked_by_person(full)
    with full.installation.casework.write() as session:
        keep_case(session, open_by_receipt(session, full.receipt))
    later(full, 9)
    assert erasure.erase_due(full.installation) == 0
    with full.installation.casework.read() as session:
        assert session.get_one(Case, full.case_id).status == "withdrawn"


def test_the_desk_stops_what_it_asked_for_and_not_what_the_person_asked_for(full: Team) -> None:
    asked_by_desk(full)
    erasure.stop_erasure(full.installation, full.people["three"], full.case_id)
    asked_by_person(full)
    with pytest.raises(Conflict):
        erasure.stop_erasure(full.installation, full.people["three"], full.case_id)
    later(full, 1)
    assert erasure.erase_due(full.installation) == 1


def test_one_person_of_the_desk_is_not_enough(full: Team) -> None:
    vouch(full)
    people = full.people
    with pytest.raises(Conflict):  # it is open
        erasure.propose_erasure(full.installation, people["one"], full.case_id, "away with it")
    review.simple_step(full.installation, people["one"], full.case_id, "close", "nothing more to do")
    erasure.propose_erasure(full.installation, people["one"], full.case_id, "away with it")
    with pytest.raises(Forbidden):
        erasure.confirm_erasure(full.installation, people["one"], full.case_id)
    with pytest.raises(IntegrityError), full.installation.casework.write() as session:
        session.execute(update(Erasure).values(due_on=today(), agreed_by=people["one"].account_id))
    later(full, 9)
    assert erasure.erase_due(full.installation) == 0


def test_what_the_submitter_wrote_meanwhile_is_read_first(full: Team) -> None:
    asked_by_desk(full)
    full.answer("Wait, please.")
    later(full, 1)
    assert erasure.erase_due(full.installation) == 0


def test_a_lockdown_stops_what_the_desk_decided_and_not_what_the_person_did(full: Team) -> None:
    """Two accounts that somebody took over must not destroy a case while the others look what happened."""
    asked_by_desk(full)
    later(full, 1)
    with full.installation.casework.write() as session:
        lock_down(session)
    assert erasure.erase_due(full.installation) == 0
    asked_by_person(full)
    later(full, 1)
    assert erasure.erase_due(full.installation) == 1


def published(team: Team) -> str:
    with team.installation.casework.write() as session:
        case = session.get_one(Case, team.case_id)
        case.status = "scheduled"
        one, two = (team.people[name].account_id for name in ("one", "two"))
        order_release(
            team.installation, session, case, entry(), "published", proposed_by=one, approved_by=two, due_on=today()
        )
        case.message_unread = False
        ref = str(case.entry_ref)
    deliver_due(team.installation, today())
    return ref


def shown(team: Team, ref: str) -> str:
    with team.installation.registry.read() as session:
        present = log.present(session, ref)
    return present.kind if present else "nothing"


def test_what_was_public_is_gone_for_good_before_its_case_is(full: Team) -> None:
    ref = published(full)
    assert shown(full, ref) == "published"
    asked_by_person(full)
    assert shown(full, ref) == "suspended"
    with full.installation.casework.read() as session:
        ends = session.scalars(select(ReleaseOrder.due_on).where(ReleaseOrder.kind == "withdrawn")).all()
    assert max(ends) <= today() + timedelta(days=erasure.FULL_DAYS)
    with full.installation.casework.write() as session:
        session.execute(update(Erasure).values(due_on=date(2020, 1, 1)))
    assert erasure.erase_due(full.installation) == 0
    later(full, 1)
    deliver_due(full.installation, today())
    assert shown(full, ref) == "withdrawn"
    assert erasure.erase_due(full.installation) == 1


def test_an_older_copy_of_the_registry_shows_the_erased_entry_to_nobody(full: Team) -> None:
    ref = published(full)
    address = full.installation.settings.registry_address
    if not address.startswith("sqlite"):
        pytest.skip("a file is put back; the other engine takes the same way")
    file = Path(address.removeprefix("sqlite:///"))
    full.installation.registry.truncate_write_ahead_log()
    older = file.read_bytes()
    asked_by_person(full)
    later(full, 1)
    deliver_due(full.installation, today())
    assert erasure.erase_due(full.installation) == 1
    full.installation.registry.close()
    for one in file.parent.glob(file.name + "*"):
        one.unlink()
    file.write_bytes(older)
    assert shown(full, ref) == "published"
    assert reconcile_stores(full.installation) == 1
    assert shown(full, ref) == "withdrawn"


def test_a_backup_from_before_does_not_bring_it_back(full: Team, tmp_path: Path) -> None:
    ref = published(full)
    settings = full.installation.settings
    before, after = tmp_path / "before.age", tmp_path / "after.age"
    back_up(settings, before)
    asked_by_person(full)
    later(full, 1)
    deliver_due(full.installation, today())
    assert erasure.erase_due(full.installation) == 1
    back_up(settings, after)
    urls = new_urls(StoreUrls(*(("sqlite", "", "") if "sqlite" in settings.casework_address else _as_urls(settings))))
    elsewhere = Settings(
        data_folder=tmp_path / "again", casework_url=urls.casework, registry_url=urls.registry, demo=True
    )
    restored = restore(elsewhere, before, full.escrow.private, [tmp_path / "ledger.age"])
    assert restored.taken_back == 1
    again = replace(full, installation=open_installation(elsewhere))
    assert len(cases(again)) == 1
    assert full.case_id not in cases(again)
    assert shown(again, ref) in ("suspended", "withdrawn")


def _as_urls(settings: Settings) -> tuple[str, str, str]:
    return "postgresql", settings.casework_address, settings.registry_address


def test_a_rule_of_the_installation_erases_what_was_withdrawn_long_ago(
    full: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = full.installation.settings.model_copy(update={"erase_withdrawn_after_days": 30})
    installation = replace(full.installation, settings=settings)
    with installation.casework.write() as session:
        withdraw_case(session, open_by_receipt(session, full.receipt))
    first = today()
    for days, cases_left in ((29, 2), (31, 2), (34, 2), (35, 1)):
        monkeypatch.setattr(erasure, "today", lambda days=days: first + timedelta(days=days))
        erasure.erase_due(installation)
        assert len(cases(full)) == cases_left, days
