"""The casework store: sealed submissions, cases, people who may open them, and releases not yet delivered.

Every table is keyed by random values and, on SQLite, has no rowid, so that order of arrival is not kept. What is in
the clear is listed with its reason in docs/threat-model.md; a test compares that list with these columns.
"""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, mapped_column

from app.clock import today
from app.sealing import random_id


class CaseworkBase(DeclarativeBase):
    """Tables of the casework store."""

    __table_args__: object = {"sqlite_with_rowid": False}


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


Id = String(32)
TOKEN_DAYS = 183  # a token of the Office is good for half a year
WITHOUT_ROWID = {"sqlite_with_rowid": False}

STATUSES = (
    "received",
    "in_review",
    "awaiting_submitter",
    "proposed",
    "scheduled",
    "published",
    "suspended",
    "withdrawn",
    "closed",
)
DONE = ("published", "withdrawn", "closed")
URGENCIES = ("urgent", "high", "normal", "low")
PLACES_ASIDE = {"burst": 5, "set_aside": 6}
PLACE_DONE = 9


def folded(name: str) -> str:
    """A name as it is compared: however it is spelt, one person is one name."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _folded_login(context: Any) -> str:  # of the row that is added
    return folded(context.get_current_parameters()["login"])


class Keyholder(CaseworkBase):
    """Someone who can open sealed things; only the public half of the key is here."""

    __tablename__ = "keyholder"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=random_id)
    kind: Mapped[str] = mapped_column(String(16))
    public_key: Mapped[str] = mapped_column(String(80), unique=True)
    __table_args__ = (_one_of("kind", "moderator", "escrow", "office", "submitter", "auditor"), WITHOUT_ROWID)


class Account(CaseworkBase):
    """A person who signs in. The private key and the TOTP secret lie together under the password (`wrapped`).

    It waits, until a day, for two who vouch; then it is active, unless it was suspended.
    """

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=random_id)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    folded: Mapped[str] = mapped_column(String(64), index=True, unique=True, default=_folded_login)
    role: Mapped[str] = mapped_column(String(16))
    keyholder_id: Mapped[str | None] = mapped_column(ForeignKey("keyholder.id"))
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    last_totp_step: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    founder: Mapped[bool] = mapped_column(default=False)
    waiting_until: Mapped[date | None]
    __table_args__ = (_one_of("role", "moderator", "administrator", "office", "data"), WITHOUT_ROWID)


class Invitation(CaseworkBase):
    """A place for somebody new, found by the hash of a code that is shown once. It goes when it is taken."""

    __tablename__ = "invitation"
    lookup: Mapped[str] = mapped_column(String(64), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    founder: Mapped[bool] = mapped_column(default=False)
    invited_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    expires_on: Mapped[date]
    __table_args__ = (_one_of("role", "moderator", "administrator", "office", "data"), WITHOUT_ROWID)


class Sponsorship(CaseworkBase):
    """Who vouched that an account belongs to a person of their own.

    `sponsor` is the id of their account; for accounts of the first version it may be a name that somebody wrote, and
    `sponsor_id` is empty.
    """

    __tablename__ = "sponsorship"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    sponsor: Mapped[str] = mapped_column(String(64), primary_key=True)
    sponsor_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (WITHOUT_ROWID,)


class AccountRequest(CaseworkBase):
    """What two others decide about an account: to suspend it, to lift that, or to let its person back in."""

    __tablename__ = "account_request"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=random_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="open")
    number: Mapped[str] = mapped_column(String(32), default="")
    asked_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    agreed_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    stopped_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    asked_on: Mapped[date]
    ready_on: Mapped[date | None]
    expires_on: Mapped[date]
    __table_args__ = (
        _one_of("kind", "suspend", "lift", "recover"),
        _one_of("state", "open", "agreed", "done", "stopped"),
        CheckConstraint("agreed_by IS NULL OR agreed_by <> asked_by", name="two_others"),
        WITHOUT_ROWID,
    )


class ConflictOfInterest(CaseworkBase):
    """A State whose cases an account must not open."""

    __tablename__ = "conflict_of_interest"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), primary_key=True)
    __table_args__ = (WITHOUT_ROWID,)


class ConflictRequest(CaseworkBase):
    """A conflict of interest that somebody asks to add to an account, or to take off it; a second person decides."""

    __tablename__ = "conflict_request"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), primary_key=True)
    wanted: Mapped[str] = mapped_column(String(8))
    asked_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (_one_of("wanted", "add", "remove"), WITHOUT_ROWID)


class DeskSession(CaseworkBase):
    """A signed-in session: found by the hash of its cookie, its private key wrapped under the cookie itself."""

    __tablename__ = "desk_session"
    lookup: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    started_at: Mapped[int]
    seen_at: Mapped[int]
    confirmed_at: Mapped[int]
    __table_args__ = (WITHOUT_ROWID,)


class Case(CaseworkBase):
    """The desk's working file on one allegation: what the queue needs, and the public half of the newest case key.

    Readings name a case by its `reading_id` alone: when the row is erased, they name nothing any more.
    """

    __tablename__ = "case"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=random_id)
    public_key: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(24), default="received")
    urgency: Mapped[str] = mapped_column(String(16))
    received_on: Mapped[date]
    version: Mapped[int] = mapped_column(default=0)
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    claimed_until: Mapped[date | None]
    answer_due_on: Mapped[date | None]
    entry_ref: Mapped[str | None] = mapped_column(String(16), unique=True)
    live: Mapped[bool] = mapped_column(default=False)
    unread: Mapped[bool] = mapped_column(default=False)
    message_unread: Mapped[bool] = mapped_column(default=False)
    uncovered: Mapped[bool] = mapped_column(default=False)
    reading_id: Mapped[str] = mapped_column(Id, default=random_id)
    announced: Mapped[bool] = mapped_column(default=False)
    aside: Mapped[str | None] = mapped_column(String(16))
    place: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        _one_of("status", *STATUSES),
        _one_of("urgency", *URGENCIES),
        CheckConstraint("aside IS NULL OR aside IN ('burst', 'set_aside', 'kept')", name="aside_known"),
        Index("case_place", "place", "received_on", "id"),
        Index("case_status", "status", "place", "received_on", "id"),
        Index("case_assignee", "assignee_id", "place", "received_on", "id"),
        Index("case_unread", "unread", "place", "received_on", "id"),
        WITHOUT_ROWID,
    )

    def place_in_queue(self) -> int:
        """Where the queue lists it: what consent no longer covers, what is open by urgency, bursts, junk, what is done."""
        if self.uncovered:
            return 0
        if self.status in DONE and not self.unread:
            return PLACE_DONE
        if self.aside in PLACES_ASIDE:
            return PLACES_ASIDE[self.aside]
        return 1 + URGENCIES.index(self.urgency)


@event.listens_for(Case, "before_insert")
@event.listens_for(Case, "before_update")
def _keep_place(_mapper: Mapper[Case], _connection: Connection, case: Case) -> None:
    """The place follows from the other columns with each write: what is listed first must be found without a sort."""
    case.place = case.place_in_queue()


class CaseState(CaseworkBase):
    """A State named in a case: alleged responsible, or where it happened."""

    __tablename__ = "case_state"
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True)
    relation: Mapped[str] = mapped_column(String(16), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), primary_key=True)
    __table_args__ = (
        _one_of("relation", "alleged", "where"),
        Index("case_of_state", "state", "case_id"),
        WITHOUT_ROWID,
    )


class CaseKey(CaseworkBase):
    """A turn of a case's key: `previous` is the private key before it, sealed to the one of this generation.

    The first key (generation 0) has no row. Whoever opens the newest opens all that came before it.
    """

    __tablename__ = "case_key"
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True)
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (WITHOUT_ROWID,)


class Grant(CaseworkBase):
    """A case's newest private key sealed to one keyholder. Access is these rows.

    `news` is random, and another one whenever the grant or the title is; none once the holder's index knows both.
    """

    __tablename__ = "case_grant"
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True)
    keyholder_id: Mapped[str] = mapped_column(ForeignKey("keyholder.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    news: Mapped[str | None] = mapped_column(Id, default=random_id)
    __table_args__ = (
        Index("grant_news", "keyholder_id", "news", "case_id"),
        Index("grant_holder", "keyholder_id", "case_id"),
        WITHOUT_ROWID,
    )


class CaseTitle(CaseworkBase):
    """How the desk calls a case, wrapped under a key that follows from the case's own."""

    __tablename__ = "case_title"
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (WITHOUT_ROWID,)


