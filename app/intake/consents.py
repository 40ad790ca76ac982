"""What a person agreed to, in the thread of the submission that named them; and taking it back, with one press.

A thread sees and changes only the consents of persons whom its own submissions named.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.consent import PUBLISHING
from app.cases.keys import lock_case
from app.cases.thread import FROM_SUBMITTER, write_message
from app.cases.withdrawal import take_consent_back
from app.documents.message import ConsentTakenBack
from app.documents.submission import PersonConcerned
from app.documents.submission import Submission as Told
from app.i18n import N_, Language
from app.installation import Installation
from app.intake.submitter import OwnCase, adopt, open_by_receipt
from app.problems import Unprocessable
from app.sealing import seal_document
from app.stores.casework import Submission
from app.vocabulary import CONSENT_USES

KEPT = "keep_on_file"  # whoever takes that back withdraws


@dataclass(frozen=True, slots=True)
class PersonTold:
    """A person whom this thread named, and the uses that were agreed to there. `key` finds the person again."""

    key: str
    submission: str
    number: int
    person: PersonConcerned

    @property
    def uses(self) -> list[str]:
        return [use for use in self.person.consent.uses if use != KEPT]


def persons_told(session: Session, own: OwnCase) -> list[PersonTold]:
    """Everybody whom the submissions of this thread named, and who agreed to something that can be taken back."""
    rows = session.scalars(
        select(Submission).where(Submission.case_id == own.case.id).order_by(Submission.received_on, Submission.id)
    )
    told = {row.id: Told.read(own.keys.open(row.sealed)) for row in rows}
    found = [
        PersonTold(f"{submission}.{number}", submission, number, person)
        for submission, one in told.items()
        for number, person in enumerate(one.persons)
    ]
    return [one for one in found if one.uses]


def take_back(installation: Installation, receipt: str, key: str, uses: list[str], language: Language) -> None:
    """Takes uses of one person back, and says so to the desk as a message and in the history. Hide at once afterwards.

    Unprocessable for a person whom this thread did not name, or a use to which they did not agree there.
    """
    adopt(installation.casework, receipt)
    with installation.casework.read() as session:
        own = open_by_receipt(session, receipt)
        person = next((one for one in persons_told(session, own) if one.key == key), None)
    if person is None or not uses or not set(uses) <= set(person.uses):
        raise Unprocessable(N_("Please choose what you take back."))
    codes = [use for use in person.uses if use in uses]
    name = person.person.name or language.gettext(N_("Person %(number)s")) % {"number": person.number + 1}
    listed = "; ".join(language.gettext(CONSENT_USES.label(code)) for code in codes)
    text = language.gettext(N_("I take this consent back. %(person)s: %(uses)s")) % {"person": name, "uses": listed}
    said = ConsentTakenBack(text=text, submission=person.submission, person=person.number, uses=codes)
    with installation.casework.write() as session:
        case = lock_case(session, own.case.id)
        words = seal_document(said.told(), case.public_key)  # the key as it is now
        write_message(session, case, FROM_SUBMITTER, text)
        take_consent_back(session, case, words, published=any(code in PUBLISHING for code in codes))
