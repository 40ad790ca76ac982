"""The submitter's thread, opened by a receipt that travels in the body of forms only, never in an address."""

from __future__ import annotations

import logging

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError, TimeoutError

from app.cases.thread import LONGEST_MESSAGE, read_thread
from app.i18n import N_, Language
from app.installation import Installation
from app.intake import consents
from app.intake.drafts import files_with_room
from app.intake.questions import FILES_NOT_KEPT, STORE_AWAY, sound_files
from app.intake.submitter import OwnCase, add_to_case, open_by_receipt, withdraw_case
from app.problems import Conflict, NotFound, Unavailable, Unprocessable
from app.release.delivery import hide_now
from app.sealing import ROWS, mistyped_rows, normal_receipt, random_id
from app.vocabulary import CONSENT_USES
from app.web.context import PageLanguage, installation_of
from app.web.forms import Form, FormView, SentForm
from app.web.pages import page
from app.web.permissions import ByReceipt

log = logging.getLogger("registry")
router = APIRouter(include_in_schema=False)

STATUS_WORDS = {
    "received": N_("We have it. Nobody has opened it yet."),
    "in_review": N_("A moderator is working on it."),
    "awaiting_submitter": N_("We asked you something. Please look at the messages."),
    "proposed": N_("A public text was drafted and waits for a second moderator."),
    "scheduled": N_("A public text was agreed and will be released within days. You can still withdraw."),
    "published": N_("It is public, in the form that was agreed."),
    "suspended": N_("It is hidden from the public."),
    "withdrawn": N_("It was withdrawn. Nothing of it is public here."),
    "closed": N_("It was closed without publication. It stays sealed."),
}
NEXT_WORDS = {
    "received": N_("Come back in some days. If we have a question, it will be here."),
    "in_review": N_(
        "We may ask you something here. Nothing becomes public before consent was given and two people agreed."
    ),
    "awaiting_submitter": N_(
        "The work goes on when you answer below. You may also answer that you do not know, or will not say."
    ),
    "proposed": N_("If something changed, or someone takes consent back, write it below now."),
    "scheduled": N_("If something changed, or someone takes consent back, write it below now."),
    "published": N_("If something in it is wrong or became dangerous, write it below, or withdraw."),
    "suspended": N_("If it should stay hidden for good, withdraw it below. If not, write to us."),
    "withdrawn": N_("You can still write to us."),
    "closed": N_("If you know more now, write it below: a case can be opened again."),
}
STILL_LEAVING = N_("You withdrew it. It is being taken down from every public page now.")
STILL_HIDING = N_("It is being taken down from every public page now.")


@router.get("/{language}/receipt", name="thread")
def ask_for_receipt(request: Request, language: PageLanguage, _: ByReceipt) -> Response:
    return page(request, "intake/ask_receipt.html", form=FormView())


def _thread_page(
    request: Request, own: OwnCase, receipt: str, view: FormView, status: int = 200, *, sent: bool = False
) -> Response:
    with installation_of(request).casework.read() as session:
        messages = read_thread(session, own.case.id, own.keys)
        persons = consents.persons_told(session, own) if own.case.status != "withdrawn" else []
    state = own.case.status
    leaving = state in ("suspended", "withdrawn") and own.case.live
    leaving_words = STILL_LEAVING if state == "withdrawn" else STILL_HIDING
    return page(
        request,
        "intake/thread.html",
        status=status,
        form=view,
        receipt=receipt,
        messages=messages,
        state=own.case.status,
        state_words=leaving_words if leaving else STATUS_WORDS[state],
        message_id=random_id(),
        received_on=own.case.received_on.isoformat(),
        max_files=installation_of(request).settings.max_files,
        next_words=NEXT_WORDS[own.case.status],
        sent=sent,
        persons=persons,
        uses=CONSENT_USES,
        entry_ref=own.case.entry_ref if own.case.live and not leaving else "",
    )


def _opened(request: Request, form: Form) -> tuple[OwnCase, str]:
    with installation_of(request).casework.read() as session:
        own = open_by_receipt(session, form.get("receipt"))
        session.expunge_all()
    return own, normal_receipt(form.get("receipt")) or ""


NO_THREAD = N_("No thread opens with this. Please compare each digit with what you wrote down.")
ROW_WORDS = {
    1: N_("The first row cannot be right: please compare its digits with what you wrote down."),
    2: N_("The second row cannot be right: please compare its digits with what you wrote down."),
    3: N_("The third row cannot be right: please compare its digits with what you wrote down."),
}


