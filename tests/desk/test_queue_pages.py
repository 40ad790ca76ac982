"""The queue over HTTP: titles are named and found, junk goes aside and comes back, a newcomer is given the old cases."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import delete, update

from app.stores import open_store
from app.stores.casework import Account, DeskSession, Grant
from tests.journeys.acting import Telling, open_newest_case, signed_in, submit
from tests.journeys.installation import Installation, found
from tests.journeys.person import Person
from tests.support.engines import sqlite_urls

NAME = "Der Wéber <b>von</b> Quendrith"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("queue-pages")
    made = found(folder, sqlite_urls(folder / "stores"), REGISTRY_RELEASE_HOUR="23")
    yield made
    assert made.server.printed() == ""
    made.server.stop()


@pytest.fixture(scope="module")
def one(desk: Installation) -> Person:
    return signed_in(desk, "moderator-one")


@pytest.fixture(scope="module")
def two(desk: Installation) -> Person:
    return signed_in(desk, "moderator-two")


@pytest.fixture(scope="module")
def case(desk: Installation, one: Person) -> str:
    submit(desk, Telling("Ines Varga"))
    open_newest_case(one)
    one.get("/en/desk?status=all")
    return next(link for link, _ in one.page.links if "/desk/cases/" in link)


def cases(person: Person, query: str = "") -> list[str]:
    person.get(f"/en/desk{query}")
    listed = person.response.text.split("<tbody>")[-1] if "<tbody>" in person.response.text else ""
    return re.findall(r'href="([^"]*/desk/cases/\w+)"', listed)


def test_a_title_that_one_gives_is_found_by_another_however_it_is_written(
    desk: Installation, one: Person, two: Person, case: str
) -> None:
    assert "Aldemar · Summons or interrogation · Lawyer" in (two.get("/en/desk?status=all"), two.text)[1]
    one.get(case)
    answer = one.press("/do/rename", {"working_title": NAME})
    assert "The working title is saved." in one.text
    two.get("/en/desk?q=weber+QUENDRITH")
    assert cases(two, "?q=weber+QUENDRITH") == [case]
    assert NAME in two.text
    assert "<b>von" not in two.response.text
    assert cases(two, "?q=aldemar") == [case]  # also by what was told
    assert cases(two, "?q=weaver") == []
    two.get("/ar/desk?status=all")
    assert NAME in two.text
    one.get(case)
    answer = one.press("/do/rename", {"working_title": "x" * 81})
    assert answer.status_code == 422
    assert "at most 80 characters" in one.text
    assert "x" * 81 in one.response.text


def test_junk_goes_aside_with_a_reason_and_comes_back(desk: Installation, one: Person, two: Person) -> None:
    submit(desk, Telling("Somebody"))
    (case,) = cases(two, "?unread=1&status=received")[:1]
    two.get(case)
    assert two.press("/do/set-aside", {"reason": ""}).status_code == 422
    two.get(case)
    two.press("/do/set-aside", {"reason": "An advertisement."})
    assert "It is put aside." in two.text
    assert case not in cases(one)
    assert "One case is put aside" in one.text
    assert cases(one, "?status=aside") == [case]
    one.get(case)
    assert "An advertisement." in one.text
    one.press("/do/bring-back")
    assert case in cases(two)


@pytest.mark.parametrize(
    "query",
    [
        "?status=x&urgency=x&language=../&state=zz&free=x&q=%E2%80%AE",
        "?after=9-2026-01-01-" + "0" * 32,
        "?q=" + "%25_'" * 40,
        "?language=en&urgency=urgent&state=XA&free=1&mine=1&unread=1&q=a",
    ],
)
def test_whatever_stands_in_the_address_the_queue_answers(one: Person, query: str) -> None:
    assert one.get(f"/en/desk{query}").status_code == 200


def test_the_language_of_a_submission_narrows_the_list(one: Person, case: str) -> None:
    assert case in cases(one, "?status=all&language=en")
    assert cases(one, "?status=all&language=ar") == []


def test_all_is_given_to_somebody_new_with_fresh_secrets_alone(
    desk: Installation, one: Person, two: Person, case: str
) -> None:
    store = open_store(desk.urls.casework)
    case_id = case.rsplit("/", 1)[1]
    with store.begin() as connection:
        connection.execute(update(DeskSession).values(confirmed_at=0))
        mine = "SELECT keyholder_id FROM account WHERE login = 'moderator-two'"
        holder = connection.exec_driver_sql(mine).scalar()
        third = "SELECT keyholder_id FROM account WHERE login = 'moderator-three'"
        away = (holder, connection.exec_driver_sql(third).scalar())
        connection.execute(delete(Grant).where(Grant.keyholder_id.in_(away)))
        connection.execute(update(Account).where(Account.login == "moderator-three").values(active=False))
    assert two.get(case).status_code == 404
    one.get("/en/desk/access")
    assert "Cases that nobody but you can open: 2" in one.text
    assert one.send(one.form_with("password", "code"), {"password": "wrong", "code": "1"}).status_code == 403
    assert two.get(case).status_code == 404
    secrets = desk.people["moderator-one"]
    given = {"password": secrets.passphrase, "code": secrets.code()}
    one.send(one.form_with("password", "code"), given)
    assert "2 cases were given." in one.text
    assert two.get(case).status_code == 200
    assert case in cases(two, "?status=all&q=quendrith")
    with store.connect() as connection:
        assert connection.exec_driver_sql(f"SELECT COUNT(*) FROM case_grant WHERE case_id = '{case_id}'").scalar() == 3
    store.dispose()
