"""Every document that the first version sealed into its store is opened by the code of now."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from app.documents.agreed import ProposedEntry
from app.documents.case_file import CaseFile
from app.documents.message import Message
from app.documents.submission import FileFacts, Submission
from app.documents.versions import Versioned
from app.sealing import open_document, unseal

STORE = Path(__file__).parents[1] / "fixtures" / "first_version" / "sqlite"
TABLES: list[tuple[str, str, type[Versioned], int]] = [
    ("submission", "sealed", Submission, 11),
    ("case_document", "sealed", CaseFile, 18),
    ("message", "sealed", Message, 3),
    ("proposal", "sealed", ProposedEntry, 8),
    ("attachment", "facts", FileFacts, 2),
]


@pytest.mark.parametrize(("table", "column", "model", "count"), TABLES)
def test_every_document_of_the_first_store_is_read(table: str, column: str, model: type[Versioned], count: int) -> None:
    escrow = json.loads((STORE / "secrets.json").read_text())["escrow"]
    store = sqlite3.connect(f"file:{STORE}/casework.sqlite?immutable=1", uri=True)
    held = "SELECT case_id, sealed FROM case_grant JOIN keyholder ON id = keyholder_id WHERE kind = 'escrow'"
    keys = {case: unseal(grant, escrow).decode() for case, grant in store.execute(held)}
    rows = store.execute(
        f"SELECT case_id, {column} FROM {table} WHERE {column} NOT NULL AND case_id NOT NULL"
    ).fetchall()
    read = [model.read(open_document(sealed, keys[case])) for case, sealed in rows]
    store.close()
    assert len(read) == count
    assert all(next(iter(one.told())) == "schema" for one in read)
