"""Half-sent requests are ended, and do not keep others waiting."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from pathlib import Path

import httpx

from app import serving
from tests.building import build_house
from tests.support.server import Server

HALF = {
    "nothing": b"",
    "half a header": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow:",
    "half a second request": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /he",
}


def test_a_half_sent_request_is_ended_within_twenty_seconds(tmp_path: Path) -> None:
    build_house(f"sqlite:///{tmp_path}/casework.sqlite", f"sqlite:///{tmp_path}/registry.sqlite", tmp_path)
    server = Server(tmp_path / "server", {"REGISTRY_DATA_FOLDER": str(tmp_path)}).start()
    try:
        with ExitStack() as stack:
            started = time.monotonic()
            crowd = {}
            for name, sent in HALF.items():
                crowd[name] = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=25))
                crowd[name].sendall(sent)
            assert httpx.get(f"{server.url}/healthz", trust_env=False).text == "ok\n"
            for name, slow in crowd.items():
                while slow.recv(4096):
                    pass
                assert time.monotonic() - started < serving.HEADER_SECONDS + 5, name
    finally:
        server.stop()


def test_a_whole_request_that_takes_its_time_is_not_ended(tmp_path: Path) -> None:
    """Only what has not arrived is waited for in vain; the answer to what has may take as long as it does."""
    build_house(f"sqlite:///{tmp_path}/casework.sqlite", f"sqlite:///{tmp_path}/registry.sqlite", tmp_path)
    server = Server(tmp_path / "server", {"REGISTRY_DATA_FOLDER": str(tmp_path)}).start()
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=25) as slow:
            request = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            for byte in range(0, len(request), 8):
                slow.sendall(request[byte : byte + 8])
                time.sleep(0.2)
            answer = b""
            while part := slow.recv(4096):
                answer += part
        assert answer.endswith(b"ok\n")
        assert b"server:" not in answer.lower()
        assert b"date:" not in answer.lower()
    finally:
        server.stop()
