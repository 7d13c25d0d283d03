"""Verifying by emoji: the way it goes, and every way of disturbing it, none of which leaves anything trusted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.ids import EventId
from nookterm.trust import receiving, sas, sas_code, verifying
from nookterm.trust.sealed_box import BoxKey
from nookterm.trust.verification import CancelCode, Cancelled, Compared, Incoming, Phase
from tests.trust.chance import ANA, BO, LAPTOP, PHONE, TABLET, chance
from tests.trust.dance import (
    NOON,
    ROOM,
    TXN,
    Bend,
    Device,
    Wire,
    asked,
    comparing,
    confirmed,
    later,
    own_devices,
    phases,
    ready,
    two_people,
)
from tests.trust.people import person

BOTH_DONE = (Phase.DONE, Phase.DONE)
BOTH_CANCELLED = (Phase.CANCELLED, Phase.CANCELLED)


@pytest.mark.parametrize("in_room", [True, False])
@pytest.mark.parametrize("other_starts", [True, False])
def test_two_people_verify_each_other(*, in_room: bool, other_starts: bool) -> None:
    wire = comparing(two_people(in_room=in_room), other_starts=other_starts)
    ana, bo = wire.one, wire.other

    assert phases(wire) == (Phase.COMPARING, Phase.COMPARING)
    assert ana.code == bo.code
    assert len(ana.code.emoji) == 7
    assert ana.flow.verified == bo.flow.verified == {}

    confirmed(wire)

    assert phases(wire) == BOTH_DONE
    assert ana.flow.verified == {
        f"ed25519:{PHONE}": bo.who.device_keys[PHONE].public,
        bo.who.keys.master.key_id: bo.who.keys.master.public,
    }
    assert set(bo.flow.verified.values()) == {ana.who.device_keys[PHONE].public, ana.who.keys.master.public}
    assert wire.types == ["ready", "start", "accept", "key", "key", "mac", "mac", "done", "done"]
    assert ana.flow.code is None


def test_events_in_a_room_refer_to_the_request_and_others_carry_the_transaction() -> None:
    for wire in (confirmed(comparing(two_people(in_room=True))), confirmed(comparing(two_people(in_room=False)))):
        for sender, event in wire.seen:
            if wire.room:
                assert event.content["m.relates_to"] == {"rel_type": "m.reference", "event_id": "$request"}
                assert event.devices == ()
            else:
                assert event.content["transaction_id"] == TXN
                assert event.devices == (PHONE,)
            assert event.user != sender.who.user


def test_a_new_device_learns_from_an_old_one_whose_identity_it_is() -> None:
    wire = confirmed(comparing(own_devices()))
    phone, laptop = wire.one, wire.other

    assert phases(wire) == BOTH_DONE
    assert set(phone.flow.verified) == {f"ed25519:{LAPTOP}"}
    assert set(laptop.flow.verified) == {f"ed25519:{PHONE}", phone.who.keys.master.key_id}


def test_a_mac_that_comes_before_our_person_answered_waits_for_the_answer() -> None:
    wire = comparing(two_people())
    wire.one.take(sas.confirm(wire.one.flow))
    wire.run()

    assert phases(wire) == (Phase.CONFIRMED, Phase.COMPARING)
    wire.other.take(sas.confirm(wire.other.flow))
    assert [event.type for event in wire.other.sent] == ["m.key.verification.mac", "m.key.verification.done"]
    wire.run()
    assert phases(wire) == BOTH_DONE


def test_nothing_is_verified_before_both_are_done() -> None:
    wire = comparing(two_people(bend=lambda kind, content: None if kind.endswith("done") else content))
    confirmed(wire)

    assert phases(wire) == (Phase.ENDING, Phase.ENDING)
    assert wire.one.flow.proved
    assert wire.one.flow.verified == wire.other.flow.verified == {}


def test_a_difference_that_people_see_ends_it() -> None:
    wire = comparing(two_people())
    wire.other.take(sas.mismatch(wire.other.flow))
    wire.run()

    assert phases(wire) == BOTH_CANCELLED
    assert wire.other.flow.cancelled == Cancelled(CancelCode.MISMATCHED_SAS, by_us=True)
    assert wire.one.flow.cancelled == Cancelled(CancelCode.MISMATCHED_SAS, by_us=False)


def test_somebody_in_between_who_swaps_keys_is_caught_by_the_commitment() -> None:
    mallory = BoxKey(bytes(range(32)))
    wire = comparing(
        two_people(bend=lambda kind, content: {**content, "key": mallory.public} if kind.endswith("key") else content)
    )

    assert wire.one.flow.cancelled == Cancelled(CancelCode.MISMATCHED_COMMITMENT, by_us=True)
    assert wire.one.flow.verified == wire.other.flow.verified == {}


def test_somebody_in_between_who_plays_both_sides_shows_other_emoji() -> None:
    """Mallory, who has the server, plays Bo to Ana and Ana to Bo, with keys of her own on either side."""
    ana, bo = person(ANA, PHONE), person(BO, PHONE)
    left = comparing(asked(Device(ana), Device(bo, luck="mallory"), in_room=False))
    right = comparing(asked(Device(ana, luck="mallory"), Device(bo), in_room=False))

    assert left.one.code == left.other.code
    assert right.one.code == right.other.code
    assert left.one.code.emoji != right.other.code.emoji
    assert left.one.code.numbers != right.other.code.numbers


def forge_macs(**changes: Any) -> Bend:
    """Keep what a device says about its keys, but for these fields of the mac event."""
    return lambda kind, content: {**content, **changes} if kind.endswith("mac") else content


@pytest.mark.parametrize(
    "changes",
    [
        {"keys": "A" * 43},
        {"keys": None},
        {"mac": {}},
        {"mac": None},
        {"mac": {"ed25519:PHONE": "A" * 43}},
        {"mac": {"ed25519:STRANGE": "A" * 43}},
        {"mac": {"KEY_IDS": "A" * 43}},
        {"mac": []},
    ],
)
def test_macs_that_do_not_fit_verify_nothing(changes: dict[str, Any]) -> None:
    wire = confirmed(comparing(two_people(bend=forge_macs(**changes))))

    assert wire.one.flow.cancelled == Cancelled(CancelCode.KEY_MISMATCH, by_us=True)
    assert wire.one.flow.verified == wire.other.flow.verified == {}


@pytest.mark.parametrize("at", ["ed25519:PHONE", "master"])
def test_one_wrong_mac_among_right_ones_verifies_nothing(at: str) -> None:
    def bend(kind: str, content: dict[str, Any]) -> dict[str, Any]:
        if kind.endswith("mac"):
            [name] = [key for key in content["mac"] if (key == "ed25519:PHONE") == (at == "ed25519:PHONE")]
            content["mac"][name] = "A" * 43
        return content

    wire = confirmed(comparing(two_people(bend=bend)))

    assert wire.one.flow.cancelled == Cancelled(CancelCode.KEY_MISMATCH, by_us=True)
    assert wire.one.flow.verified == wire.other.flow.verified == {}


def test_a_mac_over_a_key_that_we_do_not_know_is_refused_though_it_is_right() -> None:
    """A valid MAC of somebody who really took part, over one key more than their identity has."""
    wire = comparing(two_people())
    bo = wire.other
    generous = replace(bo.flow.me, master=BoxKey(bytes(range(32))).public)
    bo.flow = replace(bo.flow, me=generous)
    confirmed(wire)

    assert wire.one.flow.cancelled == Cancelled(CancelCode.KEY_MISMATCH, by_us=True)
    assert wire.one.flow.verified == {}


def test_one_key_too_many_is_refused_though_all_macs_are_right() -> None:
    wire = comparing(two_people())
    exchange = wire.other.flow.exchange
    assert isinstance(exchange, Compared)
    more = BoxKey(bytes(range(32))).public
    keys = {**wire.other.flow.me.keys(), f"ed25519:{more}": more}
    ours, theirs, txn = exchange.ours, exchange.theirs, wire.other.flow.txn
    macs = {name: sas_code.mac(exchange.shared, ours, theirs, txn, name, key) for name, key in keys.items()}
    names = sas_code.mac(exchange.shared, ours, theirs, txn, sas_code.KEY_IDS, sas_code.key_list(keys))
    content = {"mac": macs, "keys": names, "m.relates_to": {"event_id": "$request"}}
    wire.one.take(sas.confirm(wire.one.flow))
    wire.one.hear(Incoming("m.key.verification.mac", BO, content, EventId("$1")))

    assert wire.one.flow.cancelled == Cancelled(CancelCode.KEY_MISMATCH, by_us=True)
    assert wire.one.flow.proved == {}


def test_saying_yes_twice_says_it_once() -> None:
    wire = comparing(two_people())
    once = sas.confirm(wire.one.flow)

    assert len(once.send) == 1
    assert sas.confirm(once.flow).send == ()
    assert sas.mismatch(once.flow).flow is once.flow


def test_verifying_a_person_needs_their_master_key_and_a_device_its_own() -> None:
    people, devices = comparing(two_people()), comparing(own_devices())
    people.other.flow = replace(people.other.flow, me=replace(people.other.flow.me, master=None))
    confirmed(people)
    assert people.one.flow.cancelled == Cancelled(CancelCode.KEY_MISMATCH, by_us=True)

    def without_device(kind: str, content: dict[str, Any]) -> dict[str, Any]:
        if kind.endswith("mac"):
            content["mac"].pop("ed25519:PHONE", None)
        return content

    devices.bend = without_device
    confirmed(devices)
    assert devices.other.flow.cancelled == Cancelled(CancelCode.KEY_MISMATCH, by_us=True)


def test_a_server_that_showed_another_key_for_a_device_gains_nothing() -> None:
    ana, bo = Device(person(ANA, PHONE)), Device(person(BO, PHONE))
    false_bo = person(BO, PHONE, seed="made by the server")
    wire = asked(ana, bo, in_room=True, seen_by_one=false_bo.identity())
    confirmed(comparing(wire))

    assert wire.one.flow.cancelled == Cancelled(CancelCode.KEY_MISMATCH, by_us=True)
    assert wire.one.flow.verified == wire.other.flow.verified == {}


@pytest.mark.parametrize("in_room", [True, False])
def test_when_both_start_the_smaller_name_goes_on(*, in_room: bool) -> None:
    wire = ready(two_people(in_room=in_room))
    for device in (wire.one, wire.other):
        device.take(sas.start(device.flow))
    wire.run()

    assert phases(wire) == (Phase.COMPARING, Phase.COMPARING)
    assert wire.one.code == wire.other.code
    accepts = [sender for sender, event in wire.seen if event.type.endswith("accept")]
    assert accepts == [wire.other]
    assert ANA < BO


def test_between_own_devices_the_smaller_device_goes_on() -> None:
    wire = ready(own_devices())
    for device in (wire.one, wire.other):
        device.take(sas.start(device.flow))
    wire.run()

    assert wire.one.code == wire.other.code
    assert [sender.name for sender, event in wire.seen if event.type.endswith("accept")] == [PHONE]
    assert LAPTOP < PHONE


def test_starts_of_two_methods_end_it() -> None:
    wire = ready(two_people())
    wire.one.take(sas.start(wire.one.flow))
    other = {
        "from_device": PHONE,
        "method": "m.reciprocate.v1",
        "secret": "AAAA",
        "m.relates_to": {"event_id": "$request"},
    }
    wire.one.hear(Incoming("m.key.verification.start", BO, other, EventId("$x")))

    assert wire.one.flow.cancelled == Cancelled(CancelCode.UNEXPECTED_MESSAGE, by_us=True)


def started(**changes: Any) -> Wire:
    """Ana's start has arrived with some fields changed."""

    def bend(kind: str, content: dict[str, Any]) -> dict[str, Any]:
        return {**content, **changes} if kind.endswith("start") else content

    wire = ready(two_people(bend=bend))
    wire.one.take(sas.start(wire.one.flow))
    wire.run()
    return wire


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"method": "m.other"}, CancelCode.UNKNOWN_METHOD),
        ({"method": None}, CancelCode.UNKNOWN_METHOD),
        ({"hashes": ["md5"]}, CancelCode.UNKNOWN_METHOD),
        ({"key_agreement_protocols": ["curve25519"]}, CancelCode.UNKNOWN_METHOD),
        ({"message_authentication_codes": ["hkdf-hmac-sha256"]}, CancelCode.UNKNOWN_METHOD),
        ({"short_authentication_string": ["colours"]}, CancelCode.UNKNOWN_METHOD),
        ({"short_authentication_string": [[]]}, CancelCode.UNKNOWN_METHOD),
        ({"hashes": None}, CancelCode.INVALID_MESSAGE),
        ({"short_authentication_string": "decimal"}, CancelCode.INVALID_MESSAGE),
        ({"more": 0.5}, CancelCode.INVALID_MESSAGE),
        ({"short_authentication_string": ["decimal", "emoji", "more"]}, CancelCode.MISMATCHED_COMMITMENT),
    ],
)
def test_a_start_that_cannot_be_followed_ends_it(changes: dict[str, Any], code: CancelCode) -> None:
    wire = started(**changes)

    assert phases(wire) == BOTH_CANCELLED
    assert code in {device.flow.cancelled and device.flow.cancelled.code for device in (wire.one, wire.other)}


