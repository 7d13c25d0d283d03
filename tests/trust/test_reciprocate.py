"""Verifying by QR code: both learn what the code proves, and a code that is not right teaches nobody anything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nookterm.domain.ids import EventId
from nookterm.trust import reciprocate, sas
from nookterm.trust.qr_code import Mode, QrCode
from nookterm.trust.verification import QR_SCAN, QR_SHOW, RECIPROCATE, CancelCode, Cancelled, Incoming, Phase, Shown
from tests.trust.chance import ANA, BO, LAPTOP, PHONE, chance
from tests.trust.dance import ALL_METHODS, Bend, Device, Wire, asked, comparing, phases, ready
from tests.trust.people import person


def two_people(bend: Bend = lambda _type, content: content, **methods: tuple[str, ...]) -> Wire:
    ana = Device(person(ANA, PHONE), methods=methods.get("ana", ALL_METHODS))
    bo = Device(person(BO, PHONE), methods=methods.get("bo", ALL_METHODS))
    return ready(asked(ana, bo, in_room=True, bend=bend))


def own_devices() -> Wire:
    """Ana's phone trusts her identity; her laptop does not yet."""
    who = person(ANA, PHONE)
    who.add_device(LAPTOP, signed=False)
    return ready(asked(Device(who, methods=ALL_METHODS), Device(who, LAPTOP, methods=ALL_METHODS), in_room=False))


def code_of(device: Device) -> QrCode:
    device.take(reciprocate.show(device.flow, chance("code")))
    assert isinstance(device.flow.exchange, Shown)
    return device.flow.exchange.code


def scanned(wire: Wire, shower: Device, reader: Device) -> QrCode:
    code = code_of(shower)
    reader.take(reciprocate.read(reader.flow, code))
    wire.run()
    return code


def test_two_people_verify_each_other_with_one_look() -> None:
    wire = two_people()
    ana, bo = wire.one, wire.other
    code = scanned(wire, ana, bo)

    assert (code.mode, code.first, code.second) == (
        Mode.ANOTHER_USER,
        ana.who.keys.master.public,
        bo.who.keys.master.public,
    )
    assert phases(wire) == (Phase.SCANNED, Phase.CONFIRMED)
    assert ana.flow.verified == bo.flow.verified == {}

    ana.take(reciprocate.confirm(ana.flow))
    wire.run()

    assert phases(wire) == (Phase.DONE, Phase.DONE)
    assert ana.flow.verified == {bo.who.keys.master.key_id: bo.who.keys.master.public}
    assert bo.flow.verified == {ana.who.keys.master.key_id: ana.who.keys.master.public}
    assert wire.types == ["ready", "start", "done", "done"]


@pytest.mark.parametrize("old_one_shows", [True, False])
def test_a_new_device_learns_the_identity_and_the_old_one_the_device(*, old_one_shows: bool) -> None:
    wire = own_devices()
    phone, laptop = wire.one, wire.other
    shower, reader = (phone, laptop) if old_one_shows else (laptop, phone)
    code = scanned(wire, shower, reader)
    shower.take(reciprocate.confirm(shower.flow))
    wire.run()

    assert code.mode is (Mode.TRUSTING_SELF if old_one_shows else Mode.UNTRUSTING_SELF)
    assert phases(wire) == (Phase.DONE, Phase.DONE)
    assert set(phone.flow.verified) == {f"ed25519:{LAPTOP}"}
    assert set(laptop.flow.verified) == {phone.who.keys.master.key_id}


@pytest.mark.parametrize(
    "change",
    [
        {"first": "A" * 43},
        {"second": "A" * 43},
        {"txn": "$another"},
        {"mode": Mode.TRUSTING_SELF},
        {"mode": Mode.UNTRUSTING_SELF},
    ],
)
def test_a_code_that_is_not_right_ends_it(change: dict[str, Any]) -> None:
    wire = two_people()
    wire.other.take(reciprocate.read(wire.other.flow, replace(code_of(wire.one), **change)))
    wire.run()

    assert wire.other.flow.cancelled == Cancelled(CancelCode.KEY_MISMATCH, by_us=True)
    assert wire.one.flow.cancelled == Cancelled(CancelCode.KEY_MISMATCH, by_us=False)


def test_a_code_for_own_devices_says_nothing_about_another_person() -> None:
    wire = two_people()
    ana, bo = wire.one, wire.other
    code = replace(
        code_of(ana), mode=Mode.TRUSTING_SELF, first=ana.who.keys.master.public, second=bo.who.device_keys[PHONE].public
    )
    bo.take(reciprocate.read(bo.flow, code))

    assert bo.flow.cancelled == Cancelled(CancelCode.KEY_MISMATCH, by_us=True)


