"""An installation as its founders make it: stores, accounts, a running server. Founded once, then copied."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path

import pyotp

from app.demo.people import Cast
from app.identity.accounts import issue_office_token
from app.identity.invitations import NewAccount
from app.installation import open_installation
from app.settings import Settings
from tests.support.engines import StoreUrls
from tests.support.server import Server
from tests.support.templates import close_store, cluster_of, copy_store, new_urls


@dataclass
class SignIn:
    """What a person was handed over, and an authenticator that knows that a code works once."""

    login: str
    passphrase: str
    secret: str
    token: str = ""
    used: int = 0

    @classmethod
    def of(cls, new: NewAccount, token: str = "") -> SignIn:
        return cls(new.login, new.secrets.passphrase, new.secrets.totp_secret, token)

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
    played: Mapping[str, NewAccount] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.server.url

    @cached_property
    def cast(self) -> Cast:
        """The people whose parts this process plays."""
        return Cast(open_installation(settings_of(self.data, self.urls)), dict(self.played))

    def add(self, login: str, role: str, *sponsors: str, conflicts: tuple[str, ...] = ()) -> SignIn:
        """Somebody is invited by the first sponsor, and both vouch."""
        self.people[login] = SignIn.of(self.cast.bring_in(login, role, sponsors, conflicts))
        return self.people[login]

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


def settings_of(data: Path, urls: StoreUrls) -> Settings:
    """The same for this process."""
    named = environment_of(data, urls).items()
    return Settings.model_validate({name.removeprefix("REGISTRY_").lower(): text for name, text in named})


@dataclass(frozen=True)
class Founded:
    """An installation that nobody serves: it is only ever copied."""

    urls: StoreUrls
    data: Path
    people: dict[str, SignIn]
    escrow_key: str
    auditor_key: str
    played: Mapping[str, NewAccount]


@cache
def _founded(like: StoreUrls) -> Founded:
    """The founders, and somebody of the Office with a token, by the functions of the ceremony."""
    urls, data = new_urls(like), Path(tempfile.mkdtemp(prefix="registry-founded-")) / "data"
    server = Server(data.parent / "server", environment_of(data, urls))
    escrow, auditor = re.findall(r"AGE-SECRET-KEY-1\w+", server.command("init"))
    installation = open_installation(settings_of(data, urls))
    cast = Cast(installation)
    cast.found()
    office = cast.bring_in("office", "office")
    with installation.casework.write() as session:
        token = issue_office_token(session, office.account_id, office.private_key)
    installation.casework.close()
    installation.registry.close()
    people = {login: SignIn.of(new) for login, new in cast.people.items()}
    people["office"].token = token
    for url in (urls.casework, urls.registry):
        close_store(url)
    return Founded(urls, data, people, escrow, auditor, dict(cast.people))


def found(folder: Path, urls: StoreUrls, *, module: str = "app.cli", **environment: str) -> Installation:
    """An installation with its founders and the Office, copied from one that was founded, and started."""
    like = StoreUrls("sqlite", "", "") if urls.engine == "sqlite" else _same_cluster(urls)
    founded = _founded(like)
    data = folder / "data"
    shutil.copytree(founded.data, data)
    copy_store(founded.urls.casework, urls.casework)
    copy_store(founded.urls.registry, urls.registry)
    server = Server(folder / "server", environment_of(data, urls) | environment, module=module)
    people = {login: replace(one) for login, one in founded.people.items()}
    return Installation(server.start(), people, founded.escrow_key, urls, data, founded.auditor_key, founded.played)


def _same_cluster(urls: StoreUrls) -> StoreUrls:
    """Names the cluster alone, so that its one founded installation is found again."""
    anywhere = cluster_of(urls.casework).url("postgres")
    return StoreUrls("postgresql", anywhere, anywhere)
