"""The table of addresses of all parts is what the routes say."""

from __future__ import annotations

from pathlib import Path

from fastapi.routing import APIRoute

from app.main import create_app
from app.web.paths import PATHS, UNLISTED
from tests.building import build_house


def test_the_table_is_what_the_routes_say(tmp_path: Path) -> None:
    installation = build_house(f"sqlite:///{tmp_path}/c.sqlite", f"sqlite:///{tmp_path}/r.sqlite", tmp_path)
    served = {
        route.name: route.path for route in create_app(installation.settings).routes if isinstance(route, APIRoute)
    }
    assert {name: served.get(name) for name in PATHS} == dict(PATHS)
    assert set(UNLISTED) <= set(PATHS)
