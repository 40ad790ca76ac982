"""Entries: allegations of intimidation and reprisals, as they were released with consent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.documents.entry import PublicEntry
from app.i18n import N_, Language, language
from app.reference import WITHHELD, state_name, states
from app.registry.analyzer import terms
from app.registry.records.types import Facet, FeedText, Reading, RecordType
from app.registry.views import (
    COMMA,
    Grade,
    coded,
    grade,
    snippet,
    state,
    text_in,
    versions,
    words,
)
from app.vocabulary import (
    ACT_GRADES,
    ACT_TYPES,
    CONSENT_USES,
    COOPERATION,
    KINDS,
    LEFT_OUT,
    LINK_GRADES,
    PERPETRATOR_BODIES,
    ROLES,
    UN_BODIES,
    CodeList,
)

Values = Callable[[PublicEntry], Iterable[str]]
_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, slots=True)
class EntryCard:
    """An entry in a list."""

    ref: str
    title: str
    snippet: str
    text_language: str
    state_alleged: str
    acts: str
    act_grade: Grade
    released_on: str
    version: int


def _of_list(name: str, label: str, empty: str, meaning: str, codes: CodeList, values: Values) -> Facet[PublicEntry]:
    return Facet(name, label, empty, meaning, values, lambda value, _demo: value in codes, coded(codes))


def _of_states(name: str, label: str, meaning: str, values: Values) -> Facet[PublicEntry]:
    def known(value: str, demo: bool) -> bool:
        return value in states(demo) or value in (WITHHELD, "unclear")

    def options(here: Language, demo: bool, _used: Sequence[str]) -> list[tuple[str, str]]:
        named = sorted(((code, state_name(code, here.code)) for code in states(demo)), key=lambda item: item[1])
        return [*named, (WITHHELD, here.gettext(state_name(WITHHELD))), ("unclear", state("unclear", here))]

    return Facet(name, label, N_("Any State"), meaning, values, known, options)


FACETS: tuple[Facet[PublicEntry], ...] = (
    _of_states(
        "state",
        N_("State alleged responsible"),
        "the State alleged to be responsible: ISO 3166-1 code, `withheld`, `unclear`",
        lambda entry: (entry.state_alleged,),
    ),
    _of_states(
        "where",
        N_("State where it happened"),
        "the State where it happened: ISO 3166-1 code, `withheld`, `unclear`",
        lambda entry: (entry.state_where,),
    ),
    _of_list(
        "act",
        N_("What was done"),
        N_("Any act"),
        "kind of act: codes of the vocabulary, such as `travel_ban`",
        ACT_TYPES,
        lambda entry: (act.type for act in entry.acts),
    ),
    _of_list(
        "body",
        N_("United Nations body"),
        N_("Any body"),
        "United Nations body that was cooperated with: codes, such as `upr`",
        UN_BODIES,
        lambda entry: (one.body for one in entry.engagements),
    ),
    _of_list(
        "kind",
        N_("Kind"),
        N_("Any"),
        "reprisal or intimidation: `reprisal`, `intimidation`, `both`, `unclear`",
        KINDS,
        lambda entry: (entry.kind,),
    ),
    _of_list(
        "role",
        N_("Role of a person concerned"),
        N_("Any"),
        "role of a person: codes, such as `lawyer`",
        ROLES,
        lambda entry: (role for person in entry.persons for role in person.roles),
    ),
    _of_list(
        "grade",
        N_("How far verified"),
        N_("Any"),
        "how well the act is established: `confirmed`, `likely`, `possible`, `unlikely`, `unknown`",
        ACT_GRADES,
        lambda entry: (entry.act_grade,),
    ),
    Facet(
        "year",
        N_("Year of the act"),
        N_("Any year"),
        "year of an act: four digits",
        lambda entry: (act.date[:4] for act in entry.acts if act.date),
        lambda value, _demo: bool(_YEAR.fullmatch(value)),
        lambda _language, _demo, used: [(year, year) for year in sorted(used, reverse=True)],
        from_use=True,
    ),
)


def _terms(entry: PublicEntry) -> set[str]:
    found: set[str] = set()
    for texts in (entry.title, entry.summary):
        for code, text in texts.items():
            found |= terms(text, code)
    for person in entry.persons:
        found |= terms(person.label, "en")
    return found


def _card(reading: Reading[PublicEntry], here: Language) -> EntryCard:
    entry, envelope = reading.content, reading.envelope
    title, code = text_in(entry.title, here)
    acts = here.gettext(COMMA).join(dict.fromkeys(words(ACT_TYPES, act.type, here) for act in entry.acts))
    return EntryCard(
        ref=envelope.ref,
        title=title,
        snippet=snippet(text_in(entry.summary, here)[0]),
        text_language=code,
        state_alleged=state(entry.state_alleged, here),
        acts=acts,
        act_grade=grade("act", ACT_GRADES, entry.act_grade, here),
        released_on=here.date(envelope.day),
        version=envelope.version,
    )


def entry_values(entry: PublicEntry, here: Language) -> dict[str, Any]:
    """What the page of an entry says of its content; the desk's preview says the same."""

    def say(codes: CodeList, code: str) -> str:
        return words(codes, code, here)

    def on(text: str | None) -> str:
        return here.date(text) if text else ""

    title, title_language = text_in(entry.title, here)
    summary, summary_language = text_in(entry.summary, here)
    return {
        "title": title,
        "title_language": title_language,
        "summary": summary,
        "summary_language": summary_language,
        "kind": say(KINDS, entry.kind),
        "state_alleged": (entry.state_alleged, state(entry.state_alleged, here)),
        "state_where": (entry.state_where, state(entry.state_where, here)),
        "acts": [
            (say(ACT_TYPES, act.type), on(act.date), say(PERPETRATOR_BODIES, act.perpetrator)) for act in entry.acts
        ],
        "engagements": [
            (say(UN_BODIES, one.body), say(COOPERATION, one.form), on(one.date)) for one in entry.engagements
        ],
        "persons": [
            (person.label, here.gettext(COMMA).join(say(ROLES, role) for role in person.roles))
            for person in entry.persons
        ],
        "act_grade": grade("act", ACT_GRADES, entry.act_grade, here),
        "link_grade": grade("link", LINK_GRADES, entry.link_grade, here),
        "sources": entry.sources,
        "consent": say(CONSENT_USES, entry.consent),
        "left_out": [say(LEFT_OUT, code) for code in entry.left_out],
        "last_reviewed": on(entry.last_reviewed),
    }


