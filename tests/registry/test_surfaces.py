"""Whatever an entry says, every surface shows it, as text."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import feedparser
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.documents.entry import PublicAct, PublicEngagement, PublicEntry, PublicPerson
from app.installation import Installation
from app.main import create_app
from app.registry import log
from tests.building import build_house, entry
from tests.registry.releasing import Releases

ROOT = Path(__file__).parents[2]
HTML = {"accept": "text/html"}
LISTS = (
    "/en/",
    "/ar/",
    "/en/entries",
    "/ar/entries",
    "/en/states",
    "/feed.json",
    "/feed.atom",
    "/entries.csv",
    "/registry.sqlite",
    "/changes",
    "/sitemap.xml",
)
INJECTIONS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title><script>x</script>",
    "]]><script>x</script>",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "<!--",
    "&lt;script&gt;",
    "</pre></textarea>",
)


def surfaces(ref: str, state: str = "XA") -> tuple[str, ...]:
    return (*LISTS, f"/en/states/{state}", f"/en/entries/{ref}", f"/ar/entries/{ref}", f"/entries/{ref}.json")


class Elements(HTMLParser):
    """What a browser would make of a page: elements, attributes, text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in ("href", "src", "action")}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("text", INJECTIONS)
def test_words_stay_words_on_every_surface(client: TestClient, releases: Releases, text: str) -> None:
    ref = releases.publish(
        title={"en": text}, summary={"en": f"{text} and more"}, persons=[{"label": text}], change_note=text
    )
    releases.correct(
        ref,
        title={"en": text},
        summary={"en": f"{text} and more"},
        persons=[{"label": text}],
        change_note=text,
    )
    for address in surfaces(ref):
        answer = client.get(address, headers=HTML)
        assert answer.status_code == 200, address
        assert answer.headers["x-content-type-options"] == "nosniff"
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        page = Elements()
        page.feed(answer.text)
        assert not page.tags & {"script", "img", "svg", "iframe", "object", "base", "style", "textarea"}, address
        assert not {name for name in page.attributes if name.startswith("on")}, address
        assert not {link for link in page.links if link.lower().startswith(("javascript:", "data:"))}
    shown = Elements()
    shown.feed(client.get(f"/en/entries/{ref}", headers=HTML).text)
    assert shown.text.count(text) >= 4
    parsed = feedparser.parse(client.get("/feed.atom").content, sanitize_html=False)
    assert parsed.bozo == 0
    found = client.get("/en/entries", params={"q": text}, headers=HTML)
    page = Elements()
    page.feed(found.text)
    assert not page.tags & {"script", "img", "svg", "textarea"}


words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)


def _public(text: str) -> bool:
    try:
        PublicPerson(label=text)
    except ValueError:
        return False
    return bool(text.strip())


lines = words.filter(_public)
codes = st.from_regex(r"[a-z0-9_]{1,40}", fullmatch=True)
dates = st.dates().map(str).flatmap(lambda day: st.sampled_from([day, day[:7], day[:4]]))
languages = st.sampled_from(["en", "ar", "fr", "es", "ru", "zh", "xx", "de"])
states_ = st.from_regex(r"[A-Z]{2}", fullmatch=True) | st.sampled_from(["XA", "withheld", "unclear"])
entries = st.builds(
    PublicEntry,
    title=st.dictionaries(languages, lines, min_size=1, max_size=3),
    summary=st.dictionaries(languages, lines, min_size=1, max_size=3),
    kind=codes,
    state_alleged=states_,
    state_where=states_,
    acts=st.lists(
        st.builds(PublicAct, type=codes, date=st.none() | dates, perpetrator=codes), min_size=1, max_size=3
    ).map(tuple),
    engagements=st.lists(
        st.builds(PublicEngagement, body=codes, form=codes, date=st.none() | dates), min_size=1, max_size=3
    ).map(tuple),
    persons=st.lists(
        st.builds(PublicPerson, label=lines, roles=st.lists(codes, max_size=2).map(tuple)), max_size=2
    ).map(tuple),
    act_grade=codes,
    link_grade=codes,
    sources=st.integers(0, 1000),
    consent=codes,
    left_out=st.lists(codes, max_size=2).map(tuple),
    last_reviewed=dates,
    change_note=st.none() | lines,
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Releases]]:
    folder = tmp_path_factory.mktemp("filled")
    installation = build_house(f"sqlite:///{folder}/casework.sqlite", f"sqlite:///{folder}/registry.sqlite", folder)
    served = create_app(installation.settings.model_copy(update={"parts": ("registry",)}))
    with TestClient(served, raise_server_exceptions=False) as client:
        yield client, Releases(installation)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=entries)
def test_any_valid_entry_is_shown_everywhere(filled: tuple[TestClient, Releases], content: PublicEntry) -> None:
    client, releases = filled
    ref = releases.publish(content)
    for address in surfaces(ref):
        assert client.get(address, headers=HTML).status_code == 200, address
    assert feedparser.parse(client.get("/feed.atom").content).bozo == 0
    with releases.installation.registry.read() as session:
        assert log.verify(session) == []
    releases.withdraw(ref)
    assert client.get(f"/en/entries/{ref}", headers=HTML).status_code == 410


def test_postgresql_and_sqlite_hold_any_valid_text(
    installation: Installation, client: TestClient, releases: Releases
) -> None:
    assert installation
    for text in ("𐀀 astral", "e\u0301" * 90, "ﷺ" * 200, "ß" * 200, "\U0010fffd", "أ" * 200, "㍿" * 66):
        ref = releases.publish(entry(title={"en": text}, summary={"ar": text, "zh": text}))
        for address in surfaces(ref):
            assert client.get(address, headers=HTML).status_code == 200, address


def test_the_description_lists_every_address_of_data(client: TestClient) -> None:
    told = client.get("/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    addresses = {
        "/feed.json",
        "/feed.atom",
        "/entries.csv",
        "/registry.sqlite",
        "/changes",
        "/log",
        "/entries/{ref}.json",
    }
    assert addresses <= set(told["paths"])
    for address in addresses:
        operation = told["paths"][address]["get"]
        assert operation["description"]
        assert operation["responses"]["200"]["content"]
    assert {"404", "410"} <= set(told["paths"]["/entries/{ref}.json"]["get"]["responses"])
    parameters = {one["name"] for one in told["paths"]["/feed.json"]["get"]["parameters"]}
    assert parameters == {"q", "state", "where", "act", "body", "kind", "grade", "role", "year", "after"}


def test_the_description_describes_what_is_served(client: TestClient, releases: Releases) -> None:
    ref = releases.publish()
    paths = client.get("/openapi.json").json()["paths"]
    for address in paths:
        if address.startswith(("/healthz", "/readyz", "/.well-known", "/style")) or "{name}" in address:
            continue
        answer = client.get(address.replace("{ref}", ref))
        assert answer.status_code == 200, address
        served = answer.headers["content-type"].split(";")[0]
        assert served in paths[address]["get"]["responses"]["200"]["content"], (address, served)
