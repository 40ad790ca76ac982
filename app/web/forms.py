"""Forms: read wholly in memory, cleaned once, given back as typed when something is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from app.problems import BadRequest
from app.web.context import installation_of

MAX_FIELDS = 20_000

# Starlette writes larger uploads to a temporary file in the clear. Nothing that arrives is ever on disk unsealed:
# the body limit is far below this, so the spool never rolls over.
MultiPartParser.spool_max_size = 2**40

# Control characters, and the bidirectional overrides, embeddings and isolates that can make text read as other text.
# Lone surrogates come from charsets that no browser uses, and cannot be written as UTF-8.
# Plain marks (U+200E, U+200F, U+061C) and joiners belong to ordinary Arabic, Persian and Indic writing: they stay.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True)
class SentFile:
    """One file of a form, in memory."""

    name: str
    type: str
    content: bytes = field(repr=False)


@dataclass(slots=True)
class Form:
    """What was sent. Texts are cleaned: line ends are `\\n`, hidden characters gone (`cleaned` names those fields)."""

    values: Mapping[str, list[str]] = field(default_factory=dict, repr=False)
    files: Mapping[str, list[SentFile]] = field(default_factory=dict)
    cleaned: frozenset[str] = frozenset()

    def get(self, name: str) -> str:
        return (self.values.get(name) or [""])[0].strip()

    def all(self, name: str) -> list[str]:
        return [value.strip() for value in self.values.get(name, []) if value.strip()]

    def names(self) -> set[str]:
        return set(self.values) | set(self.files)


@dataclass(slots=True)
class FormView:
    """A form as a template shows it: what was typed, and what is wrong with it.

    `questions` holds the words of each place in the order of the page; "form" is the form as a whole.
    """

    typed: Mapping[str, list[str]] = field(default_factory=dict, repr=False)
    problems: dict[str, list[str]] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict, repr=False)

    def value(self, name: str, default: str = "") -> str:
        return (self.typed.get(name) or [default])[0]

    def values(self, name: str) -> list[str]:
        return list(self.typed.get(name, []))

    def rows(self, name: str) -> int:
        """How many rows of a list were typed, the empty ones too."""
        row = re.compile(rf"{re.escape(name)}-(\d+)-")
        return max((int(found[1]) + 1 for typed in self.typed if (found := row.match(typed))), default=0)

    def wrong(self, at: str) -> bool:
        """Whether something is wrong with a field whose name begins so."""
        return any(name.startswith(at) for name in self.problems)

    def errors(self, name: str) -> list[str]:
        return self.problems.get(name, [])

    @property
    def all_errors(self) -> list[tuple[str, str, str]]:
        """(place, question, message) in the order of the page, for the summary above the form."""
        order = {name: number for number, name in enumerate(self.questions)}
        return [
            (name, self.questions.get(name, ""), message)
            for name in sorted(self.problems, key=lambda one: order.get(one, -1))
            for message in self.problems[name]
        ]

    def complain(self, name: str, message: str) -> None:
        if message not in self.problems.setdefault(name, []):
            self.problems[name].append(message)


def unhidden(text: str) -> str:
    """Text without characters that nobody sees."""
    return _HIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _cleaned(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, list[str]], frozenset[str]]:
    values: dict[str, list[str]] = {}
    changed = set()
    for name, text in pairs:
        plain = text.replace("\r\n", "\n").replace("\r", "\n")
        clean = _HIDDEN.sub("", plain)
        if clean != plain:
            changed.add(name)
        values.setdefault(name, []).append(clean)
    return values, frozenset(changed)


async def read_form(request: Request) -> Form:
    """Dependency: the form of a request. BadRequest for what no browser sends; sizes are checked by the route."""
    settings = installation_of(request).settings
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise BadRequest
    try:
        sent = await request.form(
            max_files=4 * settings.max_files, max_fields=MAX_FIELDS, max_part_size=settings.max_body_bytes
        )
        texts = [(name, value) for name, value in sent.multi_items() if isinstance(value, str)]
        files: dict[str, list[SentFile]] = {}
        for name, upload in sent.multi_items():
            if isinstance(upload, UploadFile) and (upload.filename or upload.size):
                content = await upload.read()
                files.setdefault(name, []).append(
                    SentFile(unhidden(upload.filename or "")[:200], (upload.content_type or "")[:100], content)
                )
        await sent.close()
    except (ClientDisconnect, MultiPartException, UnicodeDecodeError, ValueError, AssertionError) as error:
        raise BadRequest from error
    values, cleaned = _cleaned(texts)
    return Form(values, files, cleaned)


SentForm = Annotated[Form, Depends(read_form)]
