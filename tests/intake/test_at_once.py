"""Two things at once in one thread: each is taken, in an order, and nobody gets an error."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from app.stores.casework import Message
from tests.intake.desk import BASE, NO_FILE, Desk
from tests.intake.test_thread import submitted, thread_of
from tests.journeys.person import HtmlForm

ROUNDS = 4


def test_messages_at_once_are_all_there_each_with_a_number_of_its_own(desk: Desk) -> None:
    person, _ = submitted(desk)
    form = person.form_with("text")

    def send(text: str) -> int:
        other = desk.visitor()
        other.at = f"{BASE}/en/receipt"
        return other.send(form, {"text": text}, files=NO_FILE).status_code

    texts = [f"message {number}" for number in range(4 * ROUNDS)]
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(send, texts)) == {200}
    (case,) = desk.cases()
    assert sorted(text for _, text, _ in thread_of(desk)) == sorted(texts)
    assert sorted(numbers(desk, case.id)) == list(range(len(texts)))


def numbers(desk: Desk, case_id: str) -> list[int]:
    with desk.installation.casework.read() as session:
        keys = desk.case_keys(session, case_id, desk.one.key)
        return [keys.open(sealed)["n"] for sealed in session.scalars(select(Message.sealed))]


def test_four_withdrawals_at_once_are_one(desk: Desk) -> None:

    def withdraw(form: HtmlForm) -> int:
        other = desk.visitor()
        other.at = f"{BASE}/en/receipt"
        return other.send(form, {"confirm": "yes"}).status_code

    for _ in range(ROUNDS):
        person, _ = submitted(desk)
        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(withdraw, [person.form_with("confirm")] * 4)) == {200}
    assert {case.status for case in desk.cases()} == {"withdrawn"}
