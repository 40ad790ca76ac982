"""The Dockerfile and compose.yaml run the commands that exist, as little as they may. No container engine is needed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import yaml

from app.stores.migrating import migrate
from tests.support.engines import Cluster
from tests.support.server import Server

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


@pytest.mark.parametrize("command", [service["command"] for service in OURS.values()] + [["doctor", "--url", "x"]])
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
    for tool in ("site-packages/pip*", "site-packages/setuptools*", "site-packages/wheel*", "ensurepip"):
        assert f"/usr/local/lib/python3.11/{tool}" in final


def test_what_builds_is_taken_out_and_nothing_that_runs_needs_it() -> None:
    """The packages that only building brings are those that the image uninstalls; what we import needs none of them."""
    removed = set(re.findall(r"[\w-]+", " ".join(re.findall(r"uninstall --yes (.*?) \\", DOCKERFILE))))
    locked = {re.split(r"[=\s]", line)[0] for line in (ROOT / "requirements.txt").read_text().splitlines()}
    building = _closure({"hatchling", "editables"}) - _closure(_declared())
    assert building & locked == removed - {"pip", "setuptools"}
    with pytest.raises(ValueError, match="no such"):
        _closure({"hatchling", "no-such-package"})


def _declared() -> set[str]:
    import tomllib

    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    return {_name(one) for one in told}


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def _closure(names: set[str]) -> set[str]:
    """The packages and all that they need, as installed here."""
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        found.add(name)
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError as error:
            raise ValueError(f"no such package: {name}") from error
        waiting |= {_name(one) for one in needs if "extra ==" not in one and _installed(_name(one))} - found
    return found


def _installed(name: str) -> bool:
    try:
        return bool(metadata.version(name))
    except metadata.PackageNotFoundError:
        return False


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
        [sys.executable, "-m", "app.cli", "init"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={"REGISTRY_DATA_FOLDER": str(tmp_path / "data"), "PATH": "", "PYTHONPATH": str(tmp_path)},
    )
    assert "ESCROW KEY" in done.stdout


def test_each_step_that_is_done_once_is_told() -> None:
    told = (ROOT / "compose.yaml").read_text().split("services:")[0]
    for name, service in COMPOSE["services"].items():
        if "once" in service.get("profiles", ()):
            assert f"docker compose run --rm {name}" in told


@pytest.fixture
def reader_url(cluster: Cluster) -> Iterator[str]:
    """The registry store as the compose file's own statements show it to the public part."""
    url = cluster.create()
    migrate("registry", url)
    said = [
        word.removeprefix("--command=").replace("reader", ROLE).replace("${READER_PASSWORD}", "long-random")
        for word in COMPOSE["services"]["reader"]["command"]
        if word.startswith("--command=")
    ]
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in said:
            connection.execute(statement)
        connection.execute("CREATE TABLE made_by_a_later_migration (id integer)")
    yield url.replace("registry@", f"{ROLE}:long-random@")
    cluster.drop(url)
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP ROLE {ROLE}")


ROLE = "reader_of_the_compose_file"


def test_the_role_of_the_public_service_serves_and_cannot_write(reader_url: str, tmp_path: Path) -> None:
    server = Server(tmp_path / "server", {"REGISTRY_REGISTRY_URL": reader_url}, ("--parts", "registry"))
    server.start()
    try:
        for path in ("/en/", "/en/entries?q=lawyer", "/feed.json", "/log", "/registry.sqlite", "/changes"):
            assert httpx.get(server.url + path, trust_env=False).status_code == 200, path
    finally:
        server.stop()
    with psycopg.connect(reader_url, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute("SELECT * FROM made_by_a_later_migration")
        for table in ("log_leaf", "log_document", "record", "data_version"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"DELETE FROM {table}")
