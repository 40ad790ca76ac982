"""A lockdown: one person or one command closes, two people open; the public side never notices."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import func, select

from app.cases.standstill import (
    LOCKDOWN,
    RESTORED,
    confirm_cases,
    freeze,
    lift,
    lock_down,
    number_unconfirmed,
    stands_still,
)
from app.clock import today
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.main import create_app
from app.problems import Conflict, Forbidden
from app.readings import Reader
from app.release.delivery import deliver
from app.release.orders import hide_at_once
from app.sealing import random_id
from app.stores.casework import Case, Grant, ReleaseOrder, Sponsorship
from app.stores.registry import Record
from app.web.closing import closed_in_lockdown, closed_until_confirmed
from app.web.permissions import Permission, permission_of
from tests.building import Moderator, add_moderator, add_order, build_house
from tests.journeys.acting import Telling, signed_in, submit
from tests.journeys.installation import found
from tests.journeys.person import Person
from tests.operations.test_backup import press
from tests.support.engines import StoreUrls, sqlite_urls

P = Permission
# accounts stay open: who caused it may have to be suspended, and two people sign in to open again
OPEN = {"new_token", "standstill", "change_standstill"}
# and whoever takes something back is heard: that is hidden at once
TAKING_BACK = {"thread", "open_thread", "thread_consent", "thread_withdraw", "thread_erase"}


def test_every_route_but_public_pages_and_accounts_is_closed(tmp_path: Path) -> None:
    installation = build_house(f"sqlite:///{tmp_path}/c.sqlite", f"sqlite:///{tmp_path}/r.sqlite", tmp_path)
    for route in create_app(installation.settings).routes:
        assert isinstance(route, APIRoute)
        permission, first = permission_of(route), [one.call for one in route.dependant.dependencies][:2]
        if (
            permission in (P.SUBMIT, P.RECEIPT, P.MODERATOR, P.OFFICE, P.OFFICE_TOKEN)
            and route.name not in OPEN | TAKING_BACK
        ):
            assert first[0] is closed_in_lockdown, route.name
        if permission in (P.OFFICE, P.OFFICE_TOKEN) and route.name not in OPEN:
            assert first[1] is closed_until_confirmed, route.name


def withdrawn(url: str, receipt: str) -> str:
    """What somebody reads who takes everything back."""
    person = Person(url)
    person.get("/en/receipt")
    person.send(person.form_with("receipt"), {"receipt": receipt})
    person.send(person.form_with("confirm"), {"confirm": "yes"})
    return person.text


def test_one_person_closes_at_once_and_two_open_again(tmp_path: Path) -> None:
    installation = found(tmp_path, sqlite_urls(tmp_path))
    url = installation.url
    try:
        one, two = signed_in(installation, "moderator-one"), signed_in(installation, "moderator-two")
        person = Person(url)
        person.get("/en/submit")
        form = person.form_with("what_happened")
        receipt = submit(installation, Telling("Ines Varga"))
        press(one, "lockdown")
        assert "It was withdrawn" in withdrawn(url, receipt)
        closed = person.send(form, {"what_happened": "Here."}, files=[("files", ("", b"", ""))])
        assert (closed.status_code, closed.headers["retry-after"]) == (503, "3600")
        assert "This part is closed for now" in person.text
        assert "هذا القسم مغلق الآن" in Person(url).get("/ar/submit").text
        for path in ("/en/submit", "/en/desk", "/en/office", "/office/feed.json"):
            assert two.get(path).status_code == 503
        for path in ("/en/", "/en/entries", "/feed.json", "/changes", "/healthz"):
            assert httpx.get(url + path, trust_env=False).status_code == 200
        assert "Somebody else must agree too" in press(two, "lift-lockdown")
        assert two.get("/en/desk").status_code == 503
        press(two, "lift-lockdown")  # the same person twice is one person
        assert two.get("/en/desk").status_code == 503
        press(one, "lift-lockdown")
        assert one.get("/en/desk").status_code == 200
        assert person.send(form, {"what_happened": "Here."}, files=[("files", ("", b"", ""))]).status_code == 200
        assert "closed" in installation.server.command("lockdown")
        assert one.get("/en/desk").status_code == 503
        assert "open again" in installation.server.command("lockdown", "--lift")
        assert one.get("/en/desk").status_code == 200
    finally:
        installation.server.stop()
    assert installation.server.printed() == ""


def who(house: Installation, moderator: Moderator, keyholder_id: str) -> SignedIn:
    reader = Reader(house, moderator.account_id, "")
    return SignedIn(moderator.account_id, "", "moderator", keyholder_id, "", "", 0, moderator.key.private, reader)


@pytest.fixture
def house(store_urls: StoreUrls, tmp_path: Path) -> Installation:
    return build_house(store_urls.casework, store_urls.registry, tmp_path / "data")


def staffed(house: Installation) -> tuple[str, dict[str, SignedIn]]:
    """A decided release, and four people: two of them share a sponsor."""
    sponsors = {"one": "ab", "two": "cd", "three": "ab", "four": "ef"}
    people: dict[str, SignedIn] = {}
    with house.casework.write() as session:
        made = {login: add_moderator(session, login) for login in sponsors}
        order = add_order(house, session, made["one"], made["two"])
        for login, names in sponsors.items():
            session.add_all(Sponsorship(account_id=made[login].account_id, sponsor=name) for name in names)
            keyholder_id = (
                session.connection()
                .exec_driver_sql(f"SELECT keyholder_id FROM account WHERE login = '{login}'")
                .scalar_one()
            )
            if login != "four":
                session.add(Grant(case_id=order.case_id, keyholder_id=keyholder_id, sealed=b""))
            people[login] = who(house, made[login], keyholder_id)
        return order.id, people


def test_nothing_is_released_and_hiding_goes_on(house: Installation) -> None:
    order, _ = staffed(house)
    with house.casework.write() as session:
        lock_down(session)
        lock_down(session)
    assert not deliver(house, order, today())
    with house.casework.write() as session:
        case = session.get_one(Case, session.get_one(ReleaseOrder, order).case_id)
        case.live = True
        hide_at_once(session, case)
        hiding = session.scalars(select(ReleaseOrder.id).where(ReleaseOrder.kind == "suspended")).one()
    assert deliver(house, hiding, today())
    with house.registry.read() as session:
        assert session.scalar(select(func.count()).select_from(Record)) == 0


def test_who_may_be_the_second_person(house: Installation) -> None:
    """Not the same one, none with the same sponsor, none without access; who is disabled meanwhile does not count."""
    order, people = staffed(house)
    with house.casework.write() as session:
        freeze(session, today())
        (case,) = session.scalars(select(Case.id))
    with pytest.raises(Conflict):
        lift(house, people["one"], RESTORED)
    confirm_cases(house, people["four"], [case, random_id()])
    confirm_cases(house, people["one"], [case])
    confirm_cases(house, people["one"], [case])
    with pytest.raises(Forbidden):
        confirm_cases(house, people["three"], [case])
    assert left(house) == 1
    confirm_cases(house, people["two"], [case])
    assert left(house) == 0
    assert not lift(house, people["one"], RESTORED)
    assert not lift(house, people["one"], RESTORED)
    with pytest.raises(Forbidden):
        lift(house, people["three"], RESTORED)
    assert not deliver(house, order, today())
    assert lift(house, people["four"], RESTORED)
    assert deliver(house, order, today())


def test_who_was_disabled_meanwhile_does_not_count(house: Installation) -> None:
    _, people = staffed(house)
    with house.casework.write() as session:
        lock_down(session)
    assert not lift(house, people["one"], LOCKDOWN)
    with house.casework.write() as session:
        session.connection().exec_driver_sql("UPDATE account SET active = false WHERE login = 'one'")
    assert not lift(house, people["two"], LOCKDOWN)
    assert lift(house, people["four"], LOCKDOWN)
    with house.casework.read() as session:
        assert not stands_still(session)


def left(house: Installation) -> int:
    with house.casework.read() as session:
        return number_unconfirmed(session)
