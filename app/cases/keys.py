"""The keys of a case and of its threads, and how they are turned.

A case has a key pair; so has each thread. What the desk writes is sealed to the case, what a submitter may read to the
thread. The thread's private key is sealed to the case and to the submitter: the desk reads both, a receipt opens the
thread alone.

A key is *turned* when somebody lost access: from then on everything is sealed to a new one, which opens the older ones
too. Whoever lost access and has a copy of the store opens what they could open before, and nothing that came later.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Self

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.cases.titles import rewrapped
from app.problems import Conflict, NotFound
from app.sealing import KeyPair, Keys, seal, unseal
from app.stores import Store
from app.stores.casework import (
    Account,
    Attachment,
    Case,
    CaseKey,
    CaseState,
    CaseTitle,
    ConflictOfInterest,
    Grant,
    Keyholder,
    Message,
    StoredCaseFile,
    Submission,
    Thread,
    ThreadKey,
    TurnDue,
)


def lock_case(session: Session, case_id: str) -> Case:
    """The row of a case as it is now, held until the transaction ends: what everybody who changes a case does first.

    On SQLite the writer is alone from the beginning of the transaction. NotFound when there is no such case.
    """
    session.flush()
    case = session.get(Case, case_id, with_for_update=True, populate_existing=True)
    if case is None:
        raise NotFound
    return case


@dataclass(frozen=True, slots=True)
class SealedKeys:
    """What the newest key of a case opens: its earlier generations, newest first, and the keys of its threads."""

    earlier: Sequence[bytes] = field(repr=False)
    threads: Sequence[bytes] = field(repr=False)

    def open(self, newest: str) -> Keys:
        """All of them. CannotOpen when `newest` is not the newest."""
        private = [newest]
        for sealed in self.earlier:
            private.append(unseal(sealed, private[-1]).decode())
        keys = Keys(tuple(private))
        return keys.and_older(*(keys.unseal(sealed).decode() for sealed in self.threads))


def sealed_keys(session: Session, case_id: str) -> SealedKeys:
    turns = select(CaseKey.previous).where(CaseKey.case_id == case_id).order_by(CaseKey.generation.desc())
    threads = select(ThreadKey.sealed_to_case).join(Thread).where(Thread.case_id == case_id)
    return SealedKeys(session.scalars(turns).all(), session.scalars(threads).all())


def submitter_keys(session: Session, thread: Thread, own_key: str) -> Keys | None:
    """The keys of a thread, opened by its submitter; None for one of the first version, which has none yet."""
    newest_first = select(ThreadKey.sealed_to_submitter).where(ThreadKey.thread == thread.lookup)
    own = Keys((own_key,))
    private = [own.unseal(one).decode() for one in session.scalars(newest_first.order_by(ThreadKey.generation.desc()))]
    return Keys(tuple(private)) if private else None


def thread_public_key(session: Session, case_id: str) -> str:
    """The key to which what a submitter may read is sealed now. Conflict when there is none (yet, or any more)."""
    newest = (
        select(ThreadKey.public_key)
        .join(Thread)
        .where(Thread.case_id == case_id)
        .order_by(ThreadKey.generation.desc())
        .limit(1)
    )
    found = session.scalar(newest)
    if found is None:
        raise Conflict
    return found


def require_newest(case: Case, keys: Keys) -> None:
    """Conflict when a case's key was turned since it was opened: nothing can be handed on from an older one."""
    if KeyPair.of(keys.newest).public != case.public_key:
        raise Conflict


def new_thread_key(thread: str, generation: int, pair: KeyPair, case_key: str, submitter_key: str) -> ThreadKey:
    private = pair.private.encode()
    return ThreadKey(
        thread=thread,
        generation=generation,
        public_key=pair.public,
        sealed_to_case=seal(private, case_key),
        sealed_to_submitter=seal(private, submitter_key),
    )


def conflicted(session: Session, account_id: str, case_id: str) -> bool:
    """Whether an account declared a conflict of interest with a State of a case."""
    declared = select(ConflictOfInterest.state).join(CaseState, CaseState.state == ConflictOfInterest.state)
    found = declared.where(ConflictOfInterest.account_id == account_id, CaseState.case_id == case_id).limit(1)
    return session.scalar(found) is not None


def turn_is_due(session: Session, case_id: str) -> bool:
    """Whether the key of a case must be turned though everybody with a grant may have it: see `take_grants`."""
    return session.get(TurnDue, case_id) is not None


def take_grants(session: Session, case: Case, keyholders: Collection[str]) -> None:
    """Takes grants of a case without opening it: whoever writes next turns its key. In the caller's transaction."""
    session.execute(delete(Grant).where(Grant.case_id == case.id, Grant.keyholder_id.in_(keyholders)))
    if not turn_is_due(session, case.id):
        session.add(TurnDue(case_id=case.id))
    session.flush()


def without_access(session: Session, case_id: str) -> set[str]:
    """Keyholders with a grant who may have none: of an account that was disabled or has a conflict of interest with a
    State of the case; and submitters, whom the first version gave one."""
    states = select(CaseState.state).where(CaseState.case_id == case_id)
    conflicted = select(ConflictOfInterest.account_id).where(ConflictOfInterest.state.in_(states))
    entitled = select(Account.keyholder_id).where(
        Account.active, Account.role == "moderator", Account.keyholder_id.is_not(None), Account.id.not_in(conflicted)
    )
    lost = (
        select(Grant.keyholder_id)
        .join(Keyholder, Keyholder.id == Grant.keyholder_id)
        .where(Grant.case_id == case_id, Keyholder.kind != "escrow", Grant.keyholder_id.not_in(entitled))
    )
    return set(session.scalars(lost))


