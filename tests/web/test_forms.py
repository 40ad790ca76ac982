"""Forms arrive wholly in memory, cleaned, and damaged ones are refused without an error of ours."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from app.installation import Installation
from app.web.error_pages import handle_problems
from app.web.forms import FormView, SentForm
from app.web.permissions import Submits
from app.web.security import SecurityMiddleware
from tests.building import build_house


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    app = FastAPI()
    sqlite = f"sqlite:///{tmp_path}"
    installation: Installation = build_house(f"{sqlite}/c.sqlite", f"{sqlite}/r.sqlite", tmp_path)
    app.state.installation = installation
    handle_problems(app)
    app.add_middleware(SecurityMiddleware, https=False, max_body_bytes=2**24, bodies_bytes=2**24)

    @app.post("/form")
    def echo(request: Request, form: SentForm, _: Submits) -> dict[str, Any]:
        spooled = [name for name in Path(tempfile.gettempdir()).glob("tmp*") if name.is_file()]
        return {
            "text": form.get("text"),
            "all": form.all("many"),
            "cleaned": sorted(form.cleaned),
            "files": {name: [(f.name, len(f.content)) for f in files] for name, files in form.files.items()},
            "spooled": len(spooled),
        }

    with TestClient(app) as client:
        yield client


def test_hidden_characters_go_and_their_field_is_named(client: TestClient) -> None:
    sent = {"text": "a\x00b\u202ec\u2066d", "many": ["x", "y\r\nz"]}
    got = client.post("/form", data=sent).json()
    assert (got["text"], got["cleaned"], got["all"]) == ("abcd", ["text"], ["x", "y\nz"])


@pytest.mark.parametrize(
    "text",
    ["\u200f\u0645\u0631\u062d\u0628\u0627\u200e", "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"],
)
def test_marks_that_arabic_and_persian_need_stay(client: TestClient, text: str) -> None:
    got = client.post("/form", data={"text": text}).json()
    assert (got["text"], got["cleaned"]) == (text, [])


def test_a_large_file_is_never_on_disk(client: TestClient) -> None:
    before = client.post("/form", data={"text": "x"}).json()["spooled"]
    got = client.post("/form", files={"file": ("a.bin", b"\x00" * 10 * 2**20)}).json()
    assert got["files"] == {"file": [["a.bin", 10 * 2**20]]}
    assert got["spooled"] == before


BOUNDARY = {"content-type": "multipart/form-data; boundary=x"}
DAMAGED: list[tuple[dict[str, str], bytes]] = [
    ({"content-type": "multipart/form-data"}, b"--x\r\n"),
    (BOUNDARY, b"not multipart at all"),
    (BOUNDARY, b"--x\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--x--\r\n"),
    (BOUNDARY, b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nno end'),
    (BOUNDARY, b"--x\r\n" + b"A" * 70_000 + b"\r\n"),
    ({"content-type": "multipart/form-data; boundary=" + "y" * 10_000}, b"--y\r\n"),
    ({"content-type": "application/json"}, b"{}"),
    ({}, b"text=1"),
]


@pytest.mark.parametrize(("headers", "body"), DAMAGED)
def test_what_no_browser_sends_is_refused_clearly(client: TestClient, headers: dict[str, str], body: bytes) -> None:
    answer = client.post("/form", content=body, headers=headers)
    assert 400 <= answer.status_code < 500 or answer.json()["text"] in ("", "no end")
    assert "Traceback" not in answer.text


def test_too_many_fields_and_too_long_ones_are_refused(client: TestClient) -> None:
    assert client.post("/form", data={f"f{n}": "x" for n in range(30_000)}).status_code == 400
    assert client.post("/form", files={"text": (None, b"x" * (17 * 2**20))}).status_code in (400, 413)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://testserver"}, 200),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
def test_other_sites_cannot_post(client: TestClient, headers: dict[str, str], status: int) -> None:
    assert client.post("/form", data={"text": "x"}, headers=headers).status_code == status


def test_a_view_keeps_what_was_typed_and_what_is_wrong() -> None:
    view = FormView({"when": ["2026"], "acts": ["a", "b"]})
    view.complain("when", "Give a month too")
    view.complain("when", "Give a month too")
    assert (view.value("when"), view.value("none", "-"), view.values("acts")) == ("2026", "-", ["a", "b"])
    assert view.all_errors == [("when", "", "Give a month too")]
