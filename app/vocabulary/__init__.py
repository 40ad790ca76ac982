"""The field's words as data: code lists with labels, and the States.

Labels are English gettext messages. A list that a person answers from has `unclear` ("I don't know") and
`not_disclosed` ("I will not say"), two different answers. Wording follows United Nations usage; the lists follow
resolution 12/2 of the Human Rights Council, the Secretary-General's reports on reprisals, and the HURIDOCS thesauri.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

_HERE = Path(__file__).parent
_RAW: dict[str, list[list[str]]] = json.loads((_HERE / "lists.json").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class CodeList:
    """Codes in their order, each with an English label and, in some lists, a group."""

    items: Mapping[str, tuple[str, str]]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.items)

    def __contains__(self, code: object) -> bool:
        return code in self.items

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """(code, label) in order."""
        return ((code, label) for code, (label, _) in self.items.items())

    def label(self, code: str) -> str:
        """The English label; the code itself if it is not (or no longer) in the list."""
        return self.items[code][0] if code in self.items else code

    def groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """(group, [(code, label)]) in order."""
        runs = groupby(self.items.items(), key=lambda item: item[1][1])
        return [(group, [(code, label) for code, (label, _) in run]) for group, run in runs]


def _list(name: str) -> CodeList:
    return CodeList({row[0]: (row[1], row[2] if len(row) > 2 else "") for row in _RAW[name]})


KINDS = _list("KINDS")
ACT_TYPES = _list("ACT_TYPES")
UN_BODIES = _list("UN_BODIES")
COOPERATION = _list("COOPERATION")
UNITS = _list("UNITS")
ROLES = _list("ROLES")
PERPETRATORS = _list("PERPETRATORS")
PERPETRATOR_BODIES = _list("PERPETRATOR_BODIES")
ACT_GRADES = _list("ACT_GRADES")
LINK_GRADES = _list("LINK_GRADES")
URGENCIES = _list("URGENCIES")
AT_RISK = _list("AT_RISK")
CONSENT_USES = _list("CONSENT_USES")
CONSENT_GIVERS = _list("CONSENT_GIVERS")
TREATMENTS = _list("TREATMENTS")
PARTICULARS = _list("PARTICULARS")
LEFT_OUT = _list("LEFT_OUT")
OFFICE_ACTIONS = _list("OFFICE_ACTIONS")


def messages() -> list[str]:
    """Every label, for the extraction of messages."""
    return sorted({text for rows in _RAW.values() for row in rows for text in row[1:]})
