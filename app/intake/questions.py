"""The questions of the form: what each answer may be, and how a form becomes a Submission."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from app.clock import today
from app.documents.public import checked_date
from app.documents.submission import DO_NOT_KNOW, WILL_NOT_SAY, Consent, PersonConcerned, Submission
from app.i18n import N_
from app.reference import states
from app.settings import Settings
from app.vocabulary import (
    ACT_TYPES,
    AT_RISK,
    CONSENT_GIVERS,
    CONSENT_USES,
    COOPERATION,
    PERPETRATORS,
    ROLES,
    UN_BODIES,
    UNITS,
    CodeList,
)
from app.web.forms import Form, FormView, Gettext, SentFile

MOST_PERSONS = 20
LONGEST_LINE, LONGEST_TEXT = 500, 60_000
EARLIEST_YEAR = 1945

LINES = ("where", "when_text")
TEXTS = (
    "at_risk",
    "what_happened",
    "cooperation_text",
    "why_linked",
    "perpetrator_text",
    "who_else_knows",
    "how_to_reach",
)
ACTIONS = ("", "send", "add_person")
DATES = ("when", "cooperation_when")
ONE_OF: dict[str, CodeList] = {"at_risk_now": AT_RISK, "perpetrator": PERPETRATORS}
SOME_OF: dict[str, CodeList] = {"acts": ACT_TYPES, "un_bodies": UN_BODIES, "cooperation": COOPERATION}
OTHER_FIELDS = {"token", "action", "persons", "state_alleged", "state_where", "files", "remove"}
STORE_AWAY = N_(
    "We cannot store anything at the moment. What you typed is still here: please send it again in a few minutes."
)
FILES_NOT_KEPT = N_("Your files could not be kept. Please choose them again.")
PERSON_FIELD = re.compile(
    r"person-(0|[1-9][0-9]?)-(name|also|role|unit|about|uses|understood|understood_on|agreed_on|given_by|how)"
)


def person_count(form: Form) -> int:
    typed = form.get("persons")
    return min(max(int(typed), 1), MOST_PERSONS) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 1


def unknown_fields(names: Iterable[str], persons: int) -> list[str]:
    """Fields that this form does not have."""
    known = {*LINES, *TEXTS, *ONE_OF, *SOME_OF, *OTHER_FIELDS}
    known |= {f"{name}-{part}" for name in DATES for part in ("year", "month", "day", "open")}
    return [
        name
        for name in names
        if name not in known and not ((found := PERSON_FIELD.fullmatch(name)) and int(found[1]) < persons)
    ]


class Reader:
    """Reads one form into values, noting on the view what is wrong and where."""

    def __init__(self, form: Form, view: FormView, _: Gettext, demo: bool) -> None:
        self.form, self.view, self._, self.demo = form, view, _, demo

    def text(self, name: str, longest: int) -> str:
        value = self.form.get(name)
        if len(value) > longest:
            self.view.complain(
                name,
                self._("This is too long: at most %(number)s characters. Send the rest afterwards with your receipt.")
                % {"number": longest},
            )
        return value

    def one(self, name: str, codes: Iterable[str]) -> str:
        value = self.form.get(name)
        if value and value not in set(codes):
            self.view.complain(name, self._("Please choose one of the answers offered."))
            return ""
        return value

    def some(self, name: str, codes: Iterable[str]) -> list[str]:
        known = set(codes)
        values = list(dict.fromkeys(self.form.all(name)))
        if not set(values) <= known:
            self.view.complain(name, self._("Please choose among the answers offered."))
        return [value for value in values if value in known]

    def partial_date(self, name: str) -> str:
        """`YYYY`, `YYYY-MM`, `YYYY-MM-DD`, one of the two open answers, or nothing."""
        year, month, day = (self.form.get(f"{name}-{part}") for part in ("year", "month", "day"))
        opened = self.some(f"{name}-open", (DO_NOT_KNOW, WILL_NOT_SAY))
        if len(opened) > 1 or (opened and (year or month or day)):
            self.view.complain(name, self._("Give a date, or one of the two other answers, not several."))
            return ""
        if opened:
            return opened[0]
        return self._numbers(name, year, month, day) if year or month or day else ""

    def _numbers(self, name: str, year: str, month: str, day: str) -> str:
        parts = [_digits(part) for part in (year, month, day) if part]
        if not year or (day and not month) or None in parts:
            self.view.complain(name, self._("Give a year, or a year and a month, or a whole date, in numbers."))
            return ""
        text = "-".join(part.zfill(2) for part in parts if part)
        return self._date(name, text)

    def _date(self, name: str, text: str) -> str:
        try:
            checked = checked_date(text)
        except ValueError:
            self.view.complain(name, self._("There is no such date."))
            return ""
        latest = today()
        first = date.fromisoformat(checked + "-01-01"[len(checked) - 4 :])
        if first.year < EARLIEST_YEAR or first > latest.replace(year=latest.year + 2, day=1):
            self.view.complain(name, self._("Please check the year."))
        return checked

    def whole_date(self, name: str) -> str:
        """A date typed as text, at any precision."""
        value = self.form.get(name)
        return self._date(name, value) if value else ""

    def state(self, name: str) -> str:
        return self.one(name, (*states(self.demo), DO_NOT_KNOW, WILL_NOT_SAY))

    def person(self, number: int) -> PersonConcerned:
        at = f"person-{number}-"
        consent = Consent(
            uses=self.some(at + "uses", CONSENT_USES.codes),
            understood_risks=self.one(at + "understood", ("yes", "no", DO_NOT_KNOW, WILL_NOT_SAY)),
            understood_on=self.whole_date(at + "understood_on"),
            agreed_on=self.whole_date(at + "agreed_on"),
            given_by=self.one(at + "given_by", CONSENT_GIVERS.codes),
            how=self.text(at + "how", LONGEST_TEXT),
        )
        return PersonConcerned(
            name=self.text(at + "name", LONGEST_LINE),
            also=self.text(at + "also", LONGEST_LINE),
            role=self.one(at + "role", ROLES.codes),
            unit=self.one(at + "unit", UNITS.codes) or "individual",
            about=self.text(at + "about", LONGEST_TEXT),
            consent=consent,
        )


def _digits(text: str) -> str | None:
    """A short number in any script's digits, in ASCII; None when it is no number."""
    return "".join(str(int(one)) for one in text) if text.isdecimal() and len(text) <= 4 else None


