"""Access to a case is its grants: reading a case in a snapshot, opening it outside, giving and taking grants."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from app.cases.keys import (
    SealedKeys,
    Turn,
    conflicted,
    lock_case,
    renew,
    require_newest,
    sealed_keys,
    turn_is_due,
    without_access,
)
from app.cases.taking_in import take_back, take_in
from app.documents.case_file import CaseFile, PersonRecord
from app.documents.message import ConsentTakenBack
from app.documents.submission import Submission
from app.history import last_link
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.problems import Conflict, NotFound
from app.sealing import CannotOpen, Keys, seal, seal_document, unseal
from app.stores import Store
from app.stores.casework import Case, Grant, HistoryEvent, HistoryLink, Keyholder, StoredCaseFile
from app.stores.casework import Submission as StoredSubmission

_ID = re.compile("[0-9a-f]{32}")


class OpenCase:
    """A case as a snapshot had it. It is opened with the moderator's grant when somebody first looks into it.

    So what costs time (keys, decrypting, taking in what was submitted) happens after the snapshot was let go.
    """

    def __init__(
        self,
        case: Case,
        grant: Grant,
        sealed: SealedKeys,
        stored: StoredCaseFile | None,
        submitted: Sequence[StoredSubmission],
        taken_back: Sequence[HistoryEvent],
        last_act: HistoryLink | None,
        who: SignedIn,
    ) -> None:
        self.case, self._grant, self._sealed_keys, self._who = case, grant, sealed, who
        self._last_act = last_act
        self._stored, self._submitted, self._taken_back = stored, submitted, taken_back

    @cached_property
    def keys(self) -> Keys:
        """What opens all of the case, of every generation. Conflict when its key is being turned at this moment.

        Whoever asks is written down first: ReadingsAway when that is not possible, and nothing opens.
        """
        try:
            newest = unseal(self._grant.sealed, self._who.private_key).decode()
            self._note_reading(newest)
            return self._sealed_keys.open(newest)
        except CannotOpen as error:
            raise Conflict from error

    def _note_reading(self, newest: str) -> None:
        reader, last = self._who.reader, self._last_act
        if reader.has_noted(self.case.reading_id):
            return
        if object_session(self.case) is not None:
            raise RuntimeError("a reading is noted before a transaction begins: `note_reading` first")
        reader.note_case(
            self.case.reading_id, newest, 0 if last is None else last.position + 1, "" if last is None else last.link
        )

    @property
    def case_keys(self) -> tuple[str, ...]:
        """The private keys of the case alone, the newest first, without those of its threads."""
        return self.keys.private[: len(self._sealed_keys.earlier) + 1]

    def seal(self, document: Mapping[str, Any]) -> bytes:
        """Seals to the newest key of the case, as the store had it when the case was read."""
        return seal_document(dict(document), self.case.public_key)

    @cached_property
    def told(self) -> Mapping[str, Submission]:
        """What was submitted, oldest first, by its id."""
        return {row.id: Submission.read(self.keys.open(row.sealed)) for row in self._submitted}

    @property
    def submissions(self) -> list[Submission]:
        return list(self.told.values())

    @cached_property
    def file(self) -> CaseFile:
        """The file as it was saved last, with what was submitted since. Whoever changes it saves it, or nothing does."""
        return self.file_as_stored()

    def file_as_stored(self) -> CaseFile:
        """The same, made anew: what it was before somebody changed it."""
        file = CaseFile()
        if self._stored is not None:
            file = CaseFile.read(self.keys.open(self._stored.sealed))
        take_in(file, self.told)
        self.take_back(file)
        return file

    def take_back(self, file: CaseFile) -> list[PersonRecord]:
        """Takes out of a file what persons took back themselves; those of whom it said something else."""
        words = [ConsentTakenBack.read(self.keys.open(row.sealed or b"")) for row in self._taken_back]
        return take_back(file, words, self.told)


def open_case(session: Session, case_id: str, who: SignedIn) -> OpenCase:
    """NotFound without a grant, whatever the role: the same answer as for a case that does not exist."""
    known = bool(who.keyholder_id and _ID.fullmatch(case_id))
    case = session.get(Case, case_id) if known else None
    grant = session.get(Grant, (case_id, who.keyholder_id)) if known else None
    if case is None or grant is None or conflicted(session, who.account_id, case.id):
        raise NotFound
    stored = session.get_one(StoredCaseFile, (case.id, case.version)) if case.version else None
    submitted = session.scalars(
        select(StoredSubmission)
        .where(StoredSubmission.case_id == case.id)
        .order_by(StoredSubmission.received_on, StoredSubmission.id)
    ).all()
    taken_back = session.scalars(
        select(HistoryEvent)
        .where(HistoryEvent.case_id == case.id, HistoryEvent.event == "take_consent_back")
        .order_by(HistoryEvent.position)
    ).all()
    sealed, last = sealed_keys(session, case.id), last_link(session, case.id)
    return OpenCase(case, grant, sealed, stored, submitted, taken_back, last, who)


def held_keys(session: Session, case_id: str, who: SignedIn) -> Keys | None:
    """What a moderator's grant opens, also where it must be taken from them; None without a grant."""
    grant = session.get(Grant, (case_id, who.keyholder_id))
    if grant is None:
        return None
    try:
        return sealed_keys(session, case_id).open(unseal(grant.sealed, who.private_key).decode())
    except CannotOpen:
        return None


