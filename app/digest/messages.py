"""What is sent: always the same words, of one size, with nothing of any case, of the installation or of how much there is."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal

from app.i18n import N_, language

Kind = Literal["digest", "urgent"]
SIZE = 900  # bytes of every text, whichever kind it is
WORDS: dict[Kind, str] = {
    "digest": N_("It is time to look. This comes at fixed hours, whether or not there is anything new."),
    "urgent": N_("Please look now. This comes when something should not wait for the next fixed hour."),
}
SUBJECT = "Reminder"


def text_of(kind: Kind, languages: tuple[str, ...]) -> bytes:
    """The words in each language of the installation, padded to one size."""
    told = "\r\n\r\n".join(language(code).gettext(WORDS[kind]) for code in languages).encode()
    if len(told) > SIZE:
        raise ValueError("the words of a reminder are longer than its size")
    return told.ljust(SIZE)


def mail(kind: Kind, slot: datetime, sender: str, recipient: str, languages: tuple[str, ...]) -> bytes:
    """A mail as it goes out. It follows from its arguments alone: the same slot gives the same bytes, busy or silent."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, recipient, SUBJECT
    message["Date"] = format_datetime(slot)
    told = hashlib.sha256(f"{kind} {slot.isoformat()} {recipient}".encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{told}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text_of(kind, languages).decode(), cte="base64")
    return message.as_bytes()
