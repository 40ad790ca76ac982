"""Access to a case is its grants: opening a case, giving and taking grants, saving its file."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.keys import Turn, case_keys, lock_case, renew, require_newest, with_thread_keys, without_access
from app.cases.taking_in import take_in
from app.documents.case_file import CaseFile
from app.documents.submission import Submission
from app.identity.sessions import SignedIn
from app.problems import Conflict, NotFound
from app.sealing import CannotOpen, Keys, seal, seal_document, unseal
from app.stores import Store
from app.stores.casework import Case, Grant, Keyholder, StoredCaseFile
from app.stores.casework import Submission as StoredSubmission


class OpenCase:
    """A case that a moderator has a grant for, with its file. `keys` opens all of it, of every generation."""

    def __init__(self, case: Case, keys: Keys, file: CaseFile) -> None:
        self.case, self.keys, self.file = case, keys, file

    def seal(self, document: dict[str, Any]) -> bytes:
        """Seals to the newest key of the case, as the store had it when the case was read or locked last."""
        return seal_document(document, self.case.public_key)


def open_case(session: Session, case_id: str, who: SignedIn) -> OpenCase:
    """NotFound without a grant, whatever the role: the same answer as for a case that does not exist.

    Conflict when the case's key is turned by somebody else at this moment.
    """
    case, keys = _open_keys(session, case_id, who)
    try:
        return OpenCase(case, keys, _newest_file(session, case, keys))
    except CannotOpen as error:
        raise Conflict from error


def _open_keys(session: Session, case_id: str, who: SignedIn) -> tuple[Case, Keys]:
    case = session.get(Case, case_id[:32])
    grant = session.get(Grant, (case_id[:32], who.keyholder_id)) if who.keyholder_id else None
    if case is None or grant is None:
        raise NotFound
    try:
        newest = case_keys(session, case.id, unseal(grant.sealed, who.private_key).decode())
        return case, with_thread_keys(session, case.id, newest)
    except CannotOpen as error:
        raise Conflict from error


def renew_keys(casework: Store, case_id: str, who: SignedIn) -> None:
    """Before a moderator writes: turns the case's key if somebody's access has ended since. NotFound as `open_case`."""

    def prepare(session: Session) -> Turn | None:
        lost = without_access(session, case_id[:32])
        return Turn.of(session, *_open_keys(session, case_id, who), lost) if lost else None

    renew(casework, prepare)


def regrant(
    session: Session, opened: OpenCase, *, give: Collection[Keyholder] = (), take: Collection[str] = ()
) -> None:
    """The one way to a grant and away from one: `give` to keyholders, `take` from those of these ids.

    Taking a grant turns the key. In the caller's transaction; Conflict when the key was turned since the case was opened.
    """
    case = opened.case = lock_case(session, opened.case.id)
    require_newest(case, opened.keys)
    if take:
        turn_key(session, opened, take)
    for keyholder in give:
        if session.get(Grant, (case.id, keyholder.id)) is None:
            sealed = seal(opened.keys.newest.encode(), keyholder.public_key)
            session.add(Grant(case_id=case.id, keyholder_id=keyholder.id, sealed=sealed))
    session.flush()


def turn_key(session: Session, opened: OpenCase, without: Collection[str]) -> None:
    """Turns the key of an open case, leaving the grants of `without` behind."""
    turn = Turn.of(session, opened.case, opened.keys, without)
    if not turn.apply(session):
        raise Conflict
    opened.keys = with_thread_keys(session, opened.case.id, Keys((turn.pair.private, *opened.keys.private)))


def submissions(session: Session, opened: OpenCase) -> list[Submission]:
    return list(_told(session, opened.case, opened.keys).values())


def _told(session: Session, case: Case, keys: Keys) -> dict[str, Submission]:
    """What was submitted, by its id."""
    rows = session.scalars(
        select(StoredSubmission)
        .where(StoredSubmission.case_id == case.id)
        .order_by(StoredSubmission.received_on, StoredSubmission.id)
    )
    return {row.id: Submission.model_validate(keys.open(row.sealed)) for row in rows}


def _newest_file(session: Session, case: Case, keys: Keys) -> CaseFile:
    """The file as it was saved last, and in it what was submitted since: nobody who is told of is forgotten."""
    file = CaseFile()
    if case.version:
        row = session.get_one(StoredCaseFile, (case.id, case.version))
        file = CaseFile.model_validate(keys.open(row.sealed))
    take_in(file, _told(session, case, keys))
    return file


def save_file(session: Session, opened: OpenCase, based_on: int) -> None:
    """A new version of the case file. Conflict when somebody saved since `based_on`."""
    case = opened.case = lock_case(session, opened.case.id)
    if case.version != based_on:
        raise Conflict
    case.version += 1
    session.add(StoredCaseFile(case_id=case.id, version=case.version, sealed=opened.seal(opened.file.model_dump())))
    session.flush()
