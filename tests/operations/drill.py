"""What the drills of backup and restore do again and again: an installation with a history, writers, a second house."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from app.sealing import KeyPair
from tests.defects.console import Console
from tests.journeys.acting import PUBLIC, Telling, approve, propose, signed_in, submit
from tests.journeys.installation import Installation, environment_of, found
from tests.journeys.person import Person
from tests.support.engines import StoreUrls
from tests.support.server import ROOT, Server
from tests.support.templates import new_urls

SLOW = {"REGISTRY_RELEASE_HOLD_DAYS": "0,0", "REGISTRY_RELEASE_HOUR": "23"}
RESTORE_KEY = KeyPair.new()
EVIDENCE = ("files", ("seen.txt", b"what I saw " * 999, "text/plain"))


@dataclass
class House:
    """An installation, its two moderators signed in, and the receipts that were given."""

    installation: Installation
    one: Person
    two: Person
    console: Console
    receipts: dict[str, str] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)

    def case_of(self, name: str) -> None:
        """Submitted with a file, agreed to by two people, not public yet."""
        self.receipts[name] = submit(self.installation, Telling("Ines Varga", [EVIDENCE]))
        self.one.get("/en/desk?status=all")
        listed = {link for link, _ in self.one.page.links if "/desk/cases/" in link}
        (case,) = listed - set(self.cases.values())
        self.cases[name] = case
        propose(self.one, case, **(PUBLIC | {"title": f"{name} was summoned"}))
        approve(self.two, case)
        assert "Agreed, waiting for release" in self.two.text, self.two.text


def house(folder: Path, urls: StoreUrls) -> House:
    made = found(folder, urls, **SLOW, REGISTRY_BACKUP_KEYS=RESTORE_KEY.public)
    one, two = signed_in(made, "moderator-one"), signed_in(made, "moderator-two")
    return House(made, one, two, Console(made.server._environment()))


def second_place(folder: Path, like: StoreUrls) -> tuple[Server, StoreUrls]:
    """Where to restore: nothing is there."""
    urls = new_urls(like)
    if like.engine == "sqlite":
        (folder / "data").mkdir(parents=True)
        urls = StoreUrls("sqlite", *(f"sqlite:///{folder}/data/{name}.sqlite" for name in ("casework", "registry")))
    return Server(folder / "server", environment_of(folder / "data", urls) | SLOW), urls


def restore(
    server: Server, file: Path, *more: str, key: str = RESTORE_KEY.private, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """`registry restore`, with the key on its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "restore", str(file), "--key", "-", *more],
        env=server._environment(),
        cwd=ROOT,
        input=f"{key}\n{typed}",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def writers(installation: Installation, number: int = 2) -> Iterator[list[str]]:
    """People who submit, one after the other, until the block ends or the server is gone; their receipts so far."""
    receipts: list[str] = []
    over = threading.Event()

    def write(name: str) -> None:
        with suppress(httpx.HTTPError, AssertionError):
            while not over.is_set():
                receipts.append(submit(installation, Telling(name, [EVIDENCE])))

    threads = [threading.Thread(target=write, args=(f"Writer {at}",)) for at in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield receipts
    finally:
        over.set()
        for thread in threads:
            thread.join(timeout=60)


def opens(url: str, receipt: str) -> str:
    """The thread of a receipt as text; empty when it opens nothing."""
    person = Person(url)
    person.get("/en/receipt")
    person.send(person.form_with("receipt"), {"receipt": receipt})
    return person.text if person.response.status_code == 200 else ""


def withdraw(url: str, receipt: str) -> None:
    person = Person(url)
    person.get("/en/receipt")
    person.send(person.form_with("receipt"), {"receipt": receipt})
    form = next(form for form in person.page.forms if form.action.endswith("/withdraw"))
    person.send(form, {"confirm": "yes"})
    assert "withdrew" in person.text or "withdrawn" in person.text, person.text


def public_titles(url: str) -> str:
    return httpx.get(f"{url}/feed.json", trust_env=False).text
