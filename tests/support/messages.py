"""Every message that a reader can meet: what templates, code, vocabulary and the leak gate's tables say."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir

from app import vocabulary
from app.casework import statuses
from app.leakgate import engine, facts

ROOT = Path(__file__).parents[2]
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
Message = str | tuple[str, str]
# Words that only translators' tools read, or that are the same everywhere.
NOT_MESSAGES = {""}


def all_messages() -> set[Message]:
    """Message ids; a pair where there is a plural."""
    found: set[Message] = set(vocabulary.messages())
    found |= {message for _, message in engine.RULES.values()} | {one[3] for one in facts.PATTERNS}
    found |= set(statuses.LABELS.values()) | set(statuses.EVENTS.values())
    for folder, patterns in (
        ("app", [("**.py", "python")]),
        ("templates", [("**.html", "jinja2"), ("**.xml", "jinja2")]),
    ):
        options = {"**.html": {"extensions": "jinja2.ext.do"}, "**.xml": {"extensions": "jinja2.ext.do"}}
        for _, _, message, _, _ in extract_from_dir(ROOT / folder, patterns, options, keywords=KEYWORDS):
            found.add(message if isinstance(message, str) else (message[0], message[1]))
    return {one for one in found if one not in NOT_MESSAGES}


def placeholders(message: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", message))
