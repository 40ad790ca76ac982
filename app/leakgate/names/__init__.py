"""Finding sealed names.

A particular is broken once into parts (the words of a name), each with a weight: enough to identify alone, or only in
company (`parts`). All parts of all particulars stand in one index, by every key under which a word can meet them: as it
is written, without its ending, with a letter too many or too few, by its consonants (`index`). Every word of a text is
looked up once, however many particulars there are (`meeting`). Neighbouring hits of one particular add up to a finding
(`judging`). Whole names are heard across scripts (`heard`). Where a text has no words to look up, the letters in a row are searched (`stretches`).
"""

from __future__ import annotations

from collections.abc import Iterator

from app.leakgate.names import heard, stretches
from app.leakgate.names.index import Index
from app.leakgate.names.judging import clusters
from app.leakgate.names.meeting import hits
from app.leakgate.names.parts import Found
from app.leakgate.reading import Reading

__all__ = ["Found", "Index", "find"]


def find(index: Index, reading: Reading) -> Iterator[Found]:
    """Everything of the sealed names in a text."""
    yield from clusters(index, reading, hits(index, reading))
    yield from heard.whole_names(index, reading)
    yield from heard.carried(index, reading)
    yield from stretches.joined(index, reading)
    yield from stretches.inner(index, reading)
    yield from stretches.solid(index, reading)
    yield from stretches.backwards(index, reading)
    yield from stretches.initials(index, reading)
    yield from stretches.acronyms(index, reading)
