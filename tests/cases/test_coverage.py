"""What follows for the public when a case file no longer covers it, whatever happened since that was weighed."""

from __future__ import annotations

from app.cases.access import take_up
from app.cases.changing import changing
from app.cases.coverage import Consequences, carry, follow
from app.cases.office_items import rewriting
from app.stores.casework import Case
from tests.cases.conftest import Team
from tests.cases.test_erasure import published, shown


def test_what_was_carried_while_it_was_weighed_is_hidden(team: Team) -> None:
    """It was scheduled when the file was judged, and nothing was public; it is published when the file is saved."""
    ref = published(team)
    opened = take_up(team.installation, team.case_id, team.people["one"])
    office = rewriting(team.installation, opened, opened.file_as_stored())
    found = Consequences(
        agreed_is_covered=False, live_is_covered=True, consent_was_taken_back=True, office=office, reason=None
    )
    with changing(team.installation, opened, team.people["one"]) as change:
        follow(team.installation, change, found)
    carry(team.installation, found)
    assert shown(team, ref) == "suspended"
    with team.installation.casework.read() as session:
        assert session.get_one(Case, team.case_id).status == "suspended"
