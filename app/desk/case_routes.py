"""The case page, and everything that is done on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.cases import aside, erasure, grants, naming, office_items, proposing, review, withdrawal
from app.cases.access import look_at, open_case
from app.desk.case_page import acted, case_page, saved_form
from app.desk.forms import CaseForm
from app.desk.pages import NOTHING_SAVED, as_number
from app.documents.submission import FileFacts
from app.i18n import N_
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.problems import Conflict, Forbidden, NotFound, Unprocessable
from app.stores.casework import Attachment
from app.web.binding import bind, differing, names_of
from app.web.closing import CLOSED_IN_LOCKDOWN
from app.web.context import PageLanguage, installation_of
from app.web.fresh import freshly
from app.web.pages import path_to
from app.web.signed_in import DeskForm, Moderator

router = APIRouter(include_in_schema=False, dependencies=[CLOSED_IN_LOCKDOWN])
# What each action takes of the form of the case; the first is where a message about it stands.
TAKES: dict[str, tuple[str, ...]] = {
    "claim": ("reason",),
    "ask": ("text", "waits", "messages"),
    "read": ("messages",),
    "note": ("note",),
    "rename": ("working_title",),
    "set-aside": ("reason",),
    "bring-back": (),
    "resume": (),
    "close": ("reason",),
    "reopen": (),
    "stop": ("reason",),
    "suspend": ("reason",),
    "propose-withdrawal": ("reason",),
    "confirm-withdrawal": ("proposal",),
    "grant": ("login",),
    "tell-office": ("office_summary", "names"),
    "agree-office": ("telling",),
    "propose-erasure": ("reason",),
    "confirm-erasure": (),
    "stop-erasure": (),
}
PEOPLE = ("persons", "urgency", "act_grade", "link_grade", "sources")


@router.get("/{language}/desk/cases/{case_id}", name="case")
def show_case(request: Request, language: PageLanguage, case_id: str, who: Moderator) -> Response:
    return case_page(request, case_id, who, None)


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


# What can be undone, or gives nothing away; everything else needs fresh secrets.
HARMLESS = (
    *("claim", "ask", "read", "note", "resume", "close", "reopen", "stop", "suspend"),
    *("rename", "stop-erasure", "set-aside", "bring-back"),
)
FreshAct = Annotated[None, freshly(but=HARMLESS)]
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


def _agree_to_telling(installation: Installation, who: SignedIn, case_id: str, told: CaseForm) -> str:
    office_items.agree_to_telling(installation, who, case_id, told.telling)
    return "tell-office"


ACTIONS: dict[str, Action] = {
    "claim": lambda i, w, c, f: review.claim(i, w, c, f.reason),
    "ask": _ask,
    "read": lambda i, w, c, f: review.read_messages(i, w, c, as_number(f.messages)),
    "note": _note,
    "set-aside": lambda i, w, c, f: aside.set_aside(i, w, c, f.reason),
    "bring-back": lambda i, w, c, f: aside.bring_back(i, w, c),
    "rename": lambda i, w, c, f: naming.rename(i, w, c, f.working_title),
    "resume": lambda i, w, c, f: review.simple_step(i, w, c, "resume"),
    "close": lambda i, w, c, f: review.simple_step(i, w, c, "close", f.reason),
    "reopen": lambda i, w, c, f: review.simple_step(i, w, c, "reopen"),
    "stop": lambda i, w, c, f: proposing.stop(i, w, c, f.reason),
    "suspend": lambda i, w, c, f: withdrawal.suspend(i, w, c, f.reason),
    "propose-withdrawal": lambda i, w, c, f: withdrawal.propose_withdrawal(i, w, c, f.reason),
    "confirm-withdrawal": lambda i, w, c, f: withdrawal.confirm_withdrawal(i, w, c, f.proposal),
    "grant": lambda i, w, c, f: grants.give_access(i, w, c, f.login),
    "tell-office": _tell,
    "agree-office": _agree_to_telling,
    "propose-erasure": lambda i, w, c, f: erasure.propose_erasure(i, w, c, f.reason),
    "confirm-erasure": lambda i, w, c, f: erasure.confirm_erasure(i, w, c),
    "stop-erasure": lambda i, w, c, f: erasure.stop_erasure(i, w, c),
}


@router.post("/{language}/desk/cases/{case_id}", name="check_case")
def check_case(request: Request, language: PageLanguage, case_id: str, who: Moderator, form: DeskForm) -> Response:
    """The page with what is typed, and with a row more or less where that was asked for. Nothing is saved."""
    view = bind(form, CaseForm, language.gettext).view
    return case_page(request, case_id, who, view, 422 if view.problems else 200, told=NOTHING_SAVED)


@router.post("/{language}/desk/cases/{case_id}/do/{action}", name="case_action")
def act(
    request: Request, language: PageLanguage, case_id: str, action: str, who: Moderator, form: DeskForm, _: FreshAct
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
    return acted(request, case_id, who, bound.view, what, TAKES[action], before)


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
    return acted(request, case_id, who, view, "people", PEOPLE, opened.case.version)
