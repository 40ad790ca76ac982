"""Languages: the first part of every page's path, the catalogue behind it, the direction of writing.

The reader's language comes from the address alone; Accept-Language is never read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

Gettext = Callable[[str], str]
LOCALES = Path(__file__).parent / "locale"


def N_(message: str) -> str:  # noqa: N802 - the customary mark for gettext extraction
    """Marks a message for translation where it is written; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the pages: BCP 47 code, name in itself, `ltr` or `rtl`, catalogue."""

    code: str
    name: str
    direction: str
    translations: NullTranslations = field(repr=False, compare=False)

    def gettext(self, message: str) -> str:
        return str(self.translations.gettext(message)) if message else ""

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return str(self.translations.ngettext(singular, plural, number))

    def date(self, told: str | date) -> str:
        """A date at its own precision (`2026`, `2026-03`, `2026-03-14`), as it is written in this language."""
        text = str(told)
        whole = date.fromisoformat(text + "-01-01"[len(text) - 4 :])
        if len(text) == 4:
            return text
        if len(text) == 7:
            return str(format_skeleton("yMMMM", whole, locale=self.locale))
        return str(format_date(whole, "long", locale=self.locale))

    @property
    def locale(self) -> Locale:
        return Locale.parse(self.code)


@cache
def language(code: str) -> Language:
    """The language of a code, its catalogue compiled in memory from `app/locale/CODE.po` (English needs none)."""
    locale = Locale.parse(code)
    source = LOCALES / f"{code}.po"
    translations: NullTranslations = NullTranslations()
    if source.exists():
        compiled = BytesIO()
        with source.open("rb") as file:
            write_mo(compiled, read_po(file, locale=code))
        compiled.seek(0)
        translations = Translations(compiled)
    return Language(code, locale.get_display_name(code) or code, locale.text_direction, translations)
