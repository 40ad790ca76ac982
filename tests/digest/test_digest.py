"""The digest tells nothing: at fixed hours, busy or silent, the same bytes; urgent ones by the quarter; never unencrypted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError
from sqlalchemy import select

from app.digest import slots
from app.digest.messages import SIZE, WORDS, text_of
from app.digest.slots import Digest, slot_of, take_slot
from app.installation import Installation
from app.main import create_app
from app.settings import Settings
from app.stores.casework import Case, DigestSlot
from tests.building import add_case, build_house
from tests.digest.sinks import MailHost, PushHost, mail_host, push_host
from tests.support.at_rest import kept_bytes
from tests.support.engines import StoreUrls, sqlite_urls

MORNING = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
TO = ("one@mail.example", "two@mail.example")


class Clock:
    """The time that the digest sees."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = MORNING + timedelta(minutes=3)
        monkeypatch.setattr(slots, "now", lambda: int(self.at.timestamp()))

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[MailHost]:
    with mail_host(tmp_path) as running:
        yield running


@pytest.fixture
def push() -> Iterator[PushHost]:
    with push_host() as running:
        yield running


def house(urls: StoreUrls, folder: Path, host: MailHost, push: PushHost | None = None, **more: Any) -> Installation:
    told = {
        "digest_to": ",".join(TO),
        "digest_from": "reminder@mail.example",
        "smtp_host": "127.0.0.1",
        "smtp_port": host.port,
        "smtp_ca_file": host.certificate,
    }
    pushed = {"ntfy_url": f"{push.url}/topic", "ntfy_token": "tk_secret"} if push else {}
    return build_house(urls.casework, urls.registry, folder / "data", **(told | pushed | more))


def failures(digest: Digest) -> list[str]:
    found: list[str] = []
    digest.round(lambda error: found.append(str(error)))
    return found


def urgent_case(installation: Installation) -> str:
    with installation.casework.write() as session:
        return add_case(session, status="received", urgency="urgent").id


def test_busy_and_silent_days_send_the_same_bytes(
    store_urls: StoreUrls, tmp_path: Path, host: MailHost, push: PushHost, clock: Clock
) -> None:
    silent = house(sqlite_urls(tmp_path / "silent"), tmp_path / "silent", host, push)
    busy = house(store_urls, tmp_path / "busy", host, push)
    with busy.casework.write() as session:
        cases = [add_case(session, status="received", unread=True) for _ in range(9)]
        names = [one.id for one in cases]
    assert failures(Digest(silent)) == []
    quiet_mails, quiet_posts = list(host.mails), list(push.posts)
    host.mails.clear()
    push.posts.clear()
    assert failures(Digest(busy)) == []
    assert host.mails == quiet_mails
    assert push.posts == quiet_posts
    assert [recipient for recipient, _ in host.mails] == list(TO)
    assert len(push.posts) == 1
    for name in [*names, "127.0.0.1", "http", "Reprisals"]:
        assert not [one for _, one in host.mails if name.encode() in one]
    # nothing of a mail goes over the line before it is encrypted, not even to whom
    assert {line.split(b" ")[0].strip().upper() for line in host.clear} == {b"EHLO", b"STARTTLS"}
    assert set(host.greeted) == {b"ehlo localhost\r\n"}


def test_an_urgent_one_has_the_same_size_and_is_sent_once_for_a_case(
    store_urls: StoreUrls, tmp_path: Path, host: MailHost, push: PushHost, clock: Clock
) -> None:
    installation = house(store_urls, tmp_path, host, push)
    digest = Digest(installation)
    failures(digest)
    sizes = {len(one) for _, one in host.mails}
    host.mails.clear()
    push.posts.clear()
    urgent_case(installation)
    clock.forward(minutes=5)
    failures(digest)
    assert host.mails == []  # not before the next quarter
    clock.forward(minutes=10)
    failures(digest)
    assert [recipient for recipient, _ in host.mails] == list(TO)
    assert {len(one) for _, one in host.mails} == sizes
    assert [headers["priority"] for _, headers, _ in push.posts] == ["urgent"]
    for _ in range(6):
        clock.forward(minutes=15)
        failures(digest)
    assert len(host.mails) == 2
    urgent_case(installation)
    clock.forward(minutes=15)
    failures(digest)
    assert len(host.mails) == 4


