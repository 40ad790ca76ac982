"""What every regression test may ask for."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "row(id): the defect that a test keeps closed")
