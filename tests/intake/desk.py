"""A installation ready to take submissions, and what its readers can open of them with their own keys."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.keys import sealed_keys
from app.installation import Installation
from app.main import create_app
from app.sealing import KeyPair, Keys, unseal
from app.stores.casework import Attachment, Case, Grant, Keyholder, Submission, ThreadKey
from tests.building import Moderator, add_moderator
from tests.journeys.person import HtmlForm, Person

BASE = "http://registry.test"
NO_FILE = [("files", ("", b"", "application/octet-stream"))]


@dataclass
class Desk:
    """A moderator, the escrow key, and the pages that they serve."""

    installation: Installation
    folder: Path
    escrow: KeyPair = field(default_factory=KeyPair.new)
    app: FastAPI = field(init=False)
    one: Moderator = field(init=False)

    def __post_init__(self) -> None:
        self.app = create_app(self.installation.settings)
        self.installation = self.app.state.installation
        with self.installation.casework.write() as session:
            session.add(Keyholder(kind="escrow", public_key=self.escrow.public))
            self.one = add_moderator(session, "one")

    def visitor(self, app: FastAPI | None = None) -> Person:
        person = Person(BASE)
        person.client = TestClient(app or self.app, base_url=BASE, headers={"accept": "text/html"})
        return person

    def cases(self) -> list[Case]:
        with self.installation.casework.read() as session:
            return list(session.scalars(select(Case)))

    def case_keys(self, session: Session, case_id: str, key: KeyPair) -> Keys:
        """All keys of a case and its thread, by the grant of a keyholder."""
        keyholder = session.scalars(select(Keyholder.id).where(Keyholder.public_key == key.public)).one()
        newest = unseal(session.get_one(Grant, (case_id, keyholder)).sealed, key.private).decode()
        return sealed_keys(session, case_id).open(newest)

    def submissions(self) -> list[dict[str, Any]]:
        """All submissions, opened by the moderator's grants."""
        with self.installation.casework.read() as session:
            return [
                self.case_keys(session, row.case_id, self.one.key).open(row.sealed)
                for row in session.scalars(select(Submission))
            ]

    def files(self) -> dict[str, bytes]:
        """All attachments of cases, opened by the moderator: name and content."""
        opened = {}
        with self.installation.casework.read() as session:
            for row in session.scalars(select(Attachment).where(Attachment.case_id.is_not(None))):
                keys = self.case_keys(session, str(row.case_id), self.one.key)
                facts = keys.open(row.facts)
                opened[facts["name"]] = keys.open_file(self.installation.objects.get(row.object_id), facts["size"])
        return opened

    def opened_by_age(self) -> tuple[dict[str, Any], dict[str, bytes]]:
        """The one submission and its files, opened with the stock `age` program and the escrow key alone."""
        with self.installation.casework.read() as session:
            submission = session.scalars(select(Submission)).one()
            holder = session.scalars(select(Keyholder.id).where(Keyholder.kind == "escrow")).one()
            grant = session.get_one(Grant, (submission.case_id, holder)).sealed
            attachments = list(session.scalars(select(Attachment)))
            sealed_to_case = session.scalars(select(ThreadKey.sealed_to_case)).one()
        case_key = self._age(self.escrow.private, grant).decode()
        key = self._age(case_key, sealed_to_case).decode()
        files = {}
        for one in attachments:
            facts = json.loads(self._age(key, one.facts))
            files[facts["name"]] = self._age(key, self.installation.objects.get(one.object_id))[: facts["size"]]
        return json.loads(self._age(key, submission.sealed)), files

    def _age(self, identity: str, sealed: bytes) -> bytes:
        (self.folder / "identity").write_text(identity)
        (self.folder / "sealed").write_bytes(sealed)
        command = [
            "age",
            "--decrypt",
            "--identity",
            str(self.folder / "identity"),
            str(self.folder / "sealed"),
        ]
        return subprocess.run(command, capture_output=True, check=True).stdout


def open_form(person: Person) -> HtmlForm:
    person.get(f"{BASE}/en/submit")
    return person.form_with("what_happened")


def typed(person: Person, name: str) -> str:
    """What the form on the page has in a field now."""
    return dict(person.form_with("what_happened").fields).get(name, "")


def receipt_on(person: Person) -> str:
    """The receipt that the page shows; empty when it shows none."""
    shown = person.response.text.partition('class="receipt">')[2].partition("</p>")[0]
    digits = "".join(one for one in shown if one.isdigit())
    return digits if len(digits) == 36 else ""
