"""Nobody alone makes or unmakes those on whom a release rests, an administrator included."""

from __future__ import annotations

import pytest

from tests.defects.browser import Browser
from tests.defects.installation import invite, join
from tests.defects.person import Administrator, Someone, Team, Told
from tests.defects.test_withdrawal import mark_of, titled

# one invented person, written so that it looks like four
SAME = ("Ada Holm", "ada holm", "Ada\u00a0Holm", "ＡＤＡ ＨＯＬＭ")


@pytest.fixture(scope="module")
def administrator(on_sqlite: Team) -> Administrator:
    return Administrator(on_sqlite.installation, "administrator")


@pytest.mark.row("D13")
def test_an_administrator_alone_publishes_nothing(team: Team, administrator: Administrator) -> None:
    """D13: with two accounts of their own making and invented sponsors, an administrator published a name alone."""
    draft = titled("bittern")
    made = [administrator.make("puppet-one"), administrator.make("puppet-two")]
    assert made == ["puppet-one", "puppet-two"]
    puppets = [puppet for login in made if (puppet := team.moderator_or_none(login)) is not None]
    if len(puppets) == 2:
        first, second = puppets
        case = first.take_new(team.submitter(), Told([Someone("Ines Wetherby")]))
        first.record(case)
        first.propose(case, draft)
        second.approve(case)
        team.installation.release_now()
    assert team.shown(mark_of(draft)) == []
    assert puppets == []


@pytest.mark.row("D13")
@pytest.mark.parametrize("other", SAME[1:])
def test_one_name_is_not_two_by_another_spelling(administrator: Administrator, other: str) -> None:
    """D13: "A", "a" and "A" with a no-break space counted as different people."""
    administrator.make(SAME[0])
    assert administrator.make(other) == ""


@pytest.mark.row("D13")
def test_an_administrator_never_sees_the_secrets_of_somebody_else(team: Team, administrator: Administrator) -> None:
    """D13: the page showed the new person's passphrase and authenticator secret to whoever made the account."""
    code = invite(administrator, administrator.secrets, "moderator")
    assert administrator.secrets_shown() == []
    new = join(administrator.base, code, "newcomer")
    administrator.get("/en/desk/accounts")
    assert "newcomer" in administrator.text
    assert new.passphrase not in administrator.response.text
    assert new.secret not in administrator.response.text
    again = Browser(administrator.base)
    again.get("/en/desk/invitation")
    again.send(again.form(fields=["invitation"]).fill("invitation", code))
    assert again.status == 422
    assert "used already" in again.text


@pytest.mark.row("D13")
def test_an_administrator_alone_takes_nobody_from_the_desk(team: Team, administrator: Administrator) -> None:
    """D13: an administrator could disable every moderator, so that intake stopped. Two can, at once."""
    team.installation.add("moderator-four", "moderator", "moderator-one", "moderator-two")
    four = team.moderator_or_none("moderator-four")
    assert four is not None
    assert four.at_the_desk
    assert administrator.act("Suspend moderator-four") == 200
    assert administrator.act("Suspend moderator-four") == 409
    assert administrator.act("agree") == 0
    assert four.at_the_desk
    team.one.get("/en/desk/accounts")
    team.one.send(team.one.confirmed(team.one.form(button="agree")), "agree")
    assert not four.at_the_desk
    assert team.moderator_or_none("moderator-four") is None
