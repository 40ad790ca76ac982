"""The desk's rules as functions of values."""

from __future__ import annotations

import pyotp
import pytest

from app.cases.clearance import check, key_of, particulars_of
from app.cases.consent import consent_problems, consent_shown
from app.cases.draft import build_entry, draft_from_entry, draft_from_submission
from app.cases.office_items import Telling, gives_away
from app.cases.status import EVENTS, LABELS, TRANSITIONS, allowed, next_status
from app.cases.taking_in import follow_persons, take_in
from app.cases.two_people import may_approve
from app.desk.forms import CaseForm, DraftForm
from app.documents.case_file import CaseFile, ParticularRecord, PersonRecord
from app.documents.submission import Consent, PersonConcerned, Submission
from app.identity.accounts import SHORTEST_PASSWORD, new_passphrase, take_totp
from app.problems import Conflict
from app.stores.casework import STATUSES, Account
from app.web.binding import bind, names_of
from app.web.forms import Form
from tests.building import entry


@pytest.mark.parametrize(
    ("mine", "theirs", "may_it"),
    [
        ("xy", "vw", True),
        ("xy", "yz", True),  # without y each rests on another
        ("xy", "xy", False),  # without x both rest on y alone
        ("xy", "", False),
        ("xy", "v", False),
        ("1y", "vw", False),  # the second is `2`, the first `1`: one vouched for the other
        ("xy", "2v", False),
        ("2y", "1y", True),  # founders, who vouched for each other
    ],
)
def test_two_people_are_two_whom_no_third_alone_brought_in(mine: str, theirs: str, may_it: bool) -> None:
    sponsors = {"1": frozenset(mine.replace("1", "2")), "2": frozenset(theirs.replace("2", "1"))}
    assert (may_approve("1", "2", sponsors) == "") is may_it
    assert (may_approve("2", "1", sponsors) == "") is may_it
    assert may_approve("1", "1", sponsors)


def person(*uses: str, key: str = "p", **rest: str) -> PersonRecord:
    told = {"understood_risks": "yes", "understood_on": "2026", "agreed_on": "2026"} | rest
    return PersonRecord(key=key, name="Ines Varga", consent=Consent(uses=list(uses), **told))


@pytest.mark.parametrize(
    ("someone", "covered"),
    [
        (person("publish_without_name"), True),
        (person("publish_name"), True),
        (person("keep_on_file", "tell_president_office"), False),
        (person(), False),
        (person("publish_without_name", understood_risks="no"), False),
        (person("publish_without_name", understood_on=""), False),
        (person("publish_without_name", agreed_on=""), False),
    ],
)
def test_nothing_is_published_without_both_dated_halves_of_consent(someone: PersonRecord, covered: bool) -> None:
    assert (consent_problems(CaseFile(persons=[someone]), entry()) == []) is covered


def test_every_person_decides_for_themselves() -> None:
    file = CaseFile(persons=[person("publish_without_name"), person("keep_on_file", key="q")])
    assert len(consent_problems(file, entry())) == 1
    assert consent_problems(CaseFile(), entry())


@pytest.mark.parametrize(
    ("uses", "fine"),
    [(["publish_name"], True), (["publish_initials"], False), (["publish_without_name"], False)],
)
def test_a_name_is_shown_only_to_whom_it_was_agreed(uses: list[str], fine: bool) -> None:
    named = entry(persons=[{"label": "Ines Varga", "named": "name"}])
    treated = [ParticularRecord(key="k", kind="person", value="Ines Varga", treatment="publish", person="p")]
    file = CaseFile(persons=[person(*uses)], particulars=treated)
    assert (consent_problems(file, named) == []) is fine
    assert consent_shown(named) == "publish_name"


def test_the_gate_blocks_a_planted_name_and_an_override_is_kept_with_its_reason() -> None:
    file = CaseFile(particulars=[ParticularRecord(key="k", kind="person", value="Ines Varga")])
    texts = entry(title={"en": "A neighbour of V-a-r-g-a I n e s"}).texts()
    (found,) = check(file, texts)
    assert found.blocks
    file.overrides[key_of(found.finding)] = "another person of that name, a minister"
    (again,) = check(file, texts)
    assert not again.blocks
    assert again.reason.endswith("a minister")
    elsewhere = entry(summary={"en": "V-a-r-g-a I n e s"}).texts()
    assert check(file, elsewhere)[0].blocks


def test_halves_in_what_is_public_already_and_what_comes_are_read_together() -> None:
    file = CaseFile(particulars=[ParticularRecord(key="k", kind="organisation", value="Quellmarhaus Verein")])
    assert check(file, {"title": "Verein was closed"}, {"summary": "It is called Quellmarhaus"})


