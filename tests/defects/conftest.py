"""One installation per engine for all tests here, and the register of which attack each test stands against."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.defects.installation import Installation, installation
from tests.defects.person import Moderator, OfficePerson, Team
from tests.support.engines import StoreUrls, sqlite_urls


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "row(id): the defect that a test keeps closed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rows", action="store_true", help="print which test stands against which attack")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--rows", default=False):
        pairs = {(mark.args[0], one.nodeid) for one in items for mark in one.iter_markers("row")}
        for row, test in sorted(pairs, key=lambda pair: (int(pair[0][1:]), pair[1])):
            print(f"{row:4} {test}")  # noqa: T201 - asked for


@pytest.fixture(scope="session")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    folder = tmp_path_factory.mktemp("defects-sqlite")
    (folder / "stores").mkdir()
    with installation(folder, sqlite_urls(folder / "stores")) as made:
        yield _team(made)


@pytest.fixture(scope="session")
def on_postgresql(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Team]:
    cluster = request.getfixturevalue("cluster")
    urls = StoreUrls("postgresql", cluster.create(), cluster.create())
    with installation(tmp_path_factory.mktemp("defects-postgresql"), urls) as made:
        yield _team(made)
    for url in (urls.casework, urls.registry):
        cluster.drop(url)


def _team(made: Installation) -> Team:
    moderators = [Moderator(made, f"moderator-{number}") for number in ("one", "two", "three")]
    return Team(made, *moderators, OfficePerson(made, "office"))


@pytest.fixture
def team(on_sqlite: Team) -> Team:
    """Everybody signed in, on SQLite."""
    return on_sqlite


@pytest.fixture(params=["sqlite", "postgresql"])
def team_on_each(request: pytest.FixtureRequest) -> Team:
    """Everybody signed in, on either engine: for what two people do at once."""
    team: Team = request.getfixturevalue(f"on_{request.param}")
    return team
