"""A proxy before the registry keeps its promise: nothing of a request is ever in a file."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.defects.serving import bare
from tests.support.engines import sqlite_urls
from tests.support.server import ROOT, Server, free_port

pytestmark = pytest.mark.row("D37")

CLIENT = "127.0.0.77"
BODY, QUERY, REFERRER, PATH = "Bodyzuleyqua", "Queryzuleyqua", "Referrerzuleyqua", "Pathzuleyqua"
MARKS = (BODY, QUERY, REFERRER, PATH, CLIENT)
WRITING = "write,pwrite64,writev,pwritev,pwritev2,sendfile,splice,copy_file_range,mmap"


@dataclass
class Proxy:
    """A proxy that runs from one of the shipped configurations, and all that it did with files."""

    kind: str
    folder: Path
    upstream: int
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        run = self.folder / "run"
        listen = f"127.0.0.1:{self.port}" if self.kind == "nginx" else self.url
        known = {"LISTEN": listen, "UPSTREAM": f"127.0.0.1:{self.upstream}", "RUN": str(run)}
        return known | {name: str(run) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "TMPDIR")}

    def command(self, leaky: bool) -> list[str]:
        run = self.folder / "run"
        if self.kind == "caddy":
            config = run / "Caddyfile"
            text = (ROOT / "deploy/Caddyfile").read_text()
            if leaky:  # as Caddy comes, its error log in a file
                text = text.replace("output discard", f"output file {run}/log")
                text = text.partition("\thandle_errors")[0] + "}\n"
            config.write_text(text)
            return ["caddy", "run", "--adapter", "caddyfile", "--config", str(config)]
        text = (ROOT / "deploy/nginx.conf").read_text()
        for name in ("LISTEN", "UPSTREAM", "RUN"):
            text = text.replace(f"${{{name}}}", self.environment[name])
        if leaky:  # as nginx comes
            kept = [line for line in text.splitlines() if "proxy_request_buffering" not in line]
            text = "\n".join(kept).replace("error_log /dev/null emerg", f"error_log {run}/log error")
        (run / "nginx.conf").write_text(text)
        return ["nginx", "-p", str(run), "-e", str(run / "start"), "-c", str(run / "nginx.conf")]

    def start(self, *, watched: bool, leaky: bool = False) -> None:
        run = self.folder / "run"
        run.mkdir()
        run.chmod(0o755)  # the workers of nginx are another user
        watch = [
            "strace",
            "-f",
            "-y",
            "-s",
            "16384",
            "-o",
            str(self.folder / "calls"),
            "-e",
            f"trace={WRITING}",
        ]
        with (self.folder / "printed").open("wb") as printed:
            self.process = subprocess.Popen(
                [*(watch if watched else []), *self.command(leaky)],
                env={**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin", **self.environment},
                stdout=printed,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError(f"{self.kind} did not start: {(self.folder / 'printed').read_text()}")

    def stop(self) -> None:
        """Ends the proxy, and with it whoever watches it."""
        if self.process is None:
            return
        if self.process.poll() is None:
            os.killpg(self.process.pid, 15)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, 9)
            self.process.wait(timeout=10)

    def written(self) -> list[str]:
        """Every call that put something into a file, as strace saw it. What went to a socket is no file."""
        file = r"<(?!/dev/null|/dev/zero)/[^>]*>"
        into = (
            rf"(?:write|pwrite64|writev|pwritev2?|sendfile)\(\d+{file}",
            rf"(?:splice|copy_file_range)\(.*, .*{file}",
            rf"mmap\(.*PROT_WRITE.*MAP_SHARED\b.*{file}",
        )
        lines = (self.folder / "calls").read_text(errors="replace").splitlines()
        return [line for line in lines if any(re.search(one, line) for one in into)]

    def leaks(self) -> list[str]:
        """What of a request is in a file, was once in one, or was printed."""
        found = [f"{mark} in {line[:120]}" for line in self.written() for mark in MARKS if mark in line]
        for file in self.folder.rglob("*"):
            if file.is_file() and file.name != "calls":
                data = file.read_bytes()
                found += [f"{mark} in {file.name}" for mark in MARKS if mark.encode() in data]
        return found


@contextmanager
def proxy(kind: str, upstream: int, *, watched: bool = True, leaky: bool = False) -> Iterator[Proxy]:
    with tempfile.TemporaryDirectory(prefix="registry-proxy-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        running = Proxy(kind, folder, upstream, free_port())
        try:
            running.start(watched=watched, leaky=leaky)
            yield running
        finally:
            running.stop()


def reader(running: Proxy) -> httpx.Client:
    marks = {"accept": "text/html", "referer": f"http://elsewhere.example/{REFERRER}"}
    transport = httpx.HTTPTransport(local_address=CLIENT)
    return httpx.Client(base_url=running.url, headers=marks, transport=transport, timeout=30)


def multipart(token: str) -> bytes:
    text = (BODY + " ") * (900_000 // (len(BODY) + 1))
    parts = [
        ("token", token, ""),
        ("what_happened", f"{BODY} was here", ""),
        ("files", text, '; filename="a.txt"'),
    ]
    return b"".join(
        f'--cut\r\nContent-Disposition: form-data; name="{name}"{rest}\r\n\r\n{value}\r\n'.encode()
        for name, value, rest in parts
    ) + (b"--cut--\r\n")


def pieces(body: bytes) -> Iterator[bytes]:
    for at in range(0, len(body), 30_000):
        yield body[at : at + 30_000]


def send_everything(running: Proxy) -> httpx.Response:
    """A page, a submission of 900 kB with its length and one without; the answer to the last."""
    kind = {"content-type": "multipart/form-data; boundary=cut"}
    with reader(running) as client:
        form = client.get(f"/en/submit?q={QUERY}")
        assert form.status_code == 200
        token = re.search(r'name="token" value="([^"]+)"', form.text)
        body = multipart(token[1] if token else "")
        client.post("/en/submit", headers=kind, content=body)
        return client.post("/en/submit", headers=kind, content=pieces(body))


def come_badly(running: Proxy) -> None:
    """Half a request, a broken one, one whose body stops and is torn off, one that is never read to its end."""
    head = f"POST /en/{PATH}?q={QUERY} HTTP/1.1\r\nHost: x\r\nReferer: http://{REFERRER}/\r\n"
    for request in (
        f"GET /{PATH}?{QUERY} HTT",
        f"GET /{PATH}\x00?{QUERY} HTTP/1.1\r\nHost: x\r\n\r\n",
        f"GET /{PATH}?{QUERY} HTTP/1.1\r\nHost: x\r\nX: {BODY * 6000}\r\n\r\n",
        f"GET /{PATH}/../../../{QUERY} HTTP/9.9\r\nReferer: http://{REFERRER}/\r\n\r\n",
        head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + BODY,
        head + f"Content-Length: 400000\r\nContent-Type: text/plain\r\n\r\n{BODY * 10_000}",
    ):
        with socket.create_connection(("127.0.0.1", running.port), timeout=5, source_address=(CLIENT, 0)) as line:
            line.sendall(request.encode())
            time.sleep(0.1)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # torn off, not closed


def use(running: Proxy, server: Server) -> None:
    """All that can be sent, before and after the registry behind has died."""
    answer = send_everything(running)
    assert BODY in answer.text or "receipt" in answer.text.lower()
    come_badly(running)
    server.stop()
    come_in_vain(running)


def come_in_vain(running: Proxy) -> None:
    """What is sent while the registry behind is away."""
    with reader(running) as client:
        kind = {"content-type": "multipart/form-data; boundary=cut"}
        assert client.get(f"/en/{PATH}?q={QUERY}").status_code >= 502
        with suppress(httpx.TransportError):  # it may be ended while the body is still being sent
            assert client.post(f"/en/submit?q={QUERY}", headers=kind, content=multipart("")).status_code >= 502
    come_badly(running)
    time.sleep(0.3)


@pytest.mark.parametrize("kind", ["nginx", "caddy"])
def test_no_proxy_writes_anything_of_a_request_to_a_file(kind: str, tmp_path: Path) -> None:
    """A submission of 900 kB lay in clear in nginx's folder, addresses and queries in the error logs of both."""
    with bare(tmp_path, sqlite_urls(tmp_path)) as server, proxy(kind, server.port) as running:
        use(running, server)
        running.stop()
        assert running.leaks() == []
        assert server.printed() == ""


