"""Devices that compare keys over a server in memory, on which a test can drop, double, delay, reorder and forge."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from nookterm.client.changes import Change, Changes
from nookterm.client.errors import Offline, Problem
from nookterm.client.ports import Arrived, Gateway, RoomSpec, Store
from nookterm.client.rooms import Rooms
from nookterm.client.verification import Verifications
from nookterm.client.vouching import Vouching
from nookterm.domain.events import Event, Json, MemberChange, Membership, StateChange
from nookterm.domain.ids import DeviceId, EventId, RoomId, TxnId, UserId
from nookterm.trust.cross_signing import sign_own_device, sign_user
from nookterm.trust.identity import DeviceKeys, Identity, read_identity
from nookterm.trust.pins import Pin, PinEvent, Seen, step
from nookterm.trust.sas_code import Code
from nookterm.trust.signing import add_signature
from nookterm.trust.verification import REQUEST, Flow, Phase
from tests.contracts.store_double import MemoryStore
from tests.trust.chance import ANA, BO, LAPTOP, PHONE, chance
from tests.trust.people import Person, person

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TALK = RoomId("!talk:river.example")
"""A direct room of Ana and Bo, encrypted."""
Bend = Callable[[Arrived], Arrived | None]


@dataclass
class Parcel:
    """Something on its way to one device."""

    to: End
    what: Arrived


@dataclass
class World:
    """The server: whatever a test wants it to be."""

    people: dict[UserId, Person] = field(default_factory=dict)
    ends: list[End] = field(default_factory=list)
    under_way: list[Parcel] = field(default_factory=list)
    now: datetime = NOON
    bend: Bend = lambda arrived: arrived
    forge: Callable[[End, UserId, dict[str, Any]], dict[str, Any]] = lambda _end, _user, answer: answer
    """What the server makes of the true answer about somebody's keys."""
    refusals: list[Problem] = field(default_factory=list)
    """With what the next sends fail, one after the other; and the next questions, where they are `deaf`."""
    deaf: bool = False
    slow: asyncio.Event | None = None
    """What every answer of the server waits for."""
    sent: list[str] = field(default_factory=list)
    """The types of all that was sent, in order."""
    signatures: list[Mapping[str, Any]] = field(default_factory=list)
    _taken: dict[str, EventId] = field(default_factory=dict)

    def take_in(self, type_: str, txn_id: str | None) -> bool:
        """Whether a send is new. Raises what the test wants."""
        if self.refusals:
            raise self.refusals.pop(0)
        new = txn_id not in self._taken
        if new:
            self.sent.append(type_.removeprefix("m.key.verification."))
            self._taken[str(txn_id)] = EventId(f"$event{len(self._taken)}")
        return new

    def event_id(self, txn_id: str) -> EventId:
        return self._taken[txn_id]

    def post(self, to: End, what: Arrived) -> None:
        bent = self.bend(what)
        if bent is not None:
            self.under_way.append(Parcel(to, bent))

    async def settle(self) -> None:
        for end in self.ends:
            await end.verifications.settled()

    async def deliver(self, place: int = 0) -> None:
        """Deliver one parcel, and let everybody react."""
        parcel = self.under_way.pop(place)
        await parcel.to.verifications.take((parcel.what,))
        await self.settle()

    async def run(self) -> None:
        """Deliver until nobody has anything left to say."""
        await self.settle()
        while self.under_way:
            await self.deliver()

    async def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)
        for end in self.ends:
            await end.verifications.expire()
        await self.run()

    async def close(self) -> None:
        for end in self.ends:
            await end.verifications.close()