def test_a_server_that_showed_one_of_them_a_false_key_is_found_out() -> None:
    ana, bo = Device(person(ANA, PHONE), methods=ALL_METHODS), Device(person(BO, PHONE), methods=ALL_METHODS)
    false_bo = person(BO, PHONE, seed="made by the server").identity()
    wire = ready(asked(ana, bo, in_room=True, seen_by_one=false_bo))
    scanned(wire, ana, bo)

    assert bo.flow.cancelled == Cancelled(CancelCode.KEY_MISMATCH, by_us=True)
    assert ana.flow.verified == bo.flow.verified == {}


def test_own_devices_that_neither_trust_the_identity_prove_nothing() -> None:
    wire = own_devices()
    code = code_of(wire.other)
    wire.one.flow = replace(wire.one.flow, me=replace(wire.one.flow.me, master=None))
    wire.one.take(reciprocate.read(wire.one.flow, code))

    assert wire.one.flow.cancelled == Cancelled(CancelCode.KEY_MISMATCH, by_us=True)


@pytest.mark.parametrize(
    ("secret", "code"),
    [
        ("AAAA", CancelCode.KEY_MISMATCH),
        ("", CancelCode.KEY_MISMATCH),
        (None, CancelCode.INVALID_MESSAGE),
        ("*", CancelCode.INVALID_MESSAGE),
    ],
)
def test_who_has_not_read_the_code_cannot_say_so(secret: object, code: CancelCode) -> None:
    wire = two_people(lambda kind, content: {**content, "secret": secret} if kind.endswith("start") else content)
    scanned(wire, wire.one, wire.other)

    assert wire.one.flow.cancelled == Cancelled(code, by_us=True)
    assert wire.one.flow.verified == wire.other.flow.verified == {}


def test_another_device_of_theirs_that_claims_to_have_read_it_is_not_listened_to() -> None:
    wire = two_people(lambda kind, content: {**content, "from_device": LAPTOP} if kind.endswith("start") else content)
    scanned(wire, wire.one, wire.other)

    assert wire.one.flow.phase is Phase.READY


def test_a_second_reader_ends_it() -> None:
    wire = two_people()
    scanned(wire, wire.one, wire.other)
    again = {"from_device": PHONE, "method": RECIPROCATE, "m.relates_to": {"event_id": "$request"}}
    wire.one.hear(Incoming("m.key.verification.start", BO, again, EventId("$2")))

    assert wire.one.flow.cancelled == Cancelled(CancelCode.UNEXPECTED_MESSAGE, by_us=True)


def test_emoji_stay_possible_while_a_code_is_shown() -> None:
    wire = two_people()
    code_of(wire.one)
    wire.other.take(sas.start(wire.other.flow))
    wire.run()

    assert wire.one.code == wire.other.code


def test_a_code_is_shown_and_read_only_where_both_can() -> None:
    no_camera = two_people(bo=("m.sas.v1", QR_SHOW, RECIPROCATE))
    no_reciprocation = two_people(bo=("m.sas.v1", QR_SHOW, QR_SCAN))
    emoji_only = two_people(bo=("m.sas.v1",))

    assert reciprocate.show(no_camera.one.flow, chance("x")).flow is no_camera.one.flow
    assert no_camera.one.flow.common == {"m.sas.v1", QR_SCAN}
    for wire in (no_reciprocation, emoji_only):
        assert wire.one.flow.common == {"m.sas.v1"}
        assert reciprocate.show(wire.one.flow, chance("x")).flow is wire.one.flow
        assert reciprocate.read(wire.one.flow, QrCode(Mode.ANOTHER_USER, "t", "a", "b", b"")).flow is wire.one.flow
    only_codes = two_people(ana=(QR_SHOW, RECIPROCATE), bo=(QR_SCAN, RECIPROCATE))
    assert sas.start(only_codes.one.flow).flow is only_codes.one.flow
    assert phases(comparing(two_people())) == (Phase.COMPARING, Phase.COMPARING)


def test_nothing_is_shown_for_another_person_before_our_own_identity_is_proved() -> None:
    wire = two_people()
    wire.one.flow = replace(wire.one.flow, me=replace(wire.one.flow.me, master=None))

    assert reciprocate.show(wire.one.flow, chance("x")).flow is wire.one.flow


def test_keys_pressed_at_another_time_do_nothing() -> None:
    wire = two_people()

    assert reciprocate.confirm(wire.one.flow).flow is wire.one.flow
    code = code_of(wire.one)
    assert reciprocate.confirm(wire.one.flow).send == ()
    once = reciprocate.read(wire.other.flow, code).flow
    assert reciprocate.read(once, code).flow is once
    started = sas.start(wire.other.flow).flow
    assert reciprocate.show(started, chance("x")).flow is started
    assert reciprocate.read(started, code).flow is started
    done = Incoming("m.key.verification.done", BO, {"m.relates_to": {"event_id": "$request"}}, EventId("$1"))
    wire.one.hear(done)
    assert wire.one.flow.cancelled == Cancelled(CancelCode.UNEXPECTED_MESSAGE, by_us=True)
