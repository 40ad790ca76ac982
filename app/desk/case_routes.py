"""The queue and the case page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases import coverage, grants, office_items, proposing, queue, review, withdrawal
from app.cases.access import OpenCase, look_at, open_case
from app.cases.changing import claimed_by_other
from app.cases.status import EVENTS, LABELS, NEXT, allowed
from app.cases.thread import FROM_SUBMITTER, read_thread
from app.cases.two_people import TELLING, WITHDRAWAL, as_seen, objection, open_proposal
from app.desk.forms import NAME_LANGUAGES, CaseForm
from app.desk.pages import DONE, NOTHING_SAVED, WRONG_CODE, as_number, confirmed_by, desk_page, done
from app.documents.agreed import ProposedTelling, ProposedWithdrawal
from app.documents.message import ConsentTakenBack, HistoryWords
from app.documents.submission import FileFacts
from app.i18n import N_, Language
from app.identity.sessions import SignedIn, is_confirmed
from app.installation import Installation
from app.office.items import recorded_actions
from app.problems import Conflict, Forbidden, NotFound, Unprocessable
from app.release.shown import live_entry
from app.stores.casework import Account, Attachment, HistoryEvent, OfficeItem
from app.web.binding import bind, differing, names_of, view_of
from app.web.context import PageLanguage, installation_of, language_or_default
from app.web.forms import FormView
from app.web.pages import path_to
from app.web.signed_in import DeskForm, Moderator

router = APIRouter(include_in_schema=False)
# What each action takes of the form of the case; the first is where a message about it stands.
CONFIRMED = ("password", "code")
TAKES: dict[str, tuple[str, ...]] = {
    "claim": ("reason",),
    "ask": ("text", "waits", "messages"),
    "read": ("messages",),
    "note": ("note",),
    "resume": (),
    "close": ("reason",),
    "reopen": (),
    "stop": ("reason",),
    "suspend": ("reason",),
    "propose-withdrawal": ("reason", *CONFIRMED),
    "confirm-withdrawal": (*CONFIRMED, "proposal"),
    "grant": ("login",),
    "tell-office": ("office_summary", "names"),
    "agree-office": (*CONFIRMED, "telling"),
}
PEOPLE = ("persons", "urgency", "act_grade", "link_grade", "sources")
# What a page writes into its form, and nobody types.
UNTYPED = ("version", "messages", "proposal", "telling", *CONFIRMED)


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
        "desk/queue.html",
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
    uncovered = coverage.uncovered(opened, live_entry(installation, opened.case))
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
        file=opened.file,
        told=opened.submissions,
        confirmed=is_confirmed(who),
        **context,
    )


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


def _words(event: HistoryEvent, opened: OpenCase, language: Language) -> str:
    """The words of an event. Only our own are translated: what somebody typed is shown as it is."""
    if event.sealed is None:
        return ""
    kind = ConsentTakenBack if event.event == "take_consent_back" else HistoryWords
    words = kind.read(opened.keys.open(event.sealed)).text
    return language.gettext(words) if words == coverage.NO_LONGER_COVERED else words


@router.get("/{language}/desk/cases/{case_id}/files/{attachment}", name="case_file")
def download(request: Request, language: PageLanguage, case_id: str, attachment: str, who: Moderator) -> Response:
    """A file as it was sent, never shown by the browser itself. Its name is ours, not the sender's."""
    with installation_of(request).casework.read() as session:
        opened = open_case(session, case_id, who)
        row = session.get(Attachment, attachment) if attachment.isalnum() else None
    if row is None or row.case_id != opened.case.id:
        raise NotFound
    facts = FileFacts.read(opened.keys.open(row.facts))
    content = opened.keys.open_file(installation_of(request).objects.get(row.object_id), facts.size)
    ending = facts.name.rsplit(".", 1)[-1].lower() if "." in facts.name else "bin"
    safe = ending if ending.isascii() and ending.isalnum() and len(ending) <= 5 else "bin"
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"content-disposition": f'attachment; filename="file-{facts.attachment[:8]}.{safe}"'},
    )


Action = Callable[[Installation, SignedIn, str, CaseForm], str | None]


def _ask(installation: Installation, who: SignedIn, case_id: str, told: CaseForm) -> None:
    if not told.text:
        raise Unprocessable(N_("Please write something."))
    shown = as_number(told.messages)
    review.ask(installation, who, case_id, told.text, waits=bool(told.waits), messages_shown=shown)


def _note(installation: Installation, who: SignedIn, case_id: str, told: CaseForm) -> None:
    if not told.note:
        raise Unprocessable(N_("Please write something."))
    review.add_note(installation, who, case_id, told.note)


