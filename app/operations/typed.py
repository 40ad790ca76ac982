"""Secrets that somebody types: never an argument of a command, never on the screen, never on the disk."""

from __future__ import annotations

import getpass
import sys
from typing import IO


def ask(what: str, source: IO[str] | None = None) -> str:
    """A line from the keyboard, not shown; or the next line of `source` (default: the input), when that is a file or a pipe.

    Empty at the end of the input.
    """
    lines = source or sys.stdin
    return getpass.getpass(f"{what}: ") if lines.isatty() else lines.readline().rstrip("\n")
