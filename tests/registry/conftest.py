"""A public side on each engine, served by the registry part alone, and releases to fill it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.installation import Installation
from app.main import create_app
from tests.building import build_house
from tests.registry.releasing import Releases
from tests.support.engines import StoreUrls
from tests.support.server import Server


@pytest.fixture
def installation(store_urls: StoreUrls, tmp_path: Path) -> Installation:
    return build_house(store_urls.casework, store_urls.registry, tmp_path / "data")


@pytest.fixture
def releases(installation: Installation) -> Releases:
    return Releases(installation)


@pytest.fixture
def client(installation: Installation) -> Iterator[TestClient]:
    settings = installation.settings.model_copy(update={"parts": ("registry",)})
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def server(installation: Installation, tmp_path: Path) -> Iterator[Server]:
    environment = {
        "REGISTRY_PARTS": "registry",
        "REGISTRY_DEMO": "1",
        "REGISTRY_DATA_FOLDER": str(tmp_path / "data"),
        "REGISTRY_REGISTRY_URL": installation.settings.registry_address,
    }
    running = Server(tmp_path / "server", environment).start()
    yield running
    running.stop()
