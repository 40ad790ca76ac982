"""The queue and the case page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases import coverage, grants, office_items, proposing, queue, review, withdrawal
from app.cases.access import OpenCase, open_case
from app.cases.changing import claimed_by_other
from app.cases.status import EVENTS, LABELS, NEXT, allowed
from app.cases.thread import FROM_SUBMITTER, LONGEST_MESSAGE, read_thread
from app.cases.two_people import TELLING, WITHDRAWAL, as_seen, objection, open_proposal
from app.desk.case_forms import NAME_LANGUAGES, read_people
from app.desk.pages import DONE, WRONG_CODE, based_on, confirmed_by, desk_page, done, number
from app.documents.case_file import CaseFile
from app.documents.submission import FileFacts
from app.i18n import N_, Language
from app.identity.sessions import SignedIn, is_confirmed
from app.installation import Installation
from app.office.items import recorded_actions
from app.problems import Conflict, Forbidden, NotFound, Unprocessable
from app.release.shown import live_entry
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
    "suspend": "suspend-reason",
    "propose-withdrawal": "withdraw-reason",
    "confirm-withdrawal": "ending",
    "agree-office": "telling",
    "read": "messages",
}


@router.get("/{language}/desk", name="desk")
def show_queue(request: Request, language: PageLanguage, who: Moderator) -> Response:
    wanted = queue.QueueFilter.of(request.query_params)
    with installation_of(request).casework.read() as session:
        listed = queue.rows(session, wanted, who)
        counts = queue.counts(session, who)
        total = queue.count(session, wanted, who)
        without_reader = queue.without_reader(session)
    return desk_page(
        request,
        "casework/queue.html",
        who,
        rows=listed.rows,
        following=_with_cursor(request, listed.following),
        counts=counts,
        total=total,
        wanted=wanted,
        labels=LABELS,
        without_reader=without_reader,
    )


def _with_cursor(request: Request, cursor: str) -> str:
    """The query of the next page; empty on the last one."""
    kept = {name: value for name, value in request.query_params.items() if name in queue.QUERY}
    return "?" + urlencode(kept | {"after": cursor}) if cursor else ""


@router.get("/{language}/desk/cases/{case_id}", name="case")
def show_case(request: Request, language: PageLanguage, case_id: str, who: Moderator) -> Response:
    return case_page(request, case_id, who, FormView())


def case_page(request: Request, case_id: str, who: SignedIn, view: FormView, status: int = 200) -> Response:
    installation = installation_of(request)
    with installation.casework.read() as session:
        opened = open_case(session, case_id, who)
        context = _context(session, opened, who, language_or_default(request))
    uncovered = coverage.uncovered(opened, live_entry(installation, opened.case))
    told = "" if view.problems else DONE.get(request.query_params.get("done", ""), ("", ""))[0]
    return desk_page(
        request,
        "casework/case.html",
        who,
        status=status,
        form=view,
        done=told,
        uncovered=uncovered,
        file=opened.file,
        told=opened.submissions,
        confirmed=is_confirmed(who),
        **context,
    )


def _context(session: Session, opened: OpenCase, who: SignedIn, language: Language) -> dict[str, Any]:
    case = opened.case
    logins = dict(session.execute(select(Account.id, Account.login)).all())
    files = [
        FileFacts.model_validate(opened.keys.open(facts))
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
    return {
        "words": document.get("text") or document.get("summary", ""),
        "persons": [one.known_as for one in opened.file.persons if one.key in document.get("persons", [])],
        "seen": as_seen(row, opened.case),
        "objection": objection(session, row, who),
    }


def _words(event: HistoryEvent, opened: OpenCase, language: Language) -> str:
    """The words of an event. Only our own are translated: what somebody typed is shown as it is."""
    words = "" if event.sealed is None else str(opened.keys.open(event.sealed)["text"])
    return language.gettext(words) if words == coverage.NO_LONGER_COVERED else words


@router.get("/{language}/desk/cases/{case_id}/files/{attachment}", name="case_file")
def download(request: Request, language: PageLanguage, case_id: str, attachment: str, who: Moderator) -> Response:
    """A file as it was sent, never shown by the browser itself. Its name is ours, not the sender's."""
    with installation_of(request).casework.read() as session:
        opened = open_case(session, case_id, who)
        row = session.get(Attachment, attachment) if attachment.isalnum() else None
    if row is None or row.case_id != opened.case.id:
        raise NotFound
    facts = FileFacts.model_validate(opened.keys.open(row.facts))
    content = opened.keys.open_file(installation_of(request).objects.get(row.object_id), facts.size)
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


Action = Callable[[Installation, SignedIn, str, Form], str | None]


