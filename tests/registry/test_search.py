"""The search finds the same on both engines, in six languages, and no query breaks it."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from tests.registry.releasing import Releases

TEXTS = {
    "en": ("Lawyer questioned", "The lawyer's passport was seized after she met United Nations experts."),
    "fr": ("Avocate menacée", "L'avocate a reçu des menaces après avoir coopéré avec le Comité des droits."),
    "es": ("Periodista detenido", "El periodista fue detenido tras hablar ante el Consejo en Ginebra."),
    "ar": ("استدعاء محامية", "استُدعيت المحاميةُ إلى مركز الشرطة بعد لقائها مع المقررة الخاصة للأمم المتحدة."),
    "ru": ("Обыск у правозащитницы", "В квартире правозащитницы прошёл обыск после её выступления в Женеве."),
    "zh": ("律师被传唤", "该律师在会见联合国专家后被警方传唤并被限制出境。"),
}
TABLE = [
    ("lawyer", "en"),
    ("LAWYERS", "en"),
    ("passports seized", "en"),
    ("lawyer periodista", ""),
    ("menace", "fr"),
    ("menacees", "fr"),
    ("coopérer comité", "fr"),
    ("periodistas", "es"),
    ("detención", ""),
    ("consejo ginebra", "es"),
    ("محامية", "ar"),
    ("المحامية", "ar"),
    ("استدعيت الشرطه", "ar"),
    ("обыски", "ru"),
    ("квартира правозащитницы", "ru"),
    ("женева", "ru"),
    ("律师", "zh"),
    ("联合国专家", "zh"),
    ("律", "zh"),
    ("专家律", ""),
    ("ｌａｗｙｅｒ", "en"),
    ("geneva", ""),
    ('"lawyer" AND NOT (police)', ""),
]
JUNK = [
    '"',
    "''",
    "NEAR(",
    "*",
    "lawyer*",
    "a OR",
    "^",
    "%",
    "_",
    "\\",
    "-",
    "--",
    ";",
    "(",
    "{}",
    "NULL",
    "AND",
    "a:b",
    "x" * 10_000,
    "律" * 3_000,
    "w " * 5_000,
    "🕊️",
    "👩🏽‍⚖️ lawyer",
    "\u202e\u200f",
    "\ud7ff\ufffd\uffff",
    "\x01\x7f\x1b",
    "é́́́" * 50,
    "İıſß",
    "<script>",
    "' OR 1=1 --",
    "ـ",
    "\u0301",
]


@pytest.fixture
def refs(releases: Releases) -> dict[str, str]:
    return {
        language: releases.publish(
            title={language: title}, summary={language: summary}, persons=[], acts=[{"type": "direct_threat"}]
        )
        for language, (title, summary) in TEXTS.items()
    }


def found(client: TestClient, query: str) -> set[str]:
    page = client.get("/en/entries", params={"q": query}, headers={"accept": "text/html"})
    assert page.status_code in (200, 400 if "\x7f" in query else 200), (query[:40], page.status_code)
    return set(re.findall(r"/en/entries/([0-9a-z]{12})\"", page.text))


def test_a_table_of_queries_in_six_languages(client: TestClient, refs: dict[str, str]) -> None:
    names = {ref: language for language, ref in refs.items()}
    shown = {query: "".join(sorted(names[ref] for ref in found(client, query))) for query, _ in TABLE}
    assert shown == dict(TABLE)


def test_feeds_and_files_find_what_the_page_finds(client: TestClient, refs: dict[str, str]) -> None:
    for query, language in (("lawyers", "en"), ("المحامية", "ar"), ("nothing", "")):
        wanted = {refs[language]} if language else set()
        feed = client.get("/feed.json", params={"q": query}).json()
        assert {item["_registry"]["ref"] for item in feed["items"]} == wanted
        rows = client.get("/entries.csv", params={"q": query}).text.splitlines()[1:]
        assert {row.split(",")[0] for row in rows} == wanted


@pytest.mark.parametrize("engine_words", [JUNK])
def test_no_query_breaks_the_search(client: TestClient, refs: dict[str, str], engine_words: list[str]) -> None:
    assert refs
    for query in engine_words:
        found(client, query)
        for address in ("/feed.json", "/feed.atom", "/entries.csv"):
            assert client.get(address, params={"q": query}).status_code in (200, 400, 422), query[:40]
    for raw in ("%ff", "%ed%a0%80", "%00", "a%00b", "%", "%zz", "a&q=b", "[]"):
        for address in ("/en/entries", "/feed.json", "/feed.atom", "/entries.csv"):
            assert client.get(f"{address}?q={raw}").status_code in (200, 400, 422), raw


def test_a_question_of_signs_alone_finds_nothing(client: TestClient, refs: dict[str, str]) -> None:
    assert refs
    for query in ('"', "***", "…", "🕊"):
        assert found(client, query) == set()


def test_what_was_typed_stands_in_the_field_again(client: TestClient) -> None:
    text = client.get("/en/entries", params={"q": 'a "b" <c>'}, headers={"accept": "text/html"}).text
    assert 'value="a &#34;b&#34; &lt;c&gt;"' in text
