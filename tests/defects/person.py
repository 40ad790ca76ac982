"""What people do in the registry, by its pages alone. Whatever knows the words and fields of a page stands here."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from tests.defects.browser import Browser, Element, Form
from tests.defects.installation import PASSPHRASE, SECRET, Installation, invite, join
from tests.defects.racing import kept_busy

RECEIPT = re.compile(r"(?:\d\s*){36}")
COVERED = ("keep_on_file", "publish_without_name", "tell_president_office")


@dataclass
class Someone:
    """A person concerned, and what they agreed to."""

    name: str
    uses: Sequence[str] = COVERED
    understood: str = "yes"
    also: str = ""
    role: str = "lawyer"


@dataclass
class Told:
    """What a submitter tells."""

    persons: Sequence[Someone]
    what: str = "She was summoned and questioned."
    acts: Sequence[str] = ("summons_interrogation",)
    day: str = "2026-03-14"
    bodies: Sequence[str] = ("upr",)
    contacts: Sequence[str] = ("side_event",)
    where: str = ""
    state: str = "XA"
    who_else_knows: str = ""


@dataclass
class Draft:
    """The public text of a case."""

    title: str = "A lawyer was summoned"
    summary: str = "A lawyer was questioned in March 2026."
    label: str = "A lawyer"
    named: str = "no"
    state: str = "XA"
    act: str = "summons_interrogation"
    act_date: str = "2026-03"
    body: str = "upr"
    contact: str = "side_event"
    more: dict[str, str] = field(default_factory=dict)


class Submitter(Browser):
    """Sends the form, and comes back with the receipt."""

    def __init__(self, installation: Installation) -> None:
        super().__init__(installation.url)
        self.receipt = ""

    def tell(self, told: Told) -> str:
        """Fills in the form and sends it. Returns the receipt; empty when none was given."""
        self.get("/en/submit")
        for _ in told.persons[1:]:
            self.send(self._form(), "Add another person")
        form = self._form()
        year, month, day = told.day.split("-")
        for key, value in (
            (("what_happened", "What happened?"), told.what),
            (("when-year", "Year"), year),
            (("when-month", "Month"), month),
            (("when-day", "Day"), day),
            (("where", "Where?"), told.where),
            (("state_alleged", "State alleged responsible"), told.state),
            (("state_where", "State where it happened"), told.state),
            (("who_else_knows", "Who else knows?"), told.who_else_knows),
        ):
            form.fill(key, value)
        for name, values in (("acts", told.acts), ("un_bodies", told.bodies), ("cooperation", told.contacts)):
            form.fill(name, values)
        for number, person in enumerate(told.persons, 1):
            within = f"Person {number}"
            form.fill(("name", "Name"), person.name, within)
            form.fill(("also", "Other spellings"), person.also, within)
            form.fill(("role", "Role"), person.role, within)
            consents(form, person, within)
        self.send(form, "Send, sealed")
        found = RECEIPT.search(self.text)
        self.receipt = "".join(found[0].split()) if found else ""
        return self.receipt

    def _form(self) -> Form:
        return self.form(fields=[("what_happened", "What happened?")])

    def come_back(self) -> str:
        """Opens the thread; what it says."""
        self.get("/en/receipt")
        form = self.form(fields=["receipt"])
        form.fill("receipt", self.receipt)
        self.send(form)
        return self.text

    def write(self, text: str) -> bool:
        """Writes a message; whether the page says that it arrived. The thread must be open."""
        form = self.form(action="/message")
        form.fill(("text", "Write to us"), text)
        self.send(form)
        return "Your message is with us" in self.text

    def withdraw(self) -> bool:
        """Takes everything back; whether the page says that it is done. The thread must be open."""
        form = self.form(action="/withdraw")
        form.fill(("confirm", "Withdraw everything"), ["yes"])
        self.send(form)
        return self.status == 200 and self.told_gone

    @property
    def told_gone(self) -> bool:
        """Whether the thread says that nothing is public, or is just being taken down."""
        words = ("It was withdrawn", "You withdrew it", "taken down", "is gone")
        return self.form_or_none(action="/withdraw") is None and any(one in self.text for one in words)


def consents(form: Form, person: Someone, within: str) -> None:
    """Fills in what a person agreed to, wherever a form asks it."""
    form.fill(("uses", "What does this person agree to?", "Agrees to"), person.uses, within)
    form.fill(("understood", "Understood the risks"), person.understood, within)
    form.fill(("understood_on", "Understood on"), "2026-04", within)
    form.fill(("agreed_on", "Agreed on"), "2026-04", within)
    form.fill(("given_by", "Given by"), "person", within)


class SignedIn(Browser):
    """Somebody with an account, signed in."""

    def __init__(self, installation: Installation, login: str) -> None:
        super().__init__(installation.url)
        self.installation, self.login = installation, login
        self.secrets = installation.people[login]
        self.get("/en/sign-in")
        form = self.form(fields=["login", "password", "code"])
        form.fill("login", login).fill("password", self.secrets.passphrase).fill("code", self.secrets.code())
        self.send(form)
        assert self.cookies, self.text

    def another_window(self) -> Any:
        """A second window of the same session."""
        other = object.__new__(type(self))
        Browser.__init__(other, self.base)
        other.installation, other.login, other.secrets = self.installation, self.login, self.secrets
        other.cookies = dict(self.cookies)
        return other

    def send(self, form: Form, button: str = "", *, files: Any = None) -> httpx.Response:
        """Presses a button; gives passphrase and a fresh code when the page asks for them before it does anything."""
        answer = super().send(form, button, files=files)
        typed = [{one.name for one in form.controls if one.kind != "hidden"} for form in self.forms]
        asked = [form for form, names in zip(self.forms, typed, strict=True) if names == {"password", "code"}]
        return super().send(self.confirmed(asked[0])) if asked else answer

    def confirmed(self, form: Form) -> Form:
        """Adds passphrase and a fresh code where a form asks for them."""
        if form.has("password") and form.has("code"):
            form.fill("password", self.secrets.passphrase).fill("code", self.secrets.code())
        return form


class Moderator(SignedIn):
    """Somebody of the desk."""

    def cases(self, view: str = "?status=all") -> list[str]:
        """Addresses of all cases that the queue lists, newest pages included."""
        self.get(f"/en/desk{view}")
        found: list[str] = []
        for _ in range(50):
            found += [link for link, _ in self.links if re.search(r"/desk/cases/\w+$", link)]
            following = [link for link, words in self.links if words.lower() in ("next", "more", "next page")]
            if not following:
                break
            self.get(following[0])
        return list(dict.fromkeys(found))

    def take_new(self, submitter: Submitter, told: Told) -> str:
        """Lets a submitter tell it, and claims the case that it made. Its address."""
        before = set(self.cases("?status=received"))
        assert submitter.tell(told), submitter.text
        (case,) = set(self.cases("?status=received")) - before
        self.claim(case)
        return case

    def claim(self, case: str) -> None:
        self.press(case, "/claim")

    def press(self, case: str, action: str, **values: str) -> httpx.Response:
        """One of the actions of a case's page, with what it asks for."""
        self.get(case)
        form = self.form(action=action)
        for name, value in values.items():
            form.fill(name, value)
        return self.send(self.confirmed(form))

    def offers(self, case: str, action: str) -> bool:
        self.get(case)
        return self.form_or_none(action=action) is not None

    def persons_form(self, case: str) -> Form:
        self.get(case)
        return self.form(fields=[("act_grade", "Did it happen?")])

    def record(self, case: str, *people: Someone) -> httpx.Response:
        """Records what people who are listed already agreed to, and how far it is verified."""
        form = self.persons_form(case)
        form.fill(("act_grade", "Did it happen?"), "likely").fill(("link_grade", "Because of"), "inferred")
        form.fill(("sources", "Number of independent sources"), "2")
        for person in people:
            consents(form, person, person.name)
        return self.send(form, "Save persons")

    def take_off_the_list(self, case: str, name: str) -> bool:
        """Takes a person off the list of a case, if that can be done at all."""
        form = self.persons_form(case)
        if not form.has("remove", name):
            return False
        form.fill("remove", ["yes"], name)
        self.send(form, "Save persons")
        return self.status == 200

    def draft_form(self, case: str) -> Form:
        self.get(case + "/draft")
        return self.form(fields=[("title", "Title"), ("summary", "Text")])

    def draft(self, case: str, draft: Draft, button: str = "save") -> httpx.Response:
        form = self.draft_form(case)
        for key, value in (
            (("title", "Title"), draft.title),
            (("summary", "Text"), draft.summary),
            (("kind", "Kind"), "reprisal"),
            (("state_alleged", "State alleged responsible"), draft.state),
            (("state_where", "State where it happened"), draft.state),
            (("acts-0-type", "Act"), draft.act),
            (("acts-0-date", "Date"), draft.act_date),
            (("engagements-0-body", "Body"), draft.body),
            (("engagements-0-form", "Kind of contact"), draft.contact),
            (("persons-0-label", "Said as"), draft.label),
            (("persons-0-named", "Shown with"), draft.named),
        ):
            form.fill(key, value)
        if any(not form.has(name) for name in draft.more):
            self.send(form, "persons")
            form = self.form(fields=[("title", "Title"), ("summary", "Text")])
        for name, value in draft.more.items():
            form.fill(name, value)
        return self.send(form, button)

    def propose(self, case: str, draft: Draft | None = None) -> bool:
        self.draft(case, draft or Draft(), "propose")
        return "Proposed" in self.text and self.status == 200

    def read_proposal(self, case: str) -> Form | None:
        """Opens what waits for a second moderator; the form that agrees to it, if there is one for this person."""
        self.get(case + "/proposal")
        return self.form_or_none(button="approve")

    def approve(self, case: str, form: Form | None = None) -> bool:
        """Agrees to the release. Whether the desk says so."""
        form = form or self.read_proposal(case)
        if form is None:
            return False
        self.send(self.confirmed(form), "approve")
        return self.status == 200 and "Agreed, waiting for release" in self.text

    def status_of(self, case: str) -> str:
        """The status that the page of a case begins with."""
        self.get(case)
        for words in (
            "Agreed, waiting for release",
            "Withdrawn",
            "Suspended",
            "Published",
            "In review",
            "Proposed",
            "Closed",
        ):
            if any(words in one.text for one in self.page.all("p", "span") if "meta" in one.attrs.get("class", "")):
                return words
        return self.text[:200]

    def entry_ref(self, case: str) -> str:
        """The reference of what is public of a case; empty when nothing is."""
        self.get(case)
        found = [one for link, _ in self.links for one in re.findall(r"/entries/([\w-]+)$", link)]
        return found[0] if found else ""

    def tell_office(self, case: str, summary: str) -> bool:
        """Tells the Office in confidence; whether the desk says that it did."""
        self.get(case)
        form = self.form(action="/tell-office")
        form.fill(("office_summary", "What the Office is told"), summary)
        if form.has("names"):
            form.fill("names", ["yes"])
        self.send(self.confirmed(form))
        return self.status == 200 and "The Office is told" in self.text

    def agree_to_telling(self, case: str) -> bool:
        """Agrees, as the second person, to what another one wants to tell the Office; False where nothing asks for it."""
        self.get(case)
        form = self.form_or_none(action="/agree-office")
        if form is None:
            return False
        self.send(self.confirmed(form))
        return self.status == 200

    @property
    def at_the_desk(self) -> bool:
        """Whether the queue opens: the session and the account still hold."""
        self.get("/en/desk")
        return self.status == 200 and "Queue" in texts(self.page, "h1")

    def findings(self, case: str) -> list[str]:
        """What the gate shows of a draft or proposal to be looked at."""
        found = texts(self.page, "mark")
        for page in ("/draft", "/proposal"):
            self.get(case + page)
            found += texts(self.page, "mark")
        return found

    def hide(self, case: str, reason: str = "It became dangerous.") -> bool:
        """Takes what is public of a case away at once: one person may, with a reason."""
        self.get(case)
        form = next((one for name in ("/suspend", "/withdraw") if (one := self.form_or_none(action=name))), None)
        if form is None:
            return False
        if form.has("reason"):
            form.fill("reason", reason)
        self.send(self.confirmed(form))
        return self.status == 200

    def decided_over(self, case: str) -> bool:
        """Whether the desk says that a case is over for good: nothing of it can be published again."""
        return self.status_of(case) == "Withdrawn"


