"""The whole way through in two real browsers: submit, review, redact, release, read, follow, correct, withdraw."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from tests.journeys.installation import Installation, SignIn, found
from tests.support.browsers import Browser, Chromium, chromium, firefox
from tests.support.engines import sqlite_urls

NAME = "Tamsin Orrelby"
TITLE = "Lawyer questioned after a pre-session in Geneva"
FEEDS = (
    "/feed.json",
    "/feed.atom",
    "/entries.csv",
    "/changes",
    "/sitemap.xml",
    "/en/",
    "/en/entries",
    "/en/states/XA",
)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = found(
        tmp_path,
        sqlite_urls(tmp_path / "stores"),
        REGISTRY_RELEASE_HOLD_DAYS="0,0",
        REGISTRY_RELEASE_HOUR="23",
    )
    yield made
    assert made.server.stop() in (0, -15)
    assert made.server.printed() == ""


def sign_in(browser: Browser, base: str, person: SignIn) -> None:
    browser.goto(f"{base}/en/sign-in")
    browser.fill("login", person.login)
    browser.fill("password", person.passphrase)
    browser.fill("code", person.code())
    browser.press("Sign in")
    assert "/en/desk" in browser.url()


def submit(browser: Browser, base: str, file: Path) -> str:
    """Sends the form with one mistake first; everything typed and the file come back. Returns the receipt."""
    browser.goto(f"{base}/en/submit")
    browser.choose("at_risk_now", "yes")
    browser.fill("when-year", "2026")
    browser.fill("when-month", "13")
    browser.fill("what_happened", f"On 14 March 2026 {NAME} was questioned at Quellmar. Call +990 55 019 4471.")
    browser.choose("acts", "summons_interrogation")
    browser.choose("state_alleged", "XA")
    browser.choose("state_where", "XA")
    browser.choose("un_bodies", "upr")
    browser.fill("why_linked", "They showed her the list of speakers.")
    browser.fill("persons-0-name", NAME)
    browser.choose("persons-0-role", "lawyer")
    for use in ("keep_on_file", "publish_without_name", "tell_president_office"):
        browser.choose("persons-0-uses", use)
    browser.choose("persons-0-understood", "yes")
    browser.fill("persons-0-understood_on", "2026-04-01")
    browser.fill("persons-0-agreed_on", "2026-04-02")
    browser.attach("files", file)
    browser.press("Send, sealed")
    assert "There is no such date." in browser.text()
    assert NAME in browser.source()
    assert file.name in browser.text()
    browser.fill("when-month", "3")
    browser.fill("when-day", "14")
    browser.press("Send, sealed")
    assert "Write down your receipt" in browser.text()
    receipt = re.search(r"(?:\d{4}\s+){8}\d{4}", browser.text())
    assert receipt
    shown = " ".join(receipt[0].split())
    assert shown.replace(" ", "") not in browser.url()
    return shown


def draft(browser: Browser, installation: Installation) -> str:
    """The first moderator claims, drafts; the gate stops a planted name; then proposes. Returns the case's address."""
    sign_in(browser, installation.url, installation.people["moderator-one"])
    assert "Urgent" in browser.text()
    browser.goto(_case(browser, installation.url))
    assert NAME in browser.text()
    browser.press("Claim this case")
    address = browser.url().partition("?")[0]
    browser.follow("Draft the public entry")
    browser.fill("title", TITLE)
    browser.fill("summary", "In March 2026 T-a-m-s-i-n Orrelby, a lawyer, was questioned by police officers.")
    browser.choose("kind", "reprisal")
    browser.choose("engagements-0-form", "took_part_in_meeting")
    browser.fill("persons-0-label", "A lawyer")
    browser.press("Propose to a second moderator")
    assert "The leak gate stops this text" in browser.text()
    assert "must stay sealed" in browser.text()
    assert "questioned by police officers" in browser.source()
    browser.fill("summary", "In March 2026 a lawyer was questioned by police officers about a pre-session.")
    browser.press("Save and check")
    assert "The leak gate found nothing" in browser.text()
    browser.press("Propose to a second moderator")
    assert "Proposed" in browser.text()
    browser.follow("Decide on the proposal")
    assert "You proposed this yourself" in browser.text()
    browser.press("Sign out")
    return address


