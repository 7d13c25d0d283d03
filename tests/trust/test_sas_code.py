"""What two devices compute alike: compared with vodozemac, and the table with the spec."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vodozemac import Curve25519PublicKey, Sas

from nookterm.trust.sas_code import Side, key_list, mac, same, short_code
from nookterm.trust.sas_emoji import EMOJI
from nookterm.trust.sealed_box import BoxKey, shared_secret
from tests.trust.chance import ANA, BO


@given(st.binary(min_size=32, max_size=32), st.text("abc$!:.0", min_size=1, max_size=20), st.booleans())
def test_codes_and_macs_are_those_of_vodozemac(secret: bytes, txn: str, we_start: bool) -> None:  # noqa: FBT001
    ours, theirs = BoxKey(secret), Sas()
    their_public = theirs.public_key.to_base64()
    established = theirs.diffie_hellman(Curve25519PublicKey.from_base64(ours.public))
    shared = shared_secret(ours.secret, their_public)
    us, them = Side(ANA, "PHONE", ours.public), Side(BO, "LAPTOP", their_public)
    starter, accepter = (us, them) if we_start else (them, us)
    sides = [part for side in (starter, accepter) for part in (side.user, side.device, side.public)]
    expected = established.bytes("|".join(["MATRIX_KEY_VERIFICATION_SAS", *sides, txn]))
    code = short_code(shared, starter, accepter, txn)

    assert [emoji.number for emoji in code.emoji] == list(expected.emoji_indices)
    assert code.numbers == tuple(expected.decimals)
    mac_info = f"MATRIX_KEY_VERIFICATION_MAC{ANA}PHONE{BO}LAPTOP{txn}ed25519:PHONE"
    assert mac(shared, us, them, txn, "ed25519:PHONE", "key") == established.calculate_mac("key", mac_info)


def test_the_pictures_are_those_of_the_spec() -> None:
    assert [emoji.number for emoji in EMOJI] == list(range(64))
    assert len({emoji.symbol for emoji in EMOJI}) == len({emoji.name for emoji in EMOJI}) == 64
    named = {emoji.number: (emoji.symbol, emoji.name) for emoji in EMOJI}
    assert named[0] == ("\U0001f436", "Dog")
    assert named[21] == ("\u2601\ufe0f", "Cloud")
    assert named[34] == ("\U0001f527", "Spanner")
    assert named[36] == ("\U0001f44d", "Thumbs Up")
    assert named[41] == ("\U0001f4a1", "Light Bulb")
    assert named[53] == ("\u2708\ufe0f", "Aeroplane")
    assert named[63] == ("\U0001f4cc", "Pin")


def test_a_list_of_keys_is_sorted() -> None:
    assert key_list(["ed25519:b", "ed25519:A", "ed25519:a"]) == "ed25519:A,ed25519:a,ed25519:b"
    assert key_list([]) == ""


@pytest.mark.parametrize("other", [None, 7, b"abc", "abd", "", "\ud800"])
def test_only_the_same_text_is_the_same(other: object) -> None:
    assert same("abc", "abc")
    assert not same("abc", other)
