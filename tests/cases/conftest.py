"""A case that two moderators can open, and its submitter's receipt, on each engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from app.cases import review
from app.cases.access import renew_keys
from app.documents.submission import Submission
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.intake.receive import receive
from app.intake.submitter import add_to_case
from app.intake.tokens import new_token
from app.readings import Reader
from app.sealing import KeyPair, random_id
from app.stores.casework import Account, Case, Keyholder
from tests.building import add_moderator, build_house
from tests.cases.stolen import StolenStore
from tests.support.engines import StoreUrls

FIRST_WORDS = "It began in spring."


@dataclass
class Team:
    """The people of one case. `one` works on it."""

    installation: Installation
    people: dict[str, SignedIn]
    escrow: KeyPair
    receipt: str
    case_id: str
    folder: Path

    def note(self, login: str, text: str) -> None:
        """A moderator adds a note, as the page does."""
        who = self.people[login]
        renew_keys(self.installation.casework, self.case_id, who)
        review.add_note(self.installation, who, self.case_id, text)

    def ask(self, login: str, text: str) -> None:
        who = self.people[login]
        renew_keys(self.installation.casework, self.case_id, who)
        review.ask(self.installation, who, self.case_id, text, waits=True)

    def answer(self, text: str) -> None:
        add_to_case(self.installation, self.receipt, text, [], "")

    def stolen(self) -> StolenStore:
        return StolenStore(self.installation.settings.casework_address, self.folder)


def sign_in(installation: Installation, login: str, key: KeyPair) -> SignedIn:
    with installation.casework.read() as session:
        account = session.scalars(select(Account).where(Account.login == login)).one()
    reader = Reader(installation, account.id, random_id())
    return SignedIn(account.id, login, "moderator", account.keyholder_id or "", "", "", 0, key.private, reader)


@pytest.fixture
def team(store_urls: StoreUrls, tmp_path: Path) -> Team:
    return make_team(build_house(store_urls.casework, store_urls.registry, tmp_path / "data"), tmp_path / "thief")


def make_team(installation: Installation, folder: Path) -> Team:
    """Three moderators, and a case that all of them can open."""
    escrow = KeyPair.new()
    with installation.casework.write() as session:
        session.add(Keyholder(kind="escrow", public_key=escrow.public))
        keys = {login: add_moderator(session, login).key for login in ("one", "two", "three")}
    told = Submission(language="en", what_happened=FIRST_WORDS, state_alleged="XA")
    receipt = receive(installation, new_token(installation.keys), told, [])
    with installation.casework.read() as session:
        case_id = session.scalars(select(Case.id)).one()
    people = {login: sign_in(installation, login, key) for login, key in keys.items()}
    return Team(installation, people, escrow, receipt, case_id, folder)