def _case(browser: Browser, base: str) -> str:
    found_case = re.search(r'href="(/en/desk/cases/[0-9a-f]{32})"', browser.source())
    assert found_case
    return base + found_case[1]


def approve(browser: Browser, installation: Installation) -> None:
    sign_in(browser, installation.url, installation.people["moderator-two"])
    browser.goto(f"{installation.url}/en/desk?status=proposed")
    browser.goto(_case(browser, installation.url))
    browser.follow("Decide on the proposal")
    assert TITLE in browser.text()
    browser.press("Agree to the release")
    assert "Agreed, waiting for release" in browser.text()
    browser.press("Sign out")


def correct(browser: Browser, installation: Installation, address: str) -> None:
    sign_in(browser, installation.url, installation.people["moderator-one"])
    browser.goto(address + "/draft")
    browser.fill("summary", "In March 2026 a lawyer was questioned for six hours about a pre-session.")
    browser.fill("change_note", "The duration was added")
    browser.press("Propose to a second moderator")
    browser.press("Sign out")
    approve(browser, installation)


def surfaces(base: str, ref: str) -> dict[str, str]:
    with httpx.Client(base_url=base, trust_env=False) as client:
        return {path: client.get(path).text for path in (*FEEDS, f"/en/entries/{ref}", f"/entries/{ref}.json")}


@pytest.mark.parametrize("open_browser", [chromium, firefox])
def test_the_whole_way_through(
    installation: Installation, tmp_path: Path, open_browser: type[AbstractContextManager[Browser]]
) -> None:
    evidence = tmp_path / "letter of Tamsin.txt"
    evidence.write_text("A letter about Tamsin Orrelby.")
    with open_browser() as browser:
        receipt = submit(browser, installation.url, evidence)
        address = draft(browser, installation)
        approve(browser, installation)
        assert TITLE not in httpx.get(f"{installation.url}/feed.json").text
        assert installation.server.command("release", "--now") == "released: 1\n"

        browser.goto(f"{installation.url}/en/entries?q=questioned+lawyers")
        assert "One entry" in browser.text()
        browser.follow(TITLE)
        ref = browser.url().rsplit("/", 1)[1]
        assert "Likely" in browser.text() or "Not yet assessed" in browser.text()
        for path, text in surfaces(installation.url, ref).items():
            assert ref in text, path
            assert "Orrelby" not in text, path

        correct(browser, installation, address)
        assert "six hours" not in httpx.get(f"{installation.url}/entries/{ref}.json").text
        installation.server.command("release", "--now")
        shown = surfaces(installation.url, ref)
        assert "six hours" in shown["/feed.json"]
        assert "by police officers" not in "".join(shown.values())
        browser.goto(f"{installation.url}/en/entries/{ref}")
        assert "The duration was added" in browser.text()

        browser.goto(f"{installation.url}/en/receipt")
        browser.fill("receipt", receipt.replace(" ", "-"))
        browser.press("Open")
        assert "It is public" in browser.text()
        browser.choose("confirm", "yes")
        started = time.monotonic()
        browser.press("Withdraw")
        assert "It was withdrawn" in browser.text()
        gone = surfaces(installation.url, ref)
        assert time.monotonic() - started < 60
        assert TITLE not in "".join(gone.values())
        assert "questioned" not in "".join(gone.values())
        assert httpx.get(f"{installation.url}/en/entries/{ref}").status_code == 410
        for feed in ("/feed.json", "/feed.atom", "/changes"):
            assert ref in gone[feed], feed
        if isinstance(browser, Chromium):
            assert {one for one in browser.asked if not one.startswith(installation.url)} == set()
    assert installation.server.command("verify") == "1 entries, verified\n"
