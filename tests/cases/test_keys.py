"""Keys can be turned: whoever lost access opens nothing that comes later, and a receipt opens its thread alone.

The judge is the stock `age` program on a copy of the whole store.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases import grants, review
from app.cases.access import OpenCase, note_reading, open_case, regrant, renew_keys
from app.cases.keys import Turn, lock_case, thread_public_key, without_access
from app.cases.thread import read_thread
from app.identity.accounts import locked_account, opened_account, unlock
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.intake import submitter
from app.intake.drafts import SealedFile, seal_files
from app.intake.submitter import add_to_case, open_by_receipt
from app.problems import Conflict, NotFound
from app.readings import Reader
from app.sealing import random_id
from app.stores.casework import (
    Account,
    Case,
    CaseKey,
    CaseState,
    ConflictOfInterest,
    Grant,
    HistoryEvent,
    Keyholder,
    Message,
    StoredCaseFile,
    ThreadKey,
)
from app.stores.objects import Objects
from app.web.forms import SentFile
from tests.cases.conftest import FIRST_WORDS, Team
from tests.cases.first_version import brought_up
from tests.cases.stolen import StolenStore
from tests.support.engines import StoreUrls

NOTE, QUESTION, ANSWER = "quixotic heliotrope", "serendipitous marigold", "vermilion nasturtium"


def test_a_receipt_and_the_whole_store_open_the_thread_and_nothing_of_the_desk(team: Team) -> None:
    team.note("one", NOTE)
    team.ask("one", QUESTION)
    team.answer(ANSWER)
    opened = team.stolen().opened_by_receipt(team.receipt).decode()
    for readable in (FIRST_WORDS, QUESTION, ANSWER):
        assert readable in opened
    assert NOTE not in opened
    with team.installation.casework.read() as session:
        granted = select(Keyholder.kind).join(Grant, Grant.keyholder_id == Keyholder.id)
        assert set(session.scalars(granted)) == {"moderator", "escrow"}


def leave(team: Team) -> None:
    grants.leave(team.installation, team.people["two"], team.case_id)


def disable(team: Team) -> None:
    with team.installation.casework.write() as session:
        session.get_one(Account, team.people["two"].account_id).active = False


def declare(team: Team) -> None:
    with team.installation.casework.write() as session:
        session.add(ConflictOfInterest(account_id=team.people["two"].account_id, state="XA"))


def name_the_state(team: Team) -> None:
    """The desk learns of a State with which somebody declared a conflict before."""
    with team.installation.casework.write() as session:
        session.add(ConflictOfInterest(account_id=team.people["two"].account_id, state="XC"))
        session.add(CaseState(case_id=team.case_id, relation="where", state="XC"))


@pytest.mark.parametrize("end", [leave, disable, declare, name_the_state])
def test_whose_access_ended_opens_nothing_that_is_written_later(team: Team, end: Callable[[Team], None]) -> None:
    team.note("one", "written before")
    end(team)
    team.note("one", NOTE)
    team.ask("one", QUESTION)
    team.answer(ANSWER)
    store = team.stolen()
    left = store.opened_by(team.people["two"].private_key).decode()
    for later in (NOTE, QUESTION, ANSWER):
        assert later not in left
    with team.installation.casework.read() as session, pytest.raises(NotFound):
        open_case(session, team.case_id, team.people["two"])
    for key in (team.people["one"].private_key, team.escrow.private):
        opened = store.opened_by(key).decode()
        for written in (FIRST_WORDS, "written before", NOTE, QUESTION, ANSWER):
            assert written in opened
    assert ANSWER in store.opened_by_receipt(team.receipt).decode()


def test_a_copy_from_before_helps_nobody_whose_access_ended(team: Team) -> None:
    """With the older copy they have the older keys: these open nothing of the newer copy either."""
    team.note("one", "written before")
    before = team.stolen()
    leave(team)
    team.note("one", NOTE)
    team.answer(ANSWER)
    both = team.stolen()
    both.values |= before.values
    opened = both.opened_by(team.people["two"].private_key).decode()
    assert "written before" in opened
    assert NOTE not in opened
    assert ANSWER not in opened


def test_after_many_turns_everything_opens_and_old_grants_do_not(team: Team) -> None:
    for number in range(4):
        team.note("one", f"note {number}")
        team.answer(f"answer {number}")
        with team.installation.casework.write() as session:
            opened = open_case(session, team.case_id, team.people["one"])
            two = session.get_one(Keyholder, team.people["two"].keyholder_id)
            regrant(session, opened, take={two.id})
            regrant(session, opened, give=[two])
    for who in (team.people["one"], team.people["two"], team.people["three"]):
        note_reading(team.installation.casework, team.case_id, who)
        with team.installation.casework.read() as session:
            opened = open_case(session, team.case_id, who)
            assert [one.text for one in opened.file.notes] == [f"note {number}" for number in range(4)]
            texts = [one.text for one in read_thread(session, team.case_id, opened.keys)]
            assert texts == [f"answer {number}" for number in range(4)]
            assert opened.submissions[0].what_happened == FIRST_WORDS
    with team.installation.casework.read() as session:
        assert session.scalar(select(func.count()).select_from(CaseKey)) == 4
        assert session.scalar(select(func.count()).select_from(ThreadKey)) == 5
        own = open_by_receipt(session, team.receipt)
        assert len(read_thread(session, team.case_id, own.keys)) == 4


def test_turns_at_once_leave_one_chain_that_opens(team: Team) -> None:
    """Three people take each other's access at the same moment, while the submitter writes."""

    def act(number: int) -> str:
        if number % 3 == 0:
            team.answer(f"answer {number}")
            return "written"
        who = team.people["one"]
        note_reading(team.installation.casework, team.case_id, who)
        try:
            with team.installation.casework.write() as session:
                opened = open_case(session, team.case_id, who)
                two = session.get_one(Keyholder, team.people["two"].keyholder_id)
                regrant(session, opened, take={two.id} if number % 2 else set(), give=[] if number % 2 else [two])
        except Conflict:
            return "told to look again"
        return "turned"

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(act, range(12)))
    assert done.count("written") == 4
    assert "turned" in done
    with team.installation.casework.read() as session:
        opened = open_case(session, team.case_id, team.people["one"])
        numbers = [opened.keys.open(sealed)["n"] for sealed in session.scalars(select(Message.sealed))]
    assert sorted(numbers) == [0, 1, 2, 3]


