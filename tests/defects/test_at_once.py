"""What several people do at the same moment, in sessions of their own, is never an error of ours."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence

import pytest

from tests.defects.browser import Browser
from tests.defects.person import Someone, Submitter, Team, Told

ROUNDS = 200 if os.environ.get("SOAK") else 12
PUBLISHED = 200 if os.environ.get("SOAK") else 5  # cases that take a moment each to be made


def at_once(acts: Sequence[Callable[[], int]]) -> list[int]:
    """Starts all acts at the same moment; their statuses."""
    start, answers = threading.Barrier(len(acts)), []

    def run(act: Callable[[], int]) -> None:
        start.wait(timeout=30)
        answers.append(act())

    crowd = [threading.Thread(target=run, args=(act,)) for act in acts]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(timeout=60)
    return answers


def pressing(browser: Browser, action: str, **values: str) -> Callable[[], int]:
    """A form of the page shown, filled in and ready to be sent."""
    form = browser.form(action=action)
    for name, value in values.items():
        form.fill(name, value)

    def act() -> int:
        browser.send(form)
        return browser.status

    return act


@pytest.mark.row("D23")
def test_two_events_of_a_case_at_once_are_both_written(team_on_each: Team) -> None:
    """Two moderators who wrote to one case in the same moment: one got a 500, and what they wrote was gone."""
    team = team_on_each
    case = team.one.take_new(team.submitter(), Told([Someone("Ines Varga")]))
    answers = []
    for number in range(ROUNDS):
        acts = []
        for browser in (team.one, team.two):
            browser.get(case)
            acts.append(pressing(browser, "/ask", text=f"Question {number} of {browser.login}"))
        answers += at_once(acts)
    assert [status for status in answers if status >= 500] == []
    team.one.get(case)
    missing = [
        (number, browser.login)
        for number in range(ROUNDS)
        for browser in (team.one, team.two)
        if f"Question {number} of {browser.login}" not in team.one.text
    ]
    assert len(missing) == len([status for status in answers if status == 409])


@pytest.mark.row("D23")
def test_four_withdrawals_at_once_are_one(team_on_each: Team) -> None:
    """A withdrawal of what is public, sent four times at once by somebody frightened, was answered with a 500."""
    team, answers = team_on_each, []
    submitters = [team.scheduled(Told([Someone("Ines Varga")]))[0] for _ in range(PUBLISHED)]
    team.installation.release_now()
    for submitter in submitters:
        acts = []
        for _ in range(4):
            window = Submitter(team.installation)
            window.receipt = submitter.receipt
            window.come_back()
            acts.append(pressing(window, "/withdraw", confirm="yes"))
        answers += at_once(acts)
        submitter.come_back()
        assert submitter.told_gone
    assert [status for status in answers if status >= 400] == []


SIGNED_IN = ("/en/desk?{0}", "/en/desk/cases/{0}", "/en/desk/cases/{0}/draft", "/en/desk/cases/{0}/files/{0}")
EVIL = ("%00", "a%00b", "%FF", "9" * 400, "2147483648", "%2E%2E", "%E2%80%AE", "x" * 3000)


@pytest.mark.row("D23")
def test_no_address_of_the_desk_or_the_office_is_an_error_of_ours(team_on_each: Team) -> None:
    """A NUL in the address of a case, or in a filter of the queue, was a 500 for whoever was signed in."""
    team = team_on_each
    case = team.one.take_new(team.submitter(), Told([Someone("Ines Varga")]))
    addresses = [shape.format(evil) for shape in SIGNED_IN for evil in EVIL]
    addresses += [f"{case}{rest}{evil}" for rest in ("/", "/files/", "?done=", "/draft?saved=") for evil in EVIL]
    team.one.get("/en/desk")
    queries = {link.partition("?")[2] for link, _ in team.one.links if "/desk?" in link}
    names = {pair.partition("=")[0] for query in queries for pair in query.split("&")} | {
        "state",
        "after",
        "q",
        "status",
    }
    addresses += [f"/en/desk?{name}={evil}" for name in names for evil in EVIL]
    assert [one[:80] for one in addresses if team.one.get(one).status_code >= 500] == []
    assert [evil for evil in EVIL if team.office.get(f"/en/office/items/{evil}").status_code >= 500] == []


@pytest.mark.row("D23")
def test_no_cursor_of_the_office_is_an_error_of_ours(team_on_each: Team) -> None:
    """`/office/feed.json?since=4294967296` was a 500 on PostgreSQL."""
    team = team_on_each
    bearer = {"authorization": f"Bearer {team.office.secrets.token}"}
    found = []
    for name in ("since", "after"):
        for value in (
            *EVIL,
            "-1",
            "4294967296",
            "9007199254740992",
            "9223372036854775808",
            "1e9",
            "9999-12-31.zzzzzzzzzzzz",
        ):
            answer = team.office.client.get(f"{team.office.base}/office/feed.json?{name}={value}", headers=bearer)
            if answer.status_code >= 500 or answer.status_code == 401:
                found.append((answer.status_code, name, value[:20]))
    assert found == []


@pytest.mark.row("D30")
def test_the_office_never_reads_an_item_twice_after_a_quiet_poll(team: Team) -> None:
    """A poll that brought nothing new gave back the cursor 0: the next one brought everything again."""
    case = team.one.take_new(team.submitter(), Told([Someone("Ines Varga")]))
    team.one.record(case)
    assert team.one.tell_office(case, "She was summoned after a side event.")
    bearer = {"authorization": f"Bearer {team.office.secrets.token}"}

    def poll(cursor: object) -> tuple[object, list[object]]:
        address = f"{team.office.base}/office/feed.json" + ("" if cursor is None else f"?since={cursor}")
        feed = team.office.client.get(address, headers=bearer).json()
        return feed["_registry"]["cursor"], [one for one in feed["items"] if one["_registry"].get("confidential")]

    cursor, items = poll(None)
    assert items
    for _ in range(3):
        cursor, items = poll(cursor)
        assert items == []


@pytest.mark.row("D30")
def test_telling_the_office_is_in_the_history(team: Team) -> None:
    """The most grave step short of publication left no line in the history of the case."""
    case = team.one.take_new(team.submitter(), Told([Someone("Ines Varga")]))
    team.one.record(case)
    before = history(team, case)
    assert team.one.tell_office(case, "She was summoned after a side event.")
    after = history(team, case)
    added = [one for one in after if after.count(one) > before.count(one)]
    assert [one for one in added if "Office" in one and "moderator-one" in one], added


def history(team: Team, case: str) -> list[str]:
    """The lines of the history of a case, on its page or on one of its own."""
    team.one.get(case)
    following = [link for link, words in team.one.links if words == "History" and not link.startswith("#")]
    if following:
        team.one.get(following[0])
    lists = [one for one in team.one.page.all("ol", "ul", "table") if "history" in one.attrs.get("class", "")]
    lists = lists or [one for one in team.one.page.all("ol") if "Claim" in one.text or "laimed" in one.text]
    assert lists, team.one.text[-500:]
    return [one.text for one in lists[0].all("li", "tr")]
