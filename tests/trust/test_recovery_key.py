"""Recovery keys as people type them, and passphrases by rules that the server wrote."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.trust.recovery_key import (
    FEWEST_ROUNDS,
    MOST_ROUNDS,
    OUR_ROUNDS,
    PassphraseRule,
    key_from_passphrase,
    new_passphrase_rule,
    read_passphrase_rule,
    read_recovery_key,
    write_recovery_key,
)
from nookterm.trust.refusals import Reason, Refused
from tests.trust.chance import chance, refused

KEYS = st.binary(min_size=32, max_size=32)
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
KEY = write_recovery_key(bytes(range(32)))
RULE = {"algorithm": "m.pbkdf2", "salt": "MmMsAlty", "iterations": FEWEST_ROUNDS, "bits": 256}


def in_base58(raw: bytes) -> str:
    number, letters = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        letters = ALPHABET[digit] + letters
    return letters


def outcome(typed: str) -> bytes | Reason:
    try:
        return read_recovery_key(typed)
    except Refused as refusal:
        return refusal.reason


@given(KEYS)
def test_a_key_is_written_in_twelve_groups_of_four_and_read_back(key: bytes) -> None:
    written = write_recovery_key(key)

    assert [len(group) for group in written.split(" ")] == [4] * 12
    assert written.startswith("E")
    assert read_recovery_key(written) == key


@given(KEYS, st.lists(st.sampled_from([" ", "\n", "\t", "\u00a0", ""]), min_size=48, max_size=48))
def test_white_space_does_not_matter(key: bytes, gaps: list[str]) -> None:
    letters = write_recovery_key(key).replace(" ", "")

    assert read_recovery_key("".join(map("".join, zip(gaps, letters, strict=True)))) == key


@given(KEYS, st.integers(0, 47), st.sampled_from(ALPHABET))
def test_a_wrong_letter_never_reads_as_the_right_key(key: bytes, at: int, letter: str) -> None:
    """One in 256 slips through the check byte, as another key; secret storage then says that it does not fit."""
    letters = write_recovery_key(key).replace(" ", "")
    typed = letters[:at] + letter + letters[at + 1 :]

    assert (outcome(typed) == key) == (typed == letters)
    assert outcome(typed) not in {Reason.WRONG_LENGTH, Reason.WRONG_LETTER}


@pytest.mark.parametrize(("letter", "at"), [("0", 1), ("O", 5), ("I", 48), ("l", 17), ("é", 2), ("-", 3), ("\x1b", 4)])
def test_letters_that_keys_do_not_have_are_named_by_their_place(letter: str, at: int) -> None:
    letters = KEY.replace(" ", "")
    with refused(Reason.WRONG_LETTER, str(at)):
        read_recovery_key(letters[: at - 1] + letter + letters[at:])


@pytest.mark.parametrize(
    ("typed", "length"), [("", "0"), ("   ", "0"), (KEY[:-1], "47"), (KEY + "2", "49"), ("2" * 90_000, "90000")]
)
def test_a_key_too_short_or_too_long_says_how_long(typed: str, length: str) -> None:
    with refused(Reason.WRONG_LENGTH, length):
        read_recovery_key(typed)


def test_two_letters_that_changed_places_are_a_typing_error() -> None:
    swapped = KEY[:6] + KEY[7] + KEY[6] + KEY[8:]
    assert swapped != KEY
    with refused(Reason.TYPING_ERROR):
        read_recovery_key(swapped)
    with refused(Reason.TYPING_ERROR):
        read_recovery_key("z" * 48)
    with refused(Reason.TYPING_ERROR):
        read_recovery_key("1" * 47 + "2")


@pytest.mark.parametrize("prefix", [b"\x8b\x02", b"\x8c\x01"])
def test_a_whole_key_for_something_else_is_told_apart(prefix: bytes) -> None:
    body = prefix + bytes(32)
    parity = bytes([prefix[0] ^ prefix[1]])
    with refused(Reason.UNKNOWN_ALGORITHM):
        read_recovery_key(in_base58(body + parity))


def test_only_32_bytes_are_written() -> None:
    with refused(Reason.MALFORMED):
        write_recovery_key(bytes(31))


def test_a_passphrase_is_pbkdf2_with_sha512() -> None:
    rule = read_passphrase_rule(RULE)

    assert key_from_passphrase("naïve café", rule) == hashlib.pbkdf2_hmac(
        "sha512", "naïve café".encode(), b"MmMsAlty", FEWEST_ROUNDS, 32
    )
    assert read_passphrase_rule(rule.content()) == rule
    assert rule.content() == RULE


def test_a_new_rule_has_its_own_salt_and_enough_rounds() -> None:
    first, second = new_passphrase_rule(chance("a")), new_passphrase_rule(chance("b"))

    assert first.salt != second.salt
    assert first.rounds == OUR_ROUNDS
    assert read_passphrase_rule(first.content()) == first


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, Reason.MALFORMED),
        ([], Reason.MALFORMED),
        ({}, Reason.UNKNOWN_ALGORITHM),
        ({**RULE, "algorithm": "m.scrypt"}, Reason.UNKNOWN_ALGORITHM),
        ({**RULE, "bits": 128}, Reason.UNKNOWN_ALGORITHM),
        ({**RULE, "bits": "256"}, Reason.UNKNOWN_ALGORITHM),
        ({**RULE, "salt": None}, Reason.MALFORMED),
        ({**RULE, "iterations": None}, Reason.MALFORMED),
        ({**RULE, "iterations": True}, Reason.MALFORMED),
        ({**RULE, "iterations": 500000.0}, Reason.MALFORMED),
        ({**RULE, "iterations": MOST_ROUNDS + 1}, Reason.TOO_MUCH),
        ({**RULE, "iterations": 1 << 60}, Reason.TOO_MUCH),
        ({**RULE, "iterations": FEWEST_ROUNDS - 1}, Reason.TOO_LITTLE),
        ({**RULE, "iterations": 0}, Reason.TOO_LITTLE),
        ({**RULE, "iterations": -5}, Reason.TOO_LITTLE),
    ],
)
def test_a_rule_that_would_hurt_is_not_followed(content: object, reason: Reason) -> None:
    with refused(reason):
        read_passphrase_rule(content)


def test_a_rule_without_bits_means_256() -> None:
    assert read_passphrase_rule({key: RULE[key] for key in RULE if key != "bits"}) == PassphraseRule(
        "MmMsAlty", FEWEST_ROUNDS
    )


def test_text_that_has_no_bytes_is_refused() -> None:
    with refused(Reason.MALFORMED):
        key_from_passphrase("\ud800", PassphraseRule("salt", FEWEST_ROUNDS))