def test_what_is_sealed_before_a_turn_and_written_after_it_is_sealed_again(team: Team) -> None:
    """A file is sealed outside of the transaction: a turn in between makes that key the wrong one."""
    turned: list[str] = []

    def turning(objects: Objects, files: Sequence[SentFile], public_key: str) -> list[SealedFile]:
        if not turned:
            turned.append(public_key)
            leave(team)
        return seal_files(objects, files, public_key)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(submitter, "seal_files", turning)
        team.answer(ANSWER)
    with team.installation.casework.read() as session:
        assert thread_public_key(session, team.case_id) != turned[0]
    assert ANSWER not in team.stolen().opened_by(team.people["two"].private_key).decode()


def test_a_turn_made_on_what_is_no_longer_so_is_not_written(team: Team) -> None:
    note_reading(team.installation.casework, team.case_id, team.people["one"])
    with team.installation.casework.read() as session:
        opened = open_case(session, team.case_id, team.people["one"])
        turn = Turn.of(session, opened.case, opened.keys, {team.people["two"].keyholder_id})
    team.note("one", NOTE)
    with team.installation.casework.write() as session:
        assert not turn.apply(session)
    with team.installation.casework.read() as session:
        assert session.scalar(select(func.count()).select_from(CaseKey)) == 0


def test_a_case_of_the_first_version_gets_its_keys_when_somebody_writes(store_urls: StoreUrls, tmp_path: Path) -> None:
    """Every receipt opens before; afterwards it opens the thread, and no longer the case."""
    first = brought_up(store_urls, tmp_path)
    casework = first.installation.casework
    who = moderator_of(first.installation, "moderator-one", first.secrets["people"]["moderator-one"]["passphrase"])
    for number, receipt in enumerate(first.receipts):
        with casework.read() as session:
            own = open_by_receipt(session, receipt)
            assert own.first_version
        note_reading(casework, own.case.id, who)
        with casework.read() as session:
            told = open_case(session, own.case.id, who).submissions
        if number % 2:
            add_to_case(first.installation, receipt, ANSWER, [], "")
        else:
            renew_keys(casework, own.case.id, who)
            review.add_note(first.installation, who, own.case.id, NOTE)
        with casework.read() as session:
            again = open_by_receipt(session, receipt)
            assert not again.first_version
            assert without_access(session, own.case.id) == set()
            opened = open_case(session, own.case.id, who)
            assert opened.submissions == told
            assert len(read_thread(session, own.case.id, again.keys)) == len(
                read_thread(session, own.case.id, opened.keys)
            )
            assert own.case.version == opened.case.version - (0 if number % 2 else 1)
            assert_everything_opens(session, opened)
    store = StolenStore(store_urls.casework, tmp_path / "thief")
    texts = [store.opened_by_receipt(receipt).decode() for receipt in first.receipts]
    assert sum(ANSWER in text for text in texts) == len(texts) // 2
    assert not [text for text in texts if NOTE in text or '"taken_in"' in text]
    with casework.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == len(texts)


def moderator_of(installation: Installation, login: str, passphrase: str) -> SignedIn:
    with installation.casework.write() as session:
        opened = opened_account(session, login, unlock(locked_account(session, login), passphrase))
        assert opened is not None
        account, reader = opened.account, Reader(installation, opened.account.id, random_id())
        return SignedIn(
            account.id, login, "moderator", account.keyholder_id or "", "", "", 0, opened.private_key, reader
        )


def assert_everything_opens(session: Session, opened: OpenCase) -> None:
    files = select(StoredCaseFile.sealed).where(StoredCaseFile.case_id == opened.case.id)
    words = select(HistoryEvent.sealed).where(HistoryEvent.case_id == opened.case.id)
    for sealed in [*session.scalars(files), *session.scalars(words)]:
        assert sealed is None or opened.keys.open(sealed)


def test_a_case_is_locked_as_the_store_has_it(team: Team) -> None:
    with team.installation.casework.write() as session:
        seen = session.get_one(Case, team.case_id)
        seen.urgency = "high"
        locked = lock_case(session, team.case_id)
        assert locked is seen
        assert locked.urgency == "high"
