"""An installation as its founders make it: stores, accounts, a running server. Founded by the command line, then copied."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pyotp

from tests.support.engines import StoreUrls
from tests.support.server import Server
from tests.support.templates import close_store, cluster_of, copy_store, new_urls

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
    auditor_key: str = ""

    @property
    def url(self) -> str:
        return self.server.url

    def files(self) -> dict[str, bytes]:
        """Every byte that the installation keeps in files: stores with their logs, data folder, what was printed."""
        folders = {self.data, self.server.folder}
        if self.urls.engine == "sqlite":
            folders.add(Path(self.urls.casework.removeprefix("sqlite:///")).parent)
        return {str(file): file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file()}


def environment_of(data: Path, urls: StoreUrls) -> dict[str, str]:
    return {
        "REGISTRY_DATA_FOLDER": str(data),
        "REGISTRY_CASEWORK_URL": urls.casework,
        "REGISTRY_REGISTRY_URL": urls.registry,
        "REGISTRY_DEMO": "true",
    }


@dataclass(frozen=True)
class Founded:
    """An installation that nobody serves: it is only ever copied."""

    urls: StoreUrls
    data: Path
    people: dict[str, SignIn]
    escrow_key: str
    auditor_key: str


@cache
def _founded(like: StoreUrls) -> Founded:
    """Two moderators and the Office, made by the command line."""
    urls, data = new_urls(like), Path(tempfile.mkdtemp(prefix="registry-founded-")) / "data"
    server = Server(data.parent / "server", environment_of(data, urls))
    escrow, auditor = re.findall(r"AGE-SECRET-KEY-1\w+", server.command("init"))
    people = {}
    for login, (role, one, two) in ACCOUNTS.items():
        told = server.command("user", "add", login, "--role", role, "--sponsor", one, "--sponsor", two)
        passphrase, secret = re.search(r"passphrase\s+(\S+)", told), re.search(r"TOTP secret\s+(\S+)", told)
        token = re.search(r"token of /office/feed.json\s+(\S+)", told)
        assert passphrase
        assert secret
        people[login] = SignIn(login, passphrase[1], secret[1], token[1] if token else "")
    for url in (urls.casework, urls.registry):
        close_store(url)
    return Founded(urls, data, people, escrow, auditor)


def found(folder: Path, urls: StoreUrls, *, module: str = "app.cli", **environment: str) -> Installation:
    """An installation with two moderators and the Office, copied from one that was founded, and started."""
    like = StoreUrls("sqlite", "", "") if urls.engine == "sqlite" else _same_cluster(urls)
    founded = _founded(like)
    data = folder / "data"
    shutil.copytree(founded.data, data)
    copy_store(founded.urls.casework, urls.casework)
    copy_store(founded.urls.registry, urls.registry)
    server = Server(folder / "server", environment_of(data, urls) | environment, module=module)
    people = {login: replace(one) for login, one in founded.people.items()}
    return Installation(server.start(), people, founded.escrow_key, urls, data, founded.auditor_key)


def _same_cluster(urls: StoreUrls) -> StoreUrls:
    """Names the cluster alone, so that its one founded installation is found again."""
    anywhere = cluster_of(urls.casework).url("postgres")
    return StoreUrls("postgresql", anywhere, anywhere)
