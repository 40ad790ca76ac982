"""The form and its receipt. No cookie, no script; the receipt is an answer, never an address."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError, TimeoutError

from app.documents.submission import FileFacts
from app.i18n import Gettext, Language
from app.installation import Installation
from app.intake.drafts import files_with_room, keep_files, kept_files, remove_files
from app.intake.questions import FILES_NOT_KEPT, MOST_LETTERS, MOST_PERSONS, STORE_AWAY, Answers, sound_files
from app.intake.receive import receive
from app.intake.submitter import open_by_receipt
from app.intake.tokens import FormToken, new_token, read_token, token_text
from app.problems import Unavailable
from app.reference import state_name, states
from app.sealing import normal_receipt, rows_of
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
from app.web.binding import UNKNOWN, Bound, bind
from app.web.closing import CLOSED_IN_LOCKDOWN
from app.web.context import PageLanguage, installation_of
from app.web.forms import Form, FormView, SentForm
from app.web.pages import page
from app.web.permissions import ByReceipt, Submits

router = APIRouter(include_in_schema=False, dependencies=[CLOSED_IN_LOCKDOWN])

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
    return _form_page(request, FormView(), new_token(installation_of(request).keys), [])


def _form_page(
    request: Request,
    view: FormView,
    token: FormToken,
    kept: Sequence[FileFacts],
    status: int = 200,
    *,
    checked: bool = False,
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
        checked=checked,
        most_persons=MOST_PERSONS,
        states=named,
        lists=LISTS,
        reading=(settings.read_within_days, settings.read_urgent_within_hours),
        max_files=settings.max_files,
        max_megabytes=settings.max_file_bytes // 2**20,
    )


@router.post("/{language}/submit", name="submit_form")
def submit(request: Request, language: PageLanguage, form: SentForm, _: Submits) -> Response:
    """Takes the form, or gives it back with everything typed and every file kept."""
    installation = installation_of(request)
    token = read_token(installation.keys, form.get("token"))
    context = {"demo": installation.settings.demo}
    bound = bind(form, Answers, language.gettext, context=context, most_letters=MOST_LETTERS)
    _token_problem(token, bound.view, language.gettext)
    for _name in form.files.keys() - {"files"}:
        bound.view.complain("form", language.gettext(UNKNOWN))
    try:
        return _take(request, installation, form, token, bound, language)
    except (DBAPIError, TimeoutError, Unavailable):
        bound.view.complain("form", language.gettext(STORE_AWAY))
        if form.files:
            bound.view.complain("files", language.gettext(FILES_NOT_KEPT))
        return _form_page(request, bound.view, token, [], 503)


def _take(
    request: Request,
    installation: Installation,
    form: Form,
    token: FormToken,
    bound: Bound[Answers],
    language: Language,
) -> Response:
    view = bound.view
    if form.all("remove_file"):
        remove_files(installation, token.nonce, form.all("remove_file"))
    with installation.casework.read() as session:
        kept = kept_files(session, token.nonce)
    files = sound_files(form.files.get("files", []), len(kept), view, installation.settings, language.gettext)
    files = files_with_room(installation, files, view, language.gettext)
    going_on = bound.grown or form.get("action") in ("check", "language")
    if bound.value is not None and not view.problems and not going_on:
        receipt = receive(installation, token, bound.value.told(language.code), files)
        return page(request, "intake/receipt.html", receipt=receipt, rows=rows_of(receipt))
    if files:
        keep_files(installation, token.nonce, files)
        with installation.casework.read() as session:
            kept = kept_files(session, token.nonce)
    if going_on:
        # whoever is not done hears what could not be taken, and not yet what is missing
        told_of_files = {name: view.errors(name) for name in ("form", "files") if view.errors(name)}
        view.problems = {**bound.lost, **told_of_files}
    status = 422 if view.problems else 200
    return _form_page(request, view, token, kept, status, checked=form.get("action") == "check")


def _token_problem(token: FormToken, view: FormView, gettext: Gettext) -> None:
    if token.problem == "expired":
        view.complain("form", gettext("The page was open for more than a day. Nothing is lost: please send it again."))
    elif token.problem:
        view.complain(
            "form",
            gettext("The page could not prove where it came from. Nothing is lost: please send it again."),
        )


@router.post("/{language}/receipt/again", name="receipt_again")
def show_receipt(request: Request, language: PageLanguage, form: SentForm, _: ByReceipt) -> Response:
    """The page of a receipt in another language: only for a receipt that opens something."""
    with installation_of(request).casework.read() as session:
        open_by_receipt(session, form.get("receipt"))
    receipt = normal_receipt(form.get("receipt")) or ""
    return page(request, "intake/receipt.html", receipt=receipt, rows=rows_of(receipt))
