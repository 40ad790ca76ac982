"""Files that are sent: sealed at once, stored as objects, and only then named by a row.

Those of a form that could not be taken yet are sealed under a key that only the form's own secret opens. It becomes the
thread's when the form is taken, and the files stay as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from time import monotonic

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import today
from app.documents.submission import FileFacts
from app.i18n import Gettext
from app.installation import Installation
from app.problems import Unavailable
from app.sealing import (
    SMALLEST_FILE,
    KeyPair,
    derive,
    lookup,
    open_document,
    open_file,
    padded_size,
    random_id,
    seal_document,
    seal_file,
    unwrap,
    wrap,
)
from app.stores.casework import Attachment, FormInProgress
from app.stores.objects import Objects
from app.stores.sweeping import LONGEST_WITHOUT_ROW, purge_forms, stored_bytes
from app.web.forms import FormView, SentFile

PURPOSE = "draft"
KEPT_DAYS = 2


_one_at_a_time = Lock()  # sealing: a file is in memory twice meanwhile


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file after sealing: its object is stored already, and the submission and the row tell of it."""

    facts: FileFacts
    sealed_facts: bytes = field(repr=False)
    object_id: str
    stored_at: float  # on the process's own clock

    def row(self, *, case_id: str | None = None, form_lookup: str | None = None) -> Attachment:
        """The row that names the object. Unavailable when the object waited so long for it that it may be swept."""
        if monotonic() - self.stored_at > LONGEST_WITHOUT_ROW:
            raise Unavailable
        return Attachment(
            id=self.facts.attachment,
            case_id=case_id,
            form_lookup=form_lookup,
            facts=self.sealed_facts,
            object_id=self.object_id,
            padded_size=padded_size(self.facts.size, SMALLEST_FILE),
        )


def seal_files(objects: Objects, files: Sequence[SentFile], public_key: str) -> list[SealedFile]:
    """Seals files and stores them, one after the other. Never within a transaction: an object store takes its time."""
    return [_seal_file(objects, one, public_key) for one in files]


def _seal_file(objects: Objects, file: SentFile, public_key: str) -> SealedFile:
    facts = FileFacts(
        attachment=random_id(),
        name=file.name,
        type=file.type,
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
    )
    object_id = random_id()
    with _one_at_a_time:
        objects.put(object_id, seal_file(file.content, public_key))
    return SealedFile(facts, seal_document(facts.told(), public_key), object_id, monotonic())


@contextmanager
def without_leftovers(installation: Installation, sealed: Sequence[SealedFile]) -> Iterator[None]:
    """Around the transaction that names the objects: those that it did not take are deleted when it has ended.

    When it broke in an unknown way it may still be committed: then they stay, and are swept if nothing names them.
    """
    try:
        yield
    except IntegrityError:
        _delete_unnamed(installation, sealed)
        raise
    _delete_unnamed(installation, sealed)


def _delete_unnamed(installation: Installation, sealed: Sequence[SealedFile]) -> None:
    ids = {one.object_id for one in sealed}
    if not ids:
        return
    with installation.casework.read() as session:
        ids -= set(session.scalars(select(Attachment.object_id).where(Attachment.object_id.in_(ids))))
    try:
        installation.objects.delete(ids)
    except Unavailable:
        return  # swept later


def files_with_room(
    installation: Installation, files: Sequence[SentFile], view: FormView, gettext: Gettext
) -> list[SentFile]:
    """The files, or none of them when they would take the room that is kept for texts; then the form says so."""
    settings = installation.settings
    asked = sum(padded_size(len(one.content), SMALLEST_FILE) for one in files) + settings.text_reserve_bytes
    if not files:
        return []
    free = installation.objects.free_bytes()
    with installation.casework.read() as session:
        full = stored_bytes(session) + asked > settings.storage_bytes
    if not full and (free is None or asked <= free):
        return list(files)
    view.complain(
        "files",
        gettext(
            "There is no room for files at the moment. Your text can be taken: send it without files now, and add them"
            " later with your receipt."
        ),
    )
    return []


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


def reseal_kept(installation: Installation, nonce: bytes, public_key: str) -> list[SealedFile]:
    """The files kept for a form, sealed anew to another key, one after the other."""
    with installation.casework.read() as session:
        key = draft_key(session, nonce)
        rows = list(session.scalars(select(Attachment).where(Attachment.form_lookup == lookup(nonce, PURPOSE))))
    if key is None:
        return []
    sealed = []
    for row in rows:
        facts = FileFacts.read(open_document(row.facts, key.private))
        content = open_file(installation.objects.get(row.object_id), facts.size, key.private)
        sealed.append(_seal_file(installation.objects, SentFile(facts.name, facts.type, content), public_key))
    return sealed


def keep_files(installation: Installation, nonce: bytes, files: Sequence[SentFile]) -> None:
    """Seals files and keeps them for two days, in a transaction of its own. A file that is kept already stays once.

    Raises Unavailable when the same form keeps arriving at once with files.
    """
    for _ in range(3):
        with installation.casework.read() as session:
            key = draft_key(session, nonce) or KeyPair.new()
        sealed = seal_files(installation.objects, files, key.public)
        try:
            with without_leftovers(installation, sealed), installation.casework.write() as session:
                if _keep(installation.objects, session, nonce, key, sealed):
                    return
        except IntegrityError:
            continue  # the same form arrived twice at once, and the other one made the draft
    raise Unavailable


def _keep(objects: Objects, session: Session, nonce: bytes, key: KeyPair, sealed: Sequence[SealedFile]) -> bool:
    """Whether the files could be kept: not when another request made the draft meanwhile, under its own key."""
    at = lookup(nonce, PURPOSE)
    purge_forms(session, objects, today())
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
            session.add(one.row(form_lookup=at))
    return True


def remove_files(installation: Installation, nonce: bytes, attachments: Sequence[str]) -> None:
    """Removes kept files of this form; ids that are not this form's remove nothing."""
    theirs = (Attachment.form_lookup == lookup(nonce, PURPOSE), Attachment.id.in_(attachments))
    with installation.casework.write() as session:
        gone = session.scalars(select(Attachment.object_id).where(*theirs)).all()
        session.execute(delete(Attachment).where(*theirs))
        installation.objects.delete_after_commit(session, gone)
