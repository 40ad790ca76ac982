"""Takes a submission: seals it to the people who may read it, stores it durably, and only then gives the receipt."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.cases.access import lock_case
from app.cases.conflicts import readers_of
from app.clock import today
from app.documents.submission import Submission
from app.installation import Installation
from app.intake.drafts import PURPOSE as DRAFT
from app.intake.drafts import SealedFile, draft_key, kept_files, open_kept, purge, seal_files
from app.problems import Unavailable
from app.reference import states
from app.sealing import KeyPair, derive, lookup, random_id, receipt_of, seal, seal_document, wrap
from app.stores import casework as store
from app.web.forms import SentFile

RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class _Keyholder:
    id: str
    public_key: str


def receive(installation: Installation, nonce: bytes, told: Submission, files: Sequence[SentFile]) -> str:
    """Stores a submission and returns its receipt.

    The same form sent again gives the same receipt: with the same content nothing is added, with other content the
    case gets a further submission. Raises Unavailable when there is nobody to whom it could be sealed.
    """
    receipt = receipt_of(installation.settings.form_key, nonce)
    for _ in range(3):
        try:
            _store(installation, nonce, receipt, told, files)
        except IntegrityError:
            continue  # the same form arrived twice at once; the other one is durable now, and recognised
        return receipt
    raise Unavailable


def _digest(nonce: bytes, told: Submission, sealed: Sequence[SealedFile]) -> str:
    """Recognises a repetition, and tells nothing to whoever does not hold the form's secret."""
    content = told.model_dump_json(exclude={"files"}) + "".join(sorted(one.facts.sha256 for one in sealed))
    return hmac.new(derive(nonce, "digest"), content.encode(), hashlib.sha256).hexdigest()


def _store(installation: Installation, nonce: bytes, receipt: str, told: Submission, files: Sequence[SentFile]) -> None:
    found = lookup(receipt.encode(), RECEIPT)
    with installation.casework.read() as session:
        known = session.get(store.Thread, found)
        case = session.get(store.Case, known.case_id) if known else None
        draft = draft_key(session, nonce)
        kept = kept_files(session, nonce)
        # kept after the case was made, under a key that no reader of the case has: sealed anew to the case below
        late = open_kept(session, nonce) if case else []
        readers = _readers(session, told)
    key = KeyPair(case.public_key, "") if case else draft or KeyPair.new()
    sent = seal_files(files, key.public)
    sealed = [*seal_files(late, key.public), *sent]
    told = told.model_copy(update={"files": [*([] if case else kept), *(one.facts for one in sealed)]})
    submission = store.Submission(
        case_id=case.id if case else random_id(),
        received_on=today(),
        digest=_digest(nonce, told, sent),
        sealed=seal_document(told.told(), key.public),
    )
    new_case = None if case else _NewCase(submission.case_id, key, receipt, readers, told, installation.settings.demo)
    with installation.casework.write() as session:
        if new_case is None:
            if session.scalar(select(store.Submission.id).where(store.Submission.digest == submission.digest)):
                return
            lock_case(session, submission.case_id).unread = True
        else:
            new_case.add(session)
        session.add(submission)
        session.flush()
        taken = [one.attachment for one in kept]
        _take_draft(session, lookup(nonce, DRAFT), taken, submission.case_id if new_case else None)
        _attach(session, submission.case_id, sealed)
        purge(session, today())


def _take_draft(session: Session, form_lookup: str, taken: Sequence[str], case_id: str | None) -> None:
    """Kept files become the new case's own; None: they were sealed anew, and the kept ones go."""
    kept = store.Attachment.form_lookup == form_lookup
    for one in session.scalars(select(store.Attachment).where(kept, store.Attachment.id.in_(taken))).all():
        if case_id is None:
            session.delete(one)
        else:
            one.case_id, one.form_lookup = case_id, None
    session.flush()
    if session.scalar(select(store.Attachment.id).where(kept).limit(1)) is None:
        session.execute(delete(store.FormInProgress).where(store.FormInProgress.lookup == form_lookup))


def _attach(session: Session, case_id: str, sealed: Sequence[SealedFile]) -> None:
    for one in sealed:
        session.add(
            store.Attachment(id=one.facts.attachment, case_id=case_id, facts=one.sealed_facts, sealed=one.sealed)
        )
    session.flush()


def _readers(session: Session, told: Submission) -> list[_Keyholder]:
    """Who may open the case. Unavailable when there is nobody at all: not even an escrow key."""
    readers = readers_of(session, {told.state_alleged, told.state_where})
    if not any(one.kind == "escrow" for one in readers):
        raise Unavailable
    return [_Keyholder(one.id, one.public_key) for one in readers]


class _NewCase:
    """Everything of a new case, sealed before the store is touched. The case key is forgotten with it."""

    def __init__(
        self,
        case_id: str,
        key: KeyPair,
        receipt: str,
        readers: Sequence[_Keyholder],
        told: Submission,
        demo: bool,
    ) -> None:
        submitter = KeyPair.new()
        secret = receipt.encode()
        keyholder = store.Keyholder(id=random_id(), kind="submitter", public_key=submitter.public)
        self.case = store.Case(
            id=case_id,
            public_key=key.public,
            urgency="urgent" if told.at_risk_now == "yes" else "normal",
            received_on=today(),
            status="received",
            unread=True,
        )
        named = (("alleged", told.state_alleged), ("where", told.state_where))
        self.states = [
            store.CaseState(case_id=case_id, relation=relation, state=state)
            for relation, state in named
            if state in states(demo)
        ]
        self.keyholder = keyholder
        everyone = [*readers, _Keyholder(keyholder.id, submitter.public)]
        self.grants = [
            store.Grant(case_id=case_id, keyholder_id=one.id, sealed=seal(key.private.encode(), one.public_key))
            for one in everyone
        ]
        self.thread = store.Thread(
            lookup=lookup(secret, RECEIPT),
            case_id=case_id,
            keyholder_id=keyholder.id,
            wrapped=wrap(submitter.private.encode(), derive(secret, RECEIPT), RECEIPT),
        )

    def add(self, session: Session) -> None:
        session.add_all([self.case, self.keyholder])
        session.flush()
        session.add_all([*self.states, *self.grants, self.thread])
        session.flush()
