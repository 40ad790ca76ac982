"""Finished values for the templates: words instead of codes, dates as they are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.documents.envelope import Envelope
from app.i18n import N_, Language
from app.reference import state_name
from app.vocabulary import ACT_GRADES, LINK_GRADES, CodeList

SNIPPET = 260
COMMA = N_(", ")
# The two open answers as the public reads them: nobody says "I" there.
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


def state(code: str, language: Language) -> str:
    return language.gettext(OPEN.get(code) or state_name(code, language.code))


def words(codes: CodeList, code: str, language: Language) -> str:
    return language.gettext(OPEN.get(code) or codes.label(code))


def coded(codes: CodeList) -> Callable[[Language, bool, Sequence[str]], list[tuple[str, str]]]:
    """The options of a facet whose values are a code list."""

    def options(language: Language, _demo: bool, _used: Sequence[str]) -> list[tuple[str, str]]:
        return [(code, words(codes, code, language)) for code in codes.codes]

    return options


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


def snippet(text: str) -> str:
    """The beginning of a text, for a list."""
    return text if len(text) <= SNIPPET else text[:SNIPPET].rsplit(" ", 1)[0] + " …"


def versions(envelope: Envelope, language: Language) -> list[tuple[int, str, str, str]]:
    """(number, kind of release, day, what changed) of each version that the record still knows of, oldest first."""
    return [(one.version, one.kind, language.date(one.day), one.change_note or "") for one in envelope.as_earlier()]
