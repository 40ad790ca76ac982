"""Every setting of the registry, read once from the environment (`REGISTRY_*`)."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.reference import states

LOCALES = Path(__file__).parent / "locale"
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)*", re.ASCII)
_PUSH = re.compile(r"https://|http://[a-z2-7]{56}\.onion[:/]|http://(127\.0\.0\.1|localhost)[:/]")
PARTS = ("intake", "casework", "office", "registry")
PARTS_THAT_OPEN = {"casework", "office"}  # what is sealed to accounts, so that each reading is written down


def _split(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _known_parts(parts: tuple[str, ...]) -> tuple[str, ...]:
    unknown = set(parts) - set(PARTS)
    if unknown or not parts:
        raise ValueError(f"parts must be some of {', '.join(PARTS)}")
    return parts


def _known_languages(languages: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [code for code in languages if code != "en" and not (LOCALES / f"{code}.po").is_file()]
    if unknown or not languages or len(set(languages)) < len(languages):
        raise ValueError(
            f"languages must be some of {', '.join(('en', *sorted(one.stem for one in LOCALES.glob('*.po'))))}"
        )
    return languages


def _public_key(key: str | None) -> str | None:
    if key is not None and re.fullmatch("age1[02-9ac-hj-np-z]{58}", key) is None:
        raise ValueError("this is no public key of age: age1…")
    return key


class Settings(BaseSettings):
    """What an installation decides. `registry doctor` prints this list with the values in force."""

    model_config = SettingsConfigDict(env_prefix="REGISTRY_", frozen=True, extra="ignore")

    name: str = Field("Reprisals Registry", description="Name shown on every page")
    base_url: str = Field("http://127.0.0.1:8000", description="Public address; links and feed ids are built from it")
    parts: Annotated[tuple[str, ...], NoDecode, AfterValidator(_known_parts)] = Field(
        PARTS, description="Which parts this process serves, separated by commas"
    )
    data_folder: Path = Field(Path("data"), description="Where the SQLite stores and the server's keys live")
    casework_url: SecretStr | None = Field(None, description="Casework store; default: SQLite in data_folder")
    registry_url: SecretStr | None = Field(None, description="Registry store; default: SQLite in data_folder")
    readings_url: SecretStr | None = Field(None, description="Readings store; default: SQLite in data_folder")
    auditor_key: Annotated[str | None, AfterValidator(_public_key)] = Field(
        None, description="Public age key to which readings are sealed, read by `init`; default: it makes a pair"
    )
    receipt_keys: SecretStr | None = Field(
        None, description="Keys under receipts, 'id day key,…', newest first; default: the file receipts.keys"
    )
    form_token_keys: SecretStr | None = Field(
        None, description="Keys under the tokens of forms; default: the file form-tokens.keys"
    )
    order_keys: SecretStr | None = Field(
        None, description="Keys under releases that wait; default: the file orders.keys"
    )
    form_secret: SecretStr | None = Field(
        None, description="The one secret of the first version, until `init` or `migrate` has made key files of it"
    )
    languages: Annotated[tuple[str, ...], NoDecode, AfterValidator(_known_languages)] = Field(
        ("en", "ar"), description="Languages offered, the first is the default"
    )
    security_contact: str = Field("", description="mailto: or https: address for reports of security holes")
    demo: bool = Field(False, description="Offer invented States and mark every page as a demonstration")
    release_hour: int = Field(6, ge=0, le=23, description="Hour (UTC) of the daily release batch")
    release_hold_days: Annotated[tuple[int, ...], NoDecode] = Field(
        (1, 5), description="An approved entry waits a random number of days in this range: 'least,most'"
    )
    max_file_bytes: int = Field(10 * 2**20, gt=0, description="Largest single file of a submission, bytes")
    max_files: int = Field(8, gt=0, description="Most files in one submission")
    max_body_bytes: int = Field(48 * 2**20, gt=0, description="Largest request body, bytes")
    objects_url: str | None = Field(
        None, description="Sealed files: s3://bucket/folder?endpoint=…&region=…; default: a folder in data_folder"
    )
    objects_key_id: SecretStr | None = Field(None, description="Access key of that bucket; or AWS_ACCESS_KEY_ID")
    objects_secret: SecretStr | None = Field(None, description="Its secret; or AWS_SECRET_ACCESS_KEY")
    storage_bytes: int = Field(20 * 2**30, gt=0, description="All sealed files together take up at most this, bytes")
    text_reserve_bytes: int = Field(
        256 * 2**20, ge=0, description="Of that, and of the free disk, files leave this much to texts, bytes"
    )
    bodies_bytes: int = Field(
        64 * 2**20, gt=0, description="Bodies of requests with files that are taken in at once, bytes together"
    )
    backup_keys: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Public keys (age1…) that open backups besides the escrow key; their other halves are elsewhere"
    )
    backup_days: int = Field(35, gt=0, description="Backups older than this many days are deleted and never restored")
    digest_to: SecretStr | None = Field(None, description="Who is reminded by mail: addresses separated by commas")
    digest_from: str = Field("", description="Address that these mails come from")
    digest_hours: Annotated[tuple[int, ...], NoDecode] = Field(
        (6, 11, 16), description="Hours (UTC) of the reminders, separated by commas; they come whatever there is"
    )
    smtp_host: str = Field("", description="Host that takes the mails; it must offer STARTTLS")
    smtp_port: int = Field(587, gt=0, lt=65536, description="Its port")
    smtp_user: SecretStr | None = Field(None, description="Name to sign in with there, where it asks for one")
    smtp_password: SecretStr | None = Field(None, description="Its password")
    smtp_ca_file: Path | None = Field(None, description="Certificates to trust there; default: those of the system")
    ntfy_url: SecretStr | None = Field(None, description="Reminders also as a push: https address of an ntfy topic")
    ntfy_token: SecretStr | None = Field(None, description="Its access token")
    read_within_days: int = Field(0, ge=0, le=90, description="Promise on the form: somebody reads it; 0 for none")
    read_urgent_within_hours: int = Field(0, ge=0, le=240, description="The same, where somebody is in danger")
    session_idle_minutes: int = Field(30, gt=0, description="A signed-in session ends after this idle time")
    erase_withdrawn_after_days: int = Field(
        0, ge=0, description="What was withdrawn is erased by itself after so many days, and three more; 0: never"
    )
    session_hours: int = Field(12, gt=0, description="A signed-in session ends after this time at the latest")

    recovery_days: int = Field(
        1, ge=0, le=30, description="Whole days that pass before somebody whom two let back in may set new secrets"
    )
    presidency_state: str = Field(
        "", description="Code of the State of the President in office: no item that names it reaches the Office"
    )

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: dict[str, object]) -> dict[str, object]:
        for name in ("parts", "languages", "release_hold_days", "backup_keys", "digest_hours"):
            if name in values:
                values[name] = _split(values[name])
        return values

    @model_validator(mode="after")
    def _hold(self) -> Self:
        hold = self.release_hold_days
        if len(hold) != 2 or not 0 <= hold[0] <= hold[1] <= 90:
            raise ValueError("release_hold_days must be 'least,most' with 0 <= least <= most <= 90")
        return self

    @model_validator(mode="after")
    def _digest(self) -> Self:
        if not self.digest_hours or not all(0 <= hour <= 23 for hour in self.digest_hours):
            raise ValueError("digest_hours must be hours from 0 to 23")
        if self.digest_to and not (self.smtp_host and "@" in self.digest_from):
            raise ValueError("digest_to needs smtp_host and digest_from")
        if bool(self.read_within_days) != bool(self.read_urgent_within_hours):
            raise ValueError("read_within_days and read_urgent_within_hours are promised together")
        if any(not _ADDRESS.fullmatch(one) for one in (*self.digest_addresses, self.digest_from or "a@b")):
            raise ValueError("digest_to and digest_from must be mail addresses")
        if self.ntfy_url and not _PUSH.match(self.ntfy_url.get_secret_value()):
            raise ValueError("ntfy_url must begin with https:, or lead to an onion service or to this machine")
        return self

    @model_validator(mode="after")
    def _presidency(self) -> Self:
        if self.presidency_state and self.presidency_state not in states(self.demo):
            raise ValueError("presidency_state must be the code of a State, or empty")
        return self

    @model_validator(mode="after")
    def _bodies(self) -> Self:
        if self.bodies_bytes < self.max_body_bytes:
            raise ValueError("bodies_bytes must be at least max_body_bytes")
        return self

    @cached_property
    def casework_address(self) -> str:
        """URL of the casework store. A process without the parts that need it never asks."""
        if self.casework_url is not None:
            return self.casework_url.get_secret_value()
        return f"sqlite:///{self.data_folder.absolute() / 'casework.sqlite'}"

    @cached_property
    def registry_address(self) -> str:
        if self.registry_url is not None:
            return self.registry_url.get_secret_value()
        return f"sqlite:///{self.data_folder.absolute() / 'registry.sqlite'}"

    @cached_property
    def readings_address(self) -> str:
        if self.readings_url is not None:
            return self.readings_url.get_secret_value()
        return f"sqlite:///{self.data_folder.absolute() / 'readings.sqlite'}"

    @property
    def digest_addresses(self) -> tuple[str, ...]:
        """Who is reminded by mail."""
        told = self.digest_to.get_secret_value() if self.digest_to else ""
        return tuple(dict.fromkeys(one.strip() for one in told.split(",") if one.strip()))

    @property
    def hold(self) -> tuple[int, int]:
        """Least and most days that an approved entry waits."""
        return self.release_hold_days[0], self.release_hold_days[1]
