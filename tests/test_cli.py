"""The one command-line program explains itself and fails clearly."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import Registry
from app.sealing import KeyPair
from app.stores import open_store

COMMANDS = sorted(Registry.LAZY)


def registry(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        env=os.environ | {"REGISTRY_DATA_FOLDER": str(folder)} | environment,
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_help_names_every_command(tmp_path: Path) -> None:
    shown = registry(tmp_path, "--help").stdout
    for command in COMMANDS:
        assert re.search(rf"^  {command}\s+\w", shown, re.MULTILINE), command


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(tmp_path: Path, command: str) -> None:
    shown = registry(tmp_path, command, "--help")
    assert shown.returncode == 0
    assert len(shown.stdout) > 100


def test_init_prints_each_key_once_and_keeps_it_nowhere(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    first = registry(folder, "init")
    keys = re.findall(r"AGE-SECRET-KEY-1\w+", first.stdout)
    assert len(keys) == 2
    assert first.stdout.index("ESCROW KEY") < first.stdout.index(keys[0]) < first.stdout.index("AUDITOR'S KEY")
    assert "nothing was changed" in registry(folder, "init").stdout
    for file in folder.rglob("*"):
        assert file.is_dir() or not [key for key in keys if key.encode() in file.read_bytes()]
    for name in ("receipts", "form-tokens", "orders"):
        assert stat.S_IMODE((folder / f"{name}.keys").stat().st_mode) == 0o600


def test_an_escrow_key_that_could_not_be_told_is_not_used(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        failed = subprocess.run(
            [sys.executable, "-m", "app.cli", "init"],
            env=os.environ | {"REGISTRY_DATA_FOLDER": str(tmp_path)},
            cwd=Path(__file__).parents[1],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert failed.returncode != 0
    assert "AGE-SECRET-KEY-1" in registry(tmp_path, "init").stdout


def test_readings_are_sealed_to_a_key_that_somebody_else_has(tmp_path: Path) -> None:
    auditor = KeyPair.new()
    first = registry(tmp_path, "init", REGISTRY_AUDITOR_KEY=auditor.public)
    assert len(re.findall(r"AGE-SECRET-KEY-1\w+", first.stdout)) == 1
    with open_store(f"sqlite:///{tmp_path}/casework.sqlite").connect() as connection:
        asked = "SELECT public_key FROM keyholder WHERE kind = 'auditor'"
        assert connection.exec_driver_sql(asked).scalars().all() == [auditor.public]
    wrong = registry(tmp_path / "wrong", "init", REGISTRY_AUDITOR_KEY="age1nothing")
    assert wrong.returncode == 2
    assert "REGISTRY_AUDITOR_KEY" in wrong.stderr


def test_doctor_says_what_is_wrong_and_when_all_is_well(tmp_path: Path) -> None:
    sick = registry(tmp_path / "data", "doctor")
    assert sick.returncode == 1
    assert "registry init" in sick.stderr
    registry(tmp_path / "data", "init")
    well = registry(tmp_path / "data", "doctor", REGISTRY_FORM_SECRET="ab" * 32)
    assert (well.returncode, well.stderr) == (0, "")
    assert "REGISTRY_RELEASE_HOUR = 6" in well.stdout
    assert "ab" * 32 not in well.stdout


def test_doctor_names_keys_that_are_missing_damaged_or_open_to_others(tmp_path: Path) -> None:
    data = tmp_path / "data"
    registry(data, "init")
    (data / "receipts.keys").unlink()
    (data / "form-tokens.keys").chmod(0o640)
    secret = (data / "orders.keys").read_text().split()[2]
    (data / "orders.keys").write_text(f"damaged {secret}\n")
    told = registry(data, "doctor")
    assert told.returncode == 1
    assert "there is no receipts.keys" in told.stderr
    assert f"chmod 600 {data / 'form-tokens.keys'}" in told.stderr
    assert "orders.keys cannot be read, or is damaged" in told.stderr
    assert secret not in told.stdout + told.stderr
    assert "3 things need attention" in told.stdout


def test_doctor_notices_a_damaged_store(tmp_path: Path) -> None:
    registry(tmp_path, "init")
    store = tmp_path / "registry.sqlite"
    content = bytearray(store.read_bytes())
    content[4096 * 2 : 4096 * 2 + 200] = b"\xff" * 200
    store.write_bytes(content)
    assert registry(tmp_path, "doctor").returncode == 1


def test_a_wrong_setting_is_one_clear_line(tmp_path: Path) -> None:
    wrong = registry(tmp_path, "doctor", REGISTRY_RELEASE_HOUR="99")
    assert wrong.returncode == 2
    assert wrong.stderr == "registry: REGISTRY_RELEASE_HOUR: Input should be less than or equal to 23\n"


@pytest.mark.parametrize("batch_hour", ["0", "23"], ids=["the-hour-has-come", "before-the-hour"])
def test_release_without_stores_is_one_clear_line(tmp_path: Path, batch_hour: str) -> None:
    nothing = registry(tmp_path / "none", "release", REGISTRY_RELEASE_HOUR=batch_hour)
    assert nothing.returncode == 1
    assert nothing.stderr.startswith("registry: a store cannot be reached")


def test_migrations_go_down_and_up_again(tmp_path: Path) -> None:
    registry(tmp_path, "init")
    asked = registry(tmp_path, "migrate", "--to", "base")
    assert (asked.returncode, "deletes everything" in asked.stdout) == (1, True)
    assert registry(tmp_path, "doctor").returncode == 0
    assert registry(tmp_path, "migrate", "--to", "base", "--yes").returncode == 0
    assert registry(tmp_path, "doctor").returncode == 1
    assert registry(tmp_path, "migrate").returncode == 0
    assert registry(tmp_path, "doctor").returncode == 0


def test_doctor_says_who_else_on_the_machine_could_read(tmp_path: Path) -> None:
    registry(tmp_path / "data", "init")
    (tmp_path / "data").chmod(0o755)
    told = registry(tmp_path / "data", "doctor")
    assert told.returncode == 1
    assert "chmod 700" in told.stderr


def test_doctor_names_private_keys_that_lie_here_and_backup_keys_that_are_none(tmp_path: Path) -> None:
    init = registry(tmp_path / "data", "init")
    (tmp_path / "data" / "escrow.txt").write_text(init.stdout)
    told = registry(tmp_path / "data", "doctor", REGISTRY_BACKUP_KEYS="age1nothing")
    assert told.returncode == 1
    assert "escrow.txt away" in told.stderr
    assert "not a public key" in told.stderr
    assert "AGE-SECRET-KEY" not in told.stdout + told.stderr


def test_doctor_says_that_the_public_part_knows_too_much(tmp_path: Path) -> None:
    registry(tmp_path / "data", "init")
    public = {
        "REGISTRY_PARTS": "registry",
        "REGISTRY_REGISTRY_URL": f"sqlite:///{tmp_path}/data/registry.sqlite",
    }
    assert registry(tmp_path / "none", "doctor", **public).returncode == 0
    told = registry(tmp_path / "none", "doctor", **public, REGISTRY_CASEWORK_URL="postgresql://x:Secret7@db/casework")
    assert told.returncode == 1
    assert "REGISTRY_CASEWORK_URL" in told.stderr
    assert "Secret7" not in told.stdout + told.stderr


@pytest.mark.parametrize("store", ["casework", "registry"])
def test_a_store_of_another_revision_is_not_served(tmp_path: Path, store: str) -> None:
    registry(tmp_path, "init")
    registry(tmp_path, "migrate", "--store", store, "--to", "base", "--yes")
    refused = registry(tmp_path, "serve", "--port", "0")
    assert refused.returncode == 1
    assert (
        refused.stderr
        == f"registry: the {store} store is not at the revision of this program; run `registry migrate`\n"
    )
