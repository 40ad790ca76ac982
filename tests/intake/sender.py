"""A process that submits without end and says each receipt that it was given. Killed by test_receiving."""

from __future__ import annotations

import secrets

from app.documents.submission import Submission
from app.installation import open_installation
from app.intake.receive import receive
from app.settings import Settings

if __name__ == "__main__":
    installation = open_installation(Settings())
    while True:
        print(
            receive(installation, secrets.token_bytes(16), Submission(language="en", what_happened="x"), []),
            flush=True,
        )
