"""The family of errors that people meet. They carry messages for translation, never input or exception text."""

from __future__ import annotations

from collections.abc import Mapping


def _(message: str) -> str:
    return message


class Problem(Exception):
    """Becomes a page or an RFC 9457 problem document. `title` and `detail` are gettext messages."""

    status = 500
    title = _("Something went wrong here")
    detail = _("The fault is ours. Nothing you sent was changed. Please try again in a moment.")

    def __init__(self, detail: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__()
        if detail is not None:
            self.detail = detail
        self.headers = dict(headers or {})


class BadRequest(Problem):
    status = 400
    title = _("We could not read that")
    detail = _("What arrived was damaged or not complete. Go back, and send it again.")


class NotSignedIn(Problem):
    status = 401
    title = _("Please sign in")
    detail = _("This needs a valid sign-in or token.")


class Forbidden(Problem):
    status = 403
    title = _("Not allowed")
    detail = _("You may not do this, or the page was open for too long. Go back, reload the page and try again.")


class NotFound(Problem):
    status = 404
    title = _("There is no such page")
    detail = _("The address may be mistyped, or the page never existed.")


class MethodNotAllowed(Problem):
    status = 405
    title = _("That cannot be done here")
    detail = _("This address does not accept that kind of request.")


class Conflict(Problem):
    status = 409
    title = _("Someone else was faster")
    detail = _("The case changed since you opened it. Reload it to see the difference; what you typed is below.")


class Gone(Problem):
    status = 410
    title = _("This entry was withdrawn")
    detail = _("It is no longer part of the registry. The registry does not say why an entry is withdrawn.")


class NotAvailable(Gone):
    title = _("This is not available")
    detail = _("It is not part of the registry at present. The registry does not say why.")


class TooLarge(Problem):
    status = 413
    title = _("That is too large")
    detail = _(
        "The files together are larger than we can take at once. Go back: what you typed is still there. Send fewer"
        " or smaller files, and add the others later with your receipt."
    )


class Unprocessable(Problem):
    status = 422
    title = _("Something in the request is not valid")
    detail = _("A value is missing or not one of those allowed. Go back and check it.")


class TooMany(Problem):
    status = 429
    title = _("Too many attempts at once")
    detail = _("Please wait a minute and try again.")


class Unavailable(Problem):
    status = 503
    title = _("We cannot store anything at the moment")
    detail = _("Nothing was saved. Please keep a copy of your text and try again in a few minutes.")


class Busy(Unavailable):
    title = _("Many files are arriving at once")
    detail = _(
        "Nothing was saved. Go back: what you typed is still there. Send it without files now and add them later with"
        " your receipt, or try again in a minute."
    )

    def __init__(self) -> None:
        super().__init__(headers={"retry-after": "60"})


class Closed(Problem):
    """The people who run it closed a part on purpose."""

    status = 503
    title = _("This part is closed for now")
    detail = _(
        "The people who run this registry closed it for a while. Nothing that was sent before is lost, and every receipt"
        " stays good. What you were just typing was not saved: go back, keep a copy, and come again later."
    )

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, {"retry-after": "3600"})


class TooSlow(Problem):
    status = 408
    title = _("That arrived too slowly")
    detail = _(
        "Others were waiting. Go back: what you typed is still there. Send it without files now and add them later with"
        " your receipt."
    )


BY_STATUS: dict[int, type[Problem]] = {
    kind.status: kind
    for kind in (
        BadRequest,
        NotSignedIn,
        Forbidden,
        NotFound,
        MethodNotAllowed,
        Conflict,
        Gone,
        TooLarge,
        Unprocessable,
        TooMany,
        Unavailable,
        Problem,
    )
}
