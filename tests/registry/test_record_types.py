"""A new type of record is one module, and is everywhere; facts imported together are one leaf, each provable alone."""

from __future__ import annotations

import csv
import io
import json
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.clock import today
from app.documents.envelope import Envelope, Kind
from app.documents.public import new_reference
from app.installation import Installation
from app.main import create_app
from app.registry import log, projection, records
from app.registry.log.leaves import commitment, leaf_data, leaf_hash, root_of_path
from app.registry.log.outside import verify_from_outside
from app.stores.registry import LogDocument, LogLeaf, LogRow, Record, RecordFacet, RecordTerm
from tests.registry.releasing import Releases
from tests.registry.test_changes import Mirror
from tests.registry.test_log import disarm, projected, stored_bytes
from tests.registry.visit_request import FIRST, VISIT_REQUEST, FirstVisitRequest, visit

HTML = {"accept": "text/html"}
TYPE = VISIT_REQUEST.name


@pytest.fixture
def client(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The public part with one more type in the table, and nothing else."""
    monkeypatch.setitem(records.TYPES, TYPE, VISIT_REQUEST)
    settings = installation.settings.model_copy(update={"parts": ("registry",)})
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def publish(releases: Releases, **changes: Any) -> str:
    ref = new_reference()
    assert releases.append(ref, "published", visit(**changes), type=TYPE) == 1
    return ref


def verified(installation: Installation, client: TestClient, number: int) -> None:
    with installation.registry.read() as session:
        assert log.verify(session) == []
    assert verify_from_outside(client) == ([], number)


def test_an_added_type_is_everywhere(
    installation: Installation, client: TestClient, releases: Releases, tmp_path: Path
) -> None:
    entry, ref = releases.publish(), publish(releases)
    publish(releases, title="A visit to Borvinia", state="XB")
    shown = client.get("/en/visit-requests?q=visits&state=XA", headers=HTML).text
    assert f'href="/en/visit-requests/{ref}"' in shown
    assert "1 requests" in shown
    assert "Borvinia" not in shown
    page = client.get(f"/ar/visit-requests/{ref}", headers=HTML)
    assert "A visit to Aldemar was asked for" in page.text
    assert "earlier form" not in client.get(f"/en/visit-requests/{ref}", headers=HTML).text
    with installation.registry.read() as session:
        stored = session.scalars(select(LogDocument.document).where(LogDocument.ref == ref)).one()
    assert client.get(f"/visit-requests/{ref}.json").text == stored
    feed = client.get("/visit-requests/feed.json?state=XA")
    assert [item["_registry"]["ref"] for item in feed.json()["items"]] == [ref]
    assert stored in feed.text
    atom = feedparser.parse(client.get("/visit-requests/feed.atom").content)
    assert (atom.bozo, len(atom.entries)) == (0, 2)
    header, *lines = csv.reader(io.StringIO(client.get("/visit-requests.csv?state=XA").text))
    assert dict(zip(header, lines[0], strict=True)) | {"ref": ref, "state": "XA", "schema": "2"} == dict(
        zip(header, lines[0], strict=True)
    )
    assert len(lines) == 1
    assert {change["type"] for change in client.get("/changes").json()["changes"]} == {"entry", TYPE}
    assert f"/en/visit-requests/{ref}" in client.get("/sitemap.xml").text
    (tmp_path / "r.sqlite").write_bytes(client.get("/registry.sqlite").content)
    assert sqlite3.connect(tmp_path / "r.sqlite").execute("SELECT count(*) FROM visit_request").fetchone() == (2,)
    described = client.get("/openapi.json").json()
    parameters = {one["name"] for one in described["paths"]["/visit-requests/feed.json"]["get"]["parameters"]}
    assert parameters == {"q", "state", "after"}
    assert "VisitRequest" in json.dumps(described["components"])
    for of_entries in ("/feed.json", "/entries.csv", "/en/entries"):
        answer = client.get(of_entries, headers=HTML).text
        assert entry in answer
        assert ref not in answer
    assert (
        client.get(f"/en/entries/{ref}").status_code == client.get(f"/visit-requests/{entry}.json").status_code == 404
    )
    assert client.get("/visit-requests.csv?state=x").status_code == 422
    verified(installation, client, 3)
    before = projected(installation)
    with installation.registry.write() as session:
        assert projection.rebuild(session) == 3
    assert projected(installation) == before


@pytest.mark.parametrize("kind", ["suspended", "withdrawn"])
def test_what_is_hidden_is_gone_everywhere_and_may_come_back_only_if_suspended(
    installation: Installation, client: TestClient, releases: Releases, kind: Kind
) -> None:
    ref = publish(releases, title="Heliotrope")
    mirror = Mirror(client)
    mirror.follow()
    assert ref in mirror.entries
    with installation.registry.read() as session:
        salt = session.scalars(select(LogDocument.salt)).one()
    assert releases.append(ref, kind, None, type=TYPE) == 2
    for address in (f"/en/visit-requests/{ref}", f"/ar/visit-requests/{ref}", f"/visit-requests/{ref}.json"):
        for accept in ("text/html", "application/json"):
            gone = client.get(address, headers={"accept": accept})
            assert (gone.status_code, "eliotrope" in gone.text) == (410, False)
            if kind == "suspended":
                assert "withdrawn" not in gone.text.replace('"badge withdrawn"', "")
    for address in (
        "/en/visit-requests",
        "/visit-requests.csv",
        "/visit-requests/feed.json",
        "/visit-requests/feed.atom",
    ):
        assert b"eliotrope" not in client.get(address, headers=HTML).content
    assert b"eliotrope" not in client.get("/registry.sqlite").content
    assert "eliotrope" not in client.get("/changes").text
    assert ref not in client.get("/en/visit-requests?q=heliotrope", headers=HTML).text
    mirror.follow()
    assert ref not in mirror.entries
    with installation.registry.read() as session:
        for table in (RecordTerm, RecordFacet):
            assert not session.scalars(select(table.ref)).all()
        assert salt not in session.scalars(select(LogDocument.salt)).all()
    if installation.settings.registry_address.startswith("sqlite"):
        assert b"eliotrope" not in stored_bytes(installation)
    verified(installation, client, 1)
    again = releases.append(ref, "corrected", visit("Marigold"), type=TYPE)
    assert again == (3 if kind == "suspended" else None)
    page = client.get(f"/en/visit-requests/{ref}", headers=HTML)
    assert page.status_code == (200 if kind == "suspended" else 410)
    mirror.follow()
    assert (ref in mirror.entries) == (kind == "suspended")
    if kind == "suspended":
        assert [one["kind"] for one in mirror.entries[ref]["earlier"]] == ["suspended"]
        assert "not available" in page.text
    verified(installation, client, 1)


def test_an_earlier_schema_is_served_as_logged_and_its_reading_is_marked(
    installation: Installation, client: TestClient, releases: Releases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an earlier program logged, before the second schema was there."""
    ref = new_reference()
    first = FirstVisitRequest(title={"en": "As it was"}, country="XA", asked_on="2026")
    with monkeypatch.context() as earlier:
        earlier.setitem(records.TYPES, TYPE, FIRST)
        releases.append(ref, "published", first, type=TYPE)
    with installation.registry.write() as session:
        stored = session.scalars(select(LogDocument.document)).one()
        assert [one.split(":")[0] for one in log.verify(session)] == ["table record_facet", "table record_term"]
        projection.rebuild(session)
    assert json.loads(stored)["schema"] == 1
    assert json.loads(stored)["record"]["country"] == "XA"
    assert client.get(f"/visit-requests/{ref}.json").text == stored
    assert stored in client.get("/visit-requests/feed.json").text
    assert client.get("/changes").json()["changes"][0]["document"] == stored
    assert "earlier form" in client.get(f"/en/visit-requests/{ref}", headers=HTML).text
    assert ref in client.get("/en/visit-requests?state=XA", headers=HTML).text
    header, line = csv.reader(io.StringIO(client.get("/visit-requests.csv").text))
    assert dict(zip(header, line, strict=True))["schema"] == "1"
    verified(installation, client, 1)
    releases.append(ref, "corrected", visit(), type=TYPE)
    assert json.loads(client.get(f"/visit-requests/{ref}.json").text)["schema"] == 2
    verified(installation, client, 1)


def test_verify_names_what_only_a_later_program_can_read(
    installation: Installation, client: TestClient, releases: Releases, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(releases)
    with installation.registry.read() as session:
        assert log.verify(session) == []
        monkeypatch.setitem(records.TYPES, TYPE, FIRST)
        assert "is of a form that this program does not know" in log.verify(session)[0]
        monkeypatch.delitem(records.TYPES, TYPE)
        assert "is of a form that this program does not know" in log.verify(session)[0]


def import_batch(installation: Installation, rows: list[tuple[str, Kind, Any]], release_id: str = "") -> int | None:
    with installation.registry.write() as session:
        return log.append_batch(session, release_id or secrets.token_hex(16), type=TYPE, day=today(), rows=rows)


def test_a_batch_is_one_leaf_and_each_row_is_proven_by_its_path(
    installation: Installation, client: TestClient, releases: Releases
) -> None:
    releases.publish()
    rows: list[tuple[str, Kind, Any]] = [(new_reference(), "published", visit(f"Visit {n}")) for n in range(70)]
    assert import_batch(installation, rows, "a" * 32) == 1
    assert import_batch(installation, rows, "a" * 32) is None
    assert client.get("/log").json()["size"] == 2
    first = client.get("/changes").json()
    assert len(first["changes"]) == 50
    changes = first["changes"] + client.get("/changes", params={"after": first["cursor"]}).json()["changes"]
    assert [change["row"] for change in changes] == [0, *range(71)]
    header = Envelope.parse(changes[1]["document"])
    assert header.batch is not None
    assert (header.kind, header.batch.size) == ("batch", 70)
    for change in changes[2:]:
        commits = commitment(bytes.fromhex(change["salt"]), change["document"])
        hashed = leaf_hash(leaf_data(TYPE, change["day"], commits))
        path = [bytes.fromhex(one) for one in change["path"]]
        assert root_of_path(hashed, change["row"] - 1, 70, path) == bytes.fromhex(header.batch.root)
    with installation.registry.read() as session:
        assert log.row_path(session, 1, 70) == [bytes.fromhex(one) for one in changes[-1]["path"]]
    assert "70 requests" in client.get("/en/visit-requests", headers=HTML).text
    verified(installation, client, 71)


def test_a_row_is_superseded_or_erased_alone(
    installation: Installation, client: TestClient, releases: Releases
) -> None:
    rows: list[tuple[str, Kind, Any]] = [(new_reference(), "published", visit(f"Heliotrope {n}")) for n in range(7)]
    import_batch(installation, rows)
    refs = [ref for ref, _, _ in rows]
    with installation.registry.read() as session:
        root = Envelope.parse(session.scalars(select(LogDocument.document).where(LogDocument.number == 0)).one()).batch
        salts = dict(session.execute(select(LogDocument.ref, LogDocument.salt)).all())
        kept = session.scalars(select(LogRow.commitment).order_by(LogRow.number)).all()
    assert releases.append(refs[0], "withdrawn", None, type=TYPE) == 2
    assert releases.append(refs[1], "suspended", None, type=TYPE) == 2
    assert releases.append(refs[2], "corrected", visit("Marigold"), type=TYPE) == 2
    later: list[tuple[str, Kind, Any]] = [
        (refs[0], "corrected", visit("Not taken")),
        (refs[3], "corrected", visit("Marigold 3")),
        (new_reference(), "published", visit("Marigold 4")),
    ]
    assert import_batch(installation, later) == 4
    with installation.registry.read() as session:
        assert (
            session.scalars(select(LogRow.commitment).where(LogRow.position == 0).order_by(LogRow.number)).all() == kept
        )
        now = session.scalars(select(LogDocument.salt)).all()
        assert [salts[ref] in now for ref in refs] == [False, False, False, False, True, True, True]
        assert session.get_one(Record, refs[3]).version == 2
        assert root is not None
        leaf = leaf_hash(leaf_data(TYPE, today(), kept[5]))
        assert root_of_path(leaf, 5, 7, log.row_path(session, 0, 6)) == bytes.fromhex(root.root)
        assert session.scalars(select(LogRow.number).where(LogRow.position == 4)).all() == [1, 2]
    assert "Not taken" not in client.get("/changes").text
    for n in range(4):
        assert f"Heliotrope {n}" not in client.get("/changes").text
    verified(installation, client, 8)
    with installation.registry.write() as session:
        assert projection.rebuild(session) == 8
    verified(installation, client, 8)


def test_a_batch_takes_no_tombstone_no_double_and_nothing_of_another_type(
    installation: Installation, client: TestClient, releases: Releases
) -> None:
    ref, entry = new_reference(), releases.publish()
    wrong: list[list[tuple[str, Any, Any]]] = [
        [(ref, "withdrawn", None)],
        [(ref, "suspended", visit())],
        [(ref, "published", visit()), (ref, "published", visit())],
        [(entry, "corrected", visit())],
        [(ref, "published", "words")],
    ]
    for rows in wrong:
        with pytest.raises(ValueError, match=r".+"):
            import_batch(installation, rows)
    assert import_batch(installation, []) is None
    with installation.registry.read() as session:
        assert len(session.scalars(select(LogLeaf)).all()) == 1


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE log_row SET commitment = 'ab' WHERE number = 2", "leaf 0: the rows of the batch are not"),
        ("DELETE FROM log_row WHERE number = 3", "leaf 0: the rows of the batch are not"),
        (
            "UPDATE log_document SET document = replace(document, 'Visit', 'Other') WHERE number = 2",
            "leaf 0, row 2: the document of",
        ),
        (
            "DELETE FROM log_document WHERE number = 1",
            "the log has 1 leaves and 3 rows and its documents account for 3",
        ),
    ],
)
def test_the_store_refuses_to_change_a_batch_and_verify_names_it(
    installation: Installation, client: TestClient, statement: str, said: str
) -> None:
    import_batch(installation, [(new_reference(), "published", visit(f"Visit {n}")) for n in range(3)])
    with pytest.raises(DatabaseError, match="append-only"), installation.registry.write() as session:
        session.execute(text(statement))
    disarm(installation)
    with installation.registry.write() as session:
        session.execute(text(statement))
    with installation.registry.read() as session:
        problems = log.verify(session)
    assert any(said in problem for problem in problems), problems
    told, _ = verify_from_outside(client)
    assert told