def look_at(installation: Installation, case_id: str, who: SignedIn) -> OpenCase:
    """A case from a snapshot of its own. NotFound without a grant."""
    with installation.casework.read() as session:
        return open_case(session, case_id, who)


def note_reading(casework: Store, case_id: str, who: SignedIn) -> None:
    """Writes down that a case is going to be opened, once in a request. NotFound as `open_case`; ReadingsAway."""
    with casework.read() as session:
        opened = open_case(session, case_id, who)
    if not who.reader.has_noted(opened.case.reading_id):
        _ = opened.keys


def renew_keys(casework: Store, case_id: str, who: SignedIn) -> None:
    """Before a moderator writes: turns the case's key if somebody's access has ended since. NotFound as `open_case`.

    The reading is noted here: whoever acts has opened the case.
    """
    note_reading(casework, case_id, who)

    def prepare(session: Session) -> Turn | None:
        opened = open_case(session, case_id, who)
        lost = without_access(session, opened.case.id)
        due = bool(lost) or turn_is_due(session, opened.case.id)
        return Turn.of(session, opened.case, opened.keys, lost) if due else None

    renew(casework, prepare)


def take_up(installation: Installation, case_id: str, who: SignedIn) -> OpenCase:
    """A case that is going to be changed, from a snapshot: `renew_keys` first. NotFound without a grant."""
    renew_keys(installation.casework, case_id, who)
    return look_at(installation, case_id, who)


def regrant(
    session: Session, opened: OpenCase, *, give: Collection[Keyholder] = (), take: Collection[str] = ()
) -> None:
    """The one way to a grant and away from one: `give` to keyholders, `take` from those of these ids.

    Taking a grant turns the key. In the caller's transaction; Conflict when the key was turned since the case was opened.
    """
    case = opened.case = lock_case(session, opened.case.id)
    require_newest(case, opened.keys)
    if take:
        turn = Turn.of(session, case, opened.keys, take)
        if not turn.apply(session):
            raise Conflict
        opened.keys = sealed_keys(session, case.id).open(turn.pair.private)
    for keyholder in give:
        if session.get(Grant, (case.id, keyholder.id)) is None:
            sealed = seal(opened.keys.newest.encode(), keyholder.public_key)
            session.add(Grant(case_id=case.id, keyholder_id=keyholder.id, sealed=sealed))
    session.flush()
