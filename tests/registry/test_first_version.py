"""A registry of the first version, brought up: every leaf anew, every entry served, every document's content kept."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, text

from app.main import create_app
from app.registry import log
from app.registry.log.outside import verify_from_outside
from app.settings import Settings
from app.stores import Store, open_store
from app.stores.migrating import migrate
from app.stores.registry import LogRow
from tests.support.engines import Cluster, programs

FIRST = Path(__file__).parents[1] / "fixtures" / "first_version"
HTML = {"accept": "text/html"}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A copy of the kept registry store, at its own revision."""
    if request.param == "sqlite":
        shutil.copy(FIRST / "sqlite" / "registry.sqlite", tmp_path / "registry.sqlite")
        yield f"sqlite:///{tmp_path}/registry.sqlite"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    made = cluster.create()
    dump = FIRST / "postgresql" / "registry.sql"
    subprocess.run(
        [programs() / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", dump, made], check=True, capture_output=True
    )
    yield made
    cluster.drop(made)


def rows(url: str, statement: str) -> list[dict[str, Any]]:
    with open_store(url).connect() as connection:
        return [dict(row) for row in connection.execute(text(statement)).mappings()]


def contents(url: str, member: str) -> dict[str, Any]:
    """What each live document of the log says, by reference; None for a tombstone."""
    told = (json.loads(row["document"]) for row in rows(url, "SELECT document FROM log_document"))
    return {one["ref"]: (one["version"], one.get(member)) for one in told}


def test_the_log_is_made_anew_and_everything_is_served(url: str) -> None:
    before, first = contents(url, "entry"), rows(url, "SELECT position, release_id, leaf_hash FROM log_leaf")
    salts = {bytes(row["salt"]) for row in rows(url, "SELECT salt FROM log_document")}
    assert len(first) > len(before) > 2
    migrate("registry", url)
    assert contents(url, "record") == before
    leaves = rows(url, "SELECT position, release_id, leaf_hash, day FROM log_leaf")
    assert {(one["position"], one["release_id"]) for one in leaves} == {
        (one["position"], one["release_id"]) for one in first
    }
    assert not {one["leaf_hash"] for one in leaves} & {one["leaf_hash"] for one in first}
    assert all(str(one["day"]).startswith("2026-") for one in leaves)
    assert not salts & {bytes(row["salt"]) for row in rows(url, "SELECT salt FROM log_document")}
    with Store(url, writable=False).read() as session:
        assert log.verify(session) == []
    settings = Settings.model_validate({"demo": True, "parts": "registry", "registry_url": url})
    with TestClient(create_app(settings)) as client:
        assert verify_from_outside(client) == ([], len(before))
        for ref, (_, content) in before.items():
            for address in (f"/en/entries/{ref}", f"/ar/entries/{ref}", f"/entries/{ref}.json"):
                answer = client.get(address, headers=HTML)
                assert answer.status_code == (410 if content is None else 200)
            if content is not None:
                assert client.get(f"/entries/{ref}.json").json()["record"] == content


def test_the_way_down_keeps_what_was_said_and_refuses_what_the_first_version_cannot_hold(url: str) -> None:
    before = contents(url, "entry")
    projected = sorted(rows(url, "SELECT * FROM entry"), key=str)
    migrate("registry", url)
    migrate("registry", url, "0001")
    assert contents(url, "entry") == before
    assert sorted(rows(url, "SELECT * FROM entry"), key=str) == projected
    migrate("registry", url)
    with open_store(url).begin() as connection:
        connection.execute(insert(LogRow), [{"position": 0, "number": 1, "commitment": "0" * 64}])
    with pytest.raises(RuntimeError, match="cannot hold"):
        migrate("registry", url, "0001")
    assert contents(url, "record") == before
