"""A real server process for a test, started through our own entry point."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Server:
    """`registry serve` with an environment of its own; what it prints is kept in two files."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    module: str = "app.cli"  # or one that runs the same command and watches it

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *arguments: str, typed: str = "") -> str:
        """Runs another `registry` command on the same installation, with what is typed into it; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", self.module, *arguments],
            env=self._environment(),
            cwd=ROOT,
            capture_output=True,
            input=typed,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")}
        return clean | {"REGISTRY_BASE_URL": self.url} | self.environment

    def start(self) -> Server:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "stdout").open("ab") as out, (self.folder / "stderr").open("ab") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module, "serve", "--port", str(self.port), *self.arguments],
                env=self._environment(),
                cwd=ROOT,
                stdout=out,
                stderr=err,
            )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{self.url}/healthz", trust_env=False)
                return self
            except httpx.HTTPError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        raise RuntimeError(f"the server did not start: {self.printed()}")

    def printed(self) -> str:
        return "".join(
            (self.folder / name).read_text(errors="replace")
            for name in ("stdout", "stderr")
            if (self.folder / name).exists()
        )

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Ends the process by a signal; its exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(sign)
        code = self.process.wait(timeout=30)
        self.process = None
        return code
