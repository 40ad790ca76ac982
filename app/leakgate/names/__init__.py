"""Finding sealed names.

A particular is broken once into parts (the words of a name), each with a weight: enough to identify alone, or only in
company (`parts`). All parts of all particulars stand in one index, by every key under which a word can meet them: as it
is written, without its ending, with a letter too many or too few, by its consonants (`index`). Every word of a text is
looked up once, however many particulars there are (`matching`). Neighbouring hits of one particular add up to a finding
(`judging`). Whole names are heard across scripts (`phonetic`). Where a text has no words to look up, the letters in a row are searched (`unsegmented`).
"""

from __future__ import annotations

from collections.abc import Iterator

from app.leakgate.names import phonetic, unsegmented
from app.leakgate.names.index import Index
from app.leakgate.names.judging import clusters
from app.leakgate.names.matching import hits
from app.leakgate.names.parts import Found
from app.leakgate.reading import Reading

__all__ = ["Found", "Index", "find"]


def find(index: Index, reading: Reading) -> Iterator[Found]:
    """Everything of the sealed names in a text."""
    yield from clusters(index, reading, hits(index, reading))
    yield from phonetic.whole_names(index, reading)
    yield from phonetic.carried(index, reading)
    yield from unsegmented.joined(index, reading)
    yield from unsegmented.inner(index, reading)
    yield from unsegmented.solid(index, reading)
    yield from unsegmented.backwards(index, reading)
    yield from unsegmented.initials(index, reading)
    yield from unsegmented.acronyms(index, reading)
