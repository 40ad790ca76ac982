"""Whoever took a copy of the casework store, and what they open with the secrets that they have."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, field

from app.sealing import CannotOpen, derive, unseal, unwrap
from tests.defects.installation import Installation

KEY = re.compile(rb"AGE-SECRET-KEY-1[A-Z0-9]+")


@dataclass
class Opened:
    """Keys that were found on the way, and every plain text that they opened."""

    secrets: set[str] = field(default_factory=set)
    texts: list[bytes] = field(default_factory=list)

    def says(self, words: str) -> bool:
        return any(words.encode() in text for text in self.texts)


class StolenStore:
    """A copy of a SQLite casework store, as sqlite3 reads it: every value of every table that could be sealed."""

    def __init__(self, installation: Installation) -> None:
        file = installation.urls.casework.removeprefix("sqlite:///")
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as store:
            tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows = [row for name in tables for row in store.execute(f'SELECT * FROM "{name}"')]
        self.blobs = [value for row in rows for value in row if isinstance(value, bytes)]

    def opened_by(self, secret: str, purpose: str) -> Opened:
        """What a receipt or token opens: what is wrapped under it first, then whatever the keys found there open."""
        opened = Opened()
        for blob in self.blobs:
            try:
                opened.texts.append(unwrap(blob, derive(secret.encode(), purpose), purpose))
            except CannotOpen:
                continue
        return self._follow(opened)

    def opened_by_keys(self, keys: set[str]) -> Opened:
        return self._follow(Opened(set(keys)))

    def _follow(self, opened: Opened) -> Opened:
        tried: set[str] = set()
        for _ in range(10):
            found = {key.decode() for text in opened.texts for key in KEY.findall(text)}
            opened.secrets |= found
            if not (fresh := opened.secrets - tried):
                break
            for key in fresh:
                for blob in self.blobs:
                    try:
                        opened.texts.append(unseal(blob, key))
                    except CannotOpen:
                        continue
            tried |= fresh
        return opened
