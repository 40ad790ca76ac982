"""The Makefile's `run` in a copy of the tracked files, as a newcomer has them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pyotp

from tests.journeys.person import Person
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
        for login in ("moderator-one", "moderator-two", "office"):
            assert_signs_in(f"http://127.0.0.1:{port}", login, out.read_text())
        subprocess.run([Path(sys.prefix, "bin", "registry"), "release", "--now"], cwd=ROOT, env=environment, check=True)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)
    said = out.read_text()
    assert f"http://127.0.0.1:{port}" in said
    assert len(re.findall(r"TOTP secret\s+[A-Z2-7]{32}", said)) == 5
    assert len(re.findall(r"passphrase\s+\w+(?:-\w+){5}", said)) == 5


def assert_signs_in(url: str, login: str, said: str) -> None:
    told = re.search(rf"{login} .*\n\s+passphrase\s+(\S+)\n\s+TOTP secret\s+(\S+)", said)
    assert told
    person = Person(url)
    person.get("/en/sign-in")
    filled = {"login": login, "password": told[1], "code": pyotp.TOTP(told[2]).now()}
    person.send(person.form_with("password"), filled)
    assert "__Host-desk" in person.cookies, person.text


def test_make_bench_tells_the_recall_of_a_class() -> None:
    done = subprocess.run(
        ["make", "-s", "bench", "BENCH=tune --only kana"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.search(r"^\| kana \|  \| \d+ \| \d+ \| [01]\.\d{3} \|$", done.stdout, re.MULTILINE)


def test_every_other_target_is_one_that_make_knows() -> None:
    for target in ("soak", "shots", "lock", "check", "bench", "clean", "install"):
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout
