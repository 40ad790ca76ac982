"""The bearer token of the Office: found by its hash, it unwraps the private key of its account, and so opens its items.

A stolen store opens nothing, and a token is refused at once after it was revoked or its half year is over. It is read from the
Authorization header only, never from an address, which ends up in logs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import update

from app.clock import today
from app.identity.accounts import TOKEN_PURPOSE as PURPOSE
from app.problems import NotSignedIn
from app.readings import Reader
from app.sealing import CannotOpen, derive, lookup, unwrap
from app.stores.casework import Account, OfficeToken
from app.web.context import installation_of
from app.web.permissions import Permission, guard


@dataclass(frozen=True, slots=True)
class OfficeReader:
    """Whoever presented a valid token."""

    account_id: str
    private_key: str = field(repr=False)
    reader: Reader = field(repr=False)


def _refused() -> NotSignedIn:
    return NotSignedIn(headers={"www-authenticate": 'Bearer realm="office"'})


@guard(Permission.OFFICE_TOKEN)
def office_reader(request: Request) -> OfficeReader:
    """Dependency: the Office by its token. Notes the day of the reading, which the Office sees."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    secret = token.strip().encode()
    if scheme.lower() != "bearer" or not secret:
        raise _refused()
    installation = installation_of(request)
    casework = installation.casework
    found = lookup(secret, PURPOSE)
    with casework.read() as session:
        row = session.get(OfficeToken, found)
        account = None if row is None else session.get(Account, row.account_id)
    if row is None or account is None or not account.active or row.expires_on < today():
        raise _refused()
    try:
        private_key = unwrap(row.wrapped, derive(secret, PURPOSE), PURPOSE).decode()
    except CannotOpen as error:
        raise _refused() from error
    if row.last_read_on != today():
        with casework.write() as session:
            session.execute(update(OfficeToken).where(OfficeToken.lookup == found).values(last_read_on=today()))
    # a token has no sessions: its readings of one day are a chain
    return OfficeReader(account.id, private_key, Reader(installation, account.id, f"{token.strip()}/{today()}"))


ByToken = Annotated[OfficeReader, Depends(office_reader)]
