"""Grave acts need a passphrase and a code of the last five minutes. Which acts are grave is one written table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from app import clock
from app.desk.case_routes import ACTIONS
from app.identity import sessions
from app.identity.accounts import NewAccount, add_account, make_account
from app.installation import Installation
from app.main import create_app
from app.web.fresh import ANY, grave_acts
from app.web.signed_in import COOKIE, csrf_of
from tests.building import build_house
from tests.support.engines import StoreUrls

NOTHING: frozenset[str] = frozenset()
ALL = frozenset({ANY})
# Every form that somebody signed in can send, and which of its acts are grave.
TABLE = {
    "sign_in_form": NOTHING,  # asks for both itself
    "change_password": NOTHING,  # the same
    "sign_out": NOTHING,
    "accounts_form": ALL,
    "new_token": frozenset({"issue"}),
    "check_case": NOTHING,
    "case_action": frozenset({"propose-withdrawal", "confirm-withdrawal", "grant", "tell-office", "agree-office"}),
    "leave_case": NOTHING,
    "case_people": NOTHING,
    "save_draft": NOTHING,
    "decide": frozenset({"approve"}),
    "office_record": NOTHING,
}
NOT_GRAVE = {"claim", "ask", "read", "note", "resume", "close", "reopen", "stop", "suspend"}


@dataclass
class Desk:
    """An installation in this process, and a member of the Office who signed in."""

    installation: Installation
    client: TestClient
    new: NewAccount
    token: str
    at: int

    def code(self, later: int = 0) -> str:
        return pyotp.TOTP(self.new.totp_secret).at(self.at + later)

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        answer = self.client.post(
            path,
            data={"csrf": csrf_of(self.token)} | fields,
            headers={"cookie": f"{COOKIE}={self.token}"},
            follow_redirects=False,
        )
        return answer.status_code, answer.text

    def makes_token(self, **fields: str) -> bool:
        """Tries a grave act: whether it was done."""
        status, text = self.post("/en/account/token", action="issue", **fields)
        assert status in (200, 403), text
        return "This is shown once:" in text


@pytest.fixture
def hour(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The time that the desk believes in."""
    time = [clock.now()]
    monkeypatch.setattr(sessions, "now", lambda: time[0])
    monkeypatch.setattr("app.web.signed_in.now", lambda: time[0])
    return time


@pytest.fixture
def desk(store_urls: StoreUrls, tmp_path: Path, hour: list[int]) -> Iterator[Desk]:
    installation = build_house(store_urls.casework, store_urls.registry, tmp_path)
    made = make_account("office", "office")
    with installation.casework.write() as session:
        new = add_account(session, made, ("one", "two"))
    hour[0] += 31
    token = sessions.sign_in(installation, "office", new.passphrase, pyotp.TOTP(new.totp_secret).at(hour[0]), "test")
    assert token
    with TestClient(create_app(installation.settings), base_url=installation.settings.base_url) as client:
        yield Desk(installation, client, new, token, hour[0])


def test_which_acts_are_grave_is_written_down(tmp_path: Path) -> None:
    """A new form is missing here until somebody decides."""
    installation = build_house(f"sqlite:///{tmp_path}/c.sqlite", f"sqlite:///{tmp_path}/r.sqlite", tmp_path)
    found = {}
    for route in create_app(installation.settings).routes:
        assert isinstance(route, APIRoute)
        module = route.endpoint.__module__.split(".")[1]
        if "POST" in (route.methods or set()) and module in ("desk", "office"):
            found[route.name] = grave_acts(route)
    assert found == TABLE
    assert set(ACTIONS) == TABLE["case_action"] | NOT_GRAVE


def test_secrets_are_fresh_for_five_minutes_and_asked_for_afterwards(desk: Desk, hour: list[int]) -> None:
    assert desk.makes_token()
    hour[0] += 299
    assert desk.makes_token()
    hour[0] += 2
    status, text = desk.post("/en/account/token", action="issue")
    assert status == 403
    assert "Confirm that it is you" in text
    assert re.search(r'name="action" value="issue"', text), "what was asked for is carried"
    assert not desk.makes_token(password=desk.new.passphrase, code="000000")
    assert not desk.makes_token(password="wrong" * 4, code=desk.code(301))
    assert desk.makes_token(password=desk.new.passphrase, code=desk.code(301))
    assert desk.makes_token()


def test_a_code_is_spent_whatever_becomes_of_the_act(desk: Desk, hour: list[int]) -> None:
    hour[0] += 400
    status, _ = desk.post("/en/account/token", action="nothing of the kind", password="x", code="1")
    assert status == 422  # not an act at all: nothing is asked
    code = desk.code(400)
    status, _ = desk.post("/en/office/items/0123456789abcdef", kind="x", password=desk.new.passphrase, code=code)
    assert status in (404, 422)
    assert desk.makes_token(password=desk.new.passphrase, code=code), "no grave act: the code was not looked at"
    hour[0] += 301
    assert not desk.makes_token(password=desk.new.passphrase, code=code)


def test_a_clock_that_jumps_makes_nothing_fresh(desk: Desk, hour: list[int]) -> None:
    for jump in (-3 * 3600, 400 * 24 * 3600):
        before = hour[0]
        hour[0] += jump
        status, _ = desk.post("/en/account/token", action="issue")
        assert status in (401, 403)
        hour[0] = before


def test_what_is_typed_survives_the_question(desk: Desk, hour: list[int]) -> None:
    hour[0] += 400
    words = 'Ines "Varga" & <others>\nin two lines'
    _, text = desk.post("/en/account/token", action="issue", note=words)
    assert 'value="Ines &#34;Varga&#34; &amp; &lt;others&gt;\nin two lines"' in text
    assert desk.new.passphrase not in desk.post("/en/account/token", action="issue", password=desk.new.passphrase)[1]


def test_a_session_that_ended_meanwhile_confirms_nothing(desk: Desk, hour: list[int]) -> None:
    """Somebody ended it between the look at the session and the answer of the hash."""
    hour[0] += 400
    who = sessions.SignedIn("", "office", "office", "", "", "no such session", 0, "")
    assert not sessions.confirm(desk.installation, who, desk.new.passphrase, desk.code(400))
