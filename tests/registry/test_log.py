"""The log takes everything once, keeps it for good, and what was cut out of it is gone."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.clock import today
from app.documents.entry import Document, PublicEntry, leaf_hash, new_reference
from app.installation import Installation
from app.registry import log, projection
from app.stores.registry import DataVersion, Entry, EntryFacet, EntryTerm, LogDocument, LogLeaf
from tests.building import entry
from tests.registry.releasing import Releases

FORBIDDEN = (
    "UPDATE log_leaf SET leaf_hash = '00'",
    "UPDATE log_leaf SET release_id = 'other'",
    "DELETE FROM log_leaf",
    "DELETE FROM log_leaf WHERE position = 0",
    "UPDATE log_document SET document = '{}'",
    "UPDATE log_document SET version = 9",
    "DELETE FROM log_document",
)


def leaves(installation: Installation) -> list[str]:
    with installation.registry.read() as session:
        return list(session.scalars(select(LogLeaf.leaf_hash).order_by(LogLeaf.position)))


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_store_itself_refuses_to_change_the_log(
    installation: Installation, releases: Releases, statement: str
) -> None:
    releases.publish()
    before = leaves(installation)
    with pytest.raises(DatabaseError, match="append-only"), installation.registry.write() as session:
        session.execute(text(statement))
    assert leaves(installation) == before
    with installation.registry.read() as session:
        assert log.verify(session) == []


def test_postgresql_refuses_to_empty_the_log_at_once(installation: Installation, releases: Releases) -> None:
    releases.publish()
    if installation.settings.registry_address.startswith("sqlite"):
        pytest.skip("SQLite has no TRUNCATE")
    for table in ("log_document", "log_leaf CASCADE"):
        with pytest.raises(DatabaseError, match="append-only"), installation.registry.write() as session:
            session.execute(text(f"TRUNCATE {table}"))


def test_the_public_door_cannot_write(installation: Installation) -> None:
    with pytest.raises(DatabaseError), installation.registry.read() as session:
        session.execute(text("UPDATE data_version SET number = 7"))


def append(session: Session, release_id: str, ref: str, kind: Any, content: PublicEntry | None) -> int | None:
    return log.append(session, release_id, type="entry", ref=ref, kind=kind, day=today(), content=content)


def test_a_release_arrives_once_however_often_it_is_delivered(installation: Installation) -> None:
    ref, numbers = new_reference(), set()
    for _ in range(3):
        with installation.registry.write() as session:
            append(session, "a" * 32, ref, "published", entry())
            numbers.add(session.scalar(select(DataVersion.number)))
    assert len(leaves(installation)) == 1
    assert len(numbers) == 1


def test_a_release_is_taken_once_also_after_it_was_superseded(installation: Installation) -> None:
    ref = new_reference()
    for release_id, kind in (("a" * 32, "published"), ("b" * 32, "withdrawn"), ("a" * 32, "published")):
        with installation.registry.write() as session:
            append(session, release_id, ref, kind, entry() if kind == "published" else None)
    assert len(leaves(installation)) == 2
    with installation.registry.read() as session:
        assert session.scalars(select(LogDocument.kind)).all() == ["withdrawn"]


def test_what_is_suspended_shows_nothing_and_can_come_back_until_it_is_withdrawn(
    installation: Installation, releases: Releases
) -> None:
    ref = releases.publish(title={"en": "The hidden words"})
    for kind, content, version in (
        ("suspended", None, 2),
        ("suspended", None, None),
        ("corrected", entry(title={"en": "Better words"}), 3),
        ("suspended", None, 4),
        ("withdrawn", None, 5),
        ("corrected", entry(), None),
        ("suspended", None, None),
    ):
        with installation.registry.write() as session:
            assert append(session, secrets.token_hex(16), ref, kind, content) == version
        with installation.registry.read() as session:
            assert log.verify(session) == []
            (shown,) = session.scalars(select(LogDocument.document))
            assert "hidden" not in shown
            assert (session.get_one(Entry, ref).document is None) == (kind != "corrected" or version is None)


def test_a_withdrawal_of_what_never_was_public_leaves_no_trace(installation: Installation) -> None:
    with installation.registry.write() as session:
        append(session, "a" * 32, new_reference(), "withdrawn", None)
    assert leaves(installation) == []


def test_a_withdrawal_takes_back_whatever_version_is_there(installation: Installation, releases: Releases) -> None:
    ref = releases.publish()
    for number in (2, 3, 4):
        releases.correct(ref, title={"en": f"Words {number}"})
    with installation.registry.write() as session:
        append(session, "a" * 32, ref, "withdrawn", None)
    with installation.registry.read() as session:
        assert [(row.kind, row.version) for row in session.scalars(select(LogDocument))] == [("withdrawn", 5)]
        assert log.verify(session) == []


def test_a_leaf_is_the_hash_of_salt_and_canonical_document(installation: Installation, releases: Releases) -> None:
    releases.publish()
    with installation.registry.read() as session:
        row = session.scalars(select(LogDocument)).one()
        leaf = session.scalars(select(LogLeaf)).one()
        assert len(row.salt) == 32
        assert leaf.leaf_hash == leaf_hash(row.salt, row.document)


@pytest.mark.parametrize("end", ["corrected", "withdrawn"])
def test_what_is_superseded_is_erased_and_its_leaf_stays(
    installation: Installation, releases: Releases, end: str
) -> None:
    ref = releases.publish(title={"en": "Quixotic heliotrope"})
    releases.publish()
    with installation.registry.read() as session:
        old_salt = session.scalars(select(LogDocument.salt).where(LogDocument.ref == ref)).one()
        old_leaf = session.get_one(LogLeaf, 0).leaf_hash
    if end == "corrected":
        releases.correct(ref, change_note="A detail was wrong.")
    else:
        releases.withdraw(ref)
    with installation.registry.read() as session:
        kept = session.scalars(select(LogDocument).where(LogDocument.ref == ref)).all()
        assert [(row.version, row.kind) for row in kept] == [(2, end)]
        assert old_salt not in session.scalars(select(LogDocument.salt)).all()
        assert session.get_one(LogLeaf, 0).leaf_hash == old_leaf
        assert not session.scalars(select(EntryTerm.ref).where(EntryTerm.term.like("heliotrop%"))).all()
        assert log.verify(session) == []
    if end == "withdrawn":
        with installation.registry.read() as session:
            row = session.get_one(Entry, ref)
            assert (row.document, row.kind) == (None, "withdrawn")
            for table in (EntryTerm, EntryFacet):
                assert not session.scalars(select(table.ref).where(table.ref == ref)).all()


def test_no_byte_of_an_sqlite_store_holds_erased_words(installation: Installation, releases: Releases) -> None:
    if not installation.settings.registry_address.startswith("sqlite"):
        pytest.skip("PostgreSQL keeps pages until its own vacuum")
    words = [f"heliotrope{number}" for number in range(40)]
    refs = [
        releases.publish(summary={"en": f"{word} " * 60, "fr": f"{word} fr"}, title={"en": f"About {word}"})
        for word in words
    ]
    with installation.registry.read() as session:
        salts = list(session.scalars(select(LogDocument.salt)))
    assert stored_bytes(installation).count(b"heliotrope7") > 0
    for number, ref in enumerate(refs):
        if number % 2:
            releases.withdraw(ref)
        else:
            releases.correct(ref)
    stored = stored_bytes(installation)
    assert b"heliotrop" not in stored
    assert not [salt for salt in salts if salt in stored]


def stored_bytes(installation: Installation) -> bytes:
    """All files of the registry store, after a round of the desk's clock."""
    installation.registry.truncate_write_ahead_log()
    file = Path(installation.settings.registry_address.removeprefix("sqlite:///"))
    return b"".join(path.read_bytes() for path in file.parent.glob(file.name + "*"))


