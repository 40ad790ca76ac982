"""The form: what is told arrives, and a mistake loses neither text nor file."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from itsdangerous import TimestampSigner
from sqlalchemy import func, select, update

from app.clock import today
from app.intake.tokens import LIFETIME_SECONDS
from app.sealing import CannotOpen
from app.stores.casework import Attachment, CaseState, FormInProgress, Grant, Submission
from app.stores.sweeping import look_after_files
from tests.intake.desk import NO_FILE, Desk, open_form, receipt_on, typed
from tests.journeys.acting import Telling

NAME = "Amara Quillfeather"
NOTE = ("files", (f"{NAME}.txt", b"seen at noon\r\n\x00\xff", "text/plain"))
PICTURE = ("files", ("picture.jpg", bytes(range(256)) * 900, "image/jpeg"))


def test_what_is_told_is_what_the_readers_open(desk: Desk) -> None:
    person = desk.visitor()
    telling = Telling(NAME)
    person.send(open_form(person), telling.answers(), files=[NOTE, PICTURE])
    assert person.response.status_code == 200
    assert receipt_on(person)
    told, files = desk.opened_by_age()
    assert [told] == desk.submissions()
    assert files == desk.files() == {f"{NAME}.txt": NOTE[1][1], "picture.jpg": PICTURE[1][1]}
    assert told["when"] == "2026-03-14"
    assert told["cooperation_when"] == "2026"
    for name in ("at_risk", "what_happened", "where", "why_linked", "who_else_knows", "how_to_reach"):
        assert told[name] == telling.answers()[name]
    (victim,) = told["persons"]
    assert (victim["name"], victim["role"]) == (NAME, "lawyer")
    assert victim["consent"]["understood_on"] == "2026-04"
    assert victim["consent"]["uses"] == telling.answers()["persons-0-uses"]
    (case,) = desk.cases()
    assert (case.urgency, case.received_on, case.status) == ("urgent", today(), "received")
    with desk.installation.casework.read() as session:
        named = session.execute(select(CaseState.relation, CaseState.state).order_by(CaseState.relation)).all()
    assert [tuple(row) for row in named] == [("alleged", "XA"), ("where", "XB")]


def test_one_answer_is_enough(small_desk: Desk) -> None:
    person = small_desk.visitor()
    person.send(open_form(person), {"what_happened": "They came again."}, files=NO_FILE)
    assert receipt_on(person)
    assert small_desk.cases()[0].urgency == "normal"
    assert small_desk.submissions()[0]["persons"] == []


def test_not_knowing_and_not_saying_are_different_answers(small_desk: Desk) -> None:
    for answer in ("unclear", "not_disclosed"):
        person = small_desk.visitor()
        changes = {
            "what_happened": answer,
            "when-open": answer,
            "cooperation_when-open": answer,
            "at_risk_now": answer,
            "state_alleged": answer,
            "state_where": answer,
            "perpetrator": answer,
            "persons-0-understood": answer,
        }
        person.send(open_form(person), changes, files=NO_FILE)
        assert receipt_on(person), person.text
    told = {one["what_happened"]: one for one in small_desk.submissions()}
    for answer, one in told.items():
        assert {one[name] for name in ("when", "cooperation_when", "at_risk_now", "state_alleged", "state_where")} == {
            answer
        }
        assert one["persons"][0]["consent"]["understood_risks"] == answer
    assert len(told) == 2


@pytest.mark.parametrize(
    ("parts", "kept"),
    [
        (("2024", "", ""), "2024"),
        (("2024", "3", ""), "2024-03"),
        (("2024", "2", "29"), "2024-02-29"),
        (("٢٠٢٤", "٣", ""), "2024-03"),
    ],
)
def test_a_date_has_the_precision_that_is_known(small_desk: Desk, parts: tuple[str, ...], kept: str) -> None:
    person = small_desk.visitor()
    dates = dict(zip(("when-year", "when-month", "when-day"), parts, strict=True))
    person.send(open_form(person), {"what_happened": "x", **dates}, files=NO_FILE)
    assert small_desk.submissions()[0]["when"] == kept


def test_adding_persons_keeps_everything_and_every_file(desk: Desk) -> None:
    person = desk.visitor()
    person.send(
        open_form(person),
        {"what_happened": "Three of us.", "persons-0-name": "One"},
        button="Add another person",
        files=[NOTE],
    )
    assert person.response.status_code == 200
    assert f"{NAME}.txt" in person.text
    form = person.form_with("persons-1-name")
    person.send(
        form, {"persons-1-name": "Two", "persons-1-role": "lawyer"}, button="Add another person", files=[PICTURE]
    )
    person.send(person.form_with("persons-2-name"), {"persons-2-name": "Three"}, button="send", files=NO_FILE)
    assert receipt_on(person), person.text
    (told,) = desk.submissions()
    assert [one["name"] for one in told["persons"]] == ["One", "Two", "Three"]
    assert {one["name"] for one in told["files"]} == {f"{NAME}.txt", "picture.jpg"}
    assert desk.files() == {f"{NAME}.txt": NOTE[1][1], "picture.jpg": PICTURE[1][1]}


def test_whoever_adds_a_person_comes_to_that_person(small_desk: Desk) -> None:
    person = small_desk.visitor()
    form = open_form(person)
    assert 'formaction="/en/submit#persons-1"' in person.response.text
    person.send(form, {"persons-0-name": "One"}, button="Add another person", files=NO_FILE)
    assert "persons-1" in person.page.ids
    assert 'formaction="/en/submit#persons-2"' in person.response.text


def test_every_error_leads_to_its_field_and_takes_the_focus(small_desk: Desk) -> None:
    person = small_desk.visitor()
    wrong = {
        "when-month": "13",
        "when-year": "2026",
        "cooperation_when-day": "40",
        "persons-0-agreed_on": "soon",
        "persons-0-understood_on": "2026-99",
        "where": "x" * 501,
        "state_alleged": "ZZ",
        "acts": ["nonsense"],
        "un_bodies": ["nonsense"],
        "cooperation": ["nonsense"],
        "perpetrator": "nonsense",
        "at_risk_now": "nonsense",
        "persons-0-given_by": "nonsense",
        "persons-0-uses": ["nonsense"],
        "persons-0-understood": "nonsense",
    }
    person.send(open_form(person), wrong, files=[("files", ("empty.txt", b"", "text/plain"))])
    assert person.response.status_code == 422
    assert person.dead_ends == []
    summary = person.response.text.partition('id="errors"')[2].partition("</ul>")[0]
    assert summary.startswith(" autofocus>")
    linked = set(re.findall(r'href="#([^"]+)"', summary))
    expected = {name.removesuffix("-month").removesuffix("-year").removesuffix("-day") for name in wrong}
    assert linked == expected | {"what_happened", "files"}
    assert "<title>Error:" in person.response.text


def test_an_error_keeps_text_and_files_to_the_byte(desk: Desk) -> None:
    person = desk.visitor()
    answers = Telling(NAME).answers()
    person.send(open_form(person), answers | {"when-month": "13"}, files=[NOTE, PICTURE])
    assert person.response.status_code == 422
    assert "There is no such date." in person.text
    assert "Please look at this again" in person.text
    form = person.form_with("what_happened")
    given = dict(form.fields)
    for name, value in answers.items():
        if name != "when-month":
            sent = [one for key, one in form.fields if key == name]
            assert sorted(sent) == sorted(value if isinstance(value, list) else [value]), name
    assert given["when-month"] == "13"
    assert desk.cases() == []
    person.send(form, {"when-month": "3"}, files=NO_FILE)
    assert receipt_on(person)
    told, files = desk.opened_by_age()
    assert files == desk.files() == {f"{NAME}.txt": NOTE[1][1], "picture.jpg": PICTURE[1][1]}
    assert sorted(one["name"] for one in told["files"]) == sorted(files)
    with desk.installation.casework.read() as session:
        assert session.scalars(select(FormInProgress)).all() == []


def test_kept_files_are_sealed_and_can_be_removed(desk: Desk) -> None:
    person = desk.visitor()
    person.send(open_form(person), {"what_happened": ""}, files=[NOTE, PICTURE])
    with desk.installation.casework.read() as session:
        rows = session.scalars(select(Attachment)).all()
        assert len(rows) == 2
        assert not [
            row
            for row in rows
            if b"seen at noon" in desk.installation.objects.get(row.object_id) or NAME.encode() in row.facts
        ]
    other = desk.visitor()
    other.send(
        open_form(other),
        {"what_happened": ""},
        files=[("files", ("o.txt", b"o", "text/plain"))],
    )
    foreign = person.response.text.split('name="remove_file" value="')[1][:32]
    other.send(other.form_with("remove_file"), {"remove_file": foreign}, files=NO_FILE)
    with desk.installation.casework.read() as session:
        assert session.scalar(select(func.count()).select_from(Attachment)) == 3
    chosen = next(
        part[:32] for part in person.response.text.split('name="remove_file" value="')[1:] if NAME in part[:120]
    )
    person.send(person.form_with("remove_file"), {"remove_file": chosen, "what_happened": "Here."}, files=NO_FILE)
    assert receipt_on(person)
    assert set(desk.files()) == {"picture.jpg"}


def test_the_same_file_sent_twice_with_errors_is_kept_once(desk: Desk) -> None:
    person = desk.visitor()
    form = open_form(person)
    for _ in range(2):
        person.send(form, {"what_happened": ""}, files=[NOTE])
    person.send(person.form_with("what_happened"), {"what_happened": "Here."}, files=NO_FILE)
    assert len(desk.submissions()[0]["files"]) == 1


def test_kept_files_go_after_two_days(desk: Desk) -> None:
    person = desk.visitor()
    person.send(open_form(person), {"what_happened": ""}, files=[NOTE])
    with desk.installation.casework.write() as session:
        session.execute(update(FormInProgress).values(expires_on=today() - timedelta(days=1)))
    look_after_files(desk.installation)
    with desk.installation.casework.read() as session:
        assert session.scalars(select(Attachment)).all() == []
        assert session.scalars(select(FormInProgress)).all() == []
    person.send(person.form_with("what_happened"), {"what_happened": "Late."}, files=NO_FILE)
    assert receipt_on(person)


def test_a_file_too_large_is_named_and_the_rest_is_kept(small_desk: Desk) -> None:
    person = small_desk.visitor()
    large = ("files", ("film.mp4", b"\0" * (2**20 + 1), "video/mp4"))
    for button in ("send", "Add another person"):
        person.send(open_form(person), {"what_happened": "A film."}, files=[large, NOTE], button=button)
        assert person.response.status_code == 422
        assert "“film.mp4” is larger than 1 MB" in person.text
        assert typed(person, "what_happened") == "A film."
    person.send(person.form_with("what_happened"), {}, files=NO_FILE, button="send")
    assert set(small_desk.files()) == {f"{NAME}.txt"}


def test_an_expired_form_keeps_text_and_files_and_goes_on(small_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    person = small_desk.visitor()
    form = open_form(person)
    person.send(form, {"what_happened": ""}, files=[NOTE])
    form = person.form_with("what_happened")
    late = int(time.time()) + LIFETIME_SECONDS + 60
    with monkeypatch.context() as clock:
        clock.setattr(TimestampSigner, "get_timestamp", lambda self: late)
        person.send(form, {"what_happened": "Written slowly."}, files=[PICTURE])
        assert person.response.status_code == 422
        assert "open for more than a day" in person.text
        assert typed(person, "what_happened") == "Written slowly."
        person.send(person.form_with("what_happened"), {}, files=NO_FILE)
    assert receipt_on(person)
    assert set(small_desk.files()) == {f"{NAME}.txt", "picture.jpg"}


def test_the_keys_of_one_case_open_no_other(small_desk: Desk) -> None:
    for text in ("one", "two"):
        person = small_desk.visitor()
        person.send(open_form(person), {"what_happened": text}, files=NO_FILE)
    with small_desk.installation.casework.read() as session:
        first, second = (small_desk.case_keys(session, case.id, small_desk.one.key) for case in small_desk.cases())
        foreign = session.scalars(select(Grant)).all()
        sealed = {row.case_id: row.sealed for row in session.scalars(select(Submission))}
    assert first != second
    for grant in foreign:
        with pytest.raises(CannotOpen):
            first.unseal(grant.sealed)
    case_ids = [case.id for case in small_desk.cases()]
    assert first.open(sealed[case_ids[0]])["what_happened"]
    with pytest.raises(CannotOpen):
        first.open(sealed[case_ids[1]])
