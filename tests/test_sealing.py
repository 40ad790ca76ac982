"""Sealing keeps its promises with the stock age program as the judge."""

from __future__ import annotations

import json
import secrets
import subprocess
from collections import Counter
from pathlib import Path
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import sealing
from app.sealing import CannotOpen, KeyPair


def test_a_document_opens_with_the_stock_age_program(tmp_path: Path) -> None:
    pair = KeyPair.new()
    (tmp_path / "key").write_text(pair.private + "\n")
    (tmp_path / "sealed.age").write_bytes(sealing.seal_document({"told": "a name"}, pair.public))
    opened = subprocess.run(
        ["age", "--decrypt", "--identity", tmp_path / "key", tmp_path / "sealed.age"],
        capture_output=True,
        check=True,
    )
    assert json.loads(opened.stdout) == {"told": "a name"}


def test_wrong_key_and_changed_bytes_open_nothing() -> None:
    pair, other = KeyPair.new(), KeyPair.new()
    sealed = sealing.seal_document({"told": "x"}, pair.public)
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    with pytest.raises(CannotOpen):
        sealing.open_document(sealed, other.private)
    with pytest.raises(CannotOpen):
        sealing.open_document(changed, pair.private)
    with pytest.raises(CannotOpen):
        sealing.open_document(b"", pair.private)


def payload(sealed: bytes) -> int:
    """Bytes after age's header, which ends with the line of its MAC."""
    header = sealed.index(b"\n--- ")
    return len(sealed) - sealed.index(b"\n", header + 1) - 1


def test_lengths_of_texts_tell_a_bucket_only() -> None:
    pair = KeyPair.new()
    texts = [{"text": "é" * length} for length in (1, *range(100, 4000, 130), 4000)]
    assert len({payload(sealing.seal_document(text, pair.public)) for text in texts}) <= 4
    longer = [{"text": "é" * length} for length in range(4000, 60_000, 800)]
    assert len({payload(sealing.seal_document(text, pair.public)) for text in longer}) <= 4


def test_the_random_length_of_a_header_does_not_depend_on_what_is_sealed() -> None:
    """Of many seals of a short and of a long text in the same bucket, lengths overlap: none says which it was."""
    pair = KeyPair.new()
    short, long = (
        Counter(len(sealing.seal_document({"text": "x" * length}, pair.public)) for _ in range(400))
        for length in (1, 16_000)
    )
    assert abs(mean(short.elements()) - mean(long.elements())) < 20
    assert len(short & long) > len(short | long) / 4


def test_files_are_padded_and_come_back_whole() -> None:
    pair = KeyPair.new()
    for size in (0, 1, 64 * 1024, 64 * 1024 + 1, 300_000):
        content = b"\x07" * size
        sealed = sealing.seal_file(content, pair.public)
        assert sealing.open_file(sealed, size, pair.private) == content
        assert len(sealing.unseal(sealed, pair.private)) in (2**n for n in range(16, 24))


def test_a_wrapped_key_opens_with_its_own_secret_and_purpose_only() -> None:
    key = sealing.derive(b"cookie", "session")
    wrapped = sealing.wrap(b"private", key, "session")
    assert sealing.unwrap(wrapped, key, "session") == b"private"
    for wrong_key, purpose in ((sealing.derive(b"other", "session"), "session"), (key, "office-token")):
        with pytest.raises(CannotOpen):
            sealing.unwrap(wrapped, wrong_key, purpose)


def test_a_password_key_refuses_what_would_be_a_weapon() -> None:
    with pytest.raises(CannotOpen):
        sealing.password_key("x" * 1025, b"0123456789abcdef")


def test_keys_open_what_any_of_them_was_sealed_to() -> None:
    old, new, other = KeyPair.new(), KeyPair.new(), KeyPair.new()
    keys = sealing.Keys((new.private,)).and_older(old.private)
    for pair in (old, new):
        assert keys.open(sealing.seal_document({"told": "x"}, pair.public)) == {"told": "x"}
    assert keys.newest == new.private
    assert new.private not in repr(keys)
    with pytest.raises(CannotOpen):
        keys.open(sealing.seal_document({"told": "x"}, other.public))


def test_any_wrong_digit_and_any_swap_of_neighbours_is_noticed_in_its_row() -> None:
    """Every one of them, in many receipts."""
    for _ in range(40):
        receipt = sealing.receipt_of(secrets.token_bytes(32), secrets.token_bytes(16))
        assert sealing.mistyped_rows(receipt) == []
        for at in range(sealing.RECEIPT_DIGITS):
            row = at // sealing.ROW + 1
            for digit in set("0123456789") - {receipt[at]}:
                assert sealing.mistyped_rows(receipt[:at] + digit + receipt[at + 1 :]) == [row]
            pair = receipt[at : at + 2]
            if (at + 1) % sealing.ROW and len(set(pair)) == 2:
                assert sealing.mistyped_rows(receipt[:at] + pair[::-1] + receipt[at + 2 :]) == [row]


def test_a_receipt_carries_at_least_100_bits_and_both_halves_are_needed() -> None:
    assert 10**sealing.RANDOM_DIGITS >= 2**100
    receipt = sealing.receipt_of(b"k" * 32, b"nonce-nonce-nonc")
    assert receipt == sealing.receipt_of(b"k" * 32, b"nonce-nonce-nonc")
    assert receipt != sealing.receipt_of(b"K" * 32, b"nonce-nonce-nonc")
    assert receipt != sealing.receipt_of(b"k" * 32, b"nonce-nonce-nonC")


@given(
    st.binary(min_size=16, max_size=16),
    st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९"]),
)
def test_a_receipt_is_forgiving_of_spaces_dashes_and_digits_of_other_scripts(nonce: bytes, digits: str) -> None:
    receipt = sealing.receipt_of(b"k" * 32, nonce)
    typed = (
        " "
        + " ".join(sealing.rows_of(receipt)).replace(" ", " - ").translate(str.maketrans("0123456789", digits))
        + "\n"
    )
    assert sealing.normal_receipt(typed) == receipt


@pytest.mark.parametrize("typed", ["", "1234", "1" * 37, "1" * 35 + "x", "²" * 36])
def test_what_is_not_a_receipt_is_none(typed: str) -> None:
    assert sealing.normal_receipt(typed) is None


def test_private_keys_do_not_show_in_representations() -> None:
    pair = KeyPair.new()
    assert pair.private not in repr(pair)
