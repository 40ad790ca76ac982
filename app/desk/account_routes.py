"""Signing in and out, and one's own account."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError, TimeoutError

from app.cases.index import fold, forget
from app.i18n import N_
from app.identity.accounts import ROLE_WORDS, by_login, issue_office_token, revoke_office_tokens
from app.identity.codes import NUMBER_GROUP, in_groups
from app.identity.requests import stop
from app.identity.sessions import FOUNDING, SignedIn, new_password, sign_in, sign_out
from app.identity.sponsors import fingerprint_of
from app.problems import Problem
from app.readings import ReadingsAway
from app.reference import state_name
from app.stores.casework import Account, ConflictOfInterest, OfficeToken, Sponsorship
from app.web.binding import bind
from app.web.carried import go_on_page, sign_in_page, unpacked
from app.web.context import PageLanguage, installation_of
from app.web.fields import USE_THE_BUTTONS, Line, Secret, needed, pressed
from app.web.forms import FormView, SentForm
from app.web.fresh import freshly
from app.web.pages import page, path_to
from app.web.permissions import SignInPage
from app.web.signed_in import (
    COOKIE,
    Anyone,
    DeskForm,
    Office,
    SigningIn,
    csrf_of,
    remember_device,
    set_cookie,
    who_of,
)

router = APIRouter(include_in_schema=False)
NOT_RIGHT = N_("Name, password or code is not right. A code works once: wait for the next one.")
FreshToken = Annotated[None, freshly(but=("revoke", "revoke-all"))]
HOME = {"moderator": "desk", "administrator": "accounts", FOUNDING: "accounts", "office": "office", "data": "account"}


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

    action: Annotated[str, pressed("issue", "revoke", "revoke-all"), needed(USE_THE_BUTTONS)] = Field(
        "", validate_default=True
    )
    token: Line = Field("")


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
        account = by_login(session, told.login)
        role = account.role if account and account.active else FOUNDING
    response: Response = RedirectResponse(path_to(request, HOME[role]) or path_to(request, "account"), 303)
    if carried is not None:
        response = go_on_page(request, carried, csrf_of(token))
    set_cookie(response, token)
    remember_device(request, response, told.login)
    if role == "moderator":
        with suppress(DBAPIError, TimeoutError, ReadingsAway):  # what is not folded now is at the next sign-in
            fold(installation, who_of(installation, token))
    return response


@router.post("/{language}/sign-out", name="sign_out")
def do_sign_out(request: Request, language: PageLanguage, who: Anyone, form: DeskForm) -> Response:
    sign_out(installation_of(request), request.cookies.get(COOKIE, ""))
    forget(who)
    response = RedirectResponse(path_to(request, "sign_in"), 303)
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="strict", path="/")
    return response


@router.get("/{language}/account", name="account")
def show_account(request: Request, language: PageLanguage, who: Anyone) -> Response:
    return _account_page(request, who, FormView())


def _account_page(request: Request, who: SignedIn, view: FormView, token: str = "", status: int = 200) -> Response:
    with installation_of(request).casework.read() as session:
        account = session.get_one(Account, who.account_id)
        sponsors = session.execute(
            select(Sponsorship.sponsor, Account.login)
            .outerjoin(Account, Account.id == Sponsorship.sponsor_id)
            .where(Sponsorship.account_id == who.account_id)
        ).all()
        number = in_groups(fingerprint_of(session, account), NUMBER_GROUP)
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
        role=account.role,
        number=number,
        role_words=ROLE_WORDS,
        sponsors=sorted(login or name for name, login in sponsors),
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


@router.post("/{language}/account/stop-recovery", name="stop_recovery")
def stop_recovery(request: Request, language: PageLanguage, who: Anyone, form: DeskForm) -> Response:
    """Anybody who signs in may stop that somebody is let back in."""
    with installation_of(request).casework.write() as session:
        stop(session, who.account_id, form.get("request"))
    return RedirectResponse(path_to(request, "account"), 303)
