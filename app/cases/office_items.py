"""What a case tells the Office of the President in confidence.

One moderator may tell it without a name. A name needs a second person, as a release does, with a fresh code. In either
case: only of persons whose consent says so, and after the whole leak gate. Every change of a consent rewrites or
empties the item in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from app.cases.access import OpenCase, open_case, renew_keys
from app.cases.changing import changing, require_claim, sealed_file
from app.cases.clearance import check
from app.cases.consent import tellable, words_of, words_of_names
from app.cases.two_people import TELLING, close_proposals, objection, require_as_seen, require_open_proposal
from app.clock import today
from app.documents import office
from app.documents.agreed import ProposedTelling
from app.documents.case_file import CaseFile, PersonRecord
from app.documents.public import new_reference
from app.i18n import N_
from app.identity.accounts import office_keys
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.problems import Conflict, Forbidden, Unprocessable
from app.sealing import seal_document
from app.stores.casework import Case, CaseState, OfficeItem, Proposal

OF_THE_PRESIDENCY = N_("This case names the State of the President in office: the Office is told nothing of it.")
NOT_TOLD = ("suspended", "withdrawn", "closed")


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told: a text, and the keys of the persons whom it may name because two people agreed to that."""

    summary: str
    named: tuple[str, ...] = ()

    def document(self) -> ProposedTelling:
        return ProposedTelling(summary=self.summary, persons=list(self.named))

    @classmethod
    def of(cls, document: dict[str, Any]) -> Telling:
        told = ProposedTelling.read(document)
        return cls(told.summary, tuple(told.persons))


@dataclass(frozen=True, slots=True)
class _Around:
    """What else an item says and needs, from the store."""

    ref: str
    states: dict[str, str]
    keys: tuple[str, ...]
    told: bool
    told_before: Proposal | None


def _around(session: Session, case_id: str) -> _Around:
    item = session.scalar(select(OfficeItem).where(OfficeItem.case_id == case_id))
    states = session.scalars(select(CaseState).where(CaseState.case_id == case_id).order_by(CaseState.state.desc()))
    agreed = select(Proposal).where(Proposal.case_id == case_id, Proposal.kind.in_(TELLING), ~Proposal.open)
    return _Around(
        ref=item.ref if item else new_reference(),
        states={row.relation: row.state for row in states},
        keys=tuple(office_keys(session)),
        told=item is not None and item.sealed is not None,
        told_before=session.scalar(agreed),
    )


def gives_away(file: CaseFile, telling: Telling) -> bool:
    """Whether a text gives away anybody or anything that the Office must not be told: the whole gate, over everything
    that is listed, but for the names of the persons whom it may name (which may stand in a sealed place too, as in
    “her office”). What may stand in public for another reason is no excuse."""
    others = [person for person in file.persons if person.key not in telling.named]
    keys = {person.key for person in others}
    decided = [
        one.model_copy(update={"treatment": "omit"}) if one.person and one.treatment == "publish" else one
        for one in file.particulars
        if not one.person or one.person in keys
    ]
    narrowed = file.model_copy(update={"persons": others, "particulars": decided, "overrides": {}})
    names = {word for person in file.persons if person.key in telling.named for word in words_of_names(person)}
    return any(
        one.blocks and not _only_says(one.finding.text, names)
        for one in check(narrowed, {"office_summary": telling.summary})
    )


def _only_says(text: str, names: set[str]) -> bool:
    """Whether a text is words of these names and nothing else: no digit, no sign of another kind."""
    words = words_of(text)
    return (
        bool(words) and set(words) <= names and not any(character.isdigit() or character == "@" for character in text)
    )


