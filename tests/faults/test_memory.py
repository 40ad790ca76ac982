"""Files that are sent at once cost little more memory than their size, and it is given back."""

from __future__ import annotations

from pathlib import Path

from benchmarks.uploads import MIB, SENDERS, SIZE, measure
from tests.journeys.installation import found
from tests.support.engines import sqlite_urls


def test_eight_files_at_once_add_at_most_half_as_much_again_and_give_it_back(tmp_path: Path) -> None:
    installation = found(tmp_path, sqlite_urls(tmp_path))
    try:
        assert installation.server.process is not None
        for _ in range(2):
            figures = measure(installation.url, installation.server.process.pid)
            assert figures.answers == {200: SENDERS}
            assert figures.added <= 1.5 * SENDERS * SIZE, figures
            assert figures.kept <= 16 * MIB, figures
    finally:
        installation.server.stop()
