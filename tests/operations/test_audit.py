"""`registry audit` on a registry that people use: what they did and read is listed, and what was changed is named."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.acting import Telling, open_newest_case, signed_in, submit
from tests.journeys.installation import Installation, found
from tests.journeys.person import Person
from tests.support.engines import sqlite_urls
from tests.support.server import ROOT
from tests.support.tampering import tamper


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("used")
    made = found(folder, sqlite_urls(folder / "stores"))
    yield made
    made.server.stop()
    assert made.server.printed() == ""


@pytest.fixture(scope="module")
def people(used: Installation) -> dict[str, Person]:
    return {login: signed_in(used, login) for login in ("moderator-one", "moderator-two", "office")}


@pytest.fixture(scope="module")
def case(used: Installation, people: dict[str, Person]) -> str:
    """The address of a case that both opened, on which one of them works."""
    submit(used, Telling("Ines Varga"))
    address = open_newest_case(people["moderator-one"])
    people["moderator-one"].press("/do/claim", {})
    people["moderator-two"].get(address)
    people["moderator-two"].get(address + "/draft")
    people["office"].get("/en/office")
    return address


def audit(used: Installation, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "audit", *arguments],
        env=used.server._environment(),
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def readings(used: Installation) -> str:
    return f"sqlite:///{used.data}/readings.sqlite"


def test_each_moderator_of_a_case_sees_who_opened_it(used: Installation, people: dict[str, Person], case: str) -> None:
    one = people["moderator-one"]
    one.get(case)
    shown = one.text.partition("Who opened this case")[2]
    assert "moderator-one" in shown
    assert "moderator-two" in shown
    assert "office" not in shown.partition("moderator-two")[2][:40]
    one.get(case.replace("/en/", "/ar/"))
    assert "من فتح هذا الملف" in one.text


def test_the_auditor_reads_who_read_what(used: Installation, case: str, tmp_path: Path) -> None:
    case_id = case.rpartition("/")[2]
    key = tmp_path / "auditor.key"
    key.write_text(f"# public key: as it was printed\n{used.auditor_key}\n")
    told = audit(used, "--key", str(key))
    assert (told.returncode, told.stderr) == (0, "")
    for login in ("moderator-one", "moderator-two"):
        assert f"{login}  case  {case_id}" in told.stdout
        assert f"{login}  queue" in told.stdout or login == "moderator-two"
    assert f"moderator-two  case  {case_id}  draft" in told.stdout
    assert "office  office items" in told.stdout
    assert "cannot see" in told.stdout
    exported = tmp_path / "readings.jsonl"
    told = audit(used, "--key", "-", "--export", str(exported), given=used.auditor_key)
    assert (told.returncode, told.stderr) == (0, "")
    lines = [json.loads(line) for line in exported.read_text().splitlines()]
    assert {one["login"] for one in lines if one["what"] == "case" and one["case"] == case_id} == {
        "moderator-one",
        "moderator-two",
    }
    assert case_id not in told.stdout


def test_without_the_auditors_key_nobody_reads_which_case_it_was(used: Installation, case: str) -> None:
    told = audit(used)
    assert told.returncode == 0
    assert case.rpartition("/")[2] not in told.stdout
    assert audit(used, "--export", "/dev/null").returncode == 2
    escrow = audit(used, "--key", "-", given=used.escrow_key)
    assert escrow.returncode == 1
    assert "does not open with this key" in escrow.stderr
    assert audit(used, "--key", "-", given="a word").stderr.startswith("Error: that is no key of an auditor")


def test_without_the_store_of_readings_no_case_opens_and_the_page_says_so(
    used: Installation, people: dict[str, Person], case: str
) -> None:
    one = people["moderator-one"]
    tamper(readings(used), "ALTER TABLE reading RENAME TO away")
    try:
        for address, told in (
            (case, "Each reading of a case is written down before it opens"),
            (case.replace("/en/", "/ar/"), "تُدوَّن كل قراءة"),
            (case + "/draft", "Each reading of a case"),
            ("/en/desk", "Each reading of a case"),
        ):
            answer = one.get(address)
            assert answer.status_code == 503, address
            assert told in one.text
            assert "Ines Varga" not in one.text
        assert people["office"].get("/en/office").status_code == 503
        told_nothing = audit(used)
        assert told_nothing.returncode == 1
        assert "a store cannot be reached" in told_nothing.stderr
    finally:
        tamper(readings(used), "ALTER TABLE away RENAME TO reading")
    assert one.get(case).status_code == 200


def test_ends_that_were_kept_and_a_changed_row_are_named(used: Installation, case: str, tmp_path: Path) -> None:
    kept = str(tmp_path / "ends.jsonl")
    assert audit(used, "--keep", kept).returncode == 0
    assert case.rpartition("/")[2] not in Path(kept).read_text()
    assert audit(used, "--kept", kept).returncode == 0
    tamper(used.urls.casework, "UPDATE history_event SET event = 'note' WHERE position = 0")
    changed = audit(used, "--kept", kept)
    assert changed.returncode == 1
    assert f"! case {case.rpartition('/')[2]}, act 0: is not what was written" in changed.stderr
    assert audit(used, "--kept", str(ROOT / "README.md")).returncode == 1
