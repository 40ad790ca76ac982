"""Fixtures that every test may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.engines import Cluster, StoreUrls, shared_cluster, sqlite_urls


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One real PostgreSQL for the whole run."""
    base = tmp_path_factory.getbasetemp()
    with shared_cluster(base.parent if base.name.startswith("popen-") else base) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def store_urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreUrls]:
    """Two empty stores; each test that asks runs on both engines."""
    if request.param == "sqlite":
        yield sqlite_urls(tmp_path)
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    urls = StoreUrls("postgresql", cluster.create(), cluster.create())
    yield urls
    for url in (urls.casework, urls.registry):
        cluster.drop(url)
