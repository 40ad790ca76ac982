"""A registry is founded by its pages, publishes with the least team, and lets somebody back in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pyotp
import pytest

from tests.defects.browser import Browser
from tests.defects.installation import (
    CODE,
    FOUNDERS,
    NUMBER,
    PASSPHRASE,
    SECRET,
    Installation,
    ceremony,
    environment_of,
    fresh,
    invite,
    join,
)
from tests.defects.person import Draft, Moderator, Someone, Submitter, Told
from tests.support.engines import sqlite_urls
from tests.support.server import Server

TITLE = "A lawyer was summoned by a heron"


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Four people, each with their own secrets, who vouched for each other, and nobody else."""
    folder = tmp_path_factory.mktemp("founding")
    urls = sqlite_urls(folder)
    made = Installation(Server(folder / "server", environment_of(folder / "data", urls)), urls)
    try:
        ceremony(made)
        yield made
    finally:
        made.server.stop()
        made.console.close()
    assert made.server.printed() == ""


def test_three_moderators_and_an_administrator_publish(founded: Installation) -> None:
    listed = founded.command("user", "list").splitlines()
    assert sorted(line.split()[0] for line in listed) == sorted(FOUNDERS)
    assert not [line for line in listed if "waits" in line]
    one, two = Moderator(founded, "moderator-one"), Moderator(founded, "moderator-two")
    case = one.take_new(Submitter(founded), Told([Someone("Ines Wetherby")]))
    one.record(case)
    assert one.propose(case, Draft(title=TITLE)), one.text
    assert two.approve(case), two.text
    founded.release_now()
    anyone = Browser(founded.url)
    anyone.get("/en/entries")
    assert TITLE in anyone.text
    admin = founded.session("administrator")
    admin.get("/en/desk/accounts")
    assert "What is missing" not in admin.text


def test_what_is_wrong_with_a_newcomers_form_is_said_and_nothing_is_lost(founded: Installation) -> None:
    code = invite(founded.session("administrator"), founded.people["administrator"], "data")
    browser = Browser(founded.url)
    browser.get("/en/desk/invitation")
    for wrong in ("", "1234", code[:-1], code[::-1], "x" * 600, "٣" * 900_000):
        browser.send(browser.form(fields=["invitation"]).fill("invitation", wrong))
        assert browser.status == 422, wrong[:40]
    browser.send(browser.form(fields=["invitation"]).fill("invitation", code))
    offered, secret = PASSPHRASE.findall(browser.text), SECRET.findall(browser.text)
    assert code.replace(" ", "") not in browser.response.text
    for login, own, one_time, words in (
        ("MODERATOR-ONE", "", "past", "an account of that name"),
        ("keeper", "too short", "past", "at least 15 characters"),
        ("keeper", "", "000000", "not the code that the authenticator shows"),
        ("", "", "past", "at most 64 characters"),
    ):
        form = browser.form(fields=["new_password"]).fill("login", login).fill("new_password", own)
        shown = pyotp.TOTP(secret[0]).now() if one_time == "past" else one_time
        browser.send(form.fill("conflicts", ["XA"]).fill("code", shown))
        assert browser.status == 422
        assert words in browser.text
        assert (PASSPHRASE.findall(browser.text), SECRET.findall(browser.text)) == (offered, secret)
        again = browser.form(fields=["new_password"])
        assert (again.value("login"), again.value("conflicts"), again.value("code")) == (login, "XA", "")
    forged = browser.form(fields=["new_password"])
    forged.find("state")[0].value = forged.value("state")[:-8] + "AAAAAAA="
    browser.send(forged)
    assert browser.status == 422
    assert "not valid" in browser.text
    assert join(founded.url, code, "keeper").number


def test_what_is_done_about_accounts_needs_fresh_secrets_and_bad_input_does_nothing(founded: Installation) -> None:
    who = founded.people["administrator"]
    browser = founded.session("administrator")
    with closing(sqlite3.connect(founded.urls.casework.removeprefix("sqlite:///"))) as store, store:
        store.execute("UPDATE desk_session SET confirmed_at = 0")
    browser.get("/en/desk/accounts")
    browser.send(browser.form(button="invite").fill("role", "office"), "invite")
    assert browser.status in (403, 422)
    code = who.code()
    for passphrase in ("not the passphrase", who.passphrase):
        browser.get("/en/desk/accounts")
        form = browser.form(button="invite").fill("password", passphrase).fill("code", code)
        browser.send(form, "invite")
        assert (browser.status == 200) is (passphrase == who.passphrase)
        assert bool(CODE.search(browser.text)) is (passphrase == who.passphrase)
    with closing(sqlite3.connect(founded.urls.casework.removeprefix("sqlite:///"))) as store, store:
        store.execute("UPDATE desk_session SET confirmed_at = 0")
    browser.get("/en/desk/accounts")
    form = browser.form(button="invite").fill("password", who.passphrase).fill("code", code)
    browser.send(form, "invite")
    assert browser.status in (403, 422), "a code works once"
    browser = founded.session("moderator-one")
    browser.get("/en/desk/accounts")
    form = browser.form(button="recover").fill("login", "moderator-two").fill("number", "12 34")
    browser.send(fresh(form, founded.people["moderator-one"]), "recover")
    assert browser.status == 422
    assert browser.form(button="recover").value("number") == "12 34"
    for about in ("0" * 32, "x" * 400, "\u202e"):
        form = browser.form(button="Suspend moderator-two")
        form.find("about")[0].value = about
        browser.send(fresh(form, founded.people["moderator-one"]), "Suspend moderator-two")
        assert browser.status in (404, 422)


