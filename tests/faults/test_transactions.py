"""No transaction waits for the leak gate, a password hash or a page: watched in a real server over whole journeys."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.journeys.acting import (
    PUBLIC,
    Telling,
    approve,
    propose,
    signed_in,
    submit,
)
from tests.journeys.installation import Installation, found
from tests.journeys.person import Person
from tests.support.engines import StoreUrls
from tests.support.watched import transactions

MOST = 0.020  # seconds of processor time between BEGIN and COMMIT, of 99 in 100


@pytest.fixture
def installation(store_urls: StoreUrls, tmp_path: Path) -> Iterator[Installation]:
    made = found(
        tmp_path / "watched",
        store_urls,
        module="tests.support.watched",
        REGISTRY_RELEASE_HOLD_DAYS="0,0",
        REGISTRY_RELEASE_HOUR="0",
        WATCHED_TRANSACTIONS=str(tmp_path / "transactions"),
    )
    yield made
    made.server.stop()


def act(person: Person, case: str, action: str, **values: object) -> None:
    person.get(case)
    person.press(action, dict(values))


def journey(installation: Installation, one: Person, two: Person, office: Person) -> None:
    """Everything that anybody does with a case, from the form to the withdrawal."""
    receipt = submit(installation, Telling("Ines Varga", [("files", ("a.txt", b"x" * 100_000, "text/plain"))]))
    one.get("/en/desk?status=received")
    case = next(link for link, _ in one.page.links if "/desk/cases/" in link)
    act(one, case, "/do/claim")
    act(one, case, "/do/note", note="She is afraid.")
    act(one, case, "/do/ask", text="When was it?", waits="yes")
    thread = Person(installation.url)
    thread.get("/en/receipt")
    thread.send(thread.form_with("receipt"), {"receipt": receipt})
    thread.send(thread.form_with("text"), {"text": "In March."}, files=[("files", ("", b"", ""))])
    act(one, case, "/do/read")
    act(one, case, "/do/resume")
    act(one, case, "/do/tell-office", office_summary="Ines Varga was summoned.")
    assert "A second moderator must agree" in one.text
    act(two, case, "/do/agree-office")
    assert "The Office was told" in two.text
    one.get(case)
    one.press("/people", {"act_grade": "likely"})
    propose(one, case, **PUBLIC)
    one.get(case + "/proposal")
    one.send(one.form_with("reason", "csrf"), {"reason": "Better words."}, button="send_back")
    propose(one, case, **(PUBLIC | {"summary": "A lawyer was questioned for hours in March 2026."}))
    approve(two, case)
    assert "Agreed, waiting for release" in two.text, two.text
    act(two, case, "/do/stop", reason="Not today.")
    propose(one, case, **PUBLIC)
    approve(two, case)
    installation.server.command("release", "--now")
    one.get(case)
    assert "Published" in one.text
    act(two, case, "/do/suspend", reason="It became dangerous.")
    propose(one, case, **PUBLIC)
    approve(two, case)
    installation.server.command("release", "--now")
    act(one, case, "/do/propose-withdrawal", reason="They asked for it.")
    office.get("/en/office")
    thread.get("/en/receipt")
    thread.send(thread.form_with("receipt"), {"receipt": receipt})
    thread.send(thread.form_with("uses"), {"uses": ["tell_president_office"]})
    thread.send(thread.form_with("confirm"), {"confirm": "yes"})
    assert "It was withdrawn" in thread.text, thread.text
    guest = Person(installation.url)
    for path in ("/en/", "/en/entries?q=lawyer", "/feed.json", "/changes?after=-1"):
        assert guest.get(path).status_code == 200


def test_nothing_slow_happens_in_a_transaction(installation: Installation, tmp_path: Path) -> None:
    """The first journey lets the server compile its statements; of the two that follow the quieter one counts.

    A loaded machine only adds to what is measured.
    """
    people = [signed_in(installation, login) for login in ("moderator-one", "moderator-two", "office")]
    file, ends = tmp_path / "transactions", []
    for _ in range(3):
        journey(installation, *people)
        ends.append(len(transactions(file)))
    watched = transactions(file)
    assert ends[0] > 200
    assert [inside for _, inside in watched if inside != "-"] == []
    journeys = [sorted(seconds for seconds, _ in watched[begin:end]) for begin, end in pairwise(ends)]
    assert min(times[len(times) * 99 // 100] for times in journeys) < MOST, [times[-10:] for times in journeys]
