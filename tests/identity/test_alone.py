"""What each insider can do, as docs/threat-model.md says: alone, two together, and with a copy of the store."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.demo.people import Cast, join
from app.identity.accounts import locked_account, unlock
from app.identity.invitations import fingerprint, of_code
from app.identity.recovery import new_recovery, number_of_code
from app.identity.requests import agree
from app.identity.sponsors import vouch
from app.identity.team import notices
from app.problems import Problem, Unprocessable
from app.sealing import KeyPair
from app.stores.casework import Account, Invitation
from tests.identity.conftest import account
from tests.identity.test_invitations import ADMIN, ONE, THREE, TWO, new_code
from tests.identity.test_recovery import agreed, asked, come_back, days_later
from tests.identity.test_suspension import asked as asked_to_suspend


def puppets_of(cast: Cast, login: str) -> int:
    """How many accounts somebody makes who plays every newcomer and vouches with all that they made."""
    before, hands = active(cast), [cast.people[login].account_id]
    for number in range(3):
        new = join(cast.installation, new_code(cast, by=login), f"puppet-{number}")
        for hand in [*hands, new.account_id]:
            try:
                with cast.installation.casework.write() as session:
                    vouch(session, hand, new.account_id, new.fingerprint)
            except Problem:
                continue
        hands.append(new.account_id)
    return active(cast) - before


def active(cast: Cast) -> int:
    with cast.installation.casework.read() as session:
        return session.scalar(select(func.count()).where(Account.active)) or 0


def test_an_administrator_alone_makes_nobody_and_ends_nobody(cast: Cast) -> None:
    assert puppets_of(cast, ADMIN) == 0
    for login in (ONE, TWO, THREE):
        request = asked_to_suspend(cast, ADMIN, login)
        with cast.installation.casework.write() as session, pytest.raises(Unprocessable):
            agree(session, cast.people[ADMIN].account_id, request)
    assert active(cast) == 4


def test_one_moderator_alone_makes_nobody_and_takes_no_account_over(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert puppets_of(cast, ONE) == 0
    code, number = new_recovery()
    request = asked(cast, ONE, TWO, number)
    with pytest.raises(Unprocessable):
        agreed(cast, ONE, request, number)
    days_later(monkeypatch, 2)
    with pytest.raises(Unprocessable):
        come_back(cast, code)


def test_two_moderators_together_get_an_account_in_the_open_and_without_its_key(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They say that somebody read them a number, which they made. Everybody sees it, and the key stays with its person."""
    code, number = new_recovery()
    before = account(cast.installation, THREE)
    agreed(cast, TWO, asked(cast, ONE, THREE, number), number)
    for days in (0, 1):
        days_later(monkeypatch, days)
        with cast.installation.casework.read() as session:
            assert [login for _, login in notices(session).recoveries] == [THREE]
        with pytest.raises(Unprocessable):
            come_back(cast, code)
    days_later(monkeypatch, 2)
    chosen = come_back(cast, code)
    with cast.installation.casework.read() as session:
        opened = unlock(locked_account(session, THREE), chosen.passphrase)
    assert opened
    assert opened.private_key != cast.people[THREE].private_key
    assert account(cast.installation, THREE).keyholder_id != before.keyholder_id


def test_a_moderator_with_a_copy_of_the_store_finds_no_code_and_no_key(cast: Cast) -> None:
    code, (own, number) = new_code(cast), new_recovery()
    asked(cast, ONE, THREE, number)
    new = join(cast.installation, new_code(cast), "newcomer")
    with cast.installation.casework.read() as session:
        rows = [
            str(value)
            for table in Account.metadata.sorted_tables
            for row in session.execute(select(table))
            for value in row
        ]
        for secret in (code, own, new.private_key, new.secrets.passphrase, new.secrets.totp_secret):
            assert not [one for one in rows if secret in one]
        # what is there cannot be used in the place of what it was made of
        for row in session.scalars(select(Invitation.lookup)):
            assert of_code(row) == ""
        assert number_of_code(number) == ""
        mine = cast.people[ONE].secrets.passphrase
        assert unlock(locked_account(session, THREE), mine) is None
        someone = session.scalars(select(Account).where(Account.login == "newcomer")).one()
        assert fingerprint(someone, KeyPair.new().public) != new.fingerprint
