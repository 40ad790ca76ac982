"""Readings: whoever opens something that is sealed is written down before it opens. No row, no opening.

Each session of an account is a chain of salted commitments, and follows the account's last one. What was read is
sealed to the auditor; in the clear are account and day. A tag, made with the key of the case, lets those find a reading
who can open that case, and nobody else.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, TimeoutError
from sqlalchemy.orm import Session, aliased

from app.chains import BEGINNING, SALT_BYTES, Told, commitment, digest, link_hash
from app.clock import today
from app.i18n import N_
from app.installation import Installation
from app.problems import Unavailable
from app.sealing import derive, padded_size, random_id, seal
from app.stores.casework import Keyholder, ReleaseBatch
from app.stores.readings import Reading, ReadingEnd

KEPT_DAYS = 400
SPARE_DAYS = 7  # days that a clock which jumped may have counted too many
SMALLEST = 256
AT_ONCE = 500  # values in one statement
PURPOSE = "readings"
EMPTY: dict[str, None] = {"salt": None, "tag": None, "sealed": None}

Content = dict[str, str | int]


class ReadingsAway(Unavailable):
    """Nothing is opened that cannot be written down."""

    title = N_("Nothing can be opened at the moment")
    detail = N_(
        "Each reading of a case is written down before it opens, and that is not possible now. Nothing was changed. Please"
        " keep a copy of what you typed and tell whoever runs this registry."
    )


class Reader:
    """Writes down what one session of an account opens. Made for each request: a case is noted once in it.

    `secret` is something of the session that no store keeps, so that chains lead to no row of the other store. `page`:
    the name of what was asked for (the case itself, one of its files, its draft).
    """

    def __init__(self, installation: Installation, account_id: str, secret: str, page: str = "") -> None:
        self._installation, self._account_id, self._page = installation, account_id, page
        self._chain = derive(secret.encode(), PURPOSE, 16).hex()
        self._noted: set[str] = set()

    def has_noted(self, reading_id: str) -> bool:
        return reading_id in self._noted

    def note_case(self, reading_id: str, private_key: str, acts: int, last_act: str) -> None:
        """Before a case's newest private key opens anything. ReadingsAway when it cannot be written.

        The number of its acts and the last link go into the sealed content: acts that are cut off later are missed. When
        the case is erased, what led from its `reading_id` to it is gone, and so is every key that finds the tag.
        """
        if reading_id not in self._noted:
            content: Content = {"what": "case", "case": reading_id, "page": self._page}
            self._append(content | {"acts": acts, "last_act": last_act}, tag_of(private_key, self._account_id, today()))
            self._noted.add(reading_id)

    def note(self, what: str, **about: str) -> None:
        """The same for what belongs to no case alone: a page of the queue, what the Office was told."""
        self._append({"what": what, **about}, random_id())

    def _append(self, content: Content, tag: str) -> None:
        """Sealed first, then one small transaction; never within one of another store."""
        sealed = seal(_padded(content), *self._auditors())
        salt = secrets.token_bytes(SALT_BYTES)
        row = Reading(
            chain=self._chain,
            account_id=self._account_id,
            day=today(),
            commitment=commitment(salt, {"tag": tag, "sealed": digest(sealed)}),
            salt=salt,
            tag=tag,
            sealed=sealed,
        )
        try:
            _write(self._installation, row)
        except (DBAPIError, TimeoutError) as error:
            raise ReadingsAway from error

    def _auditors(self) -> list[str]:
        with self._installation.casework.read() as session:
            found = list(session.scalars(select(Keyholder.public_key).where(Keyholder.kind == "auditor")))
        if not found:
            raise ReadingsAway(
                N_("There is no auditor's key yet, so that no reading can be written down: registry init.")
            )
        return found


def _write(installation: Installation, row: Reading) -> None:
    """At the end of its chain; two readings of one account come one after the other."""
    _know(installation, row.account_id)
    with installation.readings.write() as session:
        end = session.get_one(ReadingEnd, row.account_id, with_for_update=True)
        newest = (
            select(Reading.position, Reading.link)
            .where(Reading.chain == row.chain)
            .order_by(Reading.position.desc())
            .limit(1)
        )
        last = session.execute(newest).first()
        row.position = 0 if last is None else last.position + 1
        row.follows = end.link if last is None else last.link
        row.link = end.link = link_hash(row.follows, link_content(row))
        session.add(row)


def _know(installation: Installation, account_id: str) -> None:
    """An account that reads for the first time gets the row that is its lock."""
    with installation.readings.read() as session:
        if session.get(ReadingEnd, account_id) is not None:
            return
    try:
        with installation.readings.write() as session:
            session.add(ReadingEnd(account_id=account_id, link=BEGINNING))
    except IntegrityError:  # it read twice at once
        return


def link_content(row: Reading) -> Told:
    """What the link of a reading says, besides what it follows."""
    return {
        "chain": row.chain,
        "position": row.position,
        "account": row.account_id,
        "day": row.day.isoformat(),
        "commitment": row.commitment,
    }


def _padded(content: Content) -> bytes:
    told = json.dumps(content, separators=(",", ":")).encode()
    return told.ljust(padded_size(len(told), SMALLEST))


def tag_of(private_key: str, account_id: str, day: date) -> str:
    """What marks the readings of a case by an account on a day, for whoever has the key that the case had then."""
    return _tag(derive(private_key.encode(), PURPOSE), account_id, day)


def _tag(key: bytes, account_id: str, day: date) -> str:
    return hmac.digest(key, f"{account_id}/{day.isoformat()}".encode(), "sha256")[:16].hex()


def readers_of(
    installation: Installation, keys: Iterable[str], accounts: Collection[str], since: date
) -> list[tuple[date, str]]:
    """On which days which accounts opened a case, newest first, for whoever has its keys, of every generation.

    ReadingsAway when the store does not answer.
    """
    first = max(since, today() - timedelta(days=KEPT_DAYS))
    days = [first + timedelta(days=number) for number in range((today() - first).days + 1)]
    secret = [derive(key.encode(), PURPOSE) for key in keys]
    tags = [_tag(key, account, on) for key in secret for account in accounts for on in days]
    found: set[tuple[date, str]] = set()
    row = select(Reading.day, Reading.account_id)
    try:
        with installation.readings.read() as session:
            for at in range(0, len(tags), AT_ONCE):
                rows = session.execute(row.where(Reading.tag.in_(tags[at : at + AT_ONCE])))
                found |= {(day, account) for day, account in rows}
    except (DBAPIError, TimeoutError) as error:
        raise ReadingsAway from error
    return sorted(found, reverse=True)


def purge_readings(installation: Installation) -> None:
    """One step of the desk's clock: readings go after 400 days. What a later link follows stays, emptied.

    The calendar alone is not believed: since then there must also have been 400 days on which the registry ran, as its
    daily batches tell, so that a clock that jumps ahead deletes nothing.
    """
    with installation.casework.read() as session:
        days = select(ReleaseBatch.day).order_by(ReleaseBatch.day.desc())
        ran = session.scalar(days.offset(KEPT_DAYS + SPARE_DAYS).limit(1))
    if ran is None:
        return
    before = min(ran, today() - timedelta(days=KEPT_DAYS))
    with installation.readings.read() as session:
        full = select(Reading.link).where(Reading.day < before, Reading.sealed.is_not(None))
        if session.scalar(full.limit(1)) is None:
            return
    with installation.readings.write() as session:
        _purge(session, before)


def _purge(session: Session, before: date) -> None:
    later = aliased(Reading)
    followed = select(later.follows).where(later.day >= before).union(select(ReadingEnd.link))
    old = delete(Reading).where(Reading.day < before, Reading.link.not_in(followed))
    session.execute(old.execution_options(synchronize_session=False))
    emptied = update(Reading).where(Reading.day < before, Reading.sealed.is_not(None)).values(EMPTY)
    session.execute(emptied.execution_options(synchronize_session=False))
