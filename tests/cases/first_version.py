"""Copies of the stores that the first version made, brought to the present revision by the command line."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.installation import Installation, open_installation
from app.settings import Settings
from tests.support.engines import StoreUrls, programs
from tests.support.server import ROOT, Server

FIXTURES = ROOT / "tests" / "fixtures" / "first_version"


@dataclass
class FirstVersion:
    """An installation that the first version made; `secrets` is what was told once when it was."""

    installation: Installation
    server: Server
    secrets: dict[str, Any]
    data: Path

    @property
    def receipts(self) -> list[str]:
        return [receipt for _, receipt in self.secrets["receipts"]]


def brought_up(urls: StoreUrls, folder: Path) -> FirstVersion:
    """Puts the stores of an engine and the secret in their places, then `registry migrate`."""
    data = folder / "data"
    data.mkdir(mode=0o700)
    secrets = json.loads((FIXTURES / urls.engine / "secrets.json").read_text())
    for store, url in (("casework", urls.casework), ("registry", urls.registry)):
        if urls.engine == "sqlite":
            shutil.copy(FIXTURES / "sqlite" / f"{store}.sqlite", url.removeprefix("sqlite:///"))
        else:
            dump = FIXTURES / "postgresql" / f"{store}.sql"
            subprocess.run(
                [programs() / "psql", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", dump, url],
                check=True,
                capture_output=True,
            )
    (data / "form.secret").write_text(secrets["form_secret"] + "\n")
    environment = {
        "REGISTRY_DATA_FOLDER": str(data),
        "REGISTRY_CASEWORK_URL": urls.casework,
        "REGISTRY_REGISTRY_URL": urls.registry,
        "REGISTRY_DEMO": "true",
    }
    server = Server(folder / "server", environment)
    server.command("migrate")
    server.command("init")  # the auditor's key, which the first version did not have
    settings = Settings.model_validate(
        {"data_folder": data, "casework_url": urls.casework, "registry_url": urls.registry, "demo": True}
    )
    return FirstVersion(open_installation(settings), server, secrets, data)
