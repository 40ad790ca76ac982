"""How long the desk's queue takes, few cases beside many: `python -m benchmarks.queue [FEW] [MANY] [URL URL]`.

Two new stores (SQLite in a temporary folder, or two empty databases at the addresses) are filled with invented cases that
are all open: the most that the queue can have to go through. The same questions are asked of both in turn; printed are
the medians and their ratio. Titles are real, and so is the index: it is folded, then opened as a session does.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.cases import index, queue
from app.cases.titles import title_key, wrap_title
from app.cases.waiting import waiting_for
from app.clock import today
from app.desk.titles import searched
from app.documents.title import WorkingTitle
from app.i18n import language
from app.identity.sessions import SignedIn
from app.installation import Installation, open_installation
from app.readings import Reader
from app.sealing import KeyPair, random_id, seal
from app.settings import Settings
from app.stores.casework import Account, Case, CaseState, CaseTitle, Grant, Keyholder
from app.stores.migrating import migrate

ROUNDS = 15
PIECE = 1000
KEYS = 64  # key pairs that the cases share: making fifty thousand would take longer than all else
ACTS = ("summons_interrogation", "direct_threat", "travel_ban", "smear_campaign")
Question = Callable[[Session, SignedIn], object]


def moderators(installation: Installation, how_many: int = 3) -> list[tuple[SignedIn, KeyPair]]:
    found = []
    with installation.casework.write() as session:
        for number in range(how_many):
            pair = KeyPair.new()
            holder = Keyholder(kind="moderator", public_key=pair.public)
            session.add(holder)
            session.flush()
            account = Account(
                login=f"moderator-{number}", role="moderator", keyholder_id=holder.id, salt=b"", wrapped=b""
            )
            session.add(account)
            session.flush()
            who = SignedIn(
                account.id,
                account.login,
                "moderator",
                holder.id,
                "",
                random_id(),
                0,
                pair.private,
                Reader(installation, account.id, ""),
            )
            found.append((who, pair))
    return found


def fill(installation: Installation, cases: int) -> SignedIn:
    """Cases of all urgencies, some with a moderator, a few of a rare State, each with a title and grants."""
    chance, people = random.Random(1), moderators(installation)
    keys = [KeyPair.new() for _ in range(KEYS)]
    sealed = {key: [seal(key.private.encode(), pair.public) for _, pair in people] for key in keys}
    for at in range(0, cases, PIECE):
        rows: dict[type, list[dict[str, object]]] = {Case: [], CaseState: [], CaseTitle: [], Grant: []}
        for number in range(at, min(at + PIECE, cases)):
            _add(chance, rows, number, people, sealed)
        with installation.casework.write() as session:
            for table, told in rows.items():
                session.execute(insert(table), told)
    return people[0][0]


def _add(
    chance: random.Random,
    rows: dict[type, list[dict[str, object]]],
    number: int,
    people: list[tuple[SignedIn, KeyPair]],
    sealed: dict[KeyPair, list[bytes]],
) -> None:
    key, case_id = chance.choice(list(sealed)), random_id()
    state = "XE" if number < 120 else chance.choice(("XA", "XA", "XB", "XC"))
    title = WorkingTitle(language=chance.choice(("en", "ar")), state=state, act=chance.choice(ACTS), role="lawyer")
    if 200 <= number < 250:
        title.name = f"The weaver of Quendrith {number}"
    case = Case(
        id=case_id,
        public_key=key.public,
        status=chance.choice(("received", "received", "in_review", "awaiting_submitter")),
        urgency=chance.choice(("urgent", "high", "normal", "normal", "low")),
        received_on=today() - timedelta(days=chance.randrange(900)),
        unread=chance.random() < 0.1,
        assignee_id=people[0][0].account_id if number >= 880 and number < 1000 else None,
    )
    case.place = case.place_in_queue()
    columns = ("id", "public_key", "status", "urgency", "received_on", "unread", "assignee_id", "place")
    told = {name: getattr(case, name) for name in columns}
    rows[Case].append(told | {"version": 0, "live": False, "message_unread": False, "uncovered": False})
    rows[CaseState].append({"case_id": case_id, "relation": "alleged", "state": state})
    wrapped = wrap_title(title, case_id, title_key(key.private))
    rows[CaseTitle].append({"case_id": case_id, "wrapped": wrapped})
    for (who, _), grant in zip(people, sealed[key], strict=True):
        rows[Grant].append({"case_id": case_id, "keyholder_id": who.keyholder_id, "sealed": grant, "news": random_id()})


def questions(installation: Installation) -> dict[str, Question]:
    here, first = language("en"), queue.QueueFilter()

    def found(session: Session, who: SignedIn, words: str) -> object:
        titles = index.opened_index(installation, session, who)
        return queue.rows(session, searched(replace(first, status="all", q=words), titles, here), who)

    def of_state(session: Session, who: SignedIn, state: str) -> object:
        return queue.rows(session, queue.narrowed(session, replace(first, state=state)), who)

    def far_down(session: Session, who: SignedIn) -> object:
        cursor = f"4-{today() - timedelta(days=899)}-" + "0" * 32
        return queue.rows(session, replace(first, after=cursor), who)

    return {
        "first page": lambda session, who: queue.rows(session, first, who),
        "a page far down": far_down,
        "my cases": lambda session, who: queue.rows(session, replace(first, mine=True), who),
        "of a common State": lambda session, who: of_state(session, who, "XA"),
        "of a rare State": lambda session, who: of_state(session, who, "XE"),
        "low and free": lambda session, who: queue.rows(session, replace(first, urgency="low", free=True), who),
        "all counts": lambda session, who: queue.counts(session, first, who),
        "without a reader": lambda session, _who: queue.without_reader(session),
        "what waits for me": waiting_for,
        "the index, opened": lambda session, who: index.opened_index(installation, session, who),
        "searched by title": lambda session, who: found(session, who, "weaver quendrith"),
    }


def milliseconds(installation: Installation, who: SignedIn, ask: Question) -> float:
    with installation.casework.read() as session:
        started = time.perf_counter()
        ask(session, who)
        return (time.perf_counter() - started) * 1000


def fold_all(installation: Installation, who: SignedIn) -> None:
    """As many sign-ins as it takes, and how long the opening of the next session takes."""
    while True:
        index.fold(installation, who)
        with installation.casework.read() as session:
            if not index.opened_index(installation, session, who).waiting:
                break
    index.fold(installation, who)
    if installation.casework.reader.dialect.name == "postgresql":  # which does so by itself in time
        with psycopg.connect(installation.settings.casework_address, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
    index.forget(who)
    taken = milliseconds(installation, who, lambda session, one: index.opened_index(installation, session, one))
    print(f"{taken:9.1f}  ms: an index of {installation.settings.name} opened for a session")


def main() -> None:
    sizes = [int(one) for one in sys.argv[1:3]] or [1000, 50_000]
    with tempfile.TemporaryDirectory() as folder:
        urls = sys.argv[3:] or [f"sqlite:///{Path(folder) / str(size)}.sqlite" for size in sizes]
        stores = []
        for size, url in zip(sizes, urls, strict=True):
            migrate("casework", url)
            told = {"casework_url": url, "data_folder": folder, "name": f"{size} cases", "demo": True}
            installation = open_installation(Settings.model_validate(told))
            who = fill(installation, size)
            fold_all(installation, who)
            stores.append((installation, who, questions(installation)))
        print(f"{sizes[0]} | {sizes[1]} cases, {stores[0][0].casework.reader.dialect.name}; median of {ROUNDS}, ms")
        for words in stores[0][2]:
            taken: list[list[float]] = [[], []]
            for _ in range(ROUNDS):
                for at, (installation, who, asked) in enumerate(stores):
                    taken[at].append(milliseconds(installation, who, asked[words]))
            few, many = (statistics.median(one) for one in taken)
            print(f"{few:9.1f} {many:9.1f}  × {many / few:5.1f}  {words}")
        for installation, _, _ in stores:
            installation.casework.close()


if __name__ == "__main__":
    main()
