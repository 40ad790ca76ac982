"""An installation as its founders make it: stores, accounts, a running server. Everything by the command line."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyotp

from tests.support.engines import StoreUrls
from tests.support.server import ROOT, Server

STEP = 30
# login: role, the two who vouch, States of which the person may open no case
PEOPLE: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "moderator-one": ("moderator", "Founder A", "Founder B", ("XF",)),
    "moderator-two": ("moderator", "Founder C", "Founder D", ("XF",)),
    "moderator-three": ("moderator", "Founder E", "Founder F", ("XE", "XF")),
    "office": ("office", "moderator-one", "moderator-two", ()),
    "administrator": ("administrator", "moderator-one", "moderator-two", ()),
}


@dataclass
class SignIn:
    """What a person was handed over, and an authenticator that knows that a code works once."""

    login: str
    passphrase: str
    secret: str
    token: str = ""
    used: int = 0

    def code(self) -> str:
        """A code that was not used: this step's, or the next one's, which is taken early; waits when that is used too."""
        step = max(int(time.time()) // STEP, self.used + 1)
        early = (step - 1) * STEP - time.time()
        if early > 0:
            time.sleep(min(early, 2 * STEP) + 0.5)
        self.used = step
        return pyotp.TOTP(self.secret).generate_otp(step)


@dataclass
class Installation:
    """A running registry and the people who may sign in."""

    server: Server
    urls: StoreUrls
    people: dict[str, SignIn] = field(default_factory=dict)
    escrow_key: str = ""

    @property
    def url(self) -> str:
        return self.server.url

    def command(self, *arguments: str) -> str:
        return self.server.command(*arguments)

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

    def add(self, login: str, role: str, *sponsors: str, conflicts: tuple[str, ...] = ()) -> SignIn:
        vouched = [word for one in sponsors for word in ("--sponsor", one)]
        barred = [word for one in conflicts for word in ("--conflict", one)]
        printed = self.command("user", "add", login, "--role", role, *vouched, *barred)
        passphrase, secret = re.search(r"passphrase\s+(\S+)", printed), re.search(r"TOTP secret\s+(\S+)", printed)
        token = re.search(r"token of /office/feed.json\s+(\S+)", printed)
        assert passphrase, printed
        assert secret, printed
        self.people[login] = SignIn(login, passphrase[1], secret[1], token[1] if token else "")
        return self.people[login]


@contextmanager
def installation(
    folder: Path, urls: StoreUrls, people: Iterable[str] = PEOPLE, **environment: str
) -> Iterator[Installation]:
    """Founds an installation with some of PEOPLE, serves it, and stops it whatever happens."""
    people = list(people)
    settings = {
        "REGISTRY_DATA_FOLDER": str(folder / "data"),
        "REGISTRY_CASEWORK_URL": urls.casework,
        "REGISTRY_REGISTRY_URL": urls.registry,
        "REGISTRY_DEMO": "true",
        "REGISTRY_RELEASE_HOLD_DAYS": "0,0",
        "REGISTRY_RELEASE_HOUR": "23",
    }
    made = Installation(Server(folder / "server", settings | environment), urls)
    escrow = re.search(r"AGE-SECRET-KEY-1\w+", made.command("init"))
    assert escrow
    made.escrow_key = escrow[0]
    for those in ([one for one in people if one.startswith("moderator")], [one for one in people if not one.startswith("moderator")]):
        with ThreadPoolExecutor(2) as pool:  # who vouches is there before whom they vouch for
            list(pool.map(lambda login: made.add(login, PEOPLE[login][0], *PEOPLE[login][1:3], conflicts=PEOPLE[login][3]), those))
    try:
        made.server.start()
        yield made
    finally:
        made.server.stop()
