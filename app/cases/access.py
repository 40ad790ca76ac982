"""Access to a case is its grants: reading a case in a snapshot, opening it outside, and locking its row to change it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.taking_in import take_back, take_in
from app.documents.case_file import CaseFile
from app.documents.message import ConsentTakenBack
from app.documents.submission import Submission
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.problems import NotFound
from app.sealing import open_document, unseal
from app.stores.casework import Case, Grant, HistoryEvent, StoredCaseFile
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
        stored: StoredCaseFile | None,
        submitted: Sequence[StoredSubmission],
        taken_back: Sequence[HistoryEvent],
        who: SignedIn,
    ) -> None:
        self.case, self._grant, self._stored, self._who = case, grant, stored, who
        self._submitted, self._taken_back = submitted, taken_back

    @cached_property
    def private_key(self) -> str:
        return unseal(self._grant.sealed, self._who.private_key).decode()

    @cached_property
    def told(self) -> Mapping[str, Submission]:
        """What was submitted, oldest first, by its id."""
        return {row.id: Submission.read(open_document(row.sealed, self.private_key)) for row in self._submitted}

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
            file = CaseFile.read(open_document(self._stored.sealed, self.private_key))
        take_in(file, self.told)
        words = {
            f"event/{row.position}": ConsentTakenBack.read(open_document(row.sealed or b"", self.private_key))
            for row in self._taken_back
        }
        take_back(file, words, self.told)
        return file


def open_case(session: Session, case_id: str, who: SignedIn) -> OpenCase:
    """NotFound without a grant, whatever the role: the same answer as for a case that does not exist."""
    known = bool(who.keyholder_id and _ID.fullmatch(case_id))
    case = session.get(Case, case_id) if known else None
    grant = session.get(Grant, (case_id, who.keyholder_id)) if known else None
    if case is None or grant is None:
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
    return OpenCase(case, grant, stored, submitted, taken_back, who)


def look_at(installation: Installation, case_id: str, who: SignedIn) -> OpenCase:
    """A case from a snapshot of its own. NotFound without a grant."""
    with installation.casework.read() as session:
        return open_case(session, case_id, who)


def lock_case(session: Session, case_id: str) -> Case:
    """The row of a case as it is now, held until the transaction ends: what everybody who changes a case does first.

    On SQLite the writer is alone from the beginning of the transaction. NotFound when there is no such case.
    """
    case = session.get(Case, case_id, with_for_update=True, populate_existing=True)
    if case is None:
        raise NotFound
    return case
