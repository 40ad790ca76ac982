"""The steps of the chain for a person without a browser: quick enough to be repeated on both engines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.journeys.installation import Installation
from tests.journeys.person import Person

MULTIPART = {"_": (None, "")}


@dataclass
class Telling:
    """What a submitter tells in a test, with a canary in every free field."""

    canary: str
    files: list[tuple[str, tuple[str, bytes, str]]] = field(default_factory=list)

    def answers(self) -> dict[str, Any]:
        name = self.canary
        return {
            "at_risk_now": "yes",
            "at_risk": f"{name} is followed",
            "what_happened": f"{name} was summoned on 14 March 2026",
            "acts": ["summons_interrogation"],
            "when-year": "2026",
            "when-month": "3",
            "when-day": "14",
            "when_text": f"the week {name} came back",
            "where": f"{name}'s office",
            "state_alleged": "XA",
            "state_where": "XB",
            "un_bodies": ["upr"],
            "cooperation": ["side_event"],
            "cooperation_text": f"{name} spoke",
            "cooperation_when-year": "2026",
            "why_linked": f"they asked {name} about it",
            "perpetrator": "state",
            "perpetrator_text": f"a neighbour of {name}",
            "who_else_knows": f"{name}'s sister",
            "persons-0-name": name,
            "persons-0-also": f"little {name}",
            "persons-0-role": "lawyer",
            "persons-0-about": f"{name} has a scar",
            "persons-0-uses": ["keep_on_file", "publish_without_name", "tell_president_office"],
            "persons-0-understood": "yes",
            "persons-0-understood_on": "2026-04",
            "persons-0-agreed_on": "2026-04",
            "persons-0-given_by": "person",
            "persons-0-how": f"{name} said so",
            "how_to_reach": f"not at {name}'s home",
        }


def submit(installation: Installation, telling: Telling, person: Person | None = None) -> str:
    """Fills in the form as given. Returns the receipt."""
    person = person or Person(installation.url)
    person.get("/en/submit")
    form = person.form_with("what_happened")
    answer = person.send(form, telling.answers(), files=telling.files or [("files", ("", b"", ""))])
    assert answer.status_code == 200, person.text
    shown = re.findall(r"\d{4}", person.response.text.partition('class="receipt">')[2].partition("</p>")[0])
    assert len(shown) == 9
    return " ".join(shown)


def signed_in(installation: Installation, login: str) -> Person:
    who = installation.people[login]
    person = Person(installation.url)
    person.get("/en/sign-in")
    person.send(person.form_with("password"), {"login": login, "password": who.passphrase, "code": who.code()})
    assert "__Host-desk" in person.cookies, person.text
    person.secrets = who
    return person


def open_newest_case(person: Person) -> str:
    person.get("/en/desk?status=all")
    target = next(link for link, _ in person.page.links if "/desk/cases/" in link)
    person.get(target)
    return target


def propose(person: Person, case: str, **draft: Any) -> None:
    """Claims the case if needed, fills in the draft and proposes it."""
    person.get(case)
    if (claim := person.button_to("/do/claim")) and claim[1][2] == "Claim this case":
        person.press("/do/claim")
    person.get(case + "/draft")
    person.send(person.form_with("summary", "title"), draft, button="propose")


def approve(person: Person, case: str) -> None:
    """Agrees to what is proposed, after noting that the submitter's messages were read, where that is asked."""
    person.get(case + "/proposal")
    if unread := [form for form in person.page.forms if form.action.endswith("/do/read")]:
        person.send(unread[0])
        person.get(case + "/proposal")
    form = next(form for form in person.page.forms if any(value == "approve" for _, value, _ in form.buttons))
    person.send(form, button="approve")


def agree_to_telling(installation: Installation, case: str) -> None:
    """The second moderator agrees that the Office is told a name."""
    two = signed_in(installation, "moderator-two")
    two.get(case)
    two.press("/do/agree-office")
    assert "The Office was told" in two.text, two.text


PUBLIC = {
    "title": "A lawyer was summoned",
    "kind": "reprisal",
    "summary": "A lawyer was questioned in March 2026.",
    "persons-0-label": "A lawyer",
}


def release(installation: Installation, **draft: Any) -> tuple[str, Person]:
    """Takes the newest case all the way out. Returns its address at the desk and its first moderator."""
    one, two = signed_in(installation, "moderator-one"), signed_in(installation, "moderator-two")
    case = open_newest_case(one)
    propose(one, case, **(PUBLIC | draft))
    assert "Proposed" in one.text, one.text
    approve(two, case)
    assert "Agreed, waiting for release" in two.text, two.text
    installation.server.command("release", "--now")
    return case, one
