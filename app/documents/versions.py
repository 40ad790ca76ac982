"""Documents that outlive the code: each type has a version, and every earlier version has a way up to it.

What is sealed begins with its version (`schema`). Whoever changes the shape of a document raises `SCHEMA`, adds the
pure function that makes the earlier shape into the new one, and adds the golden file that the tests open for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]


class UnknownVersion(ValueError):
    """A document of a version that this code does not know. Says type and version, never content."""


class Part(BaseModel):
    """A part of a document: it has no version of its own, and no field that is not declared."""

    model_config = ConfigDict(extra="forbid")


class Versioned(Part):
    """A document. `UPGRADES[n]` makes the content of version n into that of version n + 1; both without `schema`.

    A model that stands inside another document there is a part of it, and has no version of its own.
    """

    SCHEMA: ClassVar[int] = 1
    UPGRADES: ClassVar[Mapping[int, Upgrade]] = {}

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """A document of any version ever written, in the shape of now. UnknownVersion for a later one."""
        content = dict(document)
        # the first version wrote `schema_` in some types, and nothing in others
        version = content.pop("schema", content.pop("schema_", 1))
        if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= cls.SCHEMA:
            raise UnknownVersion(f"{cls.__name__} of version {version!r}; this code knows 1 to {cls.SCHEMA}")
        for earlier in range(version, cls.SCHEMA):
            content = cls.UPGRADES[earlier](content)
        return cls.model_validate(content)

    def told(self) -> dict[str, Any]:
        """The document as it is sealed: its version first."""
        return {"schema": self.SCHEMA, **self.model_dump(mode="json")}


def as_it_was(content: dict[str, Any]) -> dict[str, Any]:
    """The upgrade where nothing but the name of `schema` changed."""
    return content
