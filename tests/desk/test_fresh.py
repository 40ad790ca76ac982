"""Grave acts need a passphrase and a code of the last five minutes. Which acts are grave is one written table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyotp
import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import delete, select, update

from app import clock
from app.demo.people import Cast
from app.desk.case_routes import ACTIONS
from app.identity import sessions
from app.identity.accounts import (
    LockedAccount,
    OpenedAccount,
    change_password,
)
from app.identity.invitations import NewAccount
from app.identity.requests import suspend
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.main import create_app
from app.readings import Reader
from app.sealing import lookup
from app.stores.casework import Account, DeskSession
from app.web.fresh import harmless_acts
from app.web.signed_in import COOKIE, csrf_of
from tests.building import add_moderator, build_house
from tests.support.engines import StoreUrls, sqlite_urls

Office = tuple[Installation, TestClient, Cast]
# Every form that somebody signed in can send: None where nothing is grave, else the acts that are not.
TABLE: dict[str, frozenset[str] | None] = {
    "sign_in_form": None,  # asks for both itself
    "change_password": None,  # the same
    "sign_out": None,
    "end_sessions": None,
    "change_conflicts": frozenset({"drop"}),
    "accounts_form": frozenset({"stop", "take_back"}),
    "access_form": frozenset(),
    "invitation_form": None,  # whoever has a code has no passphrase yet
    "new_recovery": None,
    "stop_recovery": None,
    "change_standstill": frozenset({"lockdown"}),
    "new_token": frozenset({"revoke", "revoke-all"}),
    "check_case": None,
    "case_action": frozenset(
        {
            *("claim", "ask", "read", "note", "resume", "close", "reopen", "stop", "suspend"),
            *("rename", "stop-erasure", "set-aside", "bring-back"),
        }
    ),
    "leave_case": None,
    "case_people": None,
    "save_draft": None,
    "decide": frozenset({"send_back"}),
    "office_record": None,
    "office_hand_over": frozenset(),
}


@dataclass
class Desk:
    """An installation in this process, and a member of the Office with a session that just began."""

    installation: Installation
    client: TestClient
    cast: Cast
    new: NewAccount
    token: str
    time: list[int]

    def code(self) -> str:
        return pyotp.TOTP(self.new.secrets.totp_secret).at(self.time[0])

    def send(self, path: str, token: str = "", **fields: str) -> httpx.Response:
        used = token or self.token
        headers = {"cookie": f"{COOKIE}={used}"}
        data = {"csrf": csrf_of(used)} | fields if fields else None
        method = "POST" if fields else "GET"
        answer: httpx.Response = self.client.request(method, path, data=data, headers=headers, follow_redirects=False)
        return answer

    def makes_token(self, **fields: str) -> bool:
        """Tries a grave act: whether it was done."""
        answer = self.send("/en/account/token", action="issue", **fields)
        assert answer.status_code in (200, 403), answer.text
        return "This is shown once:" in answer.text

    def another_session(self, login: str = "office") -> str:
        """As a sign-in begins one, without the hashing."""
        who = self.cast.people[login]
        with self.installation.casework.write() as session:
            account = session.get_one(Account, who.account_id)
            opened = OpenedAccount(account, who.private_key, who.secrets.totp_secret)
            return sessions._start(session, opened, self.installation.settings)

    def is_open(self, token: str) -> bool:
        return self.send("/en/account", token).status_code == 200


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The time that the desk believes in: a full hour, so that nothing is cut off."""
    believed = [clock.now() // 3600 * 3600 + 3600]
    monkeypatch.setattr(sessions, "now", lambda: believed[0])
    return believed


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("fresh")
    urls = sqlite_urls(folder)
    if request.param == "postgresql":
        cluster = request.getfixturevalue("cluster")
        urls = StoreUrls("postgresql", cluster.create(), cluster.create())
    installation = build_house(urls.casework, urls.registry, folder / "data")
    cast = Cast(installation)
    cast.found()
    cast.bring_in("office", "office")
    with TestClient(create_app(installation.settings), base_url=installation.settings.base_url) as client:
        yield installation, client, cast


@pytest.fixture
def desk(office: Office, time: list[int]) -> Desk:
    installation, client, cast = office
    desk = Desk(installation, client, cast, cast.people["office"], "", time)
    with installation.casework.write() as session:
        session.execute(delete(DeskSession))
        session.execute(update(Account).values(last_totp_step=0))
    desk.token = desk.another_session()
    return desk


def test_which_acts_are_grave_is_written_down(tmp_path: Path) -> None:
    """A new form is missing here until somebody decides."""
    installation = build_house(f"sqlite:///{tmp_path}/c.sqlite", f"sqlite:///{tmp_path}/r.sqlite", tmp_path)
    found = {}
    for route in create_app(installation.settings).routes:
        assert isinstance(route, APIRoute)
        module = route.endpoint.__module__.split(".")[1]
        if "POST" in (route.methods or set()) and module in ("desk", "office"):
            found[route.name] = harmless_acts(route)
    assert found == TABLE
    assert set(ACTIONS) > (TABLE["case_action"] or set())


@pytest.mark.parametrize("action", [None, "", " ", "no such button"])
@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("office", "account/token"),
        ("moderator-one", "desk/accounts"),
        ("moderator-one", "desk/conflicts"),
        ("moderator-one", "desk/standstill"),
        ("moderator-one", "desk/cases/0123456789abcdef0123456789abcdef/proposal"),
    ],
)
def test_a_form_without_its_button_is_as_grave_as_its_gravest(
    desk: Desk, login: str, path: str, action: str | None
) -> None:
    """What a handler does when no button is named must not be what the guard does not look for."""
    token = desk.another_session(login)
    desk.time[0] += 400
    named = {} if action is None else {"action": action}
    answer = desk.send(f"/en/{path}", token, state="XA", login="moderator-two", **named)
    assert answer.status_code == 403
    assert "Confirm that it is you" in answer.text


