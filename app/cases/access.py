"""Access to a case is its grants: opening a case, holding it, saving its file."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.taking_in import take_in
from app.documents.case_file import CaseFile
from app.documents.submission import Submission
from app.identity.sessions import SignedIn
from app.problems import Conflict, NotFound
from app.sealing import open_document, seal_document, unseal
from app.stores.casework import Case, Grant, StoredCaseFile
from app.stores.casework import Submission as StoredSubmission


class OpenCase:
    """A case that a moderator has a grant for, with its key and its file."""

    def __init__(self, case: Case, private_key: str, file: CaseFile) -> None:
        self.case, self.private_key, self.file = case, private_key, file


def open_case(session: Session, case_id: str, who: SignedIn) -> OpenCase:
    """NotFound without a grant, whatever the role: the same answer as for a case that does not exist."""
    case = session.get(Case, case_id[:32])
    grant = session.get(Grant, (case_id[:32], who.keyholder_id)) if who.keyholder_id else None
    if case is None or grant is None:
        raise NotFound
    private_key = unseal(grant.sealed, who.private_key).decode()
    return OpenCase(case, private_key, _newest_file(session, case, private_key))


def submissions(session: Session, case: Case, private_key: str) -> list[Submission]:
    return list(_told(session, case, private_key).values())


def _told(session: Session, case: Case, private_key: str) -> dict[str, Submission]:
    """What was submitted, by its id."""
    rows = session.scalars(
        select(StoredSubmission)
        .where(StoredSubmission.case_id == case.id)
        .order_by(StoredSubmission.received_on, StoredSubmission.id)
    )
    return {row.id: Submission.read(open_document(row.sealed, private_key)) for row in rows}


def _newest_file(session: Session, case: Case, private_key: str) -> CaseFile:
    """The file as it was saved last, and in it what was submitted since: nobody who is told of is forgotten."""
    file = CaseFile()
    if case.version:
        row = session.get_one(StoredCaseFile, (case.id, case.version))
        file = CaseFile.read(open_document(row.sealed, private_key))
    take_in(file, _told(session, case, private_key))
    return file


def lock(session: Session, case: Case) -> None:
    """Holds a case until the transaction ends, as the store has it now."""
    session.flush()
    session.refresh(case, with_for_update=True)


def save_file(session: Session, opened: OpenCase, based_on: int) -> None:
    """A new version of the case file. Conflict when somebody saved since `based_on`."""
    case = opened.case
    lock(session, case)
    if case.version != based_on:
        raise Conflict
    case.version += 1
    sealed = seal_document(opened.file.told(), case.public_key)
    session.add(StoredCaseFile(case_id=case.id, version=case.version, sealed=sealed))
    session.flush()
