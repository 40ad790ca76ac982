"""No crying wolf: of clean entries and of traps, few raise anything."""

from __future__ import annotations

from app.leakgate import blocked, examine
from benchmarks.leakgate.__main__ import false_alarms
from benchmarks.leakgate.texts import traps


def test_at_most_one_clean_entry_in_ten_is_blocked_and_one_in_three_warned() -> None:
    entries = blocks = warns = 0
    for name, (count, gave_blocks, gave_warns) in false_alarms("tune", show=False).items():
        if name != "traps":
            entries, blocks, warns = entries + count, blocks + gave_blocks, warns + gave_warns
    assert entries == 240
    assert blocks * 10 <= entries
    assert warns * 3 <= entries


def test_hardly_a_trap_blocks() -> None:
    caught = [
        text
        for _, text, particulars, allowed in traps("tune")
        if blocked(examine({"summary": text}, particulars, allowed))
    ]
    assert len(caught) <= 1, caught
