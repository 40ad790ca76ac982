"""The desk over HTTP: who may do what, and what happens when two people do it at once."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.journeys.acting import PUBLIC, Telling, approve, open_newest_case, propose, signed_in, submit
from tests.journeys.installation import Installation, found
from tests.journeys.person import Person
from tests.support.engines import sqlite_urls

NO_FILE = [("files", ("", b"", "application/octet-stream"))]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> {{7*7}} ${7*7} javascript:alert(1)"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("desk")
    made = found(folder, sqlite_urls(folder / "stores"), REGISTRY_RELEASE_HOLD_DAYS="0,0", REGISTRY_RELEASE_HOUR="23")
    made.add("sibling", "moderator", "moderator-one", "administrator")
    made.add("conflicted", "moderator", "moderator-two", "moderator-three", conflicts=("XA",))
    yield made
    assert made.server.printed() == ""
    made.server.stop()


@pytest.fixture(scope="module")
def people(desk: Installation) -> dict[str, Person]:
    """Everybody, signed in once: a one-time code is good for one sign-in."""
    return {login: signed_in(desk, login) for login in desk.people}


def new_case(desk: Installation, person: Person, telling: Telling | None = None) -> str:
    person.get("/en/desk?status=all")
    before = {link for link, _ in person.page.links}
    submit(desk, telling or Telling("Ines Varga"))
    person.get("/en/desk?status=all")
    (case,) = {link for link, _ in person.page.links if "/desk/cases/" in link} - before
    return case


def post(person: Person, case: str, action: str, **values: str) -> httpx.Response:
    person.get(case)
    return person.press(action, dict(values))


def test_a_proposal_of_ones_own_and_one_of_a_sponsor_cannot_be_approved(
    desk: Installation, people: dict[str, Person]
) -> None:
    case = new_case(desk, people["moderator-one"])
    propose(people["moderator-one"], case, **PUBLIC)
    for login, why in (
        ("moderator-one", "You proposed this yourself"),
        ("sibling", "One of you vouched for the other"),
    ):
        person = people[login]
        person.get(case + "/proposal")
        assert why in person.text
        back = person.form_with("reason", "csrf")
        forged = person._send(
            "POST",
            desk.url + case + "/proposal",
            data={"csrf": dict(back.fields)["csrf"], "action": "approve"},
        )
        assert forged.status_code == 403
    people["moderator-two"].get(case + "/proposal")
    assert "Agree to the release" in people["moderator-two"].text


def test_a_moderator_without_a_grant_sees_nothing(desk: Installation, people: dict[str, Person]) -> None:
    case = new_case(desk, people["moderator-one"], Telling("Ines Varga", [("files", ("a.txt", b"x", "text/plain"))]))
    people["moderator-one"].get(case)
    file = next(link for link, _ in people["moderator-one"].page.links if "/files/" in link)
    outsider = people["conflicted"]
    outsider.get("/en/desk?status=all")
    assert case not in outsider.response.text
    outsider.get("/en/desk/cases/" + "0" * 32)
    nothing = outsider.text
    for address in (case, case + "/draft", case + "/proposal", file):
        answer = outsider.get(address)
        assert answer.status_code == 404
        assert outsider.text == nothing
    granted = post(people["moderator-one"], case, "/do/grant", login="conflicted")
    assert granted.status_code == 422
    assert "cannot be given access" in granted.text


def test_an_overridden_finding_is_shown_to_the_second_moderator_with_its_reason(
    desk: Installation, people: dict[str, Person]
) -> None:
    one, two = people["moderator-one"], people["moderator-two"]
    case = new_case(desk, one)
    planted = PUBLIC | {"summary": "The minister Varga denied that a lawyer was questioned."}
    propose(one, case, **planted)
    assert "The leak gate stops this text" in one.text
    assert "The minister Varga denied" in one.response.text
    form = one.form_with("summary", "title")
    override = next(name for name in form.names if re.fullmatch(r"overrides-\d+-reason", name))
    one.send(form, {override: "The minister has the same name."}, button="propose")
    assert "Proposed" in one.text
    two.get(case + "/proposal")
    assert "The proposer lets it stand:" in two.text
    assert "The minister has the same name." in two.text


def test_consent_that_does_not_cover_it_stops_a_proposal(desk: Installation, people: dict[str, Person]) -> None:
    one = people["moderator-one"]
    case = new_case(desk, one)
    post(one, case, "/do/claim")
    one.get(case)
    one.press("/people", {"persons-0-uses": ["keep_on_file"]})
    propose(one, case, **PUBLIC)
    assert "did not agree to any publication" in one.text
    assert one.response.status_code == 422


def test_two_saves_at_once_one_wins_and_the_other_keeps_what_was_typed(
    desk: Installation, people: dict[str, Person]
) -> None:
    one = people["moderator-one"]
    case = new_case(desk, one)
    post(one, case, "/do/claim")
    one.get(case + "/draft")
    first = one.form_with("summary", "title")
    one.send(first, PUBLIC, button="Save and check")
    late = one.send(first, PUBLIC | {"summary": "A text typed in another window."}, button="Save and check")
    assert late.status_code == 409
    assert "A text typed in another window." in late.text


def test_the_loser_of_two_saves_sees_what_was_saved_meanwhile_and_keeps_every_decision(
    desk: Installation, people: dict[str, Person]
) -> None:
    one = people["moderator-one"]
    case = new_case(desk, one)
    post(one, case, "/do/claim")
    one.get(case + "/draft")
    first = one.form_with("summary", "title")
    treatment, allowed = "particulars-0-treatment", "particulars-0-allowed"
    one.send(first, PUBLIC | {"title": "Saved in the other window"}, button="Save and check")
    one.send(first, PUBLIC | {treatment: "pseudonym", allowed: "the Heron"}, button="Save and check")
    assert one.response.status_code == 409
    assert "Saved in the other window" in one.text
    again = dict(one.form_with("summary", "title").fields)
    assert (again["title"], again[treatment], again[allowed]) == (PUBLIC["title"], "pseudonym", "the Heron")
    assert one.dead_ends == []


def test_an_approval_of_what_changed_since_it_was_read_is_refused(
    desk: Installation, people: dict[str, Person]
) -> None:
    one, two = people["moderator-one"], people["moderator-two"]
    case = new_case(desk, one)
    propose(one, case, **PUBLIC)
    two.get(case + "/proposal")
    stale = next(form for form in two.page.forms if any(value == "approve" for _, value, _ in form.buttons))
    one.get(case + "/proposal")
    one.send(one.form_with("reason", "csrf"), {"reason": "Better words."}, button="send_back")
    propose(one, case, **(PUBLIC | {"summary": "A lawyer was threatened by the police in March 2026."}))
    assert "Proposed" in one.text
    two.send(stale, button="approve")
    assert two.response.status_code == 409
    assert "changed since you opened it" in two.text
    assert "threatened by the police" in two.text
    two.get(case)
    assert "Agreed, waiting for release" not in two.text
    two.get(case + "/proposal")
    read_again = next(form for form in two.page.forms if any(value == "approve" for _, value, _ in form.buttons))
    two.send(read_again, button="approve")
    assert "Agreed, waiting for release" in two.text
    post(one, case, "/do/suspend", reason="Not safe today.")


def test_a_release_waits_for_nothing_that_consent_no_longer_covers(
    desk: Installation, people: dict[str, Person]
) -> None:
    one, two = people["moderator-one"], people["moderator-two"]
    case = new_case(desk, one)
    propose(one, case, **PUBLIC)
    one.get(case + "/proposal")
    one.send(one.form_with("reason", "csrf"), {"reason": "Better words."}, button="send_back")
    propose(one, case, **(PUBLIC | {"summary": "A lawyer was questioned at length in March 2026."}))
    approve(two, case)
    assert "Agreed, waiting for release" in two.text
    people_form(one, case, "-about", "She works in the capital.")
    assert "Agreed, waiting for release" in one.text
    people_form(one, case, "-uses", ["keep_on_file"])
    assert "no longer cover the text that was agreed" in one.text
    assert "In review" in one.text
    assert desk.server.command("release", "--now") == "released: 0\n"


def test_what_is_public_and_no_longer_covered_is_said_on_the_case(
    desk: Installation, people: dict[str, Person]
) -> None:
    one, two = people["moderator-one"], people["moderator-two"]
    case = new_case(desk, one)
    propose(one, case, **(PUBLIC | {"summary": "A lawyer was questioned at Quellmar in March 2026."}))
    approve(two, case)
    desk.server.command("release", "--now")
    one.get(case)
    assert "What is public is no longer covered" not in one.text
    one.get(case + "/draft")
    new = max(name for name in one.form_with("summary").names if re.fullmatch(r"particulars-\d+-value", name))
    one.send(
        one.form_with("summary"), {new: "Quellmar", new.replace("value", "kind"): "place"}, button="Save and check"
    )
    one.get(case)
    assert "What is public is no longer covered" in one.text
    assert "“Quellmar” stands in the public text" in one.text
    one.get("/en/desk")
    assert next(link for link, _ in one.page.links if "/desk/cases/" in link) == case
    people_form(one, case, "-uses", ["keep_on_file"])
    assert "Suspended" in one.text
    assert "at Quellmar" not in httpx.get(desk.url + "/feed.json", trust_env=False).text


def test_whoever_is_told_of_later_is_compared_and_asked_too(desk: Installation, people: dict[str, Person]) -> None:
    one = people["moderator-one"]
    one.get("/en/desk?status=all")
    before = {link for link, _ in one.page.links}
    sender = Person(desk.url)
    sender.get("/en/submit")
    form = sender.form_with("what_happened")
    answers = Telling("Ines Varga").answers()
    sender.send(form, answers, files=NO_FILE)
    one.get("/en/desk?status=all")
    (case,) = {link for link, _ in one.page.links if "/desk/cases/" in link} - before
    post(one, case, "/do/claim")
    sender.send(form, answers | {"persons-0-name": "Oona Brackwater", "persons-0-uses": None}, files=NO_FILE)
    assert "Write down your receipt" in sender.text
    propose(one, case, **(PUBLIC | {"summary": "A lawyer was questioned. Brackwater was there."}))
    assert one.response.status_code == 422
    assert "Oona Brackwater did not agree to any publication" in one.text
    assert "which must stay sealed" in one.text


def test_the_second_moderator_reads_all_that_becomes_public(desk: Installation, people: dict[str, Person]) -> None:
    one, two = people["moderator-one"], people["moderator-two"]
    case = new_case(desk, one)
    propose(one, case, **PUBLIC)
    approve(two, case)
    desk.server.command("release", "--now")
    one.get(case + "/draft")
    one.send(
        one.form_with("summary"),
        {"summary": "A lawyer was questioned for hours.", "change_note": "It took hours"},
        button="propose",
    )
    two.get(case + "/proposal")
    for words in (
        "It took hours",
        "for hours.",
        "What is public now",
        PUBLIC["summary"],
        "Sources",
        "Leave out",
    ):
        assert words in two.text, words
    post(one, case, "/do/suspend", reason="Not safe today.")


def test_every_message_of_an_error_leads_to_its_field(desk: Installation, people: dict[str, Person]) -> None:
    one, two = people["moderator-one"], people["moderator-two"]
    case = new_case(desk, one)
    post(one, case, "/do/claim")
    for action, values in (
        ("/do/ask", {"text": ""}),
        ("/do/note", {"note": " "}),
        ("/do/grant", {"login": "nobody"}),
        ("/do/close", {"reason": ""}),
        ("/do/tell-office", {"office_summary": ""}),
    ):
        post(one, case, action, **values)
        assert (one.response.status_code, one.dead_ends) == (422, []), action
        assert "Please look at this again" in one.text
    two.get(case)
    assert two.dead_ends == []
    post(two, case, "/do/claim", reason="")
    assert (two.response.status_code, two.dead_ends) == (409, [])
    people_form(one, case, "-agreed_on", "last week")
    assert (one.response.status_code, one.dead_ends) == (422, [])
    assert dict(one.form_with("act_grade").fields)["persons-0-agreed_on"] == "last week"
    one.get(case + "/draft")
    one.send(one.form_with("summary"), {"title": "", "acts-0-date": "soon"}, button="propose")
    assert (one.response.status_code, one.dead_ends) == (422, [])


def people_form(person: Person, case: str, ending: str, value: object) -> None:
    """Changes one answer about the first person of a case, and saves."""
    person.get(case)
    person.press("/people", {"persons-0" + ending: value})
    assert person.response.status_code in (200, 422)


def test_the_gate_reads_a_draft_that_is_not_complete(desk: Installation, people: dict[str, Person]) -> None:
    one = people["moderator-one"]
    case = new_case(desk, one)
    post(one, case, "/do/claim")
    one.get(case + "/draft")
    incomplete = {
        "title": "",
        "acts-0-type": "",
        "summary": "They came for Varga.",
        "persons-0-label": "I. Varga",
    }
    one.send(one.form_with("summary"), incomplete, button="Save and check")
    assert "The leak gate stops this text" in one.text
    assert "Not complete yet" in one.text
    assert one.response.text.count('<div class="finding block">') == 2
    assert one.dead_ends == []


def test_the_queue_shows_what_a_moderator_found_urgent_first(desk: Installation, people: dict[str, Person]) -> None:
    one = people["moderator-one"]
    case = new_case(desk, one, Telling("Ines Varga"))
    post(one, case, "/do/claim")
    one.get(case)
    assert dict(one.form_with("act_grade").fields)["urgency"] == "urgent"
    for urgency in ("low", "high"):
        one.get(case)
        one.press("/people", {"urgency": urgency})
        one.get("/en/desk?status=all&mine=1")
        shown = [row for row in re.findall(r"<tr>.*?</tr>", one.response.text, re.DOTALL) if "<td>" in row]
        kinds = [next(word for word in ("Urgent", "High", "Normal", "Low") if word in row) for row in shown]
        assert kinds == sorted(kinds, key=("Urgent", "High", "Normal", "Low").index)
        assert urgency.capitalize() in kinds


def test_two_approvals_at_once_release_once(desk: Installation, people: dict[str, Person]) -> None:
    case = new_case(desk, people["moderator-one"])
    propose(people["moderator-one"], case, **PUBLIC)
    both = [people["moderator-two"], people["moderator-three"]]
    forms = []
    for person in both:
        person.get(case + "/proposal")
        forms.append(next(form for form in person.page.forms if any(b[1] == "approve" for b in form.buttons)))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda pair: pair[0].send(pair[1], button="approve"), zip(both, forms, strict=True)))
    assert sorted(person.response.status_code for person in both) == [200, 409]
    stopper = people["sibling"]
    assert "Stop the release" in (stopper.get(case), stopper.text)[1]
    post(stopper, case, "/do/stop", reason="Not safe today.")
    assert "In review" in stopper.text
    assert desk.server.command("release", "--now") == "released: 0\n"
    late = post(people["moderator-one"], case, "/do/note", note="stopped in time")
    assert "stopped in time" in late.text


def test_what_a_stranger_wrote_is_shown_and_never_run(desk: Installation, people: dict[str, Person]) -> None:
    one = people["moderator-one"]
    case = new_case(desk, one, Telling(HOSTILE[:150], [("files", (HOSTILE[:60], b"x", "text/html"))]))
    for address in (case, case + "/draft"):
        page = one.get(address).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert html.escape("<script>alert(1)</script>", quote=False) in page
        assert "49" not in re.sub(r"[0-9a-f]{8,}|\d{4}-\d\d-\d\d|\d+ bytes", "", one.text)
        assert 'href="javascript' not in page
    target = next(link for link, _ in one.page.links if "/files/" in link) if "/files/" in page else None
    assert target is None
    one.get(case)
    file = one.get(next(link for link, _ in one.page.links if "/files/" in link))
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"].startswith('attachment; filename="file-')


def test_an_administrator_opens_nothing_and_the_office_sees_no_accounts(
    desk: Installation, people: dict[str, Person]
) -> None:
    case = new_case(desk, people["moderator-one"])
    allowed = {
        "/en/desk": {"moderator-one"},
        case: {"moderator-one"},
        case + "/draft": {"moderator-one"},
        "/en/desk/accounts": {"moderator-one", "administrator"},
        "/en/office": {"office"},
        "/en/account": {"moderator-one", "administrator", "office"},
    }
    nobody = Person(desk.url)
    for address, logins in allowed.items():
        for login in ("moderator-one", "administrator", "office"):
            assert people[login].get(address).status_code == (200 if login in logins else 403), (
                address,
                login,
            )
        assert nobody.client.get(desk.url + address).status_code == 303


def test_forms_of_the_desk_need_the_token_of_their_own_session(desk: Installation, people: dict[str, Person]) -> None:
    one, two = people["moderator-one"], people["moderator-two"]
    case = new_case(desk, one)
    one.get(case)
    two.get(case)
    theirs = dict(two.form_with("note").fields)["csrf"]
    for csrf in ("", "0" * 64, theirs):
        one.get(case)
        assert one.press("/do/note", {"csrf": csrf, "note": "forged"}).status_code == 403
    one.get(case)
    assert "forged" not in one.text


def test_signing_in_says_the_same_whatever_is_wrong_and_locks_nobody_out(desk: Installation) -> None:
    who = desk.people["moderator-three"]
    guest = Person(desk.url)
    answers = set()
    for login, password, code in (
        ("nobody-here", who.passphrase, "000000"),
        (who.login, "wrong", "000000"),
        (who.login, who.passphrase, "000000"),
        (who.login, "x" * 5000, "1"),
        (who.login, "", ""),
    ):
        guest.get("/en/sign-in")
        answer = guest.send(guest.form_with("password"), {"login": login, "password": password, "code": code})
        assert answer.status_code == 401
        answers.add(answer.text.replace(login, "LOGIN"))
    assert len(answers) == 1
    assert guest.cookies == {}
    code = who.code()
    owner = Person(desk.url)
    for expected in (True, False):
        owner.get("/en/sign-in")
        owner.send(owner.form_with("password"), {"login": who.login, "password": who.passphrase, "code": code})
        assert ("Queue" in owner.text) is expected
        if expected:
            cookie = dict(owner.cookies)
            owner.send(next(form for form in owner.page.forms if form.action.endswith("sign-out")))
            owner.cookies = cookie
            assert "Sign in" in (owner.get("/en/desk"), owner.text)[1]
            owner.cookies = {}


def test_the_cookie_is_strict_and_pages_of_the_desk_are_kept_nowhere(
    desk: Installation, people: dict[str, Person]
) -> None:
    answer = people["moderator-one"].get("/en/desk")
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"]
    who = desk.people["sibling"]
    guest = Person(desk.url)
    guest.get("/en/sign-in")
    form = guest.form_with("password")
    sent = dict(form.fields) | {"login": who.login, "password": who.passphrase, "code": who.code()}
    raw = guest.client.post(desk.url + form.action, data=sent, headers={"sec-fetch-site": "same-origin"})
    cookie = raw.headers["set-cookie"].lower()
    for part in ("__host-desk=", "secure", "httponly", "samesite=strict", "path=/"):
        assert part in cookie


def test_an_unclaimed_case_is_not_changed_and_the_newest_opens(desk: Installation, people: dict[str, Person]) -> None:
    case = new_case(desk, people["moderator-two"])
    two = people["moderator-two"]
    two.get(case + "/draft")
    assert "Claim the case to change this." in two.text
    assert open_newest_case(people["moderator-one"])
