"""`registry demo`: fills an installation with invented allegations, through the same functions as the pages."""

from __future__ import annotations

import os
from pathlib import Path

import click
from sqlalchemy import select

from app.cases import office_items, proposing, review
from app.cases.access import look_at
from app.cases.draft import draft_from_entry
from app.cases.keys import lock_case
from app.cases.two_people import TELLING, as_seen, require_open_proposal
from app.cases.withdrawal import withdraw
from app.clock import today
from app.demo.content import CASES, DemoCase
from app.documents.case_file import CaseFile
from app.documents.entry import PublicEntry
from app.identity.accounts import NewAccount, add_account, issue_office_token, make_account
from app.identity.sessions import SignedIn
from app.installation import Installation, open_installation
from app.intake.receive import receive
from app.intake.tokens import new_token
from app.operations.init import initialise, make_auditor
from app.readings import Reader
from app.release.delivery import deliver_due
from app.sealing import random_id, rows_of
from app.settings import Settings
from app.stores.casework import Account, Case, Thread

ACCOUNTS = (
    ("moderator-one", "moderator", ("Founder A", "Founder B")),
    ("moderator-two", "moderator", ("Founder C", "Founder D")),
    ("administrator", "administrator", ("Founder A", "Founder C")),
    ("office", "office", ("moderator-one", "moderator-two")),
)


def fill(installation: Installation) -> str:
    """Makes the accounts and the cases. Returns how to sign in, as text."""
    made = {login: make_account(login, role) for login, role, _ in ACCOUNTS}
    with installation.casework.write() as session:
        people = {login: add_account(session, made[login], sponsors) for login, _, sponsors in ACCOUNTS}
        office = people["office"]
        token = issue_office_token(session, office.account_id, office.private_key)
    one, two = _acting(installation, people["moderator-one"]), _acting(installation, people["moderator-two"])
    receipts = [(case, _play(installation, case, one, two)) for case in CASES]
    return _how_to_sign_in(people, token, receipts)


def _acting(installation: Installation, new: NewAccount) -> SignedIn:
    with installation.casework.read() as session:
        keyholder = session.get_one(Account, new.account_id).keyholder_id or ""
    reader = Reader(installation, new.account_id, random_id())
    return SignedIn(new.account_id, new.login, "moderator", keyholder, "", "", 0, new.private_key, reader)


def _play(installation: Installation, demo: DemoCase, one: SignedIn, two: SignedIn) -> str:
    """Takes one case as far as its fate, every step as a moderator would. Returns its receipt."""
    with installation.casework.read() as session:
        before = set(session.scalars(select(Thread.case_id)))
    receipt = receive(installation, new_token(installation.keys), demo.submission, [])
    with installation.casework.read() as session:
        case_id = next(iter(set(session.scalars(select(Thread.case_id))) - before))
    if demo.fate == "received":
        return receipt
    review.claim(installation, one, case_id)
    if demo.message:
        review.ask(installation, one, case_id, demo.message, waits=demo.fate == "awaiting_submitter")
    if demo.entry:
        entry = PublicEntry.model_validate(demo.entry)
        review.save(installation, one, case_id, _version(installation, case_id), lambda file: _draft(file, entry))
    if demo.tell_office and not office_items.tell(installation, one, case_id, demo.tell_office):
        with installation.casework.read() as session:
            case = session.get_one(Case, case_id)
            seen = as_seen(require_open_proposal(session, case_id, TELLING), case)
        office_items.agree_to_telling(installation, two, case_id, seen)
    if demo.entry:
        _release(installation, case_id, demo, one, two)
    return receipt


def _version(installation: Installation, case_id: str) -> int:
    with installation.casework.read() as session:
        return session.get_one(Case, case_id).version


def _draft(file: CaseFile, entry: PublicEntry) -> None:
    file.act_grade, file.link_grade, file.sources = entry.act_grade, entry.link_grade, entry.sources
    file.draft = draft_from_entry(entry)


def _release(installation: Installation, case_id: str, demo: DemoCase, one: SignedIn, two: SignedIn) -> None:
    _agree(installation, case_id, PublicEntry.model_validate(demo.entry), demo.fate, one, two)
    if demo.fate == "corrected":
        changed = PublicEntry.model_validate(demo.entry | demo.correction)
        _agree(installation, case_id, changed, demo.fate, one, two)
    if demo.fate == "withdrawn":
        with installation.casework.write() as session:
            withdraw(session, lock_case(session, case_id))
        deliver_due(installation, today(), everything=True)


def _agree(
    installation: Installation, case_id: str, entry: PublicEntry, fate: str, one: SignedIn, two: SignedIn
) -> None:
    proposing.propose(installation, one, look_at(installation, case_id, one), entry)
    if fate == "proposed":
        return
    proposing.approve(installation, two, case_id, proposing.look_at_proposal(installation, case_id, two).seen)
    if fate != "scheduled":
        deliver_due(installation, today(), everything=True)


def _how_to_sign_in(people: dict[str, NewAccount], token: str, receipts: list[tuple[DemoCase, str]]) -> str:
    lines = ["Sign in at /en/sign-in (put the TOTP secret into any authenticator):", ""]
    for login, role, _ in ACCOUNTS:
        new = people[login]
        lines += [
            f"  {login:<15} {role}",
            f"    passphrase   {new.passphrase}",
            f"    TOTP secret  {new.totp_secret}",
        ]
    lines += [
        "",
        f"  token of /office/feed.json   {token}",
        "",
        "Receipts of two submitters, for /en/receipt:",
        "",
    ]
    lines += [f"  {demo.fate:<20} {'  '.join(rows_of(receipt))}" for demo, receipt in receipts if demo.message]
    return "\n".join(lines) + "\n"


@click.command()
def demo() -> None:
    """Fill this installation with invented people, States and allegations, and print how to sign in.

    Only for trying things out: the sign-in data is kept in the data folder, so that it can be printed again.
    """
    settings = Settings()
    if not settings.demo:
        raise click.ClickException("set REGISTRY_DEMO=true: a demonstration never mixes with real States")
    note = settings.data_folder / "demo-sign-in.txt"
    initialise(settings, lambda escrow: click.echo(f"escrow key, shown once: {escrow.private}"))
    make_auditor(settings, lambda auditor: click.echo(f"auditor's key, shown once: {auditor.private}"))
    installation = open_installation(settings)
    with installation.casework.read() as session:
        empty = session.scalar(select(Account.id).limit(1)) is None
    if empty:
        _keep(note, fill(installation))
    elif not note.exists():
        raise click.ClickException("this installation has accounts already; a demonstration needs an empty one")
    click.echo(f"{settings.base_url}\n\n{note.read_text()}")


def _keep(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as note:
        note.write(text)
