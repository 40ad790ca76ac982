"""A number is its list; a list is complete and says nothing twice."""

from __future__ import annotations

import html
import random
import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient

from app.clock import today
from app.documents.public import new_reference
from app.installation import Installation
from app.registry import log
from app.registry.filters import Filter, count, facet_counts, listed
from app.registry.records import ENTRY
from tests.building import entry
from tests.registry.releasing import Releases

CHOICES = {
    "state_alleged": ["XA", "XB", "withheld", "unclear"],
    "state_where": ["XA", "XC"],
    "kind": ["reprisal", "intimidation"],
    "act_grade": ["likely", "confirmed"],
}
ACTS = ["direct_threat", "summons_interrogation", "travel_ban"]
FACETS = ENTRY.facet_names
Contents = dict[str, dict[str, Any]]
PARAMETERS = {
    "state_alleged": "state",
    "state_where": "where",
    "kind": "kind",
    "act_grade": "grade",
    "acts": "act",
}


@pytest.fixture
def contents(releases: Releases) -> Contents:
    """Sixty entries by reference, drawn by a seed; some corrected, some withdrawn."""
    chance = random.Random(5)
    kept: Contents = {}
    for number in range(60):
        content: dict[str, Any] = {name: chance.choice(values) for name, values in CHOICES.items()}
        acts = chance.sample(ACTS, chance.randint(1, 2))
        content["acts"] = [{"type": act, "date": chance.choice(["2024", "2025-02"])} for act in acts]
        ref = releases.publish(days_ago=number % 7, **content)
        kept[ref] = content
    for ref in list(kept)[::7]:
        releases.withdraw(ref)
        del kept[ref]
    for ref in list(kept)[::9]:
        content = {**kept[ref], "state_alleged": "XB"}
        releases.correct(ref, **content)
        kept[ref] = content
    return kept


def expected(contents: Contents, name: str, value: str) -> set[str]:
    def has(content: dict[str, Any]) -> bool:
        if name == "acts":
            return value in {act["type"] for act in content["acts"]}
        return bool(content[name] == value)

    return {ref for ref, content in contents.items() if has(content)}


def walk(client: TestClient, **query: str) -> list[str]:
    """All references of a list, page after page."""
    address, found = "/en/entries", []
    page = client.get(address, params=query, headers={"accept": "text/html"})
    while True:
        assert page.status_code == 200
        found += re.findall(r"/en/entries/([0-9a-z]{12})\"", page.text)
        following = re.search(r'rel="next" href="([^"]*)"', page.text)
        if following is None:
            return found
        link = following[1].replace("&amp;", "&")
        page = client.get(address + link if link.startswith("?") else link, headers={"accept": "text/html"})


def test_each_filter_lists_exactly_what_has_the_value(
    client: TestClient, installation: Installation, contents: Contents
) -> None:
    for name, values in {**CHOICES, "acts": ACTS}.items():
        for value in values:
            parameter = PARAMETERS[name]
            wanted = expected(contents, name, value)
            assert sorted(walk(client, **{parameter: value})) == sorted(wanted)
            with installation.registry.read() as session:
                assert count(session, Filter(ENTRY, facets={parameter: value})) == len(wanted)
                assert dict(facet_counts(session, Filter(ENTRY), parameter)).get(value, 0) == len(wanted)


def test_filters_together_narrow(client: TestClient, installation: Installation, contents: Contents) -> None:
    wanted = expected(contents, "state_alleged", "XB") & expected(contents, "acts", "direct_threat")
    assert wanted
    assert sorted(walk(client, state="XB", act="direct_threat", q="lawyer")) == sorted(wanted)
    with installation.registry.read() as session:
        both = Filter(ENTRY, facets={"state": "XB", "act": "direct_threat"})
        assert count(session, both) == len(wanted)
        for facet in FACETS:
            for value, number in facet_counts(session, both, facet):
                narrowed = Filter(ENTRY, facets={"state": "XB", "act": "direct_threat", facet: value})
                if facet not in ("state", "act"):
                    assert count(session, narrowed) == number


def test_pages_of_any_size_are_complete_without_doubles(installation: Installation, contents: Contents) -> None:
    with installation.registry.read() as session:
        for size in (1, 7, 59, 1000):
            seen: list[str] = []
            after = ""
            while True:
                rows, after = listed(session, Filter(ENTRY, after=after), size)
                seen += [row.ref for row in rows]
                if not after:
                    break
            assert Counter(seen) == Counter(list(contents))


def test_what_is_released_between_two_pages_disturbs_nothing(
    installation: Installation, releases: Releases, contents: Contents
) -> None:
    with installation.registry.read() as session:
        first, after = listed(session, Filter(ENTRY), 10)
    fresh = releases.publish()
    with installation.registry.read() as session:
        rest, end = listed(session, Filter(ENTRY, after=after), 1000)
    assert end == ""
    seen = [row.ref for row in (*first, *rest)]
    assert len(seen) == len(set(seen))
    assert set(contents) <= set(seen) | {fresh}


