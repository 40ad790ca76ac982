"""The page of accounts: who is on the team, who waits for sponsors, and what two of them decide about another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from app.desk.pages import desk_page
from app.i18n import N_
from app.identity.accounts import ROLE_WORDS, ROLES
from app.identity.codes import in_groups
from app.identity.invitations import invite, take_back
from app.identity.recovery import agree_to_recovery, ask_recovery
from app.identity.requests import LIFT, SUSPEND, agree, ask, is_open, stop
from app.identity.sessions import SignedIn, is_confirmed
from app.identity.sponsors import TEAM, among_founders, require_team, turn_away, vouch
from app.identity.team import missing
from app.problems import Problem
from app.settings import Settings
from app.stores.casework import Account, AccountRequest, Invitation, Sponsorship
from app.web.binding import bind
from app.web.context import PageLanguage, installation_of
from app.web.fields import USE_THE_BUTTONS, Line, needed, one_of, pressed
from app.web.forms import FormView
from app.web.fresh import freshly
from app.web.pages import path_to
from app.web.signed_in import DeskForm, TeamMember

router = APIRouter(include_in_schema=False)
BUTTONS = (
    *("invite", "take_back", "vouch", "turn_away", "suspend", "lift"),
    *("agree", "stop", "recover", "agree_recovery"),
)
TAKING_AWAY = ("stop", "take_back")  # nothing is gained by these: they need no fresh secrets
Fresh = Annotated[None, freshly(but=TAKING_AWAY)]


class TeamForm(BaseModel):
    """One act on the page of accounts: `about` is the account, the request or the invitation that it is about."""

    action: Annotated[str, pressed(*BUTTONS), needed(USE_THE_BUTTONS)] = Field("", validate_default=True)
    about: Line = ""
    login: Line = Field("", title=N_("Name"))
    role: Annotated[Line, one_of(ROLES)] = Field("", title=N_("Role"))
    number: Line = Field("", title=N_("Number that the person reads out"))


def _invite(session: Session, who: str, told: TeamForm, _: Settings) -> str:
    require_team(session.get(Account, who))
    return invite(session, told.role, who)


def _take_back(session: Session, who: str, told: TeamForm, _: Settings) -> None:
    require_team(session.get(Account, who))
    take_back(session, told.about)


# What each button does, in one transaction. What an invitation gives back is its code.
ACTS: dict[str, Callable[[Session, str, TeamForm, Settings], Any]] = {
    "invite": _invite,
    "take_back": _take_back,
    "vouch": lambda session, who, told, _: vouch(session, who, told.about, told.number),
    "turn_away": lambda session, who, told, _: turn_away(session, who, told.about),
    "suspend": lambda session, who, told, _: ask(session, who, told.about, SUSPEND),
    "lift": lambda session, who, told, _: ask(session, who, told.about, LIFT),
    "agree": lambda session, who, told, _: agree(session, who, told.about),
    "stop": lambda session, who, told, _: stop(session, who, told.about),
    "recover": lambda session, who, told, _: ask_recovery(session, who, told.login, told.number),
    "agree_recovery": lambda session, who, told, settings: agree_to_recovery(
        session, who, told.about, told.number, settings.recovery_days
    ),
}


@router.get("/{language}/desk/accounts", name="accounts")
def show_accounts(request: Request, language: PageLanguage, who: TeamMember) -> Response:
    return _accounts_page(request, who, FormView())


@router.post("/{language}/desk/accounts", name="accounts_form")
def change_accounts(request: Request, language: PageLanguage, who: TeamMember, form: DeskForm, _: Fresh) -> Response:
    """One act, by somebody whose passphrase and code are fresh. The code of an invitation is shown once."""
    installation = installation_of(request)
    bound = bind(form, TeamForm, language.gettext)
    view, told = bound.view, bound.value
    if told is None:
        return _accounts_page(request, who, view, status=422)
    try:
        with installation.casework.write() as session:
            made = ACTS[told.action](session, who.account_id, told, installation.settings)
    except Problem as problem:
        view.complain("form", language.gettext(problem.detail))
        return _accounts_page(request, who, view, status=problem.status)
    if told.action == "invite":
        return _accounts_page(request, who, FormView(), in_groups(made))
    return RedirectResponse(path_to(request, "accounts"), 303)


def _accounts_page(
    request: Request, who: SignedIn, view: FormView, invitation: str = "", status: int = 200
) -> Response:
    with installation_of(request).casework.read() as session:
        me = session.get_one(Account, who.account_id)
        rows = _rows(session, me)
        context: dict[str, Any] = {
            "rows": [one for one in rows if not one["waits"]],
            "waiting": [one for one in rows if one["waits"] or one["can_vouch"]],
            "requests": _requests(session, me),
            "invitations": session.scalars(select(Invitation).order_by(Invitation.expires_on)).all(),
            "missing": missing(session),
        }
    return desk_page(
        request,
        "desk/accounts.html",
        who,
        status=status,
        form=view,
        blank=FormView(),
        invitation=invitation,
        confirmed=is_confirmed(who),
        role_words=ROLE_WORDS,
        roles=[(role, ROLE_WORDS[role]) for role in ROLES],
        acts=who.role in TEAM,
        **context,
    )


def _rows(session: Session, me: Account) -> list[dict[str, Any]]:
    sponsor = aliased(Account)
    asked = select(Sponsorship.account_id, Sponsorship.sponsor, sponsor.login)
    vouched: dict[str, dict[str, str]] = {}
    for account, by, login in session.execute(asked.outerjoin(sponsor, sponsor.id == Sponsorship.sponsor_id)):
        vouched.setdefault(account, {})[by] = login or by
    return [_row(one, vouched.get(one.id, {}), me) for one in session.scalars(select(Account).order_by(Account.login))]


def _row(one: Account, sponsors: dict[str, str], me: Account) -> dict[str, Any]:
    waits, others = one.waiting_until is not None, one.id != me.id and me.id not in sponsors
    mine = among_founders(me, one) and (waits or one.active)
    return {
        "id": one.id,
        "login": one.login,
        "role": one.role,
        "active": one.active,
        "mine": one.id == me.id,
        "waits": waits,
        "sponsors": sorted(sponsors.values()),
        "can_vouch": others and (mine or (waits and not one.founder and me.active)),
    }


def _requests(session: Session, me: Account) -> list[dict[str, Any]]:
    by = aliased(Account)
    asked = select(AccountRequest, Account.login, by.login).join(Account, Account.id == AccountRequest.account_id)
    shown = or_(AccountRequest.kind != SUSPEND, AccountRequest.account_id != me.id)
    found = session.execute(asked.join(by, by.id == AccountRequest.asked_by).where(is_open(), shown)).all()
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "login": login,
            "asked_by": asked_by,
            "asked_on": row.asked_on.isoformat(),
            "ready_on": row.ready_on.isoformat() if row.ready_on else "",
            "can_agree": row.state == "open" and me.id not in (row.asked_by, row.account_id),
        }
        for row, login, asked_by in found
    ]
