"""Secret storage: what goes in comes out, and what the server changed does not."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.trust.encoding import decode_base64, encode_base64
from nookterm.trust.recovery_key import FEWEST_ROUNDS, PassphraseRule, key_from_passphrase
from nookterm.trust.refusals import Reason, Refused
from nookterm.trust.secret_storage import (
    MASTER,
    SECRETS,
    SELF_SIGNING,
    StorageKey,
    default_key_id,
    describe,
    new_storage_key,
    open_secret,
    read_description,
    read_seed,
    seal_secret,
    unlock,
    unlock_by_secret,
    write_seed,
)
from tests.trust.chance import chance, refused

KEY = new_storage_key(chance("storage"))
OTHER = new_storage_key(chance("other"))
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def padded(content: Any) -> Any:
    """The same with every base64 text padded, as some clients write it."""
    if isinstance(content, dict):
        return {name: padded(value) for name, value in content.items()}
    return content + "=" * (-len(content) % 4) if content != "m.secret_storage.v1.aes-hmac-sha2" else content


@given(TEXT, st.sampled_from(SECRETS), st.binary(min_size=32, max_size=32))
def test_a_secret_comes_out_as_it_went_in(plain: str, name: str, secret: bytes) -> None:
    key = StorageKey("k", secret)
    content = seal_secret(key, name, plain, chance(plain))

    assert open_secret(key, name, content) == plain
    assert open_secret(key, name, padded(content)) == plain
    assert set(content["encrypted"]["k"]) == {"iv", "ciphertext", "mac"}
    assert decode_base64(content["encrypted"]["k"]["iv"])[8] < 0x80


def test_a_key_is_known_by_its_check() -> None:
    content = describe(KEY, chance("iv"), name="Ana's key")
    description = read_description(KEY.key_id, content)

    assert description.name == "Ana's key"
    assert unlock(description, KEY.secret) == KEY
    assert (
        unlock(read_description(KEY.key_id, padded({k: v for k, v in content.items() if k != "name"})), KEY.secret)
        == KEY
    )
    with refused(Reason.WRONG_KEY):
        unlock(description, OTHER.secret)
    for field in ("iv", "mac"):
        spoiled = {**content, field: content["mac" if field == "mac" else "iv"][::-1].replace("=", "A")}
        with pytest.raises(Refused):
            unlock(read_description(KEY.key_id, spoiled), KEY.secret)


def test_a_passphrase_opens_what_it_closed() -> None:
    rule = PassphraseRule("salt", FEWEST_ROUNDS)
    key = new_storage_key(chance("id"), key_from_passphrase("four words of mine", rule))
    description = read_description(key.key_id, describe(key, chance("iv"), rule=rule))

    assert description.rule == rule
    assert unlock(description, key_from_passphrase("four words of mine", description.rule or rule)) == key
    with refused(Reason.WRONG_KEY):
        unlock(description, key_from_passphrase("four words of yours", rule))


def test_a_key_without_a_check_is_proved_by_opening_a_secret() -> None:
    bare = read_description(KEY.key_id, {"algorithm": "m.secret_storage.v1.aes-hmac-sha2", "name": 7})
    content = seal_secret(KEY, MASTER, "secret", chance("iv"))

    assert bare.name == ""
    with refused(Reason.MISSING):
        unlock(bare, KEY.secret)
    assert unlock_by_secret(bare, KEY.secret, MASTER, content) == KEY
    with refused(Reason.WRONG_KEY):
        unlock_by_secret(bare, OTHER.secret, MASTER, content)
    with refused(Reason.MISSING):
        unlock_by_secret(bare, KEY.secret, MASTER, {})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"algorithm": None}, Reason.UNKNOWN_ALGORITHM),
        ({"algorithm": "m.secret_storage.v2"}, Reason.UNKNOWN_ALGORITHM),
        ({"iv": None}, Reason.MALFORMED),
        ({"mac": None}, Reason.MALFORMED),
        ({"iv": "AAAA"}, Reason.MALFORMED),
        ({"mac": 7}, Reason.MALFORMED),
        ({"passphrase": "x"}, Reason.MALFORMED),
        ({"passphrase": {"algorithm": "m.pbkdf2", "salt": "s", "iterations": 1 << 40}}, Reason.TOO_MUCH),
    ],
)
def test_a_spoiled_description_is_refused(change: dict[str, Any], reason: Reason) -> None:
    with refused(reason):
        read_description(KEY.key_id, {**describe(KEY, chance("iv")), **change})


def test_a_deleted_key_is_missing() -> None:
    with refused(Reason.MISSING):
        read_description("k", {})


@pytest.mark.parametrize(
    ("content", "key_id"),
    [({"key": "abc"}, "abc"), ({}, None), ({"key": ""}, None), ({"key": 7}, None), ({"key": None}, None)],
)
def test_the_default_key_is_a_name_or_none(content: dict[str, Any], key_id: str | None) -> None:
    assert default_key_id(content) == key_id


@pytest.mark.parametrize("content", [{}, {"encrypted": {}}, {"encrypted": []}, {"encrypted": {"another": {}}}])
def test_a_deleted_secret_is_missing_and_not_broken(content: dict[str, Any]) -> None:
    with refused(Reason.MISSING):
        open_secret(KEY, MASTER, content)


def test_a_secret_stays_readable_with_the_keys_it_had() -> None:
    first = seal_secret(OTHER, MASTER, "secret", chance("one"))
    both = seal_secret(KEY, MASTER, "secret", chance("two"), beside=first)

    assert open_secret(OTHER, MASTER, both) == open_secret(KEY, MASTER, both) == "secret"
    assert set(first["encrypted"]) == {OTHER.key_id}


@given(st.sampled_from(["ciphertext", "mac"]), st.integers(0, 31), st.integers(1, 255))
def test_one_changed_byte_is_noticed(field: str, at: int, by: int) -> None:
    content = seal_secret(KEY, MASTER, "a secret of exactly 32 characters"[:32], chance("iv"))
    raw = bytearray(decode_base64(content["encrypted"][KEY.key_id][field]))
    raw[at] ^= by
    content["encrypted"][KEY.key_id][field] = encode_base64(bytes(raw))

    with refused(Reason.TAMPERED):
        open_secret(KEY, MASTER, content)


def test_a_changed_iv_which_no_mac_covers_never_yields_the_key() -> None:
    seed = bytes(range(32))
    content = seal_secret(KEY, MASTER, write_seed(seed), chance("iv"))
    content["encrypted"][KEY.key_id]["iv"] = encode_base64(bytes(16))

    with refused(Reason.MALFORMED):
        read_seed(open_secret(KEY, MASTER, content))


def test_a_secret_moved_under_another_name_or_made_with_another_key_is_noticed() -> None:
    content = seal_secret(KEY, MASTER, "secret", chance("iv"))
    with refused(Reason.TAMPERED, SELF_SIGNING):
        open_secret(KEY, SELF_SIGNING, content)
    with refused(Reason.TAMPERED):
        open_secret(StorageKey(KEY.key_id, OTHER.secret), MASTER, content)


@pytest.mark.parametrize("field", ["iv", "ciphertext", "mac"])
@pytest.mark.parametrize("value", [None, 7, [], "*", "AAAAA"])
def test_fields_that_are_none_are_refused(field: str, value: object) -> None:
    content = copy.deepcopy(seal_secret(KEY, MASTER, "secret", chance("iv")))
    content["encrypted"][KEY.key_id][field] = value
    with refused(Reason.MALFORMED):
        open_secret(KEY, MASTER, content)
    with refused(Reason.MALFORMED):
        open_secret(KEY, MASTER, {"encrypted": {KEY.key_id: "text"}})


def test_seeds_are_read_padded_and_with_white_space_and_only_at_their_length() -> None:
    seed = bytes(range(32))
    assert read_seed(write_seed(seed)) == read_seed(write_seed(seed) + "=\n") == seed
    with refused(Reason.MALFORMED):
        read_seed(write_seed(seed[:31]))


def test_a_storage_key_does_not_show_itself() -> None:
    assert repr(KEY) == f"StorageKey(key_id='{KEY.key_id}')"
