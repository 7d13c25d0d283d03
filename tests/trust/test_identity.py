"""What a server says about a person's keys, believed only as far as signatures reach."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.ids import DeviceId, UserId
from nookterm.trust.identity import Fault, Identity, is_vouched_for, read_identity, users_in
from nookterm.trust.refusals import Reason
from nookterm.trust.signing import add_signature
from tests.trust.chance import ANA, BO, LAPTOP, PHONE
from tests.trust.people import Person, person
from tests.trust.test_canonical import VALUES

HERS = person(ANA, PHONE, LAPTOP)
HIS = person(BO, PHONE)
MALLORY = person(ANA, PHONE, seed="another identity in Ana's name")


def signed_devices(identity: Identity) -> set[DeviceId]:
    return {name for name, device in identity.devices.items() if device.signed_by_owner}


def resigned(document: dict[str, Any], device: DeviceId, who: Person = HERS) -> dict[str, Any]:
    """A device's object, changed and signed anew by the device itself and by its owner."""
    bare = {name: value for name, value in document.items() if name != "signatures"}
    once = add_signature(bare, who.user, f"ed25519:{device}", who.device_keys[device].sign)
    return add_signature(once, who.user, who.keys.self_signing.key_id, who.keys.self_signing.sign)


def test_an_honest_answer_is_taken_whole() -> None:
    unsigned = person(ANA, PHONE)
    unsigned.add_device(LAPTOP, signed=False)
    identity = unsigned.identity(for_owner=True)

    assert identity.master is not None
    assert identity.master.public == unsigned.keys.master.public
    assert identity.self_signing is not None
    assert identity.user_signing is not None
    assert set(identity.devices) == {PHONE, LAPTOP}
    assert signed_devices(identity) == {PHONE}
    assert identity.devices[PHONE].name == "PHONE of mine"
    assert identity.devices[PHONE].ed25519 == unsigned.device_keys[PHONE].public
    assert identity.faults == ()
    assert identity.may_be_verified
    assert HERS.identity().user_signing is None


def test_nothing_is_known_of_somebody_the_answer_does_not_name() -> None:
    answer = HERS.answer()

    assert read_identity(BO, answer) == Identity(BO)
    assert not Identity(BO).may_be_verified
    assert users_in(answer) == {ANA}
    assert users_in({"device_keys": {BO: {}}, "master_keys": [], "self_signing_keys": {ANA: 1}}) == {ANA, BO}


Spoil = Callable[[dict[str, Any]], object]


def of(part: str) -> Callable[[dict[str, Any]], Any]:
    return lambda answer: answer[f"{part}_keys"][ANA]


def foreign(role: str) -> Spoil:
    """The key of another identity, well made and signed by its own master key."""
    return lambda answer: answer[f"{role}_keys"].update({ANA: MALLORY.answer(for_owner=True)[f"{role}_keys"][ANA]})


SPOILED: dict[str, tuple[Spoil, str, Reason]] = {
    "a foreign self-signing key": (foreign("self_signing"), "self_signing", Reason.NOT_SIGNED),
    "a foreign master key": (foreign("master"), "self_signing", Reason.NOT_SIGNED),
    "an unsigned self-signing key": (
        lambda answer: of("self_signing")(answer).pop("signatures"), "self_signing", Reason.NOT_SIGNED),
    "a self-signing key changed after it was signed": (
        lambda answer: of("self_signing")(answer).update(more=1), "self_signing", Reason.BAD_SIGNATURE),
    "Bo's self-signing key": (
        lambda answer: answer["self_signing_keys"].update({ANA: HIS.answer()["self_signing_keys"][BO]}),
        "self_signing", Reason.WRONG_USER),
    "Bo's master key": (
        lambda answer: answer["master_keys"].update({ANA: HIS.answer()["master_keys"][BO]}),
        "master", Reason.WRONG_USER),
    "a hidden identity": (lambda answer: answer.update(master_keys={}), "self_signing", Reason.NOT_SIGNED),
    "a user-signing key where the self-signing key belongs": (
        lambda answer: answer["self_signing_keys"].update({ANA: HERS.answer(for_owner=True)["user_signing_keys"][ANA]}),
        "self_signing", Reason.MALFORMED),
    "a key with two parts to play": (
        lambda answer: of("master")(answer)["usage"].append("self_signing"), "master", Reason.MALFORMED),
    "a key named after another": (
        lambda answer: of("master")(answer).update(keys={HERS.keys.master.key_id: HIS.keys.master.public}),
        "master", Reason.MALFORMED),
    "two keys in one": (
        lambda answer: of("master")(answer)["keys"].update({HIS.keys.master.key_id: HIS.keys.master.public}),
        "master", Reason.MALFORMED),
    "a key in another spelling": (
        lambda answer: of("master")(answer).update(keys={HERS.keys.master.key_id + "=": HERS.keys.master.public + "="}),
        "master", Reason.MALFORMED),
    "no usage": (lambda answer: of("master")(answer).pop("usage"), "master", Reason.MALFORMED),
    "a usage that no program expects": (
        lambda answer: of("master")(answer).update(usage=[[], {}]), "master", Reason.MALFORMED),
    "no keys": (lambda answer: of("master")(answer).update(keys=[]), "master", Reason.MALFORMED),
    "no user": (lambda answer: of("master")(answer).pop("user_id"), "master", Reason.MALFORMED),
    "text for an object": (lambda answer: answer["master_keys"].update({ANA: "x"}), "master", Reason.MALFORMED),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "role", "reason"), SPOILED.values(), ids=SPOILED)
