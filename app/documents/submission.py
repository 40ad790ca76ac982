"""What a submitter tells, as it is sealed. Intake writes it, the desk reads it; it is never edited."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

# Two different answers, wherever a question can be left open (they are codes in every vocabulary list too).
DO_NOT_KNOW = "unclear"
WILL_NOT_SAY = "not_disclosed"


class _Sealed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FileFacts(_Sealed):
    """What is known of one file; the bytes are an attachment sealed beside it."""

    attachment: str
    name: str
    type: str
    size: int
    sha256: str


class Consent(_Sealed):
    """One person's consent: which uses, in two halves (understood the risks; agreed), by whom and how it was given."""

    uses: list[str] = []
    understood_risks: Literal["yes", "no", "unclear", "not_disclosed", ""] = ""
    understood_on: str = ""
    agreed_on: str = ""
    given_by: str = ""
    how: str = ""


class PersonConcerned(_Sealed):
    """Someone in the allegation, with consent of their own."""

    name: str = ""
    also: str = ""
    role: str = ""
    unit: str = "individual"
    about: str = ""
    consent: Consent = Consent()


class Submission(_Sealed):
    """The answers of the form at `/{language}/submit`. Dates are `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or one of the two
    open answers; free text is as typed."""

    schema_: Literal[1] = 1
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