class TitlePage(CaseworkBase):
    """A page of the keys of titles, sealed to one keyholder; `stamp` is another one whenever the page is."""

    __tablename__ = "title_page"
    keyholder_id: Mapped[str] = mapped_column(ForeignKey("keyholder.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    stamp: Mapped[str] = mapped_column(Id, default=random_id)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (WITHOUT_ROWID,)


class TurnDue(CaseworkBase):
    """A case whose key must be turned before anybody writes: a grant was taken by somebody who could not open it."""

    __tablename__ = "turn_due"
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True)
    __table_args__ = (WITHOUT_ROWID,)


class Submission(CaseworkBase):
    """What arrived, as it arrived; never edited."""

    __tablename__ = "submission"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=random_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    received_on: Mapped[date]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (WITHOUT_ROWID,)


class Thread(CaseworkBase):
    """A submitter's own thread, found by their receipt; their private key is wrapped under it. They have no grant."""

    __tablename__ = "thread"
    lookup: Mapped[str] = mapped_column(String(64), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), unique=True)
    keyholder_id: Mapped[str] = mapped_column(ForeignKey("keyholder.id"))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (WITHOUT_ROWID,)


class ThreadKey(CaseworkBase):
    """A key of a thread: its private half sealed to the case and to the submitter, so that each reads it alone.

    A turn adds a generation; what is written goes to the newest. Threads of the first version have none until somebody
    who can open them writes.
    """

    __tablename__ = "thread_key"
    thread: Mapped[str] = mapped_column(ForeignKey("thread.lookup"), primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True)
    public_key: Mapped[str] = mapped_column(String(80))
    sealed_to_case: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_to_submitter: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (WITHOUT_ROWID,)


