"""What a submitter tells, as it is sealed. Intake writes it, the desk reads it; it is never edited."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.documents.versions import Part, Versioned, as_it_was

# Two different answers, wherever a question can be left open (they are codes in every vocabulary list too).
DO_NOT_KNOW = "unclear"
WILL_NOT_SAY = "not_disclosed"


class FileFacts(Versioned):
    """What is known of one file; the bytes are an attachment sealed beside it."""

    SCHEMA: ClassVar[int] = 2
    UPGRADES = {1: as_it_was}

    attachment: str
    name: str
    type: str
    size: int
    sha256: str


class Consent(Part):
    """One person's consent: which uses, in two halves (understood the risks; agreed), by whom and how it was given."""

    uses: list[str] = []
    understood_risks: Literal["yes", "no", "unclear", "not_disclosed", ""] = ""
    understood_on: str = ""
    agreed_on: str = ""
    given_by: str = ""
    how: str = ""


class PersonConcerned(Part):
    """Someone in the allegation, with consent of their own."""

    name: str = ""
    also: str = ""
    role: str = ""
    unit: str = "individual"
    about: str = ""
    consent: Consent = Consent()


class Submission(Versioned):
    """The answers of the form at `/{language}/submit`. Dates are `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or one of the two
    open answers; free text is as typed."""

    SCHEMA: ClassVar[int] = 2
    UPGRADES = {1: as_it_was}

    language: str
    at_risk_now: str = ""
    at_risk: str = ""
    what_happened: str = ""
    acts: list[str] = []
    when: str = ""
    when_text: str = ""
    where: str = ""
    state_alleged: str = ""
    state_where: str = ""
    un_bodies: list[str] = []
    cooperation: list[str] = []
    cooperation_text: str = ""
    cooperation_when: str = ""
    why_linked: str = ""
    perpetrator: str = ""
    perpetrator_text: str = ""
    who_else_knows: str = ""
    persons: list[PersonConcerned] = []
    how_to_reach: str = ""
    files: list[FileFacts] = []
