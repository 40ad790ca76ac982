"""Nobody alone makes or unmakes those on whom a release rests, an administrator included."""

from __future__ import annotations

import pytest

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
    made = [administrator.make("puppet-one", *SAME[:2]), administrator.make("puppet-two", *SAME[2:])]
    puppets = [puppet for login in made if login and (puppet := team.moderator_or_none(login)) is not None]
    if len(puppets) == 2:
        first, second = puppets
        case = first.take_new(team.submitter(), Told([Someone("Ines Wetherby")]))
        first.record(case)
        first.propose(case, draft)
        second.approve(case)
        team.installation.release_now()
    assert team.shown(mark_of(draft)) == []
    assert len(puppets) < 2


@pytest.mark.row("D13")
@pytest.mark.parametrize("other", SAME[1:])
def test_one_sponsor_is_not_two_by_another_spelling(administrator: Administrator, other: str) -> None:
    """D13: "A", "a" and "A" with a no-break space counted as different people."""
    assert administrator.make(f"twin-{SAME.index(other)}", SAME[0], other) == ""


@pytest.mark.xfail(strict=True, reason="until people set their own secrets by an invitation")
@pytest.mark.row("D13")
def test_an_administrator_never_sees_the_secrets_of_somebody_else(administrator: Administrator) -> None:
    """D13: the page showed the new person's passphrase and authenticator secret to whoever made the account."""
    assert administrator.make("newcomer", "moderator-one", "moderator-two")
    assert administrator.secrets_shown() == []


@pytest.mark.xfail(strict=True, reason="until an account is suspended by two people")
@pytest.mark.row("D13")
def test_an_administrator_alone_takes_nobody_from_the_desk(team: Team, administrator: Administrator) -> None:
    """D13: an administrator could disable every moderator, so that intake stopped."""
    team.installation.add("moderator-four", "moderator", "moderator-one", "moderator-two")
    four = team.moderator_or_none("moderator-four")
    assert four is not None
    assert four.at_the_desk
    administrator.disable("moderator-four")
    assert four.at_the_desk
