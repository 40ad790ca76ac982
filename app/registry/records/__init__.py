"""The types of records that the registry can hold, in one table.

A type is one module that makes a `RecordType`: its allowlisted model, its texts for the leak gate, its facets and terms,
its card, its page, its feed item, its CSV columns. Everything else loops over this table.
"""

from __future__ import annotations

from typing import Any

from app.registry.records.entry import ENTRY
from app.registry.records.types import Facet, FeedText, Reading, RecordType

TYPES: dict[str, RecordType[Any]] = {one.name: one for one in (ENTRY,)}

__all__ = ["ENTRY", "TYPES", "Facet", "FeedText", "Reading", "RecordType"]
