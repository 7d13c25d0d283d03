"""How a verification is asked for, answered and ended."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from nookterm.domain.ids import DeviceId, EventId
from nookterm.trust import receiving, sas, verifying
from nookterm.trust.identity import Identity
from nookterm.trust.refusals import Reason
from nookterm.trust.verification import CancelCode, Cancelled, Flow, Incoming, Me, Phase
from tests.trust.chance import ANA, BO, LAPTOP, PHONE, TABLET, chance, refused
from tests.trust.dance import NOON, REQUEST_ID, ROOM, TXN, later, me, two_people
from tests.trust.people import person

HERS = person(ANA, PHONE)
HIS = person(BO, PHONE, LAPTOP, TABLET)
MINUTE = 60_000
NOON_MS = int(NOON.timestamp() * 1000)


def asked_devices() -> Flow:
    return verifying.ask_devices(me(HERS), HIS.identity(), (PHONE, LAPTOP, TABLET), TXN, NOON).flow


def from_bo(kind: str, **content: Any) -> Incoming:
    return Incoming(f"m.key.verification.{kind}", BO, {"transaction_id": TXN, **content})


def hear(flow: Flow, event: Incoming) -> Any:
    return receiving.receive(flow, event, NOON, chance("x"))


def test_all_devices_are_asked_under_one_name() -> None:
    step = verifying.ask_devices(me(HERS), HIS.identity(), (PHONE, LAPTOP), TXN, NOON)
    [request] = step.send

    assert step.flow.phase is Phase.REQUESTED
    assert (request.type, request.user, request.devices) == ("m.key.verification.request", BO, (PHONE, LAPTOP))
    assert request.content == {
        "from_device": PHONE,
        "methods": ["m.sas.v1"],
        "timestamp": NOON_MS,
        "transaction_id": TXN,
    }


def test_the_first_device_that_is_willing_goes_on_and_the_others_are_told() -> None:
    step = hear(asked_devices(), from_bo("ready", from_device=LAPTOP, methods=["m.sas.v1"]))
    [told] = step.send

    assert (step.flow.phase, step.flow.device) == (Phase.READY, LAPTOP)
    assert (told.type, told.devices, told.content["code"]) == (
        "m.key.verification.cancel",
        (PHONE, TABLET),
        "m.accepted",
    )
    late = hear(step.flow, from_bo("ready", from_device=TABLET, methods=["m.sas.v1"]))
    assert late.flow is step.flow
    [start] = sas.start(step.flow).send
    assert start.devices == (LAPTOP,)


def test_the_first_answer_counts_and_no_later_one() -> None:
    in_a_room = verifying.asked_in_room(me(HERS), HIS.identity(), ROOM, REQUEST_ID, NOON)
    first = hear(in_a_room, in_room("ready", from_device=PHONE, methods=["m.sas.v1"])).flow
    for device in (PHONE, LAPTOP):
        later_one = hear(first, in_room("ready", from_device=device, methods=["m.sas.v1"]))
        assert later_one.flow is first
    to_devices = hear(asked_devices(), from_bo("ready", from_device=LAPTOP, methods=["m.sas.v1"])).flow
    assert hear(to_devices, from_bo("ready", from_device=LAPTOP, methods=["m.sas.v1"])).flow is to_devices
    assert verifying.agree(first).flow is first


@pytest.mark.parametrize("code", [CancelCode.USER, CancelCode.ACCEPTED, CancelCode.TIMEOUT])
def test_who_ends_it_later_ends_it_and_hears_nothing_back(code: CancelCode) -> None:
    ready = hear(asked_devices(), from_bo("ready", from_device=LAPTOP, methods=["m.sas.v1"])).flow
    step = hear(ready, from_bo("cancel", code=code))

    assert (step.flow.phase, step.send) == (Phase.CANCELLED, ())
    assert step.flow.cancelled == Cancelled(code, by_us=False)


def test_a_request_that_is_taken_back_is_cancelled() -> None:
    flow = verifying.was_asked(me(HERS), HIS.identity(), a_request(), NOON)
    step = hear(flow, from_bo("cancel", code="m.user"))

    assert (step.flow.phase, step.flow.cancelled, step.send) == (
        Phase.CANCELLED,
        Cancelled(CancelCode.USER, by_us=False),
        (),
    )


def test_a_device_whose_name_they_do_not_have_can_ask() -> None:
    ours = Me(ANA, DeviceId("OURS"), "A" * 43)

    assert verifying.ask_devices(ours, HIS.identity(), (PHONE,), TXN, NOON).flow.phase is Phase.REQUESTED


def test_a_request_that_another_device_of_ours_accepted_goes_away_quietly() -> None:
    flow = verifying.was_asked(me(HERS), HIS.identity(), a_request(), NOON)
    step = hear(flow, from_bo("cancel", code="m.accepted"))

    assert step.flow.phase is Phase.ELSEWHERE
    assert (step.flow.cancelled, step.send) == (None, ())


def test_a_no_of_one_device_is_a_no_and_the_others_are_told() -> None:
    step = hear(asked_devices(), from_bo("cancel", code="m.user", reason="\x1b[31m"))
    [told] = step.send

    assert step.flow.cancelled == Cancelled(CancelCode.USER, by_us=False)
    assert (told.content["code"], told.devices) == ("m.user", (PHONE, LAPTOP, TABLET))


@pytest.mark.parametrize("code", ["org.example.odd", None, 7, ["m.user"]])
def test_a_code_that_we_do_not_know_is_no_code(code: object) -> None:
    step = hear(verifying.asked_in_room(me(HERS), HIS.identity(), ROOM, REQUEST_ID, NOON), in_room("cancel", code=code))

    assert step.flow.cancelled == Cancelled(None, by_us=False)
    assert step.send == ()


def in_room(kind: str, **content: Any) -> Incoming:
    relation = {"m.relates_to": {"event_id": REQUEST_ID}}
    return Incoming(f"m.key.verification.{kind}", BO, {**relation, **content}, EventId("$1"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({}, CancelCode.INVALID_MESSAGE),
        ({"from_device": PHONE}, CancelCode.INVALID_MESSAGE),
        ({"from_device": 7, "methods": ["m.sas.v1"]}, CancelCode.INVALID_MESSAGE),
        ({"from_device": PHONE, "methods": ["m.other", {}]}, CancelCode.UNKNOWN_METHOD),
        ({"from_device": "NEVERSEEN", "methods": ["m.sas.v1"]}, CancelCode.KEY_MISMATCH),
    ],
)
def test_an_answer_that_leads_nowhere_ends_it(content: dict[str, Any], code: CancelCode) -> None:
    flow = verifying.asked_in_room(me(HERS), HIS.identity(), ROOM, REQUEST_ID, NOON)
    step = hear(flow, in_room("ready", **content))

    assert step.flow.cancelled == Cancelled(code, by_us=True)
    assert [sent.content["code"] for sent in step.send] == [code]


def test_a_device_that_was_not_asked_is_not_listened_to() -> None:
    flow = verifying.ask_devices(me(HERS), HIS.identity(), (PHONE,), TXN, NOON).flow

    assert hear(flow, from_bo("ready", from_device=LAPTOP, methods=["m.sas.v1"])).flow is flow


def test_who_asked_does_not_answer_for_us() -> None:
    flow = verifying.was_asked(me(HERS), HIS.identity(), a_request(), NOON)
    step = hear(flow, from_bo("ready", from_device=PHONE, methods=["m.sas.v1"]))

    assert step.flow.cancelled == Cancelled(CancelCode.UNEXPECTED_MESSAGE, by_us=True)


def a_request(**changes: Any) -> Incoming:
    content = {"from_device": PHONE, "methods": ["m.sas.v1"], "timestamp": NOON_MS, **changes}
    return from_bo("request", **content)


def test_a_request_shows_who_asks_from_which_device() -> None:
    flow = verifying.was_asked(me(HERS), HIS.identity(), a_request(), NOON)

    assert (flow.phase, flow.device, flow.txn) == (Phase.ASKED, PHONE, TXN)
    assert flow.other is not None
    assert flow.other.signed_by_owner
    step = verifying.agree(flow)
    [ready] = step.send
    assert step.flow.phase is Phase.READY
    assert (ready.type, ready.devices) == ("m.key.verification.ready", (PHONE,))
    assert ready.content == {"from_device": PHONE, "methods": ["m.sas.v1"], "transaction_id": TXN}


def test_a_no_is_told_to_who_asked() -> None:
    flow = verifying.was_asked(me(HERS), HIS.identity(), a_request(), NOON)
    step = verifying.cancel(flow)
    [told] = step.send

    assert step.flow.phase is Phase.CANCELLED
    assert (told.type, told.devices, told.content["code"]) == ("m.key.verification.cancel", (PHONE,), "m.user")
    assert verifying.cancel(step.flow).send == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"from_device": None}, Reason.MALFORMED),
        ({"from_device": ""}, Reason.MALFORMED),
        ({"methods": None}, Reason.MALFORMED),
        ({"methods": "m.sas.v1"}, Reason.MALFORMED),
        ({"transaction_id": None}, Reason.MALFORMED),
        ({"transaction_id": ""}, Reason.MALFORMED),
        ({"transaction_id": "\ud800"}, Reason.MALFORMED),
        ({"timestamp": None}, Reason.MALFORMED),
        ({"timestamp": "now"}, Reason.MALFORMED),
        ({"timestamp": True}, Reason.MALFORMED),
        ({"timestamp": 10**30}, Reason.MALFORMED),
        ({"timestamp": -1}, Reason.MALFORMED),
        ({"timestamp": 0}, Reason.TOO_MUCH),
        ({"timestamp": NOON_MS - 10 * MINUTE - 1}, Reason.TOO_MUCH),
        ({"timestamp": NOON_MS + 5 * MINUTE + 1}, Reason.TOO_MUCH),
    ],
)
def test_a_request_that_is_none_is_refused(changes: dict[str, Any], reason: Reason) -> None:
    with refused(reason):
        verifying.was_asked(me(HERS), HIS.identity(), a_request(**changes), NOON)


def test_a_clock_that_is_a_little_off_is_borne_and_gains_no_time() -> None:
    late = verifying.was_asked(me(HERS), HIS.identity(), a_request(timestamp=NOON_MS - 10 * MINUTE), NOON)
    early = verifying.was_asked(me(HERS), HIS.identity(), a_request(timestamp=NOON_MS + 5 * MINUTE), NOON)

    assert verifying.expire(late, later(0.1)).flow.phase is Phase.CANCELLED
    assert verifying.expire(early, later(10)).flow is early
    assert verifying.expire(early, later(10.1)).flow.phase is Phase.CANCELLED


def room_event(user: str = BO, **changes: Any) -> Incoming:
    content = {**verifying.room_request(me(HIS), ANA), **changes}
    return Incoming("m.room.message", type(BO)(user), content, REQUEST_ID)


def test_a_request_in_a_room_is_for_whom_it_names() -> None:
    flow = verifying.was_asked(me(HERS), HIS.identity(), room_event(), NOON, room=ROOM, sent_at=NOON)

    assert (flow.txn, flow.room) == (REQUEST_ID, ROOM)
    [ready] = verifying.agree(flow).send
    assert ready.devices == ()
    for event in (room_event(to=BO), room_event(to=None), room_event(user="@eve:x")):
        with refused(Reason.WRONG_USER):
            verifying.was_asked(me(HERS), HIS.identity(), event, NOON, room=ROOM, sent_at=NOON)
    with refused(Reason.MALFORMED):
        verifying.was_asked(me(HERS), HIS.identity(), room_event(), NOON, room=ROOM)
    with refused(Reason.TOO_MUCH):
        verifying.was_asked(
            me(HERS), HIS.identity(), room_event(), NOON, room=ROOM, sent_at=datetime(2020, 1, 1, tzinfo=UTC)
        )


def test_our_own_requests_are_not_ours_to_answer() -> None:
    hers = HERS.identity()
    echo = Incoming("m.key.verification.request", ANA, a_request().content)
    with refused(Reason.WRONG_DEVICE):
        verifying.was_asked(me(HERS), hers, echo, NOON)
    in_room_echo = Incoming("m.room.message", ANA, verifying.room_request(me(HERS), ANA), REQUEST_ID)
    with refused(Reason.WRONG_USER):
        verifying.was_asked(me(HERS), hers, in_room_echo, NOON, room=ROOM, sent_at=NOON)
    with refused(Reason.WRONG_USER):
        verifying.asked_in_room(me(HERS), hers, ROOM, REQUEST_ID, NOON)


def test_nobody_is_verified_who_cannot_be() -> None:
    posing = person(BO, PHONE)
    posing.add_device(DeviceId(posing.keys.master.public))
    with refused(Reason.COLLISION):
        verifying.ask_devices(me(HERS), posing.identity(), (PHONE,), TXN, NOON)
    with refused(Reason.MISSING):
        verifying.asked_in_room(me(HERS), Identity(BO), ROOM, REQUEST_ID, NOON)
    with refused(Reason.MISSING):
        verifying.was_asked(me(HERS), Identity(BO), a_request(), NOON)
    with refused(Reason.MISSING):
        verifying.ask_devices(Me(ANA, TABLET, "A" * 43), HERS.identity(), (PHONE,), TXN, NOON)


def test_a_request_without_a_common_method_waits_for_another_device_or_a_no() -> None:
    flow = verifying.was_asked(me(HERS), HIS.identity(), a_request(methods=["m.qr_code.show.v1", 7]), NOON)

    assert verifying.agree(flow).flow is flow
    assert verifying.agree(flow).send == ()


def test_a_device_that_the_server_does_not_show_is_not_agreed_with() -> None:
    flow = verifying.was_asked(me(HERS), HIS.identity(), a_request(from_device="NEVERSEEN"), NOON)

    assert flow.other is None
    assert verifying.agree(flow).flow.cancelled == Cancelled(CancelCode.KEY_MISMATCH, by_us=True)


def test_what_takes_too_long_ends_and_only_what_was_answered_says_so() -> None:
    wire = two_people()
    ours, theirs = (verifying.expire(device.flow, later(11)) for device in (wire.one, wire.other))

    assert ours.flow.cancelled == theirs.flow.cancelled == Cancelled(CancelCode.TIMEOUT, by_us=True)
    assert [event.content["code"] for event in ours.send] == ["m.timeout"]
    assert theirs.send == ()
    assert verifying.expire(ours.flow, later(20)).send == ()
    assert verifying.expire(wire.one.flow, later(9)).flow is wire.one.flow


def test_every_code_has_a_reason_in_words() -> None:
    for code in CancelCode:
        [event] = verifying.cancel(two_people().one.flow, code).send
        assert event.content["code"] == code
        assert event.content["reason"].endswith(".")
