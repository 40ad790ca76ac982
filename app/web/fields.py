"""The kinds of fields that forms have: each says in words what is wrong with what was typed."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from app.clock import today
from app.documents.public import checked_date
from app.documents.submission import DO_NOT_KNOW, WILL_NOT_SAY
from app.i18n import N_
from app.reference import states
from app.vocabulary import CodeList
from app.web.binding import WORDS, AsTyped, Parts

EARLIEST_YEAR = 1945
OPEN_ANSWERS = (DO_NOT_KNOW, WILL_NOT_SAY)
TOO_LONG = N_("This is too long: at most %(number)s characters. Send it in parts.")
CHOOSE_ONE = N_("Please choose one of the answers offered.")
CHOOSE_AMONG = N_("Please choose among the answers offered.")
NO_SUCH_DATE = N_("There is no such date.")
DATE_IN_NUMBERS = N_("Give a year, or a year and a month, or a whole date, in numbers.")
ONE_ANSWER = N_("Give a date, or one of the two other answers, not several.")
CHECK_THE_YEAR = N_("Please check the year.")


def wrong(words: str, **values: Any) -> PydanticCustomError:
    """An error in words for the reader: a message for translation, and the values that it speaks of."""
    return PydanticCustomError(WORDS, words, values or None)


def at_most(letters: int) -> AfterValidator:
    def check(text: str) -> str:
        if len(text) > letters:
            raise wrong(TOO_LONG, number=letters)
        return text

    return AfterValidator(check)


def needed(words: str) -> AfterValidator:
    """Refuses an empty text with these words. The field needs `validate_default=True`."""

    def check(text: str) -> str:
        if not text:
            raise wrong(words)
        return text

    return AfterValidator(check)


Line = Annotated[str, at_most(500)]
Text = Annotated[str, at_most(60_000)]
# Passphrases and the like: no space of them is taken away, and no page shows them again.
Secret = Annotated[str, AsTyped(), at_most(5_000)]


def one_of(codes: Container[str], words: str = CHOOSE_ONE) -> AfterValidator:
    """One of these codes, or nothing."""

    def check(code: str) -> str:
        if code and code not in codes:
            raise wrong(words)
        return code

    return AfterValidator(check)


def among(codes: CodeList) -> AfterValidator:
    """One of a list that may be marked several times."""
    return one_of(codes.codes, CHOOSE_AMONG)


USE_THE_BUTTONS = N_("Please use the buttons of the form to send it.")


def pressed(*buttons: str) -> AfterValidator:
    """The button by which a form was sent."""
    return one_of(buttons, USE_THE_BUTTONS)


def _state(code: str, info: ValidationInfo) -> str:
    if code and code not in (*states(bool((info.context or {}).get("demo"))), *OPEN_ANSWERS):
        raise wrong(CHOOSE_ONE)
    return code


# A State of the table (`context["demo"]` says which), or one of the two open answers.
State = Annotated[str, AfterValidator(_state)]


def known_date(text: str) -> str:
    """A date at any precision, in years that can be meant."""
    if not text:
        return ""
    try:
        checked = checked_date(text)
    except ValueError as error:
        raise wrong(NO_SUCH_DATE) from error
    first, latest = date.fromisoformat(checked + "-01-01"[len(checked) - 4 :]), today()
    if first.year < EARLIEST_YEAR or first > latest.replace(year=latest.year + 2, day=1):
        raise wrong(CHECK_THE_YEAR)
    return checked


TypedDate = Annotated[str, AfterValidator(known_date)]


def _of_parts(parts: Any) -> Any:
    if not isinstance(parts, dict):
        return parts
    year, month, day = (_first(parts.get(part)) for part in ("year", "month", "day"))
    opened = list(dict.fromkeys(text.strip() for text in parts.get("open", []) if text.strip()))
    if not set(opened) <= set(OPEN_ANSWERS):
        raise wrong(CHOOSE_AMONG)
    if len(opened) > 1 or (opened and (year or month or day)):
        raise wrong(ONE_ANSWER)
    if opened:
        return opened[0]
    return known_date(_in_numbers(year, month, day)) if year or month or day else ""


def _first(texts: Any) -> str:
    return str(texts[0]).strip() if texts else ""


def _in_numbers(year: str, month: str, day: str) -> str:
    parts = [_digits(part) for part in (year, month, day) if part]
    if not year or (day and not month) or None in parts:
        raise wrong(DATE_IN_NUMBERS)
    return "-".join(part.zfill(2) for part in parts if part)


def _digits(text: str) -> str | None:
    """A short number in any script's digits, in ASCII; None when it is no number."""
    return "".join(str(int(one)) for one in text) if text.isdecimal() and len(text) <= 4 else None


# `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, one of the two open answers, or nothing; typed in four fields.
PartialDate = Annotated[str, BeforeValidator(_of_parts), Parts(("year", "month", "day", "open"))]


def number(least: int, most: int, words: str) -> BeforeValidator:
    """A whole number in figures of any script."""

    def check(text: Any) -> int:
        digits = _digits(str(text))
        if digits is None or not least <= int(digits) <= most:
            raise wrong(words)
        return int(digits)

    return BeforeValidator(check)
