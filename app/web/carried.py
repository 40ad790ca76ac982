"""What was typed when a session had ended, or another tab had signed in anew.

It travels in the page: hidden fields of the form for signing in, and of the one by which its writer goes on. It is
stored nowhere. Passphrases and codes are not carried.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.responses import Response

from app.i18n import N_
from app.problems import Forbidden
from app.web.forms import Form, FormView
from app.web.pages import page

PREFIX = "typed-"
WRONG_CODE = N_("Your passphrase or the code is not right. A code works once.")
NEVER_CARRIED = frozenset({"csrf", "password", "new_password", "code"})
BACK = re.compile(r"/[a-z]{2,3}/(?:desk|account|office)(?:/[\w-]+)*")


@dataclass(frozen=True, slots=True)
class Carried:
    """The fields of a form, and the address that it was sent to."""

    back: str
    fields: Sequence[tuple[str, str]] = field(default=(), repr=False)


class NotFresh(Forbidden):
    """A grave act without fresh secrets. Carries its form and the session's token; `wrong`: what was typed is."""

    def __init__(self, form: Form, csrf: str, *, wrong: bool) -> None:
        super().__init__()
        self.form, self.csrf, self.wrong = form, csrf, wrong


class SessionChanged(Forbidden):
    """A form of another session than the one that the browser has now. Carries it, and the token of the present one."""

    def __init__(self, form: Form, csrf: str) -> None:
        super().__init__()
        self.form, self.csrf = form, csrf


def carry(back: str, form: Form) -> Carried:
    pairs = [(name, text) for name, texts in form.values.items() if name not in NEVER_CARRIED for text in texts]
    return Carried(back, pairs)


def unpacked(form: Form) -> tuple[Form, Carried | None]:
    """The form for signing in, and what it carries; nothing when it leads elsewhere than to a form of the desk."""
    own = {name: texts for name, texts in form.values.items() if name != "back" and not name.startswith(PREFIX)}
    pairs = [
        (name.removeprefix(PREFIX), text)
        for name, texts in form.values.items()
        if name.startswith(PREFIX)
        for text in texts
    ]
    back = form.get("back")
    return Form(own, {}, form.cleaned), Carried(back, pairs) if BACK.fullmatch(back) else None


def sign_in_page(request: Request, view: FormView, carried: Carried | None = None, status: int = 200) -> Response:
    return page(request, "desk/sign_in.html", status=status, form=view, carried=carried, prefix=PREFIX)


def confirm_page(request: Request, carried: Carried, csrf: str, view: FormView, status: int) -> Response:
    """Asks for passphrase and code before what was typed is done."""
    return page(request, "desk/confirm.html", status=status, form=view, carried=carried, csrf=csrf)


def go_on_page(request: Request, carried: Carried, csrf: str, status: int = 200) -> Response:
    """Asks to send again what was typed, now as part of the present session."""
    return page(request, "desk/go_on.html", status=status, carried=carried, csrf=csrf)
