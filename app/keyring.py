"""The server's own keys: three rings, each for one purpose, that can be turned while the server runs.

A ring is a file that only the server may read, or a setting: `id day key`, the newest first. What a key made carries the
key's id, so that it goes on working after the ring was turned. The first version had one secret for all three purposes;
it is the key with the id `0` of each ring.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.clock import today
from app.problems import Unavailable
from app.settings import Settings

NAMES = ("receipts", "form-tokens", "orders")
FIRST = "0"
KEY_BYTES = 32
_LINE = re.compile(r"([0-9a-f]{8}|0) (\d{4}-\d\d-\d\d) ([0-9a-f]{64})")


class NoKeys(Unavailable):
    """A ring is missing or damaged. `where` says what is wrong to whoever runs the server, and nothing of what it holds."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a ring, and the day on which it was made."""

    id: str
    made_on: date
    secret: bytes = field(repr=False)

    @classmethod
    def new(cls) -> Key:
        return cls(secrets.token_hex(4), today(), secrets.token_bytes(KEY_BYTES))

    @property
    def line(self) -> str:
        return f"{self.id} {self.made_on} {self.secret.hex()}"


def first_key(text: str) -> Key:
    """The first version's secret as the oldest key of a ring: 32 bytes in hexadecimal. NoKeys when it is not that."""
    try:
        secret = bytes.fromhex(text.strip())
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise NoKeys("the first version's secret is not 32 bytes in hexadecimal")
    return Key(FIRST, date(1970, 1, 1), secret)


def parse(text: str) -> tuple[Key, ...]:
    """The keys of a ring as it is written: one a line (in a setting: between commas). NoKeys when it is none."""
    keys = []
    for line in re.split(r"[,\n]", text.strip()):
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise NoKeys("a line is not `id day key`")
        keys.append(Key(found[1], date.fromisoformat(found[2]), bytes.fromhex(found[3])))
    if len({key.id for key in keys}) < len(keys):
        raise NoKeys("two keys have the same id")
    return tuple(keys)


class Ring:
    """The keys of one purpose. The file is looked at on each use: a key that was added or retired counts at once."""

    def __init__(self, file: Path, setting: str | None, first: Key | None) -> None:
        """`setting`: the ring itself, in place of the file. `first`: the first version's secret, where nothing else is."""
        self.file = file
        self._fixed = parse(setting) if setting else None
        self._first = first
        self._read: tuple[tuple[int, int], tuple[Key, ...]] | None = None

    @property
    def keys(self) -> tuple[Key, ...]:
        """Newest first. NoKeys when there are none."""
        if self._fixed is not None:
            return self._fixed
        try:
            about = self.file.stat()
        except FileNotFoundError:
            if self._first is None:
                raise NoKeys(f"there is no {self.file.name}") from None
            return (self._first,)
        except OSError as error:
            raise NoKeys(f"{self.file.name} cannot be read") from error
        known = (about.st_ino, about.st_mtime_ns)
        if self._read is None or self._read[0] != known:
            self._read = known, self._from_file()
        return self._read[1]

    def _from_file(self) -> tuple[Key, ...]:
        try:
            return parse(self.file.read_text("ascii"))
        except (OSError, UnicodeDecodeError, NoKeys) as error:
            raise NoKeys(f"{self.file.name} cannot be read, or is damaged") from error

    @property
    def newest(self) -> Key:
        return self.keys[0]

    def get(self, key_id: str) -> bytes | None:
        """The key of an id; None when it was retired, or never was."""
        return next((key.secret for key in self.keys if key.id == key_id), None)

    @property
    def is_set(self) -> bool:
        """Whether the ring is a setting, which no command changes."""
        return self._fixed is not None

    def turn(self) -> Key:
        """Puts a new key before the others. NoKeys when the ring is no file of ours."""
        with self._locked():
            key = Key.new()
            write_ring(self.file, (key, *self.keys))
            return key

    def retire(self, key_ids: set[str]) -> None:
        """Takes keys away for good; never the newest."""
        with self._locked():
            newest, *older = self.keys
            write_ring(self.file, (newest, *(key for key in older if key.id not in key_ids)))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if self.is_set or not self.file.exists():
            raise NoKeys(f"there is no file {self.file.name}")
        with _one_at_a_time(self.file.parent):
            yield


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """One command at a time changes rings; what one left that was killed in the middle goes."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        for name in NAMES:
            for left in folder.glob(f".{name}.keys.*"):
                left.unlink()
        yield
    finally:
        os.close(opened)


def write_ring(file: Path, keys: tuple[Key, ...]) -> None:
    """All of a ring or nothing of it, whenever the power fails; for nobody but the owner that it had."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "w") as new:
            new.write("".join(key.line + "\n" for key in keys))
            if file.exists():
                about = file.stat()
                os.fchown(new.fileno(), about.st_uid, about.st_gid)
            new.flush()
            os.fsync(new.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@dataclass(frozen=True, slots=True)
class ServerKeys:
    """The rings of an installation, each read when it is first used."""

    receipts: Ring
    form_tokens: Ring
    orders: Ring

    @classmethod
    def of(cls, settings: Settings) -> ServerKeys:
        secret = settings.form_secret
        first = first_key(secret.get_secret_value()) if secret else None
        given = (settings.receipt_keys, settings.form_token_keys, settings.order_keys)
        return cls(
            *(
                Ring(settings.data_folder / f"{name}.keys", setting.get_secret_value() if setting else None, first)
                for name, setting in zip(NAMES, given, strict=True)
            )
        )

    def ring(self, name: str) -> Ring:
        """By the name that a person types."""
        return dict(zip(NAMES, (self.receipts, self.form_tokens, self.orders), strict=True))[name]

    @property
    def in_files(self) -> list[Ring]:
        """The rings that are files, or should be."""
        return [ring for ring in map(self.ring, NAMES) if not ring.is_set]


def bring_over(settings: Settings) -> None:
    """Makes the first version's secret the oldest key of each ring. Safe to repeat, also after a crash.

    Its file goes when every ring holds it. Where it is a setting, only rings that are missing are made of it: it stays set,
    and a key that was retired must not come back.
    """
    old = settings.data_folder / "form.secret"
    given = settings.form_secret.get_secret_value() if settings.form_secret else ""
    if not settings.data_folder.is_dir() or not (given or old.exists()):
        return
    key = first_key(given or old.read_text("ascii"))
    _make_missing(settings, key)
    if old.exists():
        with _one_at_a_time(settings.data_folder):
            for ring in ServerKeys.of(settings).in_files:
                if ring.get(FIRST) is None:
                    write_ring(ring.file, (*ring.keys, key))
            old.unlink()
            _sync_folder(old.parent)


def make_rings(settings: Settings) -> None:
    """Brings over what the first version left, and makes each ring that is missing. Safe to repeat."""
    bring_over(settings)
    _make_missing(settings, None)


def _make_missing(settings: Settings, key: Key | None) -> None:
    with _one_at_a_time(settings.data_folder):
        for ring in ServerKeys.of(settings).in_files:
            if not ring.file.exists():
                write_ring(ring.file, (key or Key.new(),))
