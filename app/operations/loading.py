"""A backup's members into empty stores: the tables as that program had them, rows, sealed files, the server's keys."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, MetaData, Table, inspect, text

from app.clock import today
from app.installation import UNFINISHED
from app.keyring import NAMES, ServerKeys, parse, write_ring
from app.operations import rows
from app.operations.archive import BadArchive, Member
from app.operations.backup import FIRST, FORMAT, LAST, OLD_SECRET
from app.settings import Settings
from app.stores import open_store
from app.stores.migrating import StoreName, raise_to, stores_of
from app.stores.objects import open_objects


class CannotRestore(Exception):
    """Its text says why to whoever runs the command. Nothing of what was there before was changed."""


def manifest(members: Iterator[Member], settings: Settings) -> dict[str, Any]:
    """What the backup says of itself. CannotRestore for one that is too old, or that this program does not know."""
    name, content = next(members, ("", b""))
    if name != FIRST:
        raise BadArchive("this is no backup")
    told: dict[str, Any] = json.loads(content)
    if told["backup"] != FORMAT:
        raise CannotRestore("this backup was made by a newer program; install that one first")
    made_on = date.fromisoformat(told["made_on"])
    if made_on < today() - timedelta(days=settings.backup_days):
        raise CannotRestore(
            f"this backup is of {made_on}: after {settings.backup_days} days none is restored, since what was erased"
            " in the meantime was promised to be gone"
        )
    if set(told["stores"]) - set(stores_of(settings)):
        raise CannotRestore("this backup holds a store that this program does not know; install a newer one first")
    return told


def require_empty(settings: Settings) -> None:
    """CannotRestore where anything is. What an interrupted restore left goes."""
    unfinished = settings.data_folder / UNFINISHED
    for store, address in stores_of(settings).items():
        if unfinished.exists():
            _clear(address)
        if _tables(address):
            raise CannotRestore(f"the {store} store is not empty: restore into another folder or database")
    objects = open_objects(settings)
    if unfinished.exists():
        objects.delete(list(objects.names()))
    elif next(objects.names(), None) is not None:
        raise CannotRestore("the store of sealed files is not empty: restore into another one")
    write_durably(unfinished, b"A restore was begun here and did not end. Run it again.\n")


def _tables(address: str) -> list[str]:
    if address.startswith("sqlite") and not Path(address.removeprefix("sqlite:///")).exists():
        return []
    engine = open_store(address)
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


def _clear(address: str) -> None:
    if address.startswith("sqlite"):
        for end in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                Path(address.removeprefix("sqlite:///") + end).unlink()
        return
    engine = open_store(address)
    with engine.begin() as connection:
        found = MetaData()
        found.reflect(bind=connection)
        found.drop_all(connection)
        ours = text(
            "SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
            " AND proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        )
        for (function,) in connection.execute(ours).all():
            connection.execute(text(f"DROP FUNCTION {function}"))
    engine.dispose()


def write_durably(file: Path, content: bytes) -> None:
    """A file for its owner alone, on the disk when this returns."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


class Loading:
    """Takes the members of one backup. Nothing of a store can be seen by others before `finish`."""

    def __init__(self, settings: Settings, revisions: dict[StoreName, str]) -> None:
        self.settings, self.objects = settings, open_objects(settings)
        self._engines: dict[str, Engine] = {}
        self._stores: dict[str, tuple[Connection, dict[str, Table]]] = {}
        self._counted: dict[str, int] = {}
        self._files: dict[str, str] = {}
        self.number_of_files, self.absent = 0, list[str]()
        for store, revision in revisions.items():
            self._open(store, revision)

    def _open(self, store: StoreName, revision: str) -> None:
        address = stores_of(self.settings)[store]
        try:
            raise_to(store, address, revision)
        except CommandError as error:
            raise CannotRestore(
                f"this program does not know the {store} store of this backup; install a newer one"
            ) from error
        engine = self._engines[store] = open_store(address)
        connection = engine.connect()
        connection.begin()
        tables = rows.tables_of(connection)
        rows.prepare(connection, tables)
        self._stores[store] = connection, {table.name: table for table in tables}

    def take(self, members: Iterable[Member]) -> None:
        """Every member. BadArchive when the backup is damaged or is not whole."""
        last: dict[str, Any] | None = None
        for name, content in members:
            kind, _, rest = name.partition("/")
            if kind == "keys":
                self._key(rest, content)
            elif kind == "objects":
                self._file(rest, content)
            elif kind == "hashes":
                self._hashes(json.loads(content))
            elif name == LAST:
                last = json.loads(content)
            elif kind in self._stores:
                self._rows(kind, rest.partition("/")[0], content)
        if last is None:
            raise BadArchive("this backup is not whole")
        wanted = {name: number for name, number in last["rows"].items() if number}
        if wanted != self._counted or last["files"] != self.number_of_files or self._files:
            raise BadArchive("this backup does not hold what it says")
        self.absent = last["absent"]

    def take_files(self, members: Iterable[Member]) -> None:
        """The sealed files alone, of another backup."""
        for name, content in members:
            kind, _, rest = name.partition("/")
            if kind == "objects":
                self._file(rest, content)
            elif kind == "hashes":
                self._hashes(json.loads(content))

    def _rows(self, store: str, table: str, piece: bytes) -> None:
        connection, tables = self._stores[store]
        number = rows.load(connection, tables[table], piece)
        of = f"{store}/{table}"
        self._counted[of] = self._counted.get(of, 0) + number

    def _file(self, name: str, content: bytes) -> None:
        self.objects.put(name, content)
        self._files[name] = hashlib.sha256(content).hexdigest()

    def _hashes(self, told: dict[str, str]) -> None:
        """What was stored is read back: the hash is that of the place where it lies now."""
        for name, digest in told.items():
            if self._files.pop(name, "") != digest or hashlib.sha256(self.objects.get(name)).hexdigest() != digest:
                raise BadArchive("a sealed file is not what it was when the backup was made")
            self.number_of_files += 1

    def _key(self, name: str, content: bytes) -> None:
        """A ring that is a setting here stays what it is set to."""
        if name == OLD_SECRET:
            write_durably(self.settings.data_folder / name, content)
        elif name.removesuffix(".keys") in NAMES:
            ring = ServerKeys.of(self.settings).ring(name.removesuffix(".keys"))
            if not ring.is_set:
                write_ring(ring.file, parse(content.decode("ascii")))

    def finish(self) -> None:
        """The rows are durable. IntegrityError when one refers to what is not there."""
        for connection, tables in self._stores.values():
            rows.settle(connection, tables.values())
            connection.commit()
        self.close()

    def close(self) -> None:
        for connection, _ in self._stores.values():
            connection.close()
        for engine in self._engines.values():
            engine.dispose()
        self._stores.clear()
