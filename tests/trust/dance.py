"""Two devices that verify each other over a wire that a test can listen to, bend and cut."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from nookterm.domain.ids import DeviceId, EventId, RoomId
from nookterm.trust import receiving, sas, verifying
from nookterm.trust.identity import Identity
from nookterm.trust.sas_code import METHOD, Code
from nookterm.trust.verification import QR_SCAN, QR_SHOW, RECIPROCATE, Flow, Incoming, Me, Outgoing, Phase, Step
from tests.trust.chance import ANA, BO, LAPTOP, PHONE, chance
from tests.trust.people import Person, person

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROOM = RoomId("!talk:river.example")
TXN = "txn1"
REQUEST_ID = EventId("$request")
Bend = Callable[[str, dict[str, Any]], dict[str, Any] | None]
"""Gets type and content of every event on the wire; returns what arrives, or None."""


def me(who: Person, device: DeviceId = PHONE) -> Me:
    return Me(who.user, device, who.device_keys[device].public, who.keys.master.public)


@dataclass
class Device:
    """One end, with its flow once there is one."""

    who: Person
    name: DeviceId = PHONE
    luck: str = ""
    """What its random keys come from."""
    methods: tuple[str, ...] = (METHOD,)
    flow: Flow = field(init=False)
    sent: list[Outgoing] = field(default_factory=list)

    def take(self, step: Step) -> None:
        self.flow = step.flow
        self.sent.extend(step.send)

    def hear(self, event: Incoming, now: datetime = NOON) -> None:
        self.take(
            receiving.receive(self.flow, event, now, chance(f"{self.luck}{self.who.user}{self.name}{event.type}"))
        )

    @property
    def code(self) -> Code:
        assert self.flow.code is not None
        return self.flow.code


def incoming(sender: Device, event: Outgoing, room: RoomId | None, content: dict[str, Any] | None = None) -> Incoming:
    """What arrives of an event: JSON, as another program would read it."""
    read = json.loads(json.dumps(dict(event.content) if content is None else content))
    return Incoming(event.type, sender.who.user, read, EventId("$event") if room else None)


@dataclass
class Wire:
    """Carries events both ways until nobody has anything left to say."""

    one: Device
    other: Device
    room: RoomId | None
    bend: Bend = lambda _type, content: content
    seen: list[tuple[Device, Outgoing]] = field(default_factory=list)

    def run(self) -> None:
        while self.one.sent or self.other.sent:
            for sender, receiver in ((self.one, self.other), (self.other, self.one)):
                while sender.sent:
                    event = sender.sent.pop(0)
                    self.seen.append((sender, event))
                    content = self.bend(event.type, json.loads(json.dumps(dict(event.content))))
                    if content is not None:
                        receiver.hear(incoming(sender, event, self.room, content))

    @property
    def types(self) -> list[str]:
        return [event.type.removeprefix("m.key.verification.") for _, event in self.seen]


ALL_METHODS = (METHOD, QR_SHOW, QR_SCAN, RECIPROCATE)


def two_people(*, in_room: bool = True, bend: Bend = lambda _type, content: content) -> Wire:
    """Ana has asked Bo, and Bo's client has shown him the request."""
    ana, bo = Device(person(ANA, PHONE)), Device(person(BO, PHONE))
    return asked(ana, bo, in_room=in_room, bend=bend)


def own_devices(bend: Bend = lambda _type, content: content) -> Wire:
    """Ana's phone, which is signed, has asked her new laptop, which is not and does not trust her identity yet."""
    who = person(ANA, PHONE)
    who.add_device(LAPTOP, signed=False)
    return asked(Device(who), Device(who, LAPTOP), in_room=False, bend=bend)


def asked(one: Device, other: Device, *, in_room: bool, bend: Bend = lambda _type, content: content,
          seen_by_one: Identity | None = None) -> Wire:  # fmt: skip
    mine = replace(me(one.who, one.name), methods=one.methods)
    yours = replace(me(other.who, other.name), methods=other.methods)
    if one.who is other.who:
        yours = replace(yours, master=None)
    theirs = seen_by_one or other.who.identity()
    if in_room:
        content = verifying.room_request(mine, other.who.user)
        one.flow = verifying.asked_in_room(mine, theirs, ROOM, REQUEST_ID, NOON)
        event = Incoming("m.room.message", one.who.user, content, REQUEST_ID)
        other.flow = verifying.was_asked(yours, one.who.identity(), event, NOON, room=ROOM, sent_at=NOON)
        return Wire(one, other, ROOM, bend)
    step = verifying.ask_devices(mine, theirs, (other.name,), TXN, NOON)
    one.flow = step.flow
    other.flow = verifying.was_asked(yours, one.who.identity(), incoming(one, step.send[0], None), NOON)
    return Wire(one, other, None, bend)


def ready(wire: Wire) -> Wire:
    """The other side has agreed."""
    wire.other.take(verifying.agree(wire.other.flow))
    wire.run()
    return wire


def comparing(wire: Wire, *, other_starts: bool = False) -> Wire:
    """Both show their emoji."""
    ready(wire)
    starter = wire.other if other_starts else wire.one
    starter.take(sas.start(starter.flow))
    wire.run()
    return wire


def confirmed(wire: Wire) -> Wire:
    """Both people have said that it matches, one after the other."""
    for device in (wire.one, wire.other):
        device.take(sas.confirm(device.flow))
        wire.run()
    return wire


def phases(wire: Wire) -> tuple[Phase, Phase]:
    return wire.one.flow.phase, wire.other.flow.phase


def later(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)
