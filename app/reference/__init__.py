"""Reference data with its source: the States."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel import Locale

from app.i18n import N_

_HERE = Path(__file__).parent

WITHHELD = "withheld"
# User-assigned codes of ISO 3166-1, never a real State.
DEMO_STATES = {
    "XA": "Aldemar",
    "XB": "Borvinia",
    "XC": "Cestria",
    "XD": "Dovrenland",
    "XE": "Estavar",
    "XF": "Fennmark",
}


@cache
def states(demo: bool) -> Mapping[str, str]:
    """English short names by ISO 3166-1 code: 193 Members and two observer States, or the invented ones."""
    if demo:
        return DEMO_STATES
    with (_HERE / "states.csv").open(encoding="utf-8", newline="") as file:
        return {row[0]: row[1] for row in csv.reader(file)}


# Where CLDR's wording differs from that of the United Nations in Arabic.
_ARABIC = {"PS": "دولة فلسطين", "KP": "جمهورية كوريا الشعبية الديمقراطية", "KR": "جمهورية كوريا"}


def state_name(code: str, language: str = "en") -> str:
    """The name of a State: United Nations wording in English, else CLDR's; invented States have one name.

    `withheld` and the open answers are messages, not names: they come back in English for translation.
    """
    if code == WITHHELD:
        return N_("State withheld")
    if code in DEMO_STATES:
        return DEMO_STATES[code]
    if language == "ar" and code in _ARABIC:
        return _ARABIC[code]
    if language != "en" and code in states(False):
        return Locale.parse(language).territories.get(code) or states(False)[code]
    return states(False).get(code) or {"unclear": "I don't know", "not_disclosed": "I will not say"}.get(code, code)
