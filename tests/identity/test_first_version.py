"""Accounts of the first version, whose sponsors were names that somebody wrote, go on and bring in others."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select, text

from app.demo.people import join
from app.identity.invitations import invite
from app.identity.sponsors import sponsors_of, tie, vouch
from app.stores import open_store
from app.stores.casework import Account, Sponsorship
from app.stores.migrating import migrate
from tests.cases.first_version import brought_up
from tests.support.engines import StoreUrls


def written(urls: StoreUrls) -> set[tuple[str, str]]:
    """(account, sponsor) as the store at an earlier revision has them."""
    asked = "SELECT account.login, sponsorship.sponsor FROM sponsorship JOIN account ON account.id = account_id"
    with open_store(urls.casework).connect() as connection:
        return {(login, sponsor) for login, sponsor in connection.execute(text(asked))}


def test_sponsors_that_name_accounts_become_accounts_and_come_back(store_urls: StoreUrls, tmp_path: Path) -> None:
    installation = brought_up(store_urls, tmp_path).installation
    with installation.casework.read() as session:
        ids = {one.login: one.id for one in session.scalars(select(Account))}
        rows = session.scalars(select(Sponsorship)).all()
        by_account = {(one.account_id, one.sponsor) for one in rows if one.sponsor_id}
        names = {one.sponsor for one in rows if one.sponsor_id is None}
        sponsors = sponsors_of(session, set(ids.values()))
    one, two, office = ids["moderator-one"], ids["moderator-two"], ids["office"]
    assert by_account == {(office, one), (office, two)}
    assert names == {"Founder A", "Founder B", "Founder C", "Founder D"}
    assert tie(one, two, sponsors) is None
    installation.casework.close()
    migrate("casework", store_urls.casework, "0006")
    before = written(store_urls)
    assert {("office", "moderator-one"), ("office", "moderator-two"), ("moderator-one", "Founder A")} <= before
    with open_store(store_urls.casework).begin() as connection:
        made = "INSERT INTO sponsorship (account_id, sponsor) VALUES (:id, :sponsor)"
        connection.execute(text(made), {"id": office, "sponsor": "Moderator-One"})
        copied = "SELECT :id, 'OFFICE', role, keyholder_id, salt, wrapped, last_totp_step, active FROM account"
        columns = "(id, login, role, keyholder_id, salt, wrapped, last_totp_step, active)"
        again = text(f"INSERT INTO account {columns} {copied} WHERE login = 'office'")
        connection.execute(again, {"id": "f" * 32})
    migrate("casework", store_urls.casework)
    with installation.casework.read() as session:
        assert sponsors_of(session, {office}) == {office: frozenset({one, two})}
        folded = dict(session.execute(select(Account.login, Account.folded)).all())
    assert len(set(folded.values())) == len(folded)
    assert "office" in (folded["office"], folded["OFFICE"])


def test_accounts_of_the_first_version_bring_in_others(store_urls: StoreUrls, tmp_path: Path) -> None:
    installation = brought_up(store_urls, tmp_path).installation
    with installation.casework.read() as session:
        one, two = (
            session.scalars(select(Account.id).where(Account.login == login)).one()
            for login in ("moderator-one", "moderator-two")
        )
    with installation.casework.write() as session:
        code = invite(session, "moderator", one)
    new = join(installation, code, "newcomer")
    with installation.casework.write() as session:
        assert not vouch(session, one, new.account_id, new.fingerprint)
        assert vouch(session, two, new.account_id, new.fingerprint)
