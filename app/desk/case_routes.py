"""The queue and the case page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases import office_items, queue, review
from app.cases.access import OpenCase, open_case, submissions
from app.cases.status import EVENTS, LABELS, NEXT, allowed
from app.cases.thread import read_thread
from app.desk.forms import NAME_LANGUAGES, CaseForm
from app.desk.pages import DONE, NOTHING_SAVED, based_on, desk_page, done
from app.documents.message import HistoryWords
from app.documents.submission import FileFacts
from app.i18n import N_, Language
from app.identity.sessions import SignedIn
from app.office.items import recorded_actions
from app.problems import Conflict, NotFound, Unprocessable
from app.release.delivery import deliver_withdrawals
from app.sealing import open_document, open_file
from app.stores.casework import Account, Attachment, HistoryEvent, OfficeItem
from app.web.binding import bind, differing, names_of, view_of
from app.web.context import PageLanguage, installation_of, language_or_default
from app.web.forms import FormView
from app.web.pages import path_to
from app.web.signed_in import DeskForm, Moderator

router = APIRouter(include_in_schema=False)
# What each action takes of the form of the case; the first is where a message about it stands.
TAKES = {
    "claim": ("reason",),
    "ask": ("text", "waits"),
    "note": ("note",),
    "resume": (),
    "close": ("reason",),
    "reopen": (),
    "stop": ("reason",),
    "withdraw": (),
    "grant": ("login",),
    "tell-office": ("office_summary",),
}
PEOPLE = ("persons", "urgency", "act_grade", "link_grade", "sources")


@router.get("/{language}/desk", name="desk")
def show_queue(request: Request, language: PageLanguage, who: Moderator) -> Response:
    wanted = queue.QueueFilter.of(request.query_params)
    with installation_of(request).casework.read() as session:
        rows = queue.rows(session, wanted, who)
        counts = queue.counts(session, who)
        total = queue.count(session, wanted, who)
    return desk_page(
        request,
        "desk/queue.html",
        who,
        rows=rows,
        counts=counts,
        total=total,
        wanted=wanted,
        labels=LABELS,
        most=queue.PAGE,
    )


@router.get("/{language}/desk/cases/{case_id}", name="case")
def show_case(request: Request, language: PageLanguage, case_id: str, who: Moderator) -> Response:
    return case_page(request, case_id, who, None)


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
    with installation.casework.read() as session:
        opened = open_case(session, case_id, who)
        context = _context(session, opened, who, language_or_default(request))
        live = review.live_entry(installation, opened.case)
        uncovered = review.uncovered(opened, live)
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
        **context,
    )


def saved_form(opened: OpenCase) -> CaseForm:
    return CaseForm.of(opened.file, opened.case.version, opened.case.urgency)


def _context(session: Session, opened: OpenCase, who: SignedIn, language: Language) -> dict[str, Any]:
    case = opened.case
    logins = dict(session.execute(select(Account.id, Account.login)).all())
    files = [
        FileFacts.read(open_document(row.facts, opened.private_key))
        for row in session.scalars(select(Attachment).where(Attachment.case_id == case.id))
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
    named = [(code, language.locale.languages.get(code, code)) for code in NAME_LANGUAGES]
    return {
        "case": case,
        "file": opened.file,
        "told": submissions(session, case, opened.private_key),
        "messages": read_thread(session, case.id, opened.private_key),
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
        "office_log": recorded_actions(session, item.ref, opened.private_key) if item else [],
    }


def _words(event: HistoryEvent, opened: OpenCase, language: Language) -> str:
    """The words of an event. Only words of our own are translated: what people wrote is shown as it is."""
    if event.sealed is None:
        return ""
    text = HistoryWords.read(open_document(event.sealed, opened.private_key)).text
    return language.gettext(text) if text == review.NO_LONGER_COVERED else text


@router.get("/{language}/desk/cases/{case_id}/files/{attachment}", name="case_file")
def download(request: Request, language: PageLanguage, case_id: str, attachment: str, who: Moderator) -> Response:
    """A file as it was sent, never shown by the browser itself. Its name is ours, not the sender's."""
    with installation_of(request).casework.read() as session:
        opened = open_case(session, case_id, who)
        row = session.get(Attachment, attachment[:32])
        if row is None or row.case_id != opened.case.id:
            raise NotFound
        facts = FileFacts.read(open_document(row.facts, opened.private_key))
        content = open_file(row.sealed, facts.size, opened.private_key)
    ending = facts.name.rsplit(".", 1)[-1].lower() if "." in facts.name else "bin"
    safe = ending if ending.isascii() and ending.isalnum() and len(ending) <= 5 else "bin"
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"content-disposition": f'attachment; filename="file-{facts.attachment[:8]}.{safe}"'},
    )


Action = Callable[[Session, OpenCase, SignedIn, CaseForm], None]


def _ask(session: Session, opened: OpenCase, who: SignedIn, told: CaseForm) -> None:
    if not told.text:
        raise Unprocessable(N_("Please write something."))
    review.ask(session, opened, who, told.text, waits=bool(told.waits))


def _note(session: Session, opened: OpenCase, who: SignedIn, told: CaseForm) -> None:
    if not told.note:
        raise Unprocessable(N_("Please write something."))
    review.add_note(session, opened, who, told.note)


def _tell(session: Session, opened: OpenCase, who: SignedIn, told: CaseForm) -> None:
    review.require_claim(opened.case, who)
    opened.file.office_summary = told.office_summary
    office_items.tell(session, opened, opened.file.office_summary)
    review.save(session, opened, who, opened.case.version)


