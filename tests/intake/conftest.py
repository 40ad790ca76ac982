"""A house that can receive: two moderators, one with a conflict of interest, and an escrow key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from app.sealing import KeyPair
from app.stores.casework import ConflictOfInterest, Keyholder
from app.web.house import House
from tests.building import Moderator, add_moderator, build_house
from tests.support.engines import StoreUrls


@dataclass(frozen=True)
class Receiving:
    """The house and who holds keys in it."""

    house: House
    moderator: Moderator
    conflicted: Moderator
    escrow: KeyPair


@pytest.fixture
def receiving(store_urls: StoreUrls, tmp_path: Path) -> Receiving:
    house = build_house(store_urls.casework, store_urls.registry, tmp_path / "data")
    escrow = KeyPair.new()
    with house.casework.begin() as session:
        moderator, conflicted = add_moderator(session, "one"), add_moderator(session, "two")
        session.add(ConflictOfInterest(account_id=conflicted.account_id, state="XA"))
        session.add(Keyholder(kind="escrow", public_key=escrow.public))
    return Receiving(house, moderator, conflicted, escrow)