def test_a_spoiled_identity_signs_no_device(spoil: Spoil, role: str, reason: Reason) -> None:
    answer = HERS.answer()
    spoil(answer)
    identity = read_identity(ANA, answer)

    assert Fault(role, reason) in identity.faults
    assert identity.self_signing is None
    assert signed_devices(identity) == set()
    assert set(identity.devices) == {PHONE, LAPTOP}


def swap_keys(answer: dict[str, Any]) -> None:
    """The server puts its own key into a device and keeps the signatures."""
    keys = answer["device_keys"][ANA][PHONE]["keys"]
    keys["ed25519:PHONE"] = HIS.keys.master.public


def changed(**fields: object) -> Spoil:
    return lambda answer: answer["device_keys"][ANA][PHONE].update(fields)


DEVICES: dict[str, tuple[Spoil, Reason]] = {
    "a swapped signing key": (swap_keys, Reason.BAD_SIGNATURE),
    "a swapped curve key": (
        lambda answer: answer["device_keys"][ANA][PHONE]["keys"].update({"curve25519:PHONE": "A" * 43}),
        Reason.BAD_SIGNATURE),
    "a malformed signing key": (
        lambda answer: answer["device_keys"][ANA][PHONE]["keys"].update({"ed25519:PHONE": "short"}), Reason.MALFORMED),
    "no curve key": (
        lambda answer: answer["device_keys"][ANA][PHONE]["keys"].pop("curve25519:PHONE"), Reason.MALFORMED),
    "another's device": (changed(user_id=BO), Reason.WRONG_USER),
    "another device of hers": (changed(device_id=LAPTOP), Reason.WRONG_DEVICE),
    "other algorithms": (changed(algorithms=[]), Reason.BAD_SIGNATURE),
    "a number that signs nothing": (changed(more=0.5), Reason.MALFORMED),
    "no signatures": (changed(signatures={}), Reason.NOT_SIGNED),
    "no keys": (changed(keys=None), Reason.MALFORMED),
    "no object": (lambda answer: answer["device_keys"][ANA].update({PHONE: None}), Reason.WRONG_USER),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "reason"), DEVICES.values(), ids=DEVICES)
def test_a_spoiled_device_is_left_out_and_the_others_stay(spoil: Spoil, reason: Reason) -> None:
    answer = HERS.answer()
    spoil(answer)
    identity = read_identity(ANA, answer)

    assert identity.faults == (Fault(PHONE, reason),)
    assert signed_devices(identity) == set(identity.devices) == {LAPTOP}
    assert identity.may_be_verified


def test_a_device_signed_by_anybody_else_is_not_its_owners() -> None:
    for signer in (HIS.keys.self_signing, MALLORY.keys.self_signing, HERS.keys.master, HERS.keys.user_signing):
        answer = HERS.answer(for_owner=True)
        phone = answer["device_keys"][ANA][PHONE]
        del phone["signatures"][ANA][HERS.keys.self_signing.key_id]
        answer["device_keys"][ANA][PHONE] = add_signature(phone, ANA, signer.key_id, signer.sign)

        assert signed_devices(read_identity(ANA, answer)) == {LAPTOP}


