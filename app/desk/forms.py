"""The forms of the desk, in the order of their pages, and how each meets the case file."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from app.cases.people import new_key, record_particulars, record_people
from app.documents.case_file import CaseFile, ParticularRecord, PersonRecord
from app.documents.draft import DraftAct, DraftEngagement, DraftPerson, EntryDraft
from app.documents.submission import Consent
from app.i18n import N_, Gettext
from app.vocabulary import (
    ACT_GRADES,
    CONSENT_GIVERS,
    CONSENT_USES,
    LINK_GRADES,
    PARTICULARS,
    ROLES,
    TREATMENTS,
    UNITS,
    URGENCIES,
)
from app.web.binding import question_of
from app.web.fields import (
    OPEN_ANSWERS,
    USE_THE_BUTTONS,
    Line,
    Text,
    TypedDate,
    among,
    needed,
    number,
    one_of,
    pressed,
)

# Languages in which names are written: how a name is taken apart and read aloud depends on it.
NAME_LANGUAGES = (
    *("am", "ar", "bn", "de", "en", "es", "fa", "fr", "he", "hi", "id", "it", "ja", "km", "ko", "ku", "my", "nl"),
    *("pt", "ru", "sw", "th", "tr", "uk", "ur", "vi", "zh"),
)
MOST = 500


class PersonRow(BaseModel):
    """A person of the case; `key` is empty for a new one."""

    key: Line = ""
    name: Line = Field("", title=N_("Name"))
    given: Line = Field("", title=N_("Given names"))
    family: Line = Field("", title=N_("Family names"))
    language: Annotated[str, one_of(NAME_LANGUAGES)] = Field("", title=N_("Language of the name"))
    also: Line = Field("", title=N_("Other spellings, short forms, names in another script"))
    role: Annotated[str, one_of(ROLES.codes)] = Field("", title=N_("Role"))
    unit: Annotated[str, one_of(UNITS.codes)] = Field("individual", title=N_("This is"))
    uses: list[Annotated[str, among(CONSENT_USES)]] = Field([], title=N_("Agrees to"))
    understood: Annotated[str, one_of(("yes", "no", *OPEN_ANSWERS))] = Field("", title=N_("Understood the risks"))
    given_by: Annotated[str, one_of(CONSENT_GIVERS.codes)] = Field("", title=N_("Given by"))
    understood_on: TypedDate = Field("", title=N_("Understood on"))
    agreed_on: TypedDate = Field("", title=N_("Agreed on"))
    how: Text = Field("", title=N_("How was it given?"))
    about: Text = Field("", title=N_("About this person"))
    remove: list[Annotated[str, one_of(("yes",))]] = Field([], title=N_("Listed twice or by mistake"))

    @classmethod
    def of(cls, person: PersonRecord) -> PersonRow:
        consent = person.consent
        return cls.model_construct(
            **person.model_dump(exclude={"consent", "off_list"}),
            remove=["yes"] if person.off_list else [],
            uses=consent.uses,
            understood=consent.understood_risks,
            given_by=consent.given_by,
            understood_on=consent.understood_on,
            agreed_on=consent.agreed_on,
            how=consent.how,
        )

    def told(self) -> PersonRecord:
        consent = Consent.model_validate(
            {
                "uses": self.uses,
                "understood_risks": self.understood,
                "understood_on": self.understood_on,
                "agreed_on": self.agreed_on,
                "given_by": self.given_by,
                "how": self.how,
            }
        )
        shared = self.model_dump(include=set(PersonRecord.model_fields) - {"consent", "key", "off_list"})
        return PersonRecord(key=self.key or new_key(), consent=consent, off_list=bool(self.remove), **shared)


class CaseForm(BaseModel):
    """Everything that can be typed on the page of a case. Each button takes its own part; the others are carried."""

    version: Line = ""
    messages: Line = ""
    proposal: Line = ""
    telling: Line = ""
    reason: Text = Field("", title=N_("Reason"))
    text: Text = Field("", title=N_("Write to the submitter"))
    waits: list[Annotated[str, one_of(("yes",))]] = Field([], title=N_("After sending"))
    persons: list[PersonRow] = Field([], title=N_("Person %(number)s"), max_length=MOST)
    urgency: Annotated[str, one_of(URGENCIES.codes)] = Field("", title=N_("Urgency"))
    act_grade: Annotated[str, one_of(ACT_GRADES.codes)] = Field("", title=N_("Did it happen?"))
    link_grade: Annotated[str, one_of(LINK_GRADES.codes)] = Field("", title=N_("Because of the cooperation?"))
    sources: Annotated[int, number(0, 999, N_("Give the number of sources in figures."))] | None = Field(
        None, title=N_("Number of independent sources")
    )
    office_summary: Text = Field("", title=N_("What the Office is told, in confidence"))
    names: list[Annotated[str, one_of(("yes",))]] = Field([], title=N_("Names"))
    note: Text = Field("", title=N_("Add a note"))
    working_title: Line = Field("", title=N_("Working title"))
    login: Line = Field("", title=N_("Give another moderator access"))

    @classmethod
    def of(cls, file: CaseFile, version: int, urgency: str) -> CaseForm:
        """What the page shows before anybody typed."""
        return cls.model_construct(
            version=str(version),
            persons=[PersonRow.of(person) for person in file.persons],
            urgency=urgency,
            act_grade=file.act_grade,
            link_grade=file.link_grade,
            sources=file.sources,
            office_summary=file.office_summary,
        )

    def record(self, file: CaseFile) -> None:
        """Persons, their consents, and how far the allegation is verified."""
        record_people(file, [row.told() for row in self.persons if row != PersonRow()])
        file.act_grade = self.act_grade or file.act_grade
        file.link_grade = self.link_grade or file.link_grade
        file.sources = file.sources if self.sources is None else self.sources


class ParticularRow(BaseModel):
    """What happens to a particular. A new one has no key, and says what it is."""

    key: Line = ""
    value: Line = Field("", title=N_("As it is written"))
    kind: Annotated[str, one_of(PARTICULARS.codes)] = Field("", title=N_("What it is"))
    also: Line = Field("", title=N_("Other spellings, by commas"))
    treatment: Annotated[str, one_of(TREATMENTS.codes)] = Field("", title=N_("Treatment"))
    allowed: Line = Field("", title=N_("What may stand instead"))
    remove: list[Annotated[str, one_of(("yes",))]] = Field([], title=N_("Remove: this points to nobody"))

    @property
    def is_new(self) -> bool:
        return not self.key and bool(self.value or self.also or self.allowed)


class OverrideRow(BaseModel):
    """Why a finding of the gate may stand."""

    key: Annotated[str, Field(pattern="^([0-9a-f]{16})?$")] = ""
    reason: Text = Field("", title=N_("Why it may stand"))


class ActRow(BaseModel):
    """One act, as typed."""

    type: Line = Field("", title=N_("Act"))
    date: Line = Field("", title=N_("Date"))
    perpetrator: Line = Field("unknown", title=N_("Alleged perpetrator"))


class EngagementRow(BaseModel):
    """One contact with the United Nations, as typed."""

    body: Line = Field("", title=N_("Body"))
    form: Line = Field("", title=N_("Kind of contact"))
    date: Line = Field("", title=N_("Date"))


class PublicPersonRow(BaseModel):
    """One person as the public may know them, as typed."""

    label: Line = Field("", title=N_("Said as"))
    roles: list[Line] = Field([], title=N_("Role"))
    unit: Line = Field("individual", title=N_("This is"))
    named: Line = Field("no", title=N_("Shown with"))


class DraftForm(BaseModel):
    """The redaction desk. Codes and dates of the draft are kept as typed; whether they can be public is said beside."""

    version: Line = ""
    action: Annotated[str, pressed("save", "check", "propose")] = ""
    particulars: list[ParticularRow] = Field([], title=N_("Particular %(number)s"), max_length=MOST)
    allowed: Text = Field("", title=N_("Phrases that may stand (office-holders, places named after people)"))
    overrides: list[OverrideRow] = Field([], title=N_("Finding %(number)s"), max_length=MOST)
    language: Line = Field("", title=N_("Language of this text"))
    title: Text = Field("", title=N_("Title"))
    summary: Text = Field("", title=N_("Text"))
    kind: Line = Field("", title=N_("Kind"))
    state_alleged: Line = Field("", title=N_("State alleged responsible"))
    state_where: Line = Field("", title=N_("State where it happened"))
    acts: list[ActRow] = Field([], title=N_("Act %(number)s"), max_length=MOST)
    engagements: list[EngagementRow] = Field([], title=N_("Contact %(number)s"), max_length=MOST)
    persons: list[PublicPersonRow] = Field([], title=N_("Person %(number)s"), max_length=MOST)
    left_out: list[Line] = Field([], title=N_("Left out for safety"))
    release_kind: Annotated[str, one_of(("corrected", "followed_up"))] = Field("", title=N_("This release is"))
    change_note: Text = Field("", title=N_("What changed, for the public"))

    @classmethod
    def of(cls, file: CaseFile, draft: EntryDraft, version: int) -> DraftForm:
        """What the page shows before anybody typed."""
        rows = [
            ParticularRow.model_construct(key=one.key, treatment=one.treatment, allowed=one.allowed_form)
            for one in file.particulars
        ]
        content: dict[str, Any] = draft.model_dump()
        content["acts"] = [ActRow.model_construct(**one) for one in content["acts"]]
        content["engagements"] = [EngagementRow.model_construct(**one) for one in content["engagements"]]
        content["persons"] = [PublicPersonRow.model_construct(**one) for one in content["persons"]]
        overrides = [OverrideRow.model_construct(key=key, reason=reason) for key, reason in file.overrides.items()]
        return cls.model_construct(
            version=str(version),
            particulars=rows,
            allowed="\n".join(file.allowed),
            overrides=overrides,
            **content,
        )

    def draft(self) -> EntryDraft:
        """The draft as typed, without rows in which nothing was."""
        shared = self.model_dump(include=set(EntryDraft.model_fields) - {"acts", "engagements", "persons"})
        return EntryDraft(
            acts=[DraftAct(**row.model_dump()) for row in self.acts if row != ActRow()],
            engagements=[DraftEngagement(**row.model_dump()) for row in self.engagements if row != EngagementRow()],
            persons=[DraftPerson(**row.model_dump()) for row in self.persons if row != PublicPersonRow()],
            **shared,
        )

    def record(self, file: CaseFile) -> None:
        """The draft, what was decided about particulars, and the reasons why findings may stand."""
        known = {one.key: one for one in file.particulars}
        decided = [
            known[row.key].model_copy(
                update={"treatment": row.treatment or known[row.key].treatment, "allowed_form": row.allowed}
            )
            for row in self.particulars
            if row.key in known
        ]
        new = [
            ParticularRecord(
                key=new_key(),
                kind=row.kind or "other",
                value=row.value or next(iter(row.also.split(",")), ""),
                also=row.also,
                treatment=row.treatment or "omit",
                allowed_form=row.allowed,
            )
            for row in self.particulars
            if row.is_new
        ]
        record_particulars(file, decided, {row.key for row in self.particulars if row.remove}, new)
        file.allowed = [line.strip() for line in self.allowed.splitlines() if line.strip()]
        told = {row.key: row.reason for row in self.overrides if row.key}
        file.overrides = {key: reason for key, reason in (file.overrides | told).items() if reason}
        file.draft = self.draft()


class DecisionForm(BaseModel):
    """The second moderator's decision; `proposal` says what they had before their eyes."""

    action: Annotated[str, pressed("approve", "send_back"), needed(USE_THE_BUTTONS)] = Field("", validate_default=True)
    proposal: Line = ""
    reason: Text = Field("", title=N_("Send it back: what should be changed?"))


def question_at(place: str, gettext: Gettext) -> str:
    """How a place of the draft (`acts-0-date`) is called on the desk."""
    return question_of(DraftForm, place, gettext)


def question_of_text(name: str, gettext: Gettext) -> str:
    """How a text that the gate reads (`acts.0.date`, `title.en`) is called on the desk."""
    first, *rest = name.split(".")
    return question_at("-".join([first, *rest]) if len(rest) > 1 else first, gettext)