def _no_such(request: Request, typed: str, language: Language) -> Response:
    """Says which row is mistyped, where the check digits tell. Whoever guesses could work that out too."""
    view = FormView({"receipt": [typed]})
    receipt = normal_receipt(typed)
    wrong = mistyped_rows(receipt) if receipt else []
    if 0 < len(wrong) < ROWS:
        for row in wrong:
            view.complain("receipt", language.gettext(ROW_WORDS[row]))
    else:  # all three: no receipt at all, or one from before there were check digits
        view.complain("receipt", language.gettext(NO_THREAD))
    return page(request, "intake/ask_receipt.html", status=404, form=view)


def _only(form: Form, *names: str) -> None:
    """Unprocessable for a form with fields that it does not have."""
    if not form.names() <= set(names):
        raise Unprocessable


@router.post("/{language}/receipt", name="open_thread")
def open_thread(request: Request, language: PageLanguage, form: SentForm, _: ByReceipt) -> Response:
    _only(form, "receipt")
    try:
        own, receipt = _opened(request, form)
    except NotFound:
        return _no_such(request, form.get("receipt"), language)
    return _thread_page(request, own, receipt, FormView())


@router.post("/{language}/receipt/message", name="thread_message")
def send_message(request: Request, language: PageLanguage, form: SentForm, _: ByReceipt) -> Response:
    """Adds a message and files. What can be taken is taken: a text that cannot is given back, the files stay."""
    _only(form, "receipt", "message_id", "text", "files")
    view = FormView(dict(form.values))
    try:
        own, receipt = _opened(request, form)
        return _take_message(request, own, receipt, form, view, language)
    except NotFound:
        return _no_such(request, form.get("receipt"), language)
    except (Conflict, DBAPIError, TimeoutError, Unavailable):
        view.complain("text", language.gettext(STORE_AWAY))
        if form.files:
            view.complain("files", language.gettext(FILES_NOT_KEPT))
        return page(
            request,
            "intake/unsent.html",
            status=503,
            form=view,
            receipt=form.get("receipt"),
            message_id=form.get("message_id"),
        )


def _take_message(
    request: Request, own: OwnCase, receipt: str, form: Form, view: FormView, language: Language
) -> Response:
    installation = installation_of(request)
    text = form.get("text")
    _text_problems(text, form, view, language)
    refused = bool(view.problems)
    files = sound_files(form.files.get("files", []), 0, view, installation.settings, language.gettext)
    files = files_with_room(installation, files, view, language.gettext)
    taken = "" if refused else text
    if not text and not files and not view.problems:
        view.complain("text", language.gettext("Please write something, or choose a file."))
    if taken or files:
        add_to_case(installation, receipt, taken, files, form.get("message_id"))
        own, receipt = _opened(request, form)
    if not refused:
        view.typed = {}
    return _thread_page(request, own, receipt, view, 422 if view.problems else 200, sent=bool(taken or files))


def _text_problems(text: str, form: Form, view: FormView, language: Language) -> None:
    if form.cleaned:
        view.complain(
            "text",
            language.gettext(
                "This held characters that nobody can see. We took them out: please check the text and send it again."
            ),
        )
    if len(text) > LONGEST_MESSAGE:
        view.complain("text", language.gettext("This is too long: please send it in parts."))


def _hide(installation: Installation) -> None:
    """What was decided is stored: when the registry store is away, the desk's clock carries it as soon as it is back."""
    try:
        hide_now(installation)
    except (DBAPIError, TimeoutError) as error:
        log.error("hiding waits: %s", type(error).__name__)


@router.post("/{language}/receipt/consent", name="thread_consent")
def take_consent_back(request: Request, language: PageLanguage, form: SentForm, _: ByReceipt) -> Response:
    """Takes consents of one person back: what waits is held and what is public hidden at once."""
    _only(form, "receipt", "person", "uses")
    view = FormView()
    try:
        consents.take_back(
            installation_of(request), form.get("receipt"), form.get("person"), form.all("uses"), language
        )
    except NotFound:
        return _no_such(request, form.get("receipt"), language)
    except Unprocessable as problem:
        view = FormView(dict(form.values))
        view.complain("consents", language.gettext(problem.detail))
    else:
        _hide(installation_of(request))
    own, receipt = _opened(request, form)
    return _thread_page(request, own, receipt, view, 422 if view.problems else 200, sent=not view.problems)


@router.post("/{language}/receipt/withdraw", name="thread_withdraw")
def take_back(request: Request, language: PageLanguage, form: SentForm, _: ByReceipt) -> Response:
    _only(form, "receipt", "confirm")
    installation = installation_of(request)
    try:
        own, receipt = _opened(request, form)
    except NotFound:
        return _no_such(request, form.get("receipt"), language)
    if form.get("confirm") != "yes":
        view = FormView(dict(form.values))
        view.complain("confirm", language.gettext("Please tick the box to confirm that you withdraw."))
        return _thread_page(request, own, receipt, view, 422)
    with installation.casework.write() as session:
        withdraw_case(session, own)
    _hide(installation)
    own, receipt = _opened(request, form)
    return _thread_page(request, own, receipt, FormView())
