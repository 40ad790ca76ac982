"""Bad input: a clear error, nothing stored, everything typed given back."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.installation import Installation
from app.intake.tokens import new_token, token_text
from app.main import create_app
from app.sealing import KeyPair
from app.stores.casework import Attachment, Keyholder, Submission
from tests.building import add_moderator, build_house

HTML = {"accept": "text/html"}
TYPED = "Ines Varga was summoned & asked <about> the “session”."


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    sqlite = f"sqlite:///{tmp_path}"
    made = build_house(f"{sqlite}/c.sqlite", f"{sqlite}/r.sqlite", tmp_path, max_file_bytes=200_000, max_files=2)
    with made.casework.write() as session:
        add_moderator(session, "one")
        session.add(Keyholder(kind="escrow", public_key=KeyPair.new().public))
    return made


@pytest.fixture
def client(installation: Installation) -> Iterator[TestClient]:
    with TestClient(create_app(installation.settings)) as client:
        yield client


def token(client: TestClient) -> str:
    found = re.search('name="token" value="([^"]+)"', client.get("/en/submit", headers=HTML).text)
    assert found
    return found[1]


def stored(installation: Installation, table: type = Submission) -> int:
    with installation.casework.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"what_happened": " "}, "Please say what happened"),
    ({"what_happened": "x" * 60_001}, "This is too long"),
    ({"where": "x" * 501}, "This is too long"),
    ({"when-month": "3"}, "Give a year"),
    ({"when-year": "2026", "when-month": "13"}, "There is no such date."),
    ({"when-year": "2026", "when-month": "2", "when-day": "30"}, "There is no such date."),
    ({"when-year": "soon"}, "Give a year"),
    ({"when-year": "1066"}, "Please check the year."),
    ({"when-year": "9999"}, "Please check the year."),
    ({"when-year": "2026", "when-open": "unclear"}, "not several"),
    ({"when-open": ["unclear", "not_disclosed"]}, "not several"),
    ({"when-open": "perhaps"}, "among the answers"),
    ({"state_alleged": "FR"}, "one of the answers"),
    ({"state_where": "<script>"}, "one of the answers"),
    ({"acts": ["fine", "no_such_act"]}, "among the answers"),
    ({"perpetrator": "everyone"}, "one of the answers"),
    ({"persons-0-role": "king"}, "one of the answers"),
    ({"persons-0-agreed_on": "yesterday"}, "There is no such date."),
    ({"persons-7-nickname": "hidden"}, "a field that we do not know"),
    ({"persons-99999999-name": "hidden"}, "a field that we do not know"),
    ({"status": "published"}, "a field that we do not know"),
    ({"role": "admin"}, "a field that we do not know"),
    ({"at_risk": "a\x00b"}, "characters that nobody can see"),
    ({"persons-0-name": "\u202eagraV"}, "characters that nobody can see"),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG)
def test_a_wrong_answer_is_named_and_everything_typed_comes_back(
    client: TestClient, installation: Installation, wrong: dict[str, Any], words: str
) -> None:
    sent = {"token": token(client), "what_happened": TYPED, "why_linked": TYPED} | wrong
    answer = client.post("/en/submit", headers=HTML, data=sent, files={"files": ("proof.txt", b"proof")})
    assert answer.status_code == 422
    assert words in answer.text
    assert html.escape(TYPED, quote=False) in html.unescape(answer.text).replace("&", "&amp;").replace(
        "<", "&lt;"
    ).replace(">", "&gt;")
    assert "proof.txt" in answer.text
    assert (stored(installation), stored(installation, Attachment)) == (0, 1)


def test_too_large_too_many_and_empty_files_are_named_and_the_others_kept(
    client: TestClient, installation: Installation
) -> None:
    files = [
        ("files", ("good.txt", b"good")),
        ("files", ("large.bin", b"x" * 200_001)),
        ("files", ("empty.txt", b"")),
        ("files", ("second.txt", b"good")),
        ("files", ("third.txt", b"good")),
    ]
    answer = client.post("/en/submit", headers=HTML, data={"token": token(client), "what_happened": TYPED}, files=files)
    assert answer.status_code == 422
    for words in ("“large.bin” is larger than", "“empty.txt” is empty", "more than 2 files"):
        assert words in answer.text
    assert stored(installation, Attachment) == 2


@pytest.mark.parametrize("problem", ["missing", "forged", "another key"])
def test_a_forged_token_keeps_the_text_and_stores_nothing(
    client: TestClient, installation: Installation, problem: str
) -> None:
    forged = {
        "missing": "",
        "forged": token(client)[:-3] + "abc",
        "another key": "WyJhIl0.aaaaaa.bbbbbbbbbbbbbbbbbbbb",
    }[problem]
    answer = client.post("/en/submit", headers=HTML, data={"token": forged, "what_happened": TYPED})
    assert (answer.status_code, stored(installation)) == (422, 0)
    assert "could not prove where it came from" in answer.text
    assert "Ines Varga" in answer.text


def test_an_expired_token_keeps_text_and_files(
    client: TestClient, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = token(client)
    monkeypatch.setattr("app.intake.tokens.LIFETIME_SECONDS", -1)
    sent = {"token": old, "what_happened": TYPED}
    answer = client.post("/en/submit", headers=HTML, data=sent, files={"files": ("proof.txt", b"proof")})
    assert answer.status_code == 422
    assert "open for more than a day" in answer.text
    monkeypatch.undo()
    fresh = re.search('name="token" value="([^"]+)"', answer.text)
    assert fresh
    taken = client.post("/en/submit", headers=HTML, data={"token": fresh[1], "what_happened": TYPED})
    assert (taken.status_code, stored(installation), stored(installation, Attachment)) == (200, 1, 1)


def test_tokens_of_two_forms_differ_and_tell_nothing(installation: Installation) -> None:
    made = {token_text(installation.keys, new_token(installation.keys)) for _ in range(50)}
    assert len(made) == 50


def test_a_locked_store_says_so_and_gives_the_text_back(
    client: TestClient, installation: Installation, tmp_path: Path
) -> None:
    sent = {"token": token(client), "what_happened": TYPED}
    other = sqlite3.connect(tmp_path / "c.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        answer = client.post("/en/submit", headers=HTML, data=sent)
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert answer.status_code == 503
    assert "Ines Varga" in answer.text
    assert client.post("/en/submit", headers=HTML, data=sent).status_code == 200


@pytest.mark.parametrize("typed", ["", "1234", "9" * 36, "x" * 40, "٩" * 36, "' OR 1=1 --"])
def test_a_receipt_that_opens_nothing_always_gets_the_same_answer(client: TestClient, typed: str) -> None:
    answer = client.post("/en/receipt", headers=HTML, data={"receipt": typed})
    assert answer.status_code == 404
    assert "No thread opens with this" in answer.text
    for action in ("message", "withdraw"):
        assert client.post(f"/en/receipt/{action}", headers=HTML, data={"receipt": typed}).status_code == 404


def test_a_body_over_the_limit_is_refused_kindly(installation: Installation) -> None:
    settings = installation.settings.model_copy(update={"max_body_bytes": 100_000})
    with TestClient(create_app(settings)) as client:
        large = {"files": ("a.bin", b"x" * 200_000)}
        answer = client.post("/en/submit", headers=HTML, data={"what_happened": TYPED}, files=large)
        kind = {"content-type": "multipart/form-data; boundary=x"}
        chunked = client.post("/en/submit", headers=HTML | kind, content=(b"x" * 10_000 for _ in range(20)))
    for refused in (answer, chunked):
        assert refused.status_code == 413
        assert "what you typed is still there" in refused.text
        assert "content-security-policy" in refused.headers