class FormInProgress(CaseworkBase):
    """A form with errors whose files are kept, sealed, until it is sent again: the thread's key before there is one."""

    __tablename__ = "form_in_progress"
    lookup: Mapped[str] = mapped_column(String(64), primary_key=True)
    public_key: Mapped[str] = mapped_column(String(80))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    expires_on: Mapped[date]
    __table_args__ = (WITHOUT_ROWID,)


class Attachment(CaseworkBase):
    """One file, sealed to the thread's key in an object of its own; name, type, size and hash are in the `facts`."""

    __tablename__ = "attachment"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=random_id)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("case.id"), index=True)
    form_lookup: Mapped[str | None] = mapped_column(ForeignKey("form_in_progress.lookup"), index=True)
    facts: Mapped[bytes] = mapped_column(LargeBinary)
    object_id: Mapped[str] = mapped_column(Id, index=True, unique=True)
    padded_size: Mapped[int]
    __table_args__ = (
        CheckConstraint("(case_id IS NULL) <> (form_lookup IS NULL)", name="of_case_or_draft"),
        WITHOUT_ROWID,
    )


class StoredCaseFile(CaseworkBase):
    """One version of the case file: people, consent, sources, notes, draft; one sealed value."""

    __tablename__ = "case_file"
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (WITHOUT_ROWID,)


class Message(CaseworkBase):
    """One message of a thread, sealed to its key; the order within the thread is inside the seal."""

    __tablename__ = "message"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=random_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    direction: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (_one_of("direction", "from_submitter", "to_submitter"), WITHOUT_ROWID)


class HistoryLink(CaseworkBase):
    """A link of the chain of a case's acts, complete without the act. Append-only by trigger (in the migrations).

    `chain` is random, so that nothing here names a case once its acts are erased. `ended_on` is set in the last link
    of a case that was erased; only then its acts can be deleted.
    """

    __tablename__ = "history_link"
    chain: Mapped[str] = mapped_column(Id, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    commitment: Mapped[str] = mapped_column(String(64))
    link: Mapped[str] = mapped_column(String(64))
    ended_on: Mapped[date | None]
    __table_args__ = (WITHOUT_ROWID,)


class HistoryEvent(CaseworkBase):
    """What was done with a case: identifiers and kinds in the clear, any words sealed. Its link commits to it.

    Never changed, by trigger, and deleted only when its chain has ended.
    """

    __tablename__ = "history_event"
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[str] = mapped_column(Id)
    happened_on: Mapped[date]
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    event: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(24))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (
        ForeignKeyConstraint(["chain", "position"], ["history_link.chain", "history_link.position"]),
        UniqueConstraint("chain", "position", name="one_act_a_link"),
        WITHOUT_ROWID,
    )


