"""The Makefile's `run` in a copy of the tracked files, as a newcomer has them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import httpx

from tests.support.server import ROOT, free_port


def test_make_run_serves_a_demonstration_and_says_how_to_sign_in(tmp_path: Path) -> None:
    """With this checkout's environment: installing it again is what the fresh clone of the pipeline shows."""
    port = free_port()
    out = tmp_path / "out"
    environment = os.environ | {"REGISTRY_DATA_FOLDER": str(tmp_path / "data")}
    with out.open("wb") as printed:
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=ROOT,
            env=environment,
            stdout=printed,
            stderr=printed,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                page = httpx.get(f"http://127.0.0.1:{port}/en/", trust_env=False)
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        assert "Demonstration" in page.text
        assert "Lawyer questioned" in page.text
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)
    said = out.read_text()
    assert f"http://127.0.0.1:{port}" in said
    assert len(re.findall(r"TOTP secret\s+[A-Z2-7]{32}", said)) == 4
    assert len(re.findall(r"passphrase\s+\w+(?:-\w+){5}", said)) == 4


def test_every_other_target_is_one_that_make_knows() -> None:
    for target in ("shots", "lock", "check", "bench", "clean"):
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout
