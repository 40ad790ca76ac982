"""Signing in for these tests: one place that knows how an installation gets its people."""
from __future__ import annotations
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tests.journeys.acting import signed_in
from tests.journeys.installation import Installation, found
from tests.support.engines import StoreUrls

__all__ = ["Installation", "signed_in", "staffed"]

@contextmanager
def staffed(folder: Path, urls: StoreUrls, **environment: str) -> Iterator[Installation]:
    made = found(folder, urls, **environment)
    try:
        yield made
    finally:
        made.server.stop()
