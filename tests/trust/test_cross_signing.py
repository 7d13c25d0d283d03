"""Our three keys: uploaded so that others can check them, loaded only if they are ours, used on what we meant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from vodozemac import Account

from nookterm.domain.ids import DeviceId, UserId
from nookterm.trust import secret_storage
from nookterm.trust.cross_signing import (
    failed_uploads,
    load_keys,
    new_keys,
    sign_own_device,
    sign_own_master,
    sign_user,
    upload_body,
)
from nookterm.trust.encoding import encode_base64
from nookterm.trust.identity import Identity, is_vouched_for, read_identity
from nookterm.trust.refusals import Reason
from nookterm.trust.signing import is_signed
from tests.trust.chance import ANA, BO, LAPTOP, PHONE, chance, refused
from tests.trust.people import Person, person


@pytest.fixture
def ana() -> Person:
    return person(ANA, PHONE)


@pytest.fixture
def bo() -> Person:
    return person(BO, PHONE)


def merged(answer: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """What a server answers after it took an upload of signatures."""
    for user, objects in body.items():
        for key, document in objects.items():
            devices = answer["device_keys"].get(user, {})
            stored = devices[key] if key in devices else answer["master_keys"][user]
            for signer, signatures in document["signatures"].items():
                stored["signatures"].setdefault(signer, {}).update(signatures)
    return answer


def test_a_new_identity_holds_together_for_whoever_reads_it() -> None:
    keys = new_keys(ANA, chance("new"))
    account = Account()
    body = upload_body(keys, PHONE, lambda message: account.sign(message).to_base64())
    identity = read_identity(ANA, {f"{name}s": {ANA: document} for name, document in body.items()})

    assert identity.faults == ()
    assert identity.may_be_verified
    assert len({keys.master.public, keys.self_signing.public, keys.user_signing.public}) == 3
    assert is_signed(body["master_key"], ANA, f"ed25519:{PHONE}", account.ed25519_key.to_base64())
    assert body["self_signing_key"]["usage"] == ["self_signing"]
    assert body["user_signing_key"]["usage"] == ["user_signing"]


def test_keys_come_back_from_their_secrets(ana: Person) -> None:
    secrets = ana.keys.secrets()

    assert set(secrets) == {secret_storage.MASTER, secret_storage.SELF_SIGNING, secret_storage.USER_SIGNING}
    assert load_keys(ana.identity(for_owner=True), secrets) == ana.keys
    assert ana.keys.master.seed.hex() not in repr(ana.keys)
    assert encode_base64(ana.keys.master.seed) not in repr(ana.keys)


def test_keys_that_are_not_those_in_use_are_not_taken(ana: Person) -> None:
    secrets = ana.keys.secrets()
    old = person(ANA, PHONE, seed="before the reset").keys.secrets()
    identity = ana.identity(for_owner=True)

    for name in secrets:
        with refused(Reason.WRONG_KEY, name):
            load_keys(identity, {**secrets, name: old[name]})
        with refused(Reason.MISSING, name):
            load_keys(identity, {other: secrets[other] for other in secrets if other != name})
        with refused(Reason.MALFORMED):
            load_keys(identity, {**secrets, name: "AAAA"})
    swapped = {**secrets, secret_storage.MASTER: secrets[secret_storage.SELF_SIGNING]}
    with refused(Reason.WRONG_KEY):
        load_keys(identity, swapped)
    with refused(Reason.MISSING):
        load_keys(Identity(ANA), secrets)


def test_a_device_that_we_sign_is_ours_for_everybody(ana: Person) -> None:
    ana.add_device(LAPTOP, signed=False)
    laptop = ana.identity().devices[LAPTOP]
    assert not laptop.signed_by_owner

    body = sign_own_device(ana.keys, laptop, expected_ed25519=ana.device_keys[LAPTOP].public)
    document = body[ANA][LAPTOP]

    assert set(body) == {ANA}
    assert set(body[ANA]) == {LAPTOP}
    assert "unsigned" not in document
    assert set(document["signatures"][ANA]) == {ana.keys.self_signing.key_id}
    assert read_identity(ANA, merged(ana.answer(), body)).devices[LAPTOP].signed_by_owner


def test_a_device_is_not_signed_with_a_key_that_the_server_put_there(ana: Person, bo: Person) -> None:
    phone = ana.identity().devices[PHONE]
    with refused(Reason.WRONG_KEY):
        sign_own_device(ana.keys, phone, expected_ed25519=bo.device_keys[PHONE].public)
    with refused(Reason.WRONG_USER):
        sign_own_device(ana.keys, bo.identity().devices[PHONE], expected_ed25519=bo.device_keys[PHONE].public)


def test_a_person_that_we_sign_is_vouched_for(ana: Person, bo: Person) -> None:
    ours = ana.identity(for_owner=True).user_signing
    body = sign_user(ana.keys, bo.identity(), expected_master=bo.keys.master.public)

    assert ours is not None
    assert set(body) == {BO}
    assert set(body[BO]) == {bo.keys.master.public}
    assert set(body[BO][bo.keys.master.public]["signatures"]) == {ANA}
    assert is_vouched_for(read_identity(BO, merged(bo.answer(), body)), ours)


def test_nobody_is_signed_whose_key_is_not_the_one_that_was_compared(ana: Person, bo: Person) -> None:
    identity = bo.identity()
    with refused(Reason.WRONG_KEY):
        sign_user(ana.keys, identity, expected_master=ana.keys.master.public)
    with refused(Reason.MISSING):
        sign_user(ana.keys, Identity(BO), expected_master=bo.keys.master.public)
    with refused(Reason.WRONG_USER):
        sign_user(ana.keys, ana.identity(), expected_master=ana.keys.master.public)
    bo.add_device(DeviceId(bo.keys.master.public))
    with refused(Reason.COLLISION):
        sign_user(ana.keys, bo.identity(), expected_master=bo.keys.master.public)


def test_our_device_accepts_our_own_master_key(ana: Person) -> None:
    body = sign_own_master(ana.identity(), PHONE, ana.device_keys[PHONE].sign, expected_master=ana.keys.master.public)
    document = body[ANA][ana.keys.master.public]

    assert set(document["signatures"][ANA]) == {"ed25519:PHONE"}
    assert document["keys"] == {ana.keys.master.key_id: ana.keys.master.public}
    assert is_signed(document, ANA, "ed25519:PHONE", ana.device_keys[PHONE].public)
    with refused(Reason.WRONG_KEY):
        sign_own_master(ana.identity(), PHONE, ana.device_keys[PHONE].sign, expected_master="A" * 43)


@pytest.mark.parametrize(
    ("answer", "failures"),
    [
        ({}, ()),
        ({"failures": {}}, ()),
        ({"failures": []}, ()),
        ({"failures": {ANA: {"X": {"errcode": "M_INVALID_SIGNATURE"}}}}, ((ANA, "X", "M_INVALID_SIGNATURE"),)),
        ({"failures": {ANA: {"X": None}, BO: 7}}, ((ANA, "X", ""),)),
    ],
)
def test_an_answer_of_200_may_still_be_a_no(answer: dict[str, Any], failures: tuple[tuple[str, str, str], ...]) -> None:
    assert failed_uploads(answer) == failures


def test_the_owner_of_an_identity_is_who_the_keys_say(ana: Person) -> None:
    other = replace(ana.keys, user=UserId("@eve:x.example"))
    with refused(Reason.WRONG_USER):
        sign_own_device(other, ana.identity().devices[PHONE], expected_ed25519=ana.device_keys[PHONE].public)
