"""What is typed at the desk always comes back: after a session ended, a second sign-in, a conflict, another button."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.acting import PUBLIC, Telling, signed_in, submit
from tests.journeys.installation import Installation, found
from tests.journeys.person import Person
from tests.support.engines import sqlite_urls

TYPED = "Thistledown, 100% <typed> for an hour\nand a second line"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("typed")
    made = found(folder, sqlite_urls(folder / "stores"), REGISTRY_RELEASE_HOLD_DAYS="0,0", REGISTRY_RELEASE_HOUR="23")
    yield made
    assert made.server.printed() == ""
    made.server.stop()


@pytest.fixture(scope="module")
def one(desk: Installation) -> Person:
    return signed_in(desk, "moderator-one")


@pytest.fixture
def case(desk: Installation, one: Person) -> str:
    before = cases(one)
    submit(desk, Telling("Ines Varga"))
    (address,) = cases(one) - before
    one.get(address)
    one.press("/do/claim")
    one.get(address)
    return address


def cases(person: Person) -> set[str]:
    person.get("/en/desk?status=all")
    return {link for link, _ in person.page.links if "/desk/cases/" in link}


def held(person: Person, name: str) -> str:
    return next(dict(form.fields)[name] for form in person.page.forms if name in dict(form.fields)).replace("\r", "")


def test_the_page_of_a_case_is_one_form(one: Person, case: str) -> None:
    for page in (case, case + "/draft"):
        one.get(page)
        assert len([form for form in one.page.forms if form.names - {"csrf"}]) == 1, page


def test_enter_in_a_line_of_the_desk_saves_and_sends_nothing(one: Person, case: str) -> None:
    form = one.form_with("note")
    version = dict(form.fields)["version"]
    one.send(form, {"note": TYPED, "persons-0-about": "typed"}, button=form.buttons[0])
    assert (one.response.status_code, held(one, "note"), held(one, "persons-0-about")) == (200, TYPED, "typed")
    assert "Nothing was saved or sent yet" in one.text
    one.get(case)
    assert (held(one, "note"), held(one, "persons-0-about"), held(one, "version")) == (
        "",
        "Ines Varga has a scar",
        version,
    )
    one.get(case + "/draft")
    draft = one.form_with("summary")
    one.send(draft, {"summary": TYPED}, button=draft.buttons[0])
    assert held(one, "summary") == TYPED
    one.get(case + "/draft")
    assert held(one, "summary") == ""


def test_a_note_that_is_sent_drops_nothing_else_and_can_be_saved_after_it(one: Person, case: str) -> None:
    typed = {
        "note": "A note",
        "persons-0-about": TYPED,
        "persons-0-uses": ["keep_on_file"],
        "persons-1-family": "Sallow",
    }
    one.press("/do/note", typed)
    assert "The note is added" in one.text
    assert "not saved yet" in one.text
    assert (held(one, "note"), held(one, "persons-0-about"), held(one, "persons-1-family")) == ("", TYPED, "Sallow")
    one.press("/people")
    assert "Persons and verification are saved" in one.text, one.text
    one.get(case)
    assert (held(one, "persons-0-about"), held(one, "persons-1-family")) == (TYPED, "Sallow")
    assert [text for name, text in one.form_with("note").fields if name == "persons-0-uses"] == ["keep_on_file"]


def test_a_person_of_whom_only_given_and_family_names_are_typed_stays(one: Person, case: str) -> None:
    one.press("/people", {"persons-1-given": "Marisolde", "persons-1-family": "Quillhaven"})
    assert "Marisolde Quillhaven" in one.text
    one.get(case)
    one.press(case, {})
    form = one.form_with("persons-2-name")
    one.send(form, {"persons-2-name": "Oona"}, button="persons")
    assert "persons-3-name" in one.form_with("note").names
    one.press("/people", {"persons-3-name": "Fen"})
    assert {held(one, f"persons-{n}-{part}") for n, part in ((1, "family"), (2, "name"), (3, "name"))} == {
        "Quillhaven",
        "Oona",
        "Fen",
    }


def test_a_conflict_shows_what_both_saved(one: Person, case: str) -> None:
    first = one.form_with("note")
    one.press("/people", {"persons-0-about": "Saved in the other window"})
    late = one.send(first, {"persons-0-about": TYPED}, button="Save persons and verification")
    assert late.status_code == 409
    assert held(one, "persons-0-about") == TYPED
    assert "Saved in the other window" in one.text
    assert "Person 1: About this person" in one.text
    one.press("/people")
    assert "Persons and verification are saved" in one.text


def test_what_is_wrong_with_persons_keeps_no_note_from_being_sent(one: Person, case: str) -> None:
    one.press("/do/note", {"note": "A note", "persons-0-agreed_on": "soon"})
    assert "The note is added" in one.text
    one.press("/people")
    assert one.response.status_code == 422
    assert "Person 1: Agreed on: There is no such date." in one.text
    assert held(one, "persons-0-agreed_on") == "soon"


def test_eight_acts_stay_eight_and_a_row_can_be_taken_away(one: Person, case: str) -> None:
    one.get(case + "/draft")
    for _ in range(7):
        one.send(one.form_with("summary"), {}, button="Add an act")
    typed = {f"acts-{n}-date": f"20{n + 10}" for n in range(8)} | {f"acts-{n}-type": "direct_threat" for n in range(8)}
    one.send(one.form_with("summary"), {**PUBLIC, **typed}, button="Save and check")
    one.get(case + "/draft")
    assert [held(one, f"acts-{n}-date") for n in range(8)] == [f"20{n + 10}" for n in range(8)]
    one.send(one.form_with("summary"), {}, button="acts-2")
    assert [held(one, f"acts-{n}-date") for n in range(7)] == [f"20{n + 10}" for n in range(8) if n != 2]


@pytest.mark.parametrize("size", [70_000, 5_000_000])
def test_text_that_is_too_long_comes_back_with_the_reason(one: Person, case: str, size: int) -> None:
    one.press("/do/note", {"note": "x" * size})
    assert one.response.status_code == 422
    assert "Add a note: This is too long" in one.text
    assert len(held(one, "note")) == size
    one.get(case + "/draft")
    one.send(one.form_with("summary"), {"summary": "x" * size}, button="Save and check")
    assert one.response.status_code == 422
    assert len(held(one, "summary")) == size


def test_what_was_typed_when_the_session_had_ended_is_there_after_signing_in(desk: Installation, case: str) -> None:
    typing, other = signed_in(desk, "moderator-two"), Person(desk.url)
    typing.get(case)
    form = typing.form_with("note")
    other.cookies = dict(typing.cookies)
    other.get("/en/desk")
    other.press("/sign-out")
    typed = {"note": TYPED, "text": "An unsent answer"}
    typing.send(form, typed, button="Add")
    assert typing.response.status_code == 401
    wrong = {"login": "moderator-two", "password": "wrong", "code": "000000"}
    typing.send(typing.form_with("password"), wrong)
    assert typing.response.status_code == 401
    right = {"password": desk.people["moderator-two"].passphrase, "code": desk.people["moderator-two"].code()}
    typing.send(typing.form_with("password"), right)
    assert "You are signed in" in typing.text
    assert desk.people["moderator-two"].passphrase not in typing.response.text
    typing.send(typing.form_with("csrf", "note"))
    assert "The note is added" in typing.text
    assert held(typing, "text") == "An unsent answer"
    typing.get(case)
    assert TYPED.split("\n", maxsplit=1)[0] in typing.text


def test_a_second_sign_in_of_the_same_browser_loses_nothing(desk: Installation, one: Person, case: str) -> None:
    form = one.form_with("note")
    stale = dict(form.fields)["csrf"]
    form.fields = [(name, "0" * 64 if name == "csrf" else text) for name, text in form.fields]
    one.send(form, {"note": TYPED}, button="Add")
    assert one.response.status_code == 403
    again = one.form_with("csrf", "note")
    assert dict(again.fields)["csrf"] == stale
    one.send(again)
    assert "The note is added" in one.text
    one.get(case)
    assert TYPED.split("\n", maxsplit=1)[0] in one.text


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example/desk", "/en/submit", "/en/desk/../x"]
)
def test_what_is_carried_leads_nowhere_but_to_the_desk(desk: Installation, back: str) -> None:
    guest = Person(desk.url)
    guest.get("/en/sign-in")
    form = guest.form_with("password")
    fields = dict(form.fields) | {
        "back": back,
        "typed-note": "x",
        "login": "x",
        "password": "x",
    }
    guest._send("POST", f"{desk.url}/en/sign-in", data=fields)
    assert guest.response.status_code == 401
    assert 'name="back"' not in guest.response.text
    assert "typed-note" not in guest.response.text
