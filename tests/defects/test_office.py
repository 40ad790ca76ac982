"""What the Office of the President is told, in confidence: what each person agreed to, and nothing after they took it back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from tests.defects.installation import Installation, installation
from tests.defects.person import COVERED, Moderator, OfficePerson, Someone, Team, Told
from tests.defects.racing import at_once, delays
from tests.defects.stolen import StolenStore
from tests.support.engines import sqlite_urls

WITHOUT_OFFICE = ("keep_on_file", "publish_without_name")


@pytest.mark.row("D5")
def test_the_office_is_never_told_of_a_withdrawn_case(team: Team) -> None:
    """D5: a moderator could tell the Office of a case after it was withdrawn."""
    submitter, case = team.case(Told([Someone("Ines Merelle")]))
    team.one.get(case)
    form = team.one.form(action="/tell-office").fill(
        ("office_summary", "What the Office is told"), "Ines Merelle was summoned."
    )
    submitter.come_back()
    assert submitter.withdraw()
    team.one.send(team.one.confirmed(form))
    assert team.one.status == 409
    assert "Merelle" not in team.office.feed()


@pytest.mark.row("D5")
def test_the_office_keeps_nothing_of_a_case_that_is_withdrawn_at_that_moment(team_on_each: Team) -> None:
    """D5: the Office is told and the submitter withdraws at once."""
    team, names = team_on_each, []
    for number, delay in enumerate(delays(4)):
        name = f"Ines Mer{'abcdefghij'[number % 10]}lle{'mnopqrstuv'[number // 10 % 10]}"
        names.append(name.split()[1])
        submitter, case = team.case(Told([Someone(name)]))
        submitter.come_back()
        team.one.get(case)
        form = team.one.form(action="/tell-office").fill(
            ("office_summary", "What the Office is told"), f"{name} was summoned."
        )
        told_gone, _ = at_once(submitter.withdraw, partial(team.one.send, team.one.confirmed(form)), delay)
        assert told_gone or (submitter.come_back() and submitter.told_gone) or submitter.withdraw(), submitter.text
    feed = team.office.feed()
    assert [name for name in names if name in feed] == []


@pytest.mark.row("D6")
def test_the_office_keeps_no_name_of_a_person_who_took_it_back(team: Team) -> None:
    """D6: the name stayed in the item, because somebody else of the case still agreed."""
    _, case = team.case(Told([Someone("Ines Calloway"), Someone("Oona Calloway-Reed")]))
    assert _told_by_two(team, case, "Two lawyers were summoned.")
    assert "Ines Calloway" in team.office.feed()
    team.one.record(case, Someone("Ines Calloway", uses=WITHOUT_OFFICE))
    assert "Ines Calloway" not in team.office.feed()


@pytest.mark.row("D6")
def test_the_office_reads_no_consent_that_was_taken_back(team: Team) -> None:
    """D6: the item went on saying that a person agreed to be named to the State."""
    _, case = team.case(Told([Someone("Ines Dunmore", uses=(*COVERED, "raise_with_name"))]))
    assert _told_by_two(team, case, "Dunmore was summoned for the second time.")
    assert "with the name" in team.office.item_of("summoned for the second time")
    team.one.record(case, Someone("Ines Dunmore"))
    told = team.office.item_of("summoned for the second time")
    assert "raise_with_name" not in told
    assert "Raise it with the State, with the name" not in told


def _told_by_two(team: Team, case: str, summary: str) -> bool:
    """Tells the Office, with a second person where the desk asks for one."""
    told = team.one.tell_office(case, summary)
    return team.two.agree_to_telling(case) or told


@pytest.mark.row("D7")
def test_the_office_is_not_told_of_somebody_who_refused_whatever_is_done_to_the_list(team: Team) -> None:
    """D7: taken off the list of persons, the name passed, and the record of the refusal was gone."""
    _, case = team.case(Told([Someone("Ines Farraday"), Someone("Oona Glasswright", uses=WITHOUT_OFFICE)]))
    summary = "Farraday and Oona Glasswright were summoned."
    assert not team.one.tell_office(case, summary)
    team.one.take_off_the_list(case, "Oona Glasswright")
    assert not team.one.tell_office(case, summary)
    assert "Glasswright" not in team.office.feed()
    team.one.get(case)
    assert team.one.form(fields=["act_grade"]).has("uses", "Oona Glasswright")


@pytest.mark.row("D8")
def test_one_moderator_alone_tells_the_office_no_name(team: Team) -> None:
    """D8: one moderator told the Office a name, with no second person and no fresh code."""
    _, case = team.case(Told([Someone("Ines Hartlepool")]))
    team.one.tell_office(case, "Ines Hartlepool was summoned.")
    assert "Hartlepool" not in team.office.feed()
    assert team.two.agree_to_telling(case), team.two.text
    assert "Hartlepool" in team.office.feed()


@pytest.mark.row("D8")
def test_the_office_hears_nothing_of_a_person_who_did_not_understand_the_risks(team: Team) -> None:
    """D8: "understood the risks: no" was accepted."""
    _, case = team.case(Told([Someone("Ines Jessamy", understood="no")]))
    assert not team.one.tell_office(case, "Ines Jessamy was summoned.")
    assert "Jessamy" not in team.office.feed()


@pytest.mark.row("D8")
@pytest.mark.parametrize("words", ["+990 55 019 4471", "ines.kestrel@example.org", "Quellmar"])
def test_the_office_is_not_told_what_is_listed_as_left_out(team: Team, words: str) -> None:
    """D8: a phone, an e-mail address and a place that are to be left out passed."""
    _, case = team.case(
        Told([Someone("Ines Kestrel")], what="Call +990 55 019 4471 or ines.kestrel@example.org.", where="Quellmar")
    )
    assert not team.one.tell_office(case, f"Kestrel was summoned again. {words}")
    assert words not in team.office.feed()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation of its own: somebody leaves the Office here."""
    folder = tmp_path_factory.mktemp("defects-office")
    (folder / "stores").mkdir()
    with installation(folder, sqlite_urls(folder / "stores")) as made:
        yield made


@pytest.mark.row("D36")
def test_whoever_left_the_office_opens_nothing_that_it_is_told_later(small: Installation) -> None:
    """D36: one private key for the whole Office; a token unwrapped it, and whoever left kept it."""
    kept = StolenStore(small).opened_by(small.people["office"].token, "office-token").secrets
    one, two = Moderator(small, "moderator-one"), Moderator(small, "moderator-two")
    team = Team(small, one, two, two, OfficePerson(small, "office"))
    _, before = team.case(Told([Someone("Ines Lorimer")]))
    assert _told_by_two(team, before, "Lorimer was summoned early.")
    assert StolenStore(small).opened_by_keys(kept).says("summoned early")
    small.command("user", "suspend", "office", typed=small.escrow_key)
    _, after = team.case(Told([Someone("Ines Mallory")]))
    if _told_by_two(team, after, "Mallory was summoned late."):
        assert not StolenStore(small).opened_by_keys(kept).says("summoned late")
