"""What was decided arrives exactly once, whenever the process that carries it is killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.clock import today
from app.entry import Document
from app.registry import log
from app.release import daily_batch, deliver_due, deliver_withdrawals, withdraw
from app.stores.casework import Case, ReleaseBatch, ReleaseOrder
from app.stores.registry import LogDocument, LogLeaf
from app.web.house import House
from tests.building import add_moderator, add_order, build_house
from tests.support.engines import StoreUrls

STEPS = ["_append:before", "_append:after", "_note_arrival:before", "_note_arrival:after"]


@pytest.fixture
def house(store_urls: StoreUrls, tmp_path: Path) -> House:
    return build_house(store_urls.casework, store_urls.registry, tmp_path / "data", release_hold_days="0,0")


def carrier(house: House, step: str) -> subprocess.Popen[str]:
    environment = os.environ | {
        "REGISTRY_CASEWORK_URL": house.settings.casework_address,
        "REGISTRY_REGISTRY_URL": house.settings.registry_address,
        "REGISTRY_DATA_FOLDER": str(house.settings.data_folder),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.carrier", step],
        env=environment, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def decide(house: House, number: int) -> set[str]:
    with house.casework.begin() as session:
        one = add_moderator(session, f"one-{number}-{random.random()}")
        two = add_moderator(session, f"two-{number}-{random.random()}")
        return {add_order(session, one, two).id for _ in range(number)}


def assert_carried_once(house: House, orders: set[str]) -> None:
    with house.registry() as session:
        assert Counter(session.scalars(select(LogLeaf.release_id))) == Counter(orders)
        assert log.verify(session) == []
    with house.casework() as session:
        for order in session.scalars(select(ReleaseOrder)):
            assert order.delivered
            assert order.document is None
        assert {case.status for case in session.scalars(select(Case))} == {"published"}


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_each_step_of_the_door_nothing_is_lost_or_released_twice(house: House, step: str) -> None:
    orders = decide(house, 3)
    for _ in range(2):
        process = carrier(house, step)
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
    deliver_due(house.casework, house.registry_writer, today())
    assert_carried_once(house, orders)


def test_killed_at_random_in_a_loop_nothing_is_lost_or_released_twice(house: House) -> None:
    orders = decide(house, 60)
    killed = 0
    for _ in range(8):
        process = carrier(house, "none")
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.uniform(0.0, 0.12))
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
    assert killed >= 2
    deliver_due(house.casework, house.registry_writer, today())
    assert_carried_once(house, orders)


def test_two_carriers_at_once_carry_each_release_once(house: House) -> None:
    orders = decide(house, 30)
    carriers = [carrier(house, "none") for _ in range(2)]
    for process in carriers:
        process.communicate(timeout=60)
    deliver_due(house.casework, house.registry_writer, today())
    assert_carried_once(house, orders)


def test_nothing_public_without_two_people(house: House) -> None:
    with house.casework.begin() as session:
        alone = add_moderator(session, "alone")
    with pytest.raises(IntegrityError), house.casework.begin() as session:
        add_order(session, alone, alone)


def test_what_still_waits_is_not_carried(house: House) -> None:
    with house.casework.begin() as session:
        one, two = add_moderator(session, "one"), add_moderator(session, "two")
        add_order(session, one, two, due_in=2)
    assert deliver_due(house.casework, house.registry_writer, today()) == 0
    assert deliver_due(house.casework, house.registry_writer, today(), everything=True) == 1


def test_a_withdrawal_cancels_what_waits_and_takes_back_what_is_live(house: House) -> None:
    orders = decide(house, 2)
    deliver_due(house.casework, house.registry_writer, today())
    with house.casework.begin() as session:
        live = session.get_one(ReleaseOrder, min(orders))
        case = session.get_one(Case, live.case_id)
        waiting = add_order(session, add_moderator(session, "c"), add_moderator(session, "d"), due_in=1)
        withdraw(session, case, None)
        withdraw(session, session.get_one(Case, waiting.case_id), None)
        ref, never_public = case.entry_ref, waiting.entry_ref
    deliver_withdrawals(house)
    with house.registry() as session:
        documents = [Document.parse(text) for text in session.scalars(select(LogDocument.document))]
        assert [(d.kind, d.version) for d in documents if d.ref == ref] == [("withdrawn", 2)]
        assert not [d for d in documents if d.ref == never_public]
        assert len(documents) == 2
        assert log.verify(session) == []


def test_a_release_that_arrives_after_its_withdrawal_stays_away(house: House) -> None:
    (order_id,) = decide(house, 1)
    with house.casework() as session:
        order = session.get_one(ReleaseOrder, order_id)
        document = Document.model_validate(
            {"schema": 1, "ref": order.entry_ref, "version": 2, "kind": "withdrawn", "released_on": today()}
        )
    with house.registry_writer.begin() as session:
        log.append(session, "f" * 32, document)
    deliver_due(house.casework, house.registry_writer, today())
    with house.registry() as session:
        assert list(session.scalars(select(LogDocument.kind))) == ["withdrawn"]


def test_the_batch_runs_once_a_day_at_its_hour(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    decide(house, 1)
    monkeypatch.setattr("app.release.hour", lambda: house.settings.release_hour - 1)
    assert daily_batch(house) == 0
    monkeypatch.setattr("app.release.hour", lambda: house.settings.release_hour)
    assert daily_batch(house) == 1
    decide(house, 1)
    assert daily_batch(house) == 0
    with house.casework.begin() as session:
        session.delete(session.get_one(ReleaseBatch, today()))
    assert daily_batch(house) == 1
