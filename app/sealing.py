"""Sealing: case keys, grants, and the wrapping of private keys.

Everything sealed is an ordinary age file (age-encryption.org/v1), so the stock `age` program opens it:

    age --decrypt --identity escrow.key grant.age > case.key
    age --decrypt --identity case.key  document.age

A *keyholder* is an X25519 age key pair. Each case has a pair of its own; what belongs to the case is sealed to
its public half, and a *grant* is its private half sealed to one keyholder. Access is the grants and nothing else.

Private keys of people are *wrapped*: encrypted with ChaCha20-Poly1305 under a key derived from something that the
server does not keep (a password, a receipt, a session cookie, a bearer token).
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import secrets
import threading
from dataclasses import dataclass, field
from typing import Any

import pyrage
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SMALLEST_TEXT = 16 * 1024
SMALLEST_FILE = 64 * 1024
_NONCE = 12


class CannotOpen(Exception):
    """Wrong key, or the sealed bytes were changed. Says nothing about which."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An age X25519 key pair in its text forms (`age1…`, `AGE-SECRET-KEY-1…`)."""

    public: str
    private: str

    def __repr__(self) -> str:
        return f"KeyPair(public={self.public!r})"

    @classmethod
    def new(cls) -> KeyPair:
        identity = pyrage.x25519.Identity.generate()
        return cls(str(identity.to_public()), str(identity))

    @classmethod
    def of(cls, private: str) -> KeyPair:
        """The pair of a private key; CannotOpen when it is not one."""
        try:
            return cls(str(pyrage.x25519.Identity.from_str(private.strip()).to_public()), private.strip())
        except Exception as error:
            raise CannotOpen from error


def random_id() -> str:
    """128 random bits in hexadecimal: keys of rows tell neither number nor order."""
    return secrets.token_hex(16)


def padded_size(size: int, smallest: int) -> int:
    """The bucket for `size` bytes: `smallest` times a power of two."""
    bucket = smallest
    while bucket < size:
        bucket *= 2
    return bucket


def seal(content: bytes, *public_keys: str) -> bytes:
    """Seal bytes, as they are, to one or more public keys."""
    if not public_keys:
        raise ValueError("sealing needs at least one recipient")
    return pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(key) for key in public_keys])


def unseal(sealed: bytes, *private_keys: str) -> bytes:
    """What was sealed to any of these keys; CannotOpen otherwise."""
    try:
        return pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(key) for key in private_keys])
    except Exception as error:  # pyrage raises its own classes and ValueError for malformed headers
        raise CannotOpen from error


def seal_document(document: dict[str, Any], *public_keys: str) -> bytes:
    """Seal a JSON document, padded with trailing spaces (still JSON) so that its length tells a bucket only.

    age adds a random stanza to its header, so that equal contents differ in length by up to some 200 bytes. That length
    is drawn anew each time and depends on nothing: it tells nothing, and the bucket is all that can be seen.
    """
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return seal(text.ljust(padded_size(len(text), SMALLEST_TEXT)), *public_keys)


def open_document(sealed: bytes, *private_keys: str) -> dict[str, Any]:
    document = json.loads(unseal(sealed, *private_keys))
    if not isinstance(document, dict):
        raise CannotOpen
    return document


def seal_file(content: bytes, *public_keys: str) -> bytes:
    """Seal a file, padded with zero bytes to a power-of-two bucket. Its true size belongs in the case's documents.

    In pieces, so that a file is in memory once in the clear and once sealed, and no third time for its padding.
    """
    padded, sealed = _Padded(content, padded_size(len(content), SMALLEST_FILE)), io.BytesIO()
    pyrage.encrypt_io(padded, sealed, [pyrage.x25519.Recipient.from_str(key) for key in public_keys])
    return sealed.getvalue()


class _Padded(io.BufferedIOBase):
    """A file to read that goes on with zeros after its content."""

    def __init__(self, content: bytes, size: int) -> None:
        self._content, self._left = io.BytesIO(content), size

    def read(self, size: int | None = -1, /) -> bytes:
        most = self._left if size is None or size < 0 else min(size, self._left)
        self._left -= most
        return self._content.read(most).ljust(most, b"\0")


def open_file(sealed: bytes, size: int, *private_keys: str) -> bytes:
    return unseal(sealed, *private_keys)[:size]


