"""The people of an installation, each with a browser that reads forms as they are. Nothing here names a field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.defects.browser import Browser, Form, Key
from tests.defects.installation import Installation, installation
from tests.support.engines import StoreUrls

__all__ = [
    "Installation",
    "case_links",
    "claim",
    "sign_in",
    "signed_in",
    "staffed",
    "submission_form",
    "submit",
]

Answers = Sequence[tuple[Key, str | Sequence[str]]]


@contextmanager
def staffed(folder: Path, urls: StoreUrls, **environment: str) -> Iterator[Installation]:
    """A running installation of its own."""
    with installation(folder, urls, **environment) as made:
        yield made


def sign_in(browser: Browser, installation: Installation, login: str) -> None:
    """Fills in the page for signing in that the browser shows, whatever else the page keeps."""
    who = installation.people[login]
    form = next(one for one in browser.forms if any(field.kind == "password" for field in one.controls))
    shown = [one for one in form.controls if one.kind not in ("hidden", "checkbox", "radio")]
    secret = next(number for number, one in enumerate(shown) if one.kind == "password")
    shown[secret].value, shown[secret + 1].value = who.passphrase, who.code()
    if secret:
        shown[secret - 1].value = login
    browser.send(form)


def signed_in(installation: Installation, login: str) -> Browser:
    browser = Browser(installation.url)
    browser.get("/en/sign-in")
    sign_in(browser, installation, login)
    assert browser.cookies, browser.text
    return browser


def submission_form(browser: Browser) -> Form:
    """The form of a submission on the page: the one in which most can be said."""
    return max(browser.forms, key=lambda one: len(one.controls))


def submit(
    installation: Installation,
    text: str,
    answers: Answers = (),
    *,
    files: Any = None,
    urgent: bool = False,
) -> str:
    """Sends a submission as somebody without a browser would. Returns the digits of the receipt."""
    browser = Browser(installation.url)
    browser.get("/en/submit")
    form = submission_form(browser).fill("What happened?", text)
    if urgent:
        form.fill(("Is someone in danger at this moment?", "danger"), "Yes")
    for key, value in answers:
        form.fill(key, value)
    return send_submission(browser, form, files=files)


def send_submission(browser: Browser, form: Form, *, files: Any = None) -> str:
    """Presses the last button that sends, and what the page asks to be pressed after it."""
    for _ in range(3):
        press_last(browser, form, "send", files=files)
        found = re.search(r"(?:\d{4}\s?){8}\d{4}", browser.text)
        if found is not None:
            return re.sub(r"\D", "", found[0])
        form, files = submission_form(browser), None
    raise AssertionError(f"no receipt ({browser.status}): {browser.text[:800]}")


def press_last(browser: Browser, form: Form, words: str, *, files: Any = None) -> None:
    """Presses the last button with the words: the first may be there for the Enter key."""
    wanted = [one for one in form.buttons if words in one.text.lower() or words == one.attrs.get("value")]
    assert wanted, [one.text for one in form.buttons]
    form.buttons = wanted[-1:]
    browser.send(form, words, files=files)


def case_links(browser: Browser) -> list[str]:
    """The cases that the page of the queue lists, in its order."""
    links = [re.sub(r"[#?].*", "", target) for target, _ in browser.links]
    return list(dict.fromkeys(one for one in links if re.search(r"/cases/[^/]+$", one)))


def claim(browser: Browser, case: str) -> None:
    """Opens a case and claims it, when nobody has."""
    browser.get(case)
    form = browser.form_or_none(button="Claim")
    if form is not None:
        browser.send(form, "Claim")
        browser.get(case)
