"""Devices on which somebody signed in before: a signed cookie of the desk, so that a crowd of guesses cannot keep them out.

It says that one login was opened here, by a random number and a hash that only this server can make. It opens nothing,
nobody but those who sign in gets one, and no page but the sign-in looks at it.
"""

from __future__ import annotations

import hmac

from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.sealing import derive, random_id
from app.settings import Settings

PURPOSE = "known-device"
KEPT_SECONDS = 90 * 24 * 3600


def new_device(settings: Settings, login: str) -> str:
    """The cookie's value, after a successful sign-in."""
    return _signer(settings).dumps([random_id(), _of(settings, login)])


def known_device(settings: Settings, value: str, login: str) -> str | None:
    """The number of the device on which a login was opened before; None for every other value."""
    try:
        device, of = _signer(settings).loads(value, max_age=KEPT_SECONDS)
    except (BadSignature, ValueError, TypeError):
        return None
    return str(device) if hmac.compare_digest(str(of), _of(settings, login)) else None


def _key(settings: Settings) -> bytes:
    return derive(settings.form_key, PURPOSE)


def _signer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_key(settings).hex(), salt="device")


def _of(settings: Settings, login: str) -> str:
    return hmac.digest(_key(settings), b"login" + login.encode(errors="replace"), "sha256").hex()