def test_secrets_are_fresh_for_five_minutes_and_asked_for_afterwards(desk: Desk) -> None:
    assert desk.makes_token()
    desk.time[0] += 300
    assert desk.makes_token()
    desk.time[0] += 1
    asked = desk.send("/en/account/token", action="issue")
    assert asked.status_code == 403
    assert "Confirm that it is you" in asked.text
    assert re.search(r'name="action" value="issue"', asked.text), "what was asked for is carried"
    assert not desk.makes_token(password=desk.new.secrets.passphrase, code="000000")
    assert desk.makes_token(password=desk.new.secrets.passphrase, code=desk.code())
    assert desk.makes_token()


def test_a_code_is_spent_whatever_becomes_of_the_act(desk: Desk) -> None:
    desk.time[0] += 400
    secrets = {"password": desk.new.secrets.passphrase, "code": desk.code()}
    assert desk.send("/en/account/token", action="nothing of the kind", **secrets).status_code == 422
    refused = desk.send("/en/desk/cases/" + "0" * 32 + "/do/grant", login="office", **secrets)
    assert refused.status_code == 403
    assert "Not allowed" in refused.text, "whose act it is not, is not asked"
    assert desk.makes_token(**secrets), "so far the code was not looked at"
    desk.time[0] += 301
    assert not desk.makes_token(**secrets)
    assert not desk.makes_token(**secrets)


def test_a_clock_that_jumps_makes_nothing_fresh(desk: Desk) -> None:
    """Nor does it keep a session open: what began in the future is over."""
    began = desk.time[0]
    for jump in (-3 * 3600, 400 * 24 * 3600):
        desk.time[0] = began + jump
        assert desk.send("/en/account/token", action="issue").status_code == 401
        assert not sessions.is_confirmed(SignedIn("", "", "", "", "", "", began, "", Reader(desk.installation, "", "")))
    desk.time[0] = began
    assert desk.makes_token()


def test_what_is_typed_survives_the_question(desk: Desk) -> None:
    desk.time[0] += 400
    words = 'Ines "Varga" & <others>\nin two lines'
    text = desk.send("/en/account/token", action="issue", note=words, password="of nobody at all").text
    assert 'value="Ines &#34;Varga&#34; &amp; &lt;others&gt;\nin two lines"' in text
    assert "of nobody" not in text
    assert "not right" in text


def test_a_session_that_ended_meanwhile_confirms_nothing(desk: Desk) -> None:
    """Somebody ended it between the look at the session and the answer of the hash."""
    who = SignedIn("", "office", "office", "", "", "no such session", 0, "", Reader(desk.installation, "", ""))
    assert not sessions.confirm(desk.installation, who, desk.new.secrets.passphrase, desk.code())


def test_one_sees_ones_own_sessions_and_ends_them(desk: Desk) -> None:
    others = [desk.another_session() for _ in range(2)]
    with desk.installation.casework.write() as session:
        stranger = add_moderator(session, "somebody else")
        row = session.get_one(DeskSession, lookup(others[1].encode(), sessions.PURPOSE))
        row.account_id = stranger.account_id
    page = desk.send("/en/account/sessions").text
    assert (page.count("this one"), page.count('name="session"')) == (1, 2)
    assert not re.search(r"\d\d:\d\d", page)
    theirs = lookup(others[1].encode(), sessions.PURPOSE)
    desk.send("/en/account/sessions", action="end", session=theirs)
    assert desk.is_open(others[1]), "nobody ends the session of somebody else"
    desk.send("/en/account/sessions", action="end", session=lookup(others[0].encode(), sessions.PURPOSE))
    assert [desk.is_open(one) for one in (desk.token, others[0])] == [True, False]
    more = desk.another_session()
    desk.send("/en/account/sessions", action="others")
    assert [desk.is_open(one) for one in (desk.token, more, others[1])] == [True, False, True]


def test_a_suspension_and_a_new_passphrase_end_every_session(desk: Desk) -> None:
    first = desk.another_session()
    with desk.installation.casework.write() as session:
        account = session.get_one(Account, desk.new.account_id)
        change_password(session, account, LockedAccount(account.salt, account.wrapped))
    assert [desk.is_open(one) for one in (desk.token, first)] == [False, False]
    again = desk.another_session()
    with desk.installation.casework.write() as session:
        suspend(session, session.get_one(Account, desk.new.account_id))
    assert not desk.is_open(again)
    with desk.installation.casework.write() as session:
        session.get_one(Account, desk.new.account_id).active = True
        assert session.scalar(select(DeskSession).where(DeskSession.account_id == desk.new.account_id)) is None


def test_times_of_accounts_are_cut_and_forgotten(desk: Desk) -> None:
    desk.time[0] += 3599
    desk.another_session()
    with desk.installation.casework.write() as session:
        for row in session.scalars(select(DeskSession)):
            assert (row.started_at % 3600, row.seen_at % 300, row.confirmed_at % 60) == (0, 0, 0)
        session.get_one(Account, desk.new.account_id).last_totp_step = desk.time[0] // 30
    for days, kept in ((29, True), (31, False)):
        later = desk.time[0] + days * 24 * 3600
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sessions, "now", lambda at=later: at)
            sessions.forget_account_times(desk.installation)
        with desk.installation.casework.read() as session:
            assert session.scalars(select(DeskSession)).all() == []
            assert (session.get_one(Account, desk.new.account_id).last_totp_step > 0) == kept
