"""The feed of the Office: everything public, and the confidential items whose consent allows the Office to be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from app.office.items import ConfidentialItem
from app.reference import state_name
from app.registry.feeds import json_feed
from app.stores.registry import Entry

WITHDRAWN = "This item was withdrawn."


def confidential(item: ConfidentialItem, base_url: str) -> dict[str, Any]:
    """A confidential item of JSON Feed 1.1, or its tombstone, which says a reference and a day."""
    feed_item: dict[str, Any] = {
        "id": f"{base_url}/office/items/{item.ref}",
        "date_modified": f"{item.changed_on}T00:00:00Z",
        "_registry": {
            "confidential": True,
            "ref": item.ref,
            "position": item.position,
            "withdrawn": item.document is None,
        },
    }
    if item.document is None:
        return feed_item | {"content_text": WITHDRAWN}
    title = f"Confidential: {state_name(item.document.state_alleged)}"
    feed_item["_registry"] |= item.document.told()
    return feed_item | {"title": title, "content_text": item.document.summary, "tags": ["confidential"]}


def office_feed(
    public: Iterable[Entry], items: Sequence[ConfidentialItem], *, name: str, base_url: str, next_url: str
) -> dict[str, Any]:
    """Confidential items first, newest change first, then the public ones."""
    address = f"{base_url}/office/feed.json"
    feed = json_feed(public, title=f"{name}: Office", base_url=base_url, feed_url=address, next_url=next_url)
    feed["items"] = [confidential(item, base_url) for item in reversed(items)] + feed["items"]
    feed["_registry"] = {"cursor": max((item.position for item in items), default=0)}
    return feed
