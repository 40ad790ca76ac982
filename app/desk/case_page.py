"""The page of a case: with what is typed, when something is, else as the case is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases import coverage, erasure, office_items
from app.cases.access import OpenCase, look_at, note_reading, open_case
from app.cases.changing import claimed_by_other
from app.cases.naming import title_of
from app.cases.status import EVENTS, LABELS, NEXT, allowed
from app.cases.thread import FROM_SUBMITTER, read_thread
from app.cases.two_people import TELLING, WITHDRAWAL, as_seen, objection, objection_between, open_proposal
from app.desk.forms import NAME_LANGUAGES, CaseForm
from app.desk.pages import DONE, NOTHING_SAVED, desk_page, done
from app.desk.titles import title_text
from app.documents.agreed import ProposedTelling, ProposedWithdrawal
from app.documents.message import ConsentTakenBack, HistoryWords
from app.documents.submission import FileFacts
from app.i18n import Language
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.office.items import recorded_actions
from app.problems import NotFound
from app.readings import readers_of
from app.release.shown import live_entry
from app.stores.casework import Account, Attachment, Case, Erasure, HistoryEvent, OfficeItem
from app.web.binding import names_of, view_of
from app.web.context import installation_of, language_or_default
from app.web.forms import FormView
from app.web.pages import path_to

# What a page writes into its form, and what is never given back.
UNTYPED = ("version", "messages", "proposal", "telling", "password", "code")


def case_page(
    request: Request,
    case_id: str,
    who: SignedIn,
    view: FormView | None,
    status: int = 200,
    *,
    told: str = "",
    theirs: Sequence[tuple[str, str]] = (),
) -> Response:
    """The page of a case: with what is typed, when something is (`view`), else as the case is saved.

    `told`: what was done just now; `theirs`: what somebody else saved meanwhile.
    """
    installation = installation_of(request)
    note_reading(installation.casework, case_id, who)
    with installation.casework.read() as session:
        opened = open_case(session, case_id, who)
        context = _context(session, opened, who, language_or_default(request))
    uncovered = coverage.uncovered(opened, live_entry(installation, opened.case))
    readings = _readings(installation, opened)
    form = view or view_of(saved_form(opened))
    rows = form.rows("persons")
    return desk_page(
        request,
        "desk/case.html",
        who,
        status=status,
        form=form,
        done=told or ("" if view else DONE.get(request.query_params.get("done", ""), ("", ""))[0]),
        unsaved=view is not None and told not in ("", NOTHING_SAVED),
        theirs=theirs,
        person_rows=rows if rows and not form.value(f"persons-{rows - 1}-key") else rows + 1,
        known_as={person.key: person.known_as for person in opened.file.persons},
        uncovered=uncovered,
        readings=readings,
        file=opened.file,
        told=opened.submissions,
        **context,
    )


def _readings(installation: Installation, opened: OpenCase) -> list[tuple[date, list[str]]]:
    """On which days whom of the moderators the case was open to, newest first. A clock may have been behind by a day."""
    with installation.casework.read() as session:
        asked = select(Account.id, Account.login).where(Account.role == "moderator")
        logins = dict(session.execute(asked).all())
    since = opened.case.received_on - timedelta(days=1)
    found = readers_of(installation, opened.case_keys, logins, since)
    return [
        (day, sorted(logins[account] for _, account in rows)) for day, rows in groupby(found, key=lambda one: one[0])
    ]


def saved_form(opened: OpenCase) -> CaseForm:
    return CaseForm.of(opened.file, opened.case.version, opened.case.urgency)


def _context(session: Session, opened: OpenCase, who: SignedIn, language: Language) -> dict[str, Any]:
    case = opened.case
    logins = dict(session.execute(select(Account.id, Account.login)).all())
    files = [
        FileFacts.read(opened.keys.open(facts))
        for facts in session.scalars(select(Attachment.facts).where(Attachment.case_id == case.id))
    ]
    history = [
        (
            one.happened_on.isoformat(),
            EVENTS.get(one.event, one.event),
            logins.get(one.account_id or "", ""),
            _words(one, opened, language),
        )
        for one in session.scalars(
            select(HistoryEvent).where(HistoryEvent.case_id == case.id).order_by(HistoryEvent.position.desc())
        )
    ]
    item = session.scalar(select(OfficeItem).where(OfficeItem.case_id == case.id))
    messages = read_thread(session, case.id, opened.keys)
    named = [(code, language.locale.languages.get(code, code)) for code in NAME_LANGUAGES]
    return {
        "case": case,
        "title": title_text(title_of(session, opened), language),
        "messages": messages,
        "messages_shown": sum(one.direction == FROM_SUBMITTER for one in messages),
        "files": sorted(files, key=lambda one: one.name),
        "history": history,
        "label": LABELS[case.status],
        "next": NEXT[case.status],
        "mine": case.assignee_id == who.account_id,
        "assignee": logins.get(case.assignee_id or "", ""),
        "taken": claimed_by_other(case, who),
        "name_languages": sorted(named, key=lambda one: one[1]),
        "may": {
            event: allowed(event, case.status)
            for event in ("claim", "resume", "close", "reopen", "stop", "suspend", "withdraw", "propose")
        },
        "may_tell_office": case.status not in office_items.NOT_TOLD,
        "erasure": _erasure(session, case, who),
        "may_erase": case.status in erasure.ENDED and session.get(Erasure, case.id) is None,
        "ending": _waiting(session, opened, who, WITHDRAWAL),
        "telling": _waiting(session, opened, who, TELLING),
        "told_office": item is not None and item.sealed is not None,
        "office_log": recorded_actions(session, item.ref, opened.keys) if item else [],
    }


def _waiting(session: Session, opened: OpenCase, who: SignedIn, kinds: tuple[str, ...]) -> dict[str, Any] | None:
    """What waits for a second person besides a public text: what it says, and why this moderator may not be that one."""
    row = open_proposal(session, opened.case.id, kinds)
    if row is None:
        return None
    document = opened.keys.open(row.sealed)
    named: list[str] = []
    if kinds == TELLING:
        telling = ProposedTelling.read(document)
        words, named = telling.summary, telling.persons
    else:
        words = ProposedWithdrawal.read(document).text
    return {
        "words": words,
        "persons": [one.known_as for one in opened.file.persons if one.key in named],
        "seen": as_seen(row, opened.case),
        "objection": objection(session, row, who),
    }


def _erasure(session: Session, case: Case, who: SignedIn) -> dict[str, Any] | None:
    """What is decided or proposed about erasing the case, and why this moderator may not be the second person."""
    asked = session.get(Erasure, case.id)
    if asked is None:
        return None
    return {
        "due": asked.due_on.isoformat() if asked.due_on else "",
        "by_person": asked.asked_by is None,
        "objection": objection_between(session, asked.asked_by, who.account_id) if asked.asked_by else "",
    }


def _words(event: HistoryEvent, opened: OpenCase, language: Language) -> str:
    """The words of an event. Only our own are translated: what somebody typed is shown as it is."""
    if event.sealed is None:
        return ""
    kind = ConsentTakenBack if event.event == "take_consent_back" else HistoryWords
    words = kind.read(opened.keys.open(event.sealed)).text
    return language.gettext(words) if words == coverage.NO_LONGER_COVERED else words


def acted(
    request: Request, case_id: str, who: SignedIn, view: FormView, what: str, taken: Sequence[str], before: int
) -> Response:
    """Back to the case; with what else was typed and is not saved, when there is something."""
    try:
        opened = look_at(installation_of(request), case_id, who)
    except NotFound:  # whoever did this may not open the case any longer
        return RedirectResponse(path_to(request, "desk"), 303)
    fresh = names_of(saved_form(opened))
    typed = {name: texts for name, texts in view.typed.items() if name.split("-")[0] not in taken}
    if not _unsaved(typed, fresh, taken):
        return done(request, case_id, what)
    if typed.get("version") == [str(before)]:  # what was typed rests on what was saved before this very action
        typed["version"] = fresh["version"]
    typed |= {name: texts for name, texts in fresh.items() if name.split("-")[0] in taken}
    return case_page(request, case_id, who, FormView(typed), told=DONE.get(what, DONE["done"])[0])


def _unsaved(typed: Mapping[str, list[str]], saved: Mapping[str, list[str]], taken: Sequence[str]) -> bool:
    """Whether something else was typed that is not saved. Boxes that are empty are not sent at all."""
    told = {name: _said(texts) for name, texts in typed.items()}
    told |= {name: [] for name in saved if name.endswith(("-uses", "-remove")) and name not in typed}
    return any(
        texts != _said(saved.get(name, []))
        for name, texts in told.items()
        if name.split("-")[0] not in (*UNTYPED, *taken) and not (name.endswith("-unit") and name not in saved)
    )


def _said(texts: Sequence[str]) -> list[str]:
    return sorted(text.strip() for text in texts if text.strip())  # boxes come in the order of the page