def test_what_is_not_new_or_put_aside_is_not_urgent(
    store_urls: StoreUrls, tmp_path: Path, host: MailHost, clock: Clock
) -> None:
    """A flood that is put aside rings no bell."""
    installation = house(store_urls, tmp_path, host)
    digest = Digest(installation)
    failures(digest)
    host.mails.clear()
    with installation.casework.write() as session:
        add_case(session, status="received", urgency="urgent", aside="burst")
        add_case(session, status="in_review", urgency="urgent")
        add_case(session, status="received", urgency="high")
    clock.forward(minutes=15)
    failures(digest)
    assert host.mails == []
    with installation.casework.read() as session:
        assert not session.scalars(select(Case).where(Case.announced)).all()


def test_of_two_processes_one_sends(store_urls: StoreUrls, tmp_path: Path, host: MailHost, clock: Clock) -> None:
    installation = house(store_urls, tmp_path, host)
    urgent_case(installation)
    for round_ in range(3):
        host.mails.clear()
        start = threading.Barrier(2)

        failed: list[Exception] = []

        def run(start: threading.Barrier = start, failed: list[Exception] = failed) -> None:
            start.wait()
            try:
                Digest(installation).round(failed.append)
            except Exception as error:
                failed.append(error)

        crowd = [threading.Thread(target=run) for _ in range(2)]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join(timeout=60)
        assert failed == []
        urgent_too = 2 if round_ == 0 else 1
        assert sorted(recipient for recipient, _ in host.mails) == sorted(TO * urgent_too)
        clock.forward(hours=6)


def test_what_failed_is_tried_again_later_and_to_nobody_twice(
    store_urls: StoreUrls, tmp_path: Path, host: MailHost, push: PushHost, clock: Clock
) -> None:
    installation = house(store_urls, tmp_path, host, push)
    digest = Digest(installation)
    host.refusing = True
    assert failures(digest) == ["mail: SMTPRecipientsRefused"] * 2
    assert len(push.posts) == 1
    clock.forward(seconds=30)
    assert failures(digest) == []  # not yet
    clock.forward(seconds=31)
    assert len(failures(digest)) == 2
    host.refusing = False
    clock.forward(seconds=61)
    assert failures(digest) == []
    clock.forward(seconds=60)
    assert failures(digest) == []
    assert [recipient for recipient, _ in host.mails] == list(TO)
    assert len(push.posts) == 1


@pytest.mark.parametrize("hole", ["no_tls", "unknown_certificate"])
def test_nothing_is_sent_without_tls_or_to_a_host_that_is_not_ours(tmp_path: Path, clock: Clock, hole: str) -> None:
    with mail_host(tmp_path, offers_tls=hole != "no_tls") as host:
        more = {"smtp_ca_file": None} if hole == "unknown_certificate" else {}
        installation = house(sqlite_urls(tmp_path), tmp_path, host, **more)
        assert len(failures(Digest(installation))) == 2
        assert host.mails == []
        assert not [line for line in host.clear if b"@" in line]


def test_a_push_follows_no_redirect(tmp_path: Path, host: MailHost, push: PushHost, clock: Clock) -> None:
    push.status = 302
    installation = house(sqlite_urls(tmp_path), tmp_path, host, push)
    assert failures(Digest(installation)) == ["push: status 302"]
    assert [(path, headers["authorization"]) for path, headers, _ in push.posts] == [("/topic", "Bearer tk_secret")]


