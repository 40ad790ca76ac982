"""A receipt is given for what is durable, once, and opens what was sent."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.cases.queue import without_reader
from app.cases.thread import read_thread
from app.documents.submission import Submission as Told
from app.intake.drafts import draft_key, keep_files, kept_files, remove_files
from app.intake.receive import receive
from app.intake.submitter import add_to_case, open_by_receipt, withdraw_case
from app.problems import NotFound, Unavailable
from app.sealing import rows_of
from app.stores.casework import (
    Account,
    Attachment,
    Case,
    ConflictOfInterest,
    FormInProgress,
    Grant,
    Keyholder,
    Message,
    Submission,
)
from app.stores.sweeping import purge_forms
from app.web.forms import SentFile
from tests.intake.conftest import Receiving

TOLD = Told(
    language="en",
    what_happened="Ines Varga was summoned.",
    state_alleged="XA",
    state_where="XB",
    at_risk_now="yes",
)


def number(receiving: Receiving, table: type) -> int:
    with receiving.installation.casework.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_receipt_opens_what_was_sent(receiving: Receiving) -> None:
    file = SentFile("a.txt", "text/plain", b"evidence")
    receipt = receive(receiving.installation, receiving.token(), TOLD, [file])
    with receiving.installation.casework.read() as session:
        own = open_by_receipt(session, " " + "--".join(rows_of(receipt)).replace(" ", "-"))
        stored = session.scalars(select(Submission)).one()
        told = Told.read(own.keys.open(stored.sealed))
        attachment = session.scalars(select(Attachment)).one()
        assert told.what_happened == TOLD.what_happened
        content = receiving.installation.objects.get(attachment.object_id)
        assert own.keys.open_file(content, told.files[0].size) == b"evidence"
        assert (own.case.urgency, own.case.status, own.case.unread) == ("urgent", "received", True)
    with receiving.installation.casework.read() as session, pytest.raises(NotFound):
        open_by_receipt(session, "0" * 36)


def test_a_moderator_with_a_conflict_of_interest_gets_no_grant(receiving: Receiving) -> None:
    receive(receiving.installation, receiving.token(), TOLD, [])
    with receiving.installation.casework.read() as session:
        granted = {
            key
            for (key,) in session.execute(select(Keyholder.public_key).join(Grant, Grant.keyholder_id == Keyholder.id))
        }
    assert receiving.moderator.key.public in granted
    assert receiving.escrow.public in granted
    assert receiving.conflicted.key.public not in granted


def test_the_same_form_eight_times_at_once_is_one_submission_and_one_receipt(receiving: Receiving) -> None:
    with ThreadPoolExecutor(8) as pool:
        receipts = set(pool.map(lambda _: receive(receiving.installation, receiving.token(), TOLD, []), range(8)))
    assert len(receipts) == 1
    assert (number(receiving, Case), number(receiving, Submission)) == (1, 1)
    assert receive(receiving.installation, receiving.token(), TOLD, []) in receipts


def test_the_same_form_with_other_words_is_added_and_never_lost(receiving: Receiving) -> None:
    first = receive(receiving.installation, receiving.token(), TOLD, [])
    second = receive(
        receiving.installation, receiving.token(), TOLD.model_copy(update={"what_happened": "And again."}), []
    )
    assert first == second
    assert (number(receiving, Case), number(receiving, Submission)) == (1, 2)


def test_without_a_moderator_who_may_read_it_is_sealed_to_the_escrow_key(receiving: Receiving) -> None:
    """The person notices nothing; the desk can say that there are cases without a reader."""
    installation = receiving.installation
    with installation.casework.write() as session:
        session.add(ConflictOfInterest(account_id=receiving.moderator.account_id, state="XB"))
        assert without_reader(session) == 0
    receipt = receive(installation, receiving.token(), TOLD, [])
    with installation.casework.write() as session:
        assert open_by_receipt(session, receipt).case.status == "received"
        (submission,) = session.scalars(select(Submission)).all()
        keys = receiving.keys_of(session, submission.case_id, receiving.escrow)
        assert keys.open(submission.sealed)["what_happened"] == TOLD.what_happened
        assert session.scalar(select(func.count()).select_from(Grant)) == 1
        assert without_reader(session) == 1
        for account in session.scalars(select(Account)):
            account.active = False
    receive(installation, receiving.token(b"m" * 16), TOLD.model_copy(update={"state_alleged": "XC"}), [])
    assert number(receiving, Case) == 2


def test_nothing_is_taken_where_no_escrow_key_was_ever_made(receiving: Receiving) -> None:
    with receiving.installation.casework.write() as session:
        session.scalars(select(Keyholder).where(Keyholder.kind == "escrow")).one().kind = "office"
    with pytest.raises(Unavailable):
        receive(receiving.installation, receiving.token(), TOLD, [])
    assert number(receiving, Submission) == 0


def test_kept_files_become_the_cases_files_without_being_sealed_again(receiving: Receiving) -> None:
    nonce = secrets.token_bytes(16)
    keep_files(
        receiving.installation,
        nonce,
        [SentFile("a.txt", "text/plain", b"one"), SentFile("b.txt", "text/plain", b"two")],
    )
    with receiving.installation.casework.read() as session:
        kept = kept_files(session, nonce)
        sealed = set(session.scalars(select(Attachment.object_id)))
        assert kept_files(session, b"another form's n") == []
        assert draft_key(session, b"another form's n") is None
    remove_files(receiving.installation, b"another form's n", [one.attachment for one in kept])
    remove_files(receiving.installation, nonce, [kept[1].attachment])
    receive(receiving.installation, receiving.token(nonce), TOLD, [])
    with receiving.installation.casework.read() as session:
        attachment = session.scalars(select(Attachment)).one()
        assert set(receiving.installation.objects.names()) == {attachment.object_id}
        assert attachment.object_id in sealed
        keys = receiving.keys_of(session, str(attachment.case_id), receiving.escrow)
        assert keys.open_file(receiving.installation.objects.get(attachment.object_id), 3) == b"one"
    assert number(receiving, FormInProgress) == 0


def test_kept_files_go_after_two_days(receiving: Receiving) -> None:
    keep_files(receiving.installation, b"n" * 16, [SentFile("a.txt", "text/plain", b"one")])
    with receiving.installation.casework.write() as session:
        expires = session.scalars(select(FormInProgress.expires_on)).one()
        purge_forms(session, receiving.installation.objects, expires)
        assert session.scalar(select(func.count()).select_from(FormInProgress)) == 1
        purge_forms(session, receiving.installation.objects, expires.replace(year=expires.year + 1))
    assert (number(receiving, FormInProgress), number(receiving, Attachment)) == (0, 0)
    assert list(receiving.installation.objects.names()) == []


def test_messages_keep_their_order_and_a_repetition_adds_nothing(receiving: Receiving) -> None:
    receipt = receive(receiving.installation, receiving.token(), TOLD, [])
    for text, message_id in (("first", "a" * 32), ("second", "b" * 32), ("second", "b" * 32)):
        add_to_case(receiving.installation, receipt, text, [], message_id)
    with receiving.installation.casework.read() as session:
        own = open_by_receipt(session, receipt)
        assert [one.text for one in read_thread(session, own.case.id, own.keys)] == ["first", "second"]
    assert number(receiving, Message) == 2


def test_a_withdrawal_needs_nobody_else(receiving: Receiving) -> None:
    receipt = receive(receiving.installation, receiving.token(), TOLD, [])
    for _ in range(2):
        with receiving.installation.casework.write() as session:
            withdraw_case(session, open_by_receipt(session, receipt))
    with receiving.installation.casework.read() as session:
        assert open_by_receipt(session, receipt).case.status == "withdrawn"


def test_no_receipt_is_lost_when_the_process_is_killed(receiving: Receiving) -> None:
    settings = receiving.installation.settings
    environment = os.environ | {
        "REGISTRY_CASEWORK_URL": settings.casework_address,
        "REGISTRY_REGISTRY_URL": settings.registry_address,
        "REGISTRY_DATA_FOLDER": str(settings.data_folder),
        "REGISTRY_DEMO": "true",
    }
    said: list[str] = []
    for _ in range(3):
        senders = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.intake.sender"],
                env=environment,
                cwd=Path(__file__).parents[2],
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        for sender in senders:
            assert sender.stdout is not None
            said.append(sender.stdout.readline().strip())
        time.sleep(secrets.randbelow(150) / 1000)
        for sender in senders:
            sender.kill()
            rest, _ = sender.communicate()
            said += rest.split("\n")[:-1]
    assert len(said) >= 6
    with receiving.installation.casework.read() as session:
        for receipt in said:
            assert open_by_receipt(session, receipt).case.status == "received"
