"""What strangers send in masses fills no memory, no disk and no log, and keeps nobody else out."""

from __future__ import annotations

import re
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.journeys.acting import Telling, submit
from tests.journeys.installation import Installation, found
from tests.support.engines import sqlite_urls

MIB = 2**20


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("flooded")
    made = found(folder, sqlite_urls(folder))
    yield made
    made.server.stop()


def anonymous_memory(installation: Installation) -> int:
    assert installation.server.process is not None
    told = re.search(r"RssAnon:\s+(\d+)", Path(f"/proc/{installation.server.process.pid}/status").read_text())
    assert told
    return int(told[1]) * 1024


@contextmanager
def unfinished_bodies(port: int, number: int, size: int, seconds: float) -> Iterator[None]:
    """Connections that each began a large form, and sent as much of it as was taken in some seconds."""
    head = (
        "POST /en/submit HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=cut\r\n"
        f"Content-Length: {size + 1000}\r\n\r\n--cut\r\nContent-Disposition: form-data; name=files; filename=a\r\n\r\n"
    ).encode()
    with ExitStack() as stack:
        crowd = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10)) for _ in range(number)]
        for one in crowd:
            one.sendall(head)
            one.setblocking(False)
        left = dict.fromkeys(crowd, size)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and any(left.values()):
            for one in crowd:
                try:
                    left[one] -= one.send(bytes(min(left[one], 256 * 1024))) if left[one] else 0
                except BlockingIOError:
                    continue
                except OSError:
                    left[one] = 0  # it was refused
            time.sleep(0.001)
        yield


def test_unfinished_bodies_take_no_memory_and_keep_no_text_out(installation: Installation) -> None:
    submit(installation, Telling("Warm"))
    before = anonymous_memory(installation)
    with unfinished_bodies(installation.server.port, 20, 45 * MIB, 8):
        assert anonymous_memory(installation) - before < 120 * MIB
        started = time.monotonic()
        assert submit(installation, Telling("Ines Varga"))
        assert time.monotonic() - started < 5
    deadline = time.monotonic() + 20
    while anonymous_memory(installation) - before > 16 * MIB and time.monotonic() < deadline:
        time.sleep(0.2)
    assert anonymous_memory(installation) - before <= 16 * MIB


def test_a_body_that_trickles_is_ended_within_a_minute(installation: Installation) -> None:
    with socket.create_connection(("127.0.0.1", installation.server.port), timeout=1) as slow:
        slow.sendall(
            b"POST /en/submit HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=cut\r\n"
            b"Content-Length: 40000000\r\n\r\n--cut\r\nContent-Disposition: form-data; name=files; filename=a\r\n\r\n"
        )
        started = time.monotonic()
        ended = False
        while not ended and time.monotonic() - started < 60:
            try:
                slow.sendall(b"x" * 100)
                ended = slow.recv(1) == b""
            except TimeoutError:
                continue
            except OSError:
                ended = True
    assert ended


def test_long_names_of_failed_sign_ins_are_not_kept(installation: Installation) -> None:
    def guess() -> int:
        told = {"login": secrets.token_hex(MIB - 1000), "password": "x" * 20, "code": "123456"}
        return httpx.post(f"{installation.url}/en/sign-in", data=told, trust_env=False, timeout=60).status_code

    assert guess() in (401, 422)
    before = anonymous_memory(installation)
    assert {guess() for _ in range(12)} <= {401, 422}
    assert anonymous_memory(installation) - before < 10 * MIB


# --- the disk and the log -----------------------------------------------------------------------------------------


def test_anonymous_files_do_not_fill_the_disk_and_texts_still_come_in(tmp_path: Path) -> None:
    room = {"REGISTRY_STORAGE_BYTES": str(300 * MIB), "REGISTRY_TEXT_RESERVE_BYTES": str(268 * MIB)}
    installation = found(tmp_path, sqlite_urls(tmp_path), **room)
    content = secrets.token_bytes(6 * MIB)
    try:
        with httpx.Client(base_url=installation.url, trust_env=False, timeout=60) as client:
            answers = [_send(client, content) for _ in range(10)]
        assert answers[0].status_code == 200
        assert answers[-1].status_code == 422
        assert "send it without files now" in answers[-1].text
        assert "Told while it was full" in answers[-1].text
        with httpx.Client(base_url=installation.url, trust_env=False, timeout=60) as client:
            assert 'class="receipt"' in _send(client, b"").text
    finally:
        installation.server.stop()
    assert sum(len(one) for one in installation.files().values()) < 60 * MIB


def _send(client: httpx.Client, content: bytes) -> httpx.Response:
    token = re.search(r'name="token" value="([^"]+)"', client.get("/en/submit").text)
    assert token
    files = {"files": ("a.bin", content)} if content else None
    return client.post("/en/submit", data={"token": token[1], "what_happened": "Told while it was full"}, files=files)


ODD_FORM = b"--cut\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--cut--\r\nand more after the end"
ODD = {
    "no HTTP": b"\x16\x03\x01 what is this\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "another protocol": b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "two lengths": b"POST /en/submit HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "an odd form": b"POST /en/submit HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=cut\r\n"
    + b"Content-Length: %d\r\n\r\n" % len(ODD_FORM)
    + ODD_FORM,
    "half a form": b"POST /en/submit HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\nhalf",
}


def test_no_request_writes_a_line_into_the_log(installation: Installation) -> None:
    before = installation.server.printed()
    for sent in ODD.values():
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", installation.server.port), timeout=10) as one:
                one.sendall(sent)
                one.settimeout(1)
                try:
                    one.recv(4096)
                except OSError:
                    continue
    httpx.get(f"{installation.url}/healthz", trust_env=False)
    assert installation.server.printed() == before
