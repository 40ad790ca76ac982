"""What a person agreed to holds for that person, from the moment they say so."""

from __future__ import annotations

from functools import partial

import pytest

from tests.defects.person import COVERED, Someone, Team, Told
from tests.defects.racing import at_once, delays
from tests.defects.test_withdrawal import mark_of, titled

INES, OONA = Someone("Ines Varga"), Someone("Oona Brackwater")
TAKEN_BACK = "I take my consent back. Please publish nothing."


@pytest.mark.row("D4")
def test_a_message_that_nobody_read_holds_the_release(team: Team) -> None:
    """D4: consent taken back by message, as the page asks, while the case was scheduled, did not hold the release."""
    draft = titled("godwit")
    submitter, case = team.scheduled(Told([INES]), draft)
    submitter.come_back()
    assert submitter.write(TAKEN_BACK), submitter.text
    team.installation.release_now()
    assert team.shown(mark_of(draft)) == []
    assert team.one.status_of(case) != "Published"


@pytest.mark.row("D4")
def test_nobody_agrees_to_a_release_without_having_read_what_the_submitter_wrote(team: Team) -> None:
    """D4: the page on which the second moderator agrees showed no messages."""
    submitter, case = team.proposed(Told([INES]))
    submitter.come_back()
    assert submitter.write(TAKEN_BACK)
    form = team.two.read_proposal(case)
    assert form is None or TAKEN_BACK in team.two.text


@pytest.mark.row("D4")
def test_a_message_and_an_approval_at_once_publish_nothing_unread(team_on_each: Team) -> None:
    """D4: the message arrives in the moment in which the second moderator agrees."""
    team, marks = team_on_each, []
    for number, delay in enumerate(delays(4)):
        draft = titled("knot", number)
        submitter, case = team.proposed(Told([INES]), draft)
        submitter.come_back()
        form = team.two.read_proposal(case)
        assert form is not None
        arrived, _ = at_once(
            partial(submitter.write, TAKEN_BACK),
            partial(team.two.approve, case, form),
            delay,
        )
        if arrived:
            marks.append(mark_of(draft))
    assert marks
    team.installation.release_now()
    everything = str(team.public())
    assert [mark for mark in marks if mark in everything] == []


@pytest.mark.row("D9")
def test_nobody_is_shown_with_initials_on_the_consent_of_somebody_else(team: Team) -> None:
    """D9: the initials of one person went out because another one agreed to initials."""
    oona = Someone("Oona Brackwater", uses=(*COVERED, "publish_initials"))
    _, case = team.case(Told([INES, oona]))
    draft = titled("ruff")
    draft.label, draft.named = "I. V., a lawyer", "initials"
    _let_stand(team, case, "Ines Varga", "I. V.")
    released = team.one.propose(case, draft) and team.two.approve(case)
    team.installation.release_now()
    assert team.shown(mark_of(draft)) == []
    assert not released
    assert team.one.propose(case, titled("ruffs")), team.one.text


def _let_stand(team: Team, case: str, name: str, words: str) -> None:
    """Decides that a person may stand as these words, as far as the desk allows it."""
    form = team.one.draft_form(case)
    at = next(one.name for one in form.find("treatment", name))
    form.fill(at, "pseudonym").fill(at.replace("treatment", "allowed"), words)
    team.one.send(form, "save")


@pytest.mark.row("D9")
def test_an_entry_does_not_say_of_everybody_what_one_person_agreed_to(team: Team) -> None:
    """D9: the entry's line of consent said the highest level of anybody."""
    oona = Someone("Oona Brackwater", uses=(*COVERED, "publish_initials"))
    _, case = team.case(Told([INES, oona]))
    draft = titled("stint")
    _let_stand(team, case, "Oona Brackwater", "O. B.")
    draft.more = {"persons-1-label": "O. B.", "persons-1-named": "initials"}
    assert team.one.propose(case, draft), team.one.text
    assert team.two.approve(case), team.two.text
    team.installation.release_now()
    ref = team.one.entry_ref(case)
    document = team.entry_json(ref)
    assert document["record"].get("consent") != "publish_initials"
    assert "Rests on the consent of the persons concerned: Publish it with initials" not in team.page_of(ref)


@pytest.mark.row("D11")
def test_what_consent_no_longer_covers_is_hidden_or_first_in_the_queue(team: Team) -> None:
    """D11: a public text that consent no longer covered stayed up and was in no queue."""
    draft = titled("avocet")
    _, case, ref = team.published(Told([INES]), draft)
    team.submitter().tell(Told([OONA]))
    team.one.record(case, Someone("Ines Varga", uses=("keep_on_file",)))
    hidden = team.gone_within(1.5, mark_of(draft)) and team.shown(mark_of(draft), ref) == []
    assert hidden or team.two.cases("")[:1] == [case]


def test_consent_taken_back_while_the_release_is_carried_leaves_nothing_public(team_on_each: Team) -> None:
    """What was agreed to went out between the look at the case and the save; it stayed public, and in no queue."""
    team = team_on_each
    kept = Someone("Ines Varga", uses=("keep_on_file",))
    for number, delay in enumerate(delays(4)):
        draft = titled("pipit", number)
        _, case = team.scheduled(Told([INES]), draft)
        at_once(partial(team.one.record, case, kept), team.installation.release_now, 8 * delay)
        if team.one.status >= 400:  # the release was faster than the form: the page says so, and it is sent again
            team.one.record(case, kept)
        team.installation.release_now()
        assert team.shown(mark_of(draft)) == [], (number, team.one.status_of(case))
