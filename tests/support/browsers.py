"""Two real browsers with the same few gestures: Chromium without scripts, Firefox as Tor's safest setting has it."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FIREFOX_SETTINGS = {
    "javascript.enabled": False,
    "svg.disabled": True,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "extensions.update.enabled": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "network.dns.disablePrefetch": True,
}


class Browser(Protocol):
    """What a person does in a browser."""

    def goto(self, url: str) -> None: ...
    def fill(self, name: str, text: str) -> None: ...
    def choose(self, name: str, value: str) -> None: ...
    def attach(self, name: str, file: Path) -> None: ...
    def press(self, words: str) -> None: ...
    def follow(self, words: str) -> None: ...
    def text(self) -> str: ...
    def source(self) -> str: ...
    def url(self) -> str: ...


class Chromium:
    """Chromium with scripts off; records every address that it asks for."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.asked: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))

    def goto(self, url: str) -> None:
        self.page.goto(url)

    def _field(self, selector: str) -> Any:
        """The first such field, its closed details opened as a person would."""
        field = self.page.locator(selector).first
        details = field.locator("xpath=ancestor::details[not(@open)]")
        for one in reversed(details.all()):
            one.locator("summary").first.click()
        return field

    def fill(self, name: str, text: str) -> None:
        self._field(f"main [name='{name}']").fill(text)

    def choose(self, name: str, value: str) -> None:
        field = self._field(f"main select[name='{name}'], main [name='{name}'][value='{value}']")
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.check()

    def attach(self, name: str, file: Path) -> None:
        self.page.locator(f"main input[name='{name}']").set_input_files(str(file))

    def press(self, words: str) -> None:
        button = self.page.locator("button:not([tabindex='-1'])").filter(has_text=words).first
        details = button.locator("xpath=ancestor::details[not(@open)]")
        for one in reversed(details.all()):
            one.locator("summary").first.click()
        button.click()
        self.page.wait_for_load_state()

    def follow(self, words: str) -> None:
        self.page.locator("a").filter(has_text=words).first.click()
        self.page.wait_for_load_state()

    def text(self) -> str:
        return " ".join(self.page.locator("body").inner_text().split())

    def source(self) -> str:
        return str(self.page.content())

    def url(self) -> str:
        return str(self.page.url)


@contextmanager
def chromium() -> Iterator[Chromium]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM_FLAGS))
        page = browser.new_context(java_script_enabled=False).new_page()
        yield Chromium(page)
        browser.close()


class Firefox:
    """Firefox ESR through Marionette, scripts and SVG off."""

    def __init__(self, marionette: Any) -> None:
        self.marionette = marionette

    def _all(self, css: str) -> list[Any]:
        return list(self.marionette.find_elements("css selector", css))

    def _one(self, css: str) -> Any:
        found = self._all(css)
        assert found, css
        self._open_details(found[0])
        return found[0]

    def _open_details(self, element: Any) -> None:
        for details in reversed(element.find_elements("xpath", "ancestor::details[not(@open)]")):
            details.find_element("css selector", "summary").click()

    def goto(self, url: str) -> None:
        self.marionette.navigate(url)

    def fill(self, name: str, text: str) -> None:
        field = self._one(f"main [name='{name}']")
        field.clear()
        field.send_keys(text)

    def choose(self, name: str, value: str) -> None:
        field = self._one(f"main select[name='{name}'], main [name='{name}'][value='{value}']")
        if field.tag_name == "select":
            field.find_element("css selector", f"option[value='{value}']").click()
        elif not field.is_selected():
            field.click()

    def attach(self, name: str, file: Path) -> None:
        self._one(f"main input[name='{name}']").send_keys(str(file))

    def press(self, words: str) -> None:
        self._click("button:not([tabindex='-1'])", words)

    def follow(self, words: str) -> None:
        self._click("a", words)

    def _click(self, css: str, words: str) -> None:
        for element in self._all(css):
            if words in " ".join(element.text.split()) or words in (element.get_property("textContent") or ""):
                self._open_details(element)
                element.click()
                self._settle()
                return
        raise AssertionError(f"nothing to press says {words!r}")

    def _settle(self) -> None:
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            time.sleep(0.15)
            if self.marionette.find_elements("css selector", "footer"):
                return

    def text(self) -> str:
        return " ".join(self.marionette.find_element("tag name", "body").text.split())

    def source(self) -> str:
        return str(self.marionette.page_source)

    def url(self) -> str:
        return str(self.marionette.get_url())


@contextmanager
def firefox() -> Iterator[Firefox]:
    from marionette_driver.marionette import Marionette

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    with tempfile.TemporaryDirectory() as profile:
        settings = FIREFOX_SETTINGS | {"marionette.port": port}
        lines = (f"user_pref({name!r}, {_literal(value)});\n".replace("'", '"', 2) for name, value in settings.items())
        (Path(profile) / "user.js").write_text("".join(lines))
        process = subprocess.Popen(
            ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", profile],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            marionette = Marionette(host="127.0.0.1", port=port)
            marionette.start_session(timeout=60)
            yield Firefox(marionette)
            marionette.delete_session()
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()


def _literal(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int) else f'"{value}"'
