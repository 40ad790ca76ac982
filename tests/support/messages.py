"""The messages that pages show, as translators' tools find them."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir

from app import vocabulary

ROOT = Path(__file__).parents[2]
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
Message = str | tuple[str, ...]
FOLDERS = ("templates", "app")


def messages() -> set[Message]:
    """Message ids (pairs where there is a plural) of everything that a page can show."""
    options = {"extensions": "jinja2.ext.do"}
    found: set[Message] = set(vocabulary.messages())
    for folder in FOLDERS:
        pattern, method = ("**.html", "jinja2") if folder == "templates" else ("**.py", "python")
        for one in extract_from_dir(ROOT / folder, [(pattern, method)], {pattern: options}, keywords=KEYWORDS):
            found.add(one[2])
    return found


def placeholders(message: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", message))
