"""No address, however odd, is answered with an error of ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.journeys.installation import Installation, found
from tests.support.engines import StoreUrls

PATHS = [
    "/en/entries/%00",
    "/en/states/%00",
    "/en/%00",
    "/entries/a%00b.json",
    "/%0d%0aX-Injected:%20yes",
    "/en/entries/%1b%5b2J",
    "/en/entries?q=%00",
    "/en/entries?state=XA%00",
    "/en/entries?%00=1",
    "/feed.json?state=%00",
    "/log?after=%00",
    "/en/entries?q=%01%02",
    "/en/desk/cases/%00",
    "/healthz?%00",
]


@pytest.fixture
def installation(store_urls: StoreUrls, tmp_path: Path) -> Iterator[Installation]:
    made = found(tmp_path, store_urls)
    yield made
    made.server.stop()


def test_control_characters_in_an_address_are_a_clear_400(installation: Installation) -> None:
    with httpx.Client(base_url=installation.url, trust_env=False, headers={"accept": "text/html"}) as client:
        for path in PATHS:
            answer = client.get(path)
            assert answer.status_code == 400, path
            assert "<h1>" in answer.text
            assert "content-security-policy" in answer.headers
        assert client.get("/en/entries?q=two%09words%0Aof%20a%20search").status_code == 200
