"""What somebody typed is never lost, never cut without a word, and never breaks the page that shows it."""

from __future__ import annotations

import re
import secrets
from typing import Any

import pytest

from tests.defects.browser import Browser, Form
from tests.defects.people import claim, press_last, send_submission, sign_in, submission_form
from tests.defects.person import Moderator, Someone, Team, Told

RECEIPT = re.compile(r"(?:\d{4}\s?){8}\d{4}")
PERCENT = "At 100% sure: %s, %(name)s, 5%-10% and %"
SHOWN = ("textarea", "text", "search", "")  # fields in which text can be typed
ACTS = 8


def typable(form: Form) -> list[str]:
    """The names of the fields of a form in which text can be typed."""
    return [one.name for one in form.controls if one.kind in SHOWN]


def holds(browser: Browser, text: str) -> bool:
    """Whether a form of the page has the text, in a field where its writer sees it."""
    return any(text in one.value for form in browser.forms for one in form.controls if one.kind in SHOWN)


def case_of(team: Team, *names: str, **told: Any) -> str:
    return team.one.take_new(team.submitter(), Told([Someone(name) for name in names or ("Ines Varga",)], **told))


# --- the desk ----------------------------------------------------------------------------------------------------


@pytest.mark.row("D17")
def test_no_text_breaks_the_page_of_a_case(team: Team) -> None:
    """A `%` in any reason made the page of the case a 500 for ever."""
    case = case_of(team, PERCENT, what=PERCENT, where=PERCENT)
    pressed: set[str] = set()
    taken: set[str] = set()
    for _ in range(20):
        team.one.get(case)
        form = the_largest_form(team.one)
        acts = {one.attrs["formaction"].rpartition("/")[2]: one for one in form.buttons if "formaction" in one.attrs}
        # what ends the work on the case comes last
        left = sorted(acts.keys() - pressed - {"leave"}, key=lambda one: (one in ("propose-withdrawal", "close"), one))
        if not left:
            break
        for one in form.controls:
            if one.kind in SHOWN and not re.search(r"date|_on$|login|code|sources|language", one.name):
                one.value = PERCENT
        form.buttons = [acts[left[0]]]
        shown = team.one.text.count(PERCENT)
        team.one.send(form)
        assert team.one.status < 500, left[0]
        pressed.add(left[0])
        accepted = team.one.status == 200
        assert team.one.get(case).status_code == 200, left[0]
        if accepted and team.one.text.count(PERCENT) > shown:
            taken.add(left[0])
    # a message to the submitter, a note, what is known of the persons, and the reason for closing it
    assert taken >= {"ask", "note", "people", "close"}
    for path in (case, case + "/draft"):
        assert team.one.get(path).status_code == 200
    team.two.get(case)
    for form in [one for one in team.two.forms if re.search(r"take|claim|stop", one.action)]:
        for one in form.controls:
            one.value = PERCENT if one.kind in SHOWN else one.value
        team.two.send(form)
    assert team.two.get(case).status_code == 200


def newcomer(team: Team) -> Moderator:
    """A moderator whose one-time codes nobody used yet: the second sign-in need not wait for the next one."""
    login = f"moderator-{secrets.token_hex(3)}"
    team.installation.add(login, "moderator", "moderator-one", "moderator-two", conflicts=("XE",))
    return Moderator(team.installation, login)


def claim_over(browser: Moderator, case: str) -> None:
    """Takes a case over from whoever works on it."""
    browser.get(case)
    form = browser.form(action="/claim")
    for one in form.controls:
        if one.kind in SHOWN:
            one.value = "We share it."
    browser.send(form)


def after_signing_in(browser: Moderator) -> None:
    """Signs in on the page shown, if it asks for that, and follows where it leads back."""
    for _ in range(2):
        if any(one.kind == "password" for form in browser.forms for one in form.controls):
            sign_in(browser, browser.installation, browser.login)
            continue
        again = browser.form_or_none(button="Continue")
        if again is not None and not any(typable(one) for one in browser.forms):
            browser.send(again, "Continue")


