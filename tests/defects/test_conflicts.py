"""Conflicts of interest: nobody reads the case of a State that they have one with, and nobody is turned away for it."""

from __future__ import annotations

import pytest

from tests.defects.person import Draft, Someone, Team, Told


@pytest.mark.row("D10")
def test_whoever_has_a_conflict_loses_a_case_when_the_desk_names_its_state(team: Team) -> None:
    """D10: only the States that the submitter ticked were checked; "I don't know" gave access, and it stayed."""
    _, case = team.case(Told([Someone("Ines Ottoway")], state="unclear"))
    assert team.three.get(case).status_code == 200
    team.one.draft(case, Draft(state="XE"))
    assert team.three.get(case).status_code in (403, 404)
    assert "Ottoway" not in team.three.text
    assert case not in team.three.cases()
    assert team.two.get(case).status_code == 200


@pytest.mark.row("D10")
def test_whoever_has_a_conflict_agrees_to_no_release_about_that_state(team: Team) -> None:
    """D10: the moderator with a conflict was the second person of a release about that State."""
    _, case = team.case(Told([Someone("Ines Penhallow")], state="not_disclosed"))
    assert team.one.propose(case, Draft(title="A lawyer was summoned, redstart", state="XE")), team.one.text
    assert not team.three.approve(case)
    team.installation.release_now()
    assert team.shown("redstart") == []
    assert team.two.approve(case), team.two.text


@pytest.mark.row("D35")
def test_a_submission_is_taken_when_every_moderator_has_a_conflict_with_its_state(team: Team) -> None:
    """D35: intake answered 503; whoever defends rights in that State was shut out, and an insider could cause it."""
    submitter = team.submitter()
    assert submitter.tell(Told([Someone("Ines Quarrington")], state="XF")), (submitter.status, submitter.text[:300])
    assert submitter.status == 200
    submitter.come_back()
    assert submitter.status == 200
    assert submitter.write("Is anybody there?"), submitter.text
    for moderator in (team.one, team.two, team.three):
        moderator.get("/en/desk?status=all&state=XF")
        assert not [link for link, _ in moderator.links if "/desk/cases/" in link]


@pytest.mark.row("D10")
def test_whoever_declares_a_conflict_loses_its_cases_at_once(team: Team) -> None:
    """A conflict was declared once, by whoever made the account; nobody could add one afterwards."""
    _, case = team.case(Told([Someone("Ines Ravensworth")], state="XD"))
    assert team.three.get(case).status_code == 200
    team.three.get("/en/desk/conflicts")
    team.three.send(team.three.form(fields=["own_state"]).fill("own_state", "XD"), "declare")
    assert "Done" in team.three.text
    assert team.three.get(case).status_code == 404
    assert case not in team.three.cases()
    assert team.two.get(case).status_code == 200


@pytest.mark.row("D10")
def test_nobody_takes_a_conflict_off_alone(team: Team) -> None:
    team.two.get("/en/desk/conflicts")
    asked = team.two.form(fields=["login", "state"]).fill("login", "moderator-three").fill("state", "XE")
    team.two.send(asked, "remove")
    assert "asks to take the conflict with Estavar off moderator-three" in team.two.text
    assert team.two.form_or_none(button="agree") is None
    team.three.get("/en/desk/conflicts")
    assert team.three.form_or_none(button="agree") is None
    forged = team.three.form(button="drop")
    forged.buttons[0].attrs["value"] = "agree"
    team.three.send(forged, "agree")
    assert team.three.status == 403
    assert "This concerns yourself" in team.three.text
    team.three.send(team.three.form(button="drop"), "drop")