# What a submitter may read: sealed to the thread's key from the second version on.
_OF_THE_SUBMITTER: tuple[InstrumentedAttribute[bytes], ...] = (Submission.sealed, Message.sealed, Attachment.facts)


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of a case's key, with all that is sealed anew: made on what was read, before the store is locked."""

    case_id: str
    before: str
    version: int
    held: set[str]
    pair: KeyPair
    grants: dict[str, bytes] = field(repr=False)
    previous: bytes = field(repr=False)
    file: bytes | None = field(repr=False)
    title: tuple[bytes, bytes | None] | None = field(repr=False)
    thread_keys: list[ThreadKey] = field(repr=False)
    resealed: list[tuple[InstrumentedAttribute[bytes], str, bytes]] = field(repr=False)

    @classmethod
    def of(cls, session: Session, case: Case, keys: Keys, without: Collection[str]) -> Self:
        """What a turn writes that leaves the grants of `without` behind; `keys` opens all of the case, else Conflict.

        Grants go on, the newest case file is sealed anew, and each thread gets a new key. A thread of the first version
        gets its first one, and all that its submitter may read is sealed to it: their receipt then needs no grant.
        """
        require_newest(case, keys)
        pair = KeyPair.new()
        private = pair.private.encode()
        rows = select(Keyholder).join(Grant, Grant.keyholder_id == Keyholder.id).where(Grant.case_id == case.id)
        holders = list(session.scalars(rows))
        turn = cls(
            case.id,
            case.public_key,
            case.version,
            {one.id for one in holders},
            pair,
            {one.id: seal(private, one.public_key) for one in holders if one.id not in without},
            seal(keys.newest.encode(), pair.public),
            _newest_file(session, case, keys, pair),
            _title(session, case, keys, pair),
            [],
            [],
        )
        for thread in session.scalars(select(Thread).where(Thread.case_id == case.id)):
            turn._turn_thread(session, thread, keys)
        return turn

    def _turn_thread(self, session: Session, thread: Thread, keys: Keys) -> None:
        last = session.scalar(select(func.max(ThreadKey.generation)).where(ThreadKey.thread == thread.lookup))
        submitter = session.get_one(Keyholder, thread.keyholder_id).public_key
        pair = KeyPair.new()
        self.thread_keys.append(
            new_thread_key(thread.lookup, 0 if last is None else last + 1, pair, self.pair.public, submitter)
        )
        if last is None:
            for column in _OF_THE_SUBMITTER:
                found = select(column.class_.id, column).where(column.class_.case_id == self.case_id)
                for row_id, sealed in session.execute(found):
                    self.resealed.append((column, row_id, seal(keys.unseal(sealed), pair.public)))

    def apply(self, session: Session) -> bool:
        """Writes the turn, in the caller's transaction. Whether it could: not when the case is another one by now."""
        case = lock_case(session, self.case_id)
        if (case.public_key, case.version) != (self.before, self.version):
            return False
        if self.held != set(session.scalars(select(Grant.keyholder_id).where(Grant.case_id == case.id))):
            return False
        title = session.get(CaseTitle, case.id, populate_existing=True)
        if (title and title.wrapped) != (self.title and self.title[0]):
            return False
        last = session.scalar(select(func.max(CaseKey.generation)).where(CaseKey.case_id == case.id)) or 0
        case.public_key = self.pair.public
        session.execute(delete(TurnDue).where(TurnDue.case_id == case.id))
        session.execute(delete(Grant).where(Grant.case_id == case.id))
        session.add(CaseKey(case_id=case.id, generation=last + 1, previous=self.previous))
        session.add_all(Grant(case_id=case.id, keyholder_id=one, sealed=sealed) for one, sealed in self.grants.items())
        if self.file is not None:
            session.get_one(StoredCaseFile, (case.id, case.version)).sealed = self.file
        if title is not None and self.title is not None:
            if self.title[1] is None:
                session.delete(title)
            else:
                title.wrapped = self.title[1]
        session.add_all(self.thread_keys)
        for column, row_id, sealed in self.resealed:
            session.execute(update(column.class_).where(column.class_.id == row_id).values({column: sealed}))
        session.flush()
        return True


def _newest_file(session: Session, case: Case, keys: Keys, pair: KeyPair) -> bytes | None:
    row = session.get(StoredCaseFile, (case.id, case.version))
    return None if row is None else seal(keys.unseal(row.sealed), pair.public)


def _title(session: Session, case: Case, keys: Keys, pair: KeyPair) -> tuple[bytes, bytes | None] | None:
    row = session.get(CaseTitle, case.id)
    return None if row is None else (row.wrapped, rewrapped(row.wrapped, case.id, keys.newest, pair.private))


def renew(casework: Store, prepare: Callable[[Session], Turn | None]) -> None:
    """Carries out a turn that `prepare` makes of what it reads; None when there is nothing to do.

    All sealing happens before the write transaction. Conflict when the case keeps changing meanwhile.
    """
    for _ in range(3):
        with casework.read() as session:
            turn = prepare(session)
        if turn is None:
            return
        with casework.write() as session:
            if turn.apply(session):
                return
    raise Conflict
