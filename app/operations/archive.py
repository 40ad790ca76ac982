"""The form of a backup: an age file around a tar, made and read as a stream.

`age --decrypt --identity restore.key backup.age | tar --extract` unpacks it anywhere. Whatever is inside, its size is one of few
buckets and its times are zero. It appears under its name when it is complete and durable, or not at all.
"""

from __future__ import annotations

import io
import os
import tarfile
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyrage

from app.sealing import padded_size

SMALLEST = 16 * 2**20
BLOCK, PIECE = 512, 2**18
PADDING = "padding"
_CHUNK, _TAG, _NONCE = 64 * 1024, 16, 16  # of age's payload: https://age-encryption.org/v1
_FIXED_TIME = (0, 0)
Member = tuple[str, bytes]


class BadArchive(Exception):
    """What is read is no complete backup, or the key is not one that opens it. Its text is for whoever runs the command."""


def recipient(public_key: str) -> pyrage.x25519.Recipient:
    """ValueError for what is no public key of age."""
    try:
        return pyrage.x25519.Recipient.from_str(public_key)
    except Exception as error:
        raise ValueError("not a public key of age (age1…)") from error


def write_archive(file: Path, members: Iterable[Member], public_keys: Sequence[str], smallest: int = SMALLEST) -> None:
    """Seals members to the keys, piece by piece, into a file of mode 600: all of it durably, or no file.

    What an earlier run left that was killed goes. OSError when there is no room; whatever the members raise.
    """
    recipients = [recipient(one) for one in public_keys]
    for left in file.parent.glob(f".{file.name}.*.part"):
        left.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as opened:
            sealed = _Sealed(opened)
            padded = _Padded(members, sealed, smallest)
            try:
                pyrage.encrypt_io(padded, sealed, recipients)
            except pyrage.EncryptError as error:
                raise padded.failure or sealed.failure or error from None
            opened.flush()
            os.utime(opened.fileno(), _FIXED_TIME)
            os.fsync(opened.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(file.parent)


def sync_folder(folder: Path, *, fixed_time: bool = False) -> None:
    """Makes renames and removals in a folder durable. `fixed_time`: the folder's own time tells nothing either."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if fixed_time:
            os.utime(opened, _FIXED_TIME)
        os.fsync(opened)
    finally:
        os.close(opened)


class _Sealed(io.BufferedIOBase):
    """The sealed file as it is written. Knows how long age's header is, whose length differs at random."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._start = file, b""
        self.failure: Exception | None = None
        self.header: int | None = None

    def writable(self) -> bool:
        return True

    def write(self, content: bytes, /) -> int:  # type: ignore[override]
        if self.header is None:
            self._start += content
            mac = self._start.find(b"\n---")
            end = self._start.find(b"\n", mac + 1) if mac >= 0 else -1
            self.header = end + 1 if end >= 0 else None
        try:
            return self._file.write(content)
        except OSError as error:
            self.failure = error
            raise


class _Padded(io.BufferedIOBase):
    """A tar to read that goes on with zeros until the sealed file has the size of a bucket."""

    def __init__(self, members: Iterable[Member], sealed: _Sealed, smallest: int) -> None:
        self._pieces = self._padded(members, smallest)
        self._sealed, self._rest = sealed, memoryview(b"")
        self.failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        while not self._rest:  # an empty piece is no end
            try:
                piece = next(self._pieces, None)
            except Exception as error:
                self.failure = error
                raise
            if piece is None:
                return b""
            self._rest = memoryview(piece)
        taken = self._rest[: None if size is None or size < 0 else size]
        self._rest = self._rest[len(taken) :]
        return bytes(taken)

    def _padded(self, members: Iterable[Member], smallest: int) -> Iterator[bytes]:
        length = 0
        for name, content in members:
            for piece in (_head(name, len(content)), content, bytes(-len(content) % BLOCK)):
                length += len(piece)
                yield piece
        while self._sealed.header is None:  # age writes it after some content
            for piece in (_head(PADDING, PIECE), bytes(PIECE)):
                length += len(piece)
                yield piece
        header, end = self._sealed.header, 4 * BLOCK + 2 * BLOCK  # a head of any size, and the end of the tar
        left = _payload(padded_size(_sealed_size(length + end, header), smallest), header) - length
        head = _head(PADDING, (left - end) // BLOCK * BLOCK)
        yield head
        yield from _zeros(left - len(head))


def _zeros(number: int) -> Iterator[bytes]:
    for at in range(0, number, PIECE):
        yield bytes(min(PIECE, number - at))


def _sealed_size(payload: int, header: int) -> int:
    return header + _NONCE + payload + _TAG * max(1, -(-payload // _CHUNK))


def _payload(sealed: int, header: int) -> int:
    """How much content makes a sealed file of a size."""
    room = sealed - header - _NONCE
    return room - _TAG * -(-room // (_CHUNK + _TAG))


def _head(name: str, size: int) -> bytes:
    about = tarfile.TarInfo(name)
    about.size, about.mode = size, 0o600
    return about.tobuf(tarfile.PAX_FORMAT)


@contextmanager
def read_archive(file: Path, private_key: str) -> Iterator[Iterator[Member]]:
    """The members of a backup, one after the other, none on the disk. BadArchive when it is none, or the key is not its.

    Only when the iterator has ended is it certain that nothing was cut off.
    """
    try:
        identity = pyrage.x25519.Identity.from_str(private_key.strip())
    except Exception as error:
        raise BadArchive("this is no private key of age (AGE-SECRET-KEY-1…)") from error
    reading, writing = os.pipe()
    failed: list[Exception] = []
    with file.open("rb") as sealed, os.fdopen(reading, "rb") as opened:
        thread = threading.Thread(target=_unseal, args=(sealed, writing, identity, failed), daemon=True)
        thread.start()
        try:
            yield _members(opened, thread, failed)
        finally:
            opened.close()
            thread.join()


def _unseal(sealed: io.BufferedReader, writing: int, identity: pyrage.x25519.Identity, failed: list[Exception]) -> None:
    try:
        with os.fdopen(writing, "wb") as out:
            pyrage.decrypt_io(sealed, out, [identity])
    except Exception as error:
        failed.append(error)


def _members(opened: IO[bytes], thread: threading.Thread, failed: list[Exception]) -> Iterator[Member]:
    try:
        with tarfile.open(fileobj=opened, mode="r|") as tar:
            for about in tar:
                if about.name == PADDING:
                    continue
                content = tar.extractfile(about)
                if content is None:
                    raise BadArchive("there is something in this backup that is no file")
                yield about.name, content.read()
        while opened.read(PIECE):
            pass
    except (tarfile.TarError, EOFError) as error:
        thread.join()
        raise BadArchive(_why(failed)) from error
    thread.join()
    if failed:
        raise BadArchive(_why(failed))


def _why(failed: list[Exception]) -> str:
    return "the key does not open this backup, or it is damaged or incomplete" if failed else "this is no backup"
