"""`PublicEntry`: the allowlist of an entry. Nothing public about a case is ever built from anything else."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app.documents.public import Code, Language, Line, Prose, PublicDate, PublicModel, StateCode


class PublicAct(PublicModel):
    """One thing that was done. `perpetrator` names a kind of body or office, never a person."""

    type: Code
    date: PublicDate | None = None
    perpetrator: Code = "unknown"


class PublicEngagement(PublicModel):
    """The cooperation with the United Nations that the acts are thought to follow from."""

    body: Code
    form: Code = "unclear"
    date: PublicDate | None = None


class PublicPerson(PublicModel):
    """A person as the public may know them: a name only when that very use was agreed to."""

    label: Line
    named: Literal["name", "initials", "no"] = "no"
    unit: Code = "individual"
    roles: tuple[Code, ...] = ()


class PublicEntry(PublicModel):
    """Everything that is public about a case."""

    title: dict[Language, Line] = Field(min_length=1)
    summary: dict[Language, Prose] = Field(min_length=1)
    kind: Code
    state_alleged: StateCode
    state_where: StateCode
    acts: tuple[PublicAct, ...] = Field(min_length=1)
    engagements: tuple[PublicEngagement, ...] = Field(min_length=1)
    persons: tuple[PublicPerson, ...] = ()
    act_grade: Code
    link_grade: Code
    sources: int = Field(ge=0, le=1000)
    consent: Code
    left_out: tuple[Code, ...] = ()
    last_reviewed: PublicDate
    change_note: Line | None = None

    def texts(self) -> dict[str, str]:
        """Every piece of free text by field name, for the leak gate; dates are there as they will be read."""
        fields = {f"title.{language}": text for language, text in self.title.items()}
        fields |= {f"summary.{language}": text for language, text in self.summary.items()}
        fields |= {f"persons.{number}.label": person.label for number, person in enumerate(self.persons)}
        fields |= {f"acts.{n}.date": act.date for n, act in enumerate(self.acts) if act.date}
        fields |= {f"engagements.{n}.date": one.date for n, one in enumerate(self.engagements) if one.date}
        if self.change_note:
            fields["change_note"] = self.change_note
        return fields
