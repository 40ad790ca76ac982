"""The token of a form: a signed random secret that only the page of the sender holds.

The receipt, the kept files and the recognition of a repeated form all derive from it. It sets no cookie.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from app.sealing import derive
from app.settings import Settings

LIFETIME_SECONDS = 24 * 3600
NONCE_BYTES = 16


@dataclass(frozen=True, slots=True)
class FormToken:
    """The secret of one form, and what was wrong with the token that came back ("", "expired" or "forged")."""

    nonce: bytes = field(repr=False)
    problem: str = ""


def _signer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(derive(settings.form_key, "form-token").hex(), salt="form")


def new_nonce() -> bytes:
    return secrets.token_bytes(NONCE_BYTES)


def token_of(settings: Settings, nonce: bytes) -> str:
    return _signer(settings).dumps(nonce.hex())


def read_token(settings: Settings, token: str) -> FormToken:
    """An expired token keeps its secret, so that files kept under it are still there; a forged one has none."""
    signer = _signer(settings)
    try:
        return FormToken(bytes.fromhex(signer.loads(token, max_age=LIFETIME_SECONDS)))
    except SignatureExpired as late:
        if late.payload is not None:
            return FormToken(bytes.fromhex(signer.load_payload(late.payload)), "expired")
    except (BadSignature, ValueError, TypeError):
        pass
    return FormToken(new_nonce(), "forged")
