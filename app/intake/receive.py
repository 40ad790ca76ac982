"""Takes a submission: seals it to the people who may read it, stores it durably, and only then gives the receipt."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.cases.conflicts import name_states_told, readers_of
from app.cases.keys import lock_case, new_thread_key, thread_public_key
from app.cases.titles import title_key, wrap_title
from app.clock import today
from app.documents.submission import Submission
from app.documents.title import WorkingTitle
from app.installation import Installation
from app.intake.drafts import PURPOSE as DRAFT
from app.intake.drafts import SealedFile, draft_key, kept_files, reseal_kept, seal_files, without_leftovers
from app.intake.submitter import RECEIPT
from app.intake.tokens import FormToken
from app.problems import Unavailable
from app.reference import states
from app.sealing import KeyPair, derive, lookup, random_id, receipt_of, seal, seal_document, wrap
from app.stores import casework as store
from app.stores.objects import Objects
from app.web.forms import SentFile


@dataclass(frozen=True, slots=True)
class _Keyholder:
    id: str
    public_key: str


def receive(installation: Installation, token: FormToken, told: Submission, files: Sequence[SentFile]) -> str:
    """Stores a submission and returns its receipt.

    The same form sent again gives the same receipt: with the same content nothing is added, with other content the
    case gets a further submission. It is sealed to every moderator without a conflict of interest and to the escrow key,
    or to that alone. Raises Unavailable only where no escrow key was ever made.
    """
    key = installation.keys.receipts.get(token.receipt_key)
    if key is None:
        raise Unavailable
    receipt = receipt_of(key, token.nonce)
    for _ in range(3):
        try:
            if _store(installation, token.nonce, receipt, told, files):
                return receipt
        except IntegrityError:
            continue  # the same form arrived twice at once; the other one is durable now, and recognised
    raise Unavailable


def _digest(nonce: bytes, told: Submission, sealed: Sequence[SealedFile]) -> str:
    """Recognises a repetition, and tells nothing to whoever does not hold the form's secret."""
    content = told.model_dump_json(exclude={"files"}) + "".join(sorted(one.facts.sha256 for one in sealed))
    return hmac.new(derive(nonce, "digest"), content.encode(), hashlib.sha256).hexdigest()


def _store(installation: Installation, nonce: bytes, receipt: str, told: Submission, files: Sequence[SentFile]) -> bool:
    """Whether it is stored now: not when the key of the thread was turned since it was sealed."""
    with installation.casework.read() as session:
        known = session.get(store.Thread, lookup(receipt.encode(), RECEIPT))
        draft = draft_key(session, nonce)
        kept = kept_files(session, nonce) if draft else []
        public_key = thread_public_key(session, known.case_id) if known else ""
        readers = [] if known else _readers(session, told)
    pair = draft or KeyPair.new()
    public_key = public_key or pair.public
    sent = seal_files(installation.objects, files, public_key)
    # kept after the case was made, under a key that no reader of the case has: sealed anew to its thread
    late = reseal_kept(installation, nonce, public_key) if known else []
    sealed = [*late, *sent]
    told = told.model_copy(update={"files": [*([] if known else kept), *(one.facts for one in sealed)]})
    submission = store.Submission(
        case_id=known.case_id if known else random_id(),
        received_on=today(),
        digest=_digest(nonce, told, sent),
        sealed=seal_document(told.told(), public_key),
    )
    new_case = None if known else _NewCase(submission.case_id, pair, receipt, readers, told, installation.settings.demo)
    with without_leftovers(installation, sealed), installation.casework.write() as session:
        if new_case is None:
            case = lock_case(session, submission.case_id)
            if session.scalar(select(store.Submission.id).where(store.Submission.digest == submission.digest)):
                return True
            if thread_public_key(session, case.id) != public_key:
                return False
            case.unread = True
            name_states_told(session, case, {"alleged": told.state_alleged, "where": told.state_where})
        rows = [*(new_case.rows() if new_case else []), submission]
        rows += [one.row(case_id=submission.case_id) for one in sealed]
        session.bulk_save_objects(rows)  # as they stand: a crowd waits for this transaction
        if draft is not None:
            taken = [one.attachment for one in kept]
            _take_draft(
                installation.objects, session, lookup(nonce, DRAFT), taken, submission.case_id if new_case else None
            )
    return True


def _take_draft(
    objects: Objects, session: Session, form_lookup: str, taken: Sequence[str], case_id: str | None
) -> None:
    """Kept files become the new case's own; None: they were sealed anew, and the kept ones go."""
    kept = store.Attachment.form_lookup == form_lookup
    for one in session.scalars(select(store.Attachment).where(kept, store.Attachment.id.in_(taken))).all():
        if case_id is None:
            session.delete(one)
            objects.delete_after_commit(session, [one.object_id])
        else:
            one.case_id, one.form_lookup = case_id, None
    session.flush()
    if session.scalar(select(store.Attachment.id).where(kept).limit(1)) is None:
        session.execute(delete(store.FormInProgress).where(store.FormInProgress.lookup == form_lookup))


def _readers(session: Session, told: Submission) -> list[_Keyholder]:
    """Who may open the case. Unavailable when there is nobody at all: not even an escrow key."""
    readers = readers_of(session, {told.state_alleged, told.state_where})
    if not any(one.kind == "escrow" for one in readers):
        raise Unavailable
    return [_Keyholder(one.id, one.public_key) for one in readers]


class _NewCase:
    """Everything of a new case, sealed before the store is touched. The keys are forgotten with it."""

    def __init__(
        self,
        case_id: str,
        thread_pair: KeyPair,
        receipt: str,
        readers: Sequence[_Keyholder],
        told: Submission,
        demo: bool,
    ) -> None:
        submitter, key = KeyPair.new(), KeyPair.new()
        secret = receipt.encode()
        self.keyholder = store.Keyholder(id=random_id(), kind="submitter", public_key=submitter.public)
        self.case = store.Case(
            id=case_id,
            public_key=key.public,
            urgency="urgent" if told.at_risk_now == "yes" else "normal",
            received_on=today(),
            status="received",
            unread=True,
        )
        self.case.place = self.case.place_in_queue()  # the rows are written as they stand
        named = (("alleged", told.state_alleged), ("where", told.state_where))
        self.states = [
            store.CaseState(case_id=case_id, relation=relation, state=state)
            for relation, state in named
            if state in states(demo)
        ]
        self.grants = [
            store.Grant(case_id=case_id, keyholder_id=one.id, sealed=seal(key.private.encode(), one.public_key))
            for one in readers
        ]
        self.title = store.CaseTitle(
            case_id=case_id, wrapped=wrap_title(WorkingTitle.of(told), case_id, title_key(key.private))
        )
        self.thread = store.Thread(
            lookup=lookup(secret, RECEIPT),
            case_id=case_id,
            keyholder_id=self.keyholder.id,
            wrapped=wrap(submitter.private.encode(), derive(secret, RECEIPT), RECEIPT),
        )
        self.thread_key = new_thread_key(self.thread.lookup, 0, thread_pair, key.public, submitter.public)

    def rows(self) -> list[store.CaseworkBase]:
        """What is new, in the order of its references."""
        return [self.keyholder, self.case, *self.states, *self.grants, self.title, self.thread, self.thread_key]
