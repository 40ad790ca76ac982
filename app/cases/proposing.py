"""From a draft to a decided release: proposed by one, agreed to by another, stopped by any of them.

The leak gate runs before the transaction. Its verdict is bound to the version of the case file and to the text, and
holds in the transaction only for these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from sqlalchemy import delete

from app.cases.access import OpenCase, open_case, renew_keys, take_up
from app.cases.changing import changing, require_claim, sealed_words
from app.cases.clearance import Verdict, judge
from app.cases.two_people import (
    ENTRIES,
    as_seen,
    close_proposals,
    entry_in,
    objection,
    require_as_seen,
    require_open_proposal,
)
from app.documents.agreed import ProposedEntry
from app.documents.entry import PublicEntry
from app.documents.envelope import Kind
from app.i18n import N_
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.problems import Conflict, Forbidden, Unprocessable
from app.release.delivery import note_arrival
from app.release.orders import arrived_already, first_release_day, order_release, waiting_orders
from app.release.shown import live_entry, was_public
from app.stores.casework import Proposal


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal as the second moderator reads it."""

    opened: OpenCase
    row: Proposal
    entry: PublicEntry
    live: PublicEntry | None
    verdict: Verdict
    objection: str

    @property
    def seen(self) -> str:
        return as_seen(self.row, self.opened.case)


def look_at_proposal(installation: Installation, case_id: str, who: SignedIn) -> Proposed:
    """What waits for a second moderator, with what the gate and the consents say of it. Conflict when nothing waits."""
    with installation.casework.read() as session:
        opened = open_case(session, case_id, who)
        row = require_open_proposal(session, opened.case.id, ENTRIES)
        why_not = objection(session, row, who)
    entry = entry_in(opened.keys.open(row.sealed))
    live = live_entry(installation, opened.case)
    return Proposed(opened, row, entry, live, judge(opened.file, opened.case.version, entry, live), why_not)


def propose(
    installation: Installation, who: SignedIn, opened: OpenCase, entry: PublicEntry, *, followed_up: bool = False
) -> None:
    """Proposes a public entry to a second moderator. The gate and the consents must be clear."""
    require_claim(opened.case, who)
    live = live_entry(installation, opened.case)
    verdict = judge(opened.file, opened.case.version, entry, live)
    verdict.require(opened.case.version, entry)
    first = not was_public(installation, opened.case)
    kind = "published" if first else "followed_up" if followed_up and live is not None else "corrected"
    sealed = opened.seal(ProposedEntry(entry=entry).told())
    with changing(installation, opened, who) as change:
        change.require_claim()
        verdict.require(change.case.version, entry)
        close_proposals(change.session, change.case.id, ENTRIES)
        change.session.add(Proposal(case_id=change.case.id, kind=kind, proposed_by=who.account_id, sealed=sealed))
        change.step("propose")


def approve(installation: Installation, who: SignedIn, case_id: str, seen: str) -> None:
    """The second person, freshly confirmed, agrees to what they saw: gate and consent run again, and the release is
    ordered together with the decision.

    Conflict when the text, or what the case file says about it, is another one by now, or when the submitter wrote
    something that nobody read yet. Forbidden for whoever may not be the second person.
    """
    renew_keys(installation.casework, case_id, who)
    read = look_at_proposal(installation, case_id, who)
    if read.objection:
        raise Forbidden(read.objection)
    require_as_seen(read.row, read.opened.case, seen)
    read.verdict.require(read.opened.case.version, read.entry)
    due_on = first_release_day(installation)
    with changing(installation, read.opened, who) as change:
        session, case = change.session, change.case
        proposal = require_open_proposal(session, case.id, ENTRIES)
        require_as_seen(proposal, case, seen)
        if message := objection(session, proposal, who):
            raise Forbidden(message)
        if case.message_unread:
            raise Conflict(N_("The submitter wrote something. Read it before you agree."))
        read.verdict.require(case.version, read.entry)
        proposal.open = False
        # what was proposed before and never agreed to has no further use: the one that stays is the agreed text
        others = delete(Proposal).where(
            Proposal.case_id == case.id, Proposal.kind.in_(ENTRIES), Proposal.id != proposal.id
        )
        session.execute(others)
        change.step("approve")
        order_release(
            installation,
            session,
            case,
            read.entry,
            cast("Kind", proposal.kind),
            proposed_by=proposal.proposed_by,
            approved_by=who.account_id,
            due_on=due_on,
        )


def send_back(installation: Installation, who: SignedIn, case_id: str, reason: str) -> None:
    if not reason:
        raise Unprocessable(N_("Say what should be changed."))
    opened = take_up(installation, case_id, who)
    words = sealed_words(opened, reason)
    with changing(installation, opened, who, whatever_the_file=True) as change:
        require_open_proposal(change.session, change.case.id, ENTRIES).open = False
        change.step("send_back", words)


def stop(installation: Installation, who: SignedIn, case_id: str, reason: str) -> None:
    """Any moderator of the case stops a release before its hour.

    Conflict when it was carried already. The log is asked: when it holds the release and only nobody noted so, that is
    noted now, and the release is not said to be stopped.
    """
    opened = take_up(installation, case_id, who)
    words = sealed_words(opened, reason)
    with changing(installation, opened, who, whatever_the_file=True) as change:
        waiting = waiting_orders(change.session, change.case)
        arrived = arrived_already(installation, waiting)
        for order in arrived:
            note_arrival(change.session, change.case, order)
        stopped = [order for order in waiting if order not in arrived]
        for order in stopped:
            change.session.delete(order)
        change.session.flush()
        if stopped:
            change.step("stop", words)
    if not stopped:
        raise Conflict(N_("This release was carried or stopped already."))