@dataclass(frozen=True, slots=True)
class Keys:
    """Private keys that belong together, the newest first: what was sealed to any of them opens."""

    private: tuple[str, ...] = field(repr=False)

    @property
    def newest(self) -> str:
        return self.private[0]

    def and_older(self, *private: str) -> Keys:
        return Keys((*self.private, *private))

    def unseal(self, sealed: bytes) -> bytes:
        return unseal(sealed, *self.private)

    def open(self, sealed: bytes) -> dict[str, Any]:
        """The document that was sealed to one of these keys; CannotOpen otherwise."""
        return open_document(sealed, *self.private)

    def open_file(self, sealed: bytes, size: int) -> bytes:
        return open_file(sealed, size, *self.private)


# --- wrapping ---------------------------------------------------------------------------------------------------


def derive(secret: bytes, purpose: str, length: int = 32) -> bytes:
    """A key for one purpose from a high-entropy secret (HKDF-SHA256, RFC 5869)."""
    return HKDF(SHA256(), length, salt=None, info=f"reprisals-registry/{purpose}".encode()).derive(secret)


def lookup(secret: bytes, purpose: str) -> str:
    """What the store may keep to find a row again by its secret; nothing is derived back from it."""
    return derive(secret, f"lookup/{purpose}").hex()


def wrap(content: bytes, key: bytes, purpose: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, content, purpose.encode())


def unwrap(wrapped: bytes, key: bytes, purpose: str) -> bytes:
    try:
        return ChaCha20Poly1305(key).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error


# --- passwords --------------------------------------------------------------------------------------------------

# RFC 9106, section 4, second recommended option: 64 MiB, three passes, four lanes. At most three at once, so that a
# crowd of attempts cannot take the memory of the machine (`app.web.admission`: two strangers and one known device).
_TIME_COST, _MEMORY_KIB, _LANES, _KEY_BYTES = 3, 64 * 1024, 4, 32
_argon_slots = threading.BoundedSemaphore(3)
LONGEST_PASSWORD = 1024


def password_key(password: str, salt: bytes) -> bytes:
    """The wrapping key of a password (argon2id). Longer than 1,024 bytes is refused before any hashing."""
    raw = password.encode()
    if len(raw) > LONGEST_PASSWORD:
        raise CannotOpen
    with _argon_slots:
        return hash_secret_raw(raw, salt, _TIME_COST, _MEMORY_KIB, _LANES, _KEY_BYTES, Type.ID)


# --- receipts ---------------------------------------------------------------------------------------------------

ROW = 12  # digits in a row of a receipt; the last of each checks the others
ROWS = 3
RECEIPT_DIGITS = ROWS * ROW
RANDOM_DIGITS = ROWS * (ROW - 1)  # 109.6 bits

# Damm, "Total anti-symmetrische Quasigruppen" (2004), the table of order 10 that he gives: the check digit differs after
# any one wrong digit and after any two neighbours that changed places.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def receipt_of(key: bytes, nonce: bytes) -> str:
    """The receipt of one form: decimal digits from a key of the server and the form's own secret.

    The same form gives the same receipt however often it is sent, and neither half alone gives it. Digits are written
    and read in every script: three rows of twelve, the last of each a check digit, so 33 random ones. We promise at
    least 100 bits.
    """
    number = int.from_bytes(hmac.digest(key, b"receipt" + nonce, hashlib.sha512), "big")
    digits = str(number % 10**RANDOM_DIGITS).zfill(RANDOM_DIGITS)
    parts = [digits[at : at + ROW - 1] for at in range(0, RANDOM_DIGITS, ROW - 1)]
    return "".join(part + str(_checksum(part)) for part in parts)


def _checksum(digits: str) -> int:
    """Damm's check digit; 0 for digits that end with theirs."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return interim


def rows_of(receipt: str) -> list[str]:
    """The receipt as it is shown: three rows, each in groups of four."""
    rows = [receipt[at : at + ROW] for at in range(0, len(receipt), ROW)]
    return [" ".join(row[at : at + 4] for at in range(0, len(row), 4)) for row in rows]


def mistyped_rows(receipt: str) -> list[int]:
    """Which rows (1 to 3) cannot be right. Of no use for receipts from before there were check digits."""
    return [at // ROW + 1 for at in range(0, len(receipt), ROW) if _checksum(receipt[at : at + ROW])]


def normal_receipt(typed: str) -> str | None:
    """What was typed, as a receipt: any decimal digits of any script, spaces and dashes forgiven. None if not one.

    Check digits are not judged here: the receipts of earlier forms have none.
    """
    digits = []
    for character in typed:
        if character.isdecimal():
            digits.append(str(int(character)))
        elif character.isalpha():
            return None
    receipt = "".join(digits)
    return receipt if len(receipt) == RECEIPT_DIGITS else None
