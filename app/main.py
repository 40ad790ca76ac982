"""Assembles the parts asked for into one application."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module
from pathlib import Path
from threading import Event, Thread

from fastapi import APIRouter, FastAPI

from app.installation import Installation, open_installation
from app.settings import Settings
from app.web.error_pages import handle_problems
from app.web.permissions import require_permissions
from app.web.routes import router as shared_routes
from app.web.security import SecurityMiddleware

log = logging.getLogger("registry")

# A part is imported only when it is served: a process for the registry alone holds no casework code.
ROUTERS = {
    "registry": "app.registry.routes:make_router",
    "intake": "app.intake.routes:router",
    "casework": "app.desk.routes:router",
    "office": "app.office.routes:router",
}
DELIVERY_SECONDS = 10
REMINDER_SECONDS = 20


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application of these settings; refuses to be made with a route that declares no permission."""
    _quiet()
    installation = open_installation(settings or Settings())
    app = FastAPI(
        title=installation.settings.name,
        version="1",
        openapi_url=None,  # served by the registry part, as a route that declares its permission like every other
        docs_url=None,  # FastAPI's page loads from a content delivery network
        redoc_url=None,
        redirect_slashes=False,
        # Spans would carry addresses, query strings and form values: nothing of it is ever made.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        lifespan=_delivering(installation),
    )
    app.state.installation = installation
    handle_problems(app)
    https = installation.settings.base_url.startswith("https:")
    app.add_middleware(
        SecurityMiddleware,
        https=https,
        max_body_bytes=installation.settings.max_body_bytes,
        bodies_bytes=installation.settings.bodies_bytes,
    )
    _serve(app, shared_routes)
    for part, place in ROUTERS.items():
        if part in installation.settings.parts:
            _serve(app, _router(place))
    require_permissions(app)
    return app


def _router(place: str) -> APIRouter:
    """The router at `module:name`, or the one that the function there makes."""
    module, name = place.split(":")
    found = getattr(import_module(module), name)
    made = found if isinstance(found, APIRouter) else found()
    assert isinstance(made, APIRouter)
    return made


def _serve(app: FastAPI, router: APIRouter) -> None:
    app.router.routes.extend(router.routes)


def _quiet() -> None:
    """No access log by construction, whoever starts the server and with whatever flags."""
    for name in ("uvicorn.access", "uvicorn.asgi"):
        talkative = logging.getLogger(name)
        talkative.handlers.clear()
        talkative.propagate = False
        talkative.disabled = True
    errors = logging.getLogger("uvicorn.error")
    errors.setLevel(max(errors.getEffectiveLevel(), logging.INFO))  # finer than this, it tells addresses
    errors.addFilter(_not_of_a_request)
    logging.getLogger("python_multipart").setLevel(logging.CRITICAL)  # complains of each odd form
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # warns of each connection that broke


def _not_of_a_request(record: logging.LogRecord) -> bool:
    """Requests write no lines: a line tells when somebody was here, and many fill a disk."""
    return "protocols" not in Path(record.pathname).parts


def _delivering(installation: Installation) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """The desk's clock: a thread that delivers withdrawals within seconds and the batch at its hour."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if "casework" not in installation.settings.parts:
            yield
            return
        stop = Event()
        threads = [
            Thread(target=work, args=(installation, stop), name=name, daemon=True)
            for name, work in (("delivery", _deliver_until), ("digest", _remind_until))
        ]
        for thread in threads:
            thread.start()
        yield
        stop.set()
        for thread in threads:
            thread.join(timeout=10)

    return lifespan


def _deliver_until(installation: Installation, stop: Event) -> None:
    schedule = import_module("app.release.schedule")
    while True:
        schedule.run_scheduled_work(installation, _report)
        if stop.wait(DELIVERY_SECONDS):
            return


def _remind_until(installation: Installation, stop: Event) -> None:
    """Beside the other thread: a mail host that hangs holds up no withdrawal."""
    digest = import_module("app.digest.slots").Digest(installation)
    while True:
        try:
            digest.round(_report_digest)
        except Exception as error:
            _report_digest(error)
        if stop.wait(REMINDER_SECONDS):
            return


def _report_digest(error: Exception) -> None:
    """As `_report`: the class only, and never an address."""
    log.error("a reminder failed: %s", type(error).__name__)


def _report(error: Exception) -> None:
    """The next round tries again. The class only: the text of an error may hold content."""
    log.error("delivery failed: %s", type(error).__name__)
