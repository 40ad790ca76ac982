"""Builders of particulars, and the gate asked about one text."""

from __future__ import annotations

from app.leakgate import Finding, Kind, Particular, Treatment, examine


def person(value: str, *also: str, language: str = "", allowed_form: str = "") -> Particular:
    return Particular(Kind.PERSON, (value,), also=also, language=language, allowed_form=allowed_form)


def organisation(value: str, *also: str) -> Particular:
    return Particular(Kind.ORGANISATION, (value,), also=also)


def place(value: str, allowed_form: str) -> Particular:
    return Particular(Kind.PLACE, (value,), treatment=Treatment.GENERALISE, allowed_form=allowed_form)


def day(value: str = "2026-03-14", allowed_form: str = "2026-03") -> Particular:
    return Particular(Kind.DATE, (value,), treatment=Treatment.GENERALISE, allowed_form=allowed_form)


def found(text: str, *particulars: Particular, allowed: tuple[str, ...] = ()) -> list[Finding]:
    findings = examine({"summary": text}, particulars, allowed)
    assert all(text[one.start : one.end] == one.text for one in findings)
    return findings


def severities(text: str, *particulars: Particular) -> set[str]:
    return {one.severity for one in found(text, *particulars)}
