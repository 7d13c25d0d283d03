"""Secrets between our own devices: given and taken only where every link is proved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.ids import DeviceId
from nookterm.trust.gossip import (
    Asked,
    ask,
    cancelled_request,
    judge_request,
    send_content,
    take_answer,
    take_back,
)
from nookterm.trust.pins import Pin
from nookterm.trust.refusals import Reason, Refused
from nookterm.trust.secret_storage import BACKUP, MASTER, SECRETS
from tests.trust.chance import ANA, BO, LAPTOP, PHONE, TABLET, refused
from tests.trust.people import person
from tests.trust.test_canonical import VALUES

HERS = person(ANA, PHONE, LAPTOP)
HERS.add_device(TABLET, signed=False)
DEVICES = HERS.identity().devices
HIS = person(BO, PHONE).identity().devices
KEY = HERS.keys.master.public
PROVED = Pin(ANA, KEY, KEY, KEY, was_verified=True)
UNPROVED = Pin(ANA, KEY, KEY)
ASKED = Asked("r1", BACKUP, frozenset({PHONE, TABLET}))
REQUEST = ask(replace(ASKED, name=MASTER), LAPTOP)


@pytest.mark.parametrize("name", SECRETS)
def test_a_signed_device_of_ours_gets_what_it_asks_for(name: str) -> None:
    answer = judge_request(ANA, {**REQUEST, "name": name}, DEVICES, PROVED, PHONE)

    assert (answer.name, answer.device) == (name, DEVICES[LAPTOP])
    assert send_content(answer, "secret") == {"request_id": "r1", "name": name, "secret": "secret"}


@pytest.mark.parametrize(
    ("sender", "change", "pin", "reason"),
    [
        (BO, {}, PROVED, Reason.WRONG_USER),
        (ANA, {"requesting_device_id": TABLET}, PROVED, Reason.NOT_TRUSTED),
        (ANA, {"requesting_device_id": "NEVERSEEN"}, PROVED, Reason.WRONG_DEVICE),
        (ANA, {"requesting_device_id": PHONE}, PROVED, Reason.WRONG_DEVICE),
        (ANA, {"requesting_device_id": None}, PROVED, Reason.MALFORMED),
        (ANA, {"request_id": 7}, PROVED, Reason.MALFORMED),
        (ANA, {"action": "request_cancellation"}, PROVED, Reason.MALFORMED),
        (ANA, {"name": "org.example.diary"}, PROVED, Reason.MISSING),
        (ANA, {"name": [MASTER]}, PROVED, Reason.MISSING),
        (ANA, {}, UNPROVED, Reason.NOT_TRUSTED),
        (ANA, {}, replace(PROVED, seen="changed"), Reason.NOT_TRUSTED),
        (ANA, {}, replace(PROVED, seen=None), Reason.NOT_TRUSTED),
    ],
)
def test_everybody_else_gets_nothing(sender: Any, change: dict[str, Any], pin: Pin, reason: Reason) -> None:
    with refused(reason):
        judge_request(sender, {**REQUEST, **change}, DEVICES, pin, PHONE)


def test_a_device_of_another_person_filed_under_our_name_gets_nothing() -> None:
    with refused(Reason.NOT_TRUSTED):
        judge_request(ANA, REQUEST, {LAPTOP: HIS[PHONE]}, PROVED, PHONE)


def test_a_request_can_be_taken_back() -> None:
    content = take_back(ASKED, LAPTOP)

    assert cancelled_request(content) == (LAPTOP, "r1")
    assert cancelled_request(REQUEST) is None
    assert cancelled_request({**content, "request_id": None}) is None
    assert cancelled_request({**content, "requesting_device_id": 7}) is None


ANSWER = {"request_id": "r1", "secret": "AAAA"}


def test_an_answer_of_a_device_that_was_asked_is_taken() -> None:
    received = take_answer(ASKED, DEVICES[PHONE], ANSWER, PROVED)

    assert (received.name, received.secret) == (BACKUP, "AAAA")
    assert "AAAA" not in repr(received)
    assert take_answer(ASKED, DEVICES[PHONE], {**ANSWER, "name": MASTER}, PROVED).name == BACKUP
    assert len(take_answer(ASKED, DEVICES[PHONE], {**ANSWER, "secret": "A" * 4096}, PROVED).secret) == 4096


@pytest.mark.parametrize(
    ("asked", "sender", "change", "pin", "reason"),
    [
        (None, DEVICES[PHONE], {}, PROVED, Reason.NOT_ASKED),
        (ASKED, DEVICES[PHONE], {"request_id": "r2"}, PROVED, Reason.NOT_ASKED),
        (ASKED, DEVICES[LAPTOP], {}, PROVED, Reason.NOT_ASKED),
        (ASKED, HIS[PHONE], {}, PROVED, Reason.NOT_ASKED),
        (ASKED, None, {}, PROVED, Reason.NOT_ASKED),
        (ASKED, DEVICES[TABLET], {}, PROVED, Reason.NOT_TRUSTED),
        (ASKED, DEVICES[PHONE], {}, UNPROVED, Reason.NOT_TRUSTED),
        (ASKED, DEVICES[PHONE], {"secret": None}, PROVED, Reason.MALFORMED),
        (ASKED, DEVICES[PHONE], {"secret": ""}, PROVED, Reason.MALFORMED),
        (ASKED, DEVICES[PHONE], {"secret": ["AAAA"]}, PROVED, Reason.MALFORMED),
        (ASKED, DEVICES[PHONE], {"secret": "A" * 4097}, PROVED, Reason.MALFORMED),
    ],
)
def test_a_secret_that_nobody_asked_for_or_nobody_vouches_for_is_not_taken(
    asked: Asked | None, sender: Any, change: dict[str, Any], pin: Pin, reason: Reason
) -> None:
    with refused(reason):
        take_answer(asked, sender, {**ANSWER, **change}, pin)


@given(st.dictionaries(st.sampled_from([*REQUEST, "secret"]), VALUES))
def test_no_content_at_all_gets_a_secret_out_of_an_unproved_identity(content: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        judge_request(ANA, {**REQUEST, **content}, DEVICES, UNPROVED, DeviceId("HERE"))
