"""The form, the receipt, and the thread. No cookie, no script; a receipt is never in an address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.exc import OperationalError, TimeoutError

from app.intake.kept_files import keep_files, kept_files, remove_files
from app.intake.own_thread import OwnCase, add_to_case, open_case, withdraw_case
from app.intake.questions import MOST_PERSONS, person_count, read_submission
from app.intake.receiving import receive
from app.intake.tokens import FormToken, new_nonce, read_token, token_of
from app.release import deliver_withdrawals
from app.sealing import grouped, normal_receipt, random_id
from app.submission import FileFacts, Submission
from app.thread import LONGEST_MESSAGE, read_thread
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
    state_name,
    states,
)  # fmt: skip
from app.web.errors import NotFound, Unavailable
from app.web.forms import Form, FormView, Gettext, SentFile, SentForm
from app.web.house import House, house_of
from app.web.language import N_, Language, language_of_path
from app.web.pages import page
from app.web.permissions import ByReceipt, Submits

router = APIRouter(include_in_schema=False)
PageLanguage = Annotated[Language, Depends(language_of_path)]

LISTS = {
    "at_risk": AT_RISK, "acts": ACT_TYPES, "bodies": UN_BODIES, "cooperation": COOPERATION, "units": UNITS, "roles": ROLES,
    "perpetrators": PERPETRATORS, "uses": CONSENT_USES, "givers": CONSENT_GIVERS,
}  # fmt: skip

STATUS_WORDS = {
    "received": N_("We have it. Nobody has opened it yet."),
    "in_review": N_("A moderator is working on it."),
    "awaiting_submitter": N_("We asked you something. Please look at the messages."),
    "proposed": N_("A public text was drafted and waits for a second moderator."),
    "scheduled": N_("A public text was agreed and will be released within days. You can still withdraw."),
    "published": N_("It is public, in the form that was agreed."),
    "withdrawn": N_("It was withdrawn. Nothing of it is public here."),
    "closed": N_("It was closed without publication. It stays sealed."),
}


@router.get("/{language}/submit", name="submit")
def show_form(request: Request, language: PageLanguage, _: Submits) -> Response:
    return _form_page(request, FormView(), new_nonce(), [], 1)


def _form_page(
    request: Request, view: FormView, nonce: bytes, kept: Sequence[FileFacts], persons: int, status: int = 200
) -> Response:
    settings = house_of(request).settings
    language = request.path_params["language"]
    named = sorted(
        ((code, state_name(code, language)) for code in states(settings.demo)), key=lambda one: one[1]
    )
    return page(
        request, "intake/submit.html", status=status, form=view, token=token_of(settings, nonce), kept=kept, persons=persons,
        more_persons=persons < MOST_PERSONS, states=named, lists=LISTS, max_files=settings.max_files,
        max_megabytes=settings.max_file_bytes // 2**20,
    )  # fmt: skip


@router.post("/{language}/submit", name="submit_form")
def submit(request: Request, language: PageLanguage, form: SentForm, _: Submits) -> Response:
    """Takes the form, or gives it back with everything typed and every file kept."""
    house = house_of(request)
    token = read_token(house.settings, form.get("token"))
    view = FormView(dict(form.values))
    _token_problem(token, view, language.gettext)
    told = read_submission(form, view, language.code, language.gettext, house.settings.demo)
    try:
        return _take(request, house, form, token, view, told, language)
    except (OperationalError, TimeoutError, Unavailable):
        view.complain(
            "form", language.gettext(Unavailable.title) + ". " + language.gettext(Unavailable.detail)
        )
        return _form_page(request, view, token.nonce, [], person_count(form), 503)


def _take(
    request: Request,
    house: House,
    form: Form,
    token: FormToken,
    view: FormView,
    told: Submission,
    language: Language,
) -> Response:
    if form.all("remove"):
        remove_files(house.casework, token.nonce, form.all("remove"))
    with house.casework() as session:
        kept = kept_files(session, token.nonce)
    files = _sound_files(form.files.get("files", []), len(kept), view, house, language)
    persons = person_count(form)
    adding = form.get("action") == "add_person"
    if adding or view.problems:
        if files:
            keep_files(house.casework, token.nonce, files)
            with house.casework() as session:
                kept = kept_files(session, token.nonce)
        if adding:
            view.problems.clear()
            persons = min(persons + 1, MOST_PERSONS)
        return _form_page(request, view, token.nonce, kept, persons, 200 if adding else 422)
    receipt = receive(house, token.nonce, told, files)
    return page(request, "intake/receipt.html", receipt=grouped(receipt))


def _token_problem(token: FormToken, view: FormView, gettext: Gettext) -> None:
    if token.problem == "expired":
        view.complain(
            "form", gettext("The page was open for more than a day. Nothing is lost: please send it again.")
        )
    elif token.problem:
        view.complain(
            "form",
            gettext("The page could not prove where it came from. Nothing is lost: please send it again."),
        )


def _sound_files(
    sent: Sequence[SentFile], already: int, view: FormView, house: House, language: Language
) -> list[SentFile]:
    """The files that can be taken; the others are named in the errors."""
    settings = house.settings
    sound = []
    for file in sent:
        if len(file.content) > settings.max_file_bytes:
            text = language.gettext(
                "“%(name)s” is larger than %(number)s MB. The other files and your text are kept."
            )
            view.complain("files", text % {"name": file.name, "number": settings.max_file_bytes // 2**20})
        elif not file.content:
            view.complain("files", language.gettext("“%(name)s” is empty.") % {"name": file.name})
        else:
            sound.append(file)
    if len(sound) + already > settings.max_files:
        text = language.gettext(
            "These are more than %(number)s files. Add the others later, with your receipt."
        )
        view.complain("files", text % {"number": settings.max_files})
        sound = sound[: max(settings.max_files - already, 0)]
    return sound


@router.get("/{language}/receipt", name="thread")
def ask_for_receipt(request: Request, language: PageLanguage, _: ByReceipt) -> Response:
    return page(request, "intake/ask_receipt.html", form=FormView())


def _thread_page(request: Request, own: OwnCase, receipt: str, view: FormView, status: int = 200) -> Response:
    with house_of(request).casework() as session:
        messages = read_thread(session, own.case.id, own.private_key)
    return page(
        request, "intake/thread.html", status=status, form=view, receipt=receipt, messages=messages,
        state=own.case.status, state_words=STATUS_WORDS[own.case.status], message_id=random_id(),
        received_on=own.case.received_on.isoformat(), max_files=house_of(request).settings.max_files,
    )  # fmt: skip


def _opened(request: Request, form: Form) -> tuple[OwnCase, str]:
    with house_of(request).casework() as session:
        own = open_case(session, form.get("receipt"))
        session.expunge_all()
    return own, normal_receipt(form.get("receipt")) or ""


def _no_such(request: Request, language: Language) -> Response:
    view = FormView()
    view.complain(
        "receipt",
        language.gettext("No thread opens with this. Please compare each digit with what you wrote down."),
    )
    return page(request, "intake/ask_receipt.html", status=404, form=view)


@router.post("/{language}/receipt", name="open_thread")
def open_thread(request: Request, language: PageLanguage, form: SentForm, _: ByReceipt) -> Response:
    try:
        own, receipt = _opened(request, form)
    except NotFound:
        return _no_such(request, language)
    return _thread_page(request, own, receipt, FormView())


@router.post("/{language}/receipt/message", name="thread_message")
def send_message(request: Request, language: PageLanguage, form: SentForm, _: ByReceipt) -> Response:
    house = house_of(request)
    view = FormView(dict(form.values))
    try:
        own, receipt = _opened(request, form)
    except NotFound:
        return _no_such(request, language)
    text = form.get("text")
    files = _sound_files(form.files.get("files", []), 0, view, house, language)
    if form.cleaned:
        view.complain(
            "text",
            language.gettext(
                "This held characters that nobody can see. We took them out: please check the text and send it again."
            ),
        )
    if not text and not files:
        view.complain("text", language.gettext("Please write something, or choose a file."))
    if len(text) > LONGEST_MESSAGE:
        view.complain("text", language.gettext("This is too long: please send it in parts."))
    if view.problems:
        return _thread_page(request, own, receipt, view, 422)
    message_id = form.get("message_id")
    with house.casework.begin() as session:
        own = open_case(session, receipt)
        add_to_case(session, own, text, files, message_id if len(message_id) == len(random_id()) else "")
        session.flush()
        session.expunge(own.case)
    return _thread_page(request, own, receipt, FormView())


@router.post("/{language}/receipt/withdraw", name="thread_withdraw")
def take_back(request: Request, language: PageLanguage, form: SentForm, _: ByReceipt) -> Response:
    house = house_of(request)
    try:
        own, receipt = _opened(request, form)
    except NotFound:
        return _no_such(request, language)
    if form.get("confirm") != "yes":
        view = FormView(dict(form.values))
        view.complain("confirm", language.gettext("Please tick the box to confirm that you withdraw."))
        return _thread_page(request, own, receipt, view, 422)
    with house.casework.begin() as session:
        own = open_case(session, receipt)
        withdraw_case(session, own)
        session.flush()
        session.expunge(own.case)
    deliver_withdrawals(house)
    return _thread_page(request, own, receipt, FormView())
