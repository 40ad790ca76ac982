"""The form and its receipt. No cookie, no script; the receipt is an answer, never an address."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError, TimeoutError

from app.documents.submission import FileFacts, Submission
from app.i18n import Language
from app.installation import Installation
from app.intake.drafts import files_with_room, keep_files, kept_files, remove_files
from app.intake.questions import (
    FILES_NOT_KEPT,
    MOST_PERSONS,
    STORE_AWAY,
    person_count,
    read_submission,
    sound_files,
)
from app.intake.receive import receive
from app.intake.thread_routes import router as thread_router
from app.intake.tokens import FormToken, new_token, read_token, token_text
from app.problems import Unavailable
from app.reference import state_name, states
from app.sealing import rows_of
from app.vocabulary import (
    ACT_TYPES,
    AT_RISK,
    CONSENT_GIVERS,
    CONSENT_USES,
    COOPERATION,
    PERPETRATORS,
    ROLES,
    UN_BODIES,
    UNITS,
)
from app.web.context import PageLanguage, installation_of
from app.web.forms import Form, FormView, Gettext, SentForm
from app.web.pages import page
from app.web.permissions import Submits

router = APIRouter(include_in_schema=False)
router.routes.extend(thread_router.routes)

LISTS = {
    "at_risk": AT_RISK,
    "acts": ACT_TYPES,
    "bodies": UN_BODIES,
    "cooperation": COOPERATION,
    "units": UNITS,
    "roles": ROLES,
    "perpetrators": PERPETRATORS,
    "uses": CONSENT_USES,
    "givers": CONSENT_GIVERS,
}


@router.get("/{language}/submit", name="submit")
def show_form(request: Request, language: PageLanguage, _: Submits) -> Response:
    return _form_page(request, FormView(), new_token(installation_of(request).keys), [], 1)


def _form_page(
    request: Request, view: FormView, token: FormToken, kept: Sequence[FileFacts], persons: int, status: int = 200
) -> Response:
    settings = installation_of(request).settings
    language = request.path_params["language"]
    named = sorted(((code, state_name(code, language)) for code in states(settings.demo)), key=lambda one: one[1])
    return page(
        request,
        "intake/submit.html",
        status=status,
        form=view,
        token=token_text(installation_of(request).keys, token),
        kept=kept,
        persons=persons,
        more_persons=persons < MOST_PERSONS,
        states=named,
        lists=LISTS,
        max_files=settings.max_files,
        max_megabytes=settings.max_file_bytes // 2**20,
    )


@router.post("/{language}/submit", name="submit_form")
def submit(request: Request, language: PageLanguage, form: SentForm, _: Submits) -> Response:
    """Takes the form, or gives it back with everything typed and every file kept."""
    installation = installation_of(request)
    token = read_token(installation.keys, form.get("token"))
    view = FormView(dict(form.values))
    _token_problem(token, view, language.gettext)
    told = read_submission(form, view, language.code, language.gettext, installation.settings.demo)
    try:
        return _take(request, installation, form, token, view, told, language)
    except (DBAPIError, TimeoutError, Unavailable):
        view.complain("form", language.gettext(STORE_AWAY))
        if form.files:
            view.complain("files", language.gettext(FILES_NOT_KEPT))
        return _form_page(request, view, token, [], person_count(form), 503)


def _take(
    request: Request,
    installation: Installation,
    form: Form,
    token: FormToken,
    view: FormView,
    told: Submission,
    language: Language,
) -> Response:
    if form.all("remove"):
        remove_files(installation, token.nonce, form.all("remove"))
    with installation.casework.read() as session:
        kept = kept_files(session, token.nonce)
    files = sound_files(form.files.get("files", []), len(kept), view, installation.settings, language.gettext)
    files = files_with_room(installation, files, view, language.gettext)
    persons = person_count(form)
    adding = form.get("action") == "add_person"
    if adding or view.problems:
        if files:
            keep_files(installation, token.nonce, files)
            with installation.casework.read() as session:
                kept = kept_files(session, token.nonce)
        if adding:
            _only_what_was_lost(view, form)
            persons = min(persons + 1, MOST_PERSONS)
        return _form_page(request, view, token, kept, persons, 422 if view.problems else 200)
    receipt = receive(installation, token, told, files)
    return page(request, "intake/receipt.html", rows=rows_of(receipt))


def _only_what_was_lost(view: FormView, form: Form) -> None:
    """Whoever adds a person is not done: says what could not be taken, and not yet what is missing."""
    told = {"form", "files", *form.cleaned}
    view.problems = {name: messages for name, messages in view.problems.items() if name in told}


def _token_problem(token: FormToken, view: FormView, gettext: Gettext) -> None:
    if token.problem == "expired":
        view.complain("form", gettext("The page was open for more than a day. Nothing is lost: please send it again."))
    elif token.problem:
        view.complain(
            "form",
            gettext("The page could not prove where it came from. Nothing is lost: please send it again."),
        )