def kept(browser: Moderator, case: str, text: str) -> bool:
    """Whether the text is on the page as typed, or was saved with the case."""
    if holds(browser, text):
        return True
    browser.get(case)
    return text in browser.text or holds(browser, text)


def the_largest_form(browser: Browser) -> Form:
    return max((one for one in browser.forms if one.method == "post"), key=lambda one: len(typable(one)))


@pytest.mark.row("D24")
@pytest.mark.parametrize("end", ["ended", "another"])
@pytest.mark.parametrize("part", ["", "/draft"])
def test_nothing_typed_at_the_desk_is_lost_with_the_session(team: Team, end: str, part: str) -> None:
    """When the session had ended, or another tab had signed in anew, saving gave a sign-in page or a 403, and no text."""
    typing = newcomer(team)
    case = case_of(team)
    claim_over(typing, case)
    typing.get(case + part)
    form = the_largest_form(typing)
    long = [one for one in form.controls if one.kind == "textarea"] or [
        one for one in form.controls if re.search(r"about|how", one.name)
    ]
    long[-1].value = "Thistledown was typed for an hour"
    if end == "ended":
        other = typing.another_window()
        other.get("/en/desk")
        leave = next(one for one in other.forms if one.action.endswith("sign-out") or one.button("Sign out"))
        other.send(leave)
    else:
        typing.cookies = Moderator(team.installation, typing.login).cookies
    typing.send(form, next((one.text for one in form.buttons if "save" in one.text.lower()), ""))
    after_signing_in(typing)
    assert kept(typing, case + part, "Thistledown was typed for an hour"), (typing.status, typing.text[:300])


@pytest.mark.row("D24")
def test_what_was_typed_comes_back_after_a_conflict(team: Team) -> None:
    """Two tabs saved the same persons: the second one's text must still be there, beside what was saved."""
    case = case_of(team)
    tabs = team.one, team.one.another_window()
    forms = []
    for number, tab in enumerate(tabs):
        tab.get(case)
        form = the_largest_form(tab)
        field = next(one for one in form.controls if one.name.endswith("about"))
        field.value = f"Version {number} of it"
        forms.append(form)
    for tab, form in zip(tabs, forms, strict=True):
        tab.send(form, next(one.text for one in form.buttons if "save" in one.text.lower()))
    assert holds(tabs[1], "Version 1 of it")


@pytest.mark.row("D24")
def test_no_page_of_the_desk_drops_one_text_when_another_is_sent(team: Team) -> None:
    """Consents typed and not saved were gone when a note was sent from the same page: it held six forms to type in."""
    case = case_of(team)
    team.one.get(case)
    links = [target for target, _ in team.one.links if target.partition("#")[0].startswith(case)]
    for page in dict.fromkeys([case, *(one.partition("#")[0] for one in links if "/files/" not in one)]):
        team.one.get(page)
        forms = [one for one in team.one.forms if one.method == "post" and typable(one)]
        assert len(forms) <= 1, (page, [typable(one)[:3] for one in forms])


# --- the form of submissions -------------------------------------------------------------------------------------


def begun(team: Team) -> tuple[Browser, Form]:
    browser = Browser(team.installation.url)
    browser.get("/en/submit")
    return browser, submission_form(browser).fill("What happened?", "Half a sentence about Ines")


@pytest.mark.row("D25")
def test_enter_never_sends_an_unfinished_report(team: Team) -> None:
    """Enter in any line presses the first button of a form: that one sent it."""
    browser, form = begun(team)
    form.buttons = form.buttons[:1]
    browser.send(form)
    assert RECEIPT.search(browser.text) is None
    assert browser.status == 200
    assert holds(browser, "Half a sentence about Ines")


@pytest.mark.row("D25")
def test_another_language_keeps_what_was_typed(team: Team) -> None:
    """The link to another language gave an empty form."""
    browser, form = begun(team)
    press_last(browser, form, "العربية")
    assert browser.page.all("html")[0].attrs["lang"] == "ar"
    assert RECEIPT.search(browser.text) is None
    assert holds(browser, "Half a sentence about Ines")


