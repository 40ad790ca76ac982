"""Files that the first version kept in rows: still downloaded by a moderator, byte for byte, after they became objects."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.keys import sealed_keys
from app.sealing import unseal
from app.stores import open_store
from app.stores.casework import Attachment, Grant, Keyholder
from tests.journeys.acting import signed_in
from tests.journeys.installation import Installation, SignIn
from tests.support.engines import StoreUrls, programs, sqlite_urls
from tests.support.seaweedfs import KEY_ID, SECRET, seaweedfs
from tests.support.server import ROOT, Server

FIXTURE = ROOT / "tests" / "fixtures" / "first_version"


def restored(urls: StoreUrls, folder: Path, **environment: str) -> Installation:
    """The stores of the first version, brought up and served."""
    kept = FIXTURE / urls.engine
    if urls.engine == "sqlite":
        shutil.copy(kept / "casework.sqlite", urls.casework.removeprefix("sqlite:///"))
        shutil.copy(kept / "registry.sqlite", urls.registry.removeprefix("sqlite:///"))
    else:
        for url, file in ((urls.casework, "casework.sql"), (urls.registry, "registry.sql")):
            command = [str(programs() / "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", str(kept / file)]
            subprocess.run(command, check=True, capture_output=True)
    told = json.loads((kept / "secrets.json").read_text())
    server = Server(
        folder / "server",
        {
            "REGISTRY_DATA_FOLDER": str(folder / "data"),
            "REGISTRY_CASEWORK_URL": urls.casework,
            "REGISTRY_REGISTRY_URL": urls.registry,
            "REGISTRY_FORM_SECRET": told["form_secret"],
            "REGISTRY_DEMO": "true",
        }
        | environment,
    )
    server.command("migrate")
    server.command("init")  # the auditor's key, which the first version did not have
    people = {login: SignIn(login, one["passphrase"], one["totp"]) for login, one in told["people"].items()}
    return Installation(server.start(), people, told["escrow"], urls, folder / "data")


def hashes(installation: Installation) -> dict[tuple[str, str], str]:
    """What the sealed facts say of each file of a case, opened with the escrow key: (case, attachment) and hash."""
    with Session(open_store(installation.urls.casework, read_only=True)) as session:
        escrow = session.scalars(select(Keyholder.id).where(Keyholder.kind == "escrow")).one()
        found = {}
        for row in session.scalars(select(Attachment).where(Attachment.case_id.is_not(None))):
            grant = session.get_one(Grant, (row.case_id, escrow))
            keys = sealed_keys(session, str(row.case_id)).open(unseal(grant.sealed, installation.escrow_key).decode())
            found[str(row.case_id), row.id] = str(keys.open(row.facts)["sha256"])
        return found


def test_every_file_is_still_downloaded_as_it_was_sent(store_urls: StoreUrls, tmp_path: Path) -> None:
    installation = restored(store_urls, tmp_path)
    try:
        assert_files_are_whole(installation)
    finally:
        installation.server.stop()


def test_and_so_it_is_from_an_s3_compatible_store(tmp_path: Path) -> None:
    with seaweedfs() as bucket:
        given = {"REGISTRY_OBJECTS_URL": bucket.url, "AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET}
        installation = restored(sqlite_urls(tmp_path), tmp_path, **given)
        try:
            assert_files_are_whole(installation)
        finally:
            installation.server.stop()
    assert not (tmp_path / "data" / "objects").exists()


def assert_files_are_whole(installation: Installation) -> None:
    """Those of the first version and one that is sent now, for a moderator over HTTP."""
    with httpx.Client(base_url=installation.url, trust_env=False, timeout=60) as client:
        token = re.search(r'name="token" value="([^"]+)"', client.get("/en/submit").text)
        assert token
        told = {"token": token[1], "what_happened": "Here."}
        assert client.post("/en/submit", data=told, files={"files": ("a.txt", b"evidence")}).status_code == 200
    wanted = hashes(installation)
    assert hashlib.sha256(b"evidence").hexdigest() in wanted.values()
    assert len(wanted) >= 3
    person = signed_in(installation, "moderator-one")
    for (case, attachment), sha256 in wanted.items():
        person.get(f"/en/desk/cases/{case}/files/{attachment}")
        assert person.response.status_code == 200
        assert hashlib.sha256(person.response.content).hexdigest() == sha256
    assert "everything is in order" in installation.server.command("doctor")
