"""Leaves, commitments and Merkle trees: pure functions over bytes, in the forms of RFC 6962.

A leaf commits to a document without holding anything of it: when document and salt are erased, the leaf and every tree
above it stay complete.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

import rfc8785


def commitment(salt: bytes, stored: str) -> str:
    """SHA-256(salt || stored document), hexadecimal."""
    return hashlib.sha256(salt + stored.encode()).hexdigest()


def leaf_data(type_name: str, day: date | str, commits: str) -> bytes:
    """What a leaf of the log, or a row of a batch, is: canonical JSON (RFC 8785) of type, day and commitment."""
    return rfc8785.dumps({"type": type_name, "day": str(day), "commitment": commits})


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962, section 2.1: SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962, section 2.1: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class MerkleTree:
    """The Merkle tree of RFC 6962, section 2.1, over leaf hashes.

    Pairs are hashed level by level and a last one without a neighbour goes up as it is, which is the same tree as the
    RFC's split at the largest power of two.
    """

    def __init__(self, hashes: Sequence[bytes]) -> None:
        self._levels = [list(hashes)]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            above = [node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)]
            self._levels.append(above + below[len(above) * 2 :])

    @property
    def root(self) -> bytes:
        return self._levels[-1][0] if self._levels[0] else hashlib.sha256().digest()

    def path(self, index: int) -> list[bytes]:
        """The audit path of a leaf (RFC 6962, section 2.1.1), lowest neighbour first. IndexError if there is no leaf."""
        if not 0 <= index < len(self._levels[0]):
            raise IndexError(index)
        found = []
        for level in self._levels[:-1]:
            neighbour = index ^ 1
            if neighbour < len(level):
                found.append(level[neighbour])
            index //= 2
        return found


def root_of_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a path leads to (RFC 9162, section 2.1.3.2); None when it is no path of that place and size."""
    if not 0 <= index < size:
        return None
    at, last, root = index, size - 1, leaf
    for neighbour in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            root = node_hash(neighbour, root)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            root = node_hash(root, neighbour)
        at, last = at >> 1, last >> 1
    return root if last == 0 else None
