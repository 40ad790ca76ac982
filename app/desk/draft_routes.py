"""The redaction desk: the original beside the public draft; and the page of the second moderator."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.cases import proposing, review
from app.cases.access import OpenCase, look_at
from app.cases.clearance import Judged, check
from app.cases.consent import consent_problems
from app.cases.draft import (
    ACTS,
    ENGAGEMENTS,
    LANGUAGES,
    PERSONS,
    build_entry,
    differing,
    draft_from_entry,
    draft_from_submission,
    texts_of,
    typed_draft,
    words_of,
)
from app.cases.status import LABELS, allowed
from app.cases.thread import FROM_SUBMITTER, read_thread
from app.desk.case_forms import read_overrides, read_particulars
from app.desk.pages import WRONG_CODE, based_on, confirmed_by, desk_page, done, told_in_short
from app.documents.case_file import CaseFile
from app.documents.entry import PublicEntry
from app.i18n import Language
from app.identity.sessions import SignedIn, is_confirmed
from app.problems import Conflict, Forbidden, Unprocessable
from app.reference import WITHHELD, state_name, states
from app.registry.records.entry import entry_values
from app.registry.views import OPEN
from app.release.shown import live_entry
from app.web.context import PageLanguage, installation_of
from app.web.forms import FormView
from app.web.pages import path_to
from app.web.signed_in import DeskForm, Moderator

router = APIRouter(include_in_schema=False)


@router.get("/{language}/desk/cases/{case_id}/draft", name="draft")
def show_draft(request: Request, language: PageLanguage, case_id: str, who: Moderator) -> Response:
    installation = installation_of(request)
    opened = look_at(installation, case_id, who)
    live = live_entry(installation, opened.case)
    told = told_in_short(opened.submissions)
    draft = opened.file.draft or (draft_from_entry(live) if live else draft_from_submission(told))
    return _draft_page(request, opened, who, language, FormView(draft), live)


def _draft_page(
    request: Request,
    opened: OpenCase,
    who: SignedIn,
    language: Language,
    view: FormView,
    live: PublicEntry | None,
    status: int = 200,
    *,
    theirs: dict[str, list[str]] | None = None,
) -> Response:
    """The desk with what is typed, what the gate finds in it, and what consent still lacks."""
    installation = installation_of(request)
    draft = {name: [one for one in values if one] for name, values in view.typed.items()}
    missing = FormView()
    entry = build_entry(opened.file, draft, missing, language.gettext)
    texts = entry.texts() if entry else texts_of(draft)
    judged = check(opened.file, texts, live.texts() if live else None)
    problems = consent_problems(opened.file, entry) if entry else []
    code = language.code
    named = sorted(((one, state_name(one, code)) for one in states(installation.settings.demo)), key=lambda one: one[1])
    gettext = language.gettext
    return desk_page(
        request,
        "casework/draft.html",
        who,
        status=status,
        form=view,
        missing=[(name, words_of(name, gettext), message) for name, message in missing.all_errors],
        case=opened.case,
        file=opened.file,
        told=opened.submissions,
        judged=[(one, words_of(one.finding.field, gettext)) for one in judged],
        problems=problems,
        live=live,
        label=LABELS[opened.case.status],
        complete=entry is not None,
        blocked=any(one.blocks for one in judged),
        saved="saved" in request.query_params and status == 200,
        states=[*named, *((one, OPEN.get(one) or state_name(one)) for one in (WITHHELD, "unclear"))],
        languages_of_texts=list(LANGUAGES.items()),
        rows=(range(ACTS), range(ENGAGEMENTS), range(PERSONS)),
        marked=[(words_of(name, gettext), pieces) for name, pieces in _marked(texts, judged)],
        may_propose=allowed("propose", opened.case.status),
        mine=opened.case.assignee_id == who.account_id,
        theirs=differing(theirs, draft, gettext) if theirs is not None else [],
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
    """Saves the draft and what was decided; the gate runs on every page. With `propose`, hands it on when all is clear."""
    installation = installation_of(request)
    view = FormView(dict(form.values))

    def decided(file: CaseFile) -> None:
        read_particulars(form, file)
        read_overrides(form, file)
        file.draft = typed_draft(form)

    try:
        opened = review.save(installation, who, case_id, based_on(form), decided)
    except Conflict as problem:
        view.complain("draft", language.gettext(problem.detail))
        opened = look_at(installation, case_id, who)
        saved = opened.file.draft
        decided(opened.file)
        live = live_entry(installation, opened.case)
        return _draft_page(request, opened, who, language, view, live, problem.status, theirs=saved)
    if form.get("action") == "propose":
        return _propose(request, opened, who, language, view)
    return RedirectResponse(f"{path_to(request, 'draft', case_id=case_id)}?saved=1#gate", 303)


def _propose(request: Request, opened: OpenCase, who: SignedIn, language: Language, view: FormView) -> Response:
    installation = installation_of(request)
    entry = build_entry(opened.file, opened.file.draft, view, language.gettext)
    status = 422
    try:
        if entry is not None:
            followed_up = view.value("release_kind") == "followed_up"
            proposing.propose(installation, who, opened, entry, followed_up=followed_up)
            return done(request, opened.case.id, "propose")
    except (Conflict, Unprocessable) as problem:
        view.complain("draft", language.gettext(problem.detail))
        status = problem.status
    return _draft_page(request, opened, who, language, view, live_entry(installation, opened.case), status)


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
        "casework/proposal.html",
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
        judged=[(one, words_of(one.finding.field, language.gettext)) for one in read.verdict.judged],
        problems=read.verdict.problems,
        objection=read.objection,
        kind=kind,
        confirmed=is_confirmed(who),
        label=LABELS[opened.case.status],
        file=opened.file,
        seen=read.seen,
    )


@router.post("/{language}/desk/cases/{case_id}/proposal", name="decide")
def decide(request: Request, language: PageLanguage, case_id: str, who: Moderator, form: DeskForm) -> Response:
    """Approve (with a fresh code) or send back with a reason."""
    installation = installation_of(request)
    approving = form.get("action") == "approve"
    at = "decision" if approving else "reason"
    try:
        if approving:
            if not confirmed_by(installation, who, form):
                at = "password"
                raise Unprocessable(WRONG_CODE)
            proposing.approve(installation, who, case_id, form.get("proposal"))
        else:
            proposing.send_back(installation, who, case_id, form.get("reason"))
    except (Conflict, Unprocessable, Forbidden) as problem:
        view = FormView({"reason": [form.get("reason")]})
        view.complain(at, language.gettext(problem.detail))
        try:
            return _proposal_page(request, case_id, who, language, view, problem.status)
        except Conflict:  # nothing is proposed any more: the page of the case says what became of it
            raise problem from None
    return done(request, case_id, "approve" if approving else "send_back")
