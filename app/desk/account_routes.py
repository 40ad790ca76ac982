"""Signing in and out, one's own account, and the administrator's list of accounts."""

from __future__ import annotations

from typing import Annotated

import segno
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.i18n import N_
from app.identity.accounts import (
    ROLE_WORDS,
    ROLES,
    NewAccount,
    add_account,
    disable_account,
    issue_office_token,
    make_account,
    revoke_office_tokens,
)
from app.identity.sessions import SignedIn, new_password, sign_in, sign_out
from app.problems import Problem
from app.reference import state_name, states
from app.stores.casework import Account, ConflictOfInterest, OfficeToken, Sponsorship
from app.web.binding import bind
from app.web.carried import go_on_page, sign_in_page, unpacked
from app.web.context import PageLanguage, installation_of
from app.web.fields import Line, Secret, pressed
from app.web.forms import FormView, SentForm
from app.web.fresh import freshly
from app.web.pages import page, path_to
from app.web.permissions import SignInPage
from app.web.signed_in import (
    COOKIE,
    Administrator,
    Anyone,
    DeskForm,
    Office,
    SigningIn,
    csrf_of,
    remember_device,
    set_cookie,
)

router = APIRouter(include_in_schema=False)
NOT_RIGHT = N_("Name, password or code is not right. A code works once: wait for the next one.")
Fresh = Annotated[None, freshly()]
FreshToken = Annotated[None, freshly("issue")]
HOME = {"moderator": "desk", "administrator": "accounts", "office": "office"}


class SignInForm(BaseModel):
    """What opens an account."""

    login: Line = Field("", title=N_("Name"))
    password: Secret = Field("", title=N_("Passphrase"))
    code: Line = Field("", title=N_("One-time code"))


class PassphraseForm(BaseModel):
    """The change of one's own passphrase."""

    password: Secret = Field("", title=N_("Present passphrase"))
    code: Line = Field("", title=N_("One-time code"))
    new_password: Secret = Field("", title=N_("New passphrase"))


class TokenForm(BaseModel):
    """A new token for the feed, or an end to one or to all."""

    action: Annotated[str, pressed("issue", "revoke", "revoke-all")] = ""
    token: Line = Field("")


class AccountForm(BaseModel):
    """A new account, or an end to one."""

    action: Annotated[str, pressed("add", "disable")] = ""
    login: Line = Field("", title=N_("Name to sign in with"))
    role: Line = Field("", title=N_("Role"))
    sponsor_one: Line = Field("", title=N_("First sponsor"))
    sponsor_two: Line = Field("", title=N_("Second sponsor"))
    conflicts: list[Line] = Field([], title=N_("States whose cases this person must not open"))


@router.get("/{language}/sign-in", name="sign_in")
def show_sign_in(request: Request, language: PageLanguage, _: SignInPage) -> Response:
    return sign_in_page(request, FormView())


@router.post("/{language}/sign-in", name="sign_in_form")
def do_sign_in(request: Request, language: PageLanguage, form: SentForm, noted_as: SigningIn) -> Response:
    """A new session. What was typed when the old one ended comes along, and is sent again by whoever typed it."""
    installation = installation_of(request)
    own, carried = unpacked(form)
    bound = bind(own, SignInForm, language.gettext)
    told = bound.value
    token = sign_in(installation, told.login, told.password, told.code, noted_as) if told else None
    if told is None or token is None:
        if told is not None:
            bound.view.complain("login", language.gettext(NOT_RIGHT))
        return sign_in_page(request, bound.view, carried, 401 if told else 422)
    if old := request.cookies.get(COOKIE):
        sign_out(installation, old)
    with installation.casework.read() as session:
        role = session.scalar(select(Account.role).where(Account.login == told.login)) or "moderator"
    response: Response = RedirectResponse(path_to(request, HOME[role]) or path_to(request, "account"), 303)
    if carried is not None:
        response = go_on_page(request, carried, csrf_of(token))
    set_cookie(response, token)
    remember_device(request, response, told.login)
    return response


@router.post("/{language}/sign-out", name="sign_out")
def do_sign_out(request: Request, language: PageLanguage, who: Anyone, form: DeskForm) -> Response:
    sign_out(installation_of(request), request.cookies.get(COOKIE, ""))
    response = RedirectResponse(path_to(request, "sign_in"), 303)
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="strict", path="/")
    return response


@router.get("/{language}/account", name="account")
def show_account(request: Request, language: PageLanguage, who: Anyone) -> Response:
    return _account_page(request, who, FormView())


