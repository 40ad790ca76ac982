"""Each moderator's index of working titles: opened once a session, so that the queue opens no case.

What it holds are the keys of titles, in pages sealed to the moderator. Nobody else can add to a sealed page; what arrives
while its owner is away are the grants themselves, marked as news, and they are folded into the pages at the next sign-in.
Who may open a case is decided by its grants alone: what the index still knows of a case that was taken back is never
listed, and its key opens nothing that is there. Whatever is wrong with the pages, they are made anew from the grants.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.cases.titles import read_title, title_key, unwrap_title
from app.clock import now
from app.documents.title import WorkingTitle
from app.identity.sessions import SignedIn
from app.installation import Installation
from app.sealing import CannotOpen, random_id, seal, unseal
from app.stores.casework import Case, CaseTitle, Grant, Keyholder, TitlePage

PAGE_BYTES = 64 * 1024
_COUNT = struct.Struct(">I")
_ENTRY = struct.Struct("16s8s32s")  # the case, a mark of its public key, the key of its title
PAGE_ENTRIES = (PAGE_BYTES - _COUNT.size) // _ENTRY.size
AT_ONCE = 1000  # grants that are opened for one page of the queue; what is beyond is opened for the next ones
CHUNK = 500  # identifiers in one statement
MOST_OPEN = 16  # indexes in memory; one that was put out is opened again

Entry = tuple[bytes, bytes]


@dataclass(slots=True)
class TitleIndex:
    """An opened index. `last`: number and stamp of the last page read; `unfolded`: what is in no page yet."""

    last: tuple[int, str] | None = None
    keys: dict[str, Entry] = field(default_factory=dict, repr=False)
    titles: dict[str, WorkingTitle] = field(default_factory=dict, repr=False)
    unfolded: dict[str, Entry] = field(default_factory=dict, repr=False)
    seen: dict[str, str] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    entries: int = 0
    tail: dict[str, Entry] = field(default_factory=dict, repr=False)
    known: dict[bytes, WorkingTitle] = field(default_factory=dict, repr=False)  # each once, by its text
    texts: dict[str, dict[int, str]] = field(default_factory=dict, repr=False)
    lock: Lock = field(default_factory=Lock, repr=False)

    def find(self, wanted: Callable[[str], bool], reader: str, text_of: Callable[[WorkingTitle], str]) -> list[str]:
        """The cases whose title is `wanted`, as `text_of` says it; `reader` names its language, and texts are kept."""
        with self.lock:
            texts = self.texts.setdefault(reader, {})
            for title in self.known.values():
                if id(title) not in texts:
                    texts[id(title)] = text_of(title)
            hits = {one for one, text in texts.items() if wanted(text)}
            return [case_id for case_id, title in self.titles.items() if id(title) in hits]

    def _take(self, who: SignedIn, rows: Iterable[Any], sealed: dict[str, bytes] | None = None) -> list[str]:
        """Takes in titles as the store has them; returns the cases whose grant must be opened for it."""
        missing = []
        for case_id, news, public_key, wrapped in rows:
            mark = _mark(public_key)
            entry = self.keys.get(case_id)
            if (entry is None or entry[0] != mark) and sealed is not None:
                entry = _entry_of(sealed.get(case_id, b""), public_key, who)
                if entry is not None:
                    self.keys[case_id] = self.unfolded[case_id] = entry
            elif entry is None or entry[0] != mark:
                missing.append(case_id)
                continue
            self._title(case_id, wrapped, entry)
            if news is not None:
                self.seen[case_id] = news
        return missing

    def _title(self, case_id: str, wrapped: bytes | None, entry: Entry | None) -> None:
        self.titles.pop(case_id, None)
        if wrapped is not None and entry is not None:
            try:
                text = unwrap_title(wrapped, case_id, entry[1])
            except CannotOpen:
                return
            self.titles[case_id] = self.known.get(text) or self.known.setdefault(text, read_title(text))


def _mark(public_key: str) -> bytes:
    return hashlib.sha256(public_key.encode()).digest()[:8]


def entry_of(case_key: str, public_key: str) -> Entry:
    """What an index keeps of a case, from its newest private key."""
    return _mark(public_key), title_key(case_key)


def _entry_of(sealed: bytes, public_key: str, who: SignedIn) -> Entry | None:
    """The key of a title out of a grant; None for a grant that does not open."""
    try:
        return entry_of(unseal(sealed, who.private_key).decode(), public_key)
    except CannotOpen:
        return None


def _read(session: Session, who: SignedIn) -> TitleIndex:
    """All pages, and the titles of every case with a grant."""
    index = TitleIndex()
    pages = select(TitlePage).where(TitlePage.keyholder_id == who.keyholder_id).order_by(TitlePage.number)
    for page in session.scalars(pages):
        index.last = page.number, page.stamp
        index.tail = _unpacked(page.sealed, who)
        index.entries += len(index.tail)
        index.keys |= index.tail
    rows = session.execute(_rows(who)).all()
    granted = {row.case_id for row in rows}
    index.keys = {case_id: entry for case_id, entry in index.keys.items() if case_id in granted}
    index.waiting = index._take(who, rows)
    return index


def _rows(who: SignedIn) -> Any:
    return (
        select(Grant.case_id, Grant.news, Case.public_key, CaseTitle.wrapped)
        .join(Case, Case.id == Grant.case_id)
        .outerjoin(CaseTitle, CaseTitle.case_id == Grant.case_id)
        .where(Grant.keyholder_id == who.keyholder_id)
    )


def _chunks(ids: list[str]) -> Iterator[list[str]]:
    return (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))


def _open_waiting(session: Session, who: SignedIn, index: TitleIndex) -> None:
    """Opens grants that are in no page, so many at once."""
    now_opened, index.waiting = index.waiting[:AT_ONCE], index.waiting[AT_ONCE:]
    for ids in _chunks(now_opened):
        mine = (Grant.keyholder_id == who.keyholder_id, Grant.case_id.in_(ids))
        sealed = dict(session.execute(select(Grant.case_id, Grant.sealed).where(*mine)).all())
        index._take(who, session.execute(_rows(who).where(Grant.case_id.in_(ids))), sealed)


def _look_again(session: Session, who: SignedIn, index: TitleIndex) -> None:
    """Takes in what changed since."""
    news = select(Grant.case_id, Grant.news).where(Grant.keyholder_id == who.keyholder_id, Grant.news.is_not(None))
    changed = [case_id for case_id, stamp in session.execute(news) if index.seen.get(case_id) != stamp]
    for ids in _chunks(sorted(set(changed) - set(index.waiting))):
        index.waiting += index._take(who, session.execute(_rows(who).where(Grant.case_id.in_(ids))))


_lock = Lock()
_opened: dict[str, tuple[int, TitleIndex]] = {}


def opened_index(installation: Installation, session: Session, who: SignedIn) -> TitleIndex:
    """The index of whoever is signed in, as the store is now. It stays in memory for as long as the session is in use."""
    forget_idle(installation)
    with _lock:
        index = _opened[who.lookup][1] if who.lookup in _opened else TitleIndex()
    with index.lock:
        if index.last is None or index.last != _last(session, who):
            index = _read(session, who)
        else:
            _look_again(session, who, index)
        _open_waiting(session, who, index)
    if who.lookup:
        with _lock:
            _opened[who.lookup] = now(), index
    return index


def forget_idle(installation: Installation) -> None:
    """By the clock, too: indexes of sessions that nobody uses any more, and those beyond what memory is for."""
    seconds = installation.settings.session_idle_minutes * 60
    with _lock:
        by_age = sorted(_opened, key=lambda one: _opened[one][0])
        for place, one in enumerate(by_age):
            if len(by_age) - place > MOST_OPEN or now() - _opened[one][0] > seconds:
                del _opened[one]


def forget(who: SignedIn) -> None:
    """At the end of a session nothing of its index stays in memory."""
    with _lock:
        _opened.pop(who.lookup, None)


def _last(session: Session, who: SignedIn) -> tuple[int, str] | None:
    """Number and stamp of the last page: whoever folds writes that one, or one after it."""
    pages = select(TitlePage.number, TitlePage.stamp).where(TitlePage.keyholder_id == who.keyholder_id)
    found = session.execute(pages.order_by(TitlePage.number.desc()).limit(1)).first()
    return None if found is None else (found.number, found.stamp)


# --- pages ------------------------------------------------------------------------------------------------------


def _packed(entries: dict[str, Entry]) -> bytes:
    told = b"".join(_ENTRY.pack(bytes.fromhex(case_id), mark, key) for case_id, (mark, key) in entries.items())
    return (_COUNT.pack(len(entries)) + told).ljust(PAGE_BYTES, b"\0")


def _unpacked(sealed: bytes, who: SignedIn) -> dict[str, Entry]:
    """The entries of a page; none of one that does not open."""
    try:
        told = unseal(sealed, who.private_key)
        (count,) = _COUNT.unpack_from(told)
        found = _ENTRY.iter_unpack(told[_COUNT.size : _COUNT.size + count * _ENTRY.size])
        return {case.hex(): (mark, key) for case, mark, key in found}
    except (CannotOpen, struct.error):
        return {}


def fold(installation: Installation, who: SignedIn) -> None:
    """At a sign-in: what came since the last one is put into the pages, which are sealed before the store is locked.

    Only the last page is sealed anew, or all of them when more than half of what they hold is out of date. When another
    session of the same person was faster, nothing is written: the next sign-in does it. ReadingsAway when nothing can be
    written down: grants are opened for it.
    """
    who.reader.note("titles")
    with installation.casework.read() as session:
        index = opened_index(installation, session, who)
        holder = session.get_one(Keyholder, who.keyholder_id)
    with index.lock:
        if not index.unfolded and not index.seen and index.last is not None:
            return
        first, pages = _new_pages(index)
        sealed = [(random_id(), seal(_packed(page), holder.public_key)) for page in pages]
        with installation.casework.write() as session:
            session.get(Keyholder, holder.id, with_for_update=True)
            if _last(session, who) != index.last:
                return
            ours = TitlePage.keyholder_id == who.keyholder_id
            session.execute(delete(TitlePage).where(ours, TitlePage.number >= first))
            for number, (stamp, page) in enumerate(sealed, first):
                session.add(TitlePage(keyholder_id=who.keyholder_id, number=number, stamp=stamp, sealed=page))
            session.flush()
            for ids in _chunks(list(index.seen.values())):
                known = (Grant.keyholder_id == who.keyholder_id, Grant.news.in_(ids))
                session.execute(update(Grant).where(*known).values(news=None))
        index.entries = sum(map(len, pages)) + (index.entries - len(index.tail) if first else 0)
        index.last = first + len(pages) - 1, sealed[-1][0]
        index.tail, index.unfolded, index.seen = pages[-1], {}, {}


def add_pages(installation: Installation, keyholder_id: str, public_key: str, entries: dict[str, Entry]) -> None:
    """Puts the keys of titles into somebody else's index, after its last page: by who gives them the cases."""
    sealed = [seal(_packed(page), public_key) for page in _paged(entries)]
    if not entries:
        return
    with installation.casework.write() as session:
        session.get(Keyholder, keyholder_id, with_for_update=True)
        last = session.scalar(select(func.max(TitlePage.number)).where(TitlePage.keyholder_id == keyholder_id))
        for number, page in enumerate(sealed, 0 if last is None else last + 1):
            session.add(TitlePage(keyholder_id=keyholder_id, number=number, sealed=page))


def _paged(entries: dict[str, Entry]) -> list[dict[str, Entry]]:
    """At least one page."""
    listed = list(entries.items())
    return [dict(listed[at : at + PAGE_ENTRIES]) for at in range(0, len(listed), PAGE_ENTRIES)] or [{}]


def _new_pages(index: TitleIndex) -> tuple[int, list[dict[str, Entry]]]:
    """The number of the first page that is written, and what is in it and those after it."""
    out_of_date = index.entries + len(index.unfolded) > 2 * len(index.keys) + PAGE_ENTRIES
    if index.last is None or out_of_date:
        first, entries = 0, index.keys
    else:
        first, entries = index.last[0], index.tail | index.unfolded
    return first, _paged(entries)
