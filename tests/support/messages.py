"""The messages that readers and submitters meet, as translators' tools find them."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir, extract_from_file

from app import vocabulary

ROOT = Path(__file__).parents[2]
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
Message = str | tuple[str, ...]
# What somebody meets who is not signed in.
OPEN_FOLDERS = (
    ("templates/registry", "jinja2"), ("templates/intake", "jinja2"), ("templates/macros", "jinja2"),
    ("app/intake", "python"), ("app/registry", "python"), ("app/web", "python"),
)  # fmt: skip
OPEN_PAGES = ("templates/base.html", "templates/error.html", "templates/casework/sign_in.html")
# Labels that only the desk and the Office choose from.
SEALED_LISTS = (
    vocabulary.PARTICULARS,
    vocabulary.TREATMENTS,
    vocabulary.OFFICE_ACTIONS,
    vocabulary.URGENCIES,
)


def open_messages() -> set[Message]:
    """Message ids (pairs where there is a plural) of everything that is shown without signing in."""
    options = {"extensions": "jinja2.ext.do"}
    sealed = {label for codes in SEALED_LISTS for _, label in codes}
    found: set[Message] = {label for label in vocabulary.messages() if label not in sealed}
    for folder, method in OPEN_FOLDERS:
        pattern = "**.html" if method == "jinja2" else "**.py"
        for one in extract_from_dir(
            ROOT / folder, [(pattern, method)], {pattern: options}, keywords=KEYWORDS
        ):
            found.add(one[2])
    for page in OPEN_PAGES:
        for extracted in extract_from_file("jinja2", ROOT / page, keywords=KEYWORDS, options=options):
            found.add(extracted[1])
    return found


def placeholders(message: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", message))
