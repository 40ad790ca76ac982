"""How long the lists of a large registry take: `python -m benchmarks.filters [ENTRIES] [ENGINE_URL]`.

Fills a new store (SQLite in a temporary folder, or an empty database at the address) with invented entries and measures
the questions that readers ask: a State's list, its last page, several facets at once, words, counts, facet counts.
"""

from __future__ import annotations

import random
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from app.clock import today
from app.documents.entry import PublicEntry
from app.documents.public import new_reference
from app.registry import log
from app.registry.filters import Filter, count, facet_counts, listed
from app.registry.records import ENTRY
from app.stores import Store
from app.stores.migrating import migrate

ROUNDS = 9
PIECE = 1000
ACTS = ("summons_interrogation", "direct_threat", "travel_ban", "smear_campaign")
GRADES = ("confirmed", "likely", "possible")


def invented(chance: random.Random) -> PublicEntry:
    state = "XA" if chance.random() < 0.6 else chance.choice(("XB", "XC", "XD", "XE"))
    return PublicEntry.model_validate(
        {
            "title": {"en": f"A lawyer was summoned after meeting {chance.randrange(1000)}"},
            "summary": {"en": "A lawyer who had met United Nations experts was summoned and questioned about it."},
            "kind": "reprisal",
            "state_alleged": state,
            "state_where": state,
            "acts": [{"type": chance.choice(ACTS), "date": str(chance.randint(2012, 2026))}],
            "engagements": [{"body": "upr"}],
            "persons": [{"label": "A lawyer", "roles": ["lawyer"]}],
            "act_grade": chance.choice(GRADES),
            "link_grade": "inferred",
            "sources": 2,
            "consent": "publish_without_name",
            "last_reviewed": "2026",
        }
    )


def fill(store: Store, entries: int) -> None:
    """Batches of a thousand, one leaf each: the projection is the same as that of single releases."""
    chance = random.Random(1)
    for at in range(0, entries, PIECE):
        rows = [(new_reference(), "published", invented(chance)) for _ in range(min(PIECE, entries - at))]
        day = today() - timedelta(days=at // PIECE)
        with store.write() as session:
            log.append_batch(session, secrets.token_hex(16), type=ENTRY.name, day=day, rows=rows)  # type: ignore[arg-type]


def milliseconds(store: Store, ask: Callable[..., object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        with store.read() as session:
            started = time.perf_counter()
            ask(session)
            taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def main() -> None:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{Path(folder)}/registry.sqlite"
        migrate("registry", url)
        store = Store(url, writable=True)
        fill(store, entries)
        state = Filter(ENTRY, facets={"state": "XA"})
        late = Filter(ENTRY, facets={"state": "XA"}, after=f"{today() - timedelta(days=entries // PIECE)}.zzzzzzzzzzzz")
        several = Filter(ENTRY, facets={"state": "XB", "act": "travel_ban", "grade": "likely", "role": "lawyer"})
        words = Filter(ENTRY, q="lawyers summoned 123")
        questions: dict[str, Callable[..., object]] = {
            "first page of all": lambda session: listed(session, Filter(ENTRY), 20),
            "first page of a State": lambda session: listed(session, state, 20, tombstones=True),
            "last page of a State": lambda session: listed(session, late, 20),
            "count of a State": lambda session: count(session, state),
            "four facets": lambda session: listed(session, several, 20),
            "count of four facets": lambda session: count(session, several),
            "three words": lambda session: listed(session, words, 20),
            "acts of a State, counted": lambda session: facet_counts(session, state, "act"),
            "States, counted": lambda session: facet_counts(session, Filter(ENTRY), "state"),
        }
        print(f"{entries} entries, {store.reader.dialect.name}; median of {ROUNDS}, milliseconds")
        for words_of, ask in questions.items():
            print(f"{milliseconds(store, ask):9.1f}  {words_of}")
        store.close()


if __name__ == "__main__":
    main()
