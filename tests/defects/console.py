"""The `registry` command many times in one process: importing it takes longer than most of what it does.

Each line of standard input is a list of arguments and what is typed, each line of standard output the exit code and what
was printed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

import click

from tests.support.server import ROOT


class Console:
    """A console on the machine of an installation."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.defects.console"],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, typed: str = "") -> str:
        """What a command printed. Fails when the command does."""
        code, printed = self.tried(*arguments, typed=typed)
        assert code == 0, printed
        return printed

    def tried(self, *arguments: str, typed: str = "") -> tuple[int, str]:
        """The exit code of a command, and what it printed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([arguments, typed]) + "\n")
        self.process.stdin.flush()
        code, printed = json.loads(self.process.stdout.readline())
        return int(code), str(printed)

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)


def _run(arguments: list[str], typed: str) -> tuple[int, str]:
    from app.cli import registry

    printed, code, typing = StringIO(), 0, sys.stdin
    sys.stdin = StringIO(typed)
    with redirect_stdout(printed), redirect_stderr(printed):
        try:
            registry.main(arguments, prog_name="registry", standalone_mode=False)
        except click.ClickException as problem:
            problem.show()
            code = problem.exit_code
        except SystemExit as end:
            code = int(end.code or 0)
        except Exception:
            traceback.print_exc()
            code = 1
        finally:
            sys.stdin = typing
    return code, printed.getvalue()


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(_run(*json.loads(line))), flush=True)
