"""A mail host that speaks STARTTLS and a host that takes pushes: real ones, on this machine, that keep what they get."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Mail of a test")])


def certificate(folder: Path) -> Path:
    """A certificate of 127.0.0.1 that signs itself, with its key, in one file each; the path of the certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    day = timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - day)
        .not_valid_after(datetime.now(UTC) + day)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    (folder / "mail.pem").write_bytes(made.public_bytes(encoding))
    (folder / "mail.key").write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "mail.pem"


@dataclass
class MailHost:
    """What it got: the recipient and the bytes of each mail; `clear`: lines that came before TLS."""

    certificate: Path
    offers_tls: bool = True
    refusing: bool = False
    port: int = 0
    mails: list[tuple[str, bytes]] = field(default_factory=list)
    clear: list[bytes] = field(default_factory=list)
    greeted: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(text: str) -> None:
            writer.write(text.encode() + b"\r\n")

        say("220 here")
        recipient, encrypted = "", False
        while line := await reader.readline():
            verb = line.split(b" ")[0].strip().upper()
            if not encrypted:
                self.clear.append(line)
            if verb == b"EHLO":
                self.greeted.append(line)
                say("250-here")
                say("250 STARTTLS" if self.offers_tls and not encrypted else "250 8BITMIME")
            elif verb == b"STARTTLS":
                say("220 go on")
                await writer.drain()
                context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                context.load_cert_chain(self.certificate, self.certificate.with_suffix(".key"))
                await writer.start_tls(context)
                encrypted = True
            elif verb == b"RCPT":
                recipient = line.decode().split("<")[1].split(">")[0]
                say("451 later" if self.refusing else "250 yes")
            elif verb == b"DATA":
                say("354 go on")
                self.mails.append((recipient, await reader.readuntil(b"\r\n.\r\n")))
                say("250 kept")
            elif verb == b"QUIT":
                say("221 bye")
                return
            else:
                say("250 yes")


@contextmanager
def mail_host(folder: Path, **what: Any) -> Iterator[MailHost]:
    """Runs one until the end of the block."""
    host, loop, started = MailHost(certificate(folder), **what), asyncio.new_event_loop(), threading.Event()

    async def run() -> None:
        server = await asyncio.start_server(host.serve, "127.0.0.1", 0)
        host.port = server.sockets[0].getsockname()[1]
        started.set()

    thread = threading.Thread(target=lambda: (loop.run_until_complete(run()), loop.run_forever()), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield host
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)


@dataclass
class PushHost:
    """What was posted: path, headers by small names, and the body."""

    url: str = ""
    status: int = 200
    posts: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def push_host() -> Iterator[PushHost]:
    """Runs one until the end of the block."""
    host = PushHost()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            host.posts.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(host.status)
            if host.status == 302:
                self.send_header("location", f"{host.url}/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