ACTIONS: dict[str, Action] = {
    "claim": lambda s, o, w, f: review.claim(s, o, w, f.reason),
    "ask": _ask,
    "note": _note,
    "resume": lambda s, o, w, f: review.simple_step(s, o, w, "resume"),
    "close": lambda s, o, w, f: review.simple_step(s, o, w, "close", f.reason),
    "reopen": lambda s, o, w, f: review.simple_step(s, o, w, "reopen"),
    "stop": lambda s, o, w, f: review.stop(s, o, w, f.reason),
    "withdraw": lambda s, o, w, f: review.take_back(s, o, w),
    "grant": lambda s, o, w, f: review.give_access(s, o, w, f.login),
    "tell-office": _tell,
}


@router.post("/{language}/desk/cases/{case_id}", name="check_case")
def check_case(request: Request, language: PageLanguage, case_id: str, who: Moderator, form: DeskForm) -> Response:
    """The page with what is typed, and with a row more or less where that was asked for. Nothing is saved."""
    view = bind(form, CaseForm, language.gettext).view
    return case_page(request, case_id, who, view, 422 if view.problems else 200, told=NOTHING_SAVED)


@router.post("/{language}/desk/cases/{case_id}/do/{action}", name="case_action")
def act(
    request: Request, language: PageLanguage, case_id: str, action: str, who: Moderator, form: DeskForm
) -> Response:
    """One action on a case, in one transaction. What was typed comes back when it is not possible."""
    installation = installation_of(request)
    if action not in ACTIONS:
        raise NotFound
    bound = bind(form, CaseForm, language.gettext)
    told = bound.part(*TAKES[action])
    if told is None:
        return case_page(request, case_id, who, bound.view, 422)
    try:
        with installation.casework.write() as session:
            opened = open_case(session, case_id, who)
            before = opened.case.version
            ACTIONS[action](session, opened, who, told)
            saved = saved_form(opened)
    except (Conflict, Unprocessable) as problem:
        bound.view.problems = {}
        bound.view.complain((*TAKES[action], "case")[0], language.gettext(problem.detail))
        return case_page(request, case_id, who, bound.view, problem.status)
    if action == "withdraw":
        deliver_withdrawals(installation)
    return _acted(request, case_id, who, bound.view, action, str(before), saved)


def _acted(
    request: Request, case_id: str, who: SignedIn, view: FormView, action: str, before: str, saved: CaseForm
) -> Response:
    """Back to the case; with what else was typed and not saved, when there is something."""
    fresh = names_of(saved)
    typed = {name: texts for name, texts in view.typed.items() if name.split("-")[0] not in TAKES[action]}
    if not _unsaved(typed, fresh):
        return done(request, case_id, action)
    if typed.get("version") == [before]:  # what was typed rests on what was saved before this very action
        typed["version"] = fresh["version"]
    typed |= {name: fresh[name] for name in TAKES[action] if name in fresh}
    return case_page(
        request, case_id, who, FormView(typed), told=DONE[action][0] if action in DONE else DONE["done"][0]
    )


def _unsaved(typed: Mapping[str, list[str]], saved: Mapping[str, list[str]]) -> bool:
    """Whether something was typed that is not saved. Boxes that are empty are not sent at all."""
    told = {name: [text.strip() for text in texts if text.strip()] for name, texts in typed.items()}
    told |= {name: [] for name in saved if name.endswith("-uses") and name not in typed}
    return any(
        texts != [text for text in saved.get(name, []) if text.strip()]
        for name, texts in told.items()
        if name != "version" and not (name.endswith("-unit") and name not in saved)
    )


@router.post("/{language}/desk/cases/{case_id}/leave", name="leave_case")
def leave(request: Request, language: PageLanguage, case_id: str, who: Moderator, form: DeskForm) -> Response:
    """Gives up one's own access, for whoever should not have it any longer."""
    with installation_of(request).casework.write() as session:
        review.leave(session, open_case(session, case_id, who), who)
    return RedirectResponse(path_to(request, "desk"), 303)


@router.post("/{language}/desk/cases/{case_id}/people", name="case_people")
def save_people(request: Request, language: PageLanguage, case_id: str, who: Moderator, form: DeskForm) -> Response:
    """Persons, their consents, and how far the allegation is verified."""
    bound = bind(form, CaseForm, language.gettext)
    told = bound.part("version", *PEOPLE)
    if told is None:
        return case_page(request, case_id, who, bound.view, 422)
    view = bound.view
    view.problems = {}
    try:
        with installation_of(request).casework.write() as session:
            opened = open_case(session, case_id, who)
            before = names_of(saved_form(opened))
            told.record(opened.file)
            opened.case.urgency = told.urgency or opened.case.urgency
            review.save(session, opened, who, based_on(told.version))
            saved = saved_form(opened)
    except (Conflict, Unprocessable) as problem:
        view.complain("people", language.gettext(problem.detail))
        theirs = differing(CaseForm, _people_of(before), view.typed, language.gettext)
        view.typed = {**view.typed, "version": before["version"]}
        return case_page(request, case_id, who, view, problem.status, theirs=theirs)
    others = {name: texts for name, texts in view.typed.items() if name.split("-")[0] not in PEOPLE}
    fresh = names_of(saved)
    if not _unsaved(others, _without_people(fresh)):
        return done(request, case_id, "people")
    return case_page(
        request, case_id, who, FormView(fresh | others | {"version": fresh["version"]}), told=DONE["people"][0]
    )


def _people_of(names: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name: texts for name, texts in names.items() if name.split("-")[0] in PEOPLE}


def _without_people(names: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name: texts for name, texts in names.items() if name.split("-")[0] not in PEOPLE}