def _page(reading: Reading[PublicEntry], here: Language) -> dict[str, Any]:
    return entry_values(reading.content, here) | {"versions": versions(reading.envelope, here)}


def _feed(entry: PublicEntry) -> FeedText:
    english = language("en")
    title, title_language = text_in(entry.title, english)
    text, text_language = text_in(entry.summary, english)
    return FeedText(
        title=title,
        title_language=title_language,
        text=text,
        text_language=text_language,
        tags=(state_name(entry.state_alleged), *(ACT_TYPES.label(act.type) for act in entry.acts)),
        categories=(entry.state_alleged, *(act.type for act in entry.acts)),
    )


ENTRY: RecordType[PublicEntry] = RecordType(
    name="entry",
    plural="entries",
    title=N_("Entries"),
    model=PublicEntry,
    texts=PublicEntry.texts,
    facets=FACETS,
    terms=_terms,
    counted=lambda here, number: here.ngettext("One entry", "%(count)s entries", number) % {"count": number},
    card=_card,
    page=_page,
    feed=_feed,
    columns=(
        ("title", lambda entry: text_in(entry.title, language("en"))[0]),
        ("summary", lambda entry: text_in(entry.summary, language("en"))[0]),
        ("kind", lambda entry: entry.kind),
        ("state_alleged", lambda entry: entry.state_alleged),
        ("state_where", lambda entry: entry.state_where),
        ("acts", lambda entry: "; ".join(act.type for act in entry.acts)),
        ("act_dates", lambda entry: "; ".join(act.date or "" for act in entry.acts)),
        ("un_bodies", lambda entry: "; ".join(one.body for one in entry.engagements)),
        ("persons", lambda entry: "; ".join(person.label for person in entry.persons)),
        ("act_grade", lambda entry: entry.act_grade),
        ("link_grade", lambda entry: entry.link_grade),
        ("sources", lambda entry: entry.sources),
        ("consent", lambda entry: entry.consent),
        ("left_out", lambda entry: "; ".join(entry.left_out)),
        ("last_reviewed", lambda entry: entry.last_reviewed),
    ),
    card_template="partials/entry/card.html",
    page_template="registry/entry.html",
    none_found=N_(
        "No entry matches. That says nothing about what happens: many people cannot speak, and many allegations stay"
        " sealed at the wish of those concerned."
    ),
    front=True,
)
