"""The states of a case, as one table: from where, by what, to where, by whom, and what must hold.

`live` in the last column of a row means: when the case has a public version, it goes back to `published` instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import N_
from app.problems import Conflict


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table."""

    sources: tuple[str, ...]
    target: str
    who: str
    must_hold: str
    live_target: str = ""


OPEN = ("received", "in_review", "awaiting_submitter", "proposed", "scheduled", "published")
WORKING = ("in_review", "awaiting_submitter")

TRANSITIONS: dict[str, Step] = {
    "claim": Step(("received",), "in_review", "a moderator with a grant", "not claimed by another"),
    "ask": Step((*WORKING, "received"), "awaiting_submitter", "a moderator with a grant", "a message is sent"),
    "resume": Step(("awaiting_submitter",), "in_review", "a moderator with a grant", "–"),
    "propose": Step(
        (*WORKING, "published", "suspended"),
        "proposed",
        "the claimant",
        "gate passed, consent given, draft complete",
    ),
    "send_back": Step(("proposed",), "in_review", "any moderator with a grant", "a reason", "published"),
    "approve": Step(
        ("proposed",),
        "scheduled",
        "another moderator, independent of the first",
        "gate and consent again, every message read, fresh code",
    ),
    "stop": Step(("scheduled",), "in_review", "any moderator with a grant", "before it is carried", "published"),
    "release": Step(("scheduled",), "published", "the clock", "the hold is over, every message read"),
    "suspend": Step(
        ("proposed", "scheduled", "published"),
        "suspended",
        "any moderator with a grant, or a person who takes consent back",
        "a reason",
    ),
    "withdraw": Step(
        (*OPEN, "suspended", "closed"),
        "withdrawn",
        "the submitter, or two moderators as for a release",
        "two moderators: a reason, fresh passphrase and code",
    ),
    "close": Step((*WORKING, "received"), "closed", "the claimant", "a reason, sealed"),
    "reopen": Step(("closed",), "in_review", "a moderator with a grant", "–"),
}

LABELS = {
    "received": N_("Received"),
    "in_review": N_("In review"),
    "awaiting_submitter": N_("Waiting for the submitter"),
    "proposed": N_("Proposed"),
    "scheduled": N_("Agreed, waiting for release"),
    "published": N_("Published"),
    "suspended": N_("Suspended"),
    "withdrawn": N_("Withdrawn"),
    "closed": N_("Closed"),
}

# What comes next, for whoever opens a case for the first time.
NEXT = {
    "received": N_("Claim the case, then read it and record who agreed to what."),
    "in_review": N_("Record consents and verification, write the public text, and propose it to a second moderator."),
    "awaiting_submitter": N_(
        "The submitter was asked. Take the case up again when they answered, or when you can go on without."
    ),
    "proposed": N_("A second moderator, independent of the first, reads original and text and decides."),
    "scheduled": N_("It is released at the hour of the batch when its hold is over. Until then it can be stopped."),
    "published": N_("It is public. Correct it, follow it up, or suspend it when something changes."),
    "suspended": N_(
        "It is hidden from the public. Two people bring it back with a new version, or withdraw it for good."
    ),
    "withdrawn": N_("Nothing of it can be published any more. The submitter can still write."),
    "closed": N_("It stays sealed. Reopen it when something new is known."),
}

EVENTS = {
    "claim": N_("claimed"),
    "ask": N_("asked the submitter"),
    "resume": N_("taken up again"),
    "save": N_("saved"),
    "propose": N_("proposed"),
    "send_back": N_("sent back"),
    "approve": N_("approved"),
    "stop": N_("stopped"),
    "release": N_("released"),
    "suspend": N_("suspended"),
    "hide": N_("hidden from the public"),
    "propose_withdrawal": N_("proposed to withdraw it for good"),
    "withdraw": N_("withdrawn"),
    "end": N_("gone from the public for good"),
    "ask_erasure": N_("the person asked for erasure"),
    "erasure_by_rule": N_("to be erased: it was withdrawn long enough ago"),
    "propose_erasure": N_("proposed to erase it"),
    "confirm_erasure": N_("agreed to erase it"),
    "keep": N_("erasure called off"),
    "take_consent_back": N_("a person took consent back"),
    "read": N_("messages read"),
    "close": N_("closed"),
    "reopen": N_("reopened"),
    "note": N_("note added"),
    "rename": N_("working title changed"),
    "set_aside": N_("put aside"),
    "bring_back": N_("brought back into the queue"),
    "burst": N_("put aside: more came on that day than can be listed first"),
    "grant": N_("access given"),
    "hand_back": N_("back in the queue: whoever worked on it is not active any more"),
    "leave": N_("gave up access"),
    "grant_gone": N_("access ended by a conflict of interest"),
    "break_claim": N_("claim taken over"),
    "propose_telling": N_("proposed to tell the Office a name"),
    "tell_office": N_("the Office was told"),
    "untell_office": N_("taken back from the Office"),
    "consent_lost": N_("a consent was taken back that the restored backup does not know"),
    "confirm_restored": N_("confirmed after a restore"),
}


def allowed(event: str, status: str) -> bool:
    return status in TRANSITIONS[event].sources


def next_status(event: str, status: str, *, live: bool = False) -> str:
    """The status after an event. Conflict when the event is not possible now (someone else was faster)."""
    if not allowed(event, status):
        raise Conflict
    step = TRANSITIONS[event]
    return step.live_target if live and step.live_target else step.target
