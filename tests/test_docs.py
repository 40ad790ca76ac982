"""Every command that the README, CONTRIBUTING and docs show is known here, and run here or by a test that is named."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
# Commands that are run elsewhere, and where.
ELSEWHERE = {
    "make run": "tests/test_make.py",
    "make test": ".ci/run",
    "make check": "make test",
    "make soak": "tests/test_make.py",
    "make shots": "tests/test_make.py",
    "make bench": "tests/test_make.py",
    "make lock": "tests/test_make.py",
    "make install": "tests/test_make.py",
    ". .venv/bin/activate": "tests/test_make.py",
    "registry audit --key auditor.key --export readings.jsonl": "tests/operations/test_audit.py",
    "registry serve": "tests/support/server.py",
    "registry serve --parts registry": "tests/journeys/test_parts.py",
    "registry user suspend moderator-two": "tests/identity/test_suspension.py",
    "registry escrow split --shares 5 --need 3": "tests/operations/test_escrow.py",
    "registry escrow check": "tests/operations/test_escrow.py",
    "registry escrow join": "tests/operations/test_escrow.py",
    "registry backup --follow /mnt/backups": "tests/operations/test_following.py",
    "age --decrypt --identity restore.key installation.age | tar --extract": "tests/operations/test_archive.py",
    "registry restore installation.age --key -": "tests/operations/test_backup.py",
    "registry gate cases.jsonl": "tests/leakgate/test_command.py",
    "age --decrypt --identity escrow.key grant.age > case.key": "tests/journeys/test_secrets.py",
}


def commands(page: Path) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def test_each_command_that_is_run_elsewhere_is_run_there() -> None:
    for command, place in ELSEWHERE.items():
        assert place.startswith("make ") or (ROOT / place).exists(), command


def test_the_readme_opens_with_the_two_commands() -> None:
    assert commands(ROOT / "README.md")[:2] == ["make run", "make test"]
    assert (ROOT / "README.md").read_text().index("```sh") < 40


def test_every_command_of_the_documents_works(tmp_path: Path) -> None:
    """In the order of each page, on an installation of its own."""
    for page in PAGES:
        environment = os.environ | {
            "REGISTRY_DATA_FOLDER": str(tmp_path / page.stem),
            "REGISTRY_DEMO": "true",
        }
        subprocess.run(
            [sys.executable, "-m", "app.cli", "init"],
            env=environment,
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        for command in commands(page):
            if command in ELSEWHERE or " --url " in command or command.startswith(("curl ", "age ")):
                continue
            words = re.findall(r'"[^"]*"|\S+', command)
            assert words[0] in ("registry", ".venv/bin/registry"), f"{page.name}: nothing runs {command!r}"
            done = subprocess.run(
                [sys.executable, "-m", "app.cli", *(word.strip('"') for word in words[1:])],
                env=environment,
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{page.name}: {command}: {done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_of_the_documents_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        assert (page.parent / target).exists(), target
