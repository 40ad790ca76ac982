"""The submitter's thread: read, write, add files, withdraw. What cannot be taken is given back, and nothing twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.cases.erasure import erase_due
from app.cases.thread import TO_SUBMITTER, read_thread, write_message
from app.clock import today
from app.intake.thread_routes import STATUS_WORDS
from app.release.delivery import deliver
from app.release.orders import order_release
from app.sealing import rows_of
from app.stores.casework import STATUSES, Case, Erasure, Message
from tests.building import add_moderator, entry
from tests.intake.desk import BASE, NO_FILE, Desk, open_form, receipt_on
from tests.journeys.person import Person

FILE = ("files", ("note.txt", b"seen at noon", "text/plain"))
LARGE = ("files", ("film.mp4", b"\0" * (2**20 + 1), "video/mp4"))


def submitted(desk: Desk) -> tuple[Person, str]:
    """Somebody who has sent the form and opened their thread, and the receipt."""
    person = desk.visitor()
    person.send(open_form(person), {"what_happened": "Here.", "state_alleged": "XA"}, files=NO_FILE)
    receipt = receipt_on(person)
    person.get("/en/receipt")
    person.send(person.form_with("receipt"), {"receipt": " ".join(rows_of(receipt))})
    assert person.response.status_code == 200
    return person, receipt


def thread_of(desk: Desk) -> list[tuple[str, str, list[str]]]:
    """The thread as the moderator reads it: direction, text, names of files."""
    (case,) = desk.cases()
    with desk.installation.casework.read() as session:
        messages = read_thread(session, case.id, desk.case_keys(session, case.id, desk.one.key))
    return [(one.direction, one.text, [file.name for file in one.files]) for one in messages]


def test_messages_go_both_ways_in_their_order(desk: Desk) -> None:
    person, receipt = submitted(desk)
    assert "No messages yet" in person.text
    person.send(person.form_with("text"), {"text": "One more thing.\nالسلام"}, files=[FILE])
    assert person.response.status_code == 200
    with desk.installation.casework.write() as session:
        case = session.scalars(select(Case)).one()
        assert case.unread
        write_message(session, case, TO_SUBMITTER, "Who else saw it?")
        case.status = "awaiting_submitter"
    person.get("/en/receipt")
    person.send(person.form_with("receipt"), {"receipt": receipt})
    assert "We asked you something." in person.text
    assert person.text.index("One more thing.") < person.text.index("Who else saw it?")
    person.send(person.form_with("text"), {"text": "My sister."}, files=NO_FILE)
    assert thread_of(desk) == [
        ("from_submitter", "One more thing.\nالسلام", ["note.txt"]),
        ("to_submitter", "Who else saw it?", []),
        ("from_submitter", "My sister.", []),
    ]
    assert desk.files() == {"note.txt": b"seen at noon"}


def test_a_message_is_padded_and_says_nothing_in_the_store(small_desk: Desk) -> None:
    person, _ = submitted(small_desk)
    for text in ("short", "x" * 4000):
        person.send(person.form_with("text"), {"text": text}, files=NO_FILE)
    with small_desk.installation.casework.read() as session:
        sealed = session.scalars(select(Message.sealed)).all()
    assert len({len(one) // 1024 for one in sealed}) == 1
    assert not [one for one in sealed if b"short" in one or b"x" * 100 in one]


def test_a_message_sent_eight_times_at_once_is_one_message(desk: Desk) -> None:
    person, _ = submitted(desk)
    form = person.form_with("text")

    def send(_: int) -> int:
        other = desk.visitor()
        other.at = f"{BASE}/en/receipt"
        return other.send(form, {"text": "Again."}, files=[FILE]).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(8))) == {200}
    assert thread_of(desk) == [("from_submitter", "Again.", ["note.txt"])]


def test_a_message_changed_and_sent_again_from_the_same_page_is_not_lost(small_desk: Desk) -> None:
    person, _ = submitted(small_desk)
    form = person.form_with("text")
    for text in ("First.", "First. And second.", "First."):
        person.send(form, {"text": text}, files=NO_FILE)
    assert [text for _, text, _ in thread_of(small_desk)] == ["First.", "First. And second."]


def test_one_page_secret_does_not_hide_the_message_of_another_case(small_desk: Desk) -> None:
    for _ in range(2):
        person, _ = submitted(small_desk)
        person.send(person.form_with("text"), {"text": "Mine.", "message_id": "a" * 32}, files=NO_FILE)
        assert "Mine." in person.text
    with small_desk.installation.casework.read() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 2


@pytest.mark.parametrize(
    ("text", "words"), [("x" * 60_001, "in parts"), ("hidden \u202e turn", "characters that nobody can see")]
)
def test_a_text_that_cannot_be_taken_comes_back_and_the_files_stay(small_desk: Desk, text: str, words: str) -> None:
    person, _ = submitted(small_desk)
    person.send(person.form_with("text"), {"text": text}, files=[FILE])
    assert person.response.status_code == 422
    assert words in person.text
    assert dict(person.form_with("text").fields)["text"] == text.replace("\u202e", "")
    assert small_desk.files() == {"note.txt": b"seen at noon"}
    assert thread_of(small_desk) == [("from_submitter", "", ["note.txt"])]


def test_a_file_too_large_does_not_hold_back_the_message_and_the_others(small_desk: Desk) -> None:
    person, _ = submitted(small_desk)
    person.send(person.form_with("text"), {"text": "With a film."}, files=[LARGE, FILE])
    assert person.response.status_code == 422
    assert "“film.mp4” is larger than 1 MB" in person.text
    assert thread_of(small_desk) == [("from_submitter", "With a film.", ["note.txt"])]
    assert dict(person.form_with("text").fields)["text"] == ""


def test_an_empty_message_and_an_unknown_field_are_refused(small_desk: Desk) -> None:
    person, receipt = submitted(small_desk)
    form = person.form_with("text")
    assert person.send(form, {"text": " "}, files=NO_FILE).status_code == 422
    assert "Please write something, or choose a file." in person.text
    for path, extra in (
        ("receipt", {}),
        ("receipt/message", {"text": "x"}),
        ("receipt/withdraw", {"confirm": "yes"}),
    ):
        data = {"receipt": receipt, "status": "published", **extra}
        assert person.client.post(f"{BASE}/en/{path}", data=data).status_code == 422
    assert thread_of(small_desk) == []
    assert small_desk.cases()[0].status == "received"


def published(session: Session, desk: Desk) -> str:
    """The one case with an entry agreed for release. The order's id."""
    case = session.scalars(select(Case)).one()
    second = add_moderator(session, "two")
    case.entry_ref, case.status = "0123456789ab", "scheduled"
    order = order_release(
        desk.installation,
        session,
        case,
        entry(),
        "published",
        proposed_by=desk.one.account_id,
        approved_by=second.account_id,
        due_on=today(),
    )
    return order.id


