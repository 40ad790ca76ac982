"""An installation as its founders make it: stores, accounts, a running server. By the command line and the pages alone."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path

import pyotp

from tests.defects.browser import Browser, Form
from tests.defects.console import Console
from tests.support.engines import StoreUrls
from tests.support.server import ROOT, Server
from tests.support.templates import close_store, cluster_of, copy_store, new_urls

STEP = 30
CODE = re.compile(r"\b(?:\d{5} ){6}\d{5}\b")
NUMBER = re.compile(r"\b(?:\d{4} ){5}\d{4}\b")
PASSPHRASE = re.compile(r"\b(?:[a-z]{4}-){5}[a-z]{4}\b")
SECRET = re.compile(r"\b[A-Z2-7]{32}\b")
# login: role, and States of which the person may open no case
FOUNDERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "moderator-one": ("moderator", ("XF",)),
    "moderator-two": ("moderator", ("XF",)),
    "moderator-three": ("moderator", ("XE", "XF")),
    "administrator": ("administrator", ()),
}


@dataclass
class SignIn:
    """What a person was handed over, and an authenticator that knows that a code works once."""

    login: str
    passphrase: str
    secret: str
    token: str = ""
    used: int = 0

    number: str = ""

    def code(self) -> str:
        """A code that was not used: this step's, or the next one's, which is taken early; waits when that is used too."""
        step = max(int(time.time()) // STEP, self.used + 1)
        early = (step - 1) * STEP - time.time()
        if early > 0:
            time.sleep(min(early, 2 * STEP) + 0.5)
        self.used = step
        return pyotp.TOTP(self.secret).generate_otp(step)

    def past_code(self) -> str:
        """The code of the step before this one, which is still taken."""
        return pyotp.TOTP(self.secret).generate_otp(int(time.time()) // STEP - 1)


@dataclass
class Installation:
    """A running registry and the people who may sign in."""

    server: Server
    urls: StoreUrls
    people: dict[str, SignIn] = field(default_factory=dict)
    escrow_key: str = ""
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.server.url

    @cached_property
    def console(self) -> Console:
        return Console(self.server._environment())

    def command(self, *arguments: str, typed: str = "") -> str:
        return self.console.run(*arguments, typed=typed)

    def release_now(self) -> str:
        """Carries everything that was agreed, without hold or hour."""
        return self.command("release", "--now")

    def carrier(self, *before: str) -> subprocess.Popen[bytes]:
        """The same as a process of its own that runs on; `before`: a program that starts it (strace …)."""
        return subprocess.Popen(
            [*before, sys.executable, "-m", "app.cli", "release", "--now"],
            env=self.server._environment(),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def session(self, login: str) -> Browser:
        """Somebody's browser, signed in: the one from the founding while its session lasts."""
        browser = Browser(self.url)
        browser.cookies = dict(self.cookies.get(login, {}))
        browser.get("/en/account")
        if "/sign-in" in browser.at or browser.status != 200:
            browser = sign_in(self.url, self.people[login])
            self.cookies[login] = browser.cookies
        return browser

    def add(self, login: str, role: str, *sponsors: str, conflicts: tuple[str, ...] = ()) -> SignIn:
        """Somebody new: the first sponsor invites, both vouch."""
        code = invite(self.session(sponsors[0]), self.people[sponsors[0]], role)
        new = self.people[login] = join(self.url, code, login, conflicts)
        for sponsor in sponsors:
            vouch(self.session(sponsor), self.people[sponsor], new)
        if role == "office":
            browser = self.session(login)
            browser.get("/en/account")
            browser.send(browser.form(action="/account/token"), "issue")
            found = re.search(r"shown once:\s+(\S+)", browser.text)
            assert found, browser.text
            new.token = found[1]
        return new


def sign_in(url: str, who: SignIn) -> Browser:
    browser = Browser(url)
    browser.get("/en/sign-in")
    form = browser.form(fields=["login", "password", "code"])
    browser.send(form.fill("login", who.login).fill("password", who.passphrase).fill("code", who.code()))
    assert browser.cookies, browser.text
    return browser


def invite(browser: Browser, who: SignIn, role: str) -> str:
    """The code of a new invitation."""
    browser.get("/en/desk/accounts")
    form = browser.form(button="invite").fill("role", role)
    browser.send(fresh(form, who), "invite")
    found = CODE.search(browser.text)
    assert found, browser.text
    return found[0]


