"""The redaction desk: the original beside the public draft; and the page of the second moderator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.cases import proposing, review
from app.cases.access import OpenCase, look_at
from app.cases.clearance import Judged, check
from app.cases.consent import consent_problems
from app.cases.draft import LANGUAGES, build_entry, draft_from_entry, draft_from_submission, texts_of
from app.cases.status import LABELS, allowed
from app.cases.thread import FROM_SUBMITTER, read_thread
from app.desk.forms import DecisionForm, DraftForm, question_at, question_of_text
from app.desk.pages import NOTHING_SAVED, as_number, desk_page, done, told_in_short
from app.documents.draft import EntryDraft
from app.documents.entry import PublicEntry
from app.i18n import N_, Language
from app.identity.sessions import SignedIn
from app.problems import Conflict, Forbidden, Unprocessable
from app.reference import WITHHELD, state_name, states
from app.registry.records.entry import entry_values
from app.registry.views import OPEN
from app.release.shown import live_entry
from app.web.binding import Bound, bind, differing, names_of, view_of
from app.web.closing import CLOSED_IN_LOCKDOWN
from app.web.context import PageLanguage, installation_of
from app.web.forms import FormView
from app.web.fresh import freshly
from app.web.pages import path_to
from app.web.signed_in import DeskForm, Moderator

router = APIRouter(include_in_schema=False, dependencies=[CLOSED_IN_LOCKDOWN])
SAVED = N_("Saved.")
FreshApproval = Annotated[None, freshly(but=("send_back",))]


@router.get("/{language}/desk/cases/{case_id}/draft", name="draft")
def show_draft(request: Request, language: PageLanguage, case_id: str, who: Moderator) -> Response:
    installation = installation_of(request)
    opened = look_at(installation, case_id, who)
    live = live_entry(installation, opened.case)
    told = told_in_short(opened.submissions)
    draft = opened.file.draft or (draft_from_entry(live) if live else draft_from_submission(told))
    view = view_of(DraftForm.of(opened.file, draft, opened.case.version))
    saved = SAVED if "saved" in request.query_params else ""
    return _draft_page(request, opened, who, language, view, draft, live, told=saved)


def _draft_page(
    request: Request,
    opened: OpenCase,
    who: SignedIn,
    language: Language,
    view: FormView,
    draft: EntryDraft | None,
    live: PublicEntry | None,
    status: int = 200,
    *,
    told: str = "",
    theirs: Sequence[tuple[str, str]] = (),
) -> Response:
    """The desk with what is typed, what the gate finds in it, and what consent still lacks.

    `draft` is what is typed, when it could be read: the gate looks at nothing else.
    """
    installation, gettext = installation_of(request), language.gettext
    entry, missing = build_entry(opened.file, draft) if draft else (None, [])
    texts = entry.texts() if entry else texts_of(draft) if draft else {}
    judged = check(opened.file, texts, live.texts() if live else None)
    problems = consent_problems(opened.file, entry) if entry else []
    code = language.code
    named = sorted(((one, state_name(one, code)) for one in states(installation.settings.demo)), key=lambda one: one[1])
    return desk_page(
        request,
        "desk/draft.html",
        who,
        status=status,
        form=view,
        missing=[(place, question_at(place, gettext), gettext(message)) for place, message in missing],
        case=opened.case,
        file=opened.file,
        particulars={one.key: one for one in opened.file.particulars},
        told=opened.submissions,
        examined=draft is not None,
        judged=[(one, question_of_text(one.finding.field, gettext)) for one in judged],
        problems=problems,
        live=live,
        label=LABELS[opened.case.status],
        blocked=any(one.blocks for one in judged),
        done=told,
        states=[*named, *((one, OPEN.get(one) or state_name(one)) for one in (WITHHELD, "unclear"))],
        languages_of_texts=list(LANGUAGES.items()),
        marked=[(question_of_text(name, gettext), pieces) for name, pieces in _marked(texts, judged)],
        may_propose=allowed("propose", opened.case.status),
        mine=opened.case.assignee_id == who.account_id,
        theirs=theirs,
    )


def _marked(texts: dict[str, str], judged: list[Judged]) -> list[tuple[str, list[tuple[str, str]]]]:
    """(field, [(text, severity or "")]) of every text in which something was found, in pieces."""
    shown = []
    for name, text in texts.items():
        found = sorted(
            {(one.finding.start, one.finding.end, one.finding.severity) for one in judged if one.finding.field == name}
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
def save_draft(request: Request, language: PageLanguage, case_id: str, who: Moderator, form: DeskForm) -> Response:
    """Saves the draft and what was decided; the gate runs on every save. With `propose`, hands it on when all is clear."""
    installation = installation_of(request)
    bound = bind(form, DraftForm, language.gettext)
    typed = bound.value
    if typed is None or typed.action == "check":
        return _not_saved(request, case_id, who, language, bound)
    before = look_at(installation, case_id, who)
    try:
        opened = review.save(installation, who, case_id, as_number(typed.version), typed.record)
    except Conflict as problem:
        bound.view.complain("draft", language.gettext(problem.detail))
        theirs = differing(DraftForm, names_of(_saved_form(before)), bound.view.typed, language.gettext)
        typed.record(before.file)
        bound.view.typed = {**bound.view.typed, "version": [str(before.case.version)]}
        live = live_entry(installation, before.case)
        draft = typed.draft()
        return _draft_page(request, before, who, language, bound.view, draft, live, problem.status, theirs=theirs)
    if typed.action == "propose":
        return _propose(request, opened, who, language, typed)
    return RedirectResponse(f"{path_to(request, 'draft', case_id=case_id)}?saved=1#gate", 303)


def _saved_form(opened: OpenCase) -> DraftForm:
    return DraftForm.of(opened.file, opened.file.draft or EntryDraft(), opened.case.version)


def _not_saved(request: Request, case_id: str, who: SignedIn, language: Language, bound: Bound[DraftForm]) -> Response:
    """The desk with what is typed: something is wrong with it, or it was only to be looked at, or a list was changed."""
    installation = installation_of(request)
    opened = look_at(installation, case_id, who)
    live = live_entry(installation, opened.case)
    draft = None
    if bound.value is not None:
        bound.value.record(opened.file)
        draft = bound.value.draft()
    status = 422 if bound.view.problems else 200
    return _draft_page(request, opened, who, language, bound.view, draft, live, status, told=NOTHING_SAVED)


def _propose(request: Request, opened: OpenCase, who: SignedIn, language: Language, typed: DraftForm) -> Response:
    installation = installation_of(request)
    draft = typed.draft()
    entry, missing = build_entry(opened.file, draft)
    saved = DraftForm.of(opened.file, draft, opened.case.version)
    view = view_of(saved.model_copy(update={"release_kind": typed.release_kind}))
    view.questions = {place: question_at(place, language.gettext) for place, _ in missing}
    for place, message in missing:
        view.complain(place, language.gettext(message))
    status = 422
    try:
        if entry is not None:
            followed_up = typed.release_kind == "followed_up"
            proposing.propose(installation, who, opened, entry, followed_up=followed_up)
            return done(request, opened.case.id, "propose")
    except (Conflict, Unprocessable) as problem:
        view.complain("draft", language.gettext(problem.detail))
        status = problem.status
    live = live_entry(installation, opened.case)
    return _draft_page(request, opened, who, language, view, draft, live, status)


@router.get("/{language}/desk/cases/{case_id}/proposal", name="proposal")
def show_proposal(request: Request, language: PageLanguage, case_id: str, who: Moderator) -> Response:
    return _proposal_page(request, case_id, who, language, FormView())


def _proposal_page(
    request: Request, case_id: str, who: SignedIn, language: Language, view: FormView, status: int = 200
) -> Response:
    installation = installation_of(request)
    read = proposing.look_at_proposal(installation, case_id, who)
    opened, kind = read.opened, read.row.kind
    with installation.casework.read() as session:
        messages = read_thread(session, opened.case.id, opened.keys)
    return desk_page(
        request,
        "desk/proposal.html",
        who,
        status=status,
        form=view,
        case=opened.case,
        told=opened.submissions,
        messages=messages,
        messages_shown=sum(one.direction == FROM_SUBMITTER for one in messages),
        shown=entry_values(read.entry, language),
        note=read.entry.change_note,
        live=read.live and entry_values(read.live, language),
        judged=[(one, question_of_text(one.finding.field, language.gettext)) for one in read.verdict.judged],
        problems=read.verdict.problems,
        objection=read.objection,
        kind=kind,
        label=LABELS[opened.case.status],
        file=opened.file,
        seen=read.seen,
    )


@router.post("/{language}/desk/cases/{case_id}/proposal", name="decide")
def decide(
    request: Request, language: PageLanguage, case_id: str, who: Moderator, form: DeskForm, _: FreshApproval
) -> Response:
    """Approve, or send back with a reason."""
    installation = installation_of(request)
    bound = bind(form, DecisionForm, language.gettext)
    told = bound.value
    if told is None:
        return _proposal_page(request, case_id, who, language, bound.view, 422)
    approving = told.action == "approve"
    at = "decision" if approving else "reason"
    try:
        if approving:
            proposing.approve(installation, who, case_id, told.proposal)
        else:
            proposing.send_back(installation, who, case_id, told.reason)
    except (Conflict, Unprocessable, Forbidden) as problem:
        view = bound.view
        view.complain(at, language.gettext(problem.detail))
        try:
            return _proposal_page(request, case_id, who, language, view, problem.status)
        except Conflict:  # nothing is proposed any more: the page of the case says what became of it
            raise problem from None
    return done(request, case_id, "approve" if approving else "send_back")
