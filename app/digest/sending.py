"""The two ways out: SMTP with STARTTLS, and a POST as ntfy takes it. Hosts are in the settings and nowhere else."""

from __future__ import annotations

import smtplib
import ssl

import httpx

from app.settings import Settings

SECONDS = 15


class CannotSend(Exception):
    """It did not go out. Says why in words without an address."""


def send_mail(settings: Settings, recipient: str, message: bytes) -> None:
    """One mail to one recipient. Never without TLS, and never to a host whose certificate is not right."""
    context = ssl.create_default_context(cafile=settings.smtp_ca_file)
    try:
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, "localhost", SECONDS) as server:
            server.starttls(context=context)
            if settings.smtp_user and settings.smtp_password:
                server.login(settings.smtp_user.get_secret_value(), settings.smtp_password.get_secret_value())
            server.sendmail(settings.digest_from, [recipient], message)
    except (OSError, smtplib.SMTPException) as error:
        raise CannotSend(f"mail: {type(error).__name__}") from error


def post(settings: Settings, urgent: bool, text: bytes) -> None:
    """A push by ntfy, or what speaks like it."""
    assert settings.ntfy_url is not None
    headers = {"content-type": "text/plain; charset=utf-8"}
    headers["priority"] = "urgent" if urgent else "normal"
    if settings.ntfy_token is not None:
        headers["authorization"] = f"Bearer {settings.ntfy_token.get_secret_value()}"
    try:
        with httpx.Client(follow_redirects=False, trust_env=False, timeout=SECONDS) as client:
            answer = client.post(settings.ntfy_url.get_secret_value(), content=text, headers=headers)
    except httpx.HTTPError as error:
        raise CannotSend(f"push: {type(error).__name__}") from error
    if not answer.is_success:
        raise CannotSend(f"push: status {answer.status_code}")
