"""The registry store: the release log and what is projected from it. Public by definition, every byte of it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class RegistryBase(DeclarativeBase):
    """Tables of the registry store."""


class LogLeaf(RegistryBase):
    """A leaf of the log: RFC 6962 leaf hash over salt and document. Append-only by trigger (in the
    migrations): leaves are never altered or removed.

    `release_id` is random; it makes delivery through the door idempotent, also after the document was erased.
    """

    __tablename__ = "log_leaf"
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    leaf_hash: Mapped[str] = mapped_column(String(64))
    release_id: Mapped[str] = mapped_column(String(32), unique=True)


class LogDocument(RegistryBase):
    """The public document under a leaf. Erased, with its salt, when a later version supersedes it."""

    __tablename__ = "log_document"
    position: Mapped[int] = mapped_column(ForeignKey("log_leaf.position"), primary_key=True, autoincrement=False)
    ref: Mapped[str] = mapped_column(String(16), index=True)
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    released_on: Mapped[date]
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    document: Mapped[str] = mapped_column(Text)


class Entry(RegistryBase):
    """Projection: the present state of one entry. A withdrawn one keeps reference, date and kind only."""

    __tablename__ = "entry"
    ref: Mapped[str] = mapped_column(String(16), primary_key=True)
    position: Mapped[int]
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    first_released_on: Mapped[date]
    released_on: Mapped[date]
    document: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (Index("entry_newest", "released_on", "ref"), Index("entry_position", "position"))


class EntryFacet(RegistryBase):
    """Projection: what the filters ask for; one row per value."""

    __tablename__ = "entry_facet"
    facet: Mapped[str] = mapped_column(String(24), primary_key=True)
    value: Mapped[str] = mapped_column(String(64), primary_key=True)
    released_on: Mapped[date] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(ForeignKey("entry.ref", ondelete="CASCADE"), primary_key=True)
    __table_args__ = (Index("entry_facet_of", "ref"),)


class EntryTerm(RegistryBase):
    """Projection: the search index, one row per term and entry, the same on both engines.

    A plain table rather than an engine's full-text index: those keep deleted words in shadow tables.
    """

    __tablename__ = "entry_term"
    term: Mapped[str] = mapped_column(String(64), primary_key=True)
    released_on: Mapped[date] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(ForeignKey("entry.ref", ondelete="CASCADE"), primary_key=True)
    __table_args__ = (Index("entry_term_of", "ref"),)


class DataVersion(RegistryBase):
    """One row: a number that changes with every change; validators (ETag) are made from it.

    Random, not counted: a store restored from a backup would count to the same number with other content.
    """

    __tablename__ = "data_version"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