def test_a_keeper_of_reference_facts_opens_no_case(founded: Installation) -> None:
    founded.add("facts", "data", "moderator-one", "moderator-three")
    browser = founded.session("facts")
    browser.get("/en/account")
    assert "Reference facts" in browser.text
    for address in ("/en/desk", "/en/office", "/en/desk/accounts"):
        assert browser.get(address).status_code == 403


def test_somebody_who_lost_everything_is_let_back_in_by_two(founded: Installation) -> None:
    lost = Browser(founded.url)
    lost.get("/en/sign-in")
    lost.follow("I cannot sign in")
    lost.send(lost.form(action="/recovery"))
    code, number = CODE.search(lost.text), NUMBER.search(lost.text)
    assert code
    assert number
    code_typed, number_typed = code[0], number[0]
    one, two = founded.session("moderator-one"), founded.session("moderator-two")
    one.get("/en/desk/accounts")
    form = one.form(button="recover").fill("login", "Moderator-Three").fill("number", number_typed)
    one.send(fresh(form, founded.people["moderator-one"]), "recover")
    assert one.status == 200, one.text
    two.get("/en/desk")
    assert "let back in as moderator-three" in two.text
    two.get("/en/desk/accounts")
    for typed, status in (("1" * 24, 422), (number_typed, 200)):
        form = two.form(button="agree_recovery").fill("number", typed)
        two.send(fresh(form, founded.people["moderator-two"]), "agree_recovery")
        assert two.status == status
    lost.get("/en/desk/invitation")
    lost.send(lost.form(fields=["invitation"]).fill("invitation", code_typed))
    assert lost.status == 422
    assert "is good from" in lost.text
    # whose account it is sees it, and stops it
    three = founded.session("moderator-three")
    three.get("/en/account")
    three.send(three.form(action="/stop-recovery"))
    three.get("/en/account")
    assert "let back in" not in three.text
    assert _in_some_days(founded, code_typed) == "not valid"


def test_new_secrets_are_set_when_the_waiting_time_is_over(founded: Installation) -> None:
    lost = Browser(founded.url)
    lost.get("/en/desk/recovery")
    lost.send(lost.form(action="/recovery"))
    code, number = CODE.findall(lost.text)[0], NUMBER.findall(lost.text)[0]
    one, two = founded.session("moderator-one"), founded.session("moderator-two")
    one.get("/en/desk/accounts")
    form = one.form(button="recover").fill("login", "moderator-three").fill("number", number)
    one.send(fresh(form, founded.people["moderator-one"]), "recover")
    two.get("/en/desk/accounts")
    form = two.form(button="agree_recovery").fill("number", number)
    two.send(fresh(form, founded.people["moderator-two"]), "agree_recovery")
    assert _in_some_days(founded, code) == "set"
    assert founded.people["moderator-three"].passphrase not in lost.text


def _in_some_days(founded: Installation, code: str) -> str:
    """What becomes of a code when two days passed: the days that the store waits for are moved back."""
    with closing(sqlite3.connect(founded.urls.casework.removeprefix("sqlite:///"))) as store, store:
        store.execute("UPDATE account_request SET ready_on = date(ready_on, '-2 days')")
    browser = Browser(founded.url)
    browser.get("/en/desk/invitation")
    browser.send(browser.form(fields=["invitation"]).fill("invitation", code))
    if browser.status != 200:
        return "not valid" if "not valid" in browser.text else browser.text
    assert "This is for the account moderator-three" in browser.text
    for one_time in ("000000", pyotp.TOTP(SECRET.findall(browser.text)[0]).now()):
        browser.send(browser.form(fields=["present"]).fill("code", one_time))
    assert "You can sign in as moderator-three" in browser.text, browser.text
    return "set"
