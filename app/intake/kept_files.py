"""Files of a form that could not be taken yet: sealed at once under a key that only the form's own secret opens.

That key is the case key before there is a case: when the form is taken, the files stay as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.clock import today
from app.sealing import (
    KeyPair,
    derive,
    lookup,
    open_document,
    random_id,
    seal_document,
    seal_file,
    unwrap,
    wrap,
)  # fmt: skip
from app.stores.casework import Attachment, Draft
from app.submission import FileFacts
from app.web.forms import SentFile
from app.web.house import Sessions

PURPOSE = "draft"
KEPT_DAYS = 2


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file after sealing: what the store takes, and what the submission says of it."""

    facts: FileFacts
    sealed_facts: bytes = field(repr=False)
    sealed: bytes = field(repr=False)


def seal_files(files: Sequence[SentFile], public_key: str) -> list[SealedFile]:
    sealed = []
    for file in files:
        facts = FileFacts(
            attachment=random_id(), name=file.name, type=file.type, size=len(file.content),
            sha256=hashlib.sha256(file.content).hexdigest(),
        )  # fmt: skip
        sealed.append(
            SealedFile(
                facts, seal_document(facts.model_dump(), public_key), seal_file(file.content, public_key)
            )
        )
    return sealed


def draft_key(session: Session, nonce: bytes) -> KeyPair | None:
    """The key under which this form's files are kept, if any are."""
    draft = session.get(Draft, lookup(nonce, PURPOSE))
    if draft is None:
        return None
    return KeyPair(draft.public_key, unwrap(draft.wrapped, derive(nonce, PURPOSE), PURPOSE).decode())


def kept_files(session: Session, nonce: bytes) -> list[FileFacts]:
    """What is kept for a form, by name."""
    key = draft_key(session, nonce)
    if key is None:
        return []
    rows = session.scalars(select(Attachment).where(Attachment.draft_lookup == lookup(nonce, PURPOSE)))
    return sorted(
        (FileFacts.model_validate(open_document(row.facts, key.private)) for row in rows),
        key=lambda f: f.name,
    )


def keep_files(casework: Sessions, nonce: bytes, files: Sequence[SentFile]) -> None:
    """Seals files and keeps them for two days, in a transaction of its own."""
    at = lookup(nonce, PURPOSE)
    with casework() as session:
        known = draft_key(session, nonce)
    key = known or KeyPair.new()
    sealed = seal_files(files, key.public)
    wrapped = wrap(key.private.encode(), derive(nonce, PURPOSE), PURPOSE)
    with casework.begin() as session:
        purge(session, today())
        if known is None:
            session.add(
                Draft(
                    lookup=at,
                    public_key=key.public,
                    wrapped=wrapped,
                    expires_on=today() + timedelta(days=KEPT_DAYS),
                )
            )
            session.flush()
        for one in sealed:
            session.add(
                Attachment(
                    id=one.facts.attachment, draft_lookup=at, facts=one.sealed_facts, sealed=one.sealed
                )
            )


def remove_files(casework: Sessions, nonce: bytes, attachments: Sequence[str]) -> None:
    """Removes kept files of this form; ids that are not this form's remove nothing."""
    with casework.begin() as session:
        session.execute(
            delete(Attachment).where(
                Attachment.draft_lookup == lookup(nonce, PURPOSE), Attachment.id.in_(attachments)
            )
        )


def purge(session: Session, day: date) -> None:
    """Deletes what was kept long enough."""
    old = list(session.scalars(select(Draft.lookup).where(Draft.expires_on < day)))
    if old:
        session.execute(delete(Attachment).where(Attachment.draft_lookup.in_(old)))
        session.execute(delete(Draft).where(Draft.lookup.in_(old)))
