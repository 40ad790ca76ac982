"""Where each chain ended at a moment, kept outside of the stores: what is cut off later, or made anew, is then found."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["acts", "readings"]


@dataclass(frozen=True, slots=True)
class Head:
    """The last link of a chain of acts or of readings."""

    kind: Kind
    chain: str
    position: int
    link: str
    day: str = ""  # of a reading: old ones may go


def write_heads(file: Path, heads: Iterable[Head]) -> None:
    """One JSON object in a line; holds no name and no case."""
    file.write_text("".join(json.dumps(asdict(head)) + "\n" for head in heads))


def read_heads(file: Path) -> list[Head]:
    """ValueError for a file that is not such a list."""
    try:
        return [Head(**json.loads(line)) for line in file.read_text().splitlines()]
    except (TypeError, AttributeError) as error:
        raise ValueError("not a list of the ends of chains") from error


def lost(missing: Iterable[Head]) -> list[str]:
    """In words: ends that were kept and do not stand any more."""
    return sorted(
        f"{head.kind}, chain {head.chain}: what stood at {head.position} when its end was kept is gone or another"
        for head in missing
    )
