"""From a draft to a PublicEntry, and back; and the first draft of a case."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from pydantic import ValidationError

from app.cases.consent import consent_shown
from app.clock import today
from app.documents.case_file import CaseFile
from app.documents.draft import DraftAct, DraftEngagement, DraftPerson, EntryDraft
from app.documents.entry import PublicEntry
from app.documents.submission import Submission
from app.i18n import N_
from app.reference import WITHHELD, states
from app.vocabulary import ACT_TYPES, COOPERATION, KINDS, LEFT_OUT, PERPETRATOR_BODIES, ROLES, UN_BODIES, UNITS

# The languages of the United Nations, each by its own name.
LANGUAGES = {
    "en": "English",
    "fr": "Français",
    "es": "Español",
    "ar": "العربية",
    "ru": "Русский",
    "zh": "中文",
}
NAMED = ("no", "initials", "name")
MISSING = N_("This is still missing.")
NOT_OFFERED = N_("Please choose one of the answers offered.")
TOO_LONG = N_("This is too long.")
NOT_PUBLIC = N_(
    "This cannot be published as it is: a date is YYYY, YYYY-MM or YYYY-MM-DD, and text has no hidden characters."
)
# (place in the draft, message): the place is `title` or `acts-0-date`, the message one for translation.
Problems = list[tuple[str, str]]


def draft_from_submission(told: Submission) -> EntryDraft:
    """What was said of that very thing, and nothing else: dates no finer than the month.

    A date belongs to an act, and a form of contact to a body, only where there is just one of each.
    """
    one_act, one_body = len(told.acts) == 1, len(told.un_bodies) == 1
    form = told.cooperation[0] if one_body and len(told.cooperation) == 1 else ""
    return EntryDraft(
        state_alleged=_state(told.state_alleged),
        state_where=_state(told.state_where),
        acts=[DraftAct(type=act, date=_month(told.when) if one_act else "") for act in told.acts],
        engagements=[
            DraftEngagement(body=body, form=form, date=_month(told.cooperation_when) if one_body else "")
            for body in told.un_bodies
        ],
    )


def _state(code: str) -> str:
    return code if len(code) == 2 or code == "unclear" else ""


def _month(day: str) -> str:
    return day[:7] if day[:4].isdigit() else ""


def build_entry(file: CaseFile, draft: EntryDraft) -> tuple[PublicEntry | None, Problems]:
    """The public entry that a draft would be; None, with what is wrong at which place, when it is not one yet."""
    problems = [(place, NOT_OFFERED) for place, code, offered in _codes(draft) if code and code not in offered]
    if problems:
        return None, problems
    try:
        entry = PublicEntry.model_validate(_content(file, draft))
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        return None, list(dict.fromkeys((_place(one["loc"]), _words(one["type"])) for one in found))
    people = sum(not person.off_list for person in file.persons)
    return entry.model_copy(update={"consent": consent_shown(entry, people)}), []


def _content(file: CaseFile, draft: EntryDraft) -> dict[str, Any]:
    language = draft.language or "en"
    return {
        "title": {language: draft.title},
        "summary": {language: draft.summary},
        "kind": draft.kind,
        "state_alleged": draft.state_alleged,
        "state_where": draft.state_where,
        "acts": [
            {"type": act.type, "date": act.date or None, "perpetrator": act.perpetrator or "unknown"}
            for act in draft.acts
        ],
        "engagements": [
            {"body": one.body, "form": one.form or "unclear", "date": one.date or None} for one in draft.engagements
        ],
        "persons": [
            {
                "label": person.label,
                "named": person.named or "no",
                "unit": person.unit or "individual",
                "roles": person.roles,
            }
            for person in draft.persons
        ],
        "act_grade": file.act_grade,
        "link_grade": file.link_grade,
        "sources": file.sources,
        "consent": "none",
        "left_out": draft.left_out,
        "last_reviewed": today().isoformat(),
        "change_note": draft.change_note or None,
    }


def _codes(draft: EntryDraft) -> Iterator[tuple[str, str, Container[str]]]:
    """(place, code, codes offered) of every answer that is one of a list."""
    open_states = {*states(True), *states(False), WITHHELD, "unclear"}
    yield "language", draft.language, LANGUAGES
    yield "kind", draft.kind, KINDS.codes
    yield "state_alleged", draft.state_alleged, open_states
    yield "state_where", draft.state_where, open_states
    for n, act in enumerate(draft.acts):
        yield f"acts-{n}-type", act.type, ACT_TYPES.codes
        yield f"acts-{n}-perpetrator", act.perpetrator, PERPETRATOR_BODIES.codes
    for n, engagement in enumerate(draft.engagements):
        yield f"engagements-{n}-body", engagement.body, UN_BODIES.codes
        yield f"engagements-{n}-form", engagement.form, COOPERATION.codes
    for n, person in enumerate(draft.persons):
        yield f"persons-{n}-named", person.named, NAMED
        yield f"persons-{n}-unit", person.unit, UNITS.codes
        for role in person.roles:
            yield f"persons-{n}-roles", role, ROLES.codes
    for code in draft.left_out:
        yield "left_out", code, LEFT_OUT.codes


def _place(loc: tuple[int | str, ...]) -> str:
    """The place in the draft for one in the entry."""
    first = str(loc[0])
    if first in ("acts", "engagements", "persons"):
        if len(loc) > 2:
            return f"{first}-{loc[1]}-{loc[2]}"
        return {"acts": "acts-0-type", "engagements": "engagements-0-body"}.get(first, "persons-0-label")
    return first


def _words(kind: str) -> str:
    if kind in ("string_too_short", "too_short", "missing", "string_pattern_mismatch"):
        return MISSING
    return TOO_LONG if kind == "string_too_long" else NOT_PUBLIC


def texts_of(draft: EntryDraft) -> dict[str, str]:
    """Every text of a draft that is no entry yet, named as it will be there: the gate reads it all the same."""
    language = draft.language or "en"
    texts = {f"title.{language}": draft.title, f"summary.{language}": draft.summary}
    texts |= {f"persons.{n}.label": person.label for n, person in enumerate(draft.persons)}
    texts |= {f"acts.{n}.date": act.date for n, act in enumerate(draft.acts)}
    texts |= {f"engagements.{n}.date": one.date for n, one in enumerate(draft.engagements)}
    texts["change_note"] = draft.change_note
    return {name: text for name, text in texts.items() if text}


def draft_from_entry(entry: PublicEntry) -> EntryDraft:
    """A draft that says what an entry says."""
    language = sorted(entry.title)[0]
    return EntryDraft(
        language=language,
        title=entry.title[language],
        summary=entry.summary[language],
        kind=entry.kind,
        state_alleged=entry.state_alleged,
        state_where=entry.state_where,
        acts=[DraftAct(type=act.type, date=act.date or "", perpetrator=act.perpetrator) for act in entry.acts],
        engagements=[DraftEngagement(body=one.body, form=one.form, date=one.date or "") for one in entry.engagements],
        persons=[
            DraftPerson(label=person.label, named=person.named, unit=person.unit, roles=list(person.roles))
            for person in entry.persons
        ],
        left_out=list(entry.left_out),
        change_note=entry.change_note or "",
    )