def test_earlier_versions_tell_when_and_why_and_nothing_else(installation: Installation, releases: Releases) -> None:
    ref = releases.publish(days_ago=3)
    releases.correct(ref, change_note="The month was wrong.")
    releases.correct(ref, release="followed_up", change_note="An answer came.")
    with installation.registry.read() as session:
        shown = Document.parse(session.get_one(Entry, ref).document or "")
        first = session.get_one(Entry, ref).first_released_on
    told = [one.model_dump(exclude_none=True) for one in shown.earlier]
    assert [(one["version"], one["kind"]) for one in told] == [(1, "published"), (2, "corrected")]
    assert told[1]["change_note"] == "The month was wrong."
    assert set().union(*told) == {"version", "kind", "released_on", "change_note"}
    assert first == today() - timedelta(days=3)


def test_the_projection_is_made_again_from_the_log_alone(installation: Installation, releases: Releases) -> None:
    refs = [releases.publish(days_ago=number) for number in range(5)]
    releases.correct(refs[0], title={"en": "Other words"})
    releases.withdraw(refs[1])
    before = projected(installation)
    with installation.registry.write() as session:
        for table in ("entry_term", "entry_facet", "entry"):
            session.execute(text(f"DELETE FROM {table}"))
    with installation.registry.write() as session:
        assert projection.rebuild(session) == 5
    assert projected(installation) == before


