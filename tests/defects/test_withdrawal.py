"""Whoever was told that nothing is public finds nothing public, whatever others do at the same moment."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tests.defects.person import Draft, Moderator, Someone, Submitter, Team, Told
from tests.defects.racing import SOAK, at_once, delays, kept_busy, rounds, wait_until_held_up

# what waits for a carrier is a matter of PostgreSQL: SQLite has one writer at a time
ROUNDS_OF = {"sqlite": 1, "postgresql": 2}
GONE_WITHIN = 1.5  # seconds after the answer
TOLD = Told([Someone("Ines Varga")])


def titled(mark: str, number: int = 0) -> Draft:
    """A text that can be found again among all that is public."""
    letters = "".join(chr(ord("a") + int(digit)) for digit in f"{number:03}")
    return Draft(title=f"A lawyer was summoned, {mark}{letters}")


def mark_of(draft: Draft) -> str:
    return draft.title.rpartition(" ")[2]


@pytest.mark.row("D1")
def test_what_was_withdrawn_while_it_was_agreed_to_never_becomes_public(team_on_each: Team) -> None:
    """D1: of a withdrawal and an approval at once, the approval won and told nobody."""
    team = team_on_each
    gone: list[tuple[str, Draft]] = []
    turned_away: list[int] = []
    for number, delay in enumerate(delays()):
        draft = titled("heron", number)
        submitter, case = team.proposed(TOLD, draft)
        submitter.come_back()
        form = team.two.read_proposal(case)
        assert form is not None
        told_gone, _ = at_once(submitter.withdraw, partial(team.two.approve, case, form), delay)
        if not told_gone:
            turned_away.append(submitter.status)
            submitter.come_back()
            assert submitter.withdraw(), submitter.text
        gone.append((case, draft))
        assert team.one.status_of(case) == "Withdrawn"
    team.installation.release_now()
    everything = str(team.public())
    assert [mark_of(draft) for _, draft in gone if mark_of(draft) in everything] == []
    assert {team.one.status_of(case) for case, _ in gone} == {"Withdrawn"}
    assert turned_away == []


@pytest.mark.row("D2")
def test_what_was_withdrawn_while_it_was_carried_does_not_stay_public(team_on_each: Team) -> None:
    """D2: a withdrawal that waited for an order under way ordered no tombstone; a clock found it seconds later."""
    for number in range(50 if SOAK else ROUNDS_OF[team_on_each.installation.urls.engine]):
        _withdrawn_while_carried(team_on_each, [titled("egret", 4 * number + at) for at in range(4)])


def _withdrawn_while_carried(team: Team, drafts: list[Draft]) -> None:
    made = [team.scheduled(TOLD, draft) for draft in drafts]
    for submitter, _ in made:
        submitter.come_back()

    def withdrawn_and_gone(at: int, submitter: Submitter, draft: Draft) -> bool:
        time.sleep(0.03 * at / len(made))
        if not submitter.withdraw():  # whoever got no answer in time tries again, as a person would
            submitter.come_back()
            assert submitter.told_gone or submitter.withdraw(), submitter.text
        return team.gone_within(GONE_WITHIN, mark_of(draft))

    with ThreadPoolExecutor(len(made)) as pool:
        with kept_busy(team.installation.urls.registry):
            carrier = team.installation.carrier()
            wait_until_held_up(team.installation.urls)
            answers = [
                pool.submit(withdrawn_and_gone, at, submitter, draft)
                for at, ((submitter, _), draft) in enumerate(zip(made, drafts, strict=True))
            ]
            time.sleep(0.3)
        assert [answer.result(timeout=60) for answer in answers] == [True] * len(made)
    carrier.wait(timeout=120)
    everything = str(team.public())
    assert [mark_of(draft) for draft in drafts if mark_of(draft) in everything] == []
    assert {team.one.status_of(case) for _, case in made} == {"Withdrawn"}


@pytest.mark.row("D3")
def test_what_was_stopped_after_a_crash_is_not_public_and_its_correction_is(team_on_each: Team) -> None:
    """D3: a carrier died between its two commits; the stop was confirmed, the text stayed, the correction vanished."""
    for number in range(20 if SOAK else 1):
        _stopped_after_a_crash(team_on_each, number)


def _stopped_after_a_crash(team: Team, number: int) -> None:
    stopped, lost = titled("plover", 2 * number), titled("plover", 2 * number + 1)
    _, first = team.scheduled(TOLD, stopped)
    team.crash_between_the_commits(mark_of(stopped))
    open_again = team.one.offers(first, "/stop") and _stop(team.one, first)
    _, second = team.scheduled(TOLD, lost)
    team.crash_between_the_commits(mark_of(lost))
    team.one.record(second, Someone("Ines Varga", uses=("keep_on_file",)))
    team.installation.release_now()
    assert team.shown(mark_of(lost)) == [] or team.two.cases("")[:1] == [second]
    if open_again:
        assert team.shown(mark_of(stopped)) == []
    else:
        assert (team.one.status_of(first), team.shown(mark_of(stopped)) != []) == ("Published", True)
    team.one.record(second, Someone("Ines Varga"))
    for at, case in enumerate((first, second)):
        assert team.one.propose(case, titled("curlew", 2 * number + at)), team.one.text
        assert team.two.approve(case), team.two.text
    team.installation.release_now()
    for at, (case, before) in enumerate(((first, stopped), (second, lost))):
        assert team.shown(mark_of(titled("curlew", 2 * number + at)))
        assert team.shown(mark_of(before)) == []
        assert team.one.status_of(case) == "Published"


def _stop(moderator: Moderator, case: str) -> bool:
    """Stops a release; whether the desk says that it is stopped."""
    return (
        moderator.press(case, "/stop", reason="It is wrong.").status_code == 200
        and moderator.status_of(case) == "In review"
    )


@pytest.mark.row("D3")
def test_a_stop_that_the_desk_confirms_stops(team_on_each: Team) -> None:
    """D3: a stop and a release at once; what the desk says of it and what the public sees must agree."""
    team, number = team_on_each, rounds(4)
    drafts = [titled("dunlin", one) for one in range(number)]
    cases = [team.scheduled(TOLD, draft)[1] for draft in drafts]
    windows = []
    for case in cases:
        window = team.one.another_window()
        window.get(case)
        windows.append(window)

    def stop(at: int) -> None:
        time.sleep(0.03 * at / number)
        form = windows[at].form(action="/stop").fill("reason", "It is wrong.")
        windows[at].send(form)

    with ThreadPoolExecutor(8) as pool:
        with kept_busy(team.installation.urls.registry):
            carrier = team.installation.carrier()
            wait_until_held_up(team.installation.urls)
            answers = [pool.submit(stop, at) for at in range(number)]
            time.sleep(0.2)
        for answer in answers:
            answer.result(timeout=60)
        carrier.wait(timeout=120)
    everything = str(team.public())
    for case, draft in zip(cases, drafts, strict=True):
        assert (team.one.status_of(case) == "Published") == (mark_of(draft) in everything), case


@pytest.mark.row("D12")
def test_one_press_of_one_moderator_hides_and_ends_nothing_for_good(team: Team) -> None:
    """D12: one moderator removed any entry for ever, with no reason, no code and no second person."""
    draft = titled("sanderling")
    _, case, ref = team.published(TOLD, draft)
    assert team.one.hide(case), team.one.text
    assert team.shown(mark_of(draft), ref) == []
    assert not team.one.decided_over(case)
    team.installation.release_now()
    assert team.shown(mark_of(draft), ref) == []
    again = titled("sanderlings")
    assert team.one.propose(case, again), team.one.text
    assert team.two.approve(case), team.two.text
    team.installation.release_now()
    assert team.shown(mark_of(again))


@pytest.mark.row("D12")
def test_what_a_person_withdrew_the_desk_cannot_bring_back(team_on_each: Team) -> None:
    """D12: the desk hides an entry at the moment at which its submitter withdraws it; the withdrawal stands."""
    team = team_on_each
    made = []
    for number in range(len(delays(3))):
        draft = titled("whimbrel", number)
        made.append((*team.scheduled(TOLD, draft), draft))
    team.installation.release_now()
    for delay, (submitter, case, draft) in zip(delays(3), made, strict=True):
        submitter.come_back()
        window = team.one.another_window()
        told_gone, _ = at_once(submitter.withdraw, partial(window.hide, case), delay)
        assert told_gone or (submitter.come_back() and submitter.told_gone) or submitter.withdraw(), submitter.text
        assert team.shown(mark_of(draft)) == []
        if team.one.get(case + "/draft").status_code == 200 and team.one.form_or_none(button="propose"):
            assert not (team.one.propose(case, draft) and team.two.approve(case))
    team.installation.release_now()
    everything = str(team.public())
    assert [mark_of(draft) for *_, draft in made if mark_of(draft) in everything] == []


@pytest.mark.row("D12")
def test_a_consent_that_its_person_took_back_the_desk_cannot_record_again(team: Team) -> None:
    """D12: two people at the desk ticked it anew, and what the person had hidden was public again."""
    draft = titled("oystercatcher")
    submitter, case, ref = team.published(TOLD, draft)
    submitter.come_back()
    form = submitter.form(action="/consent")
    boxes = [one for one in form.controls if one.boxed]
    for box in boxes:
        box.on = True
    submitter.send(form)
    assert team.gone_within(GONE_WITHIN, mark_of(draft))
    assert team.one.status_of(case) == "Suspended"
    team.one.record(case, *TOLD.persons)
    assert team.one.status == 422, team.one.text
    assert "took a consent back themselves" in team.one.text
    assert not (team.one.propose(case, draft) and team.two.approve(case))
    team.installation.release_now()
    assert team.shown(mark_of(draft), ref) == []


@pytest.mark.row("D12")
def test_nobody_ends_a_case_for_good_alone_without_reason_or_by_a_forged_form(team: Team) -> None:
    """D12: one press of one moderator ended an entry for good."""
    draft = titled("turnstone")
    _, case, ref = team.published(TOLD, draft)
    for reason in ("", "It is wrong."):
        team.one.get(case)
        form = team.one.form(action="/propose-withdrawal").fill("reason", reason)
        form.lead_to("/propose-withdrawal")
        team.one.send(form)
        assert (team.one.status == 422) == (reason == "")
    assert team.shown(mark_of(draft), ref), "nothing changes until a second one agrees"
    team.one.get(case)
    form = team.one.form(action="/propose-withdrawal").fill("reason", "It is wrong.")
    form.lead_to("/propose-withdrawal")
    form.buttons[0].attrs["formaction"] = form.buttons[0].attrs["formaction"].replace("propose-", "confirm-")
    team.one.send(form)
    assert team.one.status == 403
    assert "You proposed this yourself" in team.one.text
    assert team.shown(mark_of(draft), ref)
    assert team.one.status_of(case) == "Published"
