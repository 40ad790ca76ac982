"""Working titles, wrapped under a key that follows from the case's own: it opens the title and nothing else.

So a list of titles can be kept open for a session while no case is, and whoever turns the key of a case, or destroys it,
does the same to its title.
"""

from __future__ import annotations

import json

from app.documents.title import WorkingTitle
from app.sealing import CannotOpen, derive, unwrap, wrap

PURPOSE = "title"
SIZE = 512  # of every title, whatever it says


def title_key(case_key: str) -> bytes:
    """The key of a case's title, from the case's private key."""
    return derive(case_key.encode(), PURPOSE)


def wrap_title(title: WorkingTitle, case_id: str, key: bytes) -> bytes:
    """A title under its key, bound to its case, always of one size."""
    text = json.dumps(title.told(), ensure_ascii=False, separators=(",", ":")).encode()
    if len(text) > SIZE:
        raise ValueError("a working title is too long")
    return wrap(text.ljust(SIZE), key, f"{PURPOSE}/{case_id}")


def unwrap_title(wrapped: bytes, case_id: str, key: bytes) -> bytes:
    """The text of a title. CannotOpen for another key, and for the title of another case."""
    return unwrap(wrapped, key, f"{PURPOSE}/{case_id}")


def read_title(text: bytes) -> WorkingTitle:
    return WorkingTitle.read(json.loads(text))


def rewrapped(wrapped: bytes, case_id: str, before: str, after: str) -> bytes | None:
    """A title for the case's next private key; None for one that does not open: it is made anew when it is missed."""
    try:
        return wrap(unwrap_title(wrapped, case_id, title_key(before)), title_key(after), f"{PURPOSE}/{case_id}")
    except CannotOpen:
        return None
