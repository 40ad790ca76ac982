"""Room is kept for words whatever files strangers send, and what is stored tells little and costs little to list."""

from __future__ import annotations

import os
import re
import secrets
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.defects.browser import Browser
from tests.defects.people import case_links, press_last, send_submission, staffed, submission_form
from tests.defects.person import Moderator
from tests.defects.serving import memory
from tests.support.engines import sqlite_urls

DISK = 64  # MB
RECEIPT = re.compile(r"(?:\d{4}\s?){8}\d{4}")


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own that is soon full."""
    disk = folder / "disk"
    disk.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def tell(url: str, text: str, file: bytes = b"") -> bool:
    """Sends words, and a file if one is given; whether a receipt came."""
    browser = Browser(url)
    browser.get("/en/submit")
    form = submission_form(browser).fill("What happened?", text)
    field = next(one.name for one in form.controls if one.kind == "file")
    press_last(browser, form, "send", files=[(field, ("a.bin", file, "application/octet-stream"))] if file else None)
    return RECEIPT.search(browser.text) is not None


@pytest.mark.row("D31")
def test_files_of_strangers_never_take_the_room_of_words(tmp_path: Path) -> None:
    """47 anonymous submissions made 3 GB; when the disk was full, nobody could say a word any more."""
    with (
        small_disk(tmp_path) as disk,
        staffed(tmp_path, sqlite_urls(disk), REGISTRY_DATA_FOLDER=str(disk / "data")) as made,
    ):
        assert tell(made.url, "Before the flood")
        for size in (6_000_000, 1_000_000, 200_000, 30_000):
            for _ in range(DISK):
                if not tell(made.url, "A flood", os.urandom(size)):
                    break
        for number in range(20):
            assert tell(made.url, f"Honest words, the {number + 1}th time"), number


@pytest.mark.row("D31")
def test_naming_the_files_of_a_case_does_not_load_them(tmp_path: Path) -> None:
    """The page of a case read every file of it into memory to write a list of names."""
    with staffed(tmp_path, sqlite_urls(tmp_path)) as made:
        browser = Browser(made.url)
        browser.get("/en/submit")
        form = submission_form(browser).fill("What happened?", "With five films")
        field = next(one.name for one in form.controls if one.kind == "file")
        files = [(field, (f"{number}.bin", os.urandom(4_300_000), "video/mp4")) for number in range(5)]
        send_submission(browser, form, files=files)
        moderator = Moderator(made, "moderator-one")
        made.server.stop()
        made.server.start()
        moderator.get("/en/desk")
        (case,) = case_links(moderator)
        before = memory(made.server, "VmHWM")
        moderator.get(case)
        assert moderator.status == 200
        assert memory(made.server, "VmHWM") - before < 20


HEADER_ENDS = re.compile(rb"\A(?:age-encryption\.org/v1\n.*?\n--- [^\n]*\n)?", re.DOTALL)


def sealed_sizes(store: str, folder: Path) -> list[int]:
    """The length of every sealed thing at rest, after the header of age, which differs each time by a random length."""
    connection = sqlite3.connect(f"file:{store.removeprefix('sqlite:///')}?mode=ro", uri=True)
    kept: list[bytes] = []
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for _, column, *_ in connection.execute(f'PRAGMA table_info("{table}")').fetchall():
            long = f'typeof("{column}") = \'blob\' AND length("{column}") > 4000'
            kept += [one for (one,) in connection.execute(f'SELECT "{column}" FROM "{table}" WHERE {long}')]
    connection.close()
    kept += [one.read_bytes() for one in folder.rglob("*") if one.is_file() and one.stat().st_size > 4000]
    return [len(HEADER_ENDS.sub(b"", one, count=1)) for one in kept]


@pytest.mark.row("D32")
def test_sealed_texts_lie_in_few_sizes_and_are_sealed_once(tmp_path: Path) -> None:
    """Each document was sealed again, 66 times over, until the length of its header fell on a grid."""
    with staffed(tmp_path, sqlite_urls(tmp_path)) as made:
        assert made.server.process is not None
        for _ in range(3):
            tell(made.url, "First words")
        calls = tmp_path / "calls"
        watch = [
            "strace",
            "-f",
            "-e",
            "trace=getrandom",
            "-o",
            str(calls),
            "-p",
            str(made.server.process.pid),
        ]
        watching = subprocess.Popen(watch, stderr=subprocess.PIPE)
        assert watching.stderr is not None
        assert b"attached" in watching.stderr.readline()
        told = 10
        try:
            for _ in range(told):
                assert tell(made.url, "é" * (1 + secrets.randbelow(3000)))
        finally:
            watching.terminate()
            watching.wait(timeout=20)
        sizes = sealed_sizes(made.urls.casework, tmp_path / "data")
        assert len(sizes) >= told
        assert len(set(sizes)) <= 6
        # each sealing draws its own randomness: a document sealed once draws once
        drawn = len(re.findall(r"getrandom\(", calls.read_text()))
        assert drawn / told < 80
