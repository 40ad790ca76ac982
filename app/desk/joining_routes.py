"""Pages for people who cannot sign in yet, or not any more: the invitation, and the way back in."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import BaseModel, Field

from app.i18n import N_, Language
from app.identity.accounts import TOO_LONG, TOO_SHORT, Secrets
from app.identity.codes import NUMBER_GROUP, in_groups
from app.identity.invitations import NAME_TAKEN, NAME_WANTED, NOT_VALID, NewAccount, Newcomer, accept, invited
from app.identity.recovery import WRONG_PRESENT, new_recovery, opens_on, recover, recoverable
from app.identity.throttle import note
from app.installation import Installation
from app.keyring import ServerKeys
from app.problems import Problem
from app.reference import state_name, states
from app.sealing import CannotOpen, derive, unwrap, wrap
from app.web.admission import password_turn
from app.web.binding import bind
from app.web.context import PageLanguage, installation_of
from app.web.fields import Line, Secret, State
from app.web.forms import FormView, SentForm
from app.web.pages import page
from app.web.permissions import Permission, SignInPage, guard

router = APIRouter(include_in_schema=False)
PURPOSE = "joining"
LONGEST_CODE, LONGEST_STATE = 500, 5_000  # nothing that we gave is longer
# the pages with a picture that is not an address: the QR code of a secret must not have one
WITH_PICTURE = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# the fields that problems are about; all others are about the one-time code
PLACES = {
    NAME_WANTED: "login",
    NAME_TAKEN: "login",
    TOO_SHORT: "new_password",
    TOO_LONG: "new_password",
    WRONG_PRESENT: "present",
}
NOT_YET = N_("This code is good from %(day)s on.")


class SecretsForm(BaseModel):
    """What a newcomer, or somebody who comes back, chooses. `state` is what the page carries, sealed."""

    state: Secret = ""
    login: Line = Field("", title=N_("Name to sign in with"))
    present: Secret = Field("", title=N_("Present passphrase"))
    new_password: Secret = Field("", title=N_("Passphrase of your own"))
    code: Line = Field("", title=N_("One-time code"))
    conflicts: list[State] = Field([], title=N_("States whose cases you must not open"))


@guard(Permission.SIGN_IN)
async def _joining(request: Request, form: SentForm) -> AsyncIterator[str]:
    """Gives the code that was typed, or that the page carries. Hashing waits for its turn; codes that are none do not."""
    installation = installation_of(request)
    carried = opened(installation.keys, form.get("state"))
    code = str(carried.get("code", "")) or form.get("invitation")[:LONGEST_CODE]
    known = await run_in_threadpool(_is_known, installation, code)
    async with password_turn(_noted_as(code), hashes=known):
        if not known:
            note(_noted_as(code), right=False)
        yield code


Joining = Annotated[str, Depends(_joining, scope="function")]


def _noted_as(code: str) -> str:
    """The name under which failures of a code are remembered."""
    return f"invitation {code}"


def _is_known(installation: Installation, code: str) -> bool:
    with installation.casework.read() as session:
        return invited(session, code) is not None or recoverable(session, code) is not None


def sealed(keys: ServerKeys, content: Mapping[str, str]) -> str:
    """What a page carries to its next step: the server keeps nothing of it, and its source shows nothing."""
    key = keys.form_tokens.newest
    told = wrap(json.dumps(content).encode(), derive(key.secret, PURPOSE), PURPOSE)
    return f"{key.id}.{base64.urlsafe_b64encode(told).decode()}"


def opened(keys: ServerKeys, carried: str) -> dict[str, Any]:
    """What a page of ours carries; empty for anything else."""
    key_id, _, told = carried.partition(".")
    key = keys.form_tokens.get(key_id)
    if key is None or len(carried) > LONGEST_STATE:
        return {}
    try:
        content = json.loads(unwrap(base64.urlsafe_b64decode(told), derive(key, PURPOSE), PURPOSE))
    except (CannotOpen, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


@router.get("/{language}/desk/invitation", name="invitation")
def show_invitation(request: Request, language: PageLanguage, _: SignInPage) -> Response:
    return page(request, "desk/invitation.html", form=FormView())


@router.post("/{language}/desk/invitation", name="invitation_form")
def take_invitation(request: Request, language: PageLanguage, form: SentForm, code: Joining) -> Response:
    """The code leads to the page of secrets; what is chosen there makes the account, or opens it again."""
    installation = installation_of(request)
    carried = opened(installation.keys, form.get("state"))
    if not carried:
        return _first_step(request, language, code)
    context = {"demo": installation.settings.demo}
    bound = bind(form, SecretsForm, language.gettext, context=context)
    offered = Secrets(str(carried["passphrase"]), str(carried["totp"]))
    told = bound.value
    if told is None:
        return _secrets_page(request, bound.view, code, offered, 422, str(carried["login"]))
    chosen = Secrets(told.new_password or offered.passphrase, offered.totp_secret)
    try:
        if carried["login"]:
            new = recover(installation, code, chosen, told.code, told.present)
        else:
            new = accept(installation, code, Newcomer(told.login, chosen, told.code, told.conflicts))
    except Problem as problem:
        if problem.detail == NOT_VALID:
            return _not_valid(request, language.gettext(NOT_VALID))
        if problem.detail == WRONG_PRESENT:
            note(_noted_as(code), right=False)
        bound.view.complain(PLACES.get(problem.detail, "code"), language.gettext(problem.detail))
        return _secrets_page(request, bound.view, code, offered, 422, str(carried["login"]))
    return _done(request, new, waits=not carried["login"])


def _first_step(request: Request, language: Language, code: str) -> Response:
    gettext = language.gettext
    with installation_of(request).casework.read() as session:
        invitation, account = invited(session, code), recoverable(session, code)
        login = account.login if account else ""
        day = opens_on(session, code)
    if invitation is None and account is None:
        words = gettext(NOT_YET) % {"day": language.date(day.isoformat())} if day else gettext(NOT_VALID)
        return _not_valid(request, words)
    return _secrets_page(request, FormView(), code, Secrets.new(), 200, login)


def _not_valid(request: Request, words: str) -> Response:
    view = FormView(questions={"invitation": ""})
    view.complain("invitation", words)
    return page(request, "desk/invitation.html", form=view, status=422)


def _secrets_page(
    request: Request, view: FormView, code: str, offered: Secrets, status: int, login: str = ""
) -> Response:
    """The page of secrets. `login` is the name of whoever comes back; empty for a newcomer."""
    installation = installation_of(request)
    named = sorted(((one, state_name(one)) for one in states(installation.settings.demo)), key=lambda one: one[1])
    content = {"code": code, "passphrase": offered.passphrase, "totp": offered.totp_secret, "login": login}
    label = login or view.value("login") or "registry"
    response = page(
        request,
        "desk/secrets.html",
        status=status,
        form=view,
        state=sealed(installation.keys, content),
        offered=offered,
        login=login,
        qr=segno.make(offered.uri(label), micro=False).png_data_uri(scale=5),
        states=named,
    )
    response.headers["content-security-policy"] = WITH_PICTURE
    return response


def _done(request: Request, new: NewAccount, *, waits: bool) -> Response:
    return page(request, "desk/joined.html", new=new, number=in_groups(new.fingerprint, NUMBER_GROUP), waits=waits)


@router.get("/{language}/desk/recovery", name="recovery")
def show_recovery(request: Request, language: PageLanguage, _: SignInPage) -> Response:
    return page(request, "desk/recovery.html", code="", number="")


@router.post("/{language}/desk/recovery", name="new_recovery")
def make_recovery(request: Request, language: PageLanguage, _: SignInPage) -> Response:
    """A code, and its number to be read out. Nothing of either is stored."""
    code, number = new_recovery()
    return page(request, "desk/recovery.html", code=in_groups(code), number=in_groups(number, NUMBER_GROUP))