class OfficePerson(SignedIn):
    """Somebody of the Office of the President."""

    def feed(self) -> str:
        """Everything that the Office reads: its feed by token and the pages of its items."""
        answer = httpx.get(
            f"{self.base}/office/feed.json",
            headers={"authorization": f"Bearer {self.secrets.token}"},
            trust_env=False,
        )
        assert answer.status_code == 200, answer.text
        self.get("/en/office")
        pages = [self.text]
        for link in dict.fromkeys(link for link, _ in self.links if "/office/items/" in link):
            self.get(link)
            pages.append(self.text)
        return "\n".join([answer.text, *pages])

    def item_of(self, words: str) -> str:
        """All that the Office reads of one item: its part of the feed and its page. Empty when it has none."""
        self.feed()
        self.get("/en/office")
        for link in dict.fromkeys(link for link, _ in self.links if "/office/items/" in link):
            self.get(link)
            if words in self.text:
                return self.text
        return ""


class Administrator(SignedIn):
    """Whoever looks after accounts, alone with the page for it."""

    def make(self, login: str) -> str:
        """Invites a moderator, plays them, and vouches as often as the page lets. The login, or nothing when refused."""
        code = invite(self, self.secrets, "moderator")
        try:
            new = join(self.base, code, login)
        except AssertionError:
            return ""
        self.installation.people[login] = new
        for _ in range(2):
            self.get("/en/desk/accounts")
            if (form := self.form_or_none(button=f"Vouch for {login}")) is not None:
                self.send(self.confirmed(form.fill("number", new.number)), "vouch")
        return login

    def secrets_shown(self) -> list[str]:
        """Passphrases and authenticator secrets that the page shows."""
        return PASSPHRASE.findall(self.text) + SECRET.findall(self.text)

    def act(self, words: str) -> int:
        """Presses a button of the page of accounts; what the server says. 0 when there is no such button."""
        self.get("/en/desk/accounts")
        form = self.form_or_none(button=words)
        if form is None:
            return 0
        self.send(self.confirmed(form), words)
        return self.status


