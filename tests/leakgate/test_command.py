"""`registry gate` answers line by line, and says which line it could not read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES = [
    {"id": 1, "fields": {"title": "Varga was summoned"}, "particulars": [{"kind": "person", "values": ["Ines Varga"]}]},
    {
        "id": 2,
        "fields": {"title": "A lawyer was summoned"},
        "particulars": [{"kind": "person", "values": ["Ines Varga"]}],
    },
    {
        "id": 3,
        "fields": {"title": "Varga was summoned"},
        "particulars": [{"kind": "person", "values": ["Ines Varga"]}],
        "allowed": ["Varga"],
    },
]


def gate(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "gate", *arguments],
        input=stdin,
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_line_gets_its_answer(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text("\n".join(json.dumps(line) for line in LINES))
    done = gate(str(cases))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [(one["id"], one["blocked"]) for one in answers] == [(1, True), (2, False), (3, False)]
    (found,) = answers[0]["findings"]
    assert found == {
        "field": "title",
        "start": 0,
        "end": 5,
        "text": "Varga",
        "particular": "Ines Varga",
        "rule": "name",
        "severity": "block",
        "why": found["why"],
    }
    assert "Ines Varga" in found["why"]


def test_a_line_that_cannot_be_read_is_named_and_the_others_are_answered() -> None:
    broken = [
        "{",
        '{"id": 1}',
        '{"id": 2, "fields": 3}',
        '{"id": 4, "fields": {}, "particulars": [{"kind": "planet", "values": []}]}',
    ]
    done = gate(stdin="\n".join([*broken, json.dumps(LINES[0])]))
    assert done.returncode == 2
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == [
        "line 1",
        "line 2",
        "line 3",
        "line 4",
    ]
    assert json.loads(done.stdout)["blocked"] is True
