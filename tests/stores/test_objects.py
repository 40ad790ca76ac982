"""Sealed files as objects, in a folder and in a real S3-compatible store."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from app.clock import today
from app.installation import Installation
from app.problems import NotFound, Unavailable
from app.sealing import random_id
from app.settings import Settings
from app.stores import sweeping as module
from app.stores.casework import Attachment, FormInProgress
from app.stores.objects import Objects, open_objects
from app.stores.sweeping import look_after_files, without_row
from tests.building import add_case, build_house
from tests.support.engines import StoreUrls, sqlite_urls
from tests.support.seaweedfs import Bucket, seaweedfs
from tests.support.server import ROOT


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    with seaweedfs() as running:
        yield running


@pytest.fixture(params=["folder", "bucket"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Settings of each kind of store."""
    if request.param == "folder":
        return {"data_folder": str(tmp_path / "data")}
    found: Bucket = request.getfixturevalue("bucket")
    return found.settings | {
        "data_folder": str(tmp_path / "data"),
        "objects_url": found.url.replace("/sealed", f"/{random_id()}"),
    }


@pytest.fixture
def objects(where: dict[str, str]) -> Objects:
    return open_objects(Settings.model_validate(where))


def test_what_is_put_comes_back_until_it_is_deleted(objects: Objects) -> None:
    large = bytes(range(256)) * 65_600  # 16 MiB and more, as the largest sealed file
    contents = {random_id(): b"small", random_id(): large, random_id(): b""}
    for name, content in contents.items():
        objects.put(name, content)
    assert set(objects.names()) == set(contents)
    for name, content in contents.items():
        assert objects.get(name) == content
    first = min(contents)
    objects.put(first, b"another")
    assert objects.get(first) == b"another"
    objects.delete([first, random_id()])
    with pytest.raises(NotFound):
        objects.get(first)
    assert set(objects.names()) == set(contents) - {first}


def test_a_folder_tells_no_time_and_nobody_else_reads_it(tmp_path: Path) -> None:
    objects = open_objects(Settings.model_validate({"data_folder": tmp_path}))
    folder = tmp_path / "objects"
    for _ in range(2):
        objects.put(random_id(), b"sealed")
    objects.delete(list(objects.names())[:1])
    assert folder.stat().st_mode & 0o777 == 0o700
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert {file.stat().st_mtime_ns, file.stat().st_atime_ns, folder.stat().st_mtime_ns} == {0}


def test_object_and_name_are_on_the_disk_before_put_returns(tmp_path: Path) -> None:
    """Seen from outside: written, renamed, and then the file and its folder synced before anything else is said."""
    program = (
        "import sys; from app.settings import Settings; from app.stores.objects import open_objects\n"
        "objects = open_objects(Settings()); objects.put('a' * 32, b'sealed'); print('put', flush=True)\n"
    )
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-y", "-e", "trace=fsync,rename,renameat,renameat2,write", "-o", str(trace)]
    environment = {"REGISTRY_DATA_FOLDER": str(tmp_path), "PATH": "/usr/bin:/bin"}
    subprocess.run([*command, sys.executable, "-c", program], cwd=ROOT, env=environment, check=True, timeout=120)
    told = trace.read_text()
    steps = [
        '"sealed"',
        f"rename.*/objects/{'a' * 32}",
        f"fsync.*/objects/{'a' * 32}>",
        "fsync.*/objects>",
        r'"put\\n"',
    ]
    assert re.search(".*".join(f"(?:{step})" for step in steps), told, re.DOTALL), told


def test_a_store_that_is_away_is_unavailable_and_soon() -> None:
    url = "s3://evidence/x?endpoint=http://127.0.0.1:9"
    away = open_objects(Settings.model_validate({"objects_url": url, "objects_key_id": "a", "objects_secret": "b"}))
    for ask in (
        lambda: away.put("a", b"b"),
        lambda: away.get("a"),
        lambda: away.delete(["a"]),
        lambda: list(away.names()),
    ):
        with pytest.raises(Unavailable):
            ask()


@pytest.mark.parametrize("url", ["http://example.org/x", "s3:///x", "file:///tmp", "memory:///"])
def test_another_kind_of_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="REGISTRY_OBJECTS_URL"):
        open_objects(Settings.model_validate({"objects_url": url}))


# --- orphans ------------------------------------------------------------------------------------------------------


@pytest.fixture
def installation(store_urls: StoreUrls, tmp_path: Path) -> Installation:
    return build_house(store_urls.casework, store_urls.registry, tmp_path / "data")


def add_attachment(installation: Installation, object_id: str) -> None:
    with installation.casework.write() as session:
        case = add_case(session)
        session.add(Attachment(case_id=case.id, facts=b"x", object_id=object_id, padded_size=65_536))


def test_orphans_go_at_the_second_sweep_and_nothing_else_ever(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = 1_000_000.0
    monkeypatch.setattr(module, "monotonic", lambda: time)
    named, orphan, late = random_id(), random_id(), random_id()
    for one in (named, orphan, late):
        installation.objects.put(one, b"sealed")
    (installation.settings.data_folder / "objects" / f"{orphan}#7").write_bytes(b"half written")
    add_attachment(installation, named)
    look_after_files(installation)
    add_attachment(installation, late)
    look_after_files(installation)  # at once: too early
    assert set(installation.objects.names()) == {named, orphan, late, f"{orphan}#7"}
    time += module.SWEEP_SECONDS + 1
    young = random_id()
    installation.objects.put(young, b"sealed")
    look_after_files(installation)
    assert set(installation.objects.names()) == {named, late, young}
    time += module.SWEEP_SECONDS + 1
    look_after_files(installation)
    assert set(installation.objects.names()) == {named, late}


def test_the_clock_purges_forms_that_were_never_sent(installation: Installation) -> None:
    kept = random_id()
    installation.objects.put(kept, b"sealed")
    with installation.casework.write() as session:
        old = FormInProgress(lookup="a" * 64, public_key="age1", wrapped=b"", expires_on=today().replace(year=2020))
        session.add(old)
        session.flush()
        session.add(Attachment(form_lookup=old.lookup, facts=b"x", object_id=kept, padded_size=65_536))
    look_after_files(installation)
    with installation.casework.read() as session:
        assert session.scalar(select(func.count()).select_from(FormInProgress)) == 0
    assert list(installation.objects.names()) == []


def test_objects_outlive_a_deletion_that_was_rolled_back(tmp_path: Path) -> None:
    urls = sqlite_urls(tmp_path)
    installation = build_house(urls.casework, urls.registry, tmp_path / "data")
    one = random_id()
    installation.objects.put(one, b"sealed")
    add_attachment(installation, one)
    with suppress(RuntimeError), installation.casework.write() as session:
        session.execute(delete(Attachment))
        installation.objects.delete_after_commit(session, [one])
        raise RuntimeError
    assert installation.objects.get(one) == b"sealed"
    with installation.casework.write() as session:
        session.execute(delete(Attachment))
        installation.objects.delete_after_commit(session, [one])
        assert installation.objects.get(one) == b"sealed"
    assert list(installation.objects.names()) == []
    assert without_row(installation.casework, [one]) == {one}
