"""A installation that can receive: two moderators, one with a conflict of interest, and an escrow key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.keys import sealed_keys
from app.installation import Installation
from app.intake.tokens import FormToken
from app.sealing import KeyPair, Keys, unseal
from app.stores.casework import ConflictOfInterest, Grant, Keyholder
from tests.building import Moderator, add_moderator, build_house
from tests.intake.desk import Desk
from tests.support.engines import StoreUrls, sqlite_urls


@dataclass(frozen=True)
class Receiving:
    """The installation and who holds keys in it."""

    installation: Installation
    moderator: Moderator
    conflicted: Moderator
    escrow: KeyPair

    def token(self, nonce: bytes = b"n" * 16) -> FormToken:
        """A form's token, as its page holds it."""
        return FormToken(nonce, self.installation.keys.receipts.newest.id)

    def keys_of(self, session: Session, case_id: str, holder: KeyPair) -> Keys:
        """Everything of a case that a keyholder's grant opens."""
        keyholder = session.scalars(select(Keyholder.id).where(Keyholder.public_key == holder.public)).one()
        newest = unseal(session.get_one(Grant, (case_id, keyholder)).sealed, holder.private).decode()
        return sealed_keys(session, case_id).open(newest)


@pytest.fixture
def receiving(store_urls: StoreUrls, tmp_path: Path) -> Receiving:
    installation = build_house(store_urls.casework, store_urls.registry, tmp_path / "data")
    escrow = KeyPair.new()
    with installation.casework.write() as session:
        moderator, conflicted = add_moderator(session, "one"), add_moderator(session, "two")
        session.add(ConflictOfInterest(account_id=conflicted.account_id, state="XA"))
        session.add(Keyholder(kind="escrow", public_key=escrow.public))
    return Receiving(installation, moderator, conflicted, escrow)


def make_desk(urls: StoreUrls, folder: Path) -> Desk:
    small = {"max_files": 4, "max_file_bytes": 2**20, "max_body_bytes": 2**24}
    parts = ("intake", "casework", "registry")
    return Desk(build_house(urls.casework, urls.registry, folder, parts=parts, **small), folder)


@pytest.fixture
def desk(store_urls: StoreUrls, tmp_path: Path) -> Desk:
    """Pages on each engine: for what depends on the store."""
    return make_desk(store_urls, tmp_path)


@pytest.fixture
def small_desk(tmp_path: Path) -> Desk:
    """Pages on SQLite alone: for what happens before the store."""
    return make_desk(sqlite_urls(tmp_path), tmp_path)