def told_document(opened: OpenCase, file: CaseFile, around: _Around, telling: Telling) -> office.OfficeItem | None:
    """The item as the Office reads it; None when nothing may be told."""
    persons = [person for person in file.persons if tellable(person)]
    named = {person.key for person in persons} & set(telling.named)
    if not persons or not telling.summary or gives_away(file, Telling(telling.summary, tuple(named))):
        return None
    return office.OfficeItem(
        ref=around.ref,
        summary=telling.summary,
        state_alleged=around.states.get("alleged", "unclear"),
        state_where=around.states.get("where", "unclear"),
        urgency=opened.case.urgency,
        consent=sorted(set.intersection(*(set(person.consent.uses) for person in persons))),
        persons=[_person(person, person.key in named) for person in persons],
        entry_ref=opened.case.entry_ref if opened.case.live else None,
    )


def _person(person: PersonRecord, named: bool) -> office.PersonTold:
    return office.PersonTold(name=person.known_as if named else "", role=person.role, consent=person.consent.uses)


def named_among(file: CaseFile, summary: str) -> bool:
    """Whether a text names somebody of whom the Office may be told."""
    persons = [person for person in file.persons if tellable(person)]
    only_them = file.model_copy(update={"persons": persons, "particulars": [], "overrides": {}, "allowed": []})
    return any(one.blocks and one.finding.particular for one in check(only_them, {"office_summary": summary}))


def tell(installation: Installation, who: SignedIn, case_id: str, summary: str, *, names: bool = True) -> bool:
    """Tells the Office, or tells it anew; whether it is told now.

    A text that names nobody is told at once, without names; with `names`, those of the persons who agreed to it wait
    for a second moderator. A text with a name waits as a whole. Conflict in a status in which the Office is told
    nothing, Unprocessable without consent, text, or a clear gate.
    """
    renew_keys(installation.casework, case_id, who)
    with installation.casework.read() as session:
        opened = open_case(session, case_id, who)
        around = _around(session, opened.case.id)
        beyond = names_state(session, opened.case.id, installation.settings.presidency_state)
    _require_tellable(opened.case)
    if beyond:
        raise Conflict(OF_THE_PRESIDENCY)
    require_claim(opened.case, who)
    persons = tuple(person.key for person in opened.file.persons if tellable(person) and person.known_as)
    if not any(tellable(person) for person in opened.file.persons):
        raise Unprocessable(N_("Nobody in this case agreed that the Office is told."))
    if not around.keys:
        raise Unprocessable(N_("The Office has no account here yet."))
    at_once = not named_among(opened.file, summary)
    without, with_names = Telling(summary), Telling(summary, persons)
    document = told_document(opened, opened.file, around, without if at_once else with_names)
    if document is None:
        raise Unprocessable(
            N_("The text is missing, or gives away somebody or something that the Office must not be told.")
        )
    opened.file.office_summary = summary
    sealed, file = seal_document(document.told(), *around.keys), sealed_file(opened)
    proposals = [_proposal(opened, who, without, waits=False)] if at_once else []
    if persons and (names or not at_once):
        proposals.append(_proposal(opened, who, with_names, waits=True))
    with changing(installation, opened, who) as change:
        _require_tellable(change.case)
        change.require_claim()
        change.save_file(file)
        close_proposals(change.session, change.case.id, TELLING)
        if at_once:
            change.session.add(proposals[0])
            change.session.flush()
            _place(change.session, change.case, proposals[0], around.ref, sealed)
            change.note("tell_office")
        if proposals[-1].open:
            change.session.add(proposals[-1])
            change.note("propose_telling")
    return at_once


def _proposal(opened: OpenCase, who: SignedIn, telling: Telling, *, waits: bool) -> Proposal:
    sealed = opened.seal(telling.document().told())
    return Proposal(case_id=opened.case.id, kind="told", proposed_by=who.account_id, open=waits, sealed=sealed)