def ways_out(browser: Browser) -> list[str]:
    """Links by which a press takes the page away for one in another language, or for another page of the site."""
    navigation = [link for nav in browser.page.all("nav") for link in nav.all("a")]
    others = [one for one in browser.page.all("a") if "hreflang" in one.attrs]
    return [one.text for one in [*navigation, *others] if not one.attrs.get("href", "").startswith("#")]


@pytest.mark.row("D25")
def test_no_link_takes_the_receipt_away(team: Team) -> None:
    """The page that shows the 36 digits once offered another language, which led to an empty form."""
    browser, form = begun(team)
    assert send_submission(browser, form)
    assert ways_out(browser) == []


@pytest.mark.row("D25")
def test_no_link_to_another_language_empties_an_answer(team: Team) -> None:
    """On a form given back, and in the thread, the language link lost the text and asked for the receipt again."""
    browser, form = begun(team)
    browser.send(form, "Add another person")
    assert holds(browser, "Half a sentence about Ines")
    assert not [one for one in browser.page.all("a") if "hreflang" in one.attrs]
    receipt = send_submission(browser, submission_form(browser))
    browser.get("/en/receipt")
    asked = next(one for one in browser.forms if any("receipt" in field.name for field in one.controls))
    next(one for one in asked.controls if "receipt" in one.name and one.kind != "hidden").value = receipt
    browser.send(asked)
    assert not [one for one in browser.page.all("a") if "hreflang" in one.attrs]
    thread = max(browser.forms, key=lambda one: len(typable(one)))
    next(one for one in thread.controls if one.kind == "textarea").value = "An answer about Ines"
    press_last(browser, thread, "العربية")
    assert browser.page.all("html")[0].attrs["lang"] == "ar"
    assert holds(browser, "An answer about Ines")


# --- no silent cap -----------------------------------------------------------------------------------------------


@pytest.mark.row("D26")
def test_no_person_is_dropped_for_the_way_the_name_was_typed(team: Team) -> None:
    """Somebody added at the desk with given and family names only vanished without a word."""
    case = case_of(team)
    team.one.get(case)
    form = the_largest_form(team.one)
    for words, text in (("Given names", "Marisolde"), ("Family names", "Quillhaven")):
        form.find(words)[0]
        last = [one for one in form.controls if one.label == words][-1]
        last.value = text
    team.one.send(form, next(one.text for one in form.buttons if "save" in one.text.lower()))
    told = team.one.status >= 400 and holds(team.one, "Quillhaven")
    assert told or kept(team.one, case, "Quillhaven")


@pytest.mark.row("D26")
def test_no_act_is_dropped_between_the_report_and_the_public_text(team: Team) -> None:
    """Eight acts that were marked were five in the draft."""
    browser = Browser(team.installation.url)
    browser.get("/en/submit")
    offered = [one for one in submission_form(browser).controls if one.name.endswith("acts")]
    acts = [one.value for one in offered if one.value not in ("unclear", "not_disclosed", "other")][:ACTS]
    assert len(acts) == ACTS
    case = case_of(team, acts=acts)
    claim(team.one, case)
    team.one.get(case + "/draft")
    drafted = {one.value for form in team.one.forms for one in form.controls if one.kind == "select"}
    assert set(acts) <= drafted


@pytest.mark.row("D26")
def test_every_person_of_a_long_report_arrives_or_the_form_says_how_many_it_takes(team: Team) -> None:
    """A list that ends says so: the button went away at twenty persons and the page said nothing."""
    browser, form = begun(team)
    count = 0
    for number in range(60):
        fields = [one for one in form.controls if one.label == "Name"]
        assert fields
        fields[-1].value = f"Person Oakhollow-{number}"
        count = number + 1
        if form.button("Add another person") is None:
            break
        browser.send(form, "Add another person")
        form = submission_form(browser)
    if form.button("Add another person") is None:
        assert re.search(rf"\b{count}\b[^.]*(?:persons|people)|(?:persons|people)[^.]*\b{count}\b", browser.text)
    before = set(team.one.cases())
    assert send_submission(browser, form.fill("What happened?", "Half a sentence about all of them"))
    (case,) = set(team.one.cases()) - before
    assert count == len(set(re.findall(r"Person Oakhollow-\d+", team.one.get(case).text)))
