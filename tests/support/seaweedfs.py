"""A real S3-compatible object store for a test, on loopback: SeaweedFS from its package."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.server import free_port

KEY_ID, SECRET = "registry", "a secret of this test"
START_SECONDS = 60


@dataclass(frozen=True)
class Bucket:
    """Where a store of objects is, as settings take it."""

    url: str
    process: subprocess.Popen[bytes]

    @property
    def settings(self) -> dict[str, str]:
        return {"objects_url": self.url, "objects_key_id": KEY_ID, "objects_secret": SECRET}


@contextmanager
def seaweedfs() -> Iterator[Bucket]:
    """Starts the store and stops it, whatever happens; RuntimeError when it does not start in a minute."""
    folder = Path(tempfile.mkdtemp(prefix="registry-s3-", dir="/tmp"))  # the path of a socket is short
    identity = {"name": "registry", "actions": ["Admin"], "credentials": [{"accessKey": KEY_ID, "secretKey": SECRET}]}
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    parts = ("master", "volume", "filer", "s3")
    ports = {f"{part}.port{kind}": free_port() for part in parts for kind in ("", ".grpc")}
    options = {
        "dir": folder,
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "volume.max": 4,
        "master.volumeSizeLimitMB": 64,
        "master.telemetry": "false",
        "filer.localSocket": folder / "filer.socket",
        "s3.localSocket": folder / "s3.socket",
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.config": folder / "s3.json",
    } | ports
    command = [Path(sys.executable).parent / "weed", "server", "-filer", "-s3"]
    command += [f"-{name}={value}" for name, value in options.items()]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([str(one) for one in command], stdout=log, stderr=log, cwd=folder)
    try:
        endpoint = f"http://127.0.0.1:{ports['s3.port']}"
        _wait(endpoint, process, folder / "log")
        yield Bucket(f"s3://evidence/sealed?endpoint={endpoint}&region=us-east-1", process)
    finally:
        process.kill()
        process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)
        for part in parts:  # the one thing that it puts elsewhere
            Path(f"/tmp/seaweedfs-{part}-grpc-{ports[f'{part}.port.grpc']}.sock").unlink(missing_ok=True)


def _wait(endpoint: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(endpoint, trust_env=False, timeout=5).status_code < 500:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"the object store did not start: {log.read_text(errors='replace')[-2000:]}")
