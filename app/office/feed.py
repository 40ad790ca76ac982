"""The feed of the Office: everything public, and the confidential items whose consent allows the Office to be told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from app.office.items import ConfidentialItem
from app.reference import state_name
from app.registry.feeds import feed_item, json_feed
from app.stores.registry import Record

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
    public: Iterable[Record], items: Sequence[ConfidentialItem], *, name: str, base_url: str, next_url: str, cursor: int
) -> str:
    """Confidential items first, newest change first, then the public ones. The cursor never goes back."""
    told = [json.dumps(confidential(item, base_url), ensure_ascii=False) for item in reversed(items)]
    return json_feed(
        (*told, *(feed_item(row, base_url) for row in public)),
        title=f"{name}: Office",
        base_url=base_url,
        feed_url=f"{base_url}/office/feed.json",
        next_url=next_url,
        _registry={"cursor": cursor},
    )
