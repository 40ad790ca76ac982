"""Real stores for a test: SQLite files, and databases of a real PostgreSQL cluster started for the run."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg


@dataclass(frozen=True)
class StoreUrls:
    """Where a test's two stores are."""

    engine: str
    casework: str
    registry: str


def sqlite_urls(folder: Path) -> StoreUrls:
    return StoreUrls("sqlite", f"sqlite:///{folder}/casework.sqlite", f"sqlite:///{folder}/registry.sqlite")


def programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name))
    if not found:
        raise RuntimeError("PostgreSQL is not installed; `make test` installs it")
    return found[-1]


class Cluster:
    """A PostgreSQL cluster in a folder of its own, on a socket there. Never run as root: initdb refuses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.user = "postgres" if os.geteuid() == 0 else None

    def _run(self, *command: str | Path) -> None:
        words = [str(word) for word in command]
        if self.user is not None:
            words = ["runuser", "-u", self.user, "--", *words]
        subprocess.run(words, check=True, capture_output=True, cwd="/")

    def start(self) -> None:
        self.folder.mkdir(parents=True)
        if self.user is not None:
            shutil.chown(self.folder, self.user)
        data, socket = self.folder / "data", self.folder
        self._run(programs() / "initdb", "-D", data, "-U", "registry", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -k {socket} -c fsync=off -c max_connections=200"
        self._run(programs() / "pg_ctl", "-D", data, "-w", "-o", options, "-l", self.folder / "log", "start")

    def stop(self) -> None:
        self._run(programs() / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")

    def url(self, database: str) -> str:
        return f"postgresql://registry@/{database}?host={self.folder}"

    def create(self) -> str:
        """A new empty database's URL."""
        name = f"t{secrets.token_hex(8)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop(self, url: str) -> None:
        name = url.removeprefix("postgresql://registry@/").split("?")[0]
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def shared_cluster(root: Path) -> Iterator[Cluster]:
    """One cluster for all workers of a run: the first starts it, the last to leave stops it."""
    # PostgreSQL's own user must be able to walk in, and the path of a socket is short
    folder = Path("/tmp") / f"registry-pg-{root.name}"
    counter = Path(f"{folder}.users")
    cluster = Cluster(folder)
    with _locked(counter) as users:
        if users == 0:
            cluster.start()
        counter.write_text(str(users + 1))
    try:
        yield cluster
    finally:
        with _locked(counter) as users:
            counter.write_text(str(users - 1))
            if users == 1:
                cluster.stop()
                shutil.rmtree(folder, ignore_errors=True)
                counter.unlink()
                Path(f"{counter}.lock").unlink()


@contextmanager
def _locked(counter: Path) -> Iterator[int]:
    with Path(f"{counter}.lock").open("w") as lock:
        deadline = time.monotonic() + 120
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield int(counter.read_text()) if counter.exists() else 0
