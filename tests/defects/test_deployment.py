"""Parts that run apart know of each other, and what a server is told at its start is true for every answer."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.defects.browser import Browser
from tests.defects.serving import CANARY, bare, prepared, say, visitor
from tests.support.engines import sqlite_urls
from tests.support.server import ROOT, Server


def leads_to(server: Server) -> set[str]:
    """Where the navigation of the front page leads, but to the page for signing in: the desk may be elsewhere."""
    browser = Browser(server.url)
    browser.get("/en/")
    links = {link.attrs["href"] for nav in browser.page.all("nav") for link in nav.all("a") if "href" in link.attrs}
    return {link for link in links if 'type="password"' not in httpx.get(f"{server.url}{link}", trust_env=False).text}


def rules(server: Server) -> set[str]:
    return set(re.findall(r"Disallow: (\S+)", httpx.get(f"{server.url}/robots.txt", trust_env=False).text))


@pytest.mark.row("D29")
def test_the_public_part_alone_leads_to_the_form_and_keeps_robots_out(tmp_path: Path) -> None:
    """Served apart, the public pages had no link to the form or the receipt page, and robots.txt no rule."""
    urls = sqlite_urls(tmp_path)
    with bare(tmp_path, urls) as whole:
        links, kept_out = leads_to(whole), rules(whole)
        assert {one.rpartition("/")[2] for one in links} >= {"submit", "receipt"}
        assert len(kept_out) > 3
    settings = {
        "REGISTRY_REGISTRY_URL": urls.registry,
        "REGISTRY_DATA_FOLDER": str(tmp_path / "none"),
        "REGISTRY_DEMO": "true",
    }
    apart = Server(tmp_path / "apart", settings, ("--parts", "registry"))
    try:
        apart.start()
        shown = httpx.get(f"{apart.url}/en/", trust_env=False).text
        assert [one for one in links if f'href="{one}"' not in shown] == []
        assert kept_out - rules(apart) == set()
    finally:
        apart.stop()


@pytest.mark.row("D30")
def test_an_unknown_language_stops_the_start(tmp_path: Path) -> None:
    """A server with a language that it has no words in started, and answered 500 to every page."""
    server = prepared(tmp_path, sqlite_urls(tmp_path))
    server.environment["REGISTRY_LANGUAGES"] = "en,tlh"
    try:
        try:
            server.start()
        except RuntimeError:
            assert "tlh" in server.printed() or "LANGUAGES" in server.printed()
            assert "Traceback" not in server.printed()
            return
        pytest.fail("it started with a language that it has no words in")
    finally:
        server.stop()


@pytest.mark.row("D30")
def test_a_kept_page_is_not_called_fresh_when_the_languages_changed(tmp_path: Path) -> None:
    """The validator left out the languages: a page with links to a language that was gone stayed in use."""
    server = prepared(tmp_path, sqlite_urls(tmp_path), REGISTRY_LANGUAGES="en,ar")
    try:
        server.start()
        with visitor(server) as client:
            etag = client.get("/en/").headers["etag"]
            assert client.get("/en/", headers={"if-none-match": etag}).status_code == 304
        server.stop()
        server.environment["REGISTRY_LANGUAGES"] = "en"
        server.start()
        with visitor(server) as client:
            assert client.get("/en/", headers={"if-none-match": etag}).status_code == 200
    finally:
        server.stop()


@pytest.mark.row("D30")
def test_no_request_writes_a_line_into_the_log(tmp_path: Path) -> None:
    """Whoever sent a broken request wrote a line, as often as they liked, with the time that they chose."""
    with bare(tmp_path, sqlite_urls(tmp_path)) as server:
        for request in (
            f"GET /{CANARY}\x00 HTTP/1.1\r\n\r\n",
            f"{CANARY}\r\n\r\n",
            f"GET /{CANARY} HTTP/9.9\r\n\r\n",
            f"GET / HTTP/1.1\r\nHost: x\r\n{CANARY}\r\n\r\n",
            f"GET / HTTP/1.1\r\nHost: x\r\nX: {'y' * 200_000}\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            "POST /en/submit HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n",
            "POST /en/sign-in HTTP/1.1\r\nHost: x\r\nOrigin: http://[\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ):
            say(server, request.encode(), seconds=0.5)
        with socket.create_connection(("127.0.0.1", server.port)) as line:  # torn off within the body
            line.sendall(b"POST /en/submit HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=c\r\n")
            line.sendall(b"Content-Length: 5000\r\n\r\n--c\r\n")
            time.sleep(0.1)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        time.sleep(0.3)
        assert server.printed() == ""


@pytest.mark.row("D30")
def test_the_command_line_refuses_an_unknown_language(tmp_path: Path) -> None:
    """What the server refuses, the check of an installation refuses too, in a line and without a traceback."""
    server = prepared(tmp_path, sqlite_urls(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "doctor"],
        env=server._environment() | {"REGISTRY_LANGUAGES": "en,tlh"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
