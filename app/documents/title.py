"""The working title: how the desk recognises a case in a list. Sealed like everything else of it, never public."""

from __future__ import annotations

from typing import Self

from app.documents.submission import DO_NOT_KNOW, WILL_NOT_SAY, Submission
from app.documents.versions import Versioned

LONGEST_NAME = 80


class WorkingTitle(Versioned):
    """Codes of what was told first, so that each reader sees it in their own language; `name`: what moderators call it.

    `language` is that of the submission.
    """

    language: str
    state: str = ""
    act: str = ""
    role: str = ""
    name: str = ""

    @classmethod
    def of(cls, told: Submission) -> Self:
        """The title of a case that nobody has named yet."""
        said = [code for code in (told.state_alleged, told.state_where) if code not in (DO_NOT_KNOW, WILL_NOT_SAY, "")]
        acts = [code for code in told.acts if code not in (DO_NOT_KNOW, WILL_NOT_SAY)]
        roles = [one.role for one in told.persons if one.role not in (DO_NOT_KNOW, WILL_NOT_SAY, "")]
        return cls(language=told.language, state=_first(said), act=_first(acts), role=_first(roles))


def _first(codes: list[str]) -> str:
    return codes[0][:40] if codes else ""
