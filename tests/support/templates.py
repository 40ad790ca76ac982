"""Stores made once per engine and worker, then copied: most of a test run would otherwise be founding."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg

from app.stores.migrating import StoreName, migrate
from tests.support.engines import Cluster, StoreUrls

STORES: tuple[StoreName, ...] = ("casework", "registry")


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def cluster_of(url: str) -> Cluster:
    return Cluster(Path(parse_qs(urlsplit(url).query)["host"][0]))


def name_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def copy_store(source: str, target: str) -> None:
    """Makes `target` what `source` is: a file, or a database from a template to which nobody is connected."""
    if target.startswith("sqlite"):
        file_of(target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file_of(source), file_of(target))
        return
    with psycopg.connect(cluster_of(target).url("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name_of(target)} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name_of(target)} TEMPLATE {name_of(source)} STRATEGY FILE_COPY")


def close_store(url: str) -> None:
    """Everything of a SQLite store in its one file, so that the file is the store."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(file_of(url))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()


def new_urls(like: StoreUrls) -> StoreUrls:
    """Two further places on the same engine, empty."""
    if like.engine == "sqlite":
        folder = Path(tempfile.mkdtemp(prefix="registry-template-"))
        return StoreUrls("sqlite", *(f"sqlite:///{folder}/{store}.sqlite" for store in STORES))
    cluster = cluster_of(like.casework)
    return StoreUrls("postgresql", cluster.create(), cluster.create())


@cache
def _readings(engine: str, where: str) -> str:
    template = new_urls(StoreUrls(engine, where, where)).casework
    migrate("readings", template)
    close_store(template)
    return template


def migrated_readings(url: str) -> None:
    """Brings an empty store to the head of readings, by copying one that is there."""
    engine = url.split(":", maxsplit=1)[0]
    where = "" if engine == "sqlite" else str(cluster_of(url).url("postgres"))
    copy_store(_readings(engine, where), url)


@cache
def _migrated(engine: str, where: str) -> StoreUrls:
    template = new_urls(StoreUrls(engine, where, where))
    for store in STORES:
        migrate(store, getattr(template, store))
        close_store(getattr(template, store))
    return template


def migrated(urls: StoreUrls) -> None:
    """Brings two empty stores to the head by copying stores that are there."""
    where = "" if urls.engine == "sqlite" else str(cluster_of(urls.casework).url("postgres"))
    template = _migrated(urls.engine, where)
    for store in STORES:
        copy_store(getattr(template, store), getattr(urls, store))
