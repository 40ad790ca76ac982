"""How feeds are answered and described, the public ones and the Office's."""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel

from app.registry.feeds import FEED_TYPE


class Feed(BaseModel):
    """JSON Feed 1.1; each item carries its whole document as `_registry`, as it was logged."""

    version: str
    title: str
    items: list[dict[str, Any]]


class FeedResponse(JSONResponse):
    media_type = FEED_TYPE