def test_a_withdrawal_is_gone_from_public_at_once(desk: Desk) -> None:
    person, receipt = submitted(desk)
    with desk.installation.casework.write() as session:
        order = published(session, desk)
    deliver(desk.installation, order, today())
    title = "A lawyer was summoned after a meeting in Geneva"
    assert title in person.get("/en/entries").text
    person.get("/en/receipt")
    person.send(person.form_with("receipt"), {"receipt": receipt})
    assert "It is public, in the form that was agreed." in person.text
    person.send(person.form_with("confirm"), {})
    assert person.response.status_code == 422
    assert "Please tick the box" in person.text
    assert title in desk.visitor().get(f"{BASE}/en/entries").text
    person.send(person.form_with("confirm"), {"confirm": "yes"})
    assert person.response.status_code == 200
    assert "It was withdrawn. Nothing of it is public here." in person.text
    assert not [form for form in person.page.forms if "confirm" in form.names]
    assert title not in desk.visitor().get(f"{BASE}/en/entries").text
    assert desk.visitor().get(f"{BASE}/feed.json").text.count(title) == 0
    assert desk.visitor().get(f"{BASE}/en/entries/0123456789ab").status_code == 410


def test_every_status_of_a_case_has_words_for_the_submitter() -> None:
    assert set(STATUS_WORDS) == set(STATUSES)


def test_the_thread_says_that_a_message_arrived_and_leads_to_what_is_public(desk: Desk) -> None:
    person, receipt = submitted(desk)
    assert "Your message is with us" not in person.text
    person.send(person.form_with("text"), {"text": "One more thing."}, files=NO_FILE)
    assert "Your message is with us, sealed." in person.text
    assert "Read what is public" not in person.text
    with desk.installation.casework.write() as session:
        first, second = add_moderator(session, "first"), add_moderator(session, "second")
        case = session.scalars(select(Case)).one()
        case.status, case.message_unread = "scheduled", False
        order = order_release(
            desk.installation,
            session,
            case,
            entry(),
            "published",
            proposed_by=first.account_id,
            approved_by=second.account_id,
            due_on=today(),
        )
        order_id, ref = order.id, case.entry_ref
    deliver(desk.installation, order_id, today())
    person.get("/en/receipt")
    person.send(person.form_with("receipt"), {"receipt": receipt})
    person.follow("Read what is public")
    assert person.response.url.path == f"/en/entries/{ref}"
    assert person.response.status_code == 200


def test_a_message_with_a_damaged_receipt_comes_back_and_can_be_sent(desk: Desk) -> None:
    person, receipt = submitted(desk)
    person.send(person.form_with("text"), {"text": "One more thing.", "receipt": receipt[:-2] + "xx"}, files=NO_FILE)
    assert person.response.status_code == 404
    assert "No thread opens with this." in person.text
    assert "One more thing." in person.text
    person.send(person.form_with("text"), {"receipt": receipt}, files=NO_FILE)
    assert person.response.status_code == 200
    assert thread_of(desk)[0][1] == "One more thing."


def test_everything_can_be_erased_after_three_full_days_and_until_then_kept(desk: Desk) -> None:
    person, receipt = submitted(desk)
    erase = person.form_with("erase")
    person.send(erase, {}, button="erase")
    assert person.response.status_code == 422
    assert "Please tick the box" in person.text
    person.send(person.form_with("erase"), {"erase": "yes"}, button="erase")
    assert person.response.status_code == 200
    assert "It was withdrawn." in person.text
    assert "is destroyed after" in person.text
    person.press("/receipt/erase")
    assert "It was withdrawn." in person.text
    assert "is destroyed after" not in person.text
    person.send(person.form_with("erase"), {"erase": "yes"}, button="erase")
    with desk.installation.casework.write() as session:
        session.execute(update(Erasure).values(due_on=today() - timedelta(days=1)))
    assert erase_due(desk.installation) == 1
    person.get("/en/receipt")
    person.send(person.form_with("receipt"), {"receipt": receipt})
    assert person.response.status_code == 404
    assert "No thread opens with this." in person.text
