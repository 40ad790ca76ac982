"""`python -m tests.support.watched COMMAND …`: the `registry` command, with every transaction of both stores recorded.

Each transaction is a line in the file that WATCHED_TRANSACTIONS names: processor time between BEGIN and COMMIT or
ROLLBACK in seconds, and what happened inside that must not (gate, argon2, template).
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

import app.cases.clearance
import app.sealing
from app.cli import main

_open = threading.local()


def _stack() -> list[tuple[float, set[str]]]:
    if not hasattr(_open, "transactions"):
        _open.transactions = []
    stack: list[tuple[float, set[str]]] = _open.transactions
    return stack


def _begin(connection: Connection) -> None:
    _stack().append((time.thread_time(), set()))


def _end(connection: Connection) -> None:
    if not _stack():
        return
    began, inside = _stack().pop()
    line = f"{time.thread_time() - began:.6f} {','.join(sorted(inside)) or '-'}\n"
    file = os.open(os.environ["WATCHED_TRANSACTIONS"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file, line.encode())
    os.close(file)


def _watch(holder: Any, name: str, what: str) -> None:
    """Notes in every open transaction of the thread that something happened inside."""
    original: Callable[..., Any] = getattr(holder, name)

    def noting(*given: Any, **named: Any) -> Any:
        for _, inside in _stack():
            inside.add(what)
        return original(*given, **named)

    setattr(holder, name, noting)


def watch() -> None:
    """Records from now on, in this process."""
    event.listen(Engine, "begin", _begin)
    event.listen(Engine, "commit", _end)
    event.listen(Engine, "rollback", _end)
    _watch(app.cases.clearance, "examine", "gate")
    _watch(app.sealing, "hash_secret_raw", "argon2")
    _watch(jinja2.Template, "render", "template")


def transactions(file: Path) -> list[tuple[float, str]]:
    """(seconds of processor time, what happened inside) of every recorded transaction, in order."""
    rows = [line.split() for line in file.read_text().splitlines()]
    return [(float(seconds), inside) for seconds, inside in rows]


if __name__ == "__main__":
    watch()
    main()
