"""Verification by anybody: asks only the public addresses and recomputes everything that can be recomputed.

Each stored text must be what its leaf, or the row of its batch, commits to; all of them together must account for every
leaf and row; and the feed of each type must show these texts and no others.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from app.documents.envelope import BATCH, HIDING, Envelope
from app.registry.log.leaves import commitment, leaf_data, leaf_hash, root_of_path
from app.registry.log.verify import accounted
from app.registry.records import TYPES

ATTEMPTS = 3
Page = dict[str, Any]


def verify_from_outside(client: httpx.Client) -> tuple[list[str], int]:
    """What is wrong with a registry as anyone can see it, and how many records it has (hidden ones included).

    `client` asks relative to the registry's address. A release that arrives meanwhile makes the answers differ: then
    everything is asked again.
    """
    for _attempt in range(ATTEMPTS):
        try:
            logged, changed = _pages(client, "/log"), _pages(client, "/changes")
            shown = {name: _pages(client, f"{one.feed_path}.json") for name, one in TYPES.items()}
            again = _pages(client, "/log")
            if len({page["size"] for page in (*logged, *changed, *again)}) == 1:
                return _compare(logged, changed, shown)
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            return [f"{client.base_url} does not answer as a registry does ({type(error).__name__})"], 0
    return [f"{client.base_url} changed each of {ATTEMPTS} times while it was read"], 0


def _compare(logged: list[Page], changed: list[Page], shown: dict[str, list[Page]]) -> tuple[list[str], int]:
    leaves = [leaf for page in logged for leaf in page["leaves"]]
    problems = [] if len(leaves) == logged[0]["size"] else ["the log gives fewer or more leaves than it says"]
    for position, leaf in enumerate(leaves):
        if leaf_hash(leaf_data(leaf["type"], leaf["day"], leaf["commitment"])).hex() != leaf["leaf_hash"]:
            problems.append(f"leaf {position}: its hash is not the hash of its data")
    released: dict[str, tuple[Envelope, str]] = {}
    batches: dict[int, Envelope] = {}
    for change in (change for page in changed for change in page["changes"]):
        envelope = Envelope.parse(change["document"])
        if not _committed(change, envelope, leaves, batches):
            problems.append(f"{_place(change)}: the document of {envelope.ref} is not the one that was released")
        if envelope.kind == BATCH:
            batches[change["position"]] = envelope
        before = released.get(envelope.ref)
        if before is not None:
            problems.append(f"{_place(change)}: two documents of {envelope.ref} are there")
        if before is None or before[0].version < envelope.version:
            released[envelope.ref] = envelope, change["document"]
    rows = sum(one.batch.size for one in batches.values() if one.batch is not None)
    problems += accounted(len(leaves), rows, sum(envelope.version for envelope, _ in released.values()))
    records = {ref: one for ref, one in released.items() if one[0].kind != BATCH}
    return problems + _feed_problems(records, shown), len(records)


def _place(change: Page) -> str:
    return f"leaf {change['position']}" + (f", row {change['row']}" if change["row"] else "")


def _committed(change: Page, envelope: Envelope, leaves: list[Page], batches: dict[int, Envelope]) -> bool:
    """Whether a document is what its leaf commits to, or what leads by its path to the root that its leaf commits to."""
    position, number = change["position"], change["row"]
    commits = commitment(bytes.fromhex(change["salt"]), change["document"])
    if not 0 <= position < len(leaves):
        return False
    leaf = leaves[position]
    if (leaf["type"], leaf["day"]) != (envelope.type, envelope.day.isoformat()):
        return False
    if number == 0:
        return bool(leaf["commitment"] == commits)
    header = batches.get(position)
    if header is None or header.batch is None:
        return False
    hashed = leaf_hash(leaf_data(envelope.type, envelope.day, commits))
    path = [bytes.fromhex(one) for one in change["path"]]
    root = root_of_path(hashed, number - 1, header.batch.size, path)
    return root is not None and root.hex() == header.batch.root


def _feed_problems(records: dict[str, tuple[Envelope, str]], shown: dict[str, list[Page]]) -> list[str]:
    feed = {item["_registry"]["ref"]: item for pages in shown.values() for page in pages for item in page["items"]}
    problems = []
    for ref in sorted(feed.keys() | records.keys()):
        if ref not in feed or ref not in records or feed[ref]["_registry"] != json.loads(records[ref][1]):
            problems.append(f"the feed does not show {ref} as it was released")
        elif records[ref][0].kind in HIDING and "title" in feed[ref]:
            problems.append(f"the feed still shows {ref}, which is hidden")
    return problems


def _pages(client: httpx.Client, address: str) -> list[Page]:
    """Every page of a paged address. Pages are asked for on the host that was named, whatever the answers say."""
    pages: list[Page] = []
    after: str | None = ""
    asked: set[str] = set()
    while after is not None:
        asked.add(after)
        answer = client.get(address, params={"after": after} if after else {})
        answer.raise_for_status()
        page: Page = answer.json()
        pages.append(page)
        following = page.get("next") or page.get("next_url")
        after = parse_qs(urlsplit(following).query)["after"][0] if following else None
        if after in asked:
            raise ValueError("the pages run in a circle")
    return pages
