"""`make shots`: pictures of every page of a demonstration, wide and narrow, light and dark, English and Arabic."""

from __future__ import annotations

import re
import tempfile
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
    "states/XA",
    "about",
    "method",
    "inclusion-rules",
    "data",
    "submit",
    "receipt",
    "sign-in",
    "nothing",
)
LOOKS = (("wide", 1280, "light"), ("narrow", 375, "light"), ("dark", 1280, "dark"))


def take(page: Any, address: str, name: str) -> None:
    page.goto(address)
    page.screenshot(path=str(FOLDER / f"{name}.png"), full_page=True)
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        print(f"! {name} is wider than the screen")


def desk(page: Any, base: str, who: SignIn, look: str) -> None:
    page.goto(f"{base}/en/sign-in")
    page.fill("[name=login]", who.login)
    page.fill("[name=password]", who.passphrase)
    page.fill("[name=code]", who.code())
    page.click("main button")
    page.goto(f"{base}/en/desk?status=proposed")
    case = base + page.locator("tbody a").first.get_attribute("href")
    for name, address in (
        ("queue", f"{base}/en/desk?status=all"), ("case", case), ("draft", f"{case}/draft"), ("proposal", f"{case}/proposal"),
        ("account", f"{base}/en/account"),
    ):  # fmt: skip
        take(page, address, f"{look}-en-desk-{name}")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        server = Server(
            Path(temporary) / "server", {"REGISTRY_DATA_FOLDER": f"{temporary}/data", "REGISTRY_DEMO": "true"}
        )
        told = server.command("demo")
        found = re.findall(
            r"^  ([\w-]+) +\w+\n    passphrase +(\S+)\n    TOTP secret +(\S+)", told, re.MULTILINE
        )
        people = {login: SignIn(login, passphrase, secret) for login, passphrase, secret in found}
        server.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=list(CHROMIUM_FLAGS)
            )
            for (look, width, scheme), login in zip(
                LOOKS, ("moderator-one", "moderator-two", "moderator-one"), strict=True
            ):
                screen: dict[str, Any] = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
                page = browser.new_context(**screen).new_page()
                for language in ("en", "ar"):
                    for path in OPEN:
                        take(
                            page,
                            f"{server.url}/{language}/{path}",
                            f"{look}-{language}-{path.replace('/', '-') or 'front'}",
                        )
                    page.goto(f"{server.url}/{language}/entries")
                    take(
                        page,
                        server.url + page.locator("h3 a").first.get_attribute("href"),
                        f"{look}-{language}-entry",
                    )
                desk(page, server.url, people[login], look)
            browser.close()
        server.stop()
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}")


if __name__ == "__main__":
    main()
