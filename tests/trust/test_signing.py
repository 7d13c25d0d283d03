"""Base64, keys and signed JSON: the spec's vectors, and every way of tampering."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vodozemac import Ed25519PublicKey, Ed25519Signature

from nookterm.trust.encoding import decode_base64, encode_base64, read_key
from nookterm.trust.entropy import random_name
from nookterm.trust.refusals import Reason
from nookterm.trust.signing import (
    SigningKey,
    add_signature,
    check_signature,
    is_signed,
    new_signing_key,
    signed_bytes,
)
from tests.trust.chance import ANA, BO, chance, refused
from tests.trust.test_canonical import VALUES

SPEC_KEY = SigningKey(decode_base64("YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1"))
OBJECTS = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), VALUES, max_size=4)


@pytest.mark.parametrize(
    ("document", "signature"),
    [
        ({}, "K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ"),
        (
            {"one": 1, "two": "Two"},
            "KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw",
        ),
    ],
)
def test_the_signatures_of_the_spec_come_out_as_it_says(document: dict[str, Any], signature: str) -> None:
    assert add_signature(document, "domain", "ed25519:1", SPEC_KEY.sign) == {
        **document,
        "signatures": {"domain": {"ed25519:1": signature}},
    }
    check_signature(
        {**document, "signatures": {"domain": {"ed25519:1": signature}}}, "domain", "ed25519:1", SPEC_KEY.public
    )


@given(OBJECTS, st.binary(min_size=32, max_size=32))
def test_what_is_signed_is_proved_and_what_is_changed_is_not(document: dict[str, Any], seed: bytes) -> None:
    key = SigningKey(seed)
    before = copy.deepcopy(document)
    signed = add_signature(document, ANA, key.key_id, key.sign)

    assert document == before
    assert is_signed(signed, ANA, key.key_id, key.public)
    Ed25519PublicKey.from_base64(key.public).verify_signature(
        signed_bytes(document), Ed25519Signature.from_base64(signed["signatures"][ANA][key.key_id])
    )
    for name, value in document.items():
        if name not in {"signatures", "unsigned"}:
            assert not is_signed({**signed, name: [value]}, ANA, key.key_id, key.public)
            assert not is_signed({at: signed[at] for at in signed if at != name}, ANA, key.key_id, key.public)
    assert not is_signed({**signed, "one more": 1}, ANA, key.key_id, key.public)


def test_a_signature_covers_all_but_signatures_and_unsigned() -> None:
    key = new_signing_key(chance("key"))
    once = add_signature({"a": 1, "unsigned": {"age": 1}}, ANA, "ed25519:A", key.sign)
    twice = add_signature(once, ANA, "ed25519:B", key.sign)
    by_bo = add_signature({**twice, "unsigned": {"age": 9}}, BO, "ed25519:C", key.sign)

    assert set(by_bo["signatures"][ANA]) == {"ed25519:A", "ed25519:B"}
    assert set(once["signatures"][ANA]) == {"ed25519:A"}
    assert by_bo["unsigned"] == {"age": 9}
    assert is_signed(by_bo, ANA, "ed25519:A", key.public)
    assert is_signed(by_bo, BO, "ed25519:C", key.public)


@pytest.mark.parametrize("broken", [None, [], "x", {ANA: "x"}, {ANA: []}])
def test_signatures_of_a_wrong_shape_are_none_and_can_be_added_to(broken: object) -> None:
    key = new_signing_key(chance("key"))
    document = {"signatures": broken}

    with refused(Reason.NOT_SIGNED):
        check_signature(document, ANA, key.key_id, key.public)
    assert is_signed(add_signature(document, ANA, key.key_id, key.sign), ANA, key.key_id, key.public)


def test_a_signature_counts_only_for_its_user_its_id_and_its_key() -> None:
    key, other = (new_signing_key(chance(name)) for name in ("key", "other"))
    signed = add_signature({"a": 1}, ANA, "ed25519:A", key.sign)

    for user, key_id in ((BO, "ed25519:A"), (ANA, "ed25519:B")):
        with refused(Reason.NOT_SIGNED):
            check_signature(signed, user, key_id, key.public)
    with refused(Reason.BAD_SIGNATURE):
        check_signature(signed, ANA, "ed25519:A", other.public)
    with refused(Reason.MALFORMED):
        check_signature(signed, ANA, "ed25519:A", "no key")


@pytest.mark.parametrize("signature", ["", "AAAA", "not base64!", None, 7, {}, "A" * 86])
def test_a_signature_that_is_none_is_a_bad_one(signature: object) -> None:
    with refused(Reason.BAD_SIGNATURE):
        check_signature({"signatures": {ANA: {"ed25519:1": signature}}}, ANA, "ed25519:1", SPEC_KEY.public)


def test_an_object_without_a_canonical_form_is_never_signed() -> None:
    with refused(Reason.MALFORMED):
        add_signature({"a": 0.5}, ANA, "ed25519:1", SPEC_KEY.sign)
    assert not is_signed({"a": 0.5, "signatures": {ANA: {"ed25519:1": "A" * 86}}}, ANA, "ed25519:1", SPEC_KEY.public)


def test_a_key_does_not_show_its_seed() -> None:
    assert repr(SPEC_KEY) == f"SigningKey(public='{SPEC_KEY.public}')"
    with refused(Reason.MALFORMED):
        SigningKey(b"short")


@given(st.binary(max_size=70))
def test_base64_is_read_padded_and_unpadded(raw: bytes) -> None:
    text = encode_base64(raw)

    assert "=" not in text
    assert decode_base64(text) == raw
    assert decode_base64(text + "=" * (-len(text) % 4), length=len(raw)) == raw


@pytest.mark.parametrize(
    "text", ["A", "AAAAA", "AA=", "AAA==", "=", "A===", "AA==AA", "A A A", "AAA-", "AA\n", "é", None, 5, b"AAAA"]
)
def test_what_is_not_base64_is_refused(text: object) -> None:
    with refused(Reason.MALFORMED):
        decode_base64(text)


def test_a_key_has_one_spelling() -> None:
    assert read_key("A" * 43) == "A" * 43
    for other in ("A" * 42 + "B", "A" * 43 + "=", "A" * 42, "A" * 44, None):
        with refused(Reason.MALFORMED):
            read_key(other)


def test_names_are_plain_long_and_new_each_time() -> None:
    entropy = chance("names")
    names = {random_name(entropy) for _ in range(200)}

    assert len(names) == 200
    assert all(len(name) == 32 and name.isalnum() for name in names)
