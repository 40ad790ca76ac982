"""One person's consent publishes that person and nobody else."""

from __future__ import annotations

import pytest

from app.cases.clearance import check
from app.cases.consent import consent_problems, consent_shown, took_consent_back
from app.cases.office_items import Telling, gives_away, named_among
from app.cases.taking_in import take_back, take_in
from app.documents.case_file import CaseFile, ParticularRecord, PersonRecord
from app.documents.message import ConsentTakenBack
from app.documents.submission import Consent, PersonConcerned, Submission
from tests.building import entry

HALVES = {"understood_risks": "yes", "understood_on": "2026", "agreed_on": "2026"}


def person(key: str, name: str, *uses: str, role: str = "", off_list: bool = False) -> PersonRecord:
    consent = Consent.model_validate({"uses": uses, **HALVES})
    return PersonRecord(key=key, name=name, role=role, consent=consent, off_list=off_list)


INES = person("i", "Ines Varga", "publish_without_name")
OONA = person("o", "Oona Brackwater", "publish_without_name", "publish_initials")
TAMSIN = person("t", "Tamsin Orrelby", "publish_name")


@pytest.mark.parametrize(
    ("label", "named", "fine"),
    [
        ("A lawyer", "no", True),
        ("O. B., a lawyer", "initials", True),
        ("I. V., a lawyer", "initials", False),
        ("I. V., a lawyer", "no", False),
        ("И. В., a lawyer", "initials", False),
        ("Tamsin Orrelby", "name", True),
        ("Oona Brackwater", "name", False),
        ("Ms Brackwater", "initials", False),
        ("the Kestrel", "name", False),
        ("A lawyer", "initials", False),
    ],
)
def test_what_is_shown_of_a_person_rests_on_that_persons_consent(label: str, named: str, fine: bool) -> None:
    file = CaseFile(persons=[INES, OONA, TAMSIN])
    shown = entry(persons=[{"label": label, "named": named}])
    if label == "Ms Brackwater":
        fine = True  # initials were agreed to; the gate looks at the name
    assert (consent_problems(file, shown) == []) is fine


def test_the_line_of_consent_says_what_is_true_of_everybody() -> None:
    two = entry(persons=[{"label": "A lawyer"}, {"label": "O. B.", "named": "initials"}])
    assert consent_shown(two) == "publish_without_name"
    alone = entry(persons=[{"label": "O. B.", "named": "initials"}])
    assert consent_shown(alone, 1) == "publish_initials"
    assert consent_shown(alone, 2) == "publish_without_name"


def test_whoever_is_taken_off_the_list_stays_refused_for_ever() -> None:
    off = person("o", "Oona Brackwater", "publish_name", "tell_president_office", off_list=True)
    decided = ParticularRecord(key="k", kind="person", value="Oona Brackwater", treatment="publish", person="o")
    file = CaseFile(persons=[INES, off], particulars=[decided])
    assert check(file, {"summary": "Brackwater was there."})[0].blocks
    assert gives_away(file, Telling("Oona Brackwater was summoned.", ()))
    assert not named_among(file, "Oona Brackwater was summoned.")
    assert took_consent_back(CaseFile(persons=[off.model_copy(update={"off_list": False})]), file)


def test_the_office_is_told_nothing_that_is_left_out_in_public() -> None:
    told = person("i", "Ines Varga", "tell_president_office")
    left_out = [
        ParticularRecord(key="1", kind="contact", value="+990 55 019 4471"),
        ParticularRecord(key="2", kind="place", value="Quellmar"),
    ]
    file = CaseFile(persons=[told], particulars=left_out)
    assert not gives_away(file, Telling("Ines Varga was summoned.", ("i",)))
    for words in ("+990 55 019 4471", "x.y@example.org", "Quellmar"):
        assert gives_away(file, Telling(f"Ines Varga was summoned: {words}", ("i",))), words


def test_a_consent_that_was_taken_back_in_the_thread_stays_out_of_the_file() -> None:
    consent = Consent.model_validate({"uses": ["publish_without_name", "publish_name"], **HALVES})
    told = {"s": Submission(language="en", persons=[PersonConcerned(name="Ines Varga", consent=consent)])}
    file = CaseFile()
    take_in(file, told)
    words = [ConsentTakenBack(text="", submission="s", person=0, uses=["publish_name"])]
    assert take_back(file, words, told) == file.persons
    assert file.persons[0].consent.uses == ["publish_without_name"]
    assert take_back(file, words, told) == []
    file.persons[0].consent.uses.append("publish_name")  # the desk says that it was given again
    assert take_back(file, words, told) == file.persons
    assert file.persons[0].consent.uses == ["publish_without_name"]


@pytest.mark.parametrize(
    "words", ["a relative of hers", "her sister", "son frère", "قريبة لها", "его сестра", "她的妹妹"]
)
def test_no_text_points_to_a_relative_who_refused(words: str) -> None:
    refused = person("o", "Oona Sallow", "keep_on_file", role="relative")
    text = {"summary": f"A lawyer and {words} were questioned."}
    assert any(one.blocks for one in check(CaseFile(persons=[INES, refused]), text))
    agreed = person("o", "Oona Sallow", "publish_without_name", role="relative")
    assert not any(one.blocks for one in check(CaseFile(persons=[INES, agreed]), text))


@pytest.mark.parametrize("symbol", ["UA XA 3/2022", "A/HRC/51/47", "CCPR/C/131/D/2552/2015"])
def test_a_document_is_looked_at_and_one_that_was_submitted_is_sealed(symbol: str) -> None:
    text = {"summary": f"A lawyer was questioned; see {symbol}."}
    assert any(one.finding.rule == "document" for one in check(CaseFile(), text))
    file = CaseFile()
    take_in(file, {"s": Submission(language="en", who_else_knows=f"She is named in {symbol}.")})
    assert any(one.blocks for one in check(file, text))
