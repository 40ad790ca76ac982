"""Every byte that a store keeps, as somebody finds it who takes the machine or a backup."""

from __future__ import annotations

import sqlite3
import subprocess
import tempfile
from pathlib import Path

import psycopg

from tests.support.engines import programs


def kept_bytes(url: str, *, alone: bool = False) -> bytes:
    """The store's own files, with what waits in its log and what was erased, and a backup made now.

    `alone`: without the log that a PostgreSQL store shares with the others of its cluster.
    """
    return _sqlite(Path(url.removeprefix("sqlite:///"))) if url.startswith("sqlite") else _postgresql(url, alone)


def _sqlite(file: Path) -> bytes:
    found = b"".join(one.read_bytes() for one in file.parent.glob(file.name + "*"))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "backup")
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        source.close()
        target.close()
        return found + copy.read_bytes()


def _postgresql(url: str, alone: bool) -> bytes:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
        asked = "SELECT oid FROM pg_database WHERE datname = current_database()"
        (oid,) = connection.execute(asked).fetchone() or (0,)
    files = [*Path(folder, "base", str(oid)).rglob("*")]
    if not alone:
        files += [*Path(folder, "pg_wal").rglob("*"), Path(folder).parent / "log"]
    found = b"".join(one.read_bytes() for one in files if one.is_file())
    dump = subprocess.run([programs() / "pg_dump", "--dbname", url], check=True, capture_output=True)
    return found + dump.stdout
