"""Working titles in the words of whoever reads them, and the search for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.cases.index import TitleIndex
from app.cases.queue import QueueFilter
from app.documents.title import WorkingTitle
from app.i18n import Language
from app.reference import state_name
from app.registry.analyzer import fold
from app.vocabulary import ACT_TYPES, ROLES


def title_text(title: WorkingTitle, language: Language) -> str:
    """What a case is called; empty when nothing of it is known."""
    return title.name or _told(title, language)


def _told(title: WorkingTitle, language: Language) -> str:
    state = language.gettext(state_name(title.state, language.code)) if title.state else ""
    act = language.gettext(ACT_TYPES.label(title.act)) if title.act else ""
    role = language.gettext(ROLES.label(title.role)) if title.role else ""
    return " · ".join(part for part in (state, act, role) if part)


def searched(wanted: QueueFilter, index: TitleIndex, language: Language) -> QueueFilter:
    """The filter with the cases whose title has every word that was typed, however it is written.

    A submission's own language is part of its sealed title too.
    """
    words = fold(wanted.q).split()
    if wanted.language:
        words.append(_mark(wanted.language))
    if not words:
        return wanted

    def has_all(text: str) -> bool:
        return all(word in text for word in words)

    def text_of(title: WorkingTitle) -> str:
        return f"{fold(title.name)} {fold(_told(title, language))} {_mark(title.language)}"

    return replace(wanted, found=tuple(index.find(has_all, language.code, text_of)))


def _mark(code: str) -> str:
    """What nobody types: a language among the words of a title."""
    return f"\0{code}\0"


def languages_of(index: TitleIndex) -> list[str]:
    """The languages of the submissions that are in an index."""
    return sorted({title.language for title in index.titles.values()})


def titles_of(index: TitleIndex, language: Language) -> Callable[[str], str]:
    """The title of a case by its id, for a page; empty for one without."""
    return lambda case_id: title_text(index.titles[case_id], language) if case_id in index.titles else ""