@pytest.mark.parametrize("jump", [timedelta(hours=-3), timedelta(days=400)])
def test_a_clock_that_jumps_sends_no_slot_twice_and_goes_on(
    store_urls: StoreUrls, tmp_path: Path, host: MailHost, clock: Clock, jump: timedelta
) -> None:
    installation = house(store_urls, tmp_path, host)
    digest = Digest(installation)
    failures(digest)
    clock.at += jump
    failures(digest)
    clock.at -= jump
    host.mails.clear()
    failures(digest)
    sent_anew = len(host.mails)
    assert sent_anew <= 2
    clock.forward(hours=5)
    failures(digest)
    assert len(host.mails) == sent_anew + 2


def test_the_store_keeps_no_address_and_no_time_at_which_something_happened(
    store_urls: StoreUrls, tmp_path: Path, host: MailHost, clock: Clock
) -> None:
    """The same rows whether or not there was anything urgent: slots are marked by the clock alone."""
    installation = house(store_urls, tmp_path, host)
    digest = Digest(installation)

    def marks() -> dict[str, str]:
        with installation.casework.read() as session:
            return {one.name: one.slot for one in session.scalars(select(DigestSlot))}

    failures(digest)
    clock.forward(minutes=17)
    failures(digest)
    silent = marks()
    assert silent == {"digest": "2026-11-24T06:00:00+00:00", "urgent": "2026-11-24T06:15:00+00:00"}
    with installation.casework.write() as session:
        for one in session.scalars(select(DigestSlot)).all():
            session.delete(one)
    urgent_case(installation)
    failures(digest)
    assert marks() == silent
    kept = kept_bytes(store_urls.casework)
    assert b"mail.example" not in kept


def test_slots_are_the_hours_of_the_day_and_the_quarters_of_an_hour() -> None:
    hours = (16, 6)
    assert slot_of("digest", MORNING, hours) == MORNING
    assert slot_of("digest", MORNING - timedelta(seconds=1), hours) == MORNING - timedelta(hours=14)
    assert slot_of("urgent", MORNING + timedelta(minutes=44, seconds=59), hours) == MORNING + timedelta(minutes=30)


def test_without_anybody_to_remind_nothing_is_marked(tmp_path: Path, clock: Clock) -> None:
    urls = sqlite_urls(tmp_path)
    installation = build_house(urls.casework, urls.registry, tmp_path / "data")
    assert failures(Digest(installation)) == []
    with installation.casework.read() as session:
        assert session.scalars(select(DigestSlot)).all() == []
    assert take_slot(installation, "digest", MORNING, MORNING)


def test_words_of_every_offered_language_fit() -> None:
    for kind in WORDS:
        assert len(text_of(kind, ("en", "ar"))) == SIZE


@pytest.mark.parametrize(
    "wrong",
    [
        {"digest_to": "one@mail.example"},
        {"digest_to": "one", "smtp_host": "mail", "digest_from": "a@b"},
        {"digest_to": "one@x\r\nBcc: y@z", "smtp_host": "mail", "digest_from": "a@b"},
        {"digest_hours": "25"},
        {"digest_hours": ""},
        {"ntfy_url": "http://push.example/topic"},
        {"ntfy_url": "file:///etc/passwd"},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)


@pytest.mark.parametrize(
    ("promise", "words"),
    [
        ({}, {"en": "We cannot promise how soon", "ar": "لا نستطيع أن نعد"}),
        (
            {"read_within_days": 3, "read_urgent_within_hours": 24},
            {"en": "within 24 hours where somebody is in danger, and everything else within 3 days", "ar": "24"},
        ),
    ],
)
def test_the_form_says_how_soon_somebody_reads_it(tmp_path: Path, promise: Any, words: dict[str, str]) -> None:
    urls = sqlite_urls(tmp_path)
    installation = build_house(urls.casework, urls.registry, tmp_path / "data", **promise)
    with TestClient(create_app(installation.settings)) as client:
        for code, expected in words.items():
            assert expected in " ".join(client.get(f"/{code}/submit").text.split())
