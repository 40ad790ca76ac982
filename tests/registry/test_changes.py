"""Somebody who follows the delta feed with the least of programs has what the registry has."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.documents.envelope import Envelope
from app.registry.log.leaves import commitment, leaf_data, leaf_hash
from tests.registry.releasing import Releases


class Mirror:
    """Applies changes in order, knows nothing else."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.cursor = "-1"
        self.entries: dict[str, Any] = {}

    def follow(self) -> int:
        """Returns how many changes came."""
        came = 0
        while True:
            page = self.client.get("/changes", params={"after": self.cursor}).json()
            for change in page["changes"]:
                came += 1
                if change["change"] in ("suspended", "withdrawn"):
                    self.entries.pop(change["ref"], None)
                else:
                    self.entries[change["ref"]] = json.loads(change["document"])
            self.cursor = page["cursor"]
            if page["next"] is None:
                return came


def present(client: TestClient, refs: list[str]) -> dict[str, Any]:
    answers = {ref: client.get(f"/entries/{ref}.json") for ref in refs}
    assert {answer.status_code for answer in answers.values()} <= {200, 410}
    return {ref: answer.json() for ref, answer in answers.items() if answer.status_code == 200}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_naive_mirror_equals_the_registry(client: TestClient, releases: Releases, seed: int) -> None:
    chance = random.Random(seed)
    often, seldom = Mirror(client), Mirror(client)
    refs: list[str] = []
    withdrawn: set[str] = set()
    for step in range(90):
        alive = [ref for ref in refs if ref not in withdrawn]
        what = chance.random()
        if what < 0.6 or not alive:
            refs.append(releases.publish(title={"en": f"Entry {step}"}))
        elif what < 0.75:
            releases.correct(chance.choice(alive), title={"en": f"Corrected {step}"})
        elif what < 0.85:
            releases.suspend(chance.choice(alive))
        else:
            gone = chance.choice(alive)
            releases.withdraw(gone)
            withdrawn.add(gone)
        if chance.random() < 0.1:
            often.follow()
            assert often.follow() == 0
        if step == 40:
            seldom.follow()
    late = Mirror(client)
    for mirror in (often, seldom, late):
        mirror.follow()
        assert mirror.entries == present(client, refs)
        assert mirror.cursor == str(client.get("/changes").json()["size"] - 1)
    assert withdrawn
    assert not set(late.entries) & withdrawn


def test_each_change_carries_what_verifies_it(client: TestClient, releases: Releases) -> None:
    ref = releases.publish()
    releases.withdraw(releases.publish())
    page = client.get("/changes").json()
    leaves = client.get("/log").json()["leaves"]
    assert [change["change"] for change in page["changes"]] == ["published", "withdrawn"]
    assert page["changes"][0]["ref"] == ref
    for change in page["changes"]:
        leaf = leaves[change["position"]]
        assert commitment(bytes.fromhex(change["salt"]), change["document"]) == leaf["commitment"]
        hashed = leaf_hash(leaf_data(leaf["type"], leaf["day"], leaf["commitment"])).hex()
        assert hashed == change["leaf_hash"] == leaf["leaf_hash"]
        assert Envelope.parse(change["document"]).canonical() == change["document"]
    tombstone = json.loads(page["changes"][1]["document"])
    assert set(tombstone) == {"envelope", "type", "schema", "ref", "version", "kind", "day"}


WRONG = ("1", "99", "-2", "x", "1.5", "0.0.0", "-1.0", "٣", "2147483647", "2147483648", "9007199254740992", "9" * 5000)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_cursor_from_elsewhere_is_refused(client: TestClient, releases: Releases, language: str) -> None:
    releases.publish()
    for after in (*WRONG, ""):
        assert client.get("/changes", params={"after": after}).status_code == 422, after
    assert client.get("/changes", params={"after": "0"}).json()["changes"] == []
    assert client.get("/changes", params={"after": "0.0"}).json()["changes"] == []
    for after in ("-2", "x", "2147483648", "9007199254740992", "9" * 5000):
        assert client.get("/log", params={"after": after}).status_code == 422, after
    for address in ("/changes", "/log"):
        assert client.get(address, params={"after": "\x00"}).status_code == 400
    for address in ("/entries/a%00b.json", f"/{language}/entries/%00", f"/{language}/entries?q=%00&state=%00"):
        assert 400 <= client.get(address, headers={"accept": "text/html"}).status_code < 500
