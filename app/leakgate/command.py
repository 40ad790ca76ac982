"""`registry gate`: JSON lines in, findings out."""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

import click

from app.leakgate import Kind, Particular, Treatment, blocked, examine
from app.web.language import LOCALES, Language, language


def _particular(given: dict[str, Any]) -> Particular:
    return Particular(
        kind=Kind(given["kind"]), values=tuple(given["values"]), given=given.get("given") or "",
        family=given.get("family") or "", also=tuple(given.get("also") or ()), language=given.get("language") or "",
        treatment=Treatment(given.get("treatment") or "omit"), allowed_form=given.get("allowed_form") or "",
    )  # fmt: skip


def answer(line: str, spoken: Language) -> dict[str, Any]:
    """The answer to one line, its reasons in a language. ValueError, KeyError or TypeError when it is not of the form."""
    asked = json.loads(line)
    fields = {str(name): str(text) for name, text in asked["fields"].items()}
    found = examine(
        fields, [_particular(one) for one in asked.get("particulars", [])], asked.get("allowed", [])
    )
    names = ("field", "start", "end", "text", "particular", "rule", "severity")
    findings = [
        {name: getattr(one, name) for name in names} | {"why": one.why(spoken.gettext)} for one in found
    ]
    return {"id": asked["id"], "blocked": blocked(found), "findings": findings}


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
@click.option(
    "--language", "code", default="en", show_default=True, help="In which language the reasons are told.",
    type=click.Choice(["en", *sorted(file.stem for file in LOCALES.glob("*.po"))]),
)  # fmt: skip
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
            click.echo(json.dumps(answer(line, language(code)), ensure_ascii=False))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            failed = True
            click.echo(f"line {number}: not of the expected form ({type(error).__name__})", err=True)
    sys.exit(2 if failed else 0)
