"""Devices on which somebody signed in before: a signed cookie of the desk, so that a crowd of guesses cannot keep them out.

It says that one login was opened here, by a random number and a hash that only this server can make. It opens nothing,
nobody but those who sign in gets one, and no page but the sign-in looks at it.
"""

from __future__ import annotations

import hmac

from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.keyring import ServerKeys
from app.sealing import derive, random_id

PURPOSE = "known-device"
KEPT_SECONDS = 90 * 24 * 3600


def new_device(keys: ServerKeys, login: str) -> str:
    """The cookie's value, after a successful sign-in: the id of the key that signed it, and what it says."""
    key = keys.form_tokens.newest
    return f"{key.id}.{_signer(key.secret).dumps([random_id(), _of(key.secret, login)])}"


def known_device(keys: ServerKeys, value: str, login: str) -> str | None:
    """The number of the device on which a login was opened before; None for every other value."""
    key_id, _, signed = value.partition(".")
    key = keys.form_tokens.get(key_id)
    if key is None:
        return None
    try:
        device, of = _signer(key).loads(signed, max_age=KEPT_SECONDS)
    except (BadSignature, ValueError, TypeError):
        return None
    return str(device) if hmac.compare_digest(str(of), _of(key, login)) else None


def _signer(key: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(derive(key, PURPOSE).hex(), salt="device")


def _of(key: bytes, login: str) -> str:
    return hmac.digest(derive(key, PURPOSE), b"login" + login.encode(errors="replace"), "sha256").hex()
