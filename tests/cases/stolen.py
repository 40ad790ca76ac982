"""A copy of a casework store in the hands of a thief who has somebody's key, and the stock `age` program."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from sqlalchemy import MetaData, select

from app.sealing import CannotOpen, derive, unwrap
from app.stores import open_store

KEY = re.compile(rb"AGE-SECRET-KEY-1\w+")
AGE = b"age-encryption.org/v1"


class StolenStore:
    """Every binary value of every table, whatever the program calls it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        tables = MetaData()
        engine = open_store(url, read_only=True)
        tables.reflect(engine)
        with engine.connect() as connection:
            rows = [row for table in tables.tables.values() for row in connection.execute(select(table))]
        engine.dispose()
        self.values = {bytes(value) for row in rows for value in row if isinstance(value, bytes | memoryview)}

    def opened_by_receipt(self, receipt: str) -> bytes:
        """All that a receipt opens: what is wrapped under it, and what the keys found there open in turn."""
        keys = set()
        for value in self.values:
            try:
                keys.add(unwrap(value, derive(receipt.encode(), "receipt"), "receipt").decode())
            except CannotOpen:
                continue
        assert keys
        return self.opened_by(*keys)

    def opened_by(self, *private_keys: str) -> bytes:
        """All that keys open, with every key that is found on the way."""
        keys, texts = set(private_keys), list[bytes]()
        sealed = {one for one in self.values if one.startswith(AGE)}
        fresh = set(keys)
        while fresh:
            found = {one: text for one in sealed if (text := self._age(fresh, one)) is not None}
            sealed -= found.keys()
            texts += found.values()
            fresh = {one.decode() for text in found.values() for one in KEY.findall(text)} - keys
            keys |= fresh
        return b"\n".join(texts)

    def _age(self, keys: set[str], sealed: bytes) -> bytes | None:
        (self.folder / "identities").write_text("\n".join(keys) + "\n")
        (self.folder / "sealed").write_bytes(sealed)
        done = subprocess.run(
            ["age", "--decrypt", "--identity", self.folder / "identities", self.folder / "sealed"],
            capture_output=True,
            check=False,
        )
        return done.stdout if done.returncode == 0 else None
