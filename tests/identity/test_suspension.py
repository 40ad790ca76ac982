"""Two others, or the escrow key, suspend anybody at once; releases wait for two moderators; two others end it."""

from __future__ import annotations

import pyotp
import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now, today
from app.demo.people import Cast, join
from app.documents.submission import Submission
from app.identity.accounts import issue_office_token
from app.identity.commands import user
from app.identity.requests import LIFT, SUSPEND, agree, ask, stop
from app.identity.sessions import sign_in
from app.identity.sponsors import vouch
from app.identity.team import missing, notices
from app.intake.receive import receive
from app.intake.tokens import new_token
from app.problems import Conflict, Forbidden, NotFound, Problem, Unprocessable
from app.release.delivery import deliver_due
from app.sealing import KeyPair
from app.stores.casework import AccountRequest, DeskSession, Grant, Keyholder, OfficeToken
from tests.building import Moderator, add_order
from tests.identity.conftest import ESCROW, account, at_once
from tests.identity.test_invitations import ADMIN, ONE, THREE, TWO, new_code


def asked(cast: Cast, by: str, about: str, kind: str = SUSPEND) -> str:
    with cast.installation.casework.write() as session:
        return ask(session, cast.people[by].account_id, cast.people[about].account_id, kind).id


def agreed(cast: Cast, by: str, request: str) -> None:
    with cast.installation.casework.write() as session:
        agree(session, cast.people[by].account_id, request)


def suspended(cast: Cast, about: str, first: str = ONE, second: str = ADMIN) -> None:
    agreed(cast, second, asked(cast, first, about))
    assert not account(cast.installation, about).active


def signed_in(cast: Cast, login: str) -> str | None:
    chosen = cast.people[login].secrets
    return sign_in(cast.installation, login, chosen.passphrase, pyotp.TOTP(chosen.totp_secret).at(now()), login)


def test_two_others_suspend_at_once_and_what_was_open_ends(cast: Cast) -> None:
    office = cast.bring_in("office", "office")
    with cast.installation.casework.write() as session:
        issue_office_token(session, office.account_id, office.private_key)
    assert signed_in(cast, "office")
    suspended(cast, "office")
    assert signed_in(cast, "office") is None
    with cast.installation.casework.read() as session:
        assert session.scalar(select(OfficeToken)) is None
        assert session.scalar(select(DeskSession)) is None


def test_one_alone_suspends_nobody(cast: Cast) -> None:
    request = asked(cast, ADMIN, ONE)
    for by in (ADMIN, ONE):
        with pytest.raises(Unprocessable):
            agreed(cast, by, request)
    with pytest.raises(Conflict):
        asked(cast, TWO, ONE)
    with pytest.raises(Unprocessable):
        asked(cast, TWO, TWO)
    cast.bring_in("office", "office")
    with pytest.raises(Forbidden):
        agreed(cast, "office", request)
    assert account(cast.installation, ONE).active


def test_the_same_two_at_once_decide_once(cast: Cast) -> None:
    """Each asks to suspend the other, and agrees to what the third asked: at most what two said happens."""
    about_one, about_two = asked(cast, THREE, ONE), asked(cast, THREE, TWO)
    one, two = cast.people[ONE].account_id, cast.people[TWO].account_id

    def second(by: str, request: str) -> object:
        def act(session: Session) -> None:
            agree(session, by, request)

        return act

    said = at_once(cast.installation, second(two, about_one), second(one, about_two))  # type: ignore[arg-type]
    assert len([one for one in said if isinstance(one, Problem)]) == 1
    assert [account(cast.installation, login).active for login in (ONE, TWO)].count(False) == 1


