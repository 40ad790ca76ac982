"""The queue and the case page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases import office_items, queue, review
from app.cases.access import OpenCase, open_case, renew_keys, submissions
from app.cases.keys import without_reader
from app.cases.status import EVENTS, LABELS, NEXT, allowed
from app.cases.thread import LONGEST_MESSAGE, read_thread
from app.desk.case_forms import NAME_LANGUAGES, read_people
from app.desk.pages import DONE, based_on, desk_page, done
from app.documents.submission import FileFacts
from app.i18n import N_, Language
from app.identity.sessions import SignedIn
from app.office.items import recorded_actions
from app.problems import Conflict, NotFound, Unprocessable
from app.release.delivery import deliver_withdrawals
from app.stores.casework import Account, Attachment, HistoryEvent, OfficeItem
from app.vocabulary import (
    URGENCIES,
)
from app.web.context import PageLanguage, installation_of, language_or_default
from app.web.forms import Form, FormView
from app.web.pages import path_to
from app.web.signed_in import DeskForm, Moderator

router = APIRouter(include_in_schema=False)
# Where the message of an action that was not possible stands on the page.
FIELDS = {
    "ask": "text",
    "close": "close-reason",
    "stop": "stop-reason",
    "claim": "claim-reason",
    "grant": "login",
    "tell-office": "office_summary",
    "note": "note",
}


@router.get("/{language}/desk", name="desk")
def show_queue(request: Request, language: PageLanguage, who: Moderator) -> Response:
    wanted = queue.QueueFilter.of(request.query_params)
    with installation_of(request).casework.read() as session:
        rows = queue.rows(session, wanted, who)
        counts = queue.counts(session, who)
        total = queue.count(session, wanted, who)
        unread_by_all = without_reader(session)
    return desk_page(
        request,
        "casework/queue.html",
        who,
        rows=rows,
        counts=counts,
        total=total,
        without_reader=unread_by_all,
        wanted=wanted,
        labels=LABELS,
        most=queue.PAGE,
    )


@router.get("/{language}/desk/cases/{case_id}", name="case")
def show_case(request: Request, language: PageLanguage, case_id: str, who: Moderator) -> Response:
    return case_page(request, case_id, who, FormView())


def case_page(request: Request, case_id: str, who: SignedIn, view: FormView, status: int = 200) -> Response:
    installation = installation_of(request)
    with installation.casework.read() as session:
        opened = open_case(session, case_id, who)
        context = _context(session, opened, who, language_or_default(request))
        live = review.live_entry(installation, opened.case)
        uncovered = review.uncovered(opened, live)
    told = "" if view.problems else DONE.get(request.query_params.get("done", ""), ("", ""))[0]
    return desk_page(
        request,
        "casework/case.html",
        who,
        status=status,
        form=view,
        done=told,
        uncovered=uncovered,
        **context,
    )


def _context(session: Session, opened: OpenCase, who: SignedIn, language: Language) -> dict[str, Any]:
    case = opened.case
    logins = dict(session.execute(select(Account.id, Account.login)).all())
    files = [
        FileFacts.model_validate(opened.keys.open(row.facts))
        for row in session.scalars(select(Attachment).where(Attachment.case_id == case.id))
    ]
    history = [
        (
            one.happened_on.isoformat(),
            EVENTS.get(one.event, one.event),
            logins.get(one.account_id or "", ""),
            _words(one, opened),
        )
        for one in session.scalars(
            select(HistoryEvent).where(HistoryEvent.case_id == case.id).order_by(HistoryEvent.position.desc())
        )
    ]
    item = session.scalar(select(OfficeItem).where(OfficeItem.case_id == case.id))
    named = [(code, language.locale.languages.get(code, code)) for code in NAME_LANGUAGES]
    return {
        "case": case,
        "file": opened.file,
        "told": submissions(session, opened),
        "messages": read_thread(session, case.id, opened.keys),
        "files": sorted(files, key=lambda one: one.name),
        "history": history,
        "label": LABELS[case.status],
        "next": NEXT[case.status],
        "mine": case.assignee_id == who.account_id,
        "assignee": logins.get(case.assignee_id or "", ""),
        "taken": review.claimed_by_other(case, who),
        "name_languages": sorted(named, key=lambda one: one[1]),
        "may": {
            event: allowed(event, case.status)
            for event in ("claim", "resume", "close", "reopen", "stop", "withdraw", "propose")
        },
        "told_office": item is not None and item.sealed is not None,
        "office_log": recorded_actions(session, item.ref, opened.keys) if item else [],
    }


def _words(event: HistoryEvent, opened: OpenCase) -> str:
    return "" if event.sealed is None else str(opened.keys.open(event.sealed)["text"])


@router.get("/{language}/desk/cases/{case_id}/files/{attachment}", name="case_file")
def download(request: Request, language: PageLanguage, case_id: str, attachment: str, who: Moderator) -> Response:
    """A file as it was sent, never shown by the browser itself. Its name is ours, not the sender's."""
    with installation_of(request).casework.read() as session:
        opened = open_case(session, case_id, who)
        row = session.get(Attachment, attachment[:32])
        if row is None or row.case_id != opened.case.id:
            raise NotFound
        facts = FileFacts.model_validate(opened.keys.open(row.facts))
        content = opened.keys.open_file(row.sealed, facts.size)
    ending = facts.name.rsplit(".", 1)[-1].lower() if "." in facts.name else "bin"
    safe = ending if ending.isascii() and ending.isalnum() and len(ending) <= 5 else "bin"
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"content-disposition": f'attachment; filename="file-{facts.attachment[:8]}.{safe}"'},
    )


