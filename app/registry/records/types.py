"""What a type of record gives, so that log, lists, pages, feeds and files can show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from app.documents.envelope import Envelope
from app.i18n import N_, Language

C = TypeVar("C", bound=BaseModel)
Upgrade = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Facet(Generic[C]):
    """One thing by which a list can be narrowed: projection, filter, page, API and exports loop over these.

    `values` are those of a record; `known` says whether a value may be asked for (its second argument: the installation
    offers invented States); `options` are (value, words) in the order in which a reader chooses, made from the values
    that are in use where no list gives them.
    """

    name: str
    label: str
    empty: str
    meaning: str
    values: Callable[[C], Iterable[str]]
    known: Callable[[str, bool], bool]
    options: Callable[[Language, bool, Sequence[str]], list[tuple[str, str]]]
    from_use: bool = False


@dataclass(frozen=True, slots=True)
class FeedText:
    """What a feed says of a record besides its whole document. `tags` are words, `categories` codes."""

    title: str
    title_language: str
    text: str
    text_language: str
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading(Generic[C]):
    """A stored document as the present program reads it; `upgraded` when it was logged in an earlier form."""

    envelope: Envelope
    content: C
    upgraded: bool


@dataclass(frozen=True, slots=True)
class RecordType(Generic[C]):
    """One type of record. `upgrades[n]` makes schema n + 2 of schema n + 1; they are pure and never change.

    `front`: its feeds are the registry's own, /feed.json and /feed.atom; those of others stand under their plural.
    """

    name: str
    plural: str
    title: str
    model: type[C]
    texts: Callable[[C], dict[str, str]]
    facets: tuple[Facet[C], ...]
    terms: Callable[[C], set[str]]
    counted: Callable[[Language, int], str]
    card: Callable[[Reading[C], Language], Any]
    page: Callable[[Reading[C], Language], dict[str, Any]]
    feed: Callable[[C], FeedText]
    columns: tuple[tuple[str, Callable[[C], object]], ...]
    upgrades: tuple[Upgrade, ...] = ()
    card_template: str = "partials/record/card.html"
    page_template: str = "registry/record.html"
    none_found: str = N_("Nothing matches.")
    front: bool = False

    @property
    def schema(self) -> int:
        """The schema in which new records are logged."""
        return len(self.upgrades) + 1

    def read(self, envelope: Envelope) -> Reading[C]:
        """The record of an envelope, brought to the present schema. ValueError when a later program wrote it."""
        if envelope.record is None or not 1 <= envelope.schema_ <= self.schema:
            raise ValueError(f"no record of {self.name} that this program can read")
        record = envelope.record
        for upgrade in self.upgrades[envelope.schema_ - 1 :]:
            record = upgrade(record)
        return Reading(envelope, self.model.model_validate(record), envelope.schema_ < self.schema)

    @property
    def facet_names(self) -> tuple[str, ...]:
        return tuple(facet.name for facet in self.facets)

    @property
    def feed_path(self) -> str:
        """The address of its feeds, without the ending."""
        return "/feed" if self.front else f"/{self.plural}/feed"

    def route(self, what: str) -> str:
        """The name of one of its routes: list, page, json, csv, feed_json or feed_atom."""
        feeds = what if self.front else f"{self.plural}_{what}"
        names = {"list": self.plural, "page": self.name, "json": f"{self.name}_json", "csv": f"{self.plural}_csv"}
        return names.get(what, feeds)