class End:
    """One device, with everything that the use cases need of an account, in memory."""

    def __init__(self, world: World, who: Person, device: DeviceId = PHONE, *, trusted: bool = True) -> None:
        """`trusted`: whether it has proved its person's identity."""
        self.world, self.who, self.device = world, who, device
        self.user_id, self.device_id = who.user, device
        self.pins: dict[UserId, Pin] = {}
        self.holds_keys = trusted
        self.told: list[Change] = []
        self.asked_for: list[str] = []
        self.asked_about: list[UserId] = []
        self.rooms_made: list[tuple[RoomId, RoomSpec]] = []
        self.account_data_of: dict[str, dict[str, Any] | None] = {}
        self.owes = False
        """Whether signatures have to wait."""
        self.moved: list[UserId] = []
        self.said_same: dict[str, Code | None] = {}
        """The flows of which this person has said that both sides show the same, and what was shown."""
        self.store = cast("Store", MemoryStore())
        self.changes = Changes()
        self.changes.listen(self.told.append)
        world.people[who.user] = who
        world.ends.append(self)
        self.open()

    def open(self) -> None:
        """Begin, or begin anew after the process ended."""
        vouching = Vouching(cast("Gateway", self), lambda: self, lambda: self, self._note_moved, looks=(0.0, 0.0, 0.0))
        self.verifications = Verifications(
            cast("Gateway", self),
            self.store,
            lambda: self.world.now,
            self.changes,
            Rooms(self.store, self.user_id),
            vouching,
            entropy=chance(f"{self.user_id} {self.device}"),
            pause=0.0,
        )

    def live_in(
        self,
        room_id: RoomId,
        *others: UserId,
        membership: Membership = Membership.JOIN,
        invited: tuple[UserId, ...] = (),
    ) -> None:
        """Be in an encrypted room with these people."""
        me = self.user_id

        def event(name: str, payload: StateChange | MemberChange) -> Event:
            return Event(EventId(f"${room_id}{name}"), room_id, me, NOON, payload)

        encryption = StateChange("m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"})
        members = [event(user, MemberChange(user, Membership.JOIN)) for user in others]
        members += [event(user, MemberChange(user, Membership.INVITE)) for user in invited]
        with self.store.transaction():
            self.store.save_state([event("e", encryption), event(me, MemberChange(me, membership)), *members])
        self.open()

    # --- what the port promises -------------------------------------------------------------------------------------

    @property
    def identities(self) -> End:
        return self

    @property
    def key_server(self) -> End:
        return self

    @property
    def this_device(self) -> DeviceKeys:
        return self.who.identity().devices[self.device]

    def pin(self, user: UserId) -> Pin:
        return self.pins.get(user, Pin(user))

    def note(self, user: UserId, event: PinEvent) -> Pin:
        self.pins[user] = step(self.pin(user), event)
        return self.pins[user]

    async def query(self, users: Collection[UserId]) -> dict[UserId, Identity]:
        await self._its_time()
        self.asked_about += sorted(users)
        if self.world.deaf:
            raise Offline("The server is away.")
        found = {}
        for user in sorted(users):
            if user in self.world.people:
                answer = self.world.people[user].answer(for_owner=user == self.user_id)
                identity = read_identity(user, self.world.forge(self, user, answer))
                master = identity.master.public if identity.master else None
                vouched = self.holds_keys and master == self.who.keys.master.public
                self.note(user, Seen(master, vouched=vouched))
                found[user] = identity
        return found

    async def send_to_devices(
        self, type_: str, messages: Mapping[UserId, Mapping[DeviceId, Json]], txn_id: TxnId | None = None
    ) -> None:
        await self._its_time()
        if not self.world.take_in(type_, txn_id):
            return
        for end in self.world.ends:
            content = messages.get(end.user_id, {}).get(end.device)
            if content is not None:
                self.world.post(end, Arrived(type_, self.user_id, json.loads(json.dumps(content))))

    async def send_to_room(self, room_id: RoomId, type_: str, content: Json, txn_id: TxnId) -> EventId:
        await self._its_time()
        new = self.world.take_in(type_, txn_id)
        name = self.world.event_id(txn_id)
        kind = REQUEST if type_ == "m.room.message" else type_
        for end in self.world.ends if new else ():
            if any(row.room_id == room_id for row in end.store.rooms()):
                read = json.loads(json.dumps(content))
                self.world.post(
                    end, Arrived(kind, self.user_id, read, room_id=room_id, event_id=name, sent_at=self.world.now)
                )
        return name

    async def _its_time(self) -> None:
        if self.world.slow:
            await self.world.slow.wait()

    async def create_room(self, spec: RoomSpec) -> RoomId:
        room_id = RoomId(f"!made{len(self.rooms_made)}:river.example")
        self.rooms_made.append((room_id, spec))
        return room_id

    async def account_data(self, type_: str) -> Json:
        found = self.account_data_of.get(type_, {})
        if found is None:
            raise Offline("The server is away.")
        return found

    async def set_account_data(self, type_: str, content: Json) -> None:
        self.account_data_of[type_] = dict(content)

    # --- what the rest of the account does --------------------------------------------------------------------------

    async def sign_user(self, user: UserId, master: str) -> bool:
        found = await self.query([user])
        if self.owes:
            return False
        self.world.signatures.append(sign_user(self.who.keys, found[user], expected_master=master))
        return True

    async def sign_device(self, device: DeviceId, ed25519: str) -> bool:
        found = (await self.query([self.user_id]))[self.user_id]
        self.world.signatures.append(sign_own_device(self.who.keys, found.devices[device], expected_ed25519=ed25519))
        key = self.who.keys.self_signing
        document = self.who.documents[device]
        self.who.documents[device] = add_signature(document, self.user_id, key.key_id, key.sign)
        return True

    async def ask(self, names: Collection[str]) -> None:
        self.asked_for += names

    async def _note_moved(self, user: UserId) -> None:
        self.moved.append(user)

    # --- what a test looks at ---------------------------------------------------------------------------------------

    @property
    def flow(self) -> Flow:
        """The newest."""
        return list(self.verifications.flows.values())[-1]

    @property
    def phase(self) -> Phase:
        return self.flow.phase

    async def same(self) -> None:
        self.said_same[self.flow.txn] = self.flow.code
        await self.verifications.same(self.flow.txn)

    @property
    def believes(self) -> set[str]:
        """The master keys that count as compared here, but for one's own from the beginning."""
        return {pin.verified for user, pin in self.pins.items() if pin.verified and user != self.user_id}


def two_people(*, ana_trusted: bool = True, bo_trusted: bool = True) -> tuple[World, End, End]:
    world = World()
    ana = End(world, person(ANA, PHONE), trusted=ana_trusted)
    bo = End(world, person(BO, PHONE), trusted=bo_trusted)
    ana.live_in(TALK, BO)
    bo.live_in(TALK, ANA)
    return world, ana, bo


def own_devices(*more: DeviceId) -> tuple[World, End, End]:
    """Ana's phone, and her new laptop which nobody has signed. `more` are signed."""
    world, who = World(), person(ANA, PHONE, *more)
    who.add_device(LAPTOP, signed=False)
    phone, laptop = End(world, who), End(world, who, LAPTOP, trusted=False)
    for name in more:
        End(world, who, name)
    return world, phone, laptop


async def comparing(world: World, one: End, other: End) -> None:
    """From a request that has come to the emoji on both sides."""
    await other.verifications.accept(other.flow.txn)
    await world.run()
    await one.verifications.compare(one.flow.txn)
    await world.run()
