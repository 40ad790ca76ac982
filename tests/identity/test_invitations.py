"""Invitations work once, for some days; names are compared folded; two real sponsors make an account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from app.clock import now, today
from app.demo.people import Cast, join
from app.identity import invitations, sponsors
from app.identity.accounts import Secrets
from app.identity.codes import in_groups
from app.identity.founding import invite_founders
from app.identity.invitations import NewAccount, Newcomer, accept, invite, invited
from app.identity.sponsors import turn_away, vouch
from app.identity.team import missing
from app.installation import Installation
from app.problems import Conflict, Forbidden, NotFound, Problem, Unprocessable
from app.stores.casework import Account, Invitation, Keyholder, Sponsorship
from tests.identity.conftest import account, at_once

ONE, TWO, THREE, ADMIN = "moderator-one", "moderator-two", "moderator-three", "administrator"


def new_code(cast: Cast, role: str = "moderator", by: str = ONE) -> str:
    with cast.installation.casework.write() as session:
        return invite(session, role, cast.people[by].account_id)


def vouched(cast: Cast, new: NewAccount, *by: str, number: str = "") -> bool:
    """Whether an account is active after these vouched for it."""
    active = False
    for login in by:
        with cast.installation.casework.write() as session:
            active = vouch(session, cast.people[login].account_id, new.account_id, number or new.fingerprint)
    return active


def test_an_invitation_works_once_however_many_try_at_once(cast: Cast) -> None:
    code = new_code(cast)

    def take(number: int) -> str:
        try:
            return join(cast.installation, code, f"newcomer-{number}").login
        except Problem as problem:
            return problem.detail

    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(take, range(3)))
    assert said.count(invitations.NOT_VALID) == 2
    with pytest.raises(Unprocessable):
        join(cast.installation, code, "newcomer-late")
    with cast.installation.casework.read() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 5
        assert session.scalar(select(func.count()).select_from(Keyholder)) == 6  # of four, escrow and the auditor


@pytest.mark.parametrize("days", [8, 400])
def test_an_invitation_is_over_after_a_week(cast: Cast, days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    code = new_code(cast)
    for jump, valid in ((-1, True), (7, True), (days, False)):
        monkeypatch.setattr(invitations, "today", lambda jump=jump: today() + timedelta(days=jump))
        with cast.installation.casework.read() as session:
            assert (invited(session, code) is not None) is valid
    with pytest.raises(Unprocessable):
        join(cast.installation, code, "newcomer")


def test_the_store_holds_no_code_and_takes_it_in_every_script(cast: Cast) -> None:
    code = new_code(cast)
    typed = in_groups(code).translate({ord(str(one)): chr(0x660 + one) for one in range(10)})
    with cast.installation.casework.read() as session:
        row = session.scalars(select(Invitation)).one()
        assert code not in repr(vars(row))
        assert invited(session, typed) is not None
        for forged in (code[:-1], code[::-1], row.lookup, "", "1" * 35):
            assert invited(session, forged) is None


@pytest.mark.parametrize(
    "login", ["Moderator-One", "ＭＯＤＥＲＡＴＯＲ-ONE", "moderator -\u00a0one", "", "x" * 65, "\ufdfa" * 9]
)
def test_a_name_that_is_anothers_or_none_is_refused_and_the_invitation_stays(cast: Cast, login: str) -> None:
    code = new_code(cast)
    with pytest.raises(Unprocessable):
        join(cast.installation, code, login)
    assert join(cast.installation, code, "newcomer").login == "newcomer"


def test_two_who_choose_one_name_at_once_are_not_two_accounts(cast: Cast) -> None:
    codes = [new_code(cast), new_code(cast)]

    def take(place: int) -> str:
        try:
            return join(cast.installation, codes[place], ("Newcomer", "NEWCOMER")[place]).account_id
        except Problem as problem:
            return problem.detail

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(take, range(2)))
    assert said.count(invitations.NAME_TAKEN) == 1


@pytest.mark.parametrize(
    ("passphrase", "code"), [("too short", ""), ("x" * 1025, ""), ("long enough, surely", "000000")]
)
def test_a_short_passphrase_and_a_wrong_code_make_nothing(cast: Cast, passphrase: str, code: str) -> None:
    chosen = Secrets(passphrase, pyotp.random_base32())
    shown = code or pyotp.TOTP(chosen.totp_secret).at(now())
    with pytest.raises(Unprocessable):
        accept(cast.installation, new_code(cast), Newcomer("newcomer", chosen, shown))
    with cast.installation.casework.read() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 4


def test_an_account_works_when_two_different_ones_vouched(cast: Cast) -> None:
    new = join(cast.installation, new_code(cast), "newcomer")
    assert not account(cast.installation, "newcomer").active
    assert not vouched(cast, new, ONE)
    with pytest.raises(Unprocessable):
        vouched(cast, new, ONE)
    assert not account(cast.installation, "newcomer").active
    assert vouched(cast, new, ADMIN)
    with pytest.raises(NotFound):
        vouched(cast, new, TWO)


def test_one_who_vouches_many_times_at_once_is_one(cast: Cast) -> None:
    new = join(cast.installation, new_code(cast), "newcomer")
    sponsor = cast.people[ONE].account_id
    acts = [lambda session: vouch(session, sponsor, new.account_id, new.fingerprint)] * 4
    assert at_once(cast.installation, *acts).count(False) == 1
    assert not account(cast.installation, "newcomer").active


def test_forged_sponsors_are_none(cast: Cast) -> None:
    """Oneself, nobody, the Office, somebody who waits, somebody suspended; and the number of another."""
    cast.bring_in("office", "office")
    new = join(cast.installation, new_code(cast), "newcomer")
    other = join(cast.installation, new_code(cast), "other")
    cast.people |= {"newcomer": new, "other": other}
    for login in ("newcomer", "other", "office"):
        with pytest.raises((Forbidden, Unprocessable)):
            vouched(cast, new, login)
    with cast.installation.casework.write() as session, pytest.raises(Forbidden):
        vouch(session, "0" * 32, new.account_id, new.fingerprint)
    with pytest.raises(Unprocessable):
        vouched(cast, new, ONE, number=other.fingerprint)
    with pytest.raises(Unprocessable):
        vouched(cast, new, ONE, number="0")
    assert not account(cast.installation, "newcomer").active


def test_a_sponsor_and_whom_they_brought_in_are_not_two_sponsors(cast: Cast) -> None:
    """Whoever got one account by deceit makes no others with it."""
    puppet = cast.bring_in("puppet", "moderator", (ONE, TWO))
    assert account(cast.installation, "puppet").active
    second = join(cast.installation, new_code(cast), "second")
    cast.people["puppet"] = puppet
    assert not vouched(cast, second, ONE)
    with pytest.raises(Unprocessable):
        vouched(cast, second, "puppet")
    assert vouched(cast, second, THREE)


def test_whoever_is_not_known_is_turned_away_and_leaves_nothing(cast: Cast) -> None:
    new = join(cast.installation, new_code(cast), "newcomer", ("XA",))
    vouched(cast, new, ONE)
    with cast.installation.casework.write() as session:
        turn_away(session, cast.people[TWO].account_id, new.account_id)
    with cast.installation.casework.read() as session:
        assert session.scalar(select(Account.id).where(Account.login == "newcomer")) is None
        assert session.scalar(select(Sponsorship).where(Sponsorship.account_id == new.account_id)) is None
    with pytest.raises(NotFound):
        vouched(cast, new, TWO)


def test_whoever_waits_too_long_is_forgotten(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    new = join(cast.installation, new_code(cast), "newcomer")
    for module in (invitations, sponsors):
        monkeypatch.setattr(module, "today", lambda: today() + timedelta(days=15))
    with pytest.raises(NotFound):
        vouched(cast, new, ONE)
    new_code(cast)
    with cast.installation.casework.read() as session:
        assert session.scalar(select(Account.id).where(Account.login == "newcomer")) is None


def test_founders_who_wait_vouch_for_each_other_and_for_nobody_else(empty: Installation) -> None:
    with empty.casework.write() as session:
        seats = invite_founders(session)
    assert sorted(role for role, _ in seats) == ["administrator", "moderator", "moderator", "moderator"]
    first, second = (join(empty, code, f"founder-{at}") for at, (_, code) in enumerate(seats[:2]))
    with empty.casework.write() as session:
        again = invite_founders(session)
        assert len(again) == 2
        assert invited(session, seats[2][1]) is None
        stranger = invite(session, "moderator", None)
    third = join(empty, again[0][1], "founder-2")
    outside = join(empty, stranger, "stranger")
    with empty.casework.write() as session, pytest.raises(Forbidden):
        vouch(session, first.account_id, outside.account_id, outside.fingerprint)
    with empty.casework.write() as session, pytest.raises(Forbidden):
        vouch(session, outside.account_id, first.account_id, first.fingerprint)
    with empty.casework.write() as session, pytest.raises(Unprocessable):
        vouch(session, first.account_id, first.account_id, first.fingerprint)
    with empty.casework.write() as session:
        assert not vouch(session, second.account_id, first.account_id, first.fingerprint)
        assert vouch(session, third.account_id, first.account_id, first.fingerprint)
    with empty.casework.write() as session, pytest.raises(Conflict):
        invite_founders(session)


def test_the_least_team_is_three_moderators_and_an_administrator(empty: Installation) -> None:
    with empty.casework.read() as session:
        assert missing(session) == {"moderator": 3, "administrator": 1}
    Cast(empty).found()
    with empty.casework.read() as session:
        assert missing(session) == {}
