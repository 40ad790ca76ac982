"""`make shots`: pictures of every page of a demonstration, wide and narrow, light and dark, English and Arabic."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.journeys.installation import SignIn
from tests.support.browsers import CHROMIUM_FLAGS
from tests.support.server import ROOT, Server

FOLDER = ROOT / "shots"
OPEN = (
    "",
    "entries",
    "entries?q=nothing-at-all",
    "states",
    "states/XA",
    "states/XF",
    "about",
    "method",
    "inclusion-rules",
    "data",
    "submit",
    "receipt",
    "sign-in",
    "desk/invitation",
    "desk/recovery",
    "nothing",
)
LOOKS = (
    ("wide", 1280, "light"),
    ("narrow", 360, "light"),
    ("least", 320, "light"),
    ("dark", 1280, "dark"),
    ("narrow-dark", 360, "dark"),
)
DESKS = {
    "moderator-one": ("account", "desk?status=all", "desk?status=closed"),
    "administrator": ("desk/accounts", "desk/standstill"),
    "office": ("office", "account"),
}


def take(page: Any, name: str, address: str = "") -> None:
    """One picture of the whole page; says so when the page does not fit the screen."""
    if address:
        page.goto(address)
    if page.locator("h1", has_text="Something went wrong").count():
        print(f"! {name} is an error of ours")
    page.screenshot(path=str(FOLDER / f"{name}.png"), full_page=True)
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        print(f"! {name} is wider than the screen")


def name_of(path: str) -> str:
    return re.sub(r"[^a-z-]+", "-", path.lower()).strip("-") or "front"


def open_pages(page: Any, base: str, look: str, receipts: Sequence[str]) -> None:
    """What anybody sees, with the form refused and taken, and a thread."""
    for path in OPEN:
        take(page, f"{look}-{name_of(path)}", f"{base}/{path}")
    page.goto(f"{base}/entries")
    take(page, f"{look}-entry", base.rsplit("/", 1)[0] + page.locator("h3 a").first.get_attribute("href"))
    withdrawn = page.request.get(base.rsplit("/", 1)[0] + "/feed.json").json()["items"]
    for item in [one for one in withdrawn if one["_registry"]["kind"] == "withdrawn"][:1]:
        take(page, f"{look}-withdrawn", f"{base}/entries/{item['_registry']['ref']}")
    for number, receipt in enumerate(receipts):
        page.goto(f"{base}/receipt")
        page.fill("[name=receipt]", receipt)
        page.click("main button")
        take(page, f"{look}-thread-{number}")
    page.goto(f"{base}/submit")
    page.fill("[name=when-year]", "2026")
    page.fill("[name=when-month]", "13")
    page.fill("[name=persons-0-name]", "Tamsin Orrelby")
    page.set_input_files("[name=files]", {"name": "a letter.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"})
    page.locator("main .actions button").last.click()
    take(page, f"{look}-submit-refused")
    page.fill("[name=when-month]", "12")
    page.fill("[name=what_happened]", "They came to the office and asked for her.")
    page.locator("main .actions button").last.click()
    take(page, f"{look}-submit-taken")


def sign_in(page: Any, base: str, who: SignIn) -> Any:
    """The cookies of somebody who signed in. Done once: a one-time code is good for one sign-in."""
    page.goto(f"{base}/sign-in")
    page.fill("[name=login]", who.login)
    page.fill("[name=password]", who.passphrase)
    page.fill("[name=code]", who.code())
    page.click("main button")
    return page.context.cookies()


def case_pages(page: Any, base: str) -> Iterator[tuple[str, str]]:
    """(name, address) of a case in each stage, and of what belongs to it."""
    for status in ("received", "in_review", "proposed", "published"):
        page.goto(f"{base}/desk?status={status}")
        links = page.locator("tbody a")
        if links.count():
            case = base.rsplit("/", 1)[0] + links.first.get_attribute("href")
            yield f"case-{status}", case
            yield f"draft-{status}", f"{case}/draft"
            if status == "proposed":
                yield "proposal", f"{case}/proposal"


def desks(page: Any, base: str, look: str, sessions: dict[str, Any]) -> None:
    """What signed-in people see."""
    for login, paths in DESKS.items():
        page.context.clear_cookies()
        page.context.add_cookies(sessions[login])
        for path in paths:
            take(page, f"{look}-{login}-{name_of(path)}", f"{base}/{path}")
        if login == "moderator-one":
            for name, address in list(case_pages(page, base)):
                take(page, f"{look}-desk-{name}", address)
        if login == "office":
            page.goto(f"{base}/office")
            page.locator("main h2 a").first.click()
            take(page, f"{look}-office-item")


def main(wanted: Sequence[str]) -> None:
    """`wanted`: names of looks; without any, all of them."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        server = Server(
            Path(temporary) / "server", {"REGISTRY_DATA_FOLDER": f"{temporary}/data", "REGISTRY_DEMO": "true"}
        )
        told = server.command("demo")
        found = re.findall(r"^  ([\w-]+) +\w+\n    passphrase +(\S+)\n    TOTP secret +(\S+)", told, re.MULTILINE)
        people = {login: SignIn(login, passphrase, secret) for login, passphrase, secret in found}
        receipts = re.findall(r"(?:\d{4} +){8}\d{4}", told)
        server.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM_FLAGS))
            sessions = {
                login: sign_in(browser.new_context().new_page(), f"{server.url}/en", people[login]) for login in DESKS
            }
            for look, width, scheme in LOOKS:
                if wanted and look not in wanted:
                    continue
                screen: dict[str, Any] = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
                page = browser.new_context(**screen).new_page()
                for language in ("en", "ar"):
                    open_pages(page, f"{server.url}/{language}", f"{look}-{language}", receipts)
                    desks(page, f"{server.url}/{language}", f"{look}-{language}", sessions)
            browser.close()
        server.stop()
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}")


if __name__ == "__main__":
    main(sys.argv[1:])
