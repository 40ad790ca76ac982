"""Every page of the desk that changes a case turns its key first, when somebody's access has ended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.clock import now
from app.demo.people import Cast
from app.desk.routes import router
from app.documents.submission import Submission
from app.identity.invitations import NewAccount
from app.identity.sessions import sign_in
from app.installation import Installation
from app.intake.receive import receive
from app.intake.tokens import new_token
from app.main import create_app
from app.sealing import KeyPair
from app.stores.casework import Account, Case, CaseKey, Keyholder
from app.web.signed_in import COOKIE
from tests.building import build_house
from tests.support.engines import sqlite_urls

CHANGES = sorted(
    route.path
    for route in router.routes
    if isinstance(route, APIRoute) and "POST" in (route.methods or ()) and "{case_id}/" in route.path
)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    urls = sqlite_urls(tmp_path)
    made = build_house(urls.casework, urls.registry, tmp_path / "data")
    with made.casework.write() as session:
        session.add(Keyholder(kind="escrow", public_key=KeyPair.new().public))
    return made


@pytest.fixture
def moderator(installation: Installation) -> NewAccount:
    """Of two moderators with a case, the one who stays."""
    cast = Cast(installation)
    cast.found()
    leaves = cast.people["moderator-two"]
    receive(installation, new_token(installation.keys), Submission(language="en", what_happened="Here."), [])
    with installation.casework.write() as session:
        session.get_one(Account, leaves.account_id).active = False
    return cast.people["moderator-one"]


@pytest.fixture
def client(installation: Installation, moderator: NewAccount) -> Iterator[TestClient]:
    code = pyotp.TOTP(moderator.secrets.totp_secret).at(now())
    token = sign_in(installation, moderator.login, moderator.secrets.passphrase, code, "one")
    assert token
    with TestClient(create_app(installation.settings), base_url="https://registry.test") as client:
        client.cookies.set(COOKIE, token)
        yield client


def turns(installation: Installation) -> int:
    with installation.casework.read() as session:
        return session.scalar(select(func.count()).select_from(CaseKey)) or 0


@pytest.mark.parametrize("path", CHANGES)
def test_every_change_of_a_case_turns_its_key_first(installation: Installation, client: TestClient, path: str) -> None:
    with installation.casework.read() as session:
        case_id = session.scalars(select(Case.id)).one()
    address = path.format(language="en", case_id=case_id, action="claim")
    shown = client.get(f"/en/desk/cases/{case_id}")
    csrf = re.search(r'name="csrf" value="([^"]+)"', shown.text)
    assert csrf
    asked = {"action": "send_back", "reason": "Here."} if path.endswith("/proposal") else {"version": "0"}
    assert turns(installation) == 0
    answer = client.post(
        address,
        data={"csrf": csrf[1]} | asked,
        follow_redirects=False,
    )
    assert answer.status_code < 500
    assert turns(installation) >= 1


def test_the_walk_knows_the_pages() -> None:
    assert len(CHANGES) >= 5
