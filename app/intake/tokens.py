"""The token of a form: a signed random secret that only the page of the sender holds.

The receipt, the kept files and the recognition of a repeated form all derive from it. It sets no cookie. It names the
key that signed it and the key of its receipt: a form that is open while keys are turned is taken all the same, and sent
again it gives the same receipt.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from app.keyring import FIRST, ServerKeys
from app.sealing import derive

LIFETIME_SECONDS = 24 * 3600
NONCE_BYTES = 16


@dataclass(frozen=True, slots=True)
class FormToken:
    """The secret of one form, the key of its receipt, and what was wrong with it ("", "expired" or "forged")."""

    nonce: bytes = field(repr=False)
    receipt_key: str
    problem: str = ""


def _signer(key: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(derive(key, "form-token").hex(), salt="form")


def new_token(keys: ServerKeys) -> FormToken:
    return FormToken(secrets.token_bytes(NONCE_BYTES), keys.receipts.newest.id)


def token_text(keys: ServerKeys, token: FormToken) -> str:
    """The token as the page carries it: signed anew, with the newest key."""
    key = keys.form_tokens.newest
    return f"{key.id}.{_signer(key.secret).dumps([token.nonce.hex(), token.receipt_key])}"


def read_token(keys: ServerKeys, text: str) -> FormToken:
    """An expired token keeps its secret, so that files kept under it are still there; a forged one has none.

    Whoever comes with a token of a key that was retired gets a new secret too: nothing waits under theirs any more.
    """
    key_id, _, signed = text.partition(".")
    if signed.count(".") < 2:  # of the first version, which named no key
        key_id, signed = FIRST, text
    key = keys.form_tokens.get(key_id)
    if key is None:
        return _forged(keys)
    signer = _signer(key)
    try:
        return _told(keys, signer.loads(signed, max_age=LIFETIME_SECONDS), "")
    except SignatureExpired as late:
        if late.payload is not None:
            return _told(keys, signer.load_payload(late.payload), "expired")
    except (BadSignature, ValueError):
        pass
    return _forged(keys)


def _told(keys: ServerKeys, payload: list[str] | str, problem: str) -> FormToken:
    """What a page of ours was signed to say: secret and key, or for the first version the secret alone."""
    nonce, receipt_key = (payload, FIRST) if isinstance(payload, str) else payload
    if keys.receipts.get(receipt_key) is None:
        return _forged(keys)
    return FormToken(bytes.fromhex(nonce), receipt_key, problem)


def _forged(keys: ServerKeys) -> FormToken:
    return replace(new_token(keys), problem="forged")
