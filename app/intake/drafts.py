"""Files of a form that could not be taken yet: sealed at once under a key that only the form's own secret opens.

That key is the case key before there is a case: when the form is taken, the files stay as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import today
from app.documents.submission import FileFacts
from app.problems import Unavailable
from app.sealing import (
    KeyPair,
    derive,
    lookup,
    open_document,
    open_file,
    random_id,
    seal_document,
    seal_file,
    unwrap,
    wrap,
)
from app.stores import Store
from app.stores.casework import Attachment, FormInProgress
from app.web.forms import SentFile

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
            attachment=random_id(),
            name=file.name,
            type=file.type,
            size=len(file.content),
            sha256=hashlib.sha256(file.content).hexdigest(),
        )
        sealed.append(SealedFile(facts, seal_document(facts.told(), public_key), seal_file(file.content, public_key)))
    return sealed


def draft_key(session: Session, nonce: bytes) -> KeyPair | None:
    """The key under which this form's files are kept, if any are."""
    draft = session.get(FormInProgress, lookup(nonce, PURPOSE))
    if draft is None:
        return None
    return KeyPair(draft.public_key, unwrap(draft.wrapped, derive(nonce, PURPOSE), PURPOSE).decode())


def kept_files(session: Session, nonce: bytes) -> list[FileFacts]:
    """What is kept for a form, by name."""
    key = draft_key(session, nonce)
    if key is None:
        return []
    rows = session.scalars(select(Attachment).where(Attachment.form_lookup == lookup(nonce, PURPOSE)))
    return sorted(
        (FileFacts.read(open_document(row.facts, key.private)) for row in rows),
        key=lambda f: f.name,
    )


def open_kept(session: Session, nonce: bytes) -> list[SentFile]:
    """The files kept for a form, opened in memory."""
    key = draft_key(session, nonce)
    if key is None:
        return []
    opened = []
    for row in session.scalars(select(Attachment).where(Attachment.form_lookup == lookup(nonce, PURPOSE))):
        facts = FileFacts.read(open_document(row.facts, key.private))
        opened.append(SentFile(facts.name, facts.type, open_file(row.sealed, facts.size, key.private)))
    return opened


def keep_files(casework: Store, nonce: bytes, files: Sequence[SentFile]) -> None:
    """Seals files and keeps them for two days, in a transaction of its own. A file that is kept already stays once.

    Raises Unavailable when the same form keeps arriving at once with files.
    """
    for _ in range(3):
        with casework.read() as session:
            key = draft_key(session, nonce) or KeyPair.new()
        sealed = seal_files(files, key.public)
        try:
            with casework.write() as session:
                if _keep(session, nonce, key, sealed):
                    return
        except IntegrityError:
            continue  # the same form arrived twice at once, and the other one made the draft
    raise Unavailable


def _keep(session: Session, nonce: bytes, key: KeyPair, sealed: Sequence[SealedFile]) -> bool:
    """Whether the files could be kept: not when another request made the draft meanwhile, under its own key."""
    at = lookup(nonce, PURPOSE)
    purge(session, today())
    draft = session.get(FormInProgress, at, with_for_update=True)
    if draft is not None and draft.public_key != key.public:
        return False
    if draft is None:
        wrapped = wrap(key.private.encode(), derive(nonce, PURPOSE), PURPOSE)
        expires_on = today() + timedelta(days=KEPT_DAYS)
        session.add(FormInProgress(lookup=at, public_key=key.public, wrapped=wrapped, expires_on=expires_on))
        session.flush()
    known = {(one.name, one.sha256) for one in kept_files(session, nonce)}
    for one in sealed:
        if (one.facts.name, one.facts.sha256) not in known:
            known.add((one.facts.name, one.facts.sha256))
            session.add(Attachment(id=one.facts.attachment, form_lookup=at, facts=one.sealed_facts, sealed=one.sealed))
    return True


def remove_files(casework: Store, nonce: bytes, attachments: Sequence[str]) -> None:
    """Removes kept files of this form; ids that are not this form's remove nothing."""
    with casework.write() as session:
        session.execute(
            delete(Attachment).where(Attachment.form_lookup == lookup(nonce, PURPOSE), Attachment.id.in_(attachments))
        )


def purge(session: Session, day: date) -> None:
    """Deletes what was kept long enough."""
    old = list(session.scalars(select(FormInProgress.lookup).where(FormInProgress.expires_on < day)))
    if old:
        session.execute(delete(Attachment).where(Attachment.form_lookup.in_(old)))
        session.execute(delete(FormInProgress).where(FormInProgress.lookup.in_(old)))
