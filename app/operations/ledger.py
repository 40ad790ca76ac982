"""What was taken back, as random ids: so that an older backup does not bring it back.

Written with each backup beside it and in the data folder, sealed to the same keys and padded as they are. It says of each
case how it stands now; a case that a restored store has further along is taken back again. Nothing in it names anybody.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.erasure import destroy, digest_of
from app.cases.keys import lock_case
from app.cases.office_items import empty_office_item
from app.cases.status import allowed
from app.cases.withdrawal import suspend_case, withdraw
from app.clock import now
from app.history import append_event
from app.installation import Installation
from app.operations.archive import BadArchive, read_archive, write_archive
from app.stores.casework import Account, Case, ErasedCase, HistoryEvent
from app.stores.registry import Record

NAME, MEMBER, FORMAT = "ledger.age", "ledger.json", 1
SMALLEST = 2**20
TAKEN_BACK = "take_consent_back"


@dataclass(frozen=True, slots=True)
class Ledger:
    """`cases`: id to (status, consents taken back, version that was public last); `ended`: accounts that may not sign in;
    `erased`: the digests of cases that were destroyed."""

    made_at: int
    cases: dict[str, tuple[str, int, int]]
    ended: frozenset[str]
    erased: frozenset[str] = frozenset()


def write_ledger(installation: Installation, keys: list[str], *files: Path) -> None:
    """What the stores say now, into each of the files."""
    content = json.dumps(_gathered(installation), separators=(",", ":")).encode()
    for file in files:
        write_archive(file, [(MEMBER, content)], keys, SMALLEST)


def _gathered(installation: Installation) -> dict[str, Any]:
    made_at = now()
    with installation.casework.read() as session:
        ended = sorted(session.scalars(select(Account.id).where(~Account.active)))
        taken_back = select(HistoryEvent.case_id, func.count()).where(HistoryEvent.event == TAKEN_BACK)
        consents = dict(session.execute(taken_back.group_by(HistoryEvent.case_id)).all())
        cases = session.execute(select(Case.id, Case.status, Case.entry_ref)).all()
        erased = sorted(session.scalars(select(ErasedCase.digest)))
    with installation.registry.read() as session:
        versions = dict(session.execute(select(Record.ref, Record.version)).all())
    told = {
        case.id: (case.status, consents.get(case.id, 0), versions.get(case.entry_ref or "", 0))
        for case in sorted(cases)
        if case.status in ("suspended", "withdrawn") or case.id in consents or case.entry_ref in versions
    }
    return {"ledger": FORMAT, "made_at": made_at, "cases": told, "ended": ended, "erased": erased}


def read_ledger(file: Path, private_key: str) -> Ledger:
    """BadArchive when it is none, or the key is not its."""
    with read_archive(file, private_key) as members:
        found = dict(members)
    told = json.loads(found.get(MEMBER, b"{}"))
    if told.get("ledger") != FORMAT:
        raise BadArchive(f"{file.name} is no ledger that this program knows")
    cases = {
        case: (str(status), int(consents), int(version)) for case, (status, consents, version) in told["cases"].items()
    }
    return Ledger(int(told["made_at"]), cases, frozenset(told["ended"]), frozenset(told["erased"]))


def replay(installation: Installation, ledgers: Iterable[Ledger]) -> int:
    """Takes back in a restored store what was taken back since its backup. How many cases and accounts changed.

    Whose consent it was is sealed, and so a consent that was taken back hides the whole case until somebody asks again.
    A public text that was replaced since is hidden too: what the newer one left out must not come back.
    """
    changed = 0
    for ledger in ledgers:
        changed += _end_accounts(installation, ledger.ended) + _erase(installation, ledger.erased)
        versions = _versions(installation)
        for case_id, (status, consents, version) in ledger.cases.items():
            with installation.casework.write() as session:
                if session.get(Case, case_id) is None:
                    continue
                case = lock_case(session, case_id)
                older = version > versions.get(case.entry_ref or "", version)
                changed += _take_back(session, case, status, consents, older)
    return changed


def _end_accounts(installation: Installation, ended: frozenset[str]) -> int:
    with installation.casework.write() as session:
        found = [one for one in session.scalars(select(Account).where(Account.active)) if one.id in ended]
        for one in found:
            one.active = False
    return len(found)


def _erase(installation: Installation, erased: frozenset[str]) -> int:
    """What was destroyed since the backup is destroyed again, and was withdrawn before."""
    with installation.casework.read() as session:
        found = [one for one in session.scalars(select(Case.id)) if digest_of(one) in erased]
    for case_id in found:
        with installation.casework.write() as session:
            destroy(session, installation.objects, lock_case(session, case_id))
    return len(found)


def _versions(installation: Installation) -> dict[str, int]:
    with installation.registry.read() as session:
        return dict(session.execute(select(Record.ref, Record.version)).all())


def _take_back(session: Session, case: Case, status: str, consents: int, older: bool) -> bool:
    if status == "withdrawn":
        if not allowed("withdraw", case.status):
            return False
        withdraw(session, case)
        return True
    had = session.scalar(
        select(func.count())
        .select_from(HistoryEvent)
        .where(HistoryEvent.case_id == case.id, HistoryEvent.event == TAKEN_BACK)
    )
    lost = consents > (had or 0)
    if lost:
        append_event(session, case, "consent_lost")
        case.unread = case.message_unread = True
        empty_office_item(session, case.id)
    if (lost or older or status == "suspended") and allowed("suspend", case.status):
        suspend_case(session, case, None)
        return True
    return lost
