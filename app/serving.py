"""Starts the HTTP server with the flags that our promises need, whatever its defaults are.

uvloop drives it where it can be installed, and httptools reads the requests.
"""

from __future__ import annotations

import asyncio
import ctypes
import logging
import resource
import sys
from typing import Any

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.installation import restore_unfinished
from app.main import create_app
from app.settings import Settings
from app.stores.migrating import stale_stores

TICK_SECONDS = 1
HEADER_SECONDS = 15
HEADER_BYTES = 32 * 1024
BODY_SECONDS = 1800  # the largest submission over a slow onion circuit
BODY_GRACE_SECONDS = 20
BODY_BYTES_A_SECOND = 2 * 1024
UNREAD_SECONDS = 120
PIPELINED = 16
CONNECTIONS = 500
M_MMAP_THRESHOLD, LARGE_BLOCK = -3, 256 * 1024


class PatientProtocol(HttpToolsProtocol):
    """Ends connections on which nothing useful happens: half-sent headers and bodies, answers that nobody reads.

    A body has time, and must keep pace: after a grace a least number of bytes a second, and as many as it needs to be
    complete in time. Time in which we do not read, because the body waits its turn, does not count.
    What is not clearly HTTP gets a 400 and never a line in a log.
    """

    _timer: asyncio.TimerHandle | None = None
    _arriving = False  # the headers are here, the body is not
    _waited = 0  # seconds of the present phase
    _received = 0  # bytes of the present phase
    _pace = 0.0
    _unread = 0  # bytes of an answer that wait to be read,
    _still = 0  # and for how many seconds their number is the same

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._begin(arriving=False)
        self._timer = self.loop.call_later(TICK_SECONDS, self._tick)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        self._received += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:  # nothing that we speak: answered as if it had not been asked
            if self.cycle is not None:
                self.cycle.keep_alive = False
        except httptools.HttpParserError:
            self._refuse()
            return
        if self._reads_headers and self._received > HEADER_BYTES:
            self._refuse()

    def on_headers_complete(self) -> None:
        names = [name for name, _ in self.headers]
        lengths = [value for name, value in self.headers if name == b"content-length"]
        version = self.parser.get_http_version()
        if b"transfer-encoding" in names and (lengths or version != "1.1"):
            raise ValueError("a body of two lengths")
        if version not in ("1.0", "1.1") or (names.count(b"host") != 1 and version == "1.1"):
            raise ValueError("one host is asked for, in a version that we speak")
        if sum(len(name) + len(value) for name, value in self.headers) + len(self.url) > HEADER_BYTES:
            raise ValueError("too long")
        if len(self.pipeline) >= PIPELINED:
            raise ValueError("too many requests at once")
        super().on_headers_complete()
        self._begin(arriving=True)
        expected = int(lengths[0]) if lengths and len(lengths[0]) < 20 else 0
        self._pace = max(BODY_BYTES_A_SECOND, expected / BODY_SECONDS)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._begin(arriving=False)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self._arriving:
            self._begin(arriving=False)

    @property
    def _reads_headers(self) -> bool:
        return not self._arriving and (self.cycle is None or self.cycle.response_complete)

    def _begin(self, *, arriving: bool) -> None:
        self._arriving, self._waited, self._received = arriving, 0, 0

    def _tick(self) -> None:
        self._timer = self.loop.call_later(TICK_SECONDS, self._tick)
        if not self.flow.read_paused:
            self._waited += TICK_SECONDS
        if self._arriving:
            due = self._pace * (self._waited - BODY_GRACE_SECONDS)
            late = self._waited > BODY_SECONDS or self._received < due
        elif self._reads_headers:
            late = self._waited > HEADER_SECONDS
        else:
            late = False  # the request is here; we are the slow ones
        if self._nobody_reads():
            self.transport.abort()
        elif late and not self.transport.is_closing():
            self.transport.close()

    def _nobody_reads(self) -> bool:
        unread = self.transport.get_write_buffer_size()
        self._still = self._still + TICK_SECONDS if unread and unread == self._unread else 0
        self._unread = unread
        return self._still > UNREAD_SECONDS

    def _refuse(self) -> None:
        under_way = self.cycle is not None and not self.cycle.response_complete
        if under_way and (self.cycle.response_started or self.pipeline):
            self.transport.close()  # two answers would be mixed up
            return
        if under_way:
            self.cycle.disconnected = True  # whoever makes an answer to the half request is told so
            self.cycle.message_event.set()
        self.send_400_response("Invalid HTTP request received.")


def give_memory_back() -> None:
    """Large blocks go back to the system as soon as they are free, instead of raising the size that is kept (glibc)."""
    try:
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)
    except (AttributeError, OSError):  # another C library, which has its own ways
        return


def serve(settings: Settings, host: str, port: int, unix_socket: str | None = None) -> None:
    """Runs until a signal. Nothing of a request is logged; forwarded headers are not read; a crash leaves no memory image.

    Refuses stores of another revision: a half-upgraded installation would take submissions that it cannot keep.
    """
    if restore_unfinished(settings):
        sys.exit("registry: a restore was begun here and did not end; run `registry restore` again")
    for store in stale_stores(settings):
        sys.exit(f"registry: the {store} store is not at the revision of this program; run `registry migrate`")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    give_memory_back()
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.WARNING)
    uvicorn.Server(
        uvicorn.Config(
            create_app(settings),
            host=host,
            port=port,
            uds=unix_socket,
            loop="auto",
            http=PatientProtocol,
            ws="none",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            log_config=None,
            limit_concurrency=CONNECTIONS,
            timeout_keep_alive=10,
            timeout_graceful_shutdown=15,
        )
    ).run()
