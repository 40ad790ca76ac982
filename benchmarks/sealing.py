"""What the sealing of one submission costs: `python -m benchmarks.sealing`.

One document of 4,000 letters; the keys of a new case for two moderators and the escrow key; two files; and what it costs to
open the keys of a case that was turned ten times.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from statistics import median

from app.documents.submission import Submission
from app.sealing import KeyPair, seal, seal_document, seal_file, unseal

ROUNDS = 200


def milliseconds(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median of many runs."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        took.append(time.perf_counter() - began)
    return 1000 * median(took)


def main() -> None:
    told = Submission(language="en", what_happened="é" * 4000).model_dump()
    readers = [KeyPair.new() for _ in range(3)]
    pair, submitter = KeyPair.new(), KeyPair.new()
    files = [bytes(2**20)] * 2

    def keys_of_a_case() -> None:
        case, thread = KeyPair.new(), KeyPair.new()
        for reader in readers:
            seal(case.private.encode(), reader.public)
        for holder in (case, submitter):
            seal(thread.private.encode(), holder.public)

    generations = [KeyPair.new() for _ in range(11)]
    chain = [seal(older.private.encode(), newer.public) for newer, older in pairwise(generations)]

    def open_chain() -> None:
        private = [generations[0].private]
        for previous in chain:
            private.append(unseal(previous, private[-1]).decode())

    print(f"one document               {milliseconds(lambda: seal_document(told, pair.public)):8.2f} ms")
    print(f"keys and grants of a case  {milliseconds(keys_of_a_case):8.2f} ms")
    print(
        f"two files of 1 MB          {milliseconds(lambda: [seal_file(one, pair.public) for one in files], 40):8.2f} ms"
    )
    print(f"ten turns opened           {milliseconds(open_chain):8.2f} ms")


if __name__ == "__main__":
    main()