def _account_page(request: Request, who: SignedIn, view: FormView, token: str = "", status: int = 200) -> Response:
    with installation_of(request).casework.read() as session:
        account = session.get_one(Account, who.account_id)
        sponsors = list(session.scalars(select(Sponsorship.sponsor).where(Sponsorship.account_id == who.account_id)))
        conflicts = list(
            session.scalars(select(ConflictOfInterest.state).where(ConflictOfInterest.account_id == who.account_id))
        )
        own = select(OfficeToken).where(OfficeToken.account_id == who.account_id)
        tokens = session.scalars(own.order_by(OfficeToken.expires_on, OfficeToken.lookup)).all()
    return page(
        request,
        "desk/account.html",
        status=status,
        form=view,
        who=who,
        csrf=who.csrf,
        login=account.login,
        role=who.role,
        role_words=ROLE_WORDS,
        sponsors=sorted(sponsors),
        conflicts=[state_name(code) for code in sorted(conflicts)],
        token=token,
        tokens=tokens,
    )


@router.post("/{language}/account/password", name="change_password")
def do_change_password(request: Request, language: PageLanguage, who: Anyone, form: DeskForm) -> Response:
    bound = bind(form, PassphraseForm, language.gettext)
    view, told = bound.view, bound.value
    if told is None:
        return _account_page(request, who, view, status=422)
    try:
        new_password(installation_of(request), who, told.password, told.code, told.new_password)
    except Problem as problem:
        view.complain("password", language.gettext(problem.detail))
        return _account_page(request, who, view, status=422)
    return RedirectResponse(path_to(request, "sign_in"), 303)


@router.post("/{language}/account/token", name="new_token")
def new_token(request: Request, language: PageLanguage, who: Office, form: DeskForm, _: FreshToken) -> Response:
    """A new bearer token for the Office's feed, shown once; or an end to one or all of them."""
    bound = bind(form, TokenForm, language.gettext)
    if bound.value is None:
        return _account_page(request, who, bound.view, status=422)
    token = ""
    with installation_of(request).casework.write() as session:
        if bound.value.action == "revoke-all":
            revoke_office_tokens(session, who.account_id)
        elif bound.value.action == "revoke":
            one = delete(OfficeToken).where(OfficeToken.lookup == bound.value.token)
            session.execute(one.where(OfficeToken.account_id == who.account_id))
        else:
            token = issue_office_token(session, who.account_id, who.private_key)
    return _account_page(request, who, FormView(), token)


def _account_rows(session: Session) -> list[dict[str, object]]:
    sponsors: dict[str, list[str]] = {}
    for one in session.scalars(select(Sponsorship)):
        sponsors.setdefault(one.account_id, []).append(one.sponsor)
    accounts = session.scalars(select(Account).order_by(Account.login))
    return [
        {
            "login": one.login,
            "role": one.role,
            "active": one.active,
            "sponsors": sorted(sponsors.get(one.id, [])),
        }
        for one in accounts
    ]


def _accounts_page(
    request: Request, who: Administrator, view: FormView, new: NewAccount | None = None, status: int = 200
) -> Response:
    installation = installation_of(request)
    with installation.casework.read() as session:
        rows = _account_rows(session)
    qr = segno.make(new.totp_uri, micro=False).png_data_uri(scale=5) if new else ""
    named = sorted(((code, state_name(code)) for code in states(installation.settings.demo)), key=lambda one: one[1])
    response = page(
        request,
        "desk/accounts.html",
        status=status,
        form=view,
        who=who,
        csrf=who.csrf,
        rows=rows,
        new=new,
        qr=qr,
        states=named,
        role_words=ROLE_WORDS,
        roles=[(role, ROLE_WORDS[role]) for role in ROLES if role != "office"],
    )
    if new:  # the one page with a picture that is not an address: the QR code of a secret must not have one
        policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        response.headers["content-security-policy"] = policy
    return response


@router.get("/{language}/desk/accounts", name="accounts")
def show_accounts(request: Request, language: PageLanguage, who: Administrator) -> Response:
    return _accounts_page(request, who, FormView())


@router.post("/{language}/desk/accounts", name="accounts_form")
def change_accounts(request: Request, language: PageLanguage, who: Administrator, form: DeskForm, _: Fresh) -> Response:
    """Makes an account, or disables one. Its passphrase and TOTP secret are generated and shown once."""
    bound = bind(form, AccountForm, language.gettext)
    view, told = bound.view, bound.value
    if told is None:
        return _accounts_page(request, who, view, status=422)
    new: NewAccount | None = None
    try:
        made = None if told.action == "disable" else make_account(told.login, told.role)
        with installation_of(request).casework.write() as session:
            if made is None:
                disable_account(session, told.login)
            else:
                sponsors = (told.sponsor_one, told.sponsor_two)
                new = add_account(session, made, sponsors, told.conflicts)
    except Problem as problem:
        view.complain("login", language.gettext(problem.detail))
        return _accounts_page(request, who, view, status=422)
    return _accounts_page(request, who, FormView(), new)
