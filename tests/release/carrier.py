"""A process that carries due releases through the door and is killed at a named step. Run by test_door."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from app.clock import today
from app.installation import open_installation
from app.release import delivery as release
from app.settings import Settings


def dying(function: Callable[..., Any], moment: str) -> Callable[..., Any]:
    def wrapper(*arguments: Any, **named: Any) -> Any:
        if moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapper


if __name__ == "__main__":
    step, _, moment = sys.argv[1].partition(":")
    if step != "none":
        setattr(release, step, dying(getattr(release, step), moment))
    installation = open_installation(Settings())
    print("ready", flush=True)
    print(release.deliver_due(installation, today()))
