"""No case is left without a reader, and nobody is left without a way back in."""

from __future__ import annotations

import re

import pytest

from tests.defects.browser import Browser
from tests.defects.person import Moderator, Someone, Team, Told

pytestmark = pytest.mark.row("D27")


def leave(browser: Moderator, case: str) -> None:
    """Gives up one's own access to a case, as its page offers it."""
    browser.get(case)
    form = browser.form_or_none(action="/leave") or browser.form_or_none(button="Give up")
    if form is not None:
        browser.send(browser.confirmed(form))


def reads(browser: Moderator, case: str) -> bool:
    return browser.get(case).status_code == 200


def test_the_last_reader_of_a_case_cannot_leave_it(team: Team) -> None:
    """Whoever had access could give it up one after the other: a case that nobody could open was left."""
    # of a State that everybody but these two has a conflict with
    case = team.one.take_new(team.submitter(), Told([Someone("Ines Varga")], state="XE"))
    for browser in (team.two, team.one):
        leave(browser, case)
    assert [browser.login for browser in (team.one, team.two) if reads(browser, case)]


def test_the_office_can_have_a_second_person(team: Team) -> None:
    """The Office had one account for ever."""
    team.installation.add("office-two", "office", "moderator-one", "moderator-two")


def test_whoever_lost_a_passphrase_has_a_way_back(team: Team) -> None:
    """A lost passphrase or phone was the end of an account."""
    browser = Browser(team.installation.url)
    browser.get("/en/sign-in")
    words = [text for _, text in browser.links] + [one.text for form in browser.forms for one in form.buttons]
    assert any(re.search(r"lost|forg[eo]t|recover|cannot sign in", one, re.IGNORECASE) for one in words)


def test_a_new_moderator_can_be_given_the_old_cases(team: Team) -> None:
    """A new moderator saw no case that was there before: those who had them could not hand over what they hold."""
    case = team.one.take_new(team.submitter(), Told([Someone("Ines Varga")]))
    team.installation.add("moderator-new", "moderator", "moderator-one", "moderator-two")
    newcomer = Moderator(team.installation, "moderator-new")
    team.one.get("/en/desk")
    for browser in (team.one, team.two):
        for target in dict.fromkeys(link for link, _ in browser.links):
            browser.get(target) if target.startswith("/en/desk") and "/cases/" not in target else None
            form = browser.form_or_none(button="Give access to all") or browser.form_or_none(button="Grant again")
            if form is not None:
                browser.send(browser.confirmed(form))
    assert reads(newcomer, case)
