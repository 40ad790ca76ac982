"""The desk's queue and its cases stay open to the desk, and intake to everybody, whatever anybody sends or reads."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urljoin

import httpx
import pytest

from tests.defects.browser import Browser, Form
from tests.defects.people import (
    Installation,
    case_links,
    claim,
    press_last,
    send_submission,
    signed_in,
    staffed,
    submission_form,
    submit,
)
from tests.defects.racing import kept_busy
from tests.support.engines import sqlite_urls

FLOOD = 110
PERSONS, LETTERS = 200, 400_000  # that one submission takes
LIVELY = 3  # seconds for a page of the desk on a loaded machine
FURTHER = re.compile(r"\b(next|more|older|further|following|page \d)", re.IGNORECASE)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("queue")
    with staffed(folder, sqlite_urls(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def flooded(installation: Installation) -> Browser:
    """A moderator's browser after a flood of urgent submissions, and one that is not urgent after them."""
    with httpx.Client(base_url=installation.url, headers={"accept": "text/html"}, trust_env=False) as client:
        for _ in range(FLOOD):
            browser = Browser(installation.url)
            browser.client = client
            browser.get("/en/submit")
            form = submission_form(browser).fill("What happened?", "They are at the door now.")
            form.fill(("Is someone in danger at this moment?", "danger"), "Yes")
            send_submission(browser, form)
    submit(installation, "I was questioned after I spoke.", [(("State alleged responsible", "responsible"), "XB")])
    return signed_in(installation, "moderator-one")


def pages(browser: Browser, start: str) -> Iterator[list[str]]:
    """The cases of each page of a list, going on for as long as the page leads on."""
    browser.get(start)
    met = set()
    for _ in range(30):
        yield [urljoin(browser.at, one) for one in case_links(browser)]
        met.add(browser.at)
        further = [
            urljoin(browser.at, one.attrs.get("href", ""))
            for one in browser.page.all("a")
            if one.attrs.get("rel") == "next" or FURTHER.search(one.text)
        ]
        left = [one for one in further if one not in met and "/cases/" not in one]
        if not left:
            return
        browser.get(left[0])


@pytest.mark.row("D18")
def test_no_flood_hides_a_case_from_the_queue(flooded: Browser) -> None:
    """After 110 urgent submissions the queue ended at 100 rows, and no way led to the next one."""
    reached = {one for page in pages(flooded, "/en/desk") for one in page}
    assert len(reached) == FLOOD + 1


@pytest.mark.row("D18")
def test_a_case_is_found_among_a_flood_by_words(flooded: Browser) -> None:
    """Nothing but paging through the flood led to a case that somebody asked for."""
    flooded.get("/en/desk")
    searches = [
        one
        for one in flooded.forms
        if one.method == "get" and any(field.kind in ("text", "search") for field in one.controls)
    ]
    assert searches, "the queue offers no search"
    field = next(field for field in searches[0].controls if field.kind in ("text", "search"))
    state = re.search(r'value="XB"[^>]*>([^<]+)<', httpx.get(f"{flooded.base}/en/submit", trust_env=False).text)
    assert state
    field.value = state[1].strip()
    flooded.send(searches[0])
    assert len(case_links(flooded)) == 1


@pytest.mark.row("D34")
def test_reading_never_takes_the_write_lock(installation: Installation, flooded: Browser) -> None:
    """Each page of the desk that was read took the write lock: two readers turned submissions away with 503."""
    flooded.get("/en/desk")
    case = case_links(flooded)[0]
    claim(flooded, case)
    with kept_busy(installation.urls.casework):  # as a submission does for the moment of its commit
        for path in ("/en/desk", case, "/en/receipt", "/en/submit", "/en/"):
            began = time.monotonic()
            flooded.get(path)
            assert flooded.status == 200, path
            assert time.monotonic() - began < LIVELY, path


def of_all_persons(browser: Browser) -> Form:
    """The form with as many persons as it lets be added: rows are sent as its button would make them one by one."""
    browser.get("/en/submit")
    browser.send(submission_form(browser), "Add another person")
    form = submission_form(browser)
    row = [one for one in form.controls if one.name.startswith("persons-1-")]
    assert row
    form.controls += [
        replace(one, name=one.name.replace("-1-", f"-{number}-", 1)) for number in range(2, PERSONS - 1) for one in row
    ]
    browser.send(form, "Add another person")
    form = submission_form(browser)
    assert form.button("Add another person") is None
    assert re.search(rf"takes {PERSONS} persons", browser.text)
    return form


def fill_up(form: Form, letters: int) -> None:
    """Types into every text alike until all answers together have so many letters."""
    words = "She was questioned in the town, on 3 May 2026, by an officer, and told to come again. "
    areas = [one for one in form.controls if one.kind == "textarea"]
    for one in areas:
        one.value = ""
    for one in form.controls:
        if re.fullmatch(r"persons-\d+-name", one.name):
            one.value = f"Person {one.name.split('-')[1]}"
    send = next(one for one in reversed(form.buttons) if one.attrs.get("value") == "send")
    room = letters - sum(len(value) for _, value in form.pairs(send))
    each, over = divmod(room, len(areas))
    for number, one in enumerate(areas):
        size = each + (over if number == 0 else 0)
        one.value = (words * (size // len(words) + 1))[: size - 1] + "."


def largest(installation: Installation) -> None:
    """Sends the largest submission that the form takes, once it refused in words one that is longer."""
    browser = Browser(installation.url)
    form = of_all_persons(browser)
    fill_up(form, LETTERS + 1)
    press_last(browser, form, "send")
    assert browser.status == 422
    assert re.search(rf"longer than {LETTERS} characters", browser.text)
    form = submission_form(browser)
    fill_up(form, LETTERS)
    send_submission(browser, form)


@pytest.mark.row("D19")
def test_the_largest_submission_opens_at_once_and_stops_nobody(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """1.6 million letters took the write lock for 25 to 39 s each time the case was opened; others got 503."""
    folder = tmp_path_factory.mktemp("largest")
    with staffed(folder, sqlite_urls(folder)) as installation:
        largest(installation)
        browser = signed_in(installation, "moderator-one")
        browser.get("/en/desk")
        (case,) = case_links(browser)
        answers: list[int] = []
        over = threading.Event()

        def others() -> None:
            with httpx.Client(base_url=installation.url, headers={"accept": "text/html"}, trust_env=False) as client:
                while not over.is_set():
                    one = Browser(installation.url)
                    one.client = client
                    try:
                        one.get("/en/submit")
                        press_last(one, submission_form(one).fill("What happened?", "I was followed."), "send")
                        answers.append(one.status)
                    except httpx.TimeoutException:
                        answers.append(0)
                    time.sleep(0.2)

        crowd = threading.Thread(target=others)
        crowd.start()
        try:
            browser.client.timeout = httpx.Timeout(4 * LIVELY)
            began = time.monotonic()
            try:
                browser.get(case)
            except httpx.TimeoutException:
                pytest.fail(f"the case did not open within {4 * LIVELY} s")
            took = time.monotonic() - began
        finally:
            over.set()
            crowd.join(timeout=30)
        assert browser.status == 200
        assert set(answers) <= {200}
        assert took < LIVELY
