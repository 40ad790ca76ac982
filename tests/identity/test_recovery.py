"""Two others and some days let somebody back in, and nobody else: not the two, not a thief of the number."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from app.clock import now, today
from app.demo.people import Cast
from app.identity import recovery, requests
from app.identity.accounts import Secrets, locked_account, unlock
from app.identity.recovery import agree_to_recovery, ask_recovery, new_recovery, recover
from app.identity.requests import stop
from app.identity.team import notices
from app.problems import Conflict, Forbidden, NotFound, Problem, Unprocessable
from app.stores.casework import Account, AccountRequest
from tests.identity.conftest import account, at_once
from tests.identity.test_invitations import ADMIN, ONE, THREE, TWO
from tests.identity.test_suspension import signed_in, suspended

DAYS = 1


def asked(cast: Cast, by: str, about: str, number: str) -> str:
    with cast.installation.casework.write() as session:
        ask_recovery(session, cast.people[by].account_id, about, number)
        return session.scalars(select(AccountRequest.id).where(AccountRequest.state == "open")).one()


def agreed(cast: Cast, by: str, request: str, number: str) -> None:
    with cast.installation.casework.write() as session:
        agree_to_recovery(session, cast.people[by].account_id, request, number, DAYS)


def days_later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    for module in (recovery, requests):
        monkeypatch.setattr(module, "today", lambda: today() + timedelta(days=days))


def come_back(cast: Cast, code: str, present: str = "") -> Secrets:
    chosen = Secrets.new()
    recover(cast.installation, code, chosen, pyotp.TOTP(chosen.totp_secret).at(now() - 30), present)
    return chosen


def agreed_by_two(cast: Cast, about: str) -> str:
    """The code of somebody for whom two agreed."""
    code, number = new_recovery()
    agreed(cast, TWO, asked(cast, ADMIN, about, number), number)
    return code


def test_somebody_comes_back_with_a_new_key_after_the_waiting_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert signed_in(cast, ONE)
    code, before = agreed_by_two(cast, ONE), account(cast.installation, ONE)
    for days in (0, 1):
        days_later(monkeypatch, days)
        with pytest.raises(Unprocessable):
            come_back(cast, code)
    days_later(monkeypatch, 2)
    chosen = come_back(cast, code)
    after = account(cast.installation, ONE)
    assert (after.id, after.keyholder_id != before.keyholder_id) == (before.id, True)
    assert signed_in(cast, ONE) is None
    with cast.installation.casework.read() as session:
        assert unlock(locked_account(session, ONE), chosen.passphrase)
    with pytest.raises(Unprocessable):
        come_back(cast, code)


def test_whoever_lost_only_the_authenticator_keeps_the_key(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    code, before = agreed_by_two(cast, ONE), account(cast.installation, ONE)
    days_later(monkeypatch, 2)
    with pytest.raises(Unprocessable):
        come_back(cast, code, "not the passphrase at all")
    chosen = come_back(cast, code, cast.people[ONE].secrets.passphrase)
    assert account(cast.installation, ONE).keyholder_id == before.keyholder_id
    with cast.installation.casework.read() as session:
        opened = unlock(locked_account(session, ONE), chosen.passphrase)
    assert opened
    assert opened.private_key == cast.people[ONE].private_key
    assert opened.totp_secret == chosen.totp_secret


@pytest.mark.parametrize("days", [10, 400])
def test_a_code_that_nobody_used_in_time_is_over(cast: Cast, days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    code = agreed_by_two(cast, ONE)
    days_later(monkeypatch, days)
    with pytest.raises(Unprocessable):
        come_back(cast, code)


def test_anybody_may_stop_it_and_everybody_is_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    office = cast.bring_in("office", "office")
    code = agreed_by_two(cast, ONE)
    with cast.installation.casework.write() as session:
        ((request, login),) = notices(session).recoveries
        assert login == ONE
        stop(session, office.account_id, request)
        assert notices(session).recoveries == []
    days_later(monkeypatch, 2)
    with pytest.raises(Unprocessable):
        come_back(cast, code)


def test_one_alone_and_the_wrong_number_let_nobody_in(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    code, number = new_recovery()
    request = asked(cast, ADMIN, ONE, number)
    for by, typed, problem in (
        (ADMIN, number, Unprocessable),
        (ONE, number, Unprocessable),
        (TWO, new_recovery()[1], Unprocessable),
        (TWO, "", Unprocessable),
    ):
        with pytest.raises(problem):
            agreed(cast, by, request, typed)
    days_later(monkeypatch, 2)
    with pytest.raises(Unprocessable):
        come_back(cast, code)


def test_the_two_who_agreed_have_nothing_that_opens_the_account(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """They know the number, and the store has nothing else."""
    _, number = new_recovery()
    agreed(cast, TWO, asked(cast, ADMIN, ONE, number), number)
    days_later(monkeypatch, 2)
    for forged in (number, number + "0" * 11, "0" * 11 + number, ""):
        with pytest.raises(Unprocessable):
            come_back(cast, forged)


def test_of_two_recoveries_of_one_account_at_once_one_is_open(cast: Cast) -> None:
    numbers = [new_recovery()[1] for _ in range(4)]
    by = [cast.people[login].account_id for login in (TWO, THREE, ADMIN, TWO)]
    acts = [
        lambda session, one=one, number=number: ask_recovery(session, one, ONE, number)
        for one, number in zip(by, numbers, strict=True)
    ]
    said = at_once(cast.installation, *acts)
    assert len([one for one in said if isinstance(one, Conflict)]) == 3
    with cast.installation.casework.read() as session:
        assert session.scalar(select(func.count()).select_from(AccountRequest)) == 1


def test_two_who_come_back_with_one_code_at_once_are_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    code = agreed_by_two(cast, ONE)
    days_later(monkeypatch, 2)

    def come(_: int) -> Secrets | Problem:
        try:
            return come_back(cast, code)
        except Problem as problem:
            return problem

    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(come, range(3)))
    (chosen,) = [one for one in said if isinstance(one, Secrets)]
    with cast.installation.casework.read() as session:
        assert unlock(locked_account(session, ONE), chosen.passphrase)


def test_a_suspended_account_comes_back_by_no_code(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    code = agreed_by_two(cast, ONE)
    suspended(cast, ONE, TWO, ADMIN)
    days_later(monkeypatch, 2)
    with pytest.raises(Unprocessable):
        come_back(cast, code)
    with pytest.raises((Conflict, NotFound)):
        asked(cast, ADMIN, ONE, new_recovery()[1])


def test_the_office_asks_for_nobody_and_an_unknown_name_is_nobody(cast: Cast) -> None:
    cast.bring_in("office", "office")
    with pytest.raises(Forbidden):
        asked(cast, "office", ONE, new_recovery()[1])
    with pytest.raises(NotFound):
        asked(cast, ADMIN, "nobody", new_recovery()[1])
    with cast.installation.casework.read() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 5