def _ask(installation: Installation, who: SignedIn, case_id: str, form: Form) -> None:
    if not (text := _text(form, "text")):
        raise Unprocessable(N_("Please write something."))
    review.ask(
        installation, who, case_id, text, waits=form.get("waits") == "yes", messages_shown=number(form, "messages")
    )


def _note(installation: Installation, who: SignedIn, case_id: str, form: Form) -> None:
    if not (text := _text(form, "note")):
        raise Unprocessable(N_("Please write something."))
    review.add_note(installation, who, case_id, text)


def _tell(installation: Installation, who: SignedIn, case_id: str, form: Form) -> str:
    summary, names = _text(form, "office_summary"), form.get("names") == "yes"
    return "tell-office" if office_items.tell(installation, who, case_id, summary, names=names) else "telling"


def _freshly(installation: Installation, who: SignedIn, form: Form) -> None:
    if not confirmed_by(installation, who, form):
        raise Unprocessable(WRONG_CODE)


def _agree_to_telling(installation: Installation, who: SignedIn, case_id: str, form: Form) -> str:
    _freshly(installation, who, form)
    office_items.agree_to_telling(installation, who, case_id, form.get("proposal"))
    return "tell-office"


def _propose_withdrawal(installation: Installation, who: SignedIn, case_id: str, form: Form) -> None:
    reason = _text(form, "reason")
    _freshly(installation, who, form)
    withdrawal.propose_withdrawal(installation, who, case_id, reason)


def _confirm_withdrawal(installation: Installation, who: SignedIn, case_id: str, form: Form) -> None:
    _freshly(installation, who, form)
    withdrawal.confirm_withdrawal(installation, who, case_id, form.get("proposal"))


ACTIONS: dict[str, Action] = {
    "claim": lambda i, w, c, f: review.claim(i, w, c, _text(f, "reason")),
    "ask": _ask,
    "read": lambda i, w, c, f: review.read_messages(i, w, c, number(f, "messages")),
    "note": _note,
    "resume": lambda i, w, c, f: review.simple_step(i, w, c, "resume"),
    "close": lambda i, w, c, f: review.simple_step(i, w, c, "close", _text(f, "reason")),
    "reopen": lambda i, w, c, f: review.simple_step(i, w, c, "reopen"),
    "stop": lambda i, w, c, f: proposing.stop(i, w, c, _text(f, "reason")),
    "suspend": lambda i, w, c, f: withdrawal.suspend(i, w, c, _text(f, "reason")),
    "propose-withdrawal": _propose_withdrawal,
    "confirm-withdrawal": _confirm_withdrawal,
    "grant": lambda i, w, c, f: grants.give_access(i, w, c, f.get("login")),
    "tell-office": _tell,
    "agree-office": _agree_to_telling,
}


@router.post("/{language}/desk/cases/{case_id}/do/{action}", name="case_action")
def act(
    request: Request, language: PageLanguage, case_id: str, action: str, who: Moderator, form: DeskForm
) -> Response:
    """One action on a case. What was typed comes back when it is not possible."""
    installation = installation_of(request)
    if action not in ACTIONS:
        raise NotFound
    try:
        what = ACTIONS[action](installation, who, case_id, form)
    except (Conflict, Unprocessable, Forbidden) as problem:
        view = FormView({name: values for name, values in form.values.items() if name != "password"})
        view.complain(FIELDS.get(action, "case"), language.gettext(problem.detail))
        return case_page(request, case_id, who, view, problem.status)
    return done(request, case_id, what or action)


@router.post("/{language}/desk/cases/{case_id}/leave", name="leave_case")
def leave(request: Request, language: PageLanguage, case_id: str, who: Moderator, form: DeskForm) -> Response:
    """Gives up one's own access, for whoever should not have it any longer."""
    try:
        grants.leave(installation_of(request), who, case_id)
    except Conflict as problem:
        view = FormView()
        view.complain("access", language.gettext(problem.detail))
        return case_page(request, case_id, who, view, problem.status)
    return RedirectResponse(path_to(request, "desk"), 303)


@router.post("/{language}/desk/cases/{case_id}/people", name="case_people")
def save_people(request: Request, language: PageLanguage, case_id: str, who: Moderator, form: DeskForm) -> Response:
    """Persons, their consents, and how far the allegation is verified."""
    view = FormView(dict(form.values))

    def recorded(file: CaseFile) -> None:
        read_people(form, file, view, language.gettext)
        if view.problems:
            raise Unprocessable

    urgency = form.get("urgency") if form.get("urgency") in URGENCIES else ""
    try:
        review.save(
            installation_of(request),
            who,
            case_id,
            based_on(form),
            recorded,
            urgency=urgency,
            messages_shown=number(form, "messages"),
        )
    except (Conflict, Unprocessable) as problem:
        if not view.problems:
            view.complain("people", language.gettext(problem.detail))
        return case_page(request, case_id, who, view, problem.status)
    return done(request, case_id, "people")