def test_a_start_by_another_device_of_theirs_is_not_listened_to() -> None:
    wire = started(from_device="LAPTOP")

    assert phases(wire) == (Phase.STARTED, Phase.READY)


def test_only_what_both_know_is_shown() -> None:
    def only_numbers(kind: str, content: dict[str, Any]) -> dict[str, Any]:
        return {**content, "short_authentication_string": ["decimal"]} if kind.endswith("accept") else content

    wire = comparing(two_people(bend=only_numbers))
    exchange = wire.one.flow.exchange

    assert exchange is not None
    assert getattr(exchange, "shows", None) == {"decimal"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"commitment": None}, CancelCode.INVALID_MESSAGE),
        ({"short_authentication_string": None}, CancelCode.INVALID_MESSAGE),
        ({"short_authentication_string": []}, CancelCode.UNKNOWN_METHOD),
        ({"hash": "md5"}, CancelCode.UNKNOWN_METHOD),
        ({"key_agreement_protocol": "curve25519"}, CancelCode.UNKNOWN_METHOD),
        ({"message_authentication_code": "hkdf-hmac-sha256"}, CancelCode.UNKNOWN_METHOD),
        ({"commitment": "A" * 43}, CancelCode.MISMATCHED_COMMITMENT),
    ],
)
def test_an_accept_that_is_not_what_we_offered_ends_it(changes: dict[str, Any], code: CancelCode) -> None:
    wire = comparing(
        two_people(bend=lambda kind, content: {**content, **changes} if kind.endswith("accept") else content)
    )

    assert wire.one.flow.cancelled == Cancelled(code, by_us=True)
    assert wire.other.flow.cancelled == Cancelled(code, by_us=False)


