"""What stands between a draft and a release: the leak gate over this case's particulars, and consent. Pure rules."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.cases.consent import consent_problems, publishable
from app.cases.found_facts import symbols_at
from app.documents.case_file import CaseFile, ParticularRecord, PersonRecord, listed
from app.documents.entry import PublicEntry
from app.i18n import N_
from app.leakgate import Finding, Kind, Particular, Treatment, examine
from app.problems import Conflict, Unprocessable

DOCUMENT = N_("Whoever reads this document may find a name in it. Check that it leads to nobody.")
RELATION = N_("A relative in this case did not agree to any publication, and this points to them.")
# relations, in the six languages of the United Nations
_RELATION = re.compile(
    r"(?<!\w)(?:relatives?|famil(?:y|ies)|sisters?|brothers?|siblings?|mothers?|fathers?|parents?|wife|wives|husbands?"
    r"|spouses?|sons?|daughters?|child(?:ren)?|cousins?|uncles?|aunts?|nephews?|nieces?"
    r"|parente?s?|famille|s(?:œ|oe)urs?|frères?|mère|père|épou(?:x|se)|mari|femme|fils|fille|cousine?s?|oncle|tante"
    r"|parientes?|familia(?:r|res)?|herman[ao]s?|madre|padre|espos[ao]s?|hij[ao]s?|prim[ao]s?|tí[ao]s?"
    r"|родственни\w{1,4}|семь\w{1,3}|сестр\w{0,3}|брат\w{0,3}|мат(?:ь|ери)|отц?\w{1,2}|жен[аыеу]|муж\w{0,2}|сын\w{0,3}|доч\w{1,4}"
    r"|(?:ال|و|ل|ب)*(?:قريب|قريبة|أقارب|أسرة|عائلة|شقيق|شقيقة|أخت|أخو|والد|والدة|زوج|زوجة|ابن|ابنة)(?:ه|ها|هم|ته|تها|تهم)?)(?!\w)"
    r"|亲属|亲戚|家人|家属|姐妹|姐姐|妹妹|兄弟|哥哥|弟弟|母亲|父亲|妻子|丈夫|儿子|女儿",
    re.IGNORECASE,
)


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
        treatment=Treatment(decided.treatment) if decided and not person.off_list else Treatment.OMIT,
        allowed_form=decided.allowed_form if decided and not person.off_list else "",
        key=person.known_as,
    )


def pointers(file: CaseFile, texts: Mapping[str, str]) -> Iterator[Finding]:
    """What leads to a person without a name: a document in which they may be named, and a relation to somebody.

    A document must be looked at; a relation stops the text while a relative who did not agree is in the case.
    """
    refused = any(person.role == "relative" and not publishable(person) for person in file.persons)
    passes = {one.casefold() for one in file.allowed}
    for name, text in texts.items():
        for start, end in symbols_at(text):
            if text[start:end].casefold() not in passes:
                yield Finding(name, start, end, "document", None, "warn", text[start:end], DOCUMENT)
        if refused:
            for found in _RELATION.finditer(text):
                yield Finding(name, *found.span(), "refused-relative", None, "block", found[0], RELATION)


def key_of(finding: Finding) -> str:
    """The same finding at another place is the same decision; the same words in another field are not."""
    told = f"{finding.field}|{finding.rule}|{finding.particular}|{finding.text}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def check(file: CaseFile, texts: Mapping[str, str], earlier: Mapping[str, str] | None = None) -> list[Judged]:
    """What the gate finds in the outgoing texts, read together with those that are public already (`earlier`)."""
    fields = dict(texts) | {f"public/{name}": text for name, text in (earlier or {}).items()}
    found = [*examine(fields, particulars_of(file), file.allowed), *pointers(file, texts)]
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
