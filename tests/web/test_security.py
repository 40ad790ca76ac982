"""What surrounds every request."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from app.installation import Installation
from app.main import create_app
from app.settings import Settings
from app.web.permissions import Public, permission_of, require_permissions
from tests.building import build_house
from tests.support.server import ROOT, free_port


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return build_house(f"sqlite:///{tmp_path}/casework.sqlite", f"sqlite:///{tmp_path}/registry.sqlite", tmp_path)


@pytest.fixture
def app(installation: Installation) -> FastAPI:
    return create_app(installation.settings)


def test_a_route_without_a_declared_permission_does_not_start(app: FastAPI) -> None:
    @app.get("/forgotten")
    def forgotten() -> None:
        """Declares nothing."""

    with pytest.raises(RuntimeError, match="/forgotten declares 0 permissions"):
        require_permissions(app)


def test_every_route_declares_one_permission(app: FastAPI) -> None:
    assert len({permission_of(route) for route in app.routes if isinstance(route, APIRoute)}) >= 8


def test_an_unexpected_error_shows_and_logs_nothing_of_its_text(app: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    @app.get("/broken")
    def broken(_: Public) -> None:
        raise RuntimeError("Ines Varga")

    with caplog.at_level(logging.DEBUG), TestClient(app) as client:
        for accept in ("text/html", "application/json"):
            answer = client.get("/broken", headers={"accept": accept})
            assert answer.status_code == 500
            assert "Varga" not in answer.text
    assert "Varga" not in caplog.text
    assert "unexpected RuntimeError" in caplog.text


def test_a_failing_statement_shows_no_parameter(
    app: FastAPI, installation: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/failing")
    def failing(_: Public) -> None:
        from app.stores.casework import Sponsorship

        with installation.casework.write() as session:
            session.add(Sponsorship(account_id="nobody", sponsor="Ines Varga"))

    with caplog.at_level(logging.DEBUG), TestClient(app) as client:
        answer = client.get("/failing")
    assert answer.status_code == 500
    assert "Varga" not in answer.text + caplog.text


WANTED = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
ANSWERS = [
    ("GET", "/", {}, 303),
    ("GET", "/en/", {}, 200),
    ("GET", "/en/submit", {}, 200),
    ("GET", "/en/nothing", {}, 404),
    ("GET", "/feed.json", {}, 200),
    ("GET", "/registry.sqlite", {}, 200),
    ("GET", "/healthz", {}, 200),
    ("GET", "/en/sign-in", {}, 200),
    ("GET", "/en/desk", {}, 303),
    ("GET", "/office/feed.json", {}, 401),
    ("DELETE", "/en/", {}, 405),
    ("POST", "/en/submit", {}, 400),
    ("GET", "/broken", {}, 500),
    ("POST", "/en/submit", {"sec-fetch-site": "cross-site"}, 403),
    ("POST", "/en/submit", {"content-length": "999999999999"}, 413),
]


@pytest.mark.parametrize(("method", "path", "headers", "status"), ANSWERS)
def test_security_headers_stand_on_every_answer(
    app: FastAPI, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    @app.get("/broken")
    def broken(_: Public) -> None:
        raise RuntimeError

    with TestClient(app) as client:
        answer = client.request(method, path, headers={"accept": "text/html", **headers}, follow_redirects=False)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in WANTED} == WANTED
    assert answer.headers["cross-origin-resource-policy"] in ("same-origin", "cross-origin")
    assert not {"set-cookie", "server", "date", "last-modified", "strict-transport-security"} & set(answer.headers)
    if answer.headers["cache-control"] == "no-store":
        assert answer.headers["x-robots-tag"] == "noindex, nofollow, noarchive"


def test_browsers_stay_with_https_where_the_address_is_https(installation: Installation) -> None:
    settings = installation.settings.model_copy(update={"base_url": "https://registry.example"})
    with TestClient(create_app(settings)) as client:
        assert "max-age=" in client.get("/en/").headers["strict-transport-security"]


def test_errors_speak_html_or_problem_json(app: FastAPI) -> None:
    with TestClient(app) as client:
        page = client.get("/en/nothing", headers={"accept": "text/html"})
        problem = client.get("/en/nothing", headers={"accept": "application/json"})
        wrong_method = client.request("DELETE", "/en/", headers={"accept": "application/json"})
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (404, "text/html")
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 404
    assert wrong_method.status_code == 405


@pytest.mark.parametrize("path", ["/en/", "/feed.json", "/en/submit", "/en/nothing", "/healthz"])
def test_what_can_be_got_can_be_asked_for_without_its_body(app: FastAPI, path: str) -> None:
    with TestClient(app) as client:
        got, asked = client.get(path), client.head(path)
    assert asked.status_code == got.status_code
    different = {"content-length"} if path == "/en/submit" else set()  # its token is another one each time
    assert {k: v for k, v in asked.headers.items() if k not in different} == {
        k: v for k, v in got.headers.items() if k not in different
    }


def test_an_unknown_language_is_no_page(app: FastAPI) -> None:
    with TestClient(app) as client:
        assert client.get("/xx/").status_code == 404
        assert client.get("/", follow_redirects=False).headers["location"] == "/en/"


def test_the_telemetry_of_the_framework_is_off(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    from opentelemetry import trace

    spans: list[object] = []

    class Recorder:
        def get_tracer(self, *_: object, **__: object) -> object:
            spans.append(_)
            return trace.NoOpTracer()

    monkeypatch.setattr(trace, "_TRACER_PROVIDER", Recorder())
    with TestClient(create_app(app.state.installation.settings)) as client:
        client.get("/healthz")
    assert spans == []


def test_no_page_of_the_framework_calls_others(app: FastAPI) -> None:
    assert app.docs_url is None
    assert app.redoc_url is None


def test_whoever_starts_the_server_and_with_whatever_flags_nothing_of_a_request_is_logged(
    installation: Installation, tmp_path: Path
) -> None:
    port = free_port()
    environment = {
        "REGISTRY_DATA_FOLDER": str(tmp_path),
        "REGISTRY_CASEWORK_URL": installation.settings.casework_address,
        "REGISTRY_REGISTRY_URL": installation.settings.registry_address,
    }
    command = [
        "-m",
        "uvicorn",
        "--factory",
        "app.main:create_app",
        "--port",
        str(port),
        "--log-level",
        "trace",
    ]
    with (tmp_path / "printed").open("wb") as printed:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=os.environ | environment, stdout=printed, stderr=printed
        )
    marks = {
        "user-agent": "Mark-Agent/77",
        "referer": "http://mark-referer.example/",
        "x-forwarded-for": "203.0.113.77",
    }
    try:
        answered = None
        deadline = time.monotonic() + 30
        while answered is None and time.monotonic() < deadline:
            try:
                answered = httpx.get(f"http://127.0.0.1:{port}/en/entries?q=markquery", headers=marks)
            except httpx.HTTPError:
                time.sleep(0.1)
        assert answered is not None
        assert answered.status_code == 200
        httpx.post(f"http://127.0.0.1:{port}/en/submit?q=markquery", headers=marks, content=b"markbody")
    finally:
        process.terminate()
        process.wait(timeout=30)
    said = (tmp_path / "printed").read_text()
    assert "Uvicorn running" in said
    for mark in ("Mark-Agent", "mark-referer", "203.0.113.77", "markquery", "markbody"):
        assert mark not in said, said


def test_settings_refuse_what_they_do_not_know() -> None:
    with pytest.raises(ValueError, match="parts must be some of"):
        Settings.model_validate({"parts": "intake,kitchen"})
    with pytest.raises(ValueError, match="release_hold_days"):
        Settings.model_validate({"release_hold_days": "5,1"})
    for languages in ("", "en,tlh", "en,../en", "en,en"):
        with pytest.raises(ValueError, match="languages must be some of"):
            Settings.model_validate({"languages": languages})
