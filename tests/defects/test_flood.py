"""Strangers who send much, or nothing, take neither the memory of the server nor the place of others."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.defects.serving import CANARY, bare, memory, sign_in_fields, visitor
from tests.support.engines import sqlite_urls
from tests.support.server import Server

BODIES, LARGE = 16, 45 * 2**20
BUDGET = 350  # MiB that bodies in flight, all together, may ever take
SILENCE = 60  # seconds after which a body that does not arrive is given up
HEAD = (
    "POST /en/submit HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nContent-Type: multipart/form-data; boundary=cut\r\n"
    "Content-Length: {length}\r\n\r\n"
    '--cut\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("flood")
    with bare(folder, sqlite_urls(folder)) as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def silent(server: Server) -> Iterator[tuple[float, socket.socket]]:
    """A body that begins when the module does and then says nothing: nobody else waits for its end."""
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(HEAD.format(length=LARGE).encode())
        yield time.monotonic(), line


def unfinished(server: Server, lines: ExitStack) -> None:
    """Sends all of a large body but its end, as far as the server takes it, and keeps the line open."""
    line = lines.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=5))
    try:
        line.sendall(HEAD.format(length=LARGE).encode())
        for _ in range(LARGE // 2**20 - 1):
            line.sendall(b"x" * 2**20)
    except OSError:
        pass  # it was not taken any further, or refused: that is what a budget is


@pytest.mark.row("D20")
def test_unfinished_bodies_do_not_fill_the_memory(server: Server) -> None:
    """20 unfinished bodies of 45 MB took the server from 500 to 1,421 MB, for half an hour."""
    before = memory(server)
    with ExitStack() as lines:
        crowd = [threading.Thread(target=unfinished, args=(server, lines)) for _ in range(BODIES)]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join(timeout=60)
        held = memory(server) - before
        with visitor(server) as client:
            assert client.get("/healthz").status_code == 200
    assert held < BUDGET


@pytest.mark.row("D20")
def test_a_slow_body_that_goes_on_arrives(server: Server) -> None:
    """The bounds above must not shut out whoever sends through a slow circuit: 4 kB a second."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        line.sendall(HEAD.format(length=20_000).encode())
        line.sendall(b"x" * 100)
        for _ in range(8):
            time.sleep(0.5)
            line.sendall(b"x" * 2048)
        line.sendall(b"x" * 4000)
        assert line.recv(65536).startswith(b"HTTP/1.1 ")


@pytest.mark.row("D20")
def test_names_of_failed_sign_ins_are_not_kept(server: Server) -> None:
    """Each name that failed was kept whole, 2 MB of it, until the process ended."""
    with visitor(server) as client:
        login, password, code = sign_in_fields(client.get("/en/sign-in").text)
        guess = {login: "nobody", password: "x" * 20, code: "123456"}
        client.post("/en/sign-in", data=guess | {login: "n" * 1_900_000})
        before = memory(server)
        for number in range(20):
            name = f"{number}{CANARY}" + "n" * 1_900_000
            answer = client.post("/en/sign-in", data=guess | {login: name})
            assert answer.status_code in (400, 401, 413, 422, 429)
            assert len(answer.content) < 100_000 or name in answer.text
    assert memory(server) - before < 20


@pytest.mark.row("D20")
def test_a_body_that_does_not_arrive_is_given_up(silent: tuple[float, socket.socket]) -> None:
    """A connection that sent nothing more was held for 1,800 seconds."""
    began, line = silent
    line.settimeout(max(began + SILENCE - time.monotonic(), 1))
    try:
        while line.recv(65536):
            pass
    except ConnectionResetError:
        pass
    except TimeoutError:
        pytest.fail(f"after {time.monotonic() - began:.0f} s of silence the server still waits")
