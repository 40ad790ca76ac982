"""What a running process has open: its settings, the server's keys, and the stores of the parts that it serves."""

from __future__ import annotations

from dataclasses import dataclass

from app.keyring import ServerKeys
from app.settings import PARTS_THAT_OPEN, Settings
from app.stores import Store
from app.stores.objects import Objects, open_objects

UNFINISHED = "restore.unfinished"  # a file in the data folder while a restore is under way


@dataclass(frozen=True, slots=True)
class Installation:
    """`casework_or_none` is None in a process that serves only the registry; that one also only reads the registry."""

    settings: Settings
    registry: Store
    keys: ServerKeys
    casework_or_none: Store | None = None
    objects_or_none: Objects | None = None
    readings_or_none: Store | None = None

    @property
    def casework(self) -> Store:
        if self.casework_or_none is None:
            raise RuntimeError("this process was started without the casework store")
        return self.casework_or_none

    @property
    def readings(self) -> Store:
        """Where each reading is written before anything is opened."""
        if self.readings_or_none is None:
            raise RuntimeError("this process was started without the readings store")
        return self.readings_or_none

    @property
    def objects(self) -> Objects:
        """The sealed files."""
        if self.objects_or_none is None:
            raise RuntimeError("this process was started without the sealed files")
        return self.objects_or_none


def open_installation(settings: Settings) -> Installation:
    """The stores that the settings' parts need: the registry part alone gets a read-only door and no other."""
    registry = Store(settings.registry_address, writable="casework" in settings.parts)
    keys = ServerKeys.of(settings)
    if set(settings.parts) == {"registry"}:
        return Installation(settings, registry, keys)
    casework = Store(settings.casework_address, writable=True)
    readings = Store(settings.readings_address, writable=True) if PARTS_THAT_OPEN & set(settings.parts) else None
    return Installation(settings, registry, keys, casework, open_objects(settings), readings)


def restore_unfinished(settings: Settings) -> bool:
    """Whether a restore was begun here and did not end: what was withdrawn may not be taken back yet."""
    return (settings.data_folder / UNFINISHED).exists()
