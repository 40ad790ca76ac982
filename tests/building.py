"""Builders for the few nouns that tests are about: a installation on given stores, people, cases, entries, orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.clock import today
from app.documents.entry import PublicEntry
from app.installation import Installation, open_installation
from app.keyring import make_rings
from app.release.orders import order_release
from app.sealing import KeyPair
from app.settings import Settings
from app.stores.casework import Account, Case, CaseState, Keyholder, ReleaseOrder
from tests.support.engines import StoreUrls
from tests.support.templates import migrated, migrated_readings

AUDITOR = KeyPair.new()


def build_house(casework_url: str, registry_url: str, data_folder: Path, **settings: Any) -> Installation:
    """A migrated installation on its stores, with an auditor; States are the invented ones."""
    data_folder.mkdir(parents=True, exist_ok=True)
    migrated(StoreUrls(casework_url.split(":", maxsplit=1)[0], casework_url, registry_url))
    chosen = Settings.model_validate(
        {
            "demo": True,
            "data_folder": data_folder,
            "casework_url": casework_url,
            "registry_url": registry_url,
        }
        | settings
    )
    make_rings(chosen)
    migrated_readings(chosen.readings_address)
    installation = open_installation(chosen)
    with installation.casework.write() as session:
        session.add(Keyholder(kind="auditor", public_key=AUDITOR.public))
    return installation


@dataclass(frozen=True)
class Moderator:
    """An account that can open what it is granted; no password, for tests below the sign-in."""

    account_id: str
    key: KeyPair


def add_moderator(session: Session, login: str) -> Moderator:
    key = KeyPair.new()
    keyholder = Keyholder(kind="moderator", public_key=key.public)
    session.add(keyholder)
    session.flush()
    account = Account(login=login, role="moderator", keyholder_id=keyholder.id, salt=b"", wrapped=b"")
    session.add(account)
    session.flush()
    return Moderator(account.id, key)


def add_case(session: Session, **changes: Any) -> Case:
    case = Case(
        **(
            {
                "public_key": KeyPair.new().public,
                "urgency": "normal",
                "received_on": today(),
                "status": "scheduled",
            }
            | changes
        )
    )
    session.add(case)
    session.flush()
    session.add(CaseState(case_id=case.id, relation="alleged", state="XA"))
    return case


def entry(**changes: Any) -> PublicEntry:
    """A public entry of invented content."""
    fields: dict[str, Any] = {
        "title": {"en": "A lawyer was summoned after a meeting in Geneva"},
        "summary": {"en": "A lawyer who had met United Nations experts was summoned and questioned about it."},
        "kind": "reprisal",
        "state_alleged": "XA",
        "state_where": "XA",
        "acts": [{"type": "summons_interrogation", "date": "2026-03", "perpetrator": "police"}],
        "engagements": [{"body": "upr", "date": "2026"}],
        "persons": [{"label": "A lawyer"}],
        "act_grade": "likely",
        "link_grade": "inferred",
        "sources": 2,
        "consent": "publish_without_name",
        "left_out": ["name"],
        "last_reviewed": "2026-11-01",
    }
    return PublicEntry.model_validate(fields | changes)


def add_order(
    installation: Installation, session: Session, first: Moderator, second: Moderator, due_in: int = 0, **changes: Any
) -> ReleaseOrder:
    """A case with a decided release that waits to be carried."""
    due_on: date = today() + timedelta(days=due_in)
    return order_release(
        installation,
        session,
        add_case(session),
        entry(**changes),
        "published",
        proposed_by=first.account_id,
        approved_by=second.account_id,
        due_on=due_on,
    )
