"""The escrow key in sheets of words: fewer than needed are nothing, enough are the key, a wrong word has a number."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from shamir_mnemonic import MnemonicError, combine_mnemonics
from shamir_mnemonic.wordlist import WORDLIST

from app import bech32
from app.operations.escrow import WrongWords, check, join, split
from app.sealing import CannotOpen, KeyPair, seal
from tests.support.server import ROOT

KEY = KeyPair.new()
SHEETS = split(KEY.private, 5, 3)


def command(*words: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *words],
        input=typed,
        env=os.environ | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def words_on(printed: str) -> list[str]:
    """The words of each sheet as it is printed, in the order of their numbers."""
    sheets = []
    for page in printed.split("\f")[:-1]:
        numbered = re.findall(r"(\d+) ([a-z]+)", page.partition("public key")[2].partition("\n")[2])
        sheets.append(" ".join(word for _, word in sorted(numbered, key=lambda one: int(one[0]))))
    return sheets


def test_any_three_of_five_give_the_key_and_two_give_nothing() -> None:
    for three in combinations(SHEETS, 3):
        assert join(three) == KEY
    for two in combinations(SHEETS, 2):
        with pytest.raises(WrongWords, match="3 different sheets are needed"):
            join(two)
        with pytest.raises(MnemonicError):
            combine_mnemonics(two)
    with pytest.raises(WrongWords, match="3 different"):
        join([SHEETS[0], SHEETS[0].upper(), SHEETS[1]])


@pytest.mark.parametrize("at", [0, 4, 17, 32])
def test_a_wrong_word_is_named_by_its_number(at: int) -> None:
    words = SHEETS[1].split()
    for other in (WORDLIST[(WORDLIST.index(words[at]) + 1) % 1024], WORDLIST[(WORDLIST.index(words[at]) + 500) % 1024]):
        with pytest.raises(WrongWords, match=rf"^word {at + 1} is wrong"):
            check(" ".join([*words[:at], other, *words[at + 1 :]]))
    with pytest.raises(WrongWords, match=rf"^word {at + 1} is not in the list"):
        check(" ".join([*words[:at], "xylophone", *words[at + 1 :]]))


def test_words_that_changed_places_that_are_missing_and_many_wrong_ones() -> None:
    words = SHEETS[2].split()
    at = next(at for at in range(10, 30) if words[at] != words[at + 1])
    swapped = [*words[:at], words[at + 1], words[at], *words[at + 2 :]]
    with pytest.raises(WrongWords, match=rf"words {at + 1} and {at + 2} have changed places"):
        check(" ".join(swapped))
    with pytest.raises(WrongWords, match="a sheet has 33 words, these are 32"):
        check(" ".join(words[:-1]))
    with pytest.raises(WrongWords, match="more than one word"):
        check(" ".join([SHEETS[0].split()[at + 5], *words[1:6], words[9], *words[7:]]))
    for nothing in ("", "  ", "age"):
        with pytest.raises(WrongWords):
            check(nothing)


def test_sheets_of_two_splits_do_not_belong_together() -> None:
    others = split(KEY.private, 5, 3)
    with pytest.raises(WrongWords, match="not of one set"):
        join([*SHEETS[:2], others[2]])


def test_what_is_no_key_or_no_number_is_refused() -> None:
    for private in ("", "AGE-SECRET-KEY-1WRONG", KEY.public):
        with pytest.raises(CannotOpen):
            split(private, 5, 3)
    for shares, need in ((5, 1), (2, 3), (17, 3)):
        with pytest.raises(ValueError, match="sheets"):
            split(KEY.private, shares, need)
    wrong = KEY.private[:-1] + ("Q" if KEY.private[-1] != "Q" else "P")
    with pytest.raises(ValueError, match="a sign is wrong"):
        bech32.decode(wrong)


def test_from_founding_to_the_stock_program(tmp_path: Path) -> None:
    """`init` gives sheets and never the key; joined they open what was sealed to escrow."""
    founded = command("init", "--shares", "5", "--need", "3", REGISTRY_DATA_FOLDER=str(tmp_path / "data"))
    assert founded.returncode == 0, founded.stderr
    assert founded.stdout.count("AGE-SECRET-KEY") == 1  # the auditor's, which opens no case
    sheets = words_on(founded.stdout)
    assert len(sheets) == 5
    assert "every word is right: sheet 2 of set" in command("escrow", "check", typed=sheets[1] + "\n").stdout
    joined = command("escrow", "join", typed="\n".join(sheets[1:4]) + "\n").stdout
    public = re.search(r"age1\w+", founded.stdout)
    assert public
    assert f"# public key: {public[0]}" in joined
    (tmp_path / "sealed").write_bytes(seal(b"for escrow", public[0]))
    (tmp_path / "escrow.key").write_text(joined)
    opened = subprocess.run(
        ["age", "--decrypt", "--identity", tmp_path / "escrow.key", tmp_path / "sealed"],
        capture_output=True,
        check=True,
    )
    assert opened.stdout == b"for escrow"
    assert not [
        one for one in (tmp_path / "data").rglob("*") if one.is_file() and sheets[0].encode() in one.read_bytes()
    ]


def test_the_commands_say_what_is_wrong_in_a_line() -> None:
    split_again = command("escrow", "split", "--shares", "3", "--need", "2", typed=KEY.private + "\n")
    assert len(words_on(split_again.stdout)) == 3
    assert command("escrow", "split", typed="nothing\n").stderr == "Error: that is no private key of age\n"
    assert "at least 2 sheets" in command("escrow", "split", "--need", "1", typed=KEY.private + "\n").stderr
    words = SHEETS[0].split()
    words[6] = "xylophone"
    told = command("escrow", "join", typed=f"{SHEETS[1]}\n{' '.join(words)}\n")
    assert told.stderr == "Error: sheet 2 as typed: word 7 is not in the list of words\n"
    assert command("escrow", "join").stderr == "Error: there are no words\n"
    assert "--need" in command("init", "--shares", "3", "--need", "4").stderr
