"""Guessing at the door shuts nobody out, and a one-time code is good for one time."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest

from tests.defects.browser import Browser, Form
from tests.defects.installation import SignIn
from tests.defects.people import Installation, staffed
from tests.defects.person import Moderator
from tests.defects.racing import SOAK
from tests.defects.serving import sign_in_fields, visitor
from tests.support.engines import sqlite_urls

CROWD = 140
SECONDS, BUSY = 2.0, 6  # that a sign-in may take; on a busy machine, times what it takes without a crowd
WINDOWS, GUESSES = (4, 3) if SOAK else (3, 2)  # of one session, at the same time
SECONDS_A_GUESS = 1.0


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("sign-in")
    with staffed(folder, sqlite_urls(folder)) as running:
        yield running


@contextmanager
def guessing(installation: Installation, *logins: str) -> Iterator[None]:
    """A crowd of connections that guess passwords without end; all of them have begun before others come."""
    with visitor(installation.server) as client:
        names = sign_in_fields(client.get("/en/sign-in").text)
    forms = [urlencode(dict(zip(names, (login, "x" * 20, "123456"), strict=True))) for login in logins]
    command = [sys.executable, "-m", "tests.defects.crowd", installation.url, str(CROWD), *forms]
    crowd = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert crowd.stdout is not None
        assert crowd.stdout.readline(), "the crowd did not come"
        time.sleep(1)
        yield
    finally:
        crowd.kill()
        crowd.wait()


def seconds_to_sign_in(installation: Installation, login: str, browser: Browser | None = None) -> float:
    """How long it takes from the press of the button to the first page of the desk."""
    browser = browser or Browser(installation.url)
    browser.get("/en/sign-in")
    who = installation.people[login]
    code = who.code()
    before = time.monotonic()
    form = browser.forms[-1]
    shown = [one for one in form.controls if one.kind not in ("hidden", "checkbox", "radio")]
    for control, text in zip(shown, (login, who.passphrase, code), strict=True):
        control.value = text
    browser.send(form)
    took = time.monotonic() - before
    assert "/sign-in" not in browser.at, (browser.status, took)
    return took


@pytest.mark.row("D21")
def test_a_crowd_of_guesses_delays_nobody_honest(installation: Installation) -> None:
    """140 connections that guessed one name took every place at the door: moderators got 429 after ten seconds.

    Whether it is their own name that is guessed, and whether they ever signed in from here, makes no difference.
    """
    browser = Browser(installation.url)
    idle = seconds_to_sign_in(installation, "moderator-one", browser)
    with guessing(installation, "somebody-else", "moderator-one", "moderator-two"):
        honest = {
            "from a known device": seconds_to_sign_in(installation, "moderator-one", browser),
            "to an account that is guessed": seconds_to_sign_in(installation, "moderator-two"),
            "to another account": seconds_to_sign_in(installation, "moderator-three"),
        }
    assert max(honest.values()) < max(SECONDS, BUSY * idle), (idle, honest)


@pytest.mark.skipif(not SOAK, reason="takes minutes: each round waits for a code that was not used")
@pytest.mark.parametrize("guessed", ["somebody-else", "moderator-two"])
def test_a_crowd_of_guesses_that_stays_delays_nobody_honest(installation: Installation, guessed: str) -> None:
    browser = Browser(installation.url)
    idle = seconds_to_sign_in(installation, "moderator-two", browser)
    with guessing(installation, guessed):
        honest = [seconds_to_sign_in(installation, "moderator-two", browser if at % 2 else None) for at in range(8)]
    assert max(honest) < max(SECONDS, BUSY * idle), (idle, honest)


def password_form(browser: Moderator) -> Form:
    """The form by which somebody signed in changes the passphrase, with nothing filled in."""
    browser.get("/en/account")
    return next(one for one in browser.forms if sum(field.kind == "password" for field in one.controls) >= 2)


def fill_in(form: Form, passphrase: str, code: str, new: str) -> Form:
    """Present passphrase, code and new passphrase (as often as it is asked), by what the fields are."""
    shown = [one for one in form.controls if one.kind not in ("hidden", "checkbox", "radio")]
    hidden_from_view = [one for one in shown if one.kind == "password"]
    hidden_from_view[0].value = passphrase
    for one in hidden_from_view[1:]:
        one.value = new
    next(one for one in shown if one.kind != "password").value = code
    return form


@pytest.mark.row("D22")
def test_a_code_used_in_a_refused_change_is_spent(installation: Installation) -> None:
    """A one-time code came back to life when the change that it was typed for was refused."""
    who = installation.add("moderator-spent", "moderator", "moderator-one", "moderator-two")
    browser = Moderator(installation, "moderator-spent")
    code = who.code()
    browser.send(fill_in(password_form(browser), who.passphrase, code, "short"))
    assert browser.status >= 400
    with visitor(installation.server) as client:
        fields = sign_in_fields(client.get("/en/sign-in").text)
        answer = client.post("/en/sign-in", data=dict(zip(fields, (who.login, who.passphrase, code), strict=True)))
        assert answer.status_code != 303
        assert not answer.cookies


@pytest.mark.row("D21")
def test_guessing_from_within_a_session_is_slowed_down(installation: Installation) -> None:
    """Whoever found a signed-in browser could guess the passphrase at the speed of the machine."""
    who: SignIn = installation.add("moderator-left", "moderator", "moderator-one", "moderator-two")
    browser = Moderator(installation, who.login)
    windows = [browser.another_window() for _ in range(WINDOWS)]
    forms = [password_form(one) for one in windows]

    def judged(window: Moderator, form: Form) -> int:
        """How many of some guesses were answered, and not turned away before anything was compared."""
        answered = 0
        for _ in range(GUESSES):
            wrong = f"wrong-passphrase-{secrets.token_hex(4)}"
            window.send(fill_in(form, wrong, "123456", "a-new-passphrase-of-length"))
            ended = "/sign-in" in window.at
            assert ended or window.status >= 400
            answered += not ended and window.status != 429
        return answered

    began = time.monotonic()
    with ThreadPoolExecutor(WINDOWS) as crowd:
        answered = sum(crowd.map(judged, windows, forms))
    assert time.monotonic() - began > answered * SECONDS_A_GUESS
    # the guesses went where the right answers change the passphrase, or the session is over
    browser.send(fill_in(password_form(browser), who.passphrase, who.code(), "a-new-passphrase-of-length"))
    assert "/sign-in" in browser.at