def test_the_pages_of_the_feed_hold_everything_once(client: TestClient, contents: Contents) -> None:
    seen: list[str] = []
    address = "/feed.json"
    while address:
        feed = client.get(address).json()
        seen += [item["_registry"]["ref"] for item in feed["items"] if "title" in item]
        address = feed.get("next_url", "").replace("http://127.0.0.1:8000", "")
    assert Counter(seen) == Counter(list(contents))


@pytest.mark.parametrize("address", ["/en/entries", "/feed.json", "/feed.atom", "/entries.csv"])
def test_values_that_no_list_knows_are_refused(client: TestClient, address: str) -> None:
    wrong = [(facet, value) for facet in FACETS for value in ("nonsense", "xa", "XA'", "%00", "٢٠٢٦", "XZ")]
    wrong += [("year", "20266"), ("year", "26")]
    if address != "/entries.csv":
        wrong += [
            ("after", value)
            for value in ("x", "2026-13-01.abcdefghjkmn", "2026-01-01.ABC", "-1", "٢٠٢٦-٠١-٠١.abcdefghjkmn")
        ]
    for parameter, value in wrong:
        for accept in ("text/html", "application/json"):
            answer = client.get(address, params={parameter: value}, headers={"accept": accept})
            assert answer.status_code == 422, (parameter, value)


def test_unclear_and_withheld_are_values(client: TestClient) -> None:
    for value in ("unclear", "withheld", "XA"):
        assert client.get("/feed.json", params={"state": value, "where": value}).status_code == 200


def test_addresses_of_no_entry_are_not_found(client: TestClient) -> None:
    for ref in ("000000000000", "a", "%00", "a%00b", "..", "%ff", "x" * 300, "é", "' OR 1=1"):
        for address in (f"/en/entries/{ref}", f"/entries/{ref}.json", f"/en/states/{ref}"):
            assert client.get(address).status_code in (400, 404, 422), address


def test_a_list_says_by_what_it_is_narrowed_and_each_can_be_removed(client: TestClient, contents: Contents) -> None:
    page = client.get("/en/entries?state=XA&act=travel_ban&q=lawyer").text
    chosen = page.partition('<ul class="chosen">')[2].partition("</ul>")[0]
    assert re.findall(r"<li>([^<]+) <a", chosen) == ["Aldemar", "Travel ban"]
    for target in re.findall(r'href="([^"]+)"', chosen):
        wider = client.get(html.unescape(target))
        assert wider.status_code == 200
        number = re.search(r"(\d+) entries", wider.text)
        assert number
        query = dict(parse_qsl(urlsplit(html.unescape(target)).query))
        assert query["q"] == "lawyer"
        assert len(query) == 2
        state, act = query.get("state"), query.get("act")
        assert int(number[1]) == sum(
            (state is None or one["state_alleged"] == state)
            and (act is None or act in {done["type"] for done in one["acts"]})
            for one in contents.values()
        )
    assert '<ul class="chosen">' not in client.get("/en/entries?q=lawyer").text


STEPS = 20_000


def test_a_page_of_a_filter_reads_its_own_key_and_not_every_entry(
    installation: Installation, releases: Releases
) -> None:
    """As steps of SQLite's machine, so that a slow computer says the same as a fast one."""
    if not installation.settings.registry_address.startswith("sqlite"):
        pytest.skip("PostgreSQL counts no steps; benchmarks/filters.py measures it")
    chance = random.Random(3)
    rows: list[Any] = [
        (
            new_reference(),
            "published",
            entry(state_alleged=chance.choice(["XA"] * 9 + ["XB"]), title={"en": f"Number {number}"}),
        )
        for number in range(3000)
    ]
    with installation.registry.write() as session:
        log.append_batch(session, "a" * 32, type="entry", day=today(), rows=rows)
    questions: dict[str, Any] = {
        "one": Filter(ENTRY, facets={"state": "XA"}),
        "late": Filter(ENTRY, facets={"state": "XA"}, after=f"{today()}.1zzzzzzzzzzz"),
        "two": Filter(ENTRY, facets={"state": "XA", "where": "XA"}),
        "rare": Filter(ENTRY, facets={"grade": "likely"}, q="number 17"),
    }
    for name, wanted in questions.items():
        steps = 0

        def count_steps() -> int:
            nonlocal steps
            steps += 1
            return 0

        with installation.registry.read() as session:
            session.connection().connection.dbapi_connection.set_progress_handler(count_steps, 1)  # type: ignore[union-attr]
            page, _ = listed(session, wanted, 20, tombstones=True)
        assert len(page) == (1 if name == "rare" else 20), name
        assert 0 < steps < STEPS, (name, steps)