@pytest.mark.parametrize("role", ["master", "self_signing", "user_signing"])
def test_a_device_named_like_a_cross_signing_key_is_no_device_and_stops_verification(role: str) -> None:
    """CVE-2022-39250: both live in one namespace of key ids."""
    posing = DeviceId(getattr(HERS.keys, role).public)
    spoiled = person(ANA, PHONE)
    spoiled.add_device(posing)
    identity = spoiled.identity(for_owner=True)

    assert identity.faults == (Fault(posing, Reason.COLLISION),)
    assert set(identity.devices) == {PHONE}
    assert not identity.may_be_verified


def test_a_device_that_uses_a_cross_signing_key_as_its_own_is_none() -> None:
    spoiled = person(ANA, PHONE, LAPTOP)
    spoiled.device_keys[LAPTOP] = spoiled.keys.master
    keys = spoiled.documents[LAPTOP]["keys"]
    keys["ed25519:LAPTOP"] = spoiled.keys.master.public
    spoiled.documents[LAPTOP] = resigned(spoiled.documents[LAPTOP], LAPTOP, spoiled)
    identity = spoiled.identity()

    assert identity.faults == (Fault(LAPTOP, Reason.COLLISION),)
    assert not identity.may_be_verified


def test_one_key_cannot_be_master_and_self_signing_key() -> None:
    answer = HERS.answer()
    bare = {"user_id": ANA, "usage": ["self_signing"], "keys": {HERS.keys.master.key_id: HERS.keys.master.public}}
    answer["self_signing_keys"][ANA] = add_signature(bare, ANA, HERS.keys.master.key_id, HERS.keys.master.sign)
    identity = read_identity(ANA, answer)

    assert Fault("self_signing", Reason.COLLISION) in identity.faults
    assert identity.self_signing is None
    assert not identity.may_be_verified


def test_vouching_is_our_user_signing_key_on_their_master_key() -> None:
    ours = HERS.identity(for_owner=True).user_signing
    theirs = HIS.answer()
    assert ours is not None
    assert not is_vouched_for(read_identity(BO, theirs), ours)

    key = HERS.keys.user_signing
    theirs["master_keys"][BO] = add_signature(theirs["master_keys"][BO], ANA, key.key_id, key.sign)
    assert is_vouched_for(read_identity(BO, theirs), ours)
    assert not is_vouched_for(Identity(BO), ours)

    theirs["master_keys"][BO]["keys"] = {f"ed25519:{MALLORY.keys.master.public}": MALLORY.keys.master.public}
    assert not is_vouched_for(read_identity(BO, theirs), ours)


def test_a_name_that_is_no_text_is_none() -> None:
    answer = HERS.answer()
    answer["device_keys"][ANA][PHONE]["unsigned"] = {"device_display_name": 7}
    answer["device_keys"][ANA][LAPTOP]["unsigned"] = []

    assert [device.name for device in read_identity(ANA, answer).devices.values()] == ["", ""]


def paths(value: Any, at: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [at] if at else []
    if isinstance(value, dict):
        for name, inner in value.items():
            found += paths(inner, (*at, name))
    return found


EVERYWHERE = paths(HERS.answer(for_owner=True))


@given(st.sampled_from(EVERYWHERE), VALUES)
def test_no_change_anywhere_ever_makes_a_device_trusted_that_was_not(path: tuple[str, ...], value: Any) -> None:
    answer = HERS.answer(for_owner=True)
    inner = answer
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    honest = HERS.identity().devices

    identity = read_identity(ANA, copy.deepcopy(answer))

    for name in signed_devices(identity):
        assert (identity.devices[name].ed25519, identity.devices[name].curve25519) == (
            honest[name].ed25519,
            honest[name].curve25519,
        )


@given(VALUES)
def test_any_json_at_all_is_survived(value: Any) -> None:
    assert read_identity(UserId("@x:y"), {"device_keys": value, "master_keys": {"@x:y": value}}).self_signing is None
