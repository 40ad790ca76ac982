"""A process that submits without end and says each receipt that it was given. Killed by test_receiving."""

from __future__ import annotations

from app.documents.submission import Submission
from app.installation import open_installation
from app.intake.receive import receive
from app.intake.tokens import new_token
from app.settings import Settings

if __name__ == "__main__":
    installation = open_installation(Settings())
    while True:
        print(
            receive(installation, new_token(installation.keys), Submission(language="en", what_happened="x"), []),
            flush=True,
        )
