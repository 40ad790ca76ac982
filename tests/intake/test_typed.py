"""What is typed into the form, the thread and the page of the receipt is never lost, cut or sent by accident."""

from __future__ import annotations

import re

import pytest

from app.intake.questions import MOST_LETTERS, MOST_PERSONS
from tests.intake.desk import NO_FILE, Desk, open_form, receipt_on, typed
from tests.journeys.person import Person

NOTE = ("files", ("note.txt", b"seen at noon", "text/plain"))


def submitted(desk: Desk) -> Person:
    person = desk.visitor()
    person.send(open_form(person), {"what_happened": "They came again."}, files=NO_FILE, button="send")
    assert receipt_on(person)
    return person


def test_enter_in_a_line_sends_nothing(small_desk: Desk) -> None:
    """A browser presses the first button of the form."""
    person = small_desk.visitor()
    form = open_form(person)
    first = form.buttons[0]
    person.send(form, {"what_happened": "Half a sentence", "where": "Quell"}, files=[NOTE], button=first)
    assert person.response.status_code == 200
    assert "Nothing was sent yet" in person.text
    assert (typed(person, "what_happened"), typed(person, "where")) == ("Half a sentence", "Quell")
    assert "note.txt" in person.text
    assert small_desk.cases() == []


def test_another_language_keeps_all_that_is_typed_and_every_file(small_desk: Desk) -> None:
    person = small_desk.visitor()
    form = open_form(person)
    assert 'hreflang="ar"' not in person.response.text
    answers = {"what_happened": "Half a sentence", "when-month": "13", "persons-0-name": "Ines"}
    person.send(form, answers, files=[NOTE], button="العربية")
    assert person.response.status_code == 200
    assert '<html lang="ar"' in person.response.text
    for name, text in answers.items():
        assert typed(person, name) == text
    assert "note.txt" in person.text
    person.send(person.form_with("what_happened"), {"when-month": "3", "when-year": "2026"}, files=NO_FILE)
    assert receipt_on(person)
    assert small_desk.submissions()[0]["language"] == "ar"


def test_nothing_leads_away_from_a_receipt_and_another_language_shows_it_again(small_desk: Desk) -> None:
    person = submitted(small_desk)
    receipt = receipt_on(person)
    assert "<nav" not in person.response.text
    assert "hreflang" not in person.response.text
    person.send(person.form_with("receipt"), button="العربية")
    assert '<html lang="ar"' in person.response.text
    assert receipt_on(person) == receipt
    person._send("POST", "http://registry.test/en/receipt/again", data={"receipt": "1" * 36})
    assert person.response.status_code == 404
    assert receipt_on(person) == ""


def test_the_thread_in_another_language_keeps_what_is_typed(small_desk: Desk) -> None:
    person = submitted(small_desk)
    receipt = receipt_on(person)
    person.get("/en/receipt")
    person.send(person.form_with("receipt"), {"receipt": receipt})
    assert "hreflang" not in person.response.text
    person.send(person.form_with("text"), {"text": "An answer"}, files=NO_FILE, button="العربية")
    assert '<html lang="ar"' in person.response.text
    assert dict(person.form_with("text").fields)["text"] == "An answer"
    person.send(person.form_with("text"), {}, files=NO_FILE, button="send")
    assert "An answer" in person.text


def test_as_many_persons_as_the_form_takes_arrive_and_its_end_is_said(small_desk: Desk) -> None:
    person = small_desk.visitor()
    token = dict(open_form(person).fields)["token"]
    sent = {f"persons-{n}-name": f"Person {n}" for n in range(MOST_PERSONS)}
    sent |= {"token": token, "what_happened": "All of us."}
    person._send("POST", f"{person.base}/en/submit", data=sent | {"add": "persons"})
    assert person.response.status_code == 422
    assert f"One form takes {MOST_PERSONS} persons" in person.text
    assert typed(person, f"persons-{MOST_PERSONS - 1}-name") == f"Person {MOST_PERSONS - 1}"
    one_more = {f"persons-{MOST_PERSONS}-name": "One more"}
    person._send("POST", f"{person.base}/en/submit", data=sent | one_more)
    assert person.response.status_code == 422
    assert f"at most {MOST_PERSONS}" in person.text
    assert typed(person, f"persons-{MOST_PERSONS}-name") == "One more"
    person._send("POST", f"{person.base}/en/submit", data=sent)
    assert receipt_on(person), person.text
    names = [one["name"] for one in small_desk.submissions()[0]["persons"]]
    assert names == [f"Person {n}" for n in range(MOST_PERSONS)]


def test_a_person_can_be_taken_off_the_form_again(small_desk: Desk) -> None:
    person = small_desk.visitor()
    person.send(open_form(person), {"persons-0-name": "One"}, files=NO_FILE, button="Add another person")
    person.send(person.form_with("persons-1-name"), {"persons-1-name": "Two"}, files=NO_FILE, button="persons-0")
    assert typed(person, "persons-0-name") == "Two"
    assert "persons-1-name" not in person.form_with("what_happened").names


@pytest.mark.parametrize("field", ["what_happened", "where", "persons-0-about", "token"])
def test_five_megabytes_of_text_come_back_with_the_reason(small_desk: Desk, field: str) -> None:
    person = small_desk.visitor()
    form = open_form(person)
    person.send(form, {"at_risk": "Keep me", field: "x" * 5_000_000}, files=NO_FILE)
    assert person.response.status_code == 422
    assert typed(person, "at_risk") == "Keep me"
    if field != "token":
        assert "too long" in person.text
        assert len(typed(person, field)) == 5_000_000
    assert small_desk.cases() == []


def test_all_answers_together_have_an_end_that_is_said(small_desk: Desk) -> None:
    person = small_desk.visitor()
    names = ("at_risk", "what_happened", "cooperation_text", "why_linked", "perpetrator_text", "who_else_knows")
    long = dict.fromkeys((*names, "how_to_reach"), "x" * 60_000)
    person.send(open_form(person), long, files=NO_FILE)
    assert person.response.status_code == 422
    assert f"longer than {MOST_LETTERS} characters" in person.text
    assert len(typed(person, "how_to_reach")) == 60_000
    person.send(person.form_with("what_happened"), {"how_to_reach": "x"}, files=NO_FILE)
    assert receipt_on(person)


def test_a_lone_surrogate_is_taken_out_said_and_costs_nothing_else(small_desk: Desk) -> None:
    person = small_desk.visitor()
    token = dict(open_form(person).fields)["token"]
    kind = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    body = f"token={token}&what_happened=Ines+%ED%A0%80+came&where=Quellmar".encode()
    answer = person.client.post(f"{person.base}/en/submit", content=body, headers=kind)
    assert answer.status_code in (200, 422)
    assert re.search("Quellmar", answer.text) or receipt_on_text(answer.text)


def receipt_on_text(text: str) -> bool:
    return 'class="receipt"' in text


def test_the_questions_of_the_form_are_the_words_of_its_page(small_desk: Desk) -> None:
    """An error says the question as the page asks it."""
    from app.intake.questions import Answers, PersonAnswers

    person = small_desk.visitor()
    open_form(person)
    for model in (Answers, PersonAnswers):
        for info in model.model_fields.values():
            assert not info.title or info.title.replace("%(number)s", "1") in person.text, info.title
