"""What moderators call a case: its working title, which everybody who can open it sees in the queue."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.access import OpenCase, take_up
from app.cases.changing import changing
from app.cases.titles import read_title, title_key, unwrap_title, wrap_title
from app.documents.title import LONGEST_NAME, WorkingTitle
from app.i18n import N_
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.problems import Unprocessable
from app.sealing import CannotOpen, random_id
from app.stores.casework import CaseTitle, Grant


def title_of(session: Session, opened: OpenCase) -> WorkingTitle:
    """The title of an opened case; where none can be read, what its first submission gives."""
    row = session.get(CaseTitle, opened.case.id)
    if row is not None:
        try:
            return read_title(unwrap_title(row.wrapped, opened.case.id, title_key(opened.keys.newest)))
        except CannotOpen:
            pass
    return WorkingTitle.of(opened.submissions[0]) if opened.submissions else WorkingTitle(language="en")


def rename(installation: Installation, who: SignedIn, case_id: str, name: str) -> None:
    """Gives a case a working title, or with an empty name the one that follows from what was told."""
    if len(name) > LONGEST_NAME:
        raise Unprocessable(N_("A working title has at most 80 characters."))
    opened = take_up(installation, case_id, who)
    with installation.casework.read() as session:
        title = title_of(session, opened).model_copy(update={"name": name})
    wrapped = wrapped_for(opened, title)
    with changing(installation, opened, who, whatever_the_file=True) as change:
        put_title(change.session, case_id, wrapped)
        change.note("rename")


def wrapped_for(opened: OpenCase, title: WorkingTitle) -> bytes:
    """A title as the store keeps it; the case was opened, so that its newest key is at hand."""
    return wrap_title(title, opened.case.id, title_key(opened.keys.newest))


def put_title(session: Session, case_id: str, wrapped: bytes) -> None:
    """Writes a title under the lock of its case, and marks it as news to everybody with a grant."""
    session.merge(CaseTitle(case_id=case_id, wrapped=wrapped))
    for grant in session.scalars(select(Grant).where(Grant.case_id == case_id)):
        grant.news = random_id()
    session.flush()
