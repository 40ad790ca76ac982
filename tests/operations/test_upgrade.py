"""Upgrading the first version's stores: to the end, or not at all, wherever it is killed or finds something wrong."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from app.operations.archive import read_archive
from app.sealing import KeyPair
from app.stores import open_store
from app.stores.migrating import head, revision_of
from tests.defects.racing import SOAK
from tests.journeys.installation import environment_of
from tests.operations.test_backup import assert_hashes_agree
from tests.stores.test_files_of_the_first_version import FIXTURE
from tests.support.engines import StoreUrls, programs
from tests.support.server import ROOT, Server
from tests.support.templates import cluster_of, file_of

KEY = KeyPair.new()
STORES = ("casework", "registry")
OLD = ["0002", "0001"]  # of the first version
HEADS = [head("casework"), head("registry")]
Place = tuple[Server, StoreUrls]


def fill(urls: StoreUrls) -> None:
    """The first version's stores, in the place of whatever is there."""
    for store in STORES:
        url = getattr(urls, store)
        if urls.engine == "sqlite":
            for end in ("-wal", "-shm"):
                Path(f"{file_of(url)}{end}").unlink(missing_ok=True)
            shutil.copy(FIXTURE / "sqlite" / f"{store}.sqlite", file_of(url))
            continue
        fresh = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
        psql = [str(programs() / "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-d", url]
        subprocess.run([*psql, "-c", fresh], check=True, capture_output=True)
        subprocess.run([*psql, "-f", str(FIXTURE / "postgresql" / f"{store}.sql")], check=True, capture_output=True)


@pytest.fixture
def place(store_urls: StoreUrls, tmp_path: Path) -> Place:
    fill(store_urls)
    told = json.loads((FIXTURE / store_urls.engine / "secrets.json").read_text())
    more = {"REGISTRY_FORM_SECRET": told["form_secret"], "REGISTRY_BACKUP_KEYS": KEY.public}
    (tmp_path / "data").mkdir(mode=0o700)
    return Server(tmp_path / "server", environment_of(tmp_path / "data", store_urls) | more), store_urls


def run(server: Server, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "upgrade", *words],
        env=server._environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def revisions(urls: StoreUrls) -> list[str | None]:
    found = []
    for store in STORES:
        engine = open_store(getattr(urls, store), read_only=True)
        found.append(revision_of(engine))
        engine.dispose()
    return found


def test_it_says_what_it_would_do_then_does_it(place: Place, tmp_path: Path) -> None:
    server, urls = place
    told = json.loads((FIXTURE / urls.engine / "secrets.json").read_text())
    checked = run(server, "--check")
    assert (checked.returncode, f"casework: from revision {OLD[0]} to {HEADS[0]}" in checked.stdout) == (0, True)
    assert revisions(urls) == OLD
    assert list((tmp_path / "data").iterdir()) == []
    done = run(server, "--backup", str(tmp_path / "before.age"))
    assert done.returncode == 0, done.stderr
    assert revisions(urls) == HEADS
    assert "everything is in order" in server.command("doctor")
    assert "verified" in server.command("verify")
    assert assert_hashes_agree(server, urls, told["escrow"]) >= 2
    with read_archive(tmp_path / "before.age", KEY.private) as members:
        assert json.loads(next(members)[1])["stores"] == dict(zip(STORES, OLD, strict=True))
    assert "nothing was changed" in run(server).stdout


def test_what_is_found_wrong_is_taken_back(place: Place) -> None:
    """What is shown and what the log says differ: noticed on the migrated stores, before anything of them is in force."""
    server, urls = place
    with open_store(urls.registry).begin() as connection:
        connection.execute(text("DELETE FROM entry_facet"))
    refused = run(server)
    assert refused.returncode == 1, refused.stdout
    assert "Nothing was changed" in refused.stderr
    assert revisions(urls) == OLD


def test_without_what_it_needs_nothing_is_changed(place: Place) -> None:
    server, urls = place
    secret = server.environment.pop("REGISTRY_FORM_SECRET")
    refused = run(server)
    assert (refused.returncode, "Nothing was changed" in refused.stderr) == (1, True)
    assert revisions(urls) == OLD
    server.environment["REGISTRY_FORM_SECRET"] = secret
    with open_store(urls.casework).begin() as busy:  # somebody still serves, and writes
        if urls.engine == "postgresql":
            busy.execute(text("LOCK TABLE attachment IN ROW EXCLUSIVE MODE"))
        refused = run(server)
    assert (refused.returncode, "stop the server" in refused.stderr) == (1, True)
    assert revisions(urls) == OLD


def test_killed_at_any_point_it_is_the_old_or_the_new_and_goes_on(place: Place, tmp_path: Path) -> None:
    server, urls = place
    told = json.loads((FIXTURE / urls.engine / "secrets.json").read_text())
    started = time.monotonic()
    assert run(server).returncode == 0
    lasts, points = time.monotonic() - started, 30 if SOAK else 2
    for point in range(points):
        fill(urls)
        shutil.rmtree(tmp_path / "data")
        (tmp_path / "data").mkdir(mode=0o700)
        with subprocess.Popen(
            [sys.executable, "-m", "app.cli", "upgrade"], env=server._environment(), cwd=ROOT, stdout=subprocess.DEVNULL
        ) as process:
            time.sleep(lasts * (0.5 + 0.5 * (point + 1) / (points + 1)))
            process.send_signal(signal.SIGKILL)
        _wait_until_free(urls)
        assert revisions(urls) in (OLD, [OLD[0], HEADS[1]], HEADS)
        assert run(server).returncode == 0
        assert revisions(urls) == HEADS
        assert assert_hashes_agree(server, urls, told["escrow"]) >= 2
    assert "verified" in server.command("verify")


def _wait_until_free(urls: StoreUrls) -> None:
    """PostgreSQL notices some moments later that who held a transaction is gone."""
    if urls.engine == "sqlite":
        return
    others = text("SELECT count(*) FROM pg_stat_activity WHERE datname IN (:one, :two) AND pid <> pg_backend_pid()")
    names = {"one": urls.casework.split("/")[-1].split("?")[0], "two": urls.registry.split("/")[-1].split("?")[0]}
    with open_store(cluster_of(urls.casework).url("postgres")).connect() as connection:
        until = time.monotonic() + 10
        while connection.execute(others, names).scalar() and time.monotonic() < until:
            connection.rollback()
            time.sleep(0.1)
