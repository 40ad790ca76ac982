"""Guessing at the door shuts nobody out, and a one-time code is good for one time."""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.defects.browser import Form
from tests.defects.installation import SignIn
from tests.defects.people import Installation, signed_in, staffed
from tests.defects.person import Moderator
from tests.defects.serving import sign_in_fields, visitor
from tests.support.engines import sqlite_urls

CROWD = 140
WINDOWS, GUESSES = 4, 3  # of one session, at the same time
SECONDS_A_GUESS = 1.0
PATIENCE = 8  # seconds within which somebody with all the right answers is in


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("sign-in")
    with staffed(folder, sqlite_urls(folder)) as running:
        yield running


class Guessing(threading.Thread):
    """A crowd of connections that guess one name's password without end."""

    def __init__(self, url: str, guess: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self.url, self.guess = url, guess
        self.over = threading.Event()
        self.tried = 0

    def run(self) -> None:
        asyncio.run(self._all())

    async def _all(self) -> None:
        limits = httpx.Limits(max_connections=CROWD)
        async with httpx.AsyncClient(base_url=self.url, timeout=60, limits=limits, trust_env=False) as client:
            tasks = [asyncio.create_task(self._one(client)) for _ in range(CROWD)]
            while not self.over.is_set():
                await asyncio.sleep(0.05)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _one(self, client: httpx.AsyncClient) -> None:
        while True:
            try:
                await client.post("/en/sign-in", data=self.guess)
                self.tried += 1
            except httpx.TransportError:
                await asyncio.sleep(0.1)


@pytest.mark.row("D21")
def test_guessing_one_name_never_delays_another(installation: Installation) -> None:
    """140 connections that guessed one name took every place at the door: moderators got 429 after ten seconds."""
    with visitor(installation.server) as client:
        fields = sign_in_fields(client.get("/en/sign-in").text)
    crowd = Guessing(installation.url, dict(zip(fields, ("somebody-else", "x" * 20, "123456"), strict=True)))
    crowd.start()
    try:
        deadline = time.monotonic() + 12
        while crowd.tried < 30 and time.monotonic() < deadline:
            time.sleep(0.1)
        began = time.monotonic()
        signed_in(installation, "moderator-one")
        assert time.monotonic() - began < PATIENCE
    finally:
        crowd.over.set()
        crowd.join(timeout=20)


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
