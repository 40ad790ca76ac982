"""Requests as bytes: what is not clearly one request of HTTP is refused, and never read in two ways."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import httpx
import pytest

from app import serving
from tests.building import build_house
from tests.support.server import Server

GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /en/submit HTTP/1.1\r\nHost: x\r\n"
SECOND = b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("requests")
    build_house(f"sqlite:///{folder}/casework.sqlite", f"sqlite:///{folder}/registry.sqlite", folder)
    running = Server(folder / "server", {"REGISTRY_DATA_FOLDER": str(folder)}).start()
    yield running
    running.stop()


def answers(server: Server, sent: bytes) -> list[str]:
    """The statuses of every answer to bytes on one connection, until it ends or is silent."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(sent)
        got = b""
        connection.settimeout(5)
        try:
            while part := connection.recv(65536):
                got += part
        except OSError:
            pass
    return re.findall(r"HTTP/1\.1 (\d{3}) ", got.decode("latin-1"))


REFUSED = {
    "two lengths, chunked last": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND,
    "two lengths, chunked first": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + SECOND,
    "two content lengths": POST + b"Content-Length: 0\r\nContent-Length: 38\r\n\r\n" + SECOND,
    "the same length twice": POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello" + SECOND,
    "a length with a sign": POST + b"Content-Length: +5\r\n\r\nhello" + SECOND,
    "a negative length": POST + b"Content-Length: -1\r\n\r\n" + SECOND,
    "a length in hexadecimal": POST + b"Content-Length: 0x5\r\n\r\nhello" + SECOND,
    "a list of lengths": POST + b"Content-Length: 5, 5\r\n\r\nhello" + SECOND,
    "an endless length": POST + b"Content-Length: 99999999999999999999999\r\n\r\n" + SECOND,
    "another coding": POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n" + SECOND,
    "a disguised coding": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SECOND,
    "chunks before their time": b"POST /en/submit HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND,
    "a space before the colon": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SECOND,
    "a folded header": POST + b"Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + SECOND,
    "a chunk of an odd size": POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" + SECOND,
    "NUL in a header": GET + b"X: a\x00b\r\n\r\n",
    "a lone line end in a header": GET + b"X: a\rb\r\n\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "two hosts": GET + b"Host: y\r\n\r\n",
    "an unknown method": b"FROBNICATE /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "a method in small letters": b"get /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "no version": b"GET /healthz\r\n\r\n",
    "another version": b"GET /healthz HTTP/3.7\r\nHost: x\r\n\r\n",
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a space in the path": b"GET /health z HTTP/1.1\r\nHost: x\r\n\r\n",
    "a raw byte in the path": b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    "a tunnel": b"CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "one long header": GET + b"X: " + b"a" * (serving.HEADER_BYTES + 1000) + b"\r\n\r\n",
    "many headers": GET + b"".join(b"X-%d: 1\r\n" % one for one in range(5000)) + b"\r\n",
    "a long address": b"GET /" + b"a" * (serving.HEADER_BYTES + 1000) + b" HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_clearly_one_request_is_refused_once(server: Server, name: str) -> None:
    assert answers(server, REFUSED[name]) == ["400"]


def test_a_header_without_end_is_refused_before_it_takes_memory(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(GET + b"X: ")
        sent = 0
        with pytest.raises(OSError):  # noqa: PT012 - whichever of the sends it is
            for _ in range(200):
                connection.sendall(b"a" * 65536)
                sent += 65536
        assert sent < 10 * 2**20


ODD_METHODS = ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "PURGE"]


@pytest.mark.parametrize("method", ODD_METHODS)
def test_other_methods_are_405_with_our_headers(server: Server, method: str) -> None:
    answer = httpx.request(method, f"{server.url}/en/", trust_env=False)
    assert answer.status_code == 405
    assert "content-security-policy" in answer.headers


def test_pipelined_requests_are_answered_in_order_and_are_bounded(server: Server) -> None:
    assert answers(server, (GET + b"\r\n") * 3) == ["200"] * 3
    flood = answers(server, (GET + b"\r\n") * 2000)
    assert len(flood) <= serving.PIPELINED + 2


def test_an_upgrade_is_answered_as_if_it_had_not_been_asked(server: Server) -> None:
    upgrade = GET + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n" + SECOND
    assert answers(server, upgrade) == ["200"]


def test_a_refused_body_is_read_to_its_end_so_that_the_answer_arrives(server: Server) -> None:
    head = {"sec-fetch-site": "cross-site", "content-type": "application/x-www-form-urlencoded"}
    with httpx.Client(base_url=server.url, trust_env=False, timeout=20) as client:
        assert client.post("/en/submit", content=b"x" * 5_000_000, headers=head).status_code == 403
        assert client.get("/healthz").status_code == 200


def test_the_protocol_that_keeps_time_is_the_fast_one() -> None:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    assert issubclass(serving.PatientProtocol, HttpToolsProtocol)