def join(url: str, code: str, login: str, conflicts: Sequence[str] = ()) -> SignIn:
    """Somebody takes an invitation, with the passphrase that they are offered."""
    browser = Browser(url)
    browser.get("/en/desk/invitation")
    browser.send(browser.form(fields=["invitation"]).fill("invitation", code))
    passphrase, secret = PASSPHRASE.search(browser.text), SECRET.search(browser.text)
    assert passphrase, browser.text
    assert secret, browser.text
    new = SignIn(login, passphrase[0], secret[0])
    form = browser.form(fields=["new_password"]).fill("login", login).fill("code", new.past_code())
    browser.send(form.fill("conflicts", list(conflicts)) if conflicts else form)
    number = NUMBER.search(browser.text)
    assert number, browser.text
    new.number = number[0]
    return new


def vouch(browser: Browser, who: SignIn, other: SignIn) -> None:
    """Types the number that somebody read out."""
    browser.get("/en/desk/accounts")
    form = browser.form_or_none(button=f"Vouch for {other.login}")
    assert form is not None, browser.text
    browser.send(fresh(form.fill("number", other.number), who), "vouch")
    assert browser.status == 200, browser.text


def fresh(form: Form, who: SignIn) -> Form:
    """Passphrase and a fresh code, where a form asks for them."""
    if form.has("password"):
        form.fill("password", who.passphrase).fill("code", who.code())
    return form


@dataclass(frozen=True)
class Founded:
    """An installation that nobody serves any more: it is only ever copied."""

    urls: StoreUrls
    data: Path
    people: dict[str, SignIn]
    cookies: dict[str, dict[str, str]]
    escrow_key: str


@cache
def _founded(like: StoreUrls) -> Founded:
    """The ceremony, by the pages: invitations from `init`, everybody sets their own secrets and vouches for the others."""
    urls, folder = new_urls(like), Path(tempfile.mkdtemp(prefix="registry-ceremony-"))
    made = Installation(Server(folder / "server", environment_of(folder / "data", urls)), urls)
    try:
        printed = ceremony(made)
        made.add("office", "office", "moderator-one", "moderator-two")
    finally:
        made.server.stop()
        made.console.close()
    for url in (urls.casework, urls.registry):
        close_store(url)
    escrow = re.search(r"AGE-SECRET-KEY-1\w+", printed)
    assert escrow
    return Founded(urls, folder / "data", made.people, made.cookies, escrow[0])


def ceremony(made: Installation) -> str:
    """Founds an installation, and leaves it running. What `init` printed."""
    printed = made.command("init")
    made.server.start()
    for (login, (role, conflicts)), code in zip(FOUNDERS.items(), _seats(printed), strict=True):
        assert re.search(rf"{role}\s+{code}", printed)
        made.people[login] = join(made.url, code, login, conflicts)
    for login in FOUNDERS:
        browser = made.session(login)
        for other in FOUNDERS:
            if other != login:
                vouch(browser, made.people[login], made.people[other])
    return printed


def _seats(printed: str) -> list[str]:
    """The codes that `init` printed, in their order."""
    return [found[0] for found in CODE.finditer(printed)]


def environment_of(data: Path, urls: StoreUrls) -> dict[str, str]:
    return {
        "REGISTRY_DATA_FOLDER": str(data),
        "REGISTRY_CASEWORK_URL": urls.casework,
        "REGISTRY_REGISTRY_URL": urls.registry,
        "REGISTRY_DEMO": "true",
        "REGISTRY_RELEASE_HOLD_DAYS": "0,0",
        "REGISTRY_RELEASE_HOUR": "23",
    }


@contextmanager
def installation(folder: Path, urls: StoreUrls, **environment: str) -> Iterator[Installation]:
    """An installation with its people, copied from one that was founded; serves it, and stops it whatever happens."""
    founded = _founded(_like(urls))
    data = Path(environment.get("REGISTRY_DATA_FOLDER", folder / "data"))
    shutil.copytree(founded.data, data, dirs_exist_ok=True)
    copy_store(founded.urls.casework, urls.casework)
    copy_store(founded.urls.registry, urls.registry)
    people = {login: replace(one) for login, one in founded.people.items()}
    server = Server(folder / "server", environment_of(data, urls) | environment)
    made = Installation(
        server, urls, people, founded.escrow_key, {one: dict(kept) for one, kept in founded.cookies.items()}
    )
    try:
        made.server.start()
        yield made
    finally:
        made.server.stop()
        made.console.close()


def _like(urls: StoreUrls) -> StoreUrls:
    """Names the engine, or the cluster alone, so that its one founded installation is found again."""
    if urls.engine == "sqlite":
        return StoreUrls("sqlite", "", "")
    anywhere = cluster_of(urls.casework).url("postgres")
    return StoreUrls("postgresql", anywhere, anywhere)
