"""The Dockerfile and compose.yaml run the commands that exist, as little as they may. No container engine is needed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if service.get("build")}


def explains(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *command, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize(
    "command", [service["command"] for service in OURS.values()] + [["doctor", "--url", "x"]]
)
def test_every_command_of_the_images_exists_with_its_options(command: list[str]) -> None:
    shown = explains(command[0])
    for word in command[1:]:
        if word.startswith("--"):
            assert word in shown


def test_the_image_has_no_root_no_build_tools_and_a_health_check() -> None:
    final = DOCKERFILE.split("FROM ")[-1]
    assert "USER registry" in final
    assert "HEALTHCHECK" in final
    assert "pip install" not in final
    assert "rm -rf /usr/local/lib/python3.11/site-packages/pip*" in final


def test_the_image_installs_as_make_does() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for words in ("--require-hashes --no-deps -r requirements.txt", "--no-deps --no-build-isolation -e ."):
        assert words in DOCKERFILE
        assert words in makefile


def test_every_file_that_is_copied_exists_and_is_let_in() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for name in line.split()[:-1]:
            assert (ROOT / name).exists()
            assert f"!{name}" in ignored


@pytest.mark.parametrize("name", OURS)
def test_each_part_runs_read_only_without_capabilities(name: str) -> None:
    service = OURS[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_public_service_knows_neither_the_casework_store_nor_a_secret() -> None:
    public = COMPOSE["services"]["public"]
    assert set(public["environment"]) == {"REGISTRY_BASE_URL", "REGISTRY_REGISTRY_URL"}
    assert "reader:" in public["environment"]["REGISTRY_REGISTRY_URL"]
    assert "volumes" not in public
    assert not set(public["networks"]) & set(COMPOSE["services"]["casework-store"]["networks"])


def test_the_lock_files_hold_hashes_and_no_addresses() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert text.count("--hash=sha256:") >= text.count("==")


def test_the_steps_of_the_image_work_without_the_sources_beside(tmp_path: Path) -> None:
    """Copies what the image copies, and runs the command from there."""
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for name in line.split()[:-1]:
            subprocess.run(["cp", "-r", str(ROOT / name), str(tmp_path)], check=True)
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "init"], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={"REGISTRY_DATA_FOLDER": str(tmp_path / "data"), "PATH": "", "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert "ESCROW KEY" in done.stdout
