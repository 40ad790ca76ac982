"""What rests on a case file, and what follows for it when the file changes.

Weighed before the write, with the leak gate; carried out in the same transaction in which the file is saved.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.cases import office_items
from app.cases.access import OpenCase
from app.cases.changing import Change, sealed_words
from app.cases.clearance import Verdict, judge
from app.cases.consent import took_consent_back
from app.cases.status import allowed
from app.cases.two_people import ENTRIES, entry_in
from app.cases.withdrawal import suspend_case
from app.documents.case_file import CaseFile
from app.documents.entry import PublicEntry
from app.i18n import N_
from app.installation import Installation
from app.release.delivery import hide_now, note_arrival
from app.release.orders import arrived_already, waiting_orders
from app.release.shown import live_entry
from app.stores.casework import Proposal

NO_LONGER_COVERED = N_("The consents, or what must stay sealed, no longer cover the text that was agreed.")


@dataclass(frozen=True, slots=True)
class Consequences:
    """What must follow when a case file is saved."""

    agreed_is_covered: bool
    live_is_covered: bool
    consent_was_taken_back: bool
    office: office_items.Rewriting
    reason: bytes | None


def weigh(installation: Installation, opened: OpenCase, before: CaseFile) -> Consequences:
    """What follows when the file of an opened case is saved as it is in memory. Runs the leak gate."""
    agreed, live = _agreed_entry(installation, opened), live_entry(installation, opened.case)
    return Consequences(
        agreed_is_covered=agreed is None or judge(opened.file, opened.case.version, agreed).clear,
        live_is_covered=live is None or judge(opened.file, opened.case.version, live).clear,
        consent_was_taken_back=took_consent_back(before, opened.file),
        office=office_items.rewriting(installation, opened, before),
        reason=sealed_words(opened, NO_LONGER_COVERED),
    )


def _agreed_entry(installation: Installation, opened: OpenCase) -> PublicEntry | None:
    """The entry that two people agreed to and that waits for its hour."""
    if opened.case.status != "scheduled":
        return None
    with installation.casework.read() as session:
        row = session.scalar(select(Proposal).where(Proposal.case_id == opened.case.id, Proposal.kind.in_(ENTRIES)))
    return None if row is None else entry_in(opened.keys.open(row.sealed))


def follow(installation: Installation, change: Change, found: Consequences) -> None:
    """Does what was weighed, in the transaction that saves the file."""
    session, case = change.session, change.case
    # what was agreed to when this was weighed, and is carried by now, is what is public
    carried = not found.agreed_is_covered and case.status == "published"
    live_is_covered = found.live_is_covered and not carried
    hidden = carried or (not live_is_covered and found.consent_was_taken_back)
    if not found.agreed_is_covered and case.status == "scheduled":
        waiting = waiting_orders(session, case)
        arrived = arrived_already(installation, waiting)
        for order in arrived:
            note_arrival(session, case, order)
        for order in waiting:
            if order not in arrived:
                session.delete(order)
        session.flush()
        hidden = hidden or bool(arrived)
        if not arrived:
            change.step("stop", found.reason)
    case.uncovered = case.live and not live_is_covered
    if hidden and allowed("suspend", case.status):
        suspend_case(session, case, change.who.account_id, found.reason)
    office_items.apply_rewriting(session, case, found.office)


def carry(installation: Installation, found: Consequences) -> None:
    """After the transaction: what must be hidden leaves every public page now."""
    if not (found.live_is_covered and found.agreed_is_covered):
        hide_now(installation)


def uncovered(opened: OpenCase, live: PublicEntry | None) -> list[tuple[str, str]]:
    """(message, particular or person) of why what is public of a case is no longer covered by its case file."""
    if live is None:
        return []
    verdict: Verdict = judge(opened.file, opened.case.version, live)
    return verdict.problems + [
        (N_("“%(person)s” stands in the public text and must stay sealed now."), one.finding.text)
        for one in verdict.judged
        if one.blocks
    ]