class Proposal(CaseworkBase):
    """What needs a second moderator, sealed to the case key: a public entry, a final withdrawal, a name for the Office."""

    __tablename__ = "proposal"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=random_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    proposed_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    open: Mapped[bool] = mapped_column(default=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (
        _one_of("kind", "published", "corrected", "followed_up", "withdrawn", "told"),
        Index("proposal_open", "open", "case_id"),
        WITHOUT_ROWID,
    )


class ReleaseOrder(CaseworkBase):
    """A decided release on its way through the door. `wrapped` is what will be public; it is erased on arrival.

    The database itself refuses a release (other than one that hides, which takes away) that one person decided alone.
    """

    __tablename__ = "release_order"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=random_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    entry_ref: Mapped[str] = mapped_column(String(16))
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    proposed_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    due_on: Mapped[date]
    delivered: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (
        _one_of("kind", "published", "corrected", "followed_up", "suspended", "withdrawn"),
        CheckConstraint(
            "kind IN ('suspended', 'withdrawn') OR (proposed_by IS NOT NULL AND approved_by IS NOT NULL"
            " AND proposed_by <> approved_by)",
            name="two_people",
        ),
        WITHOUT_ROWID,
    )


class Erasure(CaseworkBase):
    """A case that is going to be erased: asked for by the person (no account), or by two moderators. Due after a day.

    The database itself refuses one that a single account decided.
    """

    __tablename__ = "erasure"
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True)
    asked_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    agreed_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    due_on: Mapped[date | None]
    __table_args__ = (
        CheckConstraint(
            "(due_on IS NULL AND asked_by IS NOT NULL AND agreed_by IS NULL)"
            " OR (due_on IS NOT NULL AND asked_by IS NULL AND agreed_by IS NULL)"
            " OR (due_on IS NOT NULL AND asked_by IS NOT NULL AND agreed_by IS NOT NULL AND asked_by <> agreed_by)",
            name="the_person_or_two_people",
        ),
        WITHOUT_ROWID,
    )


class ErasedCase(CaseworkBase):
    """What recognises an erased case in an older copy: the hash of its random id, and the reference of its entry.

    A restored backup erases it again, and an older copy of the registry shows it to nobody.
    """

    __tablename__ = "erased_case"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    ref: Mapped[str | None] = mapped_column(String(16))
    erased_on: Mapped[date]
    __table_args__ = (WITHOUT_ROWID,)


class DigestSlot(CaseworkBase):
    """The last slot of the digest and of urgent notices that was taken: fixed times, whatever happened."""

    __tablename__ = "digest_slot"
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    slot: Mapped[str] = mapped_column(String(32))
    __table_args__ = (WITHOUT_ROWID,)


class ReleaseBatch(CaseworkBase):
    """A day whose batch was released: the hour never runs twice, whatever the clock does."""

    __tablename__ = "release_batch"
    day: Mapped[date] = mapped_column(primary_key=True)
    __table_args__ = (WITHOUT_ROWID,)


class OfficeItem(CaseworkBase):
    """What a case tells the Office of the President in confidence, sealed to the keys of its active accounts."""

    __tablename__ = "office_item"
    ref: Mapped[str] = mapped_column(String(16), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), unique=True)
    position: Mapped[int] = mapped_column(unique=True)
    changed_on: Mapped[date]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    __table_args__ = (WITHOUT_ROWID,)


class OfficeAction(CaseworkBase):
    """What the Office recorded that it did, sealed to its active accounts and to the case."""

    __tablename__ = "office_action"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=random_id)
    item_ref: Mapped[str] = mapped_column(ForeignKey("office_item.ref"), index=True)
    happened_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(40))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (WITHOUT_ROWID,)


class OfficeToken(CaseworkBase):
    """A bearer token of the Office: found by its hash, the private key of its account wrapped under it."""

    __tablename__ = "office_token"
    lookup: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    last_read_on: Mapped[date | None]
    expires_on: Mapped[date] = mapped_column(default=lambda: today() + timedelta(days=TOKEN_DAYS))
    __table_args__ = (WITHOUT_ROWID,)


class Standstill(CaseworkBase):
    """Why releases, and what `kind` says besides, stand still: a restore, until two confirmed what waits; a lockdown.

    `lifted_by`: the first of the two accounts that agree to its end.
    """

    __tablename__ = "standstill"
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    since: Mapped[date]
    lifted_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (_one_of("kind", "restored", "lockdown"), WITHOUT_ROWID)


class UnconfirmedCase(CaseworkBase):
    """A case whose release or consents come from a backup: two different moderators confirm it, and the row goes."""

    __tablename__ = "unconfirmed_case"
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True)
    confirmed_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (WITHOUT_ROWID,)
