"""What a running process has: its settings and the doors to the stores of the parts that it serves."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from sqlalchemy.orm import Session, sessionmaker

from app.settings import Settings
from app.stores import open_store

Sessions = sessionmaker[Session]


@dataclass(frozen=True, slots=True)
class Installation:
    """`registry` reads only. `casework` and `registry_writer` are None in a process that serves only the registry."""

    settings: Settings
    registry: Sessions
    casework_or_none: Sessions | None = None
    registry_writer_or_none: Sessions | None = None

    @property
    def casework(self) -> Sessions:
        if self.casework_or_none is None:
            raise RuntimeError("this process was started without the casework store")
        return self.casework_or_none

    @property
    def registry_writer(self) -> Sessions:
        if self.registry_writer_or_none is None:
            raise RuntimeError("this process reads the registry store only")
        return self.registry_writer_or_none


def open_installation(settings: Settings) -> Installation:
    """The stores that the settings' parts need: the registry part alone gets a read-only door and no other."""
    reading = sessionmaker(open_store(settings.registry_address, read_only=True))
    if set(settings.parts) == {"registry"}:
        return Installation(settings, reading)
    casework = sessionmaker(open_store(settings.casework_address))
    writer: Sessions | None = None
    if "casework" in settings.parts:
        writer = sessionmaker(open_store(settings.registry_address))
    return Installation(settings, reading, casework, writer)


def installation_of(request: Request) -> Installation:
    installation = request.app.state.installation
    assert isinstance(installation, Installation)
    return installation
