"""A receipt opens what its owner sent and was sent, and nothing else, also for whoever has a copy of the store."""

from __future__ import annotations

import pytest

from tests.defects.person import Draft, Someone, Team, Told
from tests.defects.stolen import StolenStore


@pytest.mark.row("D14")
def test_a_receipt_and_the_whole_store_open_nothing_that_the_desk_wrote(team: Team) -> None:
    """D14: receipt and store opened the desk's notes, and persons whom the desk had added."""
    submitter, case = team.case(Told([Someone("Ines Nightingale")]))
    team.one.press(case, "/note", note="The quixotic heliotrope: her neighbour informs on her.")
    team.one.press(case, "/ask", text="A serendipitous marigold: when was it?")
    team.one.draft(case, Draft(summary="An unpublished vermilion text."))
    opened = StolenStore(team.installation).opened_by(submitter.receipt, "receipt")
    assert opened.says("serendipitous marigold")
    assert not opened.says("quixotic heliotrope")
    assert not opened.says("unpublished vermilion")