def read_submission(form: Form, view: FormView, language: str, gettext: Gettext, demo: bool) -> Submission:
    """What a form says; everything wrong with it is noted on the view."""
    read = Reader(form, view, gettext, demo)
    if form.get("action") not in ACTIONS:
        view.complain("form", gettext("Please use the buttons of the form to send it."))
    for name in (*unknown_fields(form.names(), person_count(form)), *sorted(set(form.files) - {"files"})):
        view.complain(
            "form",
            gettext("The form had a field that we do not know. It was not stored; please send it again."),
        )
        view.typed = {key: value for key, value in view.typed.items() if key != name}
    for name in sorted(form.cleaned):
        view.complain(
            name.rsplit("-", 1)[0] if name.rsplit("-", 1)[0] in DATES else name,
            gettext(
                "This held characters that nobody can see. We took them out: please check the text and send it again."
            ),
        )
    told = Submission(
        language=language,
        **{name: read.text(name, LONGEST_LINE) for name in LINES},
        **{name: read.text(name, LONGEST_TEXT) for name in TEXTS},
        **{name: read.one(name, codes.codes) for name, codes in ONE_OF.items()},
        **{name: read.some(name, codes.codes) for name, codes in SOME_OF.items()},
        **{name: read.partial_date(name) for name in DATES},
        state_alleged=read.state("state_alleged"),
        state_where=read.state("state_where"),
        persons=[read.person(number) for number in range(person_count(form))],
    )
    if not told.what_happened:
        view.complain("what_happened", gettext("Please say what happened, in a sentence or more."))
    return told.model_copy(update={"persons": [one for one in told.persons if one != PersonConcerned()]})


def sound_files(
    sent: Sequence[SentFile], already: int, view: FormView, settings: Settings, gettext: Gettext
) -> list[SentFile]:
    """The files that can be taken; the others are named in the errors."""
    sound = []
    for file in sent:
        if len(file.content) > settings.max_file_bytes:
            text = gettext("“%(name)s” is larger than %(number)s MB. The other files and your text are kept.")
            view.complain("files", text % {"name": file.name, "number": settings.max_file_bytes // 2**20})
        elif not file.content:
            view.complain("files", gettext("“%(name)s” is empty.") % {"name": file.name})
        else:
            sound.append(file)
    if len(sound) + already > settings.max_files:
        text = gettext("These are more than %(number)s files. Add the others later, with your receipt.")
        view.complain("files", text % {"number": settings.max_files})
        sound = sound[: max(settings.max_files - already, 0)]
    return sound
