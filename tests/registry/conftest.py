"""A public side on each engine, served by the registry part alone, and releases to fill it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.web.house import House
from tests.building import build_house
from tests.registry.releasing import Releases
from tests.support.engines import StoreUrls


@pytest.fixture
def house(store_urls: StoreUrls, tmp_path: Path) -> House:
    return build_house(store_urls.casework, store_urls.registry, tmp_path / "data")


@pytest.fixture
def releases(house: House) -> Releases:
    return Releases(house)


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    settings = house.settings.model_copy(update={"parts": ("registry",)})
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client
