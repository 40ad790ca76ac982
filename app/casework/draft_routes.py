"""The redaction desk: the original beside the public draft; and the page of the second moderator."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from app.casework import review
from app.casework.case_forms import read_overrides, read_particulars
from app.casework.casefile import OpenCase, open_case, submissions
from app.casework.desk_routes import based_on, told_in_short, visible
from app.casework.drafting import ACTS, ENGAGEMENTS, PERSONS, draft_of, entry_of, first_draft, typed_draft
from app.casework.gate import Judged
from app.casework.sessions import DeskForm, Moderator, SignedIn, confirm, is_confirmed
from app.casework.statuses import LABELS, may
from app.clock import today
from app.entry import Document, PublicEntry
from app.registry.views import entry_page
from app.vocabulary import (
    ACT_TYPES,
    CONSENT_USES,
    COOPERATION,
    KINDS,
    LEFT_OUT,
    PARTICULARS,
    PERPETRATOR_BODIES,
    PERPETRATORS,
    ROLES,
    TREATMENTS,
    UN_BODIES,
    UNITS,
    WITHHELD,
    state_name,
    states,
)  # fmt: skip
from app.web.errors import Conflict, Forbidden, Unprocessable
from app.web.forms import FormView
from app.web.house import house_of
from app.web.language import N_, Language, language_of_path
from app.web.pages import page, path_to

router = APIRouter(include_in_schema=False)
PageLanguage = Annotated[Language, Depends(language_of_path)]
LISTS = {
    "acts": ACT_TYPES, "bodies": UN_BODIES, "cooperation": COOPERATION, "kinds": KINDS, "left_out": LEFT_OUT,
    "particulars": PARTICULARS, "perpetrators": PERPETRATOR_BODIES, "perpetrator_kinds": PERPETRATORS, "roles": ROLES, "treatments": TREATMENTS, "units": UNITS, "uses": CONSENT_USES,
}  # fmt: skip


@router.get("/{language}/desk/cases/{case_id}/draft", name="draft")
def show_draft(request: Request, language: PageLanguage, case_id: str, who: Moderator) -> Response:
    house = house_of(request)
    with house.casework() as session:
        opened = open_case(session, case_id, who)
        live = review.live_entry(house, opened.case)
        told = submissions(session, opened.case, opened.private_key)
        draft = opened.file.draft or (draft_of(live) if live else first_draft(told_in_short(told)))
    return _draft_page(request, opened, who, language, FormView(draft), live)


def _draft_page(
    request: Request, opened: OpenCase, who: SignedIn, language: Language, view: FormView, live: PublicEntry | None,
    status: int = 200,
) -> Response:  # fmt: skip
    """The desk with what is typed, what the gate finds in it, and what consent still lacks."""
    house = house_of(request)
    draft = {name: [one for one in values if one] for name, values in view.typed.items()}
    missing = FormView()
    entry = entry_of(opened.file, draft, missing, language.gettext)
    judged, problems = review.hindrances(opened, entry, live) if entry else ([], [])
    with house.casework() as session:
        told = submissions(session, opened.case, opened.private_key)
    named = sorted(((code, state_name(code)) for code in states(house.settings.demo)), key=lambda one: one[1])
    return page(
        request, "casework/draft.html", status=status, form=view, missing=missing.all_errors, who=who, csrf=who.csrf,
        case=opened.case, file=opened.file, told=told, judged=judged, problems=problems, live=live, lists=LISTS,
        label=LABELS[opened.case.status], complete=entry is not None, blocked=any(one.blocks for one in judged),
        states=[*named, (WITHHELD, state_name(WITHHELD)), ("unclear", "Unclear")], visible=visible, state_name=state_name,
        rows=(range(ACTS), range(ENGAGEMENTS), range(PERSONS)), marked=_marked(entry, judged),
        may_propose=may("propose", opened.case.status), mine=opened.case.assignee_id == who.account_id,
    )  # fmt: skip


def _marked(entry: PublicEntry | None, judged: list[Judged]) -> list[tuple[str, list[tuple[str, str]]]]:
    """(field, [(text, severity or "")]) of every text in which something was found, in pieces."""
    if entry is None:
        return []
    shown = []
    for name, text in entry.texts().items():
        found = sorted(
            {
                (one.finding.start, one.finding.end, one.finding.severity)
                for one in judged
                if one.finding.field == name
            }
        )
        pieces, at = [], 0
        for start, end, severity in found:
            if start >= at:
                pieces += [(text[at:start], ""), (text[start:end], severity)]
                at = end
        if found:
            shown.append((name, [*pieces, (text[at:], "")]))
    return shown


@router.post("/{language}/desk/cases/{case_id}/draft", name="save_draft")
def save_draft(
    request: Request, language: PageLanguage, case_id: str, who: Moderator, form: DeskForm
) -> Response:
    """Saves the draft and what was decided; the gate runs on every save. With `propose`, hands it on when all is clear."""
    house = house_of(request)
    view = FormView(dict(form.values))
    draft = typed_draft(form)
    live: PublicEntry | None = None
    try:
        with house.casework.begin() as session:
            opened = open_case(session, case_id, who)
            live = review.live_entry(house, opened.case)
            read_particulars(form, opened.file)
            read_overrides(form, opened.file)
            opened.file.draft = draft
            review.save(session, opened, who, based_on(form))
            session.flush()
            session.expunge(opened.case)
    except Conflict as problem:
        view.complain("draft", language.gettext(problem.detail))
        with house.casework() as session:
            opened = open_case(session, case_id, who)
        return _draft_page(request, opened, who, language, view, live, problem.status)
    if form.get("action") == "propose":
        return _propose(request, opened, who, language, view, live)
    return _draft_page(request, opened, who, language, FormView(draft), live)


def _propose(
    request: Request,
    opened: OpenCase,
    who: SignedIn,
    language: Language,
    view: FormView,
    live: PublicEntry | None,
) -> Response:
    house = house_of(request)
    entry = entry_of(opened.file, opened.file.draft, view, language.gettext)
    if entry is None:
        return _draft_page(request, opened, who, language, view, live, 422)
    kind = (
        "published"
        if live is None
        else ("followed_up" if view.value("release_kind") == "followed_up" else "corrected")
    )
    try:
        with house.casework.begin() as session:
            again = open_case(session, opened.case.id, who)
            review.propose(session, again, who, entry, live, kind)
    except (Conflict, Unprocessable) as problem:
        view.complain("draft", language.gettext(problem.detail))
        return _draft_page(request, opened, who, language, view, live, problem.status)
    return RedirectResponse(path_to(request, "case", case_id=opened.case.id), 303)


@router.get("/{language}/desk/cases/{case_id}/proposal", name="proposal")
def show_proposal(request: Request, language: PageLanguage, case_id: str, who: Moderator) -> Response:
    return _proposal_page(request, case_id, who, language, FormView())


def _proposal_page(
    request: Request, case_id: str, who: SignedIn, language: Language, view: FormView, status: int = 200
) -> Response:
    house = house_of(request)
    with house.casework() as session:
        opened = open_case(session, case_id, who)
        proposal, entry = review.open_proposal(session, opened)
        live = review.live_entry(house, opened.case)
        judged, problems = review.hindrances(opened, entry, live)
        told = submissions(session, opened.case, opened.private_key)
        objection = review.objection(session, proposal, who)
        kind = proposal.kind
    document = Document.model_validate(
        {"schema": 1, "ref": "0" * 12, "version": 1, "kind": kind, "released_on": today(), "entry": entry}
    )
    return page(
        request, "casework/proposal.html", status=status, form=view, who=who, csrf=who.csrf, case=opened.case, told=told,
        shown=entry_page(document, language), judged=judged, problems=problems, objection=objection, kind=kind, live=live,
        confirmed=is_confirmed(who), visible=visible, state_name=state_name, label=LABELS[opened.case.status], lists=LISTS,
        file=opened.file,
    )  # fmt: skip


@router.post("/{language}/desk/cases/{case_id}/proposal", name="decide")
def decide(
    request: Request, language: PageLanguage, case_id: str, who: Moderator, form: DeskForm
) -> Response:
    """Approve (with a fresh code) or send back with a reason."""
    house = house_of(request)
    try:
        with house.casework.begin() as session:
            opened = open_case(session, case_id, who)
            if form.get("action") == "approve":
                password = (form.values.get("password") or [""])[0]
                if not is_confirmed(who) and not confirm(session, who, password, form.get("code")):
                    raise Unprocessable(N_("Your password or the code is not right."))
                review.approve(session, opened, who, house, review.live_entry(house, opened.case))
            else:
                review.send_back(session, opened, who, form.get("reason"))
    except (Conflict, Unprocessable, Forbidden) as problem:
        view = FormView({"reason": [form.get("reason")]})
        view.complain("decision", language.gettext(problem.detail))
        if isinstance(problem, Conflict):
            raise
        return _proposal_page(request, case_id, who, language, view, problem.status)
    return RedirectResponse(path_to(request, "case", case_id=case_id), 303)
