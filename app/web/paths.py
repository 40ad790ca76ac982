"""The addresses of all parts that pages of another part lead to, for when this process does not serve them itself.

The parts of one installation stand behind one host, whichever process serves them. A test compares this table with the
routes.
"""

from __future__ import annotations

from types import MappingProxyType

PATHS = MappingProxyType(
    {
        "front": "/{language}/",
        "entries": "/{language}/entries",
        "entry": "/{language}/entries/{ref}",
        "entry_json": "/entries/{ref}.json",
        "states": "/{language}/states",
        "about": "/{language}/about",
        "method": "/{language}/method",
        "inclusion_rules": "/{language}/inclusion-rules",
        "data": "/{language}/data",
        "submit": "/{language}/submit",
        "thread": "/{language}/receipt",
        "sign_in": "/{language}/sign-in",
        "account": "/{language}/account",
        "desk": "/{language}/desk",
        "standstill": "/{language}/desk/standstill",
        "office": "/{language}/office",
        "office_feed": "/office/feed.json",
    }
)
# what no search engine should ask for
UNLISTED = ("submit", "thread", "sign_in", "account", "desk", "office", "office_feed")


def path_of(name: str, /, **parameters: str) -> str:
    """The path of a name in the table; empty when it is not there."""
    return PATHS[name].format(**parameters) if name in PATHS else ""
