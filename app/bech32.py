"""Bech32 (BIP 173) without its limit of length: how age writes its keys."""

from __future__ import annotations

from collections.abc import Iterable

_SIGNS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def encode(kind: str, content: bytes) -> str:
    """In lower case. `kind` is what stands before the 1."""
    values = list(_regrouped(content, 8, 5, pad=True))
    checked = _expanded(kind) + values + [0] * 6
    check = [(_checksum(checked) ^ 1) >> 5 * (5 - at) & 31 for at in range(6)]
    return kind + "1" + "".join(_SIGNS[value] for value in values + check)


def decode(text: str) -> tuple[str, bytes]:
    """What stands before the 1, and the content. ValueError for what is none, or has a wrong sign."""
    if text not in (text.lower(), text.upper()):
        raise ValueError("both cases")
    kind, _, rest = text.lower().rpartition("1")
    values = [_SIGNS.index(sign) for sign in rest]
    if not kind or len(values) < 6 or _checksum(_expanded(kind) + values) != 1:
        raise ValueError("a sign is wrong")
    return kind, bytes(_regrouped(values[:-6], 5, 8, pad=False))


def _expanded(kind: str) -> list[int]:
    return [ord(one) >> 5 for one in kind] + [0] + [ord(one) & 31 for one in kind]


def _checksum(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for at, one in enumerate(_GENERATOR):
            check ^= one if top >> at & 1 else 0
    return check


def _regrouped(values: Iterable[int], of: int, to: int, *, pad: bool) -> Iterable[int]:
    """Groups of bits of one size as groups of another."""
    held, bits = 0, 0
    for value in values:
        held, bits = held << of | value, bits + of
        while bits >= to:
            bits -= to
            yield held >> bits & ((1 << to) - 1)
        held &= (1 << bits) - 1
    if pad and bits:
        yield held << (to - bits)
    elif not pad and (bits >= of or held):
        raise ValueError("something is left over")
