"""Feeds and files, read by programs that we did not write where there are any."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest
from fastapi.testclient import TestClient

from app.clock import today
from app.documents.envelope import Envelope, Kind
from app.registry.log.leaves import commitment
from tests.registry.releasing import Releases

ATOM = "{http://www.w3.org/2005/Atom}"
TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})")


def assert_is_json_feed(feed: dict[str, Any]) -> None:
    """The rules of JSON Feed 1.1: required members, types, unique ids, dates as RFC 3339, extensions underscored."""
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    strings = {"version", "title", "home_page_url", "feed_url", "next_url", "description", "language"}
    assert set(feed) <= strings | {"items"}
    for name in strings & set(feed):
        assert isinstance(feed[name], str)
        if name.endswith("_url"):
            assert feed[name].startswith("http")
    assert feed.get("next_url") != feed["feed_url"]
    assert isinstance(feed["items"], list)
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    for item in feed["items"]:
        known = {"id", "url", "title", "content_text", "date_published", "date_modified", "tags", "language"}
        assert {name for name in item if not name.startswith("_")} <= known
        assert isinstance(item["id"], str)
        assert isinstance(item["content_text"], str)
        assert RFC3339.fullmatch(item["date_published"])
        assert RFC3339.fullmatch(item["date_modified"])
        assert item["date_published"] <= item["date_modified"]
        assert all(isinstance(tag, str) for tag in item.get("tags", []))
        assert isinstance(item["_registry"], dict)


def test_the_json_feed_keeps_the_rules_of_its_version(client: TestClient, releases: Releases) -> None:
    refs = [releases.publish(days_ago=number % 5) for number in range(60)]
    releases.publish(title={"ar": "عنوان"}, summary={"ar": "نص"})
    releases.correct(refs[1])
    releases.withdraw(refs[2])
    answer = client.get("/feed.json")
    assert answer.headers["content-type"] == "application/feed+json"
    feed = answer.json()
    assert_is_json_feed(feed)
    assert "ar" in {item.get("language") for item in feed["items"]}
    second = client.get(feed["next_url"]).json()
    assert_is_json_feed(second)
    assert len(feed["items"]) + len(second["items"]) == 61
    assert "next_url" not in second
    assert_is_json_feed(client.get("/feed.json?state=XB").json())
    for item in (*feed["items"], *second["items"]):
        Envelope.model_validate_json(json.dumps(item["_registry"]))


@pytest.mark.parametrize(
    ("kind", "words"), [("withdrawn", "This entry was withdrawn."), ("suspended", "This is not available.")]
)
def test_a_tombstone_stands_in_every_feed_and_tells_nothing(
    client: TestClient, releases: Releases, kind: Kind, words: str
) -> None:
    ref = releases.publish(title={"en": "Heliotrope"}, days_ago=4)
    releases.append(ref, kind, None)
    for query in ("", "?state=XB", "?q=nothing"):
        (item,) = client.get(f"/feed.json{query}").json()["items"]
        assert item["_registry"] == {
            "envelope": 1,
            "type": "entry",
            "schema": 1,
            "ref": ref,
            "version": 2,
            "kind": kind,
            "day": today().isoformat(),
        }
        assert item["content_text"] == words
        root = ET.fromstring(client.get(f"/feed.atom{query}").content)
        (deleted,) = root.findall(TOMBSTONE)
        assert deleted.attrib == {
            "ref": f"http://127.0.0.1:8000/entries/{ref}",
            "when": f"{today()}T00:00:00Z",
        }
    everything = [
        client.get(path).content
        for path in ("/feed.json", "/feed.atom", "/registry.sqlite", "/changes", "/entries.csv")
    ]
    assert not [body for body in everything if b"eliotrope" in body]


def test_atom_is_read_without_complaint(client: TestClient, releases: Releases) -> None:
    titles = ["Plain", 'A "quoted" & <b>marked</b> title', "律师被传唤", "عنوان"]
    for title in titles:
        releases.publish(title={"en": title}, days_ago=1)
    arabic = releases.publish(title={"ar": "عنوان"}, summary={"ar": "نص"})
    gone = releases.publish()
    releases.withdraw(gone)
    answer = client.get("/feed.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    parsed = feedparser.parse(answer.content, response_headers={"content-type": "application/atom+xml"})
    assert parsed.bozo == 0
    assert parsed.version == "atom10"
    assert {one.id.rsplit("/", 1)[1] for one in parsed.entries} == set(releases.refs) - {gone}
    root = ET.fromstring(answer.content)
    assert {one.findtext(f"{ATOM}title") for one in root.findall(f"{ATOM}entry")} == set(titles)
    for one in root.findall(f"{ATOM}entry"):
        for name in ("id", "title", "updated", "published", "summary"):
            assert one.findtext(ATOM + name)
        language = "ar" if (one.findtext(f"{ATOM}id") or "").endswith(arabic) else "en"
        (named,) = one.findall(f"{ATOM}title")
        assert named.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == language
    assert [one.attrib["ref"].rsplit("/", 1)[1] for one in root.findall(TOMBSTONE)] == [gone]


def test_each_filter_is_an_atom_feed_of_its_own(client: TestClient, releases: Releases) -> None:
    for _ in range(60):
        releases.publish()
    ids = set()
    for query in ("", "?state=XA", "?state=XA&act=summons_interrogation"):
        first = feedparser.parse(client.get(f"/feed.atom{query}").content)
        following = next(link.href for link in first.feed.links if link.rel == "next")
        second = feedparser.parse(client.get(following).content)
        assert len(first.entries) + len(second.entries) == 60
        assert second.feed.id == first.feed.id
        ids.add(first.feed.id)
    assert len(ids) == 3


def test_an_empty_registry_has_empty_feeds(client: TestClient) -> None:
    assert_is_json_feed(client.get("/feed.json").json())
    assert feedparser.parse(client.get("/feed.atom").content).bozo == 0
    assert len(client.get("/entries.csv").text.splitlines()) == 1
    assert client.get("/changes").json() == {"size": 0, "cursor": "-1", "next": None, "changes": []}
    assert client.get("/log").json() == {"size": 0, "after": -1, "leaves": [], "next": None}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=cmd|"/c calc"!A1', "＝1+1"])
def test_no_cell_of_the_csv_is_a_formula(client: TestClient, releases: Releases, text: str) -> None:
    ref = releases.publish(title={"en": text}, summary={"en": f'{text}\n=2, "x"'}, persons=[{"label": text}])
    releases.withdraw(releases.publish())
    header, row = csv.reader(io.StringIO(client.get("/entries.csv").text, newline=""), strict=True)
    assert len(header) == len(row)
    told = dict(zip(header, row, strict=True))
    assert (told["ref"], told["title"], told["persons"]) == (ref, f"'{text}", f"'{text}")
    assert told["summary"] == f'\'{text}\n=2, "x"'
    assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]


def test_the_sqlite_file_is_whole_and_verifies(client: TestClient, releases: Releases, tmp_path: Path) -> None:
    refs = [releases.publish(title={"en": f"Heliotrope {number}"}) for number in range(3)]
    releases.correct(refs[0], title={"en": "Corrected"})
    releases.withdraw(refs[1])
    file = tmp_path / "downloaded.sqlite"
    file.write_bytes(client.get("/registry.sqlite").content)
    assert b"Heliotrope 0" not in file.read_bytes()
    assert b"Heliotrope 1" not in file.read_bytes()
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
    titles = {title for (title,) in connection.execute("SELECT title FROM entry")}
    assert titles == {"Corrected", "Heliotrope 2"}
    joined = connection.execute("SELECT commitment, salt, document FROM document JOIN leaf USING (position)").fetchall()
    assert len(joined) == 3
    for commits, salt, document in joined:
        assert commitment(bytes.fromhex(salt), document) == commits
    assert connection.execute("SELECT count(*) FROM leaf").fetchone() == (5,)
    connection.close()
    releases.withdraw(refs[2])
    assert b"Heliotrope" not in client.get("/registry.sqlite").content
