"""The readings store: who opened what, on which day. In the clear only account and day; append-only by trigger.

What was read is sealed to the auditor. The store alone tells nobody which case it was.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Id = String(32)
WITHOUT_ROWID = {"sqlite_with_rowid": False}


class ReadingsBase(DeclarativeBase):
    """Tables of the readings store."""


class Reading(ReadingsBase):
    """A reading: a link of the chain of one session of an account, complete without what was read.

    `follows` is the link before; that of a session's first row is the account's last one. `tag` is found again by whoever
    can open the case. A row never changes before it was kept long enough; then it is deleted, or emptied of salt, tag and
    sealed content where a later link follows it.
    """

    __tablename__ = "reading"
    chain: Mapped[str] = mapped_column(Id, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(Id)
    day: Mapped[date]
    follows: Mapped[str] = mapped_column(String(64))
    commitment: Mapped[str] = mapped_column(String(64))
    link: Mapped[str] = mapped_column(String(64))
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    tag: Mapped[str | None] = mapped_column(Id)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    __table_args__ = (Index("reading_of", "tag"), Index("reading_day", "day"), WITHOUT_ROWID)


class ReadingEnd(ReadingsBase):
    """The last link of an account: what its next session follows. Its row is the lock of whoever adds a reading."""

    __tablename__ = "reading_end"
    account_id: Mapped[str] = mapped_column(Id, primary_key=True)
    link: Mapped[str] = mapped_column(String(64))
    __table_args__ = (WITHOUT_ROWID,)
