"""The desk's rules as functions of values."""

from __future__ import annotations

import pyotp
import pytest

from app.casework.accounts import SHORTEST_PASSWORD, new_passphrase, take_totp
from app.casework.casefile import CaseFile, ParticularRecord, PersonRecord, first_file
from app.casework.gate import consent_problems, consent_shown, judge, key_of, may_approve
from app.casework.statuses import EVENTS, LABELS, STEPS, after, may
from app.stores.casework import STATUSES, Account
from app.submission import Consent, PersonConcerned, Submission
from app.web.errors import Conflict
from tests.building import entry

A, B, C = frozenset({"x", "y"}), frozenset({"v", "w"}), frozenset({"y", "z"})


@pytest.mark.parametrize(
    ("proposer", "approver", "sponsors", "may_it"),
    [
        ("one", "two", {"one": A, "two": B}, True),
        ("one", "one", {"one": A}, False),
        ("one", "two", {"one": A, "two": C}, False),
        ("one", "two", {"one": A, "two": frozenset({"login-one", "w"})}, False),
        ("one", "two", {"one": frozenset({"login-two", "x"}), "two": B}, False),
        ("one", "two", {"one": A, "two": frozenset()}, False),
        ("one", "two", {"one": A}, False),
    ],
)
def test_two_people_are_two_accounts_of_different_sponsors(
    proposer: str, approver: str, sponsors: dict[str, frozenset[str]], may_it: bool
) -> None:
    logins = {"one": "login-one", "two": "login-two"}
    assert (may_approve(proposer, approver, sponsors, logins) == "") is may_it


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
def test_nothing_is_published_without_both_dated_halves_of_consent(
    someone: PersonRecord, covered: bool
) -> None:
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
    (found,) = judge(file, texts)
    assert found.blocks
    file.overrides[key_of(found.finding)] = "another person of that name, a minister"
    (again,) = judge(file, texts)
    assert not again.blocks
    assert again.reason.endswith("a minister")
    elsewhere = entry(summary={"en": "V-a-r-g-a I n e s"}).texts()
    assert judge(file, elsewhere)[0].blocks


def test_halves_in_what_is_public_already_and_what_comes_are_read_together() -> None:
    file = CaseFile(particulars=[ParticularRecord(key="k", kind="organisation", value="Quellmarhaus Verein")])
    assert judge(file, {"title": "Verein was closed"}, {"summary": "It is called Quellmarhaus"})


def test_the_first_case_file_lists_what_must_be_decided() -> None:
    told = Submission(
        language="en", what_happened="Call +990 55 019 4471 or ines@varga.example", when="2026-03-14", where="Sollen, at home",
        persons=[PersonConcerned(name="Ines Varga", also="Inka"), PersonConcerned(name="Fen Union", unit="group_or_organisation")],
    )  # fmt: skip
    found = {(one.kind, one.value, one.treatment) for one in first_file([told]).particulars}
    assert found >= {
        ("person", "Ines Varga", "omit"), ("organisation", "Fen Union", "omit"), ("place", "Sollen", "omit"),
        ("date", "2026-03-14", "generalise"), ("contact", "+990 55 019 4471", "omit"),
        ("contact", "ines@varga.example", "omit"),
    }  # fmt: skip


def test_the_table_of_states_is_whole() -> None:
    assert set(LABELS) == set(STATUSES)
    for event, step in STEPS.items():
        assert event in EVENTS
        assert set(step.sources) | {step.target} <= set(STATUSES)
    reached = {step.target for step in STEPS.values()} | {"received"}
    assert reached == set(STATUSES)
    assert not [event for event in STEPS if may(event, "withdrawn")]


@pytest.mark.parametrize(
    ("event", "status"),
    [("approve", "in_review"), ("propose", "received"), ("stop", "published"), ("claim", "closed")],
)
def test_what_the_table_does_not_have_cannot_happen(event: str, status: str) -> None:
    with pytest.raises(Conflict):
        after(event, status)


def test_an_edit_of_a_live_entry_falls_back_to_published() -> None:
    assert after("send_back", "proposed", live=True) == "published"
    assert after("send_back", "proposed") == "in_review"


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