def agree_to_telling(installation: Installation, who: SignedIn, case_id: str, seen: str) -> None:
    """The second person, freshly confirmed, agrees that the Office is told a name. Gate and consents run again."""
    renew_keys(installation.casework, case_id, who)
    with installation.casework.read() as session:
        opened = open_case(session, case_id, who)
        waiting = require_open_proposal(session, opened.case.id, TELLING)
        around = _around(session, opened.case.id)
        beyond = names_state(session, opened.case.id, installation.settings.presidency_state)
    if beyond:
        raise Conflict(OF_THE_PRESIDENCY)
    telling = Telling.of(opened.keys.open(waiting.sealed))
    document = told_document(opened, opened.file, around, telling)
    if document is None or not around.keys:
        raise Unprocessable(N_("The leak gate or a missing consent stops this."))
    sealed = seal_document(document.told(), *around.keys)
    with changing(installation, opened, who) as change:
        _require_tellable(change.case)
        proposal = require_open_proposal(change.session, change.case.id, TELLING)
        require_as_seen(proposal, change.case, seen)
        if message := objection(change.session, proposal, who):
            raise Forbidden(message)
        if change.case.message_unread:
            raise Conflict(N_("The submitter wrote something. Read it before you agree."))
        proposal.open = False
        _place(change.session, change.case, proposal, around.ref, sealed)
        change.note("tell_office")


def names_state(session: Session, case_id: str, state: str) -> bool:
    """Whether a case names a State, in any role."""
    found = select(CaseState.case_id).where(CaseState.case_id == case_id, CaseState.state == state).limit(1)
    return bool(state) and session.scalar(found) is not None


def _require_tellable(case: Case) -> None:
    if case.status in NOT_TOLD:
        raise Conflict(N_("The Office is told nothing of a case that was withdrawn, suspended or closed."))


def _place(session: Session, case: Case, told: Proposal, ref: str, sealed: bytes) -> None:
    """The item as it was told, and of the proposals for it only the one that it rests on."""
    session.execute(
        delete(Proposal).where(Proposal.case_id == case.id, Proposal.kind.in_(TELLING), Proposal.id != told.id)
    )
    item = session.scalar(select(OfficeItem).where(OfficeItem.case_id == case.id))
    place_office_item(session, item or OfficeItem(ref=ref, case_id=case.id), sealed)


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What becomes of an item when the case file is saved: it stays, is rewritten (`sealed`), or is emptied."""

    what: Literal["stays", "rewritten", "emptied"] = "stays"
    sealed: bytes | None = None


def rewriting(installation: Installation, opened: OpenCase, before: CaseFile) -> Rewriting:
    """What the Office may still be told after the case file changed from `before` to what it is now in memory."""
    with installation.casework.read() as session:
        around = _around(session, opened.case.id)
    if not around.told:
        return Rewriting()
    telling = Telling(before.office_summary)  # the first version kept only the text
    if around.told_before is not None:
        telling = Telling.of(opened.keys.open(around.told_before.sealed))
    now = told_document(opened, opened.file, around, telling)
    if now is None or not around.keys:
        return Rewriting("emptied")
    if now == told_document(opened, before, around, telling):
        return Rewriting()
    return Rewriting("rewritten", seal_document(now.told(), *around.keys))


def apply_rewriting(session: Session, case: Case, found: Rewriting) -> None:
    if found.what == "emptied":
        empty_office_item(session, case.id)
    elif found.what == "rewritten":
        item = session.scalar(select(OfficeItem).where(OfficeItem.case_id == case.id))
        if item is not None and item.sealed is not None:
            place_office_item(session, item, found.sealed)


def place_office_item(session: Session, item: OfficeItem, sealed: bytes | None) -> None:
    """Puts a confidential item, or its tombstone (None), at the end of what the Office reads."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE office_item IN EXCLUSIVE MODE"))  # one position for one item
    last = session.scalar(select(func.max(OfficeItem.position))) or 0
    item.sealed, item.position, item.changed_on = sealed, last + 1, today()
    session.add(item)
    session.flush()


def empty_office_item(session: Session, case_id: str) -> None:
    """Takes everything back that the Office was told of a case."""
    item = session.scalar(select(OfficeItem).where(OfficeItem.case_id == case_id))
    if item is not None and item.sealed is not None:
        place_office_item(session, item, None)
