"""`registry gate`: JSON lines in, findings out."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any, TextIO, TypeVar

import click
from pydantic import BaseModel, BeforeValidator, ValidationError

from app.i18n import LOCALES, Language, language
from app.leakgate import Kind, Particular, Treatment, blocked, examine

T = TypeVar("T")


def _null_is(nothing: T) -> BeforeValidator:
    return BeforeValidator(lambda given: nothing if given is None else given)


Texts = Annotated[list[str], _null_is([])]
Text = Annotated[str, _null_is("")]


class _Given(BaseModel):
    """A particular as a line gives it; what is missing or null is empty."""

    kind: Kind
    values: list[str]
    given: Text = ""
    family: Text = ""
    also: Texts = []
    language: Text = ""
    treatment: Annotated[Treatment, _null_is("omit")] = Treatment.OMIT
    allowed_form: Text = ""

    def particular(self) -> Particular:
        return Particular(
            self.kind,
            tuple(self.values),
            self.given,
            self.family,
            tuple(self.also),
            self.language,
            self.treatment,
            self.allowed_form,
        )


class _Asked(BaseModel):
    """A line. What else it holds is the asker's own and is not read."""

    id: Any
    fields: dict[str, Text]
    particulars: Annotated[list[_Given], _null_is([])] = []
    allowed: Texts = []


def answer(line: str, spoken: Language) -> dict[str, Any]:
    """The answer to one line, its reasons in a language. ValidationError when it is not of the form."""
    asked = _Asked.model_validate_json(line)
    found = examine(asked.fields, [one.particular() for one in asked.particulars], asked.allowed)
    names = ("field", "start", "end", "text", "particular", "rule", "severity")
    findings = [{name: getattr(one, name) for name in names} | {"why": one.why(spoken.gettext)} for one in found]
    return {"id": asked.id, "blocked": blocked(found), "findings": findings}


def _what_is_wrong(error: ValidationError) -> str:
    """Where a line is not of the form and why, without anything of what it holds."""
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    return f"{place}: {first['msg']}" if place else first["msg"]


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
@click.option(
    "--language",
    "code",
    default="en",
    show_default=True,
    help="In which language the reasons are told.",
    type=click.Choice(["en", *sorted(file.stem for file in LOCALES.glob("*.po"))]),
)
def gate(file: TextIO, code: str) -> None:
    """Run the leak gate over JSON lines from FILE (or standard input).

    Each line holds {"id", "fields", "particulars", "allowed"}; each answer {"id", "blocked", "findings"}. A line that
    cannot be read is named on standard error, the others are answered, and the exit code is 2.
    """
    failed = False
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            click.echo(json.dumps(answer(line.strip(), language(code)), ensure_ascii=False))
        except ValidationError as error:
            failed = True
            click.echo(f"line {number}: {_what_is_wrong(error)}", err=True)
    sys.exit(2 if failed else 0)