@pytest.mark.parametrize("kind", ["nginx", "caddy"])
def test_the_watch_over_the_proxies_sees_a_leak(kind: str, tmp_path: Path) -> None:
    """The same watch over the same configuration without its lines that matter: or the test above proves nothing."""
    with (
        bare(tmp_path, sqlite_urls(tmp_path)) as server,
        proxy(kind, server.port, leaky=True) as running,
    ):
        send_everything(running)
        server.stop()
        come_in_vain(running)
        running.stop()
        seen = "\n".join(running.leaks())
        assert f"{CLIENT} in " in seen
        assert f"{QUERY} in " in seen
        assert f"{BODY} in " in seen or kind == "caddy"


@pytest.mark.parametrize("kind", ["nginx", "caddy"])
def test_no_proxy_tells_the_registry_who_came(kind: str, tmp_path: Path) -> None:
    """The address of a reader came along in a header."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as ear:
        port = ear.getsockname()[1]

        def listen() -> None:
            line, _ = ear.accept()
            with line:
                line.settimeout(5)
                heard.append(line.recv(65536))
                line.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        with proxy(kind, port, watched=False) as running, reader(running) as client:
            forged = dict.fromkeys(("x-forwarded-for", "x-real-ip", "forwarded"), CLIENT)
            assert client.get("/en/", headers=forged).text == "ok"
        thread.join(timeout=5)
    (request,) = heard
    assert b"GET /en/" in request
    assert CLIENT.encode() not in request
    assert b"orwarded" not in request