def _tell(installation: Installation, who: SignedIn, case_id: str, told: CaseForm) -> str:
    now = office_items.tell(installation, who, case_id, told.office_summary, names=bool(told.names))
    return "tell-office" if now else "telling"


def _freshly(installation: Installation, who: SignedIn, told: CaseForm) -> None:
    if not confirmed_by(installation, who, told.password, told.code):
        raise Unprocessable(WRONG_CODE)


def _agree_to_telling(installation: Installation, who: SignedIn, case_id: str, told: CaseForm) -> str:
    _freshly(installation, who, told)
    office_items.agree_to_telling(installation, who, case_id, told.telling)
    return "tell-office"


def _propose_withdrawal(installation: Installation, who: SignedIn, case_id: str, told: CaseForm) -> None:
    _freshly(installation, who, told)
    withdrawal.propose_withdrawal(installation, who, case_id, told.reason)


def _confirm_withdrawal(installation: Installation, who: SignedIn, case_id: str, told: CaseForm) -> None:
    _freshly(installation, who, told)
    withdrawal.confirm_withdrawal(installation, who, case_id, told.proposal)


ACTIONS: dict[str, Action] = {
    "claim": lambda i, w, c, f: review.claim(i, w, c, f.reason),
    "ask": _ask,
    "read": lambda i, w, c, f: review.read_messages(i, w, c, as_number(f.messages)),
    "note": _note,
    "resume": lambda i, w, c, f: review.simple_step(i, w, c, "resume"),
    "close": lambda i, w, c, f: review.simple_step(i, w, c, "close", f.reason),
    "reopen": lambda i, w, c, f: review.simple_step(i, w, c, "reopen"),
    "stop": lambda i, w, c, f: proposing.stop(i, w, c, f.reason),
    "suspend": lambda i, w, c, f: withdrawal.suspend(i, w, c, f.reason),
    "propose-withdrawal": _propose_withdrawal,
    "confirm-withdrawal": _confirm_withdrawal,
    "grant": lambda i, w, c, f: grants.give_access(i, w, c, f.login),
    "tell-office": _tell,
    "agree-office": _agree_to_telling,
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
    """One action on a case. What was typed comes back when it is not possible, and what else was typed in any case."""
    installation = installation_of(request)
    if action not in ACTIONS:
        raise NotFound
    bound = bind(form, CaseForm, language.gettext)
    told = bound.part(*TAKES[action])
    if told is None:
        return case_page(request, case_id, who, bound.view, 422)
    before = look_at(installation, case_id, who).case.version
    try:
        what = ACTIONS[action](installation, who, case_id, told) or action
    except (Conflict, Unprocessable, Forbidden) as problem:
        bound.view.problems = {}
        bound.view.complain((*TAKES[action], "case")[0], language.gettext(problem.detail))
        return case_page(request, case_id, who, bound.view, problem.status)
    return _acted(request, case_id, who, bound.view, what, TAKES[action], before)


def _acted(
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
    return [text.strip() for text in texts if text.strip()]


@router.post("/{language}/desk/cases/{case_id}/leave", name="leave_case")
def leave(request: Request, language: PageLanguage, case_id: str, who: Moderator, form: DeskForm) -> Response:
    """Gives up one's own access, for whoever should not have it any longer."""
    try:
        grants.leave(installation_of(request), who, case_id)
    except Conflict as problem:
        view = bind(form, CaseForm, language.gettext).view
        view.problems = {}
        view.complain("access", language.gettext(problem.detail))
        return case_page(request, case_id, who, view, problem.status)
    return RedirectResponse(path_to(request, "desk"), 303)


@router.post("/{language}/desk/cases/{case_id}/people", name="case_people")
def save_people(request: Request, language: PageLanguage, case_id: str, who: Moderator, form: DeskForm) -> Response:
    """Persons, their consents, and how far the allegation is verified."""
    installation = installation_of(request)
    bound = bind(form, CaseForm, language.gettext)
    view, told = bound.view, bound.part("version", "messages", *PEOPLE)
    if told is None:
        return case_page(request, case_id, who, view, 422)
    view.problems = {}
    opened = look_at(installation, case_id, who)
    before = names_of(saved_form(opened))
    try:
        review.save(
            installation,
            who,
            case_id,
            as_number(told.version),
            told.record,
            urgency=told.urgency,
            messages_shown=as_number(told.messages),
        )
    except (Conflict, Unprocessable) as problem:
        view.complain("people", language.gettext(problem.detail))
        saved = {name: texts for name, texts in before.items() if name.split("-")[0] in PEOPLE}
        theirs = differing(CaseForm, saved, view.typed, language.gettext)
        view.typed = {**view.typed, "version": before["version"]}
        return case_page(request, case_id, who, view, problem.status, theirs=theirs)
    return _acted(request, case_id, who, view, "people", PEOPLE, opened.case.version)
