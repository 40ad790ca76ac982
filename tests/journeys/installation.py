"""An installation as its founders make it: stores, accounts, a running server. Everything by the command line."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

import pyotp

from tests.support.engines import StoreUrls
from tests.support.server import Server

ACCOUNTS = {
    "moderator-one": ("moderator", "Founder A", "Founder B"),
    "moderator-two": ("moderator", "Founder C", "Founder D"),
    "office": ("office", "moderator-one", "moderator-two"),
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
        """A code that was not used yet: this step's, or the next one's, which is taken early."""
        step = int(time.time()) // 30
        step = max(step, self.used + 1)
        self.used = step
        return pyotp.TOTP(self.secret).generate_otp(step)


@dataclass
class Installation:
    """A running registry and the people who may sign in."""

    server: Server
    people: dict[str, SignIn]
    escrow_key: str
    urls: StoreUrls
    data: Path

    @property
    def url(self) -> str:
        return self.server.url

    def files(self) -> dict[str, bytes]:
        """Every byte that the installation keeps in files: stores with their logs, data folder, what was printed."""
        folders = {self.data, self.server.folder}
        if self.urls.engine == "sqlite":
            folders.add(Path(self.urls.casework.removeprefix("sqlite:///")).parent)
        return {str(file): file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file()}


def found(folder: Path, urls: StoreUrls, *, module: str = "app.cli", **environment: str) -> Installation:
    """Founds an installation with two moderators and the Office, and starts it."""
    data = folder / "data"
    server = Server(
        folder / "server",
        {
            "REGISTRY_DATA_FOLDER": str(data),
            "REGISTRY_CASEWORK_URL": urls.casework,
            "REGISTRY_REGISTRY_URL": urls.registry,
            "REGISTRY_DEMO": "true",
        }
        | environment,
        module=module,
    )
    escrow = re.search(r"AGE-SECRET-KEY-1\w+", server.command("init"))
    assert escrow
    people = {}
    for login, (role, one, two) in ACCOUNTS.items():
        told = server.command("user", "add", login, "--role", role, "--sponsor", one, "--sponsor", two)
        passphrase, secret = re.search(r"passphrase\s+(\S+)", told), re.search(r"TOTP secret\s+(\S+)", told)
        token = re.search(r"token of /office/feed.json\s+(\S+)", told)
        assert passphrase
        assert secret
        people[login] = SignIn(login, passphrase[1], secret[1], token[1] if token else "")
    return Installation(server.start(), people, escrow[0], urls, data)
