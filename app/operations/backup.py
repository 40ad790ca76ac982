"""Everything that an installation needs to come back, sealed to keys that are not here.

Both stores (and whichever others there are) at one moment, the sealed files that they name, and the server's keys, in one
age file for the escrow key and for those of REGISTRY_BACKUP_KEYS. A restore key opens the backup and no case.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, select

from app.clock import now, today
from app.installation import open_installation
from app.keyring import NAMES, NoKeys, ServerKeys
from app.operations import rows
from app.operations.archive import Member, recipient, write_archive
from app.operations.ledger import NAME as LEDGER
from app.operations.ledger import write_ledger
from app.operations.moment import one_moment
from app.problems import NotFound
from app.settings import Settings
from app.stores.migrating import StoreName, never_made, revision_of, stale_stores, stores_of
from app.stores.objects import Objects, open_objects

FORMAT = 1
FIRST, LAST = "backup.json", "end.json"
OLD_SECRET = "form.secret"  # noqa: S105 - the name of a file of the first version
LISTED = 500  # sealed files in one list of their hashes


@dataclass
class Made:
    """What a backup took. `absent`: sealed files whose row is there and they are not."""

    at: int
    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0
    absent: list[str] = field(default_factory=list)


class CannotBackUp(Exception):
    """Its text says what is missing to whoever runs the command."""


def back_up(settings: Settings, file: Path, *, also_to: tuple[str, ...] = (), with_files: bool = True) -> Made:
    """Writes a backup, complete and durable, under the name of `file`, or nothing. CannotBackUp, OSError, Unavailable."""
    # the first version had no readings
    addresses = {name: one for name, one in stores_of(settings).items() if name != "readings" or not never_made(one)}
    if "casework" not in addresses:
        raise CannotBackUp("a process that serves only what is public cannot back up the rest")
    made, keys_before = Made(now()), server_keys(settings)
    with one_moment(addresses) as moment:
        keys = keys_for(settings, moment["casework"], also_to)
        write_archive(file, _members(settings, moment, made, keys_before, with_files), keys)
    # with the stores as this program knows them; those of an earlier one are upgraded, and backed up, from there
    if not stale_stores(settings):
        installation = open_installation(settings)
        write_ledger(installation, keys, file.parent / LEDGER, settings.data_folder.absolute() / LEDGER)
    return made


def keys_for(settings: Settings, casework: Connection, also_to: tuple[str, ...] = ()) -> list[str]:
    """Whom a backup is sealed to: escrow always, and who is named. CannotBackUp without escrow or for a key that is none."""
    keyholder = Table("keyholder", MetaData(), autoload_with=casework)
    asked = select(keyholder.c.public_key).where(keyholder.c.kind == "escrow").order_by(keyholder.c.public_key)
    escrow = list(casework.scalars(asked))
    if not escrow:
        raise CannotBackUp("there is no escrow key: registry init")
    keys = list(dict.fromkeys((*escrow, *settings.backup_keys, *also_to)))
    for key in keys:
        try:
            recipient(key)
        except ValueError as error:
            raise CannotBackUp(f"{key[:12]}… is {error}") from error
    return keys


def server_keys(settings: Settings) -> dict[str, str]:
    """The rings as they are written, wherever they are set, and what the first version left instead."""
    found = {}
    rings = ServerKeys.of(settings)
    for name in NAMES:
        try:
            found[f"{name}.keys"] = "".join(key.line + "\n" for key in rings.ring(name).keys)
        except NoKeys:
            continue  # `doctor` says so; without the ring of orders, what waits is told to restore
    old = settings.data_folder / OLD_SECRET
    if old.exists():
        found[OLD_SECRET] = old.read_text("ascii")
    return found


def _members(
    settings: Settings,
    moment: dict[StoreName, Connection],
    made: Made,
    keys_before: dict[str, str],
    with_files: bool,
) -> Iterator[Member]:
    yield (
        FIRST,
        _json(
            {
                "backup": FORMAT,
                "made_on": today().isoformat(),
                "made_at": made.at,
                "program": version("reprisals-registry"),
                "stores": {name: revision_of(connection.engine) for name, connection in moment.items()},
                "files": with_files,
            }
        ),
    )
    # a key that was turned or retired meanwhile: the snapshot may need either
    for name, ring in server_keys(settings).items():
        lines = dict.fromkeys((ring + keys_before.get(name, "")).splitlines())
        yield f"keys/{name}", "".join(line + "\n" for line in lines).encode()
    for store, connection in moment.items():
        for table in rows.tables_of(connection):
            of = f"{store}/{table.name}"
            made.rows[of] = 0
            for number, (count, piece) in enumerate(rows.dump(connection, table)):
                made.rows[of] += count
                yield f"{of}/{number:06}.jsonl", piece
    if with_files:
        yield from _files(open_objects(settings), moment["casework"], made)
    yield LAST, _json({"rows": made.rows, "files": made.files, "absent": made.absent})


def _files(objects: Objects, casework: Connection, made: Made) -> Iterator[Member]:
    """The sealed files that the rows name, each list of hashes after its files."""
    attachment = Table("attachment", MetaData(), autoload_with=casework)
    if "object_id" not in attachment.columns:
        return  # the first version kept them in the rows
    named = casework.execution_options(yield_per=LISTED).scalars(
        select(attachment.c.object_id).order_by(attachment.c.object_id)
    )
    for number, some in enumerate(named.partitions(LISTED)):
        hashes = {}
        for name in some:
            try:
                content = objects.get(name)
            except NotFound:  # its row went a moment ago, or it was lost
                made.absent.append(name)
                continue
            hashes[name] = hashlib.sha256(content).hexdigest()
            made.files += 1
            yield f"objects/{name}", content
        yield f"hashes/{number:06}.json", _json(hashes)


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, indent=1).encode() + b"\n"
