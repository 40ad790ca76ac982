"""Sealed files as objects: a folder of the installation, or a bucket of any S3-compatible store.

An object is stored first, durably, and only then the row that names it; an object goes after the row that named it has
gone. What is left between the two by a crash is an orphan, and swept (`app.stores.sweeping`). An object is an age file under a
random name. It tells its padded size; in a folder it tells no time either, since all of them bear the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store
from sqlalchemy import event

from app.problems import NotFound, Unavailable

if TYPE_CHECKING:
    from obstore.store import ObjectStore
    from sqlalchemy.orm import Session

    from app.settings import Settings

PUT_SECONDS = 60  # for one object, with all repetitions
RETRY = {"retry-after": "30"}
_FIXED_TIME = (0, 0)


class Objects:
    """Objects by random names. Whatever keeps the store from answering becomes Unavailable."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def put(self, name: str, content: bytes) -> None:
        """Stores an object; when this returns, it is durable. The same name again replaces it."""
        try:
            obstore.put(self._store, name, content, use_multipart=False)
        except (BaseError, OSError) as error:
            raise Unavailable(headers=RETRY) from error

    def get(self, name: str) -> bytes:
        """NotFound when there is no such object."""
        try:
            return bytes(obstore.get(self._store, name).bytes())
        except FileNotFoundError as error:
            raise NotFound from error
        except (BaseError, OSError) as error:
            raise Unavailable(headers=RETRY) from error

    def delete(self, names: Iterable[str]) -> None:
        """Names that are not there are no error."""
        for name in names:
            try:
                obstore.delete(self._store, name)
            except FileNotFoundError:
                continue
            except (BaseError, OSError) as error:
                raise Unavailable(headers=RETRY) from error

    def names(self) -> Iterator[str]:
        """Of all objects, in no order, without their content."""
        try:
            for some in obstore.list(self._store):
                yield from (one["path"] for one in some)
        except (BaseError, OSError) as error:
            raise Unavailable from error

    def delete_after_commit(self, session: Session, names: Iterable[str]) -> None:
        """Once the caller's transaction is durable, and not at all if it is not. What fails then is swept later."""
        gone = list(names)
        if not gone:
            return

        @event.listens_for(session, "after_commit", once=True)
        def _delete(_: Session) -> None:
            try:
                self.delete(gone)
            except Unavailable:
                return

    def free_bytes(self) -> int | None:
        """Room on the disk that the objects share with everything else; None where they lie elsewhere."""
        return None


class Folder(Objects):
    """Objects as files of one folder, readable by its owner alone.

    The library writes an object beside its name and renames it, and syncs neither: both are done here. What it wrote
    before it was killed bears a number after `#` and is no object.
    """

    def __init__(self, folder: Path) -> None:
        for one in (folder.parent, folder):
            one.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self.folder = folder
        super().__init__(LocalStore(folder))

    def put(self, name: str, content: bytes) -> None:
        super().put(name, content)
        try:
            file = os.open(self.folder / name, os.O_RDONLY)
            try:
                os.fchmod(file, 0o600)
                os.utime(file, _FIXED_TIME)
                os.fsync(file)
            finally:
                os.close(file)
            self._sync()
        except OSError as error:
            raise Unavailable(headers=RETRY) from error

    def delete(self, names: Iterable[str]) -> None:
        given = list(names)
        super().delete(one for one in given if "#" not in one)
        try:
            for one in given:
                if "#" in one:
                    (self.folder / one).unlink(missing_ok=True)
            self._sync()
        except OSError as error:
            raise Unavailable(headers=RETRY) from error

    def names(self) -> Iterator[str]:
        yield from super().names()
        yield from (one.name for one in self.folder.glob("*#*"))

    def free_bytes(self) -> int | None:
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize

    def _sync(self) -> None:
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.utime(folder, _FIXED_TIME)
            os.fsync(folder)
        finally:
            os.close(folder)


def open_objects(settings: Settings) -> Objects:
    """Where the settings say: `s3://bucket/folder?endpoint=…&region=…`, or by default a folder beside the stores.

    Credentials of a bucket are settings of their own, or come as every S3 program takes them (`AWS_ACCESS_KEY_ID`,
    `AWS_SECRET_ACCESS_KEY`). ValueError for another kind of address.
    """
    if settings.objects_url is None:
        return Folder(settings.data_folder.absolute() / "objects")
    address = urlsplit(settings.objects_url)
    if address.scheme != "s3" or not address.netloc:
        raise ValueError("REGISTRY_OBJECTS_URL must be s3://bucket/folder?endpoint=…")
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    given = {"endpoint": asked.get("endpoint"), "region": asked.get("region", "us-east-1")}
    if settings.objects_key_id is not None and settings.objects_secret is not None:
        given["access_key_id"] = settings.objects_key_id.get_secret_value()
        given["secret_access_key"] = settings.objects_secret.get_secret_value()
    store = S3Store(
        address.netloc,
        prefix=address.path.strip("/") or None,
        client_options={
            "allow_http": (asked.get("endpoint") or "").startswith("http:"),
            "connect_timeout": timedelta(seconds=5),
            "timeout": timedelta(seconds=PUT_SECONDS / 2),
        },
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=PUT_SECONDS / 2)},
        **{name: value for name, value in given.items() if value is not None},  # type: ignore[arg-type]
    )
    return Objects(store)
