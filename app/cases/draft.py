"""From the fields of the redaction desk to a PublicEntry, and back."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from app.cases.consent import consent_shown
from app.clock import today
from app.documents.case_file import CaseFile
from app.documents.entry import PublicEntry
from app.documents.submission import Submission
from app.i18n import N_
from app.reference import WITHHELD, states
from app.vocabulary import (
    ACT_TYPES,
    COOPERATION,
    KINDS,
    LEFT_OUT,
    PERPETRATOR_BODIES,
    ROLES,
    UN_BODIES,
    UNITS,
    CodeList,
)
from app.web.forms import Form, FormView, Gettext

ACTS, ENGAGEMENTS, PERSONS = 5, 3, 5
# The languages of the United Nations, each by its own name.
LANGUAGES = {
    "en": "English",
    "fr": "Français",
    "es": "Español",
    "ar": "العربية",
    "ru": "Русский",
    "zh": "中文",
}
LINES = ("text_language", "title", "summary", "kind", "state_alleged", "state_where", "change_note")


def draft_fields() -> list[str]:
    """Every field of the draft, as the redaction desk has it."""
    names = [*LINES, "left_out"]
    names += [f"act-{n}-{part}" for n in range(ACTS) for part in ("type", "date", "perpetrator")]
    names += [f"un-{n}-{part}" for n in range(ENGAGEMENTS) for part in ("body", "form", "date")]
    return names + [f"public-{n}-{part}" for n in range(PERSONS) for part in ("label", "named", "unit", "role")]


def typed_draft(form: Form) -> dict[str, list[str]]:
    return {name: form.all(name) for name in draft_fields() if form.all(name)}


def draft_from_submission(told: Submission) -> dict[str, list[str]]:
    """What can be carried over without a decision: codes, and dates no finer than the month."""
    draft: dict[str, list[str]] = {
        "text_language": ["en"],
        "kind": ["reprisal"],
        "left_out": ["name", "exact_date"],
    }
    for name, state in (("state_alleged", told.state_alleged), ("state_where", told.state_where)):
        draft[name] = [state if len(state) == 2 else "unclear"]
    for number, act in enumerate(told.acts[:ACTS]):
        draft[f"act-{number}-type"] = [act]
        draft[f"act-{number}-date"] = [_month(told.when)]
    for number, body in enumerate(told.un_bodies[:ENGAGEMENTS]):
        draft[f"un-{number}-body"] = [body]
        draft[f"un-{number}-form"] = told.cooperation[:1] or ["unclear"]
        draft[f"un-{number}-date"] = [_month(told.cooperation_when)]
    return draft


def _month(day: str) -> str:
    return day[:7] if day[:4].isdigit() else ""


def build_entry(file: CaseFile, draft: dict[str, list[str]], view: FormView, gettext: Gettext) -> PublicEntry | None:
    """The public entry that a draft would be; None, with what is missing noted on the view, when it is not one yet."""

    def one(name: str) -> str:
        return (draft.get(name) or [""])[0]

    for name in draft_fields():
        offered = _offered(name)
        if offered is not None and not set(draft.get(name, [])) <= offered:
            view.complain(name, gettext("Please choose one of the answers offered."))
    if view.problems:
        return None
    language = one("text_language") or "en"
    told: dict[str, Any] = {
        "title": {language: one("title")},
        "summary": {language: one("summary")},
        "kind": one("kind"),
        "state_alleged": one("state_alleged"),
        "state_where": one("state_where"),
        "acts": [
            {
                "type": one(f"act-{n}-type"),
                "date": one(f"act-{n}-date") or None,
                "perpetrator": one(f"act-{n}-perpetrator") or "unknown",
            }
            for n in range(ACTS)
            if one(f"act-{n}-type")
        ],
        "engagements": [
            {"body": one(f"un-{n}-body"), "form": one(f"un-{n}-form") or "unclear", "date": one(f"un-{n}-date") or None}
            for n in range(ENGAGEMENTS)
            if one(f"un-{n}-body")
        ],
        "persons": [
            {
                "label": one(f"public-{n}-label"),
                "named": one(f"public-{n}-named") or "no",
                "unit": one(f"public-{n}-unit") or "individual",
                "roles": draft.get(f"public-{n}-role", []),
            }
            for n in range(PERSONS)
            if one(f"public-{n}-label")
        ],
        "act_grade": file.act_grade,
        "link_grade": file.link_grade,
        "sources": file.sources,
        "consent": "none",
        "left_out": draft.get("left_out", []),
        "last_reviewed": today().isoformat(),
        "change_note": one("change_note") or None,
    }
    try:
        entry = PublicEntry.model_validate(told)
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            view.complain(_field(problem["loc"]), _words(problem["type"], gettext))
        return None
    return entry.model_copy(
        update={"consent": consent_shown(entry, sum(not person.off_list for person in file.persons))}
    )


LISTS: dict[str, CodeList] = {
    "kind": KINDS,
    "type": ACT_TYPES,
    "perpetrator": PERPETRATOR_BODIES,
    "body": UN_BODIES,
    "form": COOPERATION,
    "unit": UNITS,
    "role": ROLES,
    "left_out": LEFT_OUT,
}


def _offered(name: str) -> set[str] | None:
    """The answers that a field of the draft offers; None for free text."""
    last = name.rsplit("-", 1)[-1]
    if last in LISTS:
        return set(LISTS[last].codes)
    if last in ("state_alleged", "state_where"):
        return {*states(True), *states(False), WITHHELD, "unclear"}
    return set(LANGUAGES) if last == "text_language" else None


def texts_of(draft: dict[str, list[str]]) -> dict[str, str]:
    """Every text of a draft that is no entry yet, under the names that it will have there: the gate reads it all the same."""

    def one(name: str) -> str:
        return (draft.get(name) or [""])[0]

    language = one("text_language") or "en"
    texts = {f"{name}.{language}": one(name) for name in ("title", "summary")}
    texts |= {f"persons.{n}.label": one(f"public-{n}-label") for n in range(PERSONS)}
    texts |= {f"acts.{n}.date": one(f"act-{n}-date") for n in range(ACTS)}
    texts |= {f"engagements.{n}.date": one(f"un-{n}-date") for n in range(ENGAGEMENTS)}
    texts["change_note"] = one("change_note")
    return {name: text for name, text in texts.items() if text}


def _field(place: tuple[int | str, ...]) -> str:
    """The field of the desk for a place in the entry."""
    first = str(place[0])
    if first in ("acts", "engagements", "persons") and len(place) > 2:
        prefix = {"acts": "act", "engagements": "un", "persons": "public"}[first]
        return f"{prefix}-{place[1]}-{place[2]}"
    return {"acts": "act-0-type", "engagements": "un-0-body", "persons": "public-0-label"}.get(first, first)


def _words(kind: str, gettext: Gettext) -> str:
    if kind in ("string_too_short", "too_short", "missing", "string_pattern_mismatch"):
        return gettext("This is still missing.")
    if kind == "string_too_long":
        return gettext("This is too long.")
    return gettext(
        "This cannot be published as it is: a date is YYYY, YYYY-MM or YYYY-MM-DD, and text has no hidden characters."
    )


PLACES = {
    "text_language": N_("Language of this text"),
    "title": N_("Title"),
    "summary": N_("Text"),
    "kind": N_("Kind"),
    "state_alleged": N_("State alleged responsible"),
    "state_where": N_("State where it happened"),
    "change_note": N_("What changed, for the public"),
    "left_out": N_("Left out for safety"),
}
NUMBERED = {
    "act": N_("Act %(number)s"),
    "acts": N_("Act %(number)s"),
    "un": N_("Contact %(number)s"),
    "engagements": N_("Contact %(number)s"),
    "public": N_("Person %(number)s"),
    "persons": N_("Person %(number)s"),
}


def words_of(place: str, gettext: Gettext) -> str:
    """How a place in the draft (`act-0-date`) or in the entry (`acts.0.date`, `title.en`) is called on the desk."""
    first, *rest = place.replace(".", "-").split("-")
    if first in NUMBERED and rest and rest[0].isdigit():
        return gettext(NUMBERED[first]) % {"number": int(rest[0]) + 1}
    return gettext(PLACES[first]) if first in PLACES else place


def differing(saved: dict[str, list[str]], typed: dict[str, list[str]], gettext: Gettext) -> list[tuple[str, str]]:
    """(place, what was saved there) wherever a saved draft is not what somebody typed."""
    return [
        (words_of(name, gettext), ", ".join(saved.get(name, [])))
        for name in draft_fields()
        if saved.get(name, []) != [one for one in typed.get(name, []) if one]
    ]


def draft_from_entry(entry: PublicEntry) -> dict[str, list[str]]:
    """A draft that says what an entry says."""
    language = sorted(entry.title)[0]
    draft = {
        "text_language": [language],
        "title": [entry.title[language]],
        "summary": [entry.summary[language]],
        "kind": [entry.kind],
        "state_alleged": [entry.state_alleged],
        "state_where": [entry.state_where],
        "left_out": list(entry.left_out),
        "change_note": [entry.change_note or ""],
    }
    for n, act in enumerate(entry.acts[:ACTS]):
        draft |= {
            f"act-{n}-type": [act.type],
            f"act-{n}-date": [act.date or ""],
            f"act-{n}-perpetrator": [act.perpetrator],
        }
    for n, engagement in enumerate(entry.engagements[:ENGAGEMENTS]):
        draft |= {
            f"un-{n}-body": [engagement.body],
            f"un-{n}-form": [engagement.form],
            f"un-{n}-date": [engagement.date or ""],
        }
    for n, person in enumerate(entry.persons[:PERSONS]):
        draft |= {
            f"public-{n}-label": [person.label],
            f"public-{n}-named": [person.named],
            f"public-{n}-unit": [person.unit],
            f"public-{n}-role": list(person.roles),
        }
    return {name: [one for one in values if one] for name, values in draft.items() if any(values)}
