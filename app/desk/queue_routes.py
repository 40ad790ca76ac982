"""The queue: what waits for whoever is signed in, then all that they may open."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.cases import queue
from app.cases.index import opened_index
from app.cases.status import LABELS
from app.cases.waiting import waiting_for
from app.desk.pages import desk_page
from app.desk.titles import languages_of, searched, titles_of
from app.reference import states
from app.web.closing import CLOSED_IN_LOCKDOWN
from app.web.context import PageLanguage, installation_of
from app.web.signed_in import Moderator

router = APIRouter(include_in_schema=False, dependencies=[CLOSED_IN_LOCKDOWN])


@router.get("/{language}/desk", name="desk")
def show_queue(request: Request, language: PageLanguage, who: Moderator) -> Response:
    """A page of the queue. It opens the index of titles and no case."""
    wanted = queue.QueueFilter.of(request.query_params)
    who.reader.note("queue")
    casework = installation_of(request).casework
    with casework.read() as session:
        index = opened_index(installation_of(request), session, who)
    with casework.read() as session:
        asked = queue.narrowed(session, searched(wanted, index, language))
        listed = queue.rows(session, asked, who)
        waits = waiting_for(session, who) if wanted == queue.QueueFilter() else []
    with casework.read() as session:
        counts = queue.counts(session, asked, who)
        without_reader = queue.without_reader(session)
    return desk_page(
        request,
        "desk/queue.html",
        who,
        rows=listed.rows,
        waits=waits,
        counts=counts,
        without_reader=without_reader,
        following=_with_cursor(request, listed.following),
        title_of=titles_of(index, language),
        unopened=len(index.waiting),
        counted=queue.COUNTED,
        too_many=len(asked.found or ()) > queue.MOST_FOUND,
        told_in=[(code, language.locale.languages.get(code, code)) for code in languages_of(index)],
        states=sorted(states(installation_of(request).settings.demo)),
        wanted=wanted,
        labels=LABELS,
    )


def _with_cursor(request: Request, cursor: str) -> str:
    """The query of the next page; empty on the last one."""
    kept = {name: value for name, value in request.query_params.items() if name in queue.QUERY}
    return "?" + urlencode(kept | {"after": cursor}) if cursor else ""
