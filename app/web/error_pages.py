"""One handler for every error: a page in the reader's language, or RFC 9457 problem+json for programs."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DataError, OperationalError, TimeoutError
from starlette.exceptions import HTTPException

from app.problems import BY_STATUS, BadRequest, NotSignedIn, Problem, Unavailable, Unprocessable
from app.web.carried import BACK, WRONG_CODE, NotFresh, SessionChanged, carry, confirm_page, go_on_page, sign_in_page
from app.web.context import language_or_default
from app.web.forms import FormView, read_form
from app.web.pages import page


def answer(request: Request, problem: Problem) -> Response:
    """The response of a problem. Never echoes input."""
    if "text/html" in request.headers.get("accept", ""):
        response: Response = page(
            request, "error.html", status=problem.status, title=problem.title, detail=problem.detail
        )
    else:
        here = language_or_default(request)
        response = JSONResponse(
            {
                "type": "about:blank",
                "status": problem.status,
                "title": here.gettext(problem.title),
                "detail": here.gettext(problem.detail),
            },
            problem.status,
            media_type="application/problem+json",
        )
    response.headers.update(problem.headers)
    return response


def handle_problems(app: FastAPI) -> None:
    @app.exception_handler(Problem)
    def _problem(request: Request, error: Problem) -> Response:
        return answer(request, error)

    @app.exception_handler(NotSignedIn)
    async def _not_signed_in(request: Request, error: NotSignedIn) -> Response:
        if BACK.fullmatch(request.url.path) is None:
            return answer(request, error)
        if request.method == "POST":
            try:
                carried = carry(request.url.path, await read_form(request))
            except Problem as problem:
                return answer(request, problem)
            return await run_in_threadpool(sign_in_page, request, FormView(), carried, error.status)
        error.headers.setdefault("location", f"/{language_or_default(request).code}/sign-in")
        response = answer(request, error)
        response.status_code = 303
        return response

    @app.exception_handler(SessionChanged)
    def _session_changed(request: Request, error: SessionChanged) -> Response:
        return go_on_page(request, carry(request.url.path, error.form), error.csrf, error.status)

    @app.exception_handler(NotFresh)
    def _not_fresh(request: Request, error: NotFresh) -> Response:
        view = FormView()
        if error.wrong:
            view.complain("password", language_or_default(request).gettext(WRONG_CODE))
        return confirm_page(request, carry(request.url.path, error.form), error.csrf, view, error.status)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        problem = BY_STATUS.get(error.status_code, BadRequest if error.status_code < 500 else Problem)()
        problem.headers.update(error.headers or {})
        return answer(request, problem)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        return answer(request, Unprocessable())

    @app.exception_handler(DataError)
    def _unheld(request: Request, error: DataError) -> Response:
        """A value that the store cannot hold, such as a zero byte: it came with the request."""
        return answer(request, Unprocessable())

    @app.exception_handler(OperationalError)
    @app.exception_handler(TimeoutError)
    def _store_away(request: Request, error: Exception) -> Response:
        return answer(request, Unavailable(headers={"retry-after": "30"}))
