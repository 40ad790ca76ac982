"""A registry that was founded, below HTTP, on each engine: founded once for each, then copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy.orm import Session

from app.demo.people import Cast
from app.identity.invitations import NewAccount
from app.installation import Installation
from app.problems import Problem
from app.sealing import KeyPair
from app.stores.casework import Account, Keyholder
from tests.building import build_house
from tests.support.engines import StoreUrls
from tests.support.templates import close_store, cluster_of, copy_store, new_urls

ESCROW = KeyPair.new()
T = TypeVar("T")


@cache
def _founded(engine: str, anywhere: str, folder: Path) -> tuple[StoreUrls, dict[str, NewAccount]]:
    urls = new_urls(StoreUrls(engine, anywhere, anywhere))
    installation = build_house(urls.casework, urls.registry, folder)
    with installation.casework.write() as session:
        session.add(Keyholder(kind="escrow", public_key=ESCROW.public))
    cast = Cast(installation)
    cast.found()
    installation.casework.close()
    installation.registry.close()
    close_store(urls.casework)
    return urls, cast.people


@pytest.fixture(scope="session")
def template_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("founded")


@pytest.fixture
def empty(store_urls: StoreUrls, tmp_path: Path) -> Installation:
    """An installation that nobody founded yet."""
    return build_house(store_urls.casework, store_urls.registry, tmp_path / "data")


@pytest.fixture
def cast(empty: Installation, store_urls: StoreUrls, template_folder: Path) -> Iterator[Cast]:
    """The founders of a registry, all active."""
    sqlite = store_urls.engine == "sqlite"
    anywhere = "" if sqlite else cluster_of(store_urls.casework).url("postgres")
    urls, people = _founded(store_urls.engine, anywhere, template_folder)
    empty.casework.close()
    copy_store(urls.casework, store_urls.casework)
    yield Cast(empty, dict(people))
    empty.casework.close()


def account(installation: Installation, login: str) -> Account:
    """An account as it is now."""
    with installation.casework.read() as session:
        return session.query(Account).filter_by(login=login).one()


def at_once(installation: Installation, *acts: Callable[[Session], T]) -> list[T | Problem]:
    """What each act gave, or was refused with, when all ran at the same moment in transactions of their own."""

    def run(act: Callable[[Session], T]) -> T | Problem:
        try:
            with installation.casework.write() as session:
                return act(session)
        except Problem as problem:
            return problem

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