TOLD = Submission(
    language="en",
    what_happened="Call +990 55 019 4471 or ines@varga.example",
    when="2026-03-14",
    where="Sollen, at home, Ostermark",
    persons=[
        PersonConcerned(name="Ines Varga", also="Inka"),
        PersonConcerned(name="Fen Union", unit="group_or_organisation"),
    ],
)


def test_the_first_case_file_lists_what_must_be_decided() -> None:
    file = CaseFile()
    take_in(file, {"one": TOLD})
    found = {(one.kind, one.value, one.treatment) for one in file.particulars}
    assert found == {
        ("person", "Ines Varga", "omit"),
        ("organisation", "Fen Union", "omit"),
        ("place", "Sollen", "omit"),
        ("place", "Ostermark", "omit"),
        ("date", "2026-03-14", "generalise"),
        ("contact", "+990 55 019 4471", "omit"),
        ("contact", "ines@varga.example", "omit"),
    }


def test_what_is_submitted_later_is_taken_in_once_and_nobody_is_forgotten() -> None:
    file, again = CaseFile(), CaseFile()
    take_in(file, {"one": TOLD})
    file.particulars[0].treatment = "pseudonym"
    later = TOLD.model_copy(update={"persons": [*TOLD.persons, PersonConcerned(name="Oona Brackwater")]})
    take_in(file, {"one": TOLD, "two": later})
    assert [one.name for one in file.persons] == ["Ines Varga", "Fen Union", "Oona Brackwater"]
    assert file.particulars[0].treatment == "pseudonym"
    assert check(file, {"summary": "Brackwater was there."})[0].blocks
    take_in(file, {"one": TOLD, "two": later})
    assert len(file.persons) == 3
    take_in(again, {"one": TOLD, "two": later})
    assert [one.key for one in again.persons] == [one.key for one in file.persons]
    assert {one.key for one in again.particulars} == {one.key for one in file.particulars}


def test_everybody_listed_is_compared_even_when_nothing_was_decided_about_them() -> None:
    file = CaseFile(persons=[PersonRecord(key="p", name="Ines Varga", also="Inka; Nené, Инка")])
    assert file.particulars == []
    for text in ("Varga came.", "They asked for Inka.", "Позвали Инку."):
        assert any(one.blocks for one in check(file, {"summary": text})), text


def test_the_gate_is_told_how_a_name_is_made() -> None:
    someone = PersonRecord(key="p", name="T. Orrelby", given="Tamsin", family="Orrelby", also="Tam", language="en")
    (told,) = particulars_of(CaseFile(persons=[someone]))
    assert (told.values, told.given, told.family, told.also, told.language) == (
        ("T. Orrelby",),
        "Tamsin",
        "Orrelby",
        ("Tam",),
        "en",
    )
    without = CaseFile(persons=[PersonRecord(key="p", name="T. Orrelby")])
    assert not check(without, {"summary": "They asked for Tamsin."})
    assert check(CaseFile(persons=[someone]), {"summary": "They asked for Tamsin."})[0].blocks
    nameless = CaseFile(persons=[PersonRecord(key="p", also="the Kestrel of Quellmar")])
    assert check(nameless, {"summary": "She is called the Kestrel of Quellmar."})[0].blocks


def test_a_decision_about_a_person_reaches_the_gate() -> None:
    file = CaseFile(persons=[PersonRecord(key="p", name="Ines Varga")])
    follow_persons(file)
    file.particulars[0].treatment, file.particulars[0].allowed_form = "pseudonym", "Kestrel"
    assert not any(one.blocks for one in check(file, {"summary": "Kestrel came."}))
    file.particulars[0].treatment = "publish"
    assert check(file, {"summary": "Ines Varga came."}) == []


def test_whoever_leaves_the_list_of_persons_stays_sealed() -> None:
    file = CaseFile(persons=[PersonRecord(key="p", name="I. Varga", given="Ines", family="Varga")])
    follow_persons(file)
    told = CaseForm.of(file, 1, "normal")
    told.persons[0].remove = ["yes"]
    told.record(file)
    assert [one.off_list for one in file.persons] == [True]
    file.particulars[0].treatment = "publish"
    assert check(file, {"summary": "Ines came."})[0].blocks


