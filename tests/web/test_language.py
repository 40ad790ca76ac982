"""Arabic is a first real catalogue: everything that a page shows is there, from right to left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from fastapi.testclient import TestClient

from app.clock import today
from app.i18n import LOCALES, language
from app.main import create_app
from app.release.delivery import deliver_due
from tests.building import add_moderator, add_order, build_house
from tests.support.messages import messages, placeholders

PAGES = (
    "/ar/",
    "/ar/entries",
    "/ar/states",
    "/ar/states/XA",
    "/ar/about",
    "/ar/method",
    "/ar/inclusion-rules",
    "/ar/data",
    "/ar/submit",
    "/ar/receipt",
    "/ar/sign-in",
    "/ar/desk/invitation",
    "/ar/desk/recovery",
    "/ar/nothing",
)


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (LOCALES / "ar.po").open("rb") as file:
        return read_po(file, locale="ar")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("ar")
    installation = build_house(f"sqlite:///{folder}/c.sqlite", f"sqlite:///{folder}/r.sqlite", Path(folder))
    with installation.casework.write() as session:
        add_order(installation, session, add_moderator(session, "a"), add_moderator(session, "b"))
    deliver_due(installation, today())
    with TestClient(create_app(installation.settings)) as client:
        yield client


def test_everything_that_a_page_shows_is_translated(catalogue: Catalog) -> None:
    missing = []
    for message in messages():
        translated = catalogue.get(message)
        if translated is None or not all(
            translated.string if isinstance(translated.string, tuple) else (translated.string,)
        ):
            missing.append(message)
    assert missing == []


def test_placeholders_survive_translation(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            for string in strings:
                assert placeholders(str(string)) <= placeholders(str(ids[-1])), message.id
            assert placeholders(str(ids[-1])) == set().union(*(placeholders(str(one)) for one in strings)), message.id


def test_arabic_has_its_six_plurals() -> None:
    arabic = language("ar")
    shown = {number: arabic.ngettext("One entry", "%(count)s entries", number) for number in (0, 1, 2, 5, 11, 100)}
    assert len(set(shown.values())) == 6
    assert (arabic.direction, language("en").direction) == ("rtl", "ltr")


@pytest.mark.parametrize("path", PAGES)
def test_pages_run_from_right_to_left_and_speak_arabic(client: TestClient, path: str) -> None:
    page = client.get(path, headers={"accept": "text/html"})
    assert '<html lang="ar" dir="rtl">' in page.text
    assert re.search('hreflang="en"|formaction="/en/submit" lang="en"', page.text)
    for english in (
        "Skip to the content",
        "Inclusion rules",
        "No cookies for readers",
        "I don't know",
        "Please choose",
    ):
        assert english not in page.text
    assert "لا ملفات تعريف للقراء" in page.text


@pytest.mark.parametrize("path", ["/en/receipt", "/en/receipt/message", "/en/receipt/withdraw", "/en/sign-in"])
def test_the_other_language_can_be_read_from_the_answer_to_a_form_too(client: TestClient, path: str) -> None:
    answer = client.post(path, data={"unknown": "x"}, headers={"accept": "text/html"})
    assert 400 <= answer.status_code < 500
    (other,) = re.findall(r'href="([^"]+)" lang="ar"', answer.text)
    assert client.get(other).status_code == 200
    assert answer.text.index('lang="ar"') < answer.text.index("<main")


def test_dates_are_read_in_the_readers_language(client: TestClient) -> None:
    ref = client.get("/feed.json").json()["items"][0]["_registry"]["ref"]
    assert "March 2026" in client.get(f"/en/entries/{ref}").text
    assert "مارس" in client.get(f"/ar/entries/{ref}").text
