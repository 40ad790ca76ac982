"""Starts the HTTP server with the flags that our promises need, whatever its defaults are."""

from __future__ import annotations

import asyncio
import logging
import resource
import sys
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.main import create_app
from app.settings import Settings
from app.stores.migrating import stale_stores

HEADER_SECONDS = 15
BODY_SECONDS = 1800  # the largest submission over a slow onion circuit
CONNECTIONS = 500


class PatientProtocol(H11Protocol):
    """Ends connections whose headers, or whose body, do not arrive in time: half-sent requests cost a slot each."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._expect(HEADER_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect(None)
        super().connection_lost(exc)

    def handle_events(self) -> None:
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:  # a request's headers are complete
            self._expect(BODY_SECONDS)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.transport.is_closing():
            self._expect(HEADER_SECONDS)  # of a further request

    def _expect(self, seconds: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        cycle = self.cycle
        if cycle is not None and not cycle.more_body and not cycle.response_complete:
            return  # the request is here; we are the slow ones
        if not self.transport.is_closing():
            self.transport.close()


def serve(settings: Settings, host: str, port: int, unix_socket: str | None = None) -> None:
    """Runs until a signal. Nothing of a request is logged; forwarded headers are not read; a crash leaves no memory image.

    Refuses stores of another revision: a half-upgraded installation would take submissions that it cannot keep.
    """
    for store in stale_stores(settings):
        sys.exit(f"registry: the {store} store is not at the revision of this program; run `registry migrate`")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.WARNING)
    uvicorn.Server(
        uvicorn.Config(
            create_app(settings),
            host=host,
            port=port,
            uds=unix_socket,
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
