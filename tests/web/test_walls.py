"""What surrounds every request."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.web.house import House
from app.web.permissions import Public, permission_of, require_permissions
from tests.building import build_house


@pytest.fixture
def house(tmp_path: Path) -> House:
    return build_house(
        f"sqlite:///{tmp_path}/casework.sqlite", f"sqlite:///{tmp_path}/registry.sqlite", tmp_path
    )


@pytest.fixture
def app(house: House) -> FastAPI:
    return create_app(house.settings)


def test_a_route_without_a_declared_permission_does_not_start(app: FastAPI) -> None:
    @app.get("/forgotten")
    def forgotten() -> None:
        """Declares nothing."""

    with pytest.raises(RuntimeError, match="/forgotten declares 0 permissions"):
        require_permissions(app)


def test_every_route_declares_one_permission(app: FastAPI) -> None:
    assert len({permission_of(route) for route in app.routes if isinstance(route, APIRoute)}) >= 8


def test_an_unexpected_error_shows_and_logs_nothing_of_its_text(
    app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
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
    app: FastAPI, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/failing")
    def failing(_: Public) -> None:
        from app.stores.casework import Sponsorship

        with house.casework.begin() as session:
            session.add(Sponsorship(account_id="nobody", sponsor="Ines Varga"))

    with caplog.at_level(logging.DEBUG), TestClient(app) as client:
        answer = client.get("/failing")
    assert answer.status_code == 500
    assert "Varga" not in answer.text + caplog.text


def test_security_headers_stand_on_every_answer(app: FastAPI) -> None:
    with TestClient(app) as client:
        for path in ("/en/", "/en/submit", "/en/nothing", "/feed.json", "/healthz", "/en/sign-in"):
            headers = client.get(path, headers={"accept": "text/html"}).headers
            assert "default-src 'none'" in headers["content-security-policy"]
            assert headers["referrer-policy"] == "same-origin"
            assert headers["x-content-type-options"] == "nosniff"
            assert "set-cookie" not in headers
            assert "server" not in headers


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
    with TestClient(create_app(app.state.house.settings)) as client:
        client.get("/healthz")
    assert spans == []


def test_the_access_log_is_off_by_construction(app: FastAPI) -> None:
    access = logging.getLogger("uvicorn.access")
    assert access.disabled
    assert not access.propagate
    assert app.docs_url is None
    assert app.redoc_url is None


def test_settings_refuse_what_they_do_not_know() -> None:
    with pytest.raises(ValueError, match="parts must be some of"):
        Settings.model_validate({"parts": "intake,kitchen"})
    with pytest.raises(ValueError, match="release_hold_days"):
        Settings.model_validate({"release_hold_days": "5,1"})
