"""Receipts over the pages: the same form gives the same one, and it is nowhere but in the answer."""

from __future__ import annotations

import math
import re
import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, func, select

from app.intake.submitter import RECEIPT
from app.intake.tokens import NONCE_BYTES
from app.sealing import RECEIPT_DIGITS, derive, lookup, mistyped_rows, receipt_of, unwrap, wrap
from app.stores.casework import FormInProgress, Submission, Thread, ThreadKey
from tests.intake.desk import BASE, NO_FILE, Desk, open_form, receipt_on
from tests.journeys.person import HtmlForm, Person

FILE = ("files", ("note.txt", b"seen at noon", "text/plain"))
LATE = ("files", ("late.txt", b"found afterwards", "text/plain"))


def sent_again(desk: Desk, form: HtmlForm, text: str, files: list[tuple[str, tuple[str, bytes, str]]]) -> str:
    """The same form from another connection, as a browser sends it on reload. The receipt that came back."""
    person = Person(BASE)
    person.client = TestClient(desk.app, base_url=BASE, headers={"accept": "text/html"})
    person.at = f"{BASE}/en/submit"
    person.send(form, {"what_happened": text}, files=files)
    assert person.response.status_code == 200, person.text
    return receipt_on(person)


def test_one_form_eight_times_at_once_with_files_is_one_submission_and_one_receipt(desk: Desk) -> None:
    person = desk.visitor()
    person.send(open_form(person), {"what_happened": ""}, files=[FILE])
    form = person.form_with("what_happened")
    with ThreadPoolExecutor(8) as pool:
        receipts = set(pool.map(lambda _: sent_again(desk, form, "Here.", [LATE]), range(8)))
    receipts.add(sent_again(desk, form, "Here.", [LATE]))
    assert len(receipts) == 1
    assert "" not in receipts
    assert len(desk.submissions()) == 1
    assert desk.files() == {"note.txt": b"seen at noon", "late.txt": b"found afterwards"}


def test_errors_at_once_keep_each_file_once(desk: Desk) -> None:
    """A double click on a form with a mistake: both answers are the form, and the file is kept."""
    person = desk.visitor()
    form = open_form(person)

    def mistaken(_: int) -> int:
        other = desk.visitor()
        other.at = f"{BASE}/en/submit"
        return other.send(form, {"what_happened": ""}, files=[FILE]).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(mistaken, range(4))) == {422}
    sent_again(desk, form, "Here.", NO_FILE)
    assert len(desk.submissions()[0]["files"]) == 1
    assert desk.files() == {"note.txt": b"seen at noon"}


def test_what_was_changed_and_sent_again_is_a_second_submission(desk: Desk) -> None:
    person = desk.visitor()
    form = open_form(person)
    first = sent_again(desk, form, "Here.", [FILE])
    second = sent_again(desk, form, "Here, and there.", [FILE])
    third = sent_again(desk, form, "Here, and there.", [FILE])
    assert first == second == third
    assert {one["what_happened"] for one in desk.submissions()} == {"Here.", "Here, and there."}
    assert len(desk.submissions()) == 2
    assert len(desk.cases()) == 1


def test_a_file_added_with_a_mistake_after_the_receipt_can_be_opened_by_the_readers(desk: Desk) -> None:
    """Back from the receipt page, another file, a mistake, sent once more: nobody but the readers has the key."""
    person = desk.visitor()
    form = open_form(person)
    first = sent_again(desk, form, "Here.", [FILE])
    person.send(form, {"what_happened": ""}, files=[LATE])
    assert person.response.status_code == 422
    again = person.form_with("what_happened")
    for _ in range(2):
        assert sent_again(desk, again, "Here, and there.", NO_FILE) == first
    assert desk.files() == {"note.txt": b"seen at noon", "late.txt": b"found afterwards"}
    late = next(one for one in desk.submissions() if one["what_happened"] == "Here, and there.")
    assert [one["name"] for one in late["files"]] == ["late.txt"]
    assert len(desk.submissions()) == 2
    with desk.installation.casework.read() as session:
        assert session.scalar(select(func.count()).select_from(FormInProgress)) == 0


def test_a_receipt_is_nowhere_but_in_the_answer(desk: Desk) -> None:
    person = desk.visitor()
    answer = person.send(open_form(person), {"what_happened": "Here."}, files=NO_FILE)
    receipt = receipt_on(person)
    assert str(answer.url) == f"{BASE}/en/submit"
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"]
    person.get("/en/receipt")
    opened = person.send(person.form_with("receipt"), {"receipt": receipt})
    assert opened.headers["cache-control"] == "no-store"
    for form in person.page.forms:
        assert form.method == "post"
        assert receipt not in form.action
    assert not [link for link, _ in person.page.links if receipt in link or receipt[:4] in link]
    assert person.get(f"/en/receipt?receipt={receipt}").text.count(receipt) == person.response.text.count("?receipt=")
    assert person.cookies == {}
    with desk.installation.casework.read() as session:
        (row,) = session.scalars(select(Thread)).all()
        (submission,) = session.scalars(select(Submission)).all()
    kept = row.lookup.encode() + row.wrapped + submission.digest.encode()
    assert receipt.encode() not in kept
    assert row.lookup == lookup(receipt.encode(), RECEIPT)


def test_no_page_of_intake_sets_a_cookie_or_may_be_cached(small_desk: Desk) -> None:
    person = small_desk.visitor()
    answers = [person.get(f"{BASE}/en/submit"), person.get("/en/receipt")]
    answers.append(person.send(person.form_with("receipt"), {"receipt": "0" * 36}))
    form = open_form(person)
    answers.append(person.send(form, {"what_happened": ""}, files=NO_FILE))
    answers.append(person.send(form, {"what_happened": "x"}, files=NO_FILE))
    for answer in answers:
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert "<script" not in answer.text


