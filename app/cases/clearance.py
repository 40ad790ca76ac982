"""What stands between a draft and a release: the leak gate over this case's particulars, and consent. Pure rules."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from app.cases.consent import consent_problems
from app.documents.case_file import CaseFile, ParticularRecord, PersonRecord, listed
from app.documents.entry import PublicEntry
from app.i18n import N_
from app.leakgate import Finding, Kind, Particular, Treatment, examine
from app.problems import Conflict, Unprocessable


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding with the identity under which it can be overridden, and the reason if it was."""

    finding: Finding
    key: str
    reason: str = ""

    @property
    def blocks(self) -> bool:
        return self.finding.severity == "block" and not self.reason


def particulars_of(file: CaseFile) -> list[Particular]:
    """What the gate compares with: everybody listed in the case, whatever was decided or forgotten, and the rest."""
    decided = {one.person: one for one in file.particulars if one.person}
    listed_here = {person.key for person in file.persons}
    people = [_of_person(person, decided.get(person.key)) for person in file.persons if person.known_as]
    return people + [
        Particular(
            kind=Kind(one.kind),
            values=(one.value,),
            also=listed(one.also),
            treatment=Treatment(one.treatment),
            allowed_form=one.allowed_form,
            key=one.value,
        )
        for one in file.particulars
        if one.value and one.person not in listed_here
    ]


def _of_person(person: PersonRecord, decided: ParticularRecord | None) -> Particular:
    return Particular(
        kind=Kind.PERSON if person.unit in ("individual", "family") else Kind.ORGANISATION,
        values=(person.name,) if person.name else (),
        given=person.given,
        family=person.family,
        also=listed(person.also),
        language=person.language,
        treatment=Treatment(decided.treatment) if decided else Treatment.OMIT,
        allowed_form=decided.allowed_form if decided else "",
        key=person.known_as,
    )


def key_of(finding: Finding) -> str:
    """The same finding at another place is the same decision; the same words in another field are not."""
    told = f"{finding.field}|{finding.rule}|{finding.particular}|{finding.text}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def check(file: CaseFile, texts: Mapping[str, str], earlier: Mapping[str, str] | None = None) -> list[Judged]:
    """What the gate finds in the outgoing texts, read together with those that are public already (`earlier`)."""
    fields = dict(texts) | {f"public/{name}": text for name, text in (earlier or {}).items()}
    found = examine(fields, particulars_of(file), file.allowed)
    return [Judged(one, key_of(one), file.overrides.get(key_of(one), "")) for one in found if one.field in texts]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate and the consents say of one text, on one version of the case file. Of another one it says nothing."""

    judged: list[Judged]
    problems: list[tuple[str, str]]
    case_version: int
    text: str

    @property
    def clear(self) -> bool:
        return not self.problems and not any(one.blocks for one in self.judged)

    def require(self, case_version: int, entry: PublicEntry) -> None:
        """Unprocessable unless it is clear; Conflict when it was made of something else."""
        if (self.case_version, self.text) != (case_version, text_hash(entry)):
            raise Conflict
        if not self.clear:
            raise Unprocessable(N_("The leak gate or a missing consent stops this release."))


def text_hash(entry: PublicEntry) -> str:
    return hashlib.sha256(entry.model_dump_json().encode()).hexdigest()


def judge(file: CaseFile, case_version: int, entry: PublicEntry, live: PublicEntry | None = None) -> Verdict:
    """The leak gate and the consents over an entry, read together with what is public already. Never in a transaction."""
    judged = check(file, entry.texts(), live.texts() if live else None)
    return Verdict(judged, consent_problems(file, entry), case_version, text_hash(entry))
