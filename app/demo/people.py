"""People of a demonstration, played by one machine: they set their own secrets and vouch, as at a real founding."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pyotp

from app.clock import now
from app.identity.accounts import TOTP_SECONDS, Secrets
from app.identity.founding import invite_founders
from app.identity.invitations import NewAccount, Newcomer, accept, invite
from app.identity.sponsors import vouch
from app.installation import Installation

FOUNDERS = {
    "moderator-one": "moderator",
    "moderator-two": "moderator",
    "moderator-three": "moderator",
    "administrator": "administrator",
}


def join(installation: Installation, code: str, login: str, conflicts: Collection[str] = ()) -> NewAccount:
    """Somebody takes an invitation, with the passphrase that they are offered."""
    chosen = Secrets.new()
    # the code of a moment ago, so that the present one is left for signing in
    shown = pyotp.TOTP(chosen.totp_secret).at(now() - TOTP_SECONDS)
    return accept(installation, code, Newcomer(login, chosen, shown, conflicts))


@dataclass
class Cast:
    """The people of an installation by their logins."""

    installation: Installation
    people: dict[str, NewAccount] = field(default_factory=dict)

    def found(self, conflicts: Mapping[str, Collection[str]] | None = None) -> None:
        """The ceremony: four take their places and vouch, each for all others."""
        with self.installation.casework.write() as session:
            seats = list(invite_founders(session))
        for login, role in FOUNDERS.items():
            seat = next(one for one in seats if one[0] == role)
            seats.remove(seat)
            self.people[login] = join(self.installation, seat[1], login, (conflicts or {}).get(login, ()))
        with self.installation.casework.write() as session:
            for sponsor in self.people.values():
                for other in self.people.values():
                    if other is not sponsor:
                        vouch(session, sponsor.account_id, other.account_id, other.fingerprint)

    def bring_in(
        self,
        login: str,
        role: str,
        sponsors: Sequence[str] = ("moderator-one", "moderator-two"),
        conflicts: Collection[str] = (),
    ) -> NewAccount:
        """The first sponsor invites; both vouch."""
        ids = [self.people[one].account_id for one in sponsors]
        with self.installation.casework.write() as session:
            code = invite(session, role, ids[0])
        new = self.people[login] = join(self.installation, code, login, conflicts)
        with self.installation.casework.write() as session:
            for one in ids:
                vouch(session, one, new.account_id, new.fingerprint)
        return new
