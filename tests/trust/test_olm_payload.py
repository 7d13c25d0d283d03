"""What comes out of Olm: taken for what it says only where every name in it fits."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.ids import DeviceId
from nookterm.trust.identity import Identity
from nookterm.trust.olm_payload import SENDER_KEYS, OlmPayload, check_payload, write_payload
from nookterm.trust.refusals import Reason, Refused
from tests.trust.chance import ANA, BO, LAPTOP, PHONE, TABLET, refused
from tests.trust.people import person
from tests.trust.test_canonical import VALUES

HERS = person(ANA, PHONE).identity()
BOTH = person(BO, PHONE, LAPTOP)
BOTH.add_device(TABLET, signed=False)
HIS = BOTH.identity()
ME, THEIRS = HERS.devices[PHONE], HIS.devices[PHONE]
PLAIN: dict[str, Any] = json.loads(json.dumps(write_payload("m.room_key", {"a": 1}, THEIRS, ME)))
BARE = {name: value for name, value in PLAIN.items() if name != SENDER_KEYS}


def check(plain: dict[str, Any], them: Identity = HIS, sender_key: str = THEIRS.curve25519) -> OlmPayload:
    return check_payload(plain, them, sender_key, ANA, ME.ed25519)


def test_what_was_written_for_us_by_a_device_of_theirs_is_taken() -> None:
    brought, looked_up = check(PLAIN), check(BARE)

    assert (brought.type, brought.content, brought.sender) == ("m.room_key", {"a": 1}, BO)
    assert brought.device is not None
    assert (brought.device.device, brought.device.signed_by_owner) == (PHONE, True)
    assert looked_up.device == THEIRS


def test_a_device_that_brings_its_keys_need_not_be_known_yet() -> None:
    unknown = replace(HIS, devices={})

    assert check(PLAIN, unknown).device is not None
    assert check(BARE, unknown).device is None
    not_signed = HIS.devices[TABLET]
    plain = write_payload("m.room_key", {}, not_signed, ME)
    found = check(plain, unknown, not_signed.curve25519).device
    assert found is not None
    assert not found.signed_by_owner


def test_two_devices_with_one_key_prove_nothing() -> None:
    twins = replace(HIS, devices={PHONE: THEIRS, LAPTOP: replace(THEIRS, device=LAPTOP)})

    assert check(BARE, twins).device is None


OTHER_KEYS = PLAIN[SENDER_KEYS] | {"keys": {**PLAIN[SENDER_KEYS]["keys"], "curve25519:PHONE": "A" * 43}}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"type": None}, Reason.MALFORMED),
        ({"content": "x"}, Reason.MALFORMED),
        ({"sender": ANA}, Reason.WRONG_USER),
        ({"sender": None}, Reason.WRONG_USER),
        ({"recipient": BO}, Reason.WRONG_USER),
        ({"recipient_keys": {"ed25519": THEIRS.ed25519}}, Reason.WRONG_DEVICE),
        ({"recipient_keys": None}, Reason.WRONG_DEVICE),
        ({"keys": {"ed25519": ME.ed25519}}, Reason.WRONG_KEY),
        ({"keys": []}, Reason.WRONG_KEY),
        ({SENDER_KEYS: None}, Reason.WRONG_USER),
        ({SENDER_KEYS: HERS.devices[PHONE].document}, Reason.WRONG_USER),
        ({SENDER_KEYS: HIS.devices[LAPTOP].document}, Reason.WRONG_KEY),
        ({SENDER_KEYS: OTHER_KEYS}, Reason.BAD_SIGNATURE),
        ({SENDER_KEYS: {**PLAIN[SENDER_KEYS], "signatures": {}}}, Reason.NOT_SIGNED),
        ({SENDER_KEYS: {**PLAIN[SENDER_KEYS], "device_id": 7}}, Reason.WRONG_DEVICE),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], reason: Reason) -> None:
    with refused(reason):
        check({**PLAIN, **change})


def test_keys_that_are_not_those_of_the_session_are_refused() -> None:
    with refused(Reason.WRONG_KEY):
        check(PLAIN, sender_key=HIS.devices[LAPTOP].curve25519)
    with refused(Reason.WRONG_KEY):
        check({**BARE, "keys": {"ed25519": ME.ed25519}})
    assert check(BARE, sender_key="A" * 43).device is None


def test_a_device_that_poses_as_a_cross_signing_key_is_refused() -> None:
    posing = person(BO, PHONE)
    name = posing.add_device(DeviceId(posing.keys.master.public))
    with refused(Reason.COLLISION):
        check({**PLAIN, SENDER_KEYS: posing.documents[name]}, posing.identity())


@given(st.dictionaries(st.sampled_from([*PLAIN, "more"]), VALUES))
def test_no_change_makes_it_somebody_elses(changes: dict[str, Any]) -> None:
    try:
        taken = check({**PLAIN, **changes})
    except Refused:
        return
    assert taken.sender == BO
    assert taken.device is None or taken.device.ed25519 == THEIRS.ed25519