def test_what_somebody_began_ends_with_their_suspension(cast: Cast) -> None:
    new, code = join(cast.installation, new_code(cast), "newcomer"), new_code(cast)
    with cast.installation.casework.write() as session:
        vouch(session, cast.people[ONE].account_id, new.account_id, new.fingerprint)
    request = asked(cast, ONE, THREE)
    suspended(cast, ONE, TWO, ADMIN)
    with pytest.raises(NotFound):
        agreed(cast, TWO, request)
    with pytest.raises(Unprocessable):
        join(cast.installation, code, "another")
    with cast.installation.casework.write() as session:
        assert not vouch(session, cast.people[TWO].account_id, new.account_id, new.fingerprint)
        with pytest.raises(Forbidden):
            ask(session, cast.people[ONE].account_id, cast.people[THREE].account_id, SUSPEND)


def test_two_others_end_a_suspension(cast: Cast) -> None:
    suspended(cast, THREE)
    request = asked(cast, ONE, THREE, LIFT)
    with pytest.raises(Unprocessable):
        agreed(cast, ONE, request)
    with pytest.raises(Forbidden):
        agreed(cast, THREE, request)
    agreed(cast, TWO, request)
    assert account(cast.installation, THREE).active
    assert signed_in(cast, THREE)


def test_the_team_may_stop_what_is_asked_but_nobody_their_own_suspension(cast: Cast) -> None:
    request = asked(cast, ONE, THREE)
    with cast.installation.casework.write() as session, pytest.raises(Unprocessable):
        stop(session, cast.people[THREE].account_id, request)
    with cast.installation.casework.write() as session:
        stop(session, cast.people[ADMIN].account_id, request)
    with pytest.raises(NotFound):
        agreed(cast, TWO, request)
    with cast.installation.casework.read() as session:
        assert session.get_one(AccountRequest, request).stopped_by == cast.people[ADMIN].account_id


def test_without_two_moderators_nothing_is_released_and_intake_goes_on(cast: Cast) -> None:
    made = cast.installation
    with made.casework.write() as session:
        one, two = (
            Moderator(cast.people[login].account_id, KeyPair.of(cast.people[login].private_key)) for login in (ONE, TWO)
        )
        add_order(made, session, one, two)
    suspended(cast, ONE, TWO, ADMIN)
    suspended(cast, TWO, THREE, ADMIN)
    assert deliver_due(made, today(), everything=True) == 0
    with made.casework.read() as session:
        assert notices(session).releases_stopped
        assert missing(session) == {"moderator": 2}
    _by_escrow(cast, "suspend", THREE)
    receive(made, new_token(made.keys), Submission(language="en", what_happened="Here."), [])
    with made.casework.read() as session:
        granted = select(Keyholder.kind).join(Grant, Grant.keyholder_id == Keyholder.id)
        assert set(session.scalars(granted)) == {"escrow"}
    for login in (ONE, THREE):
        _by_escrow(cast, "lift", login)
    assert deliver_due(made, today(), everything=True) == 1


def _by_escrow(cast: Cast, command: str, login: str, key: str = ESCROW.private) -> str:
    settings = cast.installation.settings
    environment = {
        "REGISTRY_DATA_FOLDER": str(settings.data_folder),
        "REGISTRY_CASEWORK_URL": settings.casework_address,
        "REGISTRY_REGISTRY_URL": settings.registry_address,
    }
    result = CliRunner().invoke(user, [command, login], input=key + "\n", env=environment)
    return result.output


def test_whoever_holds_the_escrow_key_suspends_the_last_one_too(cast: Cast) -> None:
    for login in (ONE, TWO, THREE, ADMIN):
        assert "not the escrow key" in _by_escrow(cast, "suspend", login, KeyPair.new().private)
        assert "not the escrow key" in _by_escrow(cast, "suspend", login, cast.people[ONE].private_key)
        assert "not the escrow key" in _by_escrow(cast, "suspend", login, "")
        assert account(cast.installation, login).active
        assert f"{login} is suspended" in _by_escrow(cast, "suspend", login.upper()).lower()
        assert not account(cast.installation, login).active
    assert "There is no such account" in _by_escrow(cast, "suspend", "nobody")