@pytest.mark.parametrize("key", [None, "", "A" * 43, "A" * 42, "*", 7])
def test_a_key_that_is_none_or_leads_to_a_secret_that_all_know_ends_it(key: object) -> None:
    wire = comparing(
        two_people(bend=lambda kind, content: {**content, "key": key} if kind.endswith("key") else content)
    )

    assert wire.other.flow.cancelled == Cancelled(CancelCode.INVALID_MESSAGE, by_us=True)
    assert phases(wire) == BOTH_CANCELLED


KINDS = ["request", "ready", "start", "accept", "key", "mac", "done", "cancel", "odd"]
BODIES: list[dict[str, Any]] = [
    {},
    {"from_device": PHONE, "methods": ["m.sas.v1"]},
    {"from_device": PHONE, "methods": [], "code": "m.user"},
    {"from_device": PHONE, "method": "m.sas.v1", "key": "A" * 43, "mac": {}, "keys": ""},
    {"from_device": LAPTOP, "code": "m.accepted", "methods": ["m.sas.v1", 3]},
]


@given(
    st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(BODIES), st.sampled_from([ANA, BO])), max_size=6),
    st.sampled_from(["asked", "ready", "started", "comparing", "confirmed", "done"]),
    st.booleans(),
)
def test_whatever_comes_in_whatever_order_verifies_nothing(
    story: list[tuple[str, dict[str, Any], Any]],
    stage: str,
    in_room: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    wire = two_people(in_room=in_room)
    if stage != "asked":
        ready(wire)
    if stage == "started":
        wire.one.take(sas.start(wire.one.flow))
    if stage in {"comparing", "confirmed", "done"}:
        wire.one.take(sas.start(wire.one.flow))
        wire.run()
    if stage == "confirmed":
        wire.one.take(sas.confirm(wire.one.flow))
    if stage == "done":
        confirmed(wire)
    before = wire.one.flow.verified
    for kind, body, sender in story:
        named = {"m.relates_to": {"event_id": "$request"}} if in_room else {"transaction_id": TXN}
        event = Incoming(f"m.key.verification.{kind}", sender, {**body, **named}, EventId("$e") if in_room else None)
        sent = len(wire.one.sent)
        over = wire.one.flow.over
        wire.one.hear(event)
        if over or sender == ANA:
            assert len(wire.one.sent) == sent

    assert wire.one.flow.verified == before


@pytest.mark.parametrize("kind", ["accept", "key", "mac", "done"])
@pytest.mark.parametrize("stage", [two_people, lambda: ready(two_people()), lambda: comparing(two_people())])
def test_a_message_out_of_order_ends_it(kind: str, stage: Any) -> None:
    wire = stage()
    if kind == "mac" and wire.one.flow.phase is Phase.COMPARING:
        wire.one.hear(Incoming("m.key.verification.mac", BO, {"m.relates_to": {"event_id": "$request"}}, EventId("$1")))
    wire.one.hear(Incoming(f"m.key.verification.{kind}", BO, {"m.relates_to": {"event_id": "$request"}}, EventId("$2")))

    assert wire.one.flow.cancelled == Cancelled(CancelCode.UNEXPECTED_MESSAGE, by_us=True)


def test_a_start_before_anybody_agreed_ends_it() -> None:
    wire = two_people()
    content = {"from_device": PHONE, "method": "m.sas.v1", "m.relates_to": {"event_id": "$request"}}
    wire.other.hear(Incoming("m.key.verification.start", ANA, content, EventId("$1")))

    assert wire.other.flow.cancelled == Cancelled(CancelCode.UNEXPECTED_MESSAGE, by_us=True)


def test_what_does_not_belong_to_the_flow_changes_nothing() -> None:
    wire = ready(two_people())
    flow = wire.one.flow
    content = {"from_device": PHONE, "method": "m.sas.v1", "m.relates_to": {"event_id": "$request"}}
    for event in (
        Incoming("m.key.verification.cancel", BO, {"m.relates_to": {"event_id": "$another"}}, EventId("$1")),
        Incoming("m.key.verification.cancel", BO, {"transaction_id": "$request"}),
        Incoming("m.key.verification.cancel", person(ANA, PHONE).user, content, EventId("$1")),
        Incoming("m.key.verification.odd", BO, content, EventId("$1")),
        Incoming("m.key.verification.cancel", BO, {"m.relates_to": []}, EventId("$1")),
        Incoming("m.key.verification.cancel", BO, {"transaction_id": 7}),
    ):
        assert receiving.receive(flow, event, NOON, chance("x")).flow is flow
    stranger = Incoming("m.key.verification.cancel", type(BO)("@eve:x"), content, EventId("$1"))
    assert receiving.receive(flow, stranger, NOON, chance("x")).flow is flow


def test_another_device_of_ours_that_answers_takes_the_request_away() -> None:
    wire = two_people()
    answer = {"from_device": TABLET, "methods": ["m.sas.v1"], "m.relates_to": {"event_id": "$request"}}
    wire.other.hear(Incoming("m.key.verification.ready", BO, answer, EventId("$1")))

    assert wire.other.flow.phase is Phase.ELSEWHERE
    assert wire.other.sent == []


def test_another_device_of_ours_cannot_disturb_what_this_one_goes_on_with() -> None:
    wire = ready(two_people())
    for kind in ("ready", "cancel", "start", "done"):
        content = {"from_device": TABLET, "methods": [], "code": "m.user", "m.relates_to": {"event_id": "$request"}}
        wire.other.hear(Incoming(f"m.key.verification.{kind}", BO, content, EventId("$1")))
    comparing_now = comparing(two_people())

    assert wire.other.flow.phase is Phase.READY
    assert phases(comparing_now) == (Phase.COMPARING, Phase.COMPARING)


@pytest.mark.parametrize("kind", ["start", "accept", "key", "mac", "done", "odd"])
def test_only_an_answer_of_another_device_of_ours_takes_the_request_away(kind: str) -> None:
    wire = two_people()
    content = {"from_device": TABLET, "methods": [], "m.relates_to": {"event_id": "$request"}}
    wire.other.hear(Incoming(f"m.key.verification.{kind}", BO, content, EventId("$1")))

    assert phases(wire) == (Phase.REQUESTED, Phase.ASKED)


def test_our_own_answer_that_comes_back_is_ours() -> None:
    wire = two_people()
    echo = {"from_device": PHONE, "methods": ["m.sas.v1"], "m.relates_to": {"event_id": "$request"}}
    wire.other.hear(Incoming("m.key.verification.ready", BO, echo, EventId("$1")))
    assert phases(wire) == (Phase.REQUESTED, Phase.ASKED)
    wire.other.hear(Incoming("m.key.verification.cancel", BO, {**echo, "code": "m.user"}, EventId("$2")))
    assert phases(wire) == (Phase.REQUESTED, Phase.ELSEWHERE)


def test_it_ends_after_ten_minutes() -> None:
    wire = comparing(two_people())
    event = Incoming("m.key.verification.mac", BO, {"m.relates_to": {"event_id": "$request"}}, EventId("$1"))

    assert receiving.receive(wire.one.flow, event, later(10), chance("x")).flow.phase is Phase.COMPARING
    step = receiving.receive(wire.one.flow, event, later(10.1), chance("x"))
    assert step.flow.cancelled == Cancelled(CancelCode.TIMEOUT, by_us=True)
    assert [sent.content["code"] for sent in step.send] == ["m.timeout"]


def test_keys_pressed_at_another_time_do_nothing() -> None:
    wire = two_people()
    for device in (wire.one, wire.other):
        for press in (sas.start, sas.confirm, sas.mismatch):
            assert press(device.flow).flow is device.flow
            assert press(device.flow).send == ()
    assert verifying.agree(wire.one.flow).flow is wire.one.flow
    done = confirmed(comparing(two_people()))
    assert verifying.cancel(done.one.flow).send == ()
    assert done.one.flow.verified


def test_no_secret_is_in_a_repr() -> None:
    wire = comparing(two_people())
    exchange = wire.one.flow.exchange
    assert exchange is not None
    shown = repr(wire.one.flow)

    assert repr(getattr(exchange, "shared", None)) not in shown
    assert "seed" not in shown
    assert wire.one.who.keys.master.public in shown
    assert ROOM in shown
