"""A server of its own for a test that needs nobody signed in, and what can be seen of it from outside."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.engines import Cluster, StoreUrls, sqlite_urls
from tests.support.server import Server

CANARY = "Zuleyqua"


@contextmanager
def stores(engine: str, folder: Path, cluster: Cluster | None = None) -> Iterator[StoreUrls]:
    """Two empty stores on one engine."""
    if engine == "sqlite":
        yield sqlite_urls(folder)
        return
    assert cluster is not None
    urls = StoreUrls("postgresql", cluster.create(), cluster.create())
    yield urls
    for url in (urls.casework, urls.registry):
        cluster.drop(url)


def prepared(folder: Path, urls: StoreUrls, *arguments: str, **environment: str) -> Server:
    """An installation that was initialised and has no accounts; not started yet."""
    known = {
        "REGISTRY_DATA_FOLDER": str(folder / "data"),
        "REGISTRY_CASEWORK_URL": urls.casework,
        "REGISTRY_REGISTRY_URL": urls.registry,
        "REGISTRY_DEMO": "true",
    }
    server = Server(folder / "server", known | environment, arguments)
    server.command("init")
    return server


@contextmanager
def bare(folder: Path, urls: StoreUrls, *arguments: str, **environment: str) -> Iterator[Server]:
    """A running server without accounts."""
    server = prepared(folder, urls, *arguments, **environment)
    try:
        yield server.start()
    finally:
        server.stop()


def visitor(server: Server, local_address: str | None = None, **rest: float) -> httpx.Client:
    """Somebody with a browser's headers; never through a proxy of the machine."""
    transport = httpx.HTTPTransport(local_address=local_address)
    return httpx.Client(
        base_url=server.url,
        headers={"accept": "text/html"},
        transport=transport,
        timeout=rest.get("timeout", 30),
    )


def memory(server: Server, line: str = "VmRSS") -> float:
    """MiB that the server's process has in memory now, or (`VmHWM`) ever had."""
    assert server.process is not None
    told = re.search(rf"{line}:\s+(\d+)", Path(f"/proc/{server.process.pid}/status").read_text())
    assert told
    return int(told[1]) / 1024


def say(server: Server, request: bytes, *, seconds: float = 10) -> bytes:
    """Sends bytes as they are; what came back until the server ended the connection or fell silent."""
    answer = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as line:
        line.sendall(request)
        try:
            while part := line.recv(65536):
                answer += part
        except (TimeoutError, ConnectionResetError):
            pass
    return answer


def sign_in_fields(page: str) -> tuple[str, str, str]:
    """The names of the fields for name, password and code on the page where one signs in, by what they are."""
    fields = [one for one in re.findall(r"<input[^>]*>", page) if 'type="hidden"' not in one]
    secret = next(number for number, one in enumerate(fields) if 'type="password"' in one)
    names = [found[1] for one in fields if (found := re.search(r'\bname="([^"]+)"', one))]
    return names[secret - 1], names[secret], names[secret + 1]