@dataclass
class Team:
    """An installation with everybody at their desks."""

    installation: Installation
    one: Moderator
    two: Moderator
    three: Moderator
    office: OfficePerson

    def moderator_or_none(self, login: str) -> Moderator | None:
        """Another moderator, signed in; None when nobody has secrets that open that account."""
        if login not in self.installation.people:
            return None
        try:
            return Moderator(self.installation, login)
        except AssertionError:
            return None

    def submitter(self) -> Submitter:
        return Submitter(self.installation)

    def case(self, told: Told, moderator: Moderator | None = None) -> tuple[Submitter, str]:
        """A case that was told, claimed and verified: its submitter and its address."""
        submitter, moderator = self.submitter(), moderator or self.one
        case = moderator.take_new(submitter, told)
        moderator.record(case)
        return submitter, case

    def proposed(self, told: Told, draft: Draft | None = None) -> tuple[Submitter, str]:
        submitter, case = self.case(told)
        assert self.one.propose(case, draft), self.one.text
        return submitter, case

    def scheduled(self, told: Told, draft: Draft | None = None) -> tuple[Submitter, str]:
        submitter, case = self.proposed(told, draft)
        assert self.two.approve(case), self.two.text
        return submitter, case

    def published(self, told: Told, draft: Draft | None = None) -> tuple[Submitter, str, str]:
        submitter, case = self.scheduled(told, draft)
        self.installation.release_now()
        ref = self.one.entry_ref(case)
        assert ref, self.one.text
        return submitter, case, ref

    def crash_between_the_commits(self, mark: str) -> None:
        """A carrier that is killed when its text is public and the casework store does not know it yet.

        PostgreSQL: writers of the casework store wait, whoever only reads or locks rows there does not. SQLite: the
        process is killed as it begins to write to the casework store.
        """
        urls, reader = self.installation.urls, Reader(self.installation.url)
        if urls.engine == "sqlite":
            log = urls.casework.removeprefix("sqlite:///") + "-wal"
            killing = ("-P", log, "-e", "trace=pwrite64", "-e", "inject=pwrite64:signal=KILL:when=1")
            self.installation.carrier("strace", "-f", "-o", os.devnull, *killing).wait(timeout=120)
            return
        with kept_busy(urls.casework, "SHARE"):
            carrier = self.installation.carrier()
            until = time.monotonic() + 8
            while time.monotonic() < until and carrier.poll() is None and mark not in reader.newest():
                time.sleep(0.02)
            carrier.kill()
            carrier.wait(timeout=60)

    def gone_within(self, seconds: float, mark: str) -> bool:
        """Whether what is public is free of a mark, or becomes so in time."""
        reader, until = Reader(self.installation.url), time.monotonic() + seconds
        while mark in reader.newest():
            if time.monotonic() > until:
                return False
            time.sleep(0.1)
        return True

    def entry_json(self, ref: str) -> dict[str, Any]:
        answer = httpx.get(f"{self.installation.url}/entries/{ref}.json", trust_env=False)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    def page_of(self, ref: str) -> str:
        browser = Browser(self.installation.url)
        browser.get(f"/en/entries/{ref}")
        return browser.text

    def public(self, ref: str = "", search: str = "") -> dict[str, tuple[int, str]]:
        """Status and text of every surface on which something is public. Lists are read to their end."""
        return Reader(self.installation.url).public(ref, search)

    def shown(self, words: str, ref: str = "") -> list[str]:
        """The surfaces that show the words to anybody."""
        pages = self.public(ref, words)
        return [name for name, (_, text) in pages.items() if words in text.replace(f"“{words}”", "")]


