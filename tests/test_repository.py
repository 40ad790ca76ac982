"""What the repository must not hold."""

from __future__ import annotations

import gzip
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")[
    :-1
]
SOURCES = [name for name in TRACKED if name.startswith("app/") and name.endswith(".py")]
HOSTS = re.compile(r"//[a-z.]*(?:python" + "hosted|py" + r"pi|npm" + r"js|deb" + r"ian)\.[a-z]")


def test_no_registry_host_and_no_path_of_a_machine() -> None:
    for name in TRACKED:
        file = ROOT / name
        if file.is_file():
            text = file.read_text(errors="ignore")
            assert not HOSTS.search(text), name
            assert not re.search(r"(?:^|[\s\"'(])/(?:home|root|work)/\w", text), name


@pytest.mark.parametrize("word", ["x-forwarded-for", "user-agent", "accept-language", "cf-connecting-ip", "x-real-ip"])
def test_the_code_never_asks_who_came(word: str) -> None:
    asking = re.compile(rf"""request\.client|["']{word}["']""", re.IGNORECASE)
    assert [name for name in SOURCES if asking.search((ROOT / name).read_text())] == []


def test_no_template_escapes_the_escaping() -> None:
    for name in TRACKED:
        if name.startswith("templates/"):
            text = (ROOT / name).read_text()
            assert "|safe" not in text.replace(" ", ""), name
            assert "autoescape" not in text, name
            assert "<script" not in text, name
            assert "<svg" not in text, name
            assert " style=" not in text, name


def test_no_template_shows_a_placeholder() -> None:
    """In a block of `trans` a value stands as {{ name }}: what is written as for gettext is shown as it is."""
    for name in TRACKED:
        if name.startswith("templates/"):
            blocks = re.findall(r"{%-?\s*trans\b.*?endtrans\s*-?%}", (ROOT / name).read_text(), re.DOTALL)
            assert [one for one in blocks if re.search(r"%\(\w+\)s", one)] == [], name


def test_the_stylesheet_knows_no_left_and_no_right() -> None:
    text = (ROOT / "app/web/style.css").read_text()
    assert not re.search(r"(?:margin|padding|border|inset)-(?:left|right|top|bottom)|(?:^|[;{ ])(?:left|right):", text)
    assert "url(" not in text
    assert len(gzip.compress(text.encode(), 9)) < 6_000  # what travels, once
