"""The escrow key as sheets of words, of which some together are the key and fewer tell nothing (SLIP-39).

Each sheet proves itself alone: a word that is wrong is named by its number. Joined, offline, they give the private key as
the stock `age` program takes it. https://github.com/satoshilabs/slips/blob/master/slip-0039.md
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click
from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.wordlist import WORD_INDEX_MAP, WORDLIST

from app import bech32
from app.operations.typed import ask
from app.sealing import CannotOpen, KeyPair

KIND = "age-secret-key-"
MOST_SHEETS = 16
WORDS = 33  # that a key of 32 bytes gives


class WrongWords(Exception):
    """Its text says which word is wrong, by its number, to whoever types a sheet."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet says of itself: its number, how many are needed, and which others belong to it."""

    number: int
    needed: int
    set_of: int


def split(private: str, shares: int, need: int) -> list[str]:
    """Sheets of 33 words. CannotOpen for what is no private key of age, ValueError for numbers that make no sense."""
    if not 2 <= need <= shares <= MOST_SHEETS:
        raise ValueError(f"at least 2 sheets must be needed, and at most {MOST_SHEETS} made")
    sheets: list[str]
    (sheets,) = generate_mnemonics(1, [(need, shares)], _bytes_of(KeyPair.of(private).private))
    for at in range(shares):  # what is handed out was joined once: each sheet, with those after it
        some = [sheets[(at + next_) % shares] for next_ in range(need)]
        if join(some).private != KeyPair.of(private).private:
            raise ValueError("the sheets do not give the key back")
    return sheets


def check(words: str) -> Sheet:
    """What a sheet says, when every word of it is right. WrongWords."""
    typed = words.lower().split()
    unknown = [(number, word) for number, word in enumerate(typed, 1) if word not in WORD_INDEX_MAP]
    if unknown:
        number, word = unknown[0]
        raise WrongWords(f"word {number} is not in the list of words{_perhaps(word)}")
    if len(typed) != WORDS:
        raise WrongWords(f"a sheet has {WORDS} words, these are {len(typed)}")
    share = _share(typed)
    if share is None:
        raise WrongWords(_which(typed))
    return Sheet(share.index + 1, share.member_threshold, share.identifier)


def join(sheets: Sequence[str]) -> KeyPair:
    """The key of enough sheets of one set. WrongWords."""
    told = [check(one) for one in sheets]
    if len({one.set_of for one in told}) > 1:
        raise WrongWords("these sheets are not of one set: the key was split more than once")
    if len({one.number for one in told}) < told[0].needed:
        raise WrongWords(f"{told[0].needed} different sheets are needed")
    try:
        return KeyPair.of(bech32.encode(KIND, combine_mnemonics(_different(sheets)[: told[0].needed])).upper())
    except (MnemonicError, CannotOpen) as error:
        raise WrongWords("these sheets do not belong together") from error


def _different(sheets: Sequence[str]) -> list[str]:
    return list({check(one).number: " ".join(one.lower().split()) for one in sheets}.values())


def _bytes_of(private: str) -> bytes:
    return bech32.decode(private)[1]


def _share(words: Sequence[str]) -> Share | None:
    try:
        return Share.from_mnemonic(" ".join(words))
    except MnemonicError:
        return None


def _which(words: list[str]) -> str:
    """The checksum of a sheet has three words: it tells one wrong word from all others, and two that changed places."""
    for at in range(len(words) - 1):
        if _share([*words[:at], words[at + 1], words[at], *words[at + 2 :]]):
            return f"words {at + 1} and {at + 2} have changed places"
    for at in range(len(words)):
        if any(_share([*words[:at], word, *words[at + 1 :]]) for word in WORDLIST):
            return f"word {at + 1} is wrong: it is a word of the list, but not the one on the sheet"
    return "more than one word is wrong: read the sheet again from the first"


def _perhaps(word: str) -> str:
    """The words of the list differ in their first four letters."""
    like = [one for one in WORDLIST if len(word) >= 3 and one.startswith(word[:4])]
    return f"; perhaps {like[0]}?" if len(like) == 1 else ""


def sheet_lines(words: str, number: int, shares: int, need: int, public: str) -> Iterator[str]:
    """A sheet as it is printed: three columns of numbered words."""
    yield f"SHEET {number} of {shares} of the escrow key. Any {need} of them open everything; fewer tell nothing."
    yield f"It belongs to the public key {public}"
    numbered = [f"{at:2} {word:<10}" for at, word in enumerate(words.split(), 1)]
    rows = -(-len(numbered) // 3)
    for at in range(rows):
        yield "    " + "  ".join(numbered[at::rows]).rstrip()


def tell_sheets(escrow: KeyPair, shares: int, need: int) -> None:
    """Prints the sheets of a key, each on a page of its own."""
    for number, words in enumerate(split(escrow.private, shares, need), 1):
        click.echo("\n".join(sheet_lines(words, number, shares, need, escrow.public)) + "\n\f")


@click.group()
def escrow() -> None:
    """The escrow key as sheets of words for several people. Use these on a machine without a network.

    Nothing is written to the disk. What is secret is typed at the keyboard or comes through a pipe.
    """


@escrow.command("split")
@click.option("--shares", default=5, show_default=True, help="How many sheets.")
@click.option("--need", default=3, show_default=True, help="How many of them give the key back.")
def split_command(shares: int, need: int) -> None:
    """Print the key that is typed, AGE-SECRET-KEY-1…, as sheets of words."""
    try:
        tell_sheets(KeyPair.of(ask("escrow key")), shares, need)
    except CannotOpen as error:
        raise click.ClickException("that is no private key of age") from error
    except ValueError as error:
        raise click.UsageError(str(error)) from error


@escrow.command("check")
def check_command() -> None:
    """Prove one sheet alone, as its holder does once a year: all its words in one line."""
    try:
        sheet = check(ask("words of the sheet"))
    except WrongWords as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"every word is right: sheet {sheet.number} of set {sheet.set_of}, of which {sheet.needed} are needed")


@escrow.command("join")
def join_command() -> None:
    """Give the key back from enough sheets, one line each: for `age --decrypt --identity` and for `registry restore`."""
    sheets: list[str] = []
    needed = 1
    try:
        while len(sheets) < needed and (words := ask(f"words of sheet {len(sheets) + 1}")).strip():
            needed = _named(len(sheets) + 1, words).needed
            sheets.append(words)
        if not sheets:
            raise WrongWords("there are no words")
        key = join(sheets)
    except WrongWords as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"# public key: {key.public}\n{key.private}")


def _named(number: int, words: str) -> Sheet:
    """A sheet that is checked as it is typed; what is wrong says in which one."""
    try:
        return check(words)
    except WrongWords as error:
        raise WrongWords(f"sheet {number} as typed: {error}") from error