def test_a_receipt_has_at_least_100_random_bits() -> None:
    """Counted from the generator: every digit of the 33 that are no check digits is uniform, and its secret is longer."""
    assert NONCE_BYTES * 8 >= 112
    key = secrets.token_bytes(32)
    receipts = [receipt_of(key, secrets.token_bytes(NONCE_BYTES)) for _ in range(4000)]
    assert {len(one) for one in receipts} == {RECEIPT_DIGITS}
    assert [one for one in receipts if mistyped_rows(one)] == []
    bits = 0.0
    for place in set(range(RECEIPT_DIGITS)) - {11, 23, 35}:
        counts = Counter(one[place] for one in receipts)
        bits -= sum(count / 4000 * math.log2(count / 4000) for count in counts.values())
    assert bits > 109 > 100
    pairs = Counter(one[i : i + 2] for one in receipts for i in range(RECEIPT_DIGITS - 1))
    assert len(pairs) == 100
    assert max(pairs.values()) < 1.2 * min(pairs.values())


@pytest.mark.parametrize("write", [" {} ", "{}\n", "-{}-", "\u200f{}"])
def test_a_receipt_is_forgiving_of_how_it_is_typed(small_desk: Desk, write: str) -> None:
    person = small_desk.visitor()
    person.send(open_form(person), {"what_happened": "Here."}, files=NO_FILE)
    receipt = receipt_on(person)
    by_hand = "-".join(receipt[i : i + 3] for i in range(0, 36, 3))
    arabic = receipt.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for typed in (receipt, by_hand, arabic):
        person.get("/en/receipt")
        person.send(person.form_with("receipt"), {"receipt": write.format(typed)})
        assert "We have it. Nobody has opened it yet." in person.text


def test_wrong_receipts_get_the_same_answer_and_never_keep_the_owner_out(small_desk: Desk) -> None:
    """There is no throttle to lock people out with: guessing 33 digits is hopeless without one."""
    person = small_desk.visitor()
    person.send(open_form(person), {"what_happened": "Here."}, files=NO_FILE)
    receipt = receipt_on(person)
    person.get("/en/receipt")
    form = person.form_with("receipt")
    answers = set()
    for _ in range(60):
        wrong = receipt_of(secrets.token_bytes(32), secrets.token_bytes(16))
        answer = person.send(form, {"receipt": wrong})
        answers.add((answer.status_code, answer.text.replace(wrong, "")))
    assert len(answers) == 1
    assert answers.pop()[0] == 404
    assert person.send(form, {"receipt": receipt}).status_code == 200


WORDS = ("The first row cannot", "The second row cannot", "The third row cannot", "No thread opens with this.")


def said_of(person: Person, typed: str) -> list[str]:
    """What the page says is wrong with a receipt."""
    person.get("/en/receipt")
    assert person.send(person.form_with("receipt"), {"receipt": typed}).status_code == 404
    return [words for words in WORDS if words in person.text]


def test_a_miss_says_which_row_is_mistyped(small_desk: Desk) -> None:
    person = small_desk.visitor()
    person.send(open_form(person), {"what_happened": "Here."}, files=NO_FILE)
    assert [len(re.findall(r"\d", row)) for row in shown_rows(person)] == [12, 12, 12]
    receipt = receipt_on(person)

    def with_slip(*places: int) -> str:
        return "".join(str((int(one) + 1) % 10) if at in places else one for at, one in enumerate(receipt))

    assert said_of(person, with_slip(3)) == [WORDS[0]]
    assert said_of(person, with_slip(12, 35)) == [WORDS[1], WORDS[2]]
    assert said_of(person, with_slip(0, 20, 30)) == [WORDS[3]]
    assert said_of(person, receipt[:35]) == [WORDS[3]]
    assert said_of(person, receipt_of(secrets.token_bytes(32), b"n" * 16)) == [WORDS[3]]


def shown_rows(person: Person) -> list[str]:
    return person.response.text.partition('class="receipt">')[2].partition("</p>")[0].split("<br>")


def test_a_receipt_of_36_random_digits_opens_as_before(small_desk: Desk) -> None:
    """Check digits are judged on a miss only: nine in ten of the earlier receipts would fail a row."""
    person = small_desk.visitor()
    person.send(open_form(person), {"what_happened": "Here."}, files=NO_FILE)
    receipt = receipt_on(person)
    earlier = next(one for one in iter(lambda: f"{secrets.randbelow(10**36):036}", "") if len(mistyped_rows(one)) == 3)
    with small_desk.installation.casework.write() as session:
        (thread,) = session.scalars(select(Thread)).all()
        own_key = unwrap(thread.wrapped, derive(receipt.encode(), RECEIPT), RECEIPT)
        wrapped = wrap(own_key, derive(earlier.encode(), RECEIPT), RECEIPT)
        (kept,) = session.scalars(select(ThreadKey)).all()
        session.expunge(kept)
        session.execute(delete(ThreadKey))
        session.delete(thread)
        session.flush()
        found = lookup(earlier.encode(), RECEIPT)
        session.add(Thread(lookup=found, case_id=thread.case_id, keyholder_id=thread.keyholder_id, wrapped=wrapped))
        session.flush()
        same = {"public_key": kept.public_key, "sealed_to_case": kept.sealed_to_case}
        session.add(ThreadKey(thread=found, generation=0, sealed_to_submitter=kept.sealed_to_submitter, **same))
    person.get("/en/receipt")
    person.send(person.form_with("receipt"), {"receipt": earlier})
    assert "We have it. Nobody has opened it yet." in person.text
