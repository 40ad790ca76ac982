"""Finished values for the templates: words instead of codes, dates as they are read, links that exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.documents.entry import Document, PublicEntry
from app.i18n import N_, Language
from app.reference import state_name
from app.stores.registry import Entry
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

SNIPPET = 260
# The two open answers as the public reads them: nobody says "I" there.
COMMA = N_(", ")
OPEN = {"unclear": N_("Unclear"), "not_disclosed": N_("Not disclosed")}
# The best grade of each question first: so many steps are filled, the last grade fills none.
LADDERS = {"act": ACT_GRADES.codes, "link": LINK_GRADES.codes}


@dataclass(frozen=True, slots=True)
class Grade:
    """How far one question is settled: in words, and in steps that are filled or not."""

    words: str
    steps: tuple[bool, ...]

    @property
    def short(self) -> str:
        """The first word, where there is no room for what it means."""
        return self.words.partition(":")[0]

    @property
    def meaning(self) -> str:
        return self.words.partition(":")[2].strip()


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


def state(code: str, language: Language) -> str:
    return language.gettext(OPEN.get(code) or state_name(code, language.code))


def words(codes: CodeList, code: str, language: Language) -> str:
    return language.gettext(OPEN.get(code) or codes.label(code))


def grade(question: str, codes: CodeList, code: str, language: Language) -> Grade:
    """A grade as it is shown: "act" (did it happen?) or "link" (because of the cooperation?)."""
    ladder = LADDERS[question]
    filled = len(ladder) - 1 - ladder.index(code) if code in ladder else 0
    return Grade(words(codes, code, language), tuple(step < filled for step in range(len(ladder) - 1)))


def text_in(texts: dict[str, str], language: Language) -> tuple[str, str]:
    """(text, its language): the reader's, else English, else any."""
    for code in (language.code, "en"):
        if code in texts:
            return texts[code], code
    code = sorted(texts)[0]
    return texts[code], code


def _acts(entry: PublicEntry, language: Language) -> str:
    return language.gettext(COMMA).join(dict.fromkeys(words(ACT_TYPES, act.type, language) for act in entry.acts))


def card(row: Entry, language: Language) -> EntryCard:
    document = parsed(row)
    entry = document.entry
    assert entry is not None
    title, code = text_in(entry.title, language)
    summary, _ = text_in(entry.summary, language)
    snippet = summary if len(summary) <= SNIPPET else summary[:SNIPPET].rsplit(" ", 1)[0] + " …"
    return EntryCard(
        ref=row.ref,
        title=title,
        snippet=snippet,
        text_language=code,
        state_alleged=state(entry.state_alleged, language),
        acts=_acts(entry, language),
        act_grade=grade("act", ACT_GRADES, entry.act_grade, language),
        released_on=language.date(row.released_on),
        version=row.version,
    )


def parsed(row: Entry) -> Document:
    assert row.document is not None
    return Document.parse(row.document)


def entry_page(document: Document, language: Language) -> dict[str, Any]:
    """Everything that the page of an entry says."""
    entry = document.entry
    assert entry is not None

    def say(codes: CodeList, code: str) -> str:
        return words(codes, code, language)

    def on(text: str | None) -> str:
        return language.date(text) if text else ""

    title, title_language = text_in(entry.title, language)
    summary, summary_language = text_in(entry.summary, language)
    return {
        "ref": document.ref,
        "title": title,
        "title_language": title_language,
        "summary": summary,
        "summary_language": summary_language,
        "kind": say(KINDS, entry.kind),
        "state_alleged": (entry.state_alleged, state(entry.state_alleged, language)),
        "state_where": (entry.state_where, state(entry.state_where, language)),
        "acts": [
            (say(ACT_TYPES, act.type), on(act.date), say(PERPETRATOR_BODIES, act.perpetrator)) for act in entry.acts
        ],
        "engagements": [
            (say(UN_BODIES, one.body), say(COOPERATION, one.form), on(one.date)) for one in entry.engagements
        ],
        "persons": [
            (person.label, language.gettext(COMMA).join(say(ROLES, role) for role in person.roles))
            for person in entry.persons
        ],
        "act_grade": grade("act", ACT_GRADES, entry.act_grade, language),
        "link_grade": grade("link", LINK_GRADES, entry.link_grade, language),
        "sources": entry.sources,
        "consent": say(CONSENT_USES, entry.consent),
        "left_out": [say(LEFT_OUT, code) for code in entry.left_out],
        "last_reviewed": on(entry.last_reviewed),
        "released_on": on(document.released_on.isoformat()),
        "versions": [
            (earlier.version, earlier.kind, on(earlier.released_on.isoformat()), earlier.change_note or "")
            for earlier in document.earlier
        ]
        + [(document.version, document.kind, on(document.released_on.isoformat()), entry.change_note or "")],
    }
