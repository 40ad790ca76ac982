"""A process that submits without end and says each receipt that it was given. Killed by test_receiving."""

from __future__ import annotations

import secrets

from app.intake.receiving import receive
from app.settings import Settings
from app.submission import Submission
from app.web.house import open_house

if __name__ == "__main__":
    house = open_house(Settings())
    while True:
        print(
            receive(house, secrets.token_bytes(16), Submission(language="en", what_happened="x"), []),
            flush=True,
        )
