"""Every case of the queue can be reached, what cannot wait comes first, and a flood comes last."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.cases import queue
from app.clock import today
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.readings import Reader
from app.stores.casework import Account, Grant
from tests.building import add_case, add_moderator, build_house
from tests.support.engines import StoreUrls


@pytest.fixture
def installation(store_urls: StoreUrls, tmp_path: Path) -> Installation:
    return build_house(store_urls.casework, store_urls.registry, tmp_path / "data")


def test_pages_reach_every_case_once_in_order(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 7)
    monkeypatch.setattr(queue, "URGENT_A_DAY", 5)
    with installation.casework.write() as session:
        moderator = add_moderator(session, "one")
        keyholder = session.get_one(Account, moderator.account_id).keyholder_id or ""
        cases = [add_case(session, status="received", urgency="urgent") for _ in range(12)]
        normal = add_case(session, status="in_review", received_on=today() - timedelta(days=9))
        uncovered = add_case(session, status="published", uncovered=True, live=True)
        cases += [normal, uncovered]
        add_case(session, status="received")  # no grant
        session.add_all(Grant(case_id=one.id, keyholder_id=keyholder, sealed=b"") for one in cases)
        ids, normal_id, uncovered_id = {one.id for one in cases}, normal.id, uncovered.id
    reader = Reader(installation, moderator.account_id, "")
    who = SignedIn(moderator.account_id, "one", "moderator", keyholder, "", "", 0, "", reader)
    found, cursor = [], ""
    with installation.casework.read() as session:
        for _ in range(5):
            page = queue.rows(session, queue.QueueFilter.of({"after": cursor}), who)
            found += page.rows
            cursor = page.following
            if not cursor:
                break
        assert queue.without_reader(session) == 1
    assert found[0].id == uncovered_id
    assert {one.id for one in found} == ids
    assert len(found) == len(ids)
    assert [one.flood for one in found] == [False] * 7 + [True] * 7
    assert found[6].id == normal_id
    assert found[6].waiting == 9


@pytest.mark.parametrize("cursor", ["x", "\0", "119-9999-99-99-" + "0" * 32, "9" * 400])
def test_a_cursor_that_no_page_gave_is_the_first_page(cursor: str) -> None:
    assert queue._place(cursor) is None
