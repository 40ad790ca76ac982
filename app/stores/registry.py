"""The registry store: the release log and what is projected from it. Public by definition, every byte of it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

LARGEST = 2**31 - 1  # of a position, a row, a cursor: what an integer column of PostgreSQL holds


class RegistryBase(DeclarativeBase):
    """Tables of the registry store."""


class LogLeaf(RegistryBase):
    """A leaf of the log, complete without its document. Append-only by trigger (in the migrations).

    `leaf_hash` is the RFC 6962 hash of the canonical JSON of type, day and commitment. `release_id` is random; it makes
    delivery through the door idempotent, also after the document was erased.
    """

    __tablename__ = "log_leaf"
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(24))
    day: Mapped[date]
    commitment: Mapped[str] = mapped_column(String(64))
    leaf_hash: Mapped[str] = mapped_column(String(64))
    release_id: Mapped[str] = mapped_column(String(32), unique=True)


class LogRow(RegistryBase):
    """A row of a batch, complete without its document; its leaf commits to the Merkle root of all. Append-only."""

    __tablename__ = "log_row"
    position: Mapped[int] = mapped_column(ForeignKey("log_leaf.position"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    commitment: Mapped[str] = mapped_column(String(64))


class LogDocument(RegistryBase):
    """The public document under a leaf (`number` 0) or under a row of a batch (1 and on).

    Erased, with its salt, when a later version supersedes it.
    """

    __tablename__ = "log_document"
    position: Mapped[int] = mapped_column(ForeignKey("log_leaf.position"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(24))
    ref: Mapped[str] = mapped_column(String(16), index=True)
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    day: Mapped[date]
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    document: Mapped[str] = mapped_column(Text)


class Record(RegistryBase):
    """Projection: the present state of one record. The document of one that is not shown is its tombstone."""

    __tablename__ = "record"
    ref: Mapped[str] = mapped_column(String(16), primary_key=True)
    type: Mapped[str] = mapped_column(String(24))
    position: Mapped[int]
    number: Mapped[int]
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    shown: Mapped[bool]
    first_released_on: Mapped[date]
    released_on: Mapped[date]
    document: Mapped[str] = mapped_column(Text)
    __table_args__ = (Index("record_newest", "type", "shown", "released_on", "ref"),)


class RecordFacet(RegistryBase):
    """Projection: what the filters ask for; one row per value of a record that is shown.

    The key is in the order of the lists, so that a page of a filter is one range of it.
    """

    __tablename__ = "record_facet"
    type: Mapped[str] = mapped_column(String(24), primary_key=True)
    facet: Mapped[str] = mapped_column(String(24), primary_key=True)
    value: Mapped[str] = mapped_column(String(64), primary_key=True)
    released_on: Mapped[date] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(ForeignKey("record.ref", ondelete="CASCADE"), primary_key=True)
    __table_args__ = (Index("record_facet_of", "ref"),)


class RecordTerm(RegistryBase):
    """Projection: the search index, one row per term and record, the same on both engines.

    A plain table rather than an engine's full-text index: those keep deleted words in shadow tables.
    """

    __tablename__ = "record_term"
    type: Mapped[str] = mapped_column(String(24), primary_key=True)
    term: Mapped[str] = mapped_column(String(64), primary_key=True)
    released_on: Mapped[date] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(ForeignKey("record.ref", ondelete="CASCADE"), primary_key=True)
    __table_args__ = (Index("record_term_of", "ref"),)


class DataVersion(RegistryBase):
    """One row: a number that changes with every change; validators (ETag) are made from it.

    Random, not counted: a store restored from a backup would count to the same number with other content.
    """

    __tablename__ = "data_version"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
