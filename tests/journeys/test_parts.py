"""The public part alone: one address, one read-only door, no casework code in the process."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from app.clock import today
from app.release.delivery import deliver_due
from app.web.paths import UNLISTED, path_of
from tests.building import add_moderator, add_order, build_house
from tests.support.engines import StoreUrls
from tests.support.server import ROOT, Server


@pytest.fixture
def ref(store_urls: StoreUrls, tmp_path: Path) -> str:
    """A released entry's reference, on both stores."""
    installation = build_house(store_urls.casework, store_urls.registry, tmp_path / "data")
    with installation.casework.write() as session:
        order = add_order(installation, session, add_moderator(session, "one"), add_moderator(session, "two"))
        ref = order.entry_ref
    deliver_due(installation, today())
    return ref


def test_the_registry_part_runs_with_one_store_and_browses(store_urls: StoreUrls, ref: str, tmp_path: Path) -> None:
    environment = {
        "REGISTRY_REGISTRY_URL": store_urls.registry,
        "REGISTRY_DATA_FOLDER": str(tmp_path / "empty"),
        "REGISTRY_DEMO": "true",
    }
    server = Server(tmp_path / "server", environment, ("--parts", "registry")).start()
    try:
        with httpx.Client(base_url=server.url, trust_env=False) as client:
            front = client.get("/en/")
            assert front.status_code == 200
            assert ref in front.text
            elsewhere = {path_of(name, language="en") for name in UNLISTED}
            links = set(re.findall(r'href="(/[^"#?]*)"', front.text))
            assert {"/en/submit", "/en/receipt"} <= links
            for target in links - elsewhere:
                assert client.get(target).status_code == 200, target
            rules = client.get("/robots.txt").text
            for path in ("/en/submit", "/ar/submit", "/en/receipt", "/en/desk", "/office/feed.json"):
                assert f"Disallow: {path}\n" in rules
            for path in (
                "/en/submit",
                "/en/receipt",
                "/en/sign-in",
                "/en/desk",
                "/en/office",
                "/office/feed.json",
            ):
                assert client.get(path).status_code == 404, path
        assert not (tmp_path / "empty").exists()
        assert server.process is not None
        opened = {
            os.readlink(one)
            for one in Path(f"/proc/{server.process.pid}/fd").iterdir()
            if one.is_symlink() and one.exists()
        }
        assert not [name for name in opened if "casework" in name]
    finally:
        server.stop()


def test_the_registry_part_holds_no_casework_code(store_urls: StoreUrls, ref: str) -> None:
    check = (
        "import sys; from app.main import create_app; from app.settings import Settings;"
        "create_app(Settings());"
        "assert 'app.registry.routes' in sys.modules;"
        "print([name for name in sys.modules if name.startswith(('app.cases', 'app.desk', 'app.identity', 'app.intake', 'app.office',"
        " 'app.sealing', 'app.stores.casework', 'pyrage'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", check],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"REGISTRY_PARTS": "registry", "REGISTRY_REGISTRY_URL": store_urls.registry},
    )
    assert done.stdout == "[]\n"
