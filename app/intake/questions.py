"""The questions of the form, in the order of the page, and how the answers become a Submission."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field

from app.documents.submission import Consent, PersonConcerned, Submission
from app.i18n import N_, Gettext
from app.settings import Settings
from app.vocabulary import (
    ACT_TYPES,
    AT_RISK,
    CONSENT_GIVERS,
    CONSENT_USES,
    COOPERATION,
    PERPETRATORS,
    ROLES,
    UN_BODIES,
    UNITS,
)
from app.web.fields import OPEN_ANSWERS, Line, PartialDate, State, Text, TypedDate, among, needed, one_of, pressed
from app.web.forms import FormView, SentFile

MOST_PERSONS = 200
# All answers together: so many letters are opened in under a second.
MOST_LETTERS = 400_000
STORE_AWAY = N_(
    "We cannot store anything at the moment. What you typed is still here: please send it again in a few minutes."
)
FILES_NOT_KEPT = N_("Your files could not be kept. Please choose them again.")


class PersonAnswers(BaseModel):
    """A person concerned, and the consent that they gave."""

    name: Line = Field("", title=N_("Name"))
    also: Line = Field("", title=N_("Other spellings, short forms, names in another script"))
    role: Annotated[str, one_of(ROLES.codes)] = Field("", title=N_("Role"))
    unit: Annotated[str, one_of(UNITS.codes)] = Field("individual", title=N_("This is"))
    about: Text = Field("", title=N_("What should we know about this person?"))
    uses: list[Annotated[str, among(CONSENT_USES)]] = Field([], title=N_("What does this person agree to?"))
    understood: Annotated[str, one_of(("yes", "no", *OPEN_ANSWERS))] = Field(
        "", title=N_("Did this person understand the risks?")
    )
    understood_on: TypedDate = Field("", title=N_("Understood on"))
    agreed_on: TypedDate = Field("", title=N_("Agreed on"))
    given_by: Annotated[str, one_of(CONSENT_GIVERS.codes)] = Field("", title=N_("Who gave this consent?"))
    how: Text = Field("", title=N_("How was it given?"))

    def told(self) -> PersonConcerned:
        return PersonConcerned.model_validate(
            {
                "name": self.name,
                "also": self.also,
                "role": self.role,
                "unit": self.unit,
                "about": self.about,
                "consent": Consent.model_validate(
                    {
                        "uses": self.uses,
                        "understood_risks": self.understood,
                        "understood_on": self.understood_on,
                        "agreed_on": self.agreed_on,
                        "given_by": self.given_by,
                        "how": self.how,
                    }
                ),
            }
        )


class Answers(BaseModel):
    """The form. `token` proves where it came from; `remove_file` names files that were kept and shall go."""

    token: str = ""
    action: Annotated[str, pressed("send", "check", "language")] = ""
    at_risk_now: Annotated[str, one_of(AT_RISK.codes)] = Field("", title=N_("Is someone in danger at this moment?"))
    at_risk: Text = Field("", title=N_("Who, and of what?"))
    what_happened: Annotated[Text, needed(N_("Please say what happened, in a sentence or more."))] = Field(
        "", title=N_("What happened?"), validate_default=True
    )
    acts: list[Annotated[str, among(ACT_TYPES)]] = Field([], title=N_("Mark what was done"))
    when: PartialDate = Field("", title=N_("When?"))
    when_text: Line = Field("", title=N_("When, in words"))
    where: Line = Field("", title=N_("Where?"))
    state_alleged: State = Field("", title=N_("State alleged responsible"))
    state_where: State = Field("", title=N_("State where it happened"))
    un_bodies: list[Annotated[str, among(UN_BODIES)]] = Field([], title=N_("United Nations body"))
    cooperation: list[Annotated[str, among(COOPERATION)]] = Field([], title=N_("Kind of contact"))
    cooperation_text: Text = Field("", title=N_("What contact was it?"))
    cooperation_when: PartialDate = Field("", title=N_("When was the contact?"))
    why_linked: Text = Field("", title=N_("Why do you think that it happened because of this contact?"))
    perpetrator: Annotated[str, one_of(PERPETRATORS.codes)] = Field("", title=N_("Who do you think did it?"))
    perpetrator_text: Text = Field("", title=N_("What do you know about them?"))
    who_else_knows: Text = Field("", title=N_("Who else knows?"))
    persons: list[PersonAnswers] = Field([], title=N_("Person %(number)s"), max_length=MOST_PERSONS)
    files: list[str] = Field([], title=N_("Documents, pictures, recordings"))
    remove_file: list[str] = []
    how_to_reach: Text = Field("", title=N_("Is there anything that we should know when we write to you?"))

    def told(self, language: str) -> Submission:
        """What is sealed: persons of whom nothing was said are none."""
        persons = [person.told() for person in self.persons]
        answers = self.model_dump(exclude={"token", "action", "persons", "files", "remove_file"})
        return Submission.model_validate(
            {"language": language, **answers, "persons": [one for one in persons if one != PersonConcerned()]}
        )


def sound_files(
    sent: Sequence[SentFile], already: int, view: FormView, settings: Settings, gettext: Gettext
) -> list[SentFile]:
    """The files that can be taken; the others are named in the errors."""
    sound = []
    for file in sent:
        if len(file.content) > settings.max_file_bytes:
            text = gettext("“%(name)s” is larger than %(number)s MB. The other files and your text are kept.")
            view.complain("files", text % {"name": file.name, "number": settings.max_file_bytes // 2**20})
        elif not file.content:
            view.complain("files", gettext("“%(name)s” is empty.") % {"name": file.name})
        else:
            sound.append(file)
    if len(sound) + already > settings.max_files:
        text = gettext("These are more than %(number)s files. Add the others later, with your receipt.")
        view.complain("files", text % {"number": settings.max_files})
        sound = sound[: max(settings.max_files - already, 0)]
    return sound
