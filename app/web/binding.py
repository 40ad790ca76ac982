"""One way from a form to a model: nested names become a nested value, and what is wrong comes back at its place.

`persons-0-consents-1-use` is the use of the second consent of the first person; a list of codes is a name that is
sent several times. The model says what there is: its fields stand in the order of the page, and the title of each is
its question. Rows are numbered anew, and a button `add` or `remove` (`persons`, `persons-2`) changes a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, get_args, get_origin

from annotated_types import MaxLen
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from app.i18n import N_, Gettext
from app.problems import BadRequest
from app.web.forms import Form, FormView

M = TypeVar("M", bound=BaseModel)
WORDS = "words"  # the kind of an error that brings its own words (fields.wrong)
# What a form may hold besides the fields of its model; passphrase and code are for whoever guards the route.
BESIDE = frozenset({"csrf", "add", "remove", "password", "code"})
UNSEEN = N_("This held characters that nobody can see. We took them out: please check the text and send it again.")
UNKNOWN = N_("The form had a field that we do not know. It was not stored; please send it again.")
ALL_TOO_LONG = N_("All answers together are longer than %(number)s characters. Send the rest afterwards, in parts.")
LIST_TOO_LONG = N_("This list takes at most %(number)s. What you typed is still here: send the others in parts.")
MISSING = N_("This is still missing.")
NOT_READABLE = N_("This cannot be read as it is.")


@dataclass(frozen=True, slots=True)
class Parts:
    """Marks a field that is typed in several: `when` in `when-year`, `when-month` …"""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AsTyped:
    """Marks a text of which no space is taken away."""


@dataclass(slots=True)
class Bound(Generic[M]):
    """What a form says. `value` is None when something is wrong; `view` has it all, as typed, in any case."""

    view: FormView
    value: M | None
    model: type[M]
    content: Mapping[str, Any] = field(default_factory=dict, repr=False)
    context: Mapping[str, Any] = field(default_factory=dict)
    lost: Mapping[str, list[str]] = field(default_factory=dict)  # what of it could not be taken as it was sent
    grown: bool = False  # a list was changed by its button: the form comes back, and nothing is missing yet

    def part(self, *names: str) -> M | None:
        """What the form says in some fields alone; None when something is wrong with one of them.

        For forms of which no field must be filled in.
        """
        if any(place.split("-")[0] in (*names, "form") for place in self.view.problems):
            return None
        chosen = {name: self.content[name] for name in names if name in self.content}
        return self.model.model_validate(chosen, context=dict(self.context))


def bind(
    form: Form,
    model: type[M],
    gettext: Gettext,
    *,
    context: Mapping[str, Any] | None = None,
    most_letters: int = 0,
) -> Bound[M]:
    """Reads a form into a model. `context` is handed to the validators; `most_letters` bounds all texts together.

    BadRequest for more rows than any page could have sent.
    """
    reading = _Reading(form, gettext)
    content = reading.of_model(model)
    view = FormView(reading.typed, {}, reading.questions)
    _lost(form, reading, view, gettext, most_letters)
    if reading.full:
        view.complain(reading.full[0], gettext(LIST_TOO_LONG) % {"number": reading.full[1]})
    lost = {name: list(messages) for name, messages in view.problems.items()}
    bound = Bound(view, None, model, content, context or {}, lost)
    if form.get("add") or form.get("remove"):
        bound.grown = True
        return bound
    try:
        value = model.model_validate(content, context=dict(bound.context))
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            view.complain(place_of(problem["loc"]), _words_of(problem, gettext))
    else:
        bound.value = None if view.problems else value
    return bound


def _lost(form: Form, reading: _Reading, view: FormView, gettext: Gettext, most_letters: int) -> None:
    """Says what could not be taken as it was sent."""
    if form.names() - reading.known - BESIDE:
        view.complain("form", gettext(UNKNOWN))
    letters = sum(len(text) for texts in reading.typed.values() for text in texts)
    if most_letters and letters > most_letters:
        view.complain("form", gettext(ALL_TOO_LONG) % {"number": most_letters})
    for name in sorted(form.cleaned & reading.known):
        view.complain(reading.place[name], gettext(UNSEEN))


def place_of(loc: Iterable[int | str]) -> str:
    """The name of the field for a place in the model. One code of a list is the list."""
    parts = list(loc)
    while parts and isinstance(parts[-1], int):
        parts.pop()
    place = "-".join(map(str, parts))
    return "form" if place in ("", "action") else place


def _words_of(problem: Mapping[str, Any], gettext: Gettext) -> str:
    own = str(problem["msg"])
    if problem["type"] == WORDS:
        words = gettext(own)
        return words % problem["ctx"] if problem.get("ctx") else words
    if problem["type"] == "too_long":
        return gettext(LIST_TOO_LONG) % {"number": problem["ctx"]["max_length"]}
    words = MISSING if problem["type"] == "missing" else NOT_READABLE
    return gettext(words)


@dataclass(slots=True)
class _Reading:
    """One form on its way into a nested value: what it says, what is known of it, and what was typed where."""

    form: Form
    gettext: Gettext
    typed: dict[str, list[str]] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)
    place: dict[str, str] = field(default_factory=dict)
    full: tuple[str, int] | None = None

    @property
    def known(self) -> frozenset[str]:
        """The names of the form that the model has a field for."""
        return frozenset(self.place)

    def of_model(self, model: type[BaseModel], sent: str = "", at: str = "", of: str = "") -> dict[str, Any]:
        """The value of a model. `sent` and `at`: what its names began with, and begin with now; `of`: its row."""
        content = {}
        for name, info in model.model_fields.items():
            value = self._of_field(info, sent + name, at + name, of)
            if value not in ("", [], None):
                content[name] = value
        return content

    def _of_field(self, info: FieldInfo, sent: str, at: str, of: str) -> Any:
        row = _row_model(info)
        if row is not None:
            return self._of_list(info, row, sent, at, of)
        self.questions[at] = _question(info, of, self.gettext)
        for mark in info.metadata:
            if isinstance(mark, Parts):
                parts = {part: self._texts(f"{sent}-{part}", f"{at}-{part}", at) for part in mark.names}
                return parts if any(parts.values()) else None
        texts = self._texts(sent, at, at)
        if get_origin(info.annotation) is list:
            return list(dict.fromkeys(text.strip() for text in texts if text.strip()))
        raw = texts[0] if texts else ""
        return raw if any(isinstance(mark, AsTyped) for mark in info.metadata) else raw.strip()

    def _texts(self, sent: str, at: str, place: str) -> list[str]:
        """The texts of a name of the form, kept as typed under the name that it has on the next page."""
        self.place[sent] = place
        if sent in self.form.values:
            self.typed[at] = list(self.form.values[sent])
        return list(self.form.values.get(sent, []))

    def _of_list(self, info: FieldInfo, row: type[BaseModel], sent: str, at: str, of: str) -> list[dict[str, Any]]:
        number = re.compile(rf"{re.escape(sent)}-(0|[1-9][0-9]{{0,4}})-")
        numbers = sorted({int(found[1]) for name in self.form.names() if (found := number.match(name))})
        words = self.gettext(info.title) if info.title else ""
        self.questions[at] = words % {"number": len(numbers)} if "%(number)s" in words else words
        most = next((mark.max_length for mark in info.metadata if isinstance(mark, MaxLen)), None)
        if most is not None and len(numbers) > 2 * most:
            raise BadRequest  # no page of ours offers so many: they are not shown again, which would take long
        kept = [one for one in numbers if self.form.get("remove") != f"{sent}-{one}"]
        for gone in set(numbers) - set(kept):
            self.place.update({name: at for name in self.form.names() if name.startswith(f"{sent}-{gone}-")})
        rows = []
        for place, one in enumerate(kept):
            title = words % {"number": place + 1} if "%(number)s" in words else words
            rows.append(self.of_model(row, f"{sent}-{one}-", f"{at}-{place}-", _joined(of, title)))
        if self.form.get("add") == sent:
            if most is not None and len(rows) >= most:
                self.full = (at, most)
            else:
                self.typed[f"{at}-{len(rows)}-{next(iter(row.model_fields))}"] = [""]
        return rows


def _question(info: FieldInfo, of: str, gettext: Gettext) -> str:
    return _joined(of, gettext(info.title) if info.title else "")


def _joined(*words: str) -> str:
    return ": ".join(one for one in words if one)


def question_of(model: type[BaseModel], place: str, gettext: Gettext) -> str:
    """The question of a place (`acts-0-date`) in a model; the place itself where the model has none."""
    name, _, rest = place.partition("-")
    info = model.model_fields.get(name)
    if info is None:
        return place
    row, words = _row_model(info), gettext(info.title) if info.title else ""
    if row is None or not rest:
        return words or place
    position, _, inner = rest.partition("-")
    title = words % {"number": int(position) + 1} if "%(number)s" in words else words
    return f"{title}: {question_of(row, inner, gettext)}" if inner else title


def _row_model(info: FieldInfo) -> type[BaseModel] | None:
    """The model of each row of a list of models; None for every other field."""
    inner = get_args(info.annotation)
    if get_origin(info.annotation) is list and inner and isinstance(inner[0], type) and issubclass(inner[0], BaseModel):
        return inner[0]
    return None


def names_of(value: BaseModel, at: str = "") -> dict[str, list[str]]:
    """A value as the fields of its form: what `bind` makes a value of. Fields typed in parts are left out."""
    typed: dict[str, list[str]] = {}
    for name, info in type(value).model_fields.items():
        content = getattr(value, name)
        if _row_model(info) is not None:
            for number, row in enumerate(content):
                typed |= names_of(row, f"{at}{name}-{number}-")
        elif isinstance(content, list):
            typed[at + name] = [str(one) for one in content]
        else:
            typed[at + name] = [str(content)]
    return typed


def view_of(value: BaseModel) -> FormView:
    """The form of a value, as a template shows it."""
    return FormView(names_of(value))


def differing(
    model: type[BaseModel], saved: Mapping[str, list[str]], typed: Mapping[str, list[str]], gettext: Gettext
) -> list[tuple[str, str]]:
    """(question, what was saved there) wherever what was saved is not what somebody typed."""
    reading = _Reading(Form({name: list(texts) for name, texts in saved.items()}), gettext)
    reading.of_model(model)
    return [
        (reading.questions.get(name, "") or name, ", ".join(text for text in texts if text))
        for name, texts in saved.items()
        if [text.strip() for text in texts if text.strip()]
        != [one.strip() for one in typed.get(name, []) if one.strip()]
    ]