class Reader:
    """Anybody, reading what is public."""

    LISTS = ("/feed.json", "/changes?after=-1", "/entries.csv", "/feed.atom", "/registry.sqlite", "/en/", "/en/entries")

    def __init__(self, base: str) -> None:
        self.client = httpx.Client(base_url=base, timeout=60, trust_env=False)

    def public(self, ref: str = "", search: str = "") -> dict[str, tuple[int, str]]:
        found = {path: self._whole(path) for path in self.LISTS}
        if ref:
            found |= {path: self._read(path) for path in (f"/en/entries/{ref}", f"/entries/{ref}.json")}
        if search:
            # the page repeats what was searched for: only its list counts
            status, text = self._read(f"/en/entries?q={quote(search)}")
            listed = [found for found in re.findall(r"<li.*?</li>", text, re.S) if "/entries/" in found]
            found[f"/en/entries?q={search}"] = status, "\n".join(listed)
        return found

    def newest(self) -> str:
        return self._read("/feed.json")[1]

    def _read(self, path: str) -> tuple[int, str]:
        answer = self.client.get(path)
        return answer.status_code, answer.content.decode(errors="replace")

    def _whole(self, path: str) -> tuple[int, str]:
        status, text = self._read(path)
        whole, last = text, text
        for _ in range(500):
            following = re.search(r'"next(?:_url)?": ?"([^"]+)"', last) or re.search(
                r'<link rel="next" href="([^"]+)"', last
            )
            if following is None:
                break
            _, last = self._read(following[1].replace("&amp;", "&"))
            whole += last
        return status, whole


def texts(page: Element, tag: str) -> list[str]:
    return [one.text for one in page.all(tag)]
