"""What an upload leaves behind: sealed bytes of few sizes, and never a file in the clear, not even for a moment."""

from __future__ import annotations

import os
import re
import secrets
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from app.stores.casework import Attachment, Submission
from tests.intake.desk import NO_FILE, Desk, open_form, receipt_on
from tests.journeys.installation import found
from tests.support.engines import sqlite_urls
from tests.support.server import ROOT
from tests.test_sealing import payload

NAME = "Zephyrine Oakhollow"


def test_the_length_of_a_text_tells_almost_nothing(small_desk: Desk) -> None:
    lengths = [1 + secrets.randbelow(4000) for _ in range(28)] + [1, 4000]
    for length in lengths:
        person = small_desk.visitor()
        person.send(open_form(person), {"what_happened": "é" * length}, files=NO_FILE)
        assert receipt_on(person)
    with small_desk.installation.casework.read() as session:
        sizes = {payload(one) for one in session.scalars(select(Submission.sealed))}
    assert len(sizes) <= 4


def test_the_length_of_a_file_tells_a_bucket_only(small_desk: Desk) -> None:
    files = [("files", (f"{size}.bin", bytes(size), "application/octet-stream")) for size in (1, 700, 40_000, 65_000)]
    person = small_desk.visitor()
    person.send(open_form(person), {"what_happened": "x"}, files=files)
    with small_desk.installation.casework.read() as session:
        names = list(session.scalars(select(Attachment.object_id)))
        told = set(session.scalars(select(Attachment.padded_size)))
    sizes = [len(small_desk.installation.objects.get(one)) for one in names]
    assert (len(sizes), told) == (4, {65_536})
    assert max(sizes) - min(sizes) < 1024


class Watch(threading.Thread):
    """Notes every file that a process has open, deleted ones too, as often as it can."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.folder = Path(f"/proc/{process}/fd")
        self.seen: set[str] = set()
        self.rounds = 0
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            self.rounds += 1
            for one in self.folder.iterdir():
                try:
                    self.seen.add(os.readlink(one))
                except OSError:
                    continue


def multipart(token: str, content: bytes) -> Iterator[bytes]:
    """A form with one large file, sent piece by piece."""
    head = (
        f'--cut\r\nContent-Disposition: form-data; name="token"\r\n\r\n{token}\r\n'
        f'--cut\r\nContent-Disposition: form-data; name="what_happened"\r\n\r\n{NAME}\r\n'
        f'--cut\r\nContent-Disposition: form-data; name="files"; filename="{NAME}.bin"\r\n\r\n'
    )
    yield head.encode()
    for at in range(0, len(content), 256 * 1024):
        yield content[at : at + 256 * 1024]
    yield b"\r\n--cut--\r\n"


def test_ten_megabytes_are_never_a_file_in_the_clear(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    installation = found(tmp_path, sqlite_urls(tmp_path), TMPDIR=str(scratch), SQLITE_TMPDIR=str(scratch))
    process = installation.server.process
    assert process is not None
    watch = Watch(process.pid)
    watch.start()
    content = (NAME.encode() * 600_000)[: 10 * 2**20]
    try:
        with httpx.Client(base_url=installation.url, trust_env=False, timeout=60) as client:
            token = re.search(r'name="token" value="([^"]+)"', client.get("/en/submit").text)
            assert token
            kind = {"content-type": "multipart/form-data; boundary=cut"}
            answer = client.post("/en/submit", headers=kind, content=multipart(token[1], content))
            assert 'class="receipt"' in answer.text
            wrong = client.post("/en/submit", headers=kind, content=multipart("forged", content))
            assert wrong.status_code == 422
    finally:
        watch.stopped.set()
        watch.join()
        kept = installation.files()
        installation.server.stop()
    assert watch.rounds > 20
    ours = (str(ROOT), sys.prefix, sys.base_prefix, "/dev", "/proc")
    # SQLite opens the folder of a store for a moment, to sync it: no file
    files = {one for one in watch.seen if one.startswith("/") and not one.startswith(ours) and not Path(one).is_dir()}
    known = (
        str(installation.data),
        str(installation.server.folder),
        str(tmp_path / "casework"),
        str(tmp_path / "registry"),
    )
    assert not [one for one in files if not one.startswith(known) or "deleted" in one], files
    assert list(scratch.iterdir()) == []
    assert sum(len(data) for data in kept.values()) > 20 * 2**20
    for name, data in kept.items():
        assert NAME.encode() not in data, name


PART = b'--cut\r\nContent-Disposition: form-data; name="what_happened"\r\n\r\nHere.\r\n'
MALFORMED = {
    "nothing": ("multipart/form-data; boundary=cut", b""),
    "no boundary": ("multipart/form-data", PART + b"--cut--\r\n"),
    "another boundary": ("multipart/form-data; boundary=other", PART + b"--cut--\r\n"),
    "cut off in a header": ("multipart/form-data; boundary=cut", b"--cut\r\nContent-Disp"),
    "cut off in a part": ("multipart/form-data; boundary=cut", PART[:-8]),
    "no disposition": ("multipart/form-data; boundary=cut", b"--cut\r\nX: y\r\n\r\nHere.\r\n--cut--\r\n"),
    "no name": (
        "multipart/form-data; boundary=cut",
        b"--cut\r\nContent-Disposition: form-data\r\n\r\nx\r\n--cut--\r\n",
    ),
    "noise": ("multipart/form-data; boundary=cut", bytes(range(256)) * 40),
    "many parts": ("multipart/form-data; boundary=cut", PART * 5000 + b"--cut--\r\n"),
    "many files": (
        "multipart/form-data; boundary=cut",
        b'--cut\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nx\r\n' * 200 + b"--cut--\r\n",
    ),
    "a text of 3 MB": ("multipart/form-data; boundary=cut", PART.replace(b"Here.", b"x" * 3_000_000) + b"--cut--\r\n"),
    "a header of 1 MB": (
        "multipart/form-data; boundary=cut",
        b"--cut\r\nX: " + b"y" * 2**20 + b"\r\n\r\nx\r\n--cut--\r\n",
    ),
    "a boundary of 1,000": ("multipart/form-data; boundary=" + "b" * 1000, PART),
    "surrogates": (
        "multipart/form-data; boundary=cut; charset=raw-unicode-escape",
        PART.replace(b"Here.", b"\\ud800") + b"--cut--\r\n",
    ),
    "an unknown charset": ("multipart/form-data; boundary=cut; charset=klingon", PART + b"--cut--\r\n"),
    "no text at all": ("text/plain", b"what_happened=Here."),
    "JSON": ("application/json", b'{"what_happened": "Here."}'),
    "half an escape": ("application/x-www-form-urlencoded", b"what_happened=%f%zz%&&&==;"),
    "a file as text": (
        "multipart/form-data; boundary=cut",
        b'--cut\r\nContent-Disposition: form-data; name="what_happened"; filename="a"\r\n\r\nx\r\n--cut--\r\n',
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_request_is_a_clear_error_and_stores_nothing(small_desk: Desk, name: str) -> None:
    kind, body = MALFORMED[name]
    person = small_desk.visitor()
    for path in ("submit", "receipt", "receipt/message", "receipt/withdraw"):
        answer = person.client.post(f"http://registry.test/en/{path}", headers={"content-type": kind}, content=body)
        assert answer.status_code in (400, 404, 413, 422), (path, answer.status_code)
        assert "<h1>" in answer.text
    assert small_desk.cases() == []
    person.send(open_form(person), {"what_happened": "Still here."}, files=NO_FILE)
    assert receipt_on(person)
