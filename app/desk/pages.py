"""What the pages of the desk share."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup, escape

from app.documents.submission import Submission
from app.i18n import N_
from app.identity.sessions import SignedIn
from app.reference import state_name
from app.vocabulary import (
    ACT_GRADES,
    ACT_TYPES,
    AT_RISK,
    CONSENT_GIVERS,
    CONSENT_USES,
    COOPERATION,
    KINDS,
    LEFT_OUT,
    LINK_GRADES,
    OFFICE_ACTIONS,
    PARTICULARS,
    PERPETRATOR_BODIES,
    PERPETRATORS,
    ROLES,
    TREATMENTS,
    UN_BODIES,
    UNITS,
    URGENCIES,
)
from app.web.context import language_or_default
from app.web.pages import page, path_to

LISTS = {
    "acts": ACT_TYPES,
    "at_risk": AT_RISK,
    "bodies": UN_BODIES,
    "cooperation": COOPERATION,
    "perpetrators": PERPETRATORS,
    "roles": ROLES,
    "units": UNITS,
    "uses": CONSENT_USES,
    "givers": CONSENT_GIVERS,
    "act_grades": ACT_GRADES,
    "link_grades": LINK_GRADES,
    "urgencies": URGENCIES,
    "office_actions": OFFICE_ACTIONS,
    "kinds": KINDS,
    "left_out": LEFT_OUT,
    "particulars": PARTICULARS,
    "perpetrator_bodies": PERPETRATOR_BODIES,
    "treatments": TREATMENTS,
}
# What is said, and where the page opens, after an action that was.
DONE = {
    "claim": (N_("You work on this case now."), "case"),
    "ask": (N_("Sent. They read it with their receipt."), "messages"),
    "note": (N_("The note is added."), "notes"),
    "set-aside": (N_("It is put aside. It stays listed there, and can be brought back."), "case"),
    "bring-back": (N_("It is back in the queue."), "case"),
    "rename": (N_("The working title is saved."), "case"),
    "people": (N_("Persons and verification are saved."), "people"),
    "grant": (N_("Access is given."), "access"),
    "tell-office": (N_("The Office is told."), "office"),
    "telling": (N_("A second moderator must agree before the Office is told a name."), "office"),
    "read": (N_("Noted: the messages are read."), "messages"),
    "suspend": (N_("It is hidden from the public."), "case"),
    "propose-withdrawal": (N_("Proposed. A second moderator must agree that it ends for good."), "case"),
    "confirm-withdrawal": (N_("It is withdrawn for good."), "case"),
    "propose-erasure": (N_("Proposed. A second moderator must agree that it is erased."), "erasure"),
    "confirm-erasure": (N_("You agreed. It is erased when three full days have passed."), "erasure"),
    "stop-erasure": (N_("It is kept."), "erasure"),
    "propose": (N_("Proposed. A second moderator decides now."), "case"),
    "approve": (N_("You agreed. It is released when its hold is over."), "case"),
    "send_back": (N_("Sent back with your reason."), "case"),
    "stop": (N_("The release is stopped."), "case"),
    "done": (N_("Done."), "case"),
}
NOTHING_SAVED = N_("Nothing was saved or sent yet.")


# what is neither a letter, a digit, an ASCII sign nor a plain space: few signs in any text, and looked at one by one
_UNUSUAL = re.compile(r"[^\w !-/:-@\[-`{-~\n\t]")


def _marked(found: re.Match[str]) -> str:
    sign = found[0]
    if unicodedata.category(sign) in ("Cf", "Cc", "Co", "Cn"):
        return f'<span class="control">U+{ord(sign):04X}</span>'
    return sign


def visible(text: str) -> Markup:
    """Text of a stranger: what could mislead the eye is shown as a mark. Links stay text."""
    return Markup(_UNUSUAL.sub(_marked, str(escape(text))))  # noqa: S704 - escaped; what is put in is ours


def desk_page(request: Request, template: str, who: SignedIn, *, status: int = 200, **context: Any) -> Response:
    """A page of the desk, with what each of them needs."""
    here = language_or_default(request)
    common = {
        "who": who,
        "csrf": who.csrf,
        "lists": LISTS,
        "visible": visible,
        "state_name": lambda code: here.gettext(state_name(code, here.code)),
    }
    return page(request, template, status=status, **(common | context))


def done(request: Request, case_id: str, what: str) -> Response:
    """Back to the case, where what was done can be seen."""
    anchor = DONE[what][1] if what in DONE else "case"
    query = f"?done={what}" if what in DONE else ""
    return RedirectResponse(f"{path_to(request, 'case', case_id=case_id)}{query}#{anchor}", 303)


def as_number(text: str) -> int:
    """A number that a page wrote into its form (a version, a count); -1, which none is, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def told_in_short(told: list[Submission]) -> Submission:
    return told[0] if told else Submission(language="en")
