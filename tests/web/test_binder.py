"""Forms become models by one way: everything typed comes back, and what is wrong is said at its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from app.intake.questions import Answers
from app.problems import BadRequest
from app.web.binding import Bound, bind, differing, names_of, question_of, view_of
from app.web.fields import Line, PartialDate, Secret, TypedDate, needed, number, one_of
from app.web.forms import Form

SAID = {"one": "A", "two": "B"}


class Consent(BaseModel):
    use: Annotated[str, one_of(SAID)] = Field("", title="Use")
    on: TypedDate = Field("", title="Agreed on")


class Person(BaseModel):
    name: Line = Field("", title="Name")
    roles: list[Annotated[str, one_of(SAID)]] = Field([], title="Roles")
    consents: list[Consent] = Field([], title="Consent %(number)s", max_length=3)


class Page(BaseModel):
    what: Annotated[Line, needed("Say what.")] = Field("", title="What?", validate_default=True)
    when: PartialDate = Field("", title="When?")
    persons: list[Person] = Field([], title="Person %(number)s", max_length=4)
    sources: Annotated[int, number(0, 99, "In figures.")] = Field(1, title="Sources")
    secret: Secret = ""


def bound(values: Mapping[str, Any], cleaned: Iterable[str] = (), most_letters: int = 0) -> Bound[Page]:
    sent = {name: [one] if isinstance(one, str) else one for name, one in values.items()}
    return bind(Form(sent, {}, frozenset(cleaned)), Page, str, most_letters=most_letters)


def test_nested_names_become_a_nested_value() -> None:
    told = bound(
        {
            "what": " it ",
            "when-year": "2026",
            "when-month": "٣",
            "persons-0-name": "Ines",
            "persons-0-roles": ["one", "two", "one", ""],
            "persons-0-consents-0-use": "one",
            "persons-0-consents-1-use": "two",
            "persons-0-consents-1-on": "2026-04",
            "persons-1-name": "Oona",
            "sources": "١٢",
            "secret": " two spaces  ",
        }
    ).value
    assert told == Page(
        what="it",
        when="2026-03",
        persons=[
            Person(name="Ines", roles=["one", "two"], consents=[Consent(use="one"), Consent(use="two", on="2026-04")]),
            Person(name="Oona"),
        ],
        sources=12,
        secret=" two spaces  ",
    )


def test_errors_stand_at_their_place_in_the_order_of_the_page_with_their_question() -> None:
    told = bound(
        {
            "sources": "many",
            "persons-1-consents-0-on": "soon",
            "persons-0-roles": ["three"],
            "when-month": "13",
            "what": "",
        }
    )
    assert told.value is None
    assert told.view.all_errors == [
        ("what", "What?", "Say what."),
        ("when", "When?", "Give a year, or a year and a month, or a whole date, in numbers."),
        ("persons-0-roles", "Person 1: Roles", "Please choose one of the answers offered."),
        ("persons-1-consents-0-on", "Person 2: Consent 1: Agreed on", "There is no such date."),
        ("sources", "Sources", "In figures."),
    ]
    assert question_of(Page, "persons-1-consents-0-on", str) == "Person 2: Consent 1: Agreed on"


@given(
    st.dictionaries(
        st.sampled_from(["what", "when-year", "when-open", "persons-0-name", "persons-0-roles", "sources", "secret"]),
        st.lists(st.text(max_size=20), min_size=1, max_size=3),
    )
)
def test_everything_typed_comes_back_whatever_it_is(typed: dict[str, list[str]]) -> None:
    assert bind(Form(typed), Page, str).view.typed == typed


def test_a_field_that_the_model_does_not_have_is_refused_and_not_given_back() -> None:
    for name in (
        "status",
        "persons-0-rank",
        "persons-x-name",
        "persons-00-name",
        "persons",
        "when",
        "what-0",
        "__class__",
    ):
        told = bound({"what": "it", name: "x"})
        assert told.value is None, name
        assert [place for place, _, _ in told.view.all_errors] == ["form"]
        assert name not in told.view.typed
    assert bound({"what": "it", "csrf": "x"}).value is not None


def test_rows_are_numbered_anew_and_a_high_number_costs_nothing() -> None:
    told = bound({"what": "it", "persons-7-name": "Ines", "persons-99999-name": "Oona"})
    assert told.value is not None
    assert [one.name for one in told.value.persons] == ["Ines", "Oona"]
    assert (told.view.rows("persons"), told.view.value("persons-1-name")) == (2, "Oona")


def test_a_list_grows_and_shrinks_by_its_buttons_and_nothing_is_missing_yet() -> None:
    typed = {"persons-0-name": "Ines", "persons-1-name": "Oona", "persons-1-consents-0-use": "nonsense"}
    grown = bound(typed | {"add": "persons"})
    assert (grown.grown, grown.value, grown.view.rows("persons"), grown.view.all_errors) == (True, None, 3, [])
    inner = bound(typed | {"add": "persons-1-consents"})
    assert inner.view.rows("persons-1-consents") == 2
    shrunk = bound(typed | {"remove": "persons-0"})
    assert shrunk.view.rows("persons") == 1
    assert shrunk.view.typed == {"persons-0-name": ["Oona"], "persons-0-consents-0-use": ["nonsense"]}
    for nonsense in ("persons-9", "persons", "what", ""):
        assert bound(typed | {"remove": nonsense}).view.rows("persons") == 2


def test_the_end_of_a_list_is_said_and_loses_nothing() -> None:
    four = {f"persons-{n}-name": f"Person {n}" for n in range(4)}
    full = bound(four | {"add": "persons"})
    assert (full.view.rows("persons"), [place for place, _, _ in full.view.all_errors]) == (4, ["persons"])
    assert "at most 4" in full.view.all_errors[0][2]
    five = bound(four | {"what": "it", "persons-4-name": "Person 4"})
    assert five.value is None
    assert "at most 4" in five.view.all_errors[0][2]
    assert five.view.value("persons-4-name") == "Person 4"


def test_more_rows_than_any_page_could_send_are_no_form() -> None:
    with pytest.raises(BadRequest):
        bound({f"persons-{n}-name": "x" for n in range(9)})


def test_what_is_too_long_is_said_alone_and_together_and_comes_back() -> None:
    long = bound({"what": "x" * 5_000_000})
    assert "at most 500 characters" in long.view.all_errors[0][2]
    assert len(long.view.value("what")) == 5_000_000
    together = bound({"what": "x" * 300, "persons-0-name": "y" * 300}, most_letters=500)
    assert together.value is None
    assert "500" in together.view.all_errors[0][2]


def test_what_was_cleaned_is_said_at_its_place() -> None:
    told = bound({"what": "it", "when-year": "2026", "persons-3-name": "Ines"}, {"when-year", "persons-3-name"})
    assert [place for place, _, _ in told.view.all_errors] == ["when", "persons-0-name"]


def test_a_part_of_a_form_is_taken_alone() -> None:
    told = bind(Form({"name": ["Ines"], "roles": ["three"], "consents-0-use": ["one"]}), Person, str)
    assert (told.value, told.part("name")) == (None, Person(name="Ines"))
    assert told.part("name", "consents") == Person(name="Ines", consents=[Consent(use="one")])
    assert told.part("roles") is None
    assert told.part("name", "roles") is None


def test_a_value_goes_to_its_form_and_back() -> None:
    page = Page(what="it", persons=[Person(name="Ines", roles=["one"], consents=[Consent(use="two")])], sources=3)
    names = {name: texts for name, texts in names_of(page).items() if name != "when"}
    assert bind(Form(names), Page, str).value == page
    assert view_of(page).value("persons-0-consents-0-use") == "two"
    changed = names | {"persons-0-name": ["Oona"]}
    assert differing(Page, names, changed, str) == [("Person 1: Name", "Ines")]


@pytest.mark.parametrize("name", ["when-open", "persons-0-understood", "state_alleged", "acts"])
def test_an_answer_that_was_not_offered_is_refused_and_comes_back(name: str) -> None:
    told = bind(Form({"what_happened": ["x"], name: ["nonsense"]}), Answers, str, context={"demo": True})
    assert told.value is None
    assert told.view.values(name) == ["nonsense"]


def test_words_with_a_percent_sign_are_values_and_never_messages() -> None:
    told = bind(Form({"what": ["50% %s %(number)s"], "persons-0-roles": ["%d"]}), Page, str)
    assert told.view.value("what") == "50% %s %(number)s"
    assert told.view.problems