def test_the_office_is_never_told_of_somebody_who_did_not_agree_to_it() -> None:
    agreed = PersonRecord(key="a", name="Ines Varga", consent=Consent(uses=["tell_president_office"]))
    silent = PersonRecord(key="s", name="Oona Brackwater", consent=Consent(uses=["publish_without_name"]))
    file = CaseFile(persons=[agreed, silent])
    assert not gives_away(file, Telling("Ines Varga was summoned.", ("a",)))
    assert gives_away(file, Telling("Ines Varga was summoned."))
    assert gives_away(file, Telling("Ines Varga and a Ms Brackwater were summoned.", ("a",)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "revenge"),
        ("state_alleged", "ZZ"),
        ("language", "xx"),
        ("acts-0-type", "arson"),
        ("acts-0-perpetrator", "john"),
        ("engagements-0-body", "fifa"),
        ("engagements-0-form", "by_post"),
        ("persons-0-roles", "king"),
        ("persons-0-unit", "crowd"),
        ("left_out", "everything"),
    ],
)
def test_a_code_that_no_list_has_is_no_entry(field: str, value: str) -> None:
    draft = draft_from_entry(entry())
    assert build_entry(CaseFile(), draft)[0] is not None
    typed = names_of(DraftForm.of(CaseFile(), draft, 1)) | {field: [value]}
    wrong = bind(Form(typed), DraftForm, str).value
    assert wrong is not None
    made, problems = build_entry(CaseFile(), wrong.draft())
    assert (made, [place for place, _ in problems]) == (None, [field])


@pytest.mark.parametrize(("typed", "kept"), [("3", 3), ("", 1), ("many", None), ("-1", None), ("9999", None)])
def test_the_number_of_sources_is_a_number(typed: str, kept: int | None) -> None:
    file = CaseFile()
    told = bind(Form({"sources": [typed]}), CaseForm, str).value
    if told is not None:
        told.record(file)
    assert (file.sources if told is not None else None) == kept


def test_the_table_of_states_is_whole() -> None:
    assert set(LABELS) == set(STATUSES)
    for event, step in TRANSITIONS.items():
        assert event in EVENTS
        assert set(step.sources) | {step.target} <= set(STATUSES)
    reached = {step.target for step in TRANSITIONS.values()} | {"received"}
    assert reached == set(STATUSES)
    assert not [event for event in TRANSITIONS if allowed(event, "withdrawn")]
    assert {event for event in TRANSITIONS if allowed(event, "suspended")} == {"propose", "withdraw"}


@pytest.mark.parametrize(
    ("event", "status"),
    [("approve", "in_review"), ("propose", "received"), ("stop", "published"), ("claim", "closed")],
)
def test_what_the_table_does_not_have_cannot_happen(event: str, status: str) -> None:
    with pytest.raises(Conflict):
        next_status(event, status)


def test_an_edit_of_a_live_entry_falls_back_to_published() -> None:
    assert next_status("send_back", "proposed", live=True) == "published"
    assert next_status("send_back", "proposed") == "in_review"


def test_a_one_time_code_is_taken_once_and_late_ones_are_not() -> None:
    secret = pyotp.random_base32()
    account = Account(last_totp_step=0)
    now = 1_800_000_000
    code = pyotp.TOTP(secret).at(now)
    assert take_totp(account, secret, code, now)
    assert not take_totp(account, secret, code, now)
    assert not take_totp(account, secret, pyotp.TOTP(secret).at(now - 90), now)
    assert not take_totp(account, secret, "", now)
    assert take_totp(account, secret, " ".join(pyotp.TOTP(secret).at(now + 30)), now)


def test_passphrases_are_long_and_never_the_same() -> None:
    made = {new_passphrase() for _ in range(200)}
    assert len(made) == 200
    assert min(len(one) for one in made) >= SHORTEST_PASSWORD


def test_the_first_draft_says_only_what_was_said_of_that_very_thing() -> None:
    """A date belongs to an act, and a form of contact to a body, where there is just one of each."""
    told = Submission(
        language="en",
        acts=["summons_interrogation", "direct_threat"],
        when="2026-03-14",
        un_bodies=["upr", "cat"],
        cooperation=["side_event"],
        cooperation_when="2026-02",
        state_alleged="not_disclosed",
    )
    draft = draft_from_submission(told)
    assert [(act.type, act.date, act.perpetrator) for act in draft.acts] == [
        ("summons_interrogation", "", ""),
        ("direct_threat", "", ""),
    ]
    assert [(one.body, one.form, one.date) for one in draft.engagements] == [("upr", "", ""), ("cat", "", "")]
    assert (draft.kind, draft.left_out, draft.persons, draft.state_alleged) == ("", [], [], "")
    alone = told.model_copy(update={"acts": ["direct_threat"], "un_bodies": ["upr"]})
    draft = draft_from_submission(alone)
    assert (draft.acts[0].date, draft.engagements[0].form, draft.engagements[0].date) == (
        "2026-03",
        "side_event",
        "2026-02",
    )
    two_ways = alone.model_copy(update={"cooperation": ["side_event", "oral_statement"]})
    assert draft_from_submission(two_ways).engagements[0].form == ""


def test_no_act_and_no_person_is_cut_off_the_first_draft() -> None:
    acts = [f"act_{n}" for n in range(40)]
    assert [one.type for one in draft_from_submission(Submission(language="en", acts=acts)).acts] == acts