def _text(form: Form, name: str) -> str:
    text = form.get(name)
    if len(text) > LONGEST_MESSAGE:
        raise Unprocessable(N_("This is too long: please send it in parts."))
    return text


Action = Callable[[Session, OpenCase, SignedIn, Form], None]


def _ask(session: Session, opened: OpenCase, who: SignedIn, form: Form) -> None:
    if not (text := _text(form, "text")):
        raise Unprocessable(N_("Please write something."))
    review.ask(session, opened, who, text, waits=form.get("waits") == "yes")


def _note(session: Session, opened: OpenCase, who: SignedIn, form: Form) -> None:
    if not (text := _text(form, "note")):
        raise Unprocessable(N_("Please write something."))
    review.add_note(session, opened, who, text)


def _tell(session: Session, opened: OpenCase, who: SignedIn, form: Form) -> None:
    review.require_claim(opened.case, who)
    opened.file.office_summary = _text(form, "office_summary")
    office_items.tell(session, opened, opened.file.office_summary)
    review.save(session, opened, who, opened.case.version)


ACTIONS: dict[str, Action] = {
    "claim": lambda s, o, w, f: review.claim(s, o, w, _text(f, "reason")),
    "ask": _ask,
    "note": _note,
    "resume": lambda s, o, w, f: review.simple_step(s, o, w, "resume"),
    "close": lambda s, o, w, f: review.simple_step(s, o, w, "close", _text(f, "reason")),
    "reopen": lambda s, o, w, f: review.simple_step(s, o, w, "reopen"),
    "stop": lambda s, o, w, f: review.stop(s, o, w, _text(f, "reason")),
    "withdraw": lambda s, o, w, f: review.take_back(s, o, w),
    "grant": lambda s, o, w, f: review.give_access(s, o, w, f.get("login")),
    "tell-office": _tell,
}


@router.post("/{language}/desk/cases/{case_id}/do/{action}", name="case_action")
def act(
    request: Request, language: PageLanguage, case_id: str, action: str, who: Moderator, form: DeskForm
) -> Response:
    """One action on a case, in one transaction. What was typed comes back when it is not possible."""
    installation = installation_of(request)
    if action not in ACTIONS:
        raise NotFound
    try:
        renew_keys(installation.casework, case_id, who)
        with installation.casework.write() as session:
            ACTIONS[action](session, open_case(session, case_id, who), who, form)
    except (Conflict, Unprocessable) as problem:
        view = FormView(dict(form.values))
        view.complain(FIELDS.get(action, "case"), language.gettext(problem.detail))
        return case_page(request, case_id, who, view, problem.status)
    if action == "withdraw":
        deliver_withdrawals(installation)
    return done(request, case_id, action)


@router.post("/{language}/desk/cases/{case_id}/leave", name="leave_case")
def leave(request: Request, language: PageLanguage, case_id: str, who: Moderator, form: DeskForm) -> Response:
    """Gives up one's own access, for whoever should not have it any longer."""
    renew_keys(installation_of(request).casework, case_id, who)
    with installation_of(request).casework.write() as session:
        review.leave(session, open_case(session, case_id, who), who)
    return RedirectResponse(path_to(request, "desk"), 303)


@router.post("/{language}/desk/cases/{case_id}/people", name="case_people")
def save_people(request: Request, language: PageLanguage, case_id: str, who: Moderator, form: DeskForm) -> Response:
    """Persons, their consents, and how far the allegation is verified."""
    view = FormView(dict(form.values))
    try:
        renew_keys(installation_of(request).casework, case_id, who)
        with installation_of(request).casework.write() as session:
            opened = open_case(session, case_id, who)
            read_people(form, opened.file, view, language.gettext)
            if view.problems:
                raise Unprocessable
            if form.get("urgency") in URGENCIES:
                opened.case.urgency = form.get("urgency")
            review.save(session, opened, who, based_on(form))
    except (Conflict, Unprocessable) as problem:
        if not view.problems:
            view.complain("people", language.gettext(problem.detail))
        return case_page(request, case_id, who, view, problem.status)
    return done(request, case_id, "people")
