"""The first draft says nothing that was not said, and the gate looks at what points to a person without a name."""

from __future__ import annotations

import pytest

from tests.defects.person import Draft, Someone, Team, Told

REFUSED = ("keep_on_file",)


@pytest.mark.row("D15")
@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("The communication UA XA 3/2022 names her.", "UA XA 3/2022"),
        ("She is named in A/HRC/51/47, paragraph 88.", "A/HRC/51/47, paragraph 88"),
    ],
)
def test_no_document_that_leads_to_a_person_goes_out_unseen(team: Team, told: str, words: str) -> None:
    """D15: the gate passed the symbol of a document in which the person is named."""
    _, case = team.case(Told([Someone("Ines Ravenscroft")], who_else_knows=told))
    team.one.propose(case, Draft(summary=f"A lawyer was questioned in March 2026; see {words}."))
    assert words.split(",", maxsplit=1)[0].rsplit(maxsplit=1)[-1] in " ".join(team.one.findings(case))


@pytest.mark.row("D15")
def test_no_text_points_to_a_relative_who_refused(team: Team) -> None:
    """D15: a sister who refused was called "a relative", once she was off the list, and the gate passed it."""
    sister = Someone("Oona Sallow", uses=REFUSED, role="relative")
    _, case = team.case(Told([Someone("Ines Sallow"), sister], what="She and her sister Oona were questioned."))
    team.one.take_off_the_list(case, "Oona Sallow")
    summary = "A lawyer and a relative of hers were questioned in March 2026."
    clean = team.one.propose(case, Draft(summary=summary))
    refused_for_her = not clean and "Oona Sallow" in team.one.text
    assert refused_for_her or "relative" in " ".join(team.one.findings(case)).lower()


@pytest.mark.row("D16")
def test_the_first_draft_gives_no_act_a_date_that_was_not_said_of_it(team: Team) -> None:
    """D16: each of several acts got the one date that was told."""
    acts = ("summons_interrogation", "direct_threat")
    _, case = team.case(Told([Someone("Ines Tremayne")], acts=acts, day="2026-03-14"))
    assert _values(team, case, r"acts-\d+-date") == ""
    assert set(_values(team, case, r"acts-\d+-perpetrator").split(", ")) <= {"", "unknown"}


@pytest.mark.row("D16")
def test_the_first_draft_gives_no_body_a_contact_that_was_not_said_of_it(team: Team) -> None:
    """D16: each body got the first kind of contact."""
    told = Told([Someone("Ines Underhill")], bodies=("upr", "cat"), contacts=("side_event", "oral_statement"))
    _, case = team.case(told)
    assert set(_values(team, case, r"engagements-\d+-form").split(", ")) <= {"", "unclear"}


@pytest.mark.row("D16")
def test_the_first_draft_neither_ticks_what_is_left_out_nor_says_the_kind(team: Team) -> None:
    """D16: "Names", "Exact dates" and "Reprisal for past cooperation" were chosen before anybody had looked."""
    _, case = team.case(Told([Someone("Ines Vexley")]))
    form = team.one.draft_form(case)
    assert form.value(("left_out", "Left out for safety")) == ""
    assert form.value(("kind", "Kind")) in ("", "unclear")


def _values(team: Team, case: str, pattern: str) -> str:
    """What stands in every field of the first draft whose name is like this."""
    return team.one.draft_form(case).values(pattern)
