"""What docs/feeds.md tells a reader to run, run against a registry that is really served."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from app.clock import today
from app.documents.public import new_reference
from app.registry import log
from app.registry.records import ENTRY
from tests.building import entry
from tests.registry.releasing import Releases
from tests.support.server import Server

PAGE = (Path(__file__).parents[2] / "docs" / "feeds.md").read_text()
PARTS = {"feed", "entries", "registry", "changes", "log"}
BASE = "http://127.0.0.1:8000"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def fill(releases: Releases) -> None:
    refs = [releases.publish(title={"en": 'Zoë and the 律师 \U0001f54a "quoted" \\ sign'}) for _ in range(60)]
    releases.correct(refs[0], summary={"ar": "نص\nثان", "en": "Text\twith a tab"})
    releases.withdraw(refs[1])


def test_each_curl_command_of_the_page_works(server: Server, releases: Releases, tmp_path: Path) -> None:
    fill(releases)
    commands = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("curl")]
    assert len(commands) == 3
    for command in commands:
        assert BASE in command
        done = subprocess.run(
            command.replace(BASE, server.url), shell=True, cwd=tmp_path, capture_output=True, check=True
        )
        if "--output" not in command:
            assert json.loads(done.stdout)
    assert (tmp_path / "registry.sqlite").read_bytes().startswith(b"SQLite format 3")


def test_the_recipe_of_the_page_verifies(server: Server, releases: Releases) -> None:
    fill(releases)
    rows: list[Any] = [(new_reference(), "published", entry(title={"en": f"Row {n}"})) for n in range(11)]
    with releases.installation.registry.write() as session:
        log.append_batch(session, "a" * 32, type="entry", day=today(), rows=rows)
    releases.withdraw(rows[10][0])
    (program,) = blocks("python")
    done = subprocess.run(
        [sys.executable, "-I", "-c", program.replace(BASE, server.url)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "71 records, 64 leaves\n"


def test_the_page_names_every_address_and_filter(server: Server) -> None:
    paths = httpx.get(f"{server.url}/openapi.json", trust_env=False).json()["paths"]
    data = {path for path in paths if path.split(".")[0].split("/")[1] in PARTS}
    assert len(data) == 7
    for address in data:
        assert f"`{address}`" in PAGE, address
    for facet in ("q", *ENTRY.facet_names, "after"):
        assert f"`{facet}`" in PAGE