def projected(installation: Installation) -> dict[str, list[tuple[object, ...]]]:
    with installation.registry.read() as session:
        return {
            table.__tablename__: sorted(
                (tuple(row) for row in session.execute(select(*table.__table__.columns))), key=repr
            )
            for table in (Entry, EntryFacet, EntryTerm)
        }


def disarm(installation: Installation) -> None:
    """What somebody who owns the database can do: takes the triggers away."""
    with installation.registry.write() as session:
        if session.get_bind().dialect.name == "sqlite":
            names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for name in names:
                session.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in ("log_leaf", "log_document"):
                session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


TAMPERINGS = {
    "UPDATE log_document SET document = replace(document, 'lawyer', 'farmer') WHERE position = 1": "leaf 1: the document of",
    "UPDATE log_document SET salt = (SELECT salt FROM log_document WHERE position = 1) WHERE position = 2": (
        "leaf 2: the document of"
    ),
    "UPDATE log_leaf SET leaf_hash = 'ab' WHERE position = 2": "leaf 2: the document of",
    "UPDATE log_document SET kind = 'corrected' WHERE position = 1": "leaf 1: its columns",
    "DELETE FROM log_leaf WHERE position = 0": "leaf 0: missing",
    "DELETE FROM log_document WHERE position = 2": "the log has 4 leaves and its documents account for 3",
    "UPDATE entry SET version = 7": "table entry: 6 rows",
    "UPDATE entry SET document = replace(document, 'lawyer', 'farmer') WHERE position = 1": "table entry: 2 rows",
    "DELETE FROM entry_facet WHERE facet = 'act'": "table entry_facet: 3 rows",
    "UPDATE entry_term SET term = 'farmer' WHERE term = 'lawyer'": "table entry_term: 6 rows",
}


@pytest.mark.parametrize("statement", TAMPERINGS)
def test_verify_names_each_tampering(installation: Installation, releases: Releases, statement: str) -> None:
    corrected = releases.publish()
    for _ in range(2):
        releases.publish()
    releases.correct(corrected)
    disarm(installation)
    with installation.registry.read() as session:
        assert log.verify(session) == []
    with installation.registry.write() as session:
        assert session.execute(text(statement)).rowcount >= 1  # type: ignore[attr-defined]
    with installation.registry.read() as session:
        problems = log.verify(session)
    assert any(TAMPERINGS[statement] in problem for problem in problems), problems


def test_verify_names_a_superseded_document_that_was_put_back(installation: Installation, releases: Releases) -> None:
    ref = releases.publish()
    with installation.registry.read() as session:
        old = session.execute(select(*LogDocument.__table__.columns)).one()._asdict()
    releases.correct(ref)
    with installation.registry.write() as session:
        session.execute(LogDocument.__table__.insert().values(**old))  # type: ignore[attr-defined]
    with installation.registry.read() as session:
        problems = log.verify(session)
        assert session.scalar(select(func.count()).select_from(LogDocument)) == 2
    assert f"leaf 0: the superseded document of {ref} is still there" in problems


def test_a_withdrawal_is_final(installation: Installation, releases: Releases) -> None:
    ref = releases.publish()
    releases.withdraw(ref)
    releases.correct(ref, title={"en": "Back again"})
    releases.withdraw(ref)
    with installation.registry.read() as session:
        assert session.get_one(Entry, ref).document is None
        assert session.scalars(select(LogDocument.version)).all() == [2]
        assert log.verify(session) == []
