"""What was decided arrives exactly once, whenever the process that carries it is killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.cases.withdrawal import withdraw
from app.clock import today
from app.documents.entry import Document
from app.installation import Installation
from app.registry import log
from app.release.delivery import deliver_due, hide_now
from app.release.orders import LATER_DAYS, order_release
from app.release.schedule import daily_batch, reconcile_stores, run_scheduled_work
from app.stores.casework import Case, ReleaseBatch, ReleaseOrder
from app.stores.registry import LogDocument, LogLeaf
from tests.building import add_moderator, add_order, build_house, entry
from tests.support.at_rest import kept_bytes
from tests.support.engines import StoreUrls

TRANSITIONS = ["_append:before", "_append:after", "note_arrival:before", "note_arrival:after"]


@pytest.fixture
def installation(store_urls: StoreUrls, tmp_path: Path) -> Installation:
    return build_house(
        store_urls.casework, store_urls.registry, tmp_path / "data", release_hold_days="0,0", release_hour=0
    )


def carrier(installation: Installation, step: str) -> subprocess.Popen[str]:
    environment = os.environ | {
        "REGISTRY_CASEWORK_URL": installation.settings.casework_address,
        "REGISTRY_REGISTRY_URL": installation.settings.registry_address,
        "REGISTRY_DATA_FOLDER": str(installation.settings.data_folder),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.release.carrier", step],
        env=environment,
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )


def decide(installation: Installation, number: int) -> set[str]:
    with installation.casework.write() as session:
        one = add_moderator(session, f"one-{number}-{random.random()}")
        two = add_moderator(session, f"two-{number}-{random.random()}")
        return {add_order(installation, session, one, two).id for _ in range(number)}


def assert_carried_once(installation: Installation, orders: set[str]) -> None:
    with installation.registry.read() as session:
        assert Counter(session.scalars(select(LogLeaf.release_id))) == Counter(orders)
        assert log.verify(session) == []
    with installation.casework.read() as session:
        for order in session.scalars(select(ReleaseOrder)):
            assert order.delivered
            assert order.wrapped is None
        assert {case.status for case in session.scalars(select(Case))} == {"published"}


@pytest.mark.parametrize("step", TRANSITIONS)
def test_killed_at_each_step_of_the_door_nothing_is_lost_or_released_twice(
    installation: Installation, step: str
) -> None:
    orders = decide(installation, 3)
    for _ in range(2):
        process = carrier(installation, step)
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
    deliver_due(installation, today())
    assert_carried_once(installation, orders)


def test_killed_at_random_in_a_loop_nothing_is_lost_or_released_twice(installation: Installation) -> None:
    orders = decide(installation, 60)
    killed = 0
    for _ in range(8):
        process = carrier(installation, "none")
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.uniform(0.0, 0.12))
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
    assert killed >= 2
    deliver_due(installation, today())
    assert_carried_once(installation, orders)


def test_two_carriers_at_once_carry_each_release_once(installation: Installation) -> None:
    orders = decide(installation, 30)
    carriers = [carrier(installation, "none") for _ in range(2)]
    for process in carriers:
        process.communicate(timeout=60)
    deliver_due(installation, today())
    assert_carried_once(installation, orders)


def test_nothing_public_without_two_people(installation: Installation) -> None:
    with installation.casework.write() as session:
        alone = add_moderator(session, "alone")
    with pytest.raises(IntegrityError), installation.casework.write() as session:
        add_order(installation, session, alone, alone)


def test_what_still_waits_is_not_carried(installation: Installation) -> None:
    with installation.casework.write() as session:
        one, two = add_moderator(session, "one"), add_moderator(session, "two")
        add_order(installation, session, one, two, due_in=2)
    assert deliver_due(installation, today()) == 0
    assert deliver_due(installation, today(), everything=True) == 1


def test_a_withdrawal_cancels_what_waits_and_takes_back_what_is_live(installation: Installation) -> None:
    orders = decide(installation, 2)
    deliver_due(installation, today())
    with installation.casework.write() as session:
        live = session.get_one(ReleaseOrder, min(orders))
        case = session.get_one(Case, live.case_id)
        waiting = add_order(installation, session, add_moderator(session, "c"), add_moderator(session, "d"), due_in=1)
        withdraw(session, case)
        withdraw(session, session.get_one(Case, waiting.case_id))
        ref, never_public = case.entry_ref, waiting.entry_ref
    hide_now(installation)
    with installation.registry.read() as session:
        documents = [Document.parse(text) for text in session.scalars(select(LogDocument.document))]
        assert [(d.kind, d.version) for d in documents if d.ref == ref] == [("suspended", 2)]
        assert not [d for d in documents if d.ref == never_public]
        assert len(documents) == 2
        assert log.verify(session) == []


def killed_before_noting_the_arrival(installation: Installation) -> str:
    """An order whose release is public while the casework store still holds it as waiting."""
    (order_id,) = decide(installation, 1)
    process = carrier(installation, "note_arrival:before")
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    with installation.registry.read() as session:
        assert session.scalars(select(LogDocument.kind)).all() == ["published"]
    return order_id


def kinds_shown(installation: Installation) -> list[tuple[str, int]]:
    with installation.registry.read() as session:
        assert log.verify(session) == []
        return [(row.kind, row.version) for row in session.scalars(select(LogDocument))]


@pytest.mark.parametrize("settled_first", [False, True])
def test_what_arrived_unnoted_can_be_withdrawn(installation: Installation, settled_first: bool) -> None:
    order_id = killed_before_noting_the_arrival(installation)
    if settled_first:
        assert reconcile_stores(installation) == 1
    with installation.casework.write() as session:
        case = session.get_one(Case, session.get_one(ReleaseOrder, order_id).case_id)
        assert case.live is settled_first
        withdraw(session, case)
        assert case.live
    assert hide_now(installation) == 1
    assert kinds_shown(installation) == [("suspended", 2)]
    assert reconcile_stores(installation) == 0


def test_a_correction_that_arrived_unnoted_can_be_withdrawn(installation: Installation) -> None:
    (first,) = decide(installation, 1)
    deliver_due(installation, today())
    with installation.casework.write() as session:
        published = session.get_one(ReleaseOrder, first)
        session.get_one(Case, published.case_id).status = "scheduled"
        assert published.proposed_by
        assert published.approved_by
        order_release(
            installation,
            session,
            session.get_one(Case, published.case_id),
            entry(title={"en": "Other words"}),
            "corrected",
            proposed_by=published.proposed_by,
            approved_by=published.approved_by,
            due_on=today(),
        )
    carrier(installation, "note_arrival:before").communicate(timeout=60)
    assert kinds_shown(installation) == [("corrected", 2)]
    with installation.casework.write() as session:
        withdraw(session, session.get_one(Case, session.get_one(ReleaseOrder, first).case_id))
    hide_now(installation)
    assert kinds_shown(installation) == [("suspended", 3)]


@pytest.mark.parametrize("status", ["withdrawn", "suspended", "in_review"])
def test_what_is_shown_and_must_not_be_is_hidden(installation: Installation, status: str) -> None:
    """As after a backup of the registry store was restored, or a stop of the first version in the wrong moment."""
    (order_id,) = decide(installation, 1)
    deliver_due(installation, today())
    with installation.casework.write() as session:
        case = session.get_one(Case, session.get_one(ReleaseOrder, order_id).case_id)
        case.status, case.live = status, False
    assert kinds_shown(installation) == [("published", 1)]
    assert reconcile_stores(installation) == 1
    hide_now(installation)
    assert kinds_shown(installation) == [("suspended", 2)]
    assert reconcile_stores(installation) == 0
    deliver_due(installation, today() + timedelta(days=LATER_DAYS))
    assert kinds_shown(installation) == [("withdrawn", 3) if status == "withdrawn" else ("suspended", 2)]


def test_an_order_of_a_case_that_is_not_scheduled_is_dropped(installation: Installation) -> None:
    (order_id,) = decide(installation, 1)
    with installation.casework.write() as session:
        session.get_one(Case, session.get_one(ReleaseOrder, order_id).case_id).status = "in_review"
    assert deliver_due(installation, today(), everything=True) == 0
    assert kinds_shown(installation) == []
    with installation.casework.read() as session:
        assert session.get(ReleaseOrder, order_id) is None


def test_a_message_that_nobody_read_holds_a_release_until_it_is_read(installation: Installation) -> None:
    (order_id,) = decide(installation, 1)
    for unread, carried in ((True, 0), (False, 1)):
        with installation.casework.write() as session:
            session.get_one(Case, session.get_one(ReleaseOrder, order_id).case_id).message_unread = unread
        assert deliver_due(installation, today(), everything=True) == carried


def test_what_arrived_unnoted_and_is_not_scheduled_any_more_is_hidden_at_once(installation: Installation) -> None:
    order_id = killed_before_noting_the_arrival(installation)
    with installation.casework.write() as session:
        session.get_one(Case, session.get_one(ReleaseOrder, order_id).case_id).status = "in_review"
    run_scheduled_work(installation, _raise)
    assert kinds_shown(installation) == [("suspended", 2)]


def _raise(error: Exception) -> None:
    raise error


@pytest.mark.parametrize("step", TRANSITIONS)
def test_killed_at_each_step_a_withdrawal_still_takes_everything_back(installation: Installation, step: str) -> None:
    (order_id,) = decide(installation, 1)
    deliver_due(installation, today())
    with installation.casework.write() as session:
        withdraw(session, session.get_one(Case, session.get_one(ReleaseOrder, order_id).case_id))
    process = carrier(installation, step)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    reconcile_stores(installation)
    hide_now(installation)
    assert kinds_shown(installation) == [("suspended", 2)]
    deliver_due(installation, today() + timedelta(days=LATER_DAYS))
    assert kinds_shown(installation) == [("withdrawn", 3)]


def test_one_order_that_cannot_be_carried_holds_up_no_other(installation: Installation) -> None:
    orders = decide(installation, 5)
    with installation.casework.write() as session:
        session.get_one(ReleaseOrder, min(orders)).wrapped = b"damaged"
    failures: list[Exception] = []
    for _ in range(2):
        run_scheduled_work(installation, failures.append)
    assert {type(one).__name__ for one in failures} == {"CannotOpen"}
    with installation.casework.read() as session:
        assert session.scalars(select(ReleaseOrder.id).where(~ReleaseOrder.delivered)).all() == [min(orders)]
        assert session.get(ReleaseBatch, today()) is not None
    assert kinds_shown(installation) == [("published", 1)] * 4


def test_what_waits_or_was_stopped_is_nowhere_in_the_clear(installation: Installation) -> None:
    """Neither in the store, nor in what was erased from it, nor in a backup."""
    words, other_words = "Quixotic heliotrope", "Serendipitous marigold"
    with installation.casework.write() as session:
        one, two = add_moderator(session, "one"), add_moderator(session, "two")
        stopped = add_order(installation, session, one, two, due_in=3, title={"en": words}).id
        add_order(installation, session, one, two, title={"en": other_words})
    for said in (words, other_words):
        assert said.encode() not in kept_bytes(installation.settings.casework_address)
    with installation.casework.write() as session:
        session.delete(session.get_one(ReleaseOrder, stopped))
    assert deliver_due(installation, today(), everything=True) == 1
    assert words.encode() not in kept_bytes(installation.settings.casework_address)
    assert words.encode() not in kept_bytes(installation.settings.registry_address)
    assert other_words.encode() in kept_bytes(installation.settings.registry_address)


def test_the_batch_runs_once_a_day_at_its_hour(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    decide(installation, 1)
    monkeypatch.setattr("app.release.schedule.hour", lambda: installation.settings.release_hour - 1)
    assert daily_batch(installation) == 0
    monkeypatch.setattr("app.release.schedule.hour", lambda: installation.settings.release_hour)
    assert daily_batch(installation) == 1
    decide(installation, 1)
    assert daily_batch(installation) == 0
    with installation.casework.write() as session:
        session.delete(session.get_one(ReleaseBatch, today()))
    assert daily_batch(installation) == 1
