"""What this account knows of people's identities: who is proved, whose devices are signed, who has to be looked at."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import field

from nookterm.client.changes import Change, Changes, ConnectionChanged, TrustChanged
from nookterm.client.errors import Changed, Offline, ServerTrouble, SignedOut, Throttled
from nookterm.client.outbox import Outbox
from nookterm.client.ports import Gateway, Identities
from nookterm.client.rooms import Rooms
from nookterm.domain.events import Membership
from nookterm.domain.ids import DeviceId, RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.trust.pins import Acknowledged, Pin, PinEvent, Standing, Withdrawn

_BLOCKING = frozenset({Standing.CHANGED, Standing.VIOLATED})
_READ_FROM_THE_INVITE = frozenset({"invited", "shared", "world_readable"})
_LOADED = frozenset({"live", "offline", "not stored"})
"""The phases in which the keys of this account are at hand."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one person."""

    user: UserId
    standing: Standing
    master: str | None = None
    """The master key that the server shows now: what a decision about this person is bound to."""
    signed: int = 0
    """Devices that get what is said here."""
    unsigned: tuple[DeviceId, ...] = ()
    """Devices that get nothing, as their owner has not signed them."""
    excepted: int = 0
    """Devices that are not signed and get it all the same, by the room's exception."""
    ours_is_new: bool = False
    """They were verified, and only our own new identity undid that."""

    @property
    def blocks(self) -> bool:
        """Whether nothing is sent where they can read, until somebody has looked."""
        return self.standing in _BLOCKING

    @property
    def verified(self) -> bool:
        """Whether somebody compared keys with them, and all their devices are signed."""
        return self.standing is Standing.VERIFIED and not self.unsigned and not self.excepted

    @property
    def excepted_if_allowed(self) -> bool:
        """Whether a room's exception would reach this person: not who was verified, for they can sign."""
        return bool(self.unsigned) and self.standing in {Standing.NONE, Standing.PINNED}

    @property
    def seen(self) -> bool:
        """Whether anything is known at all."""
        return self.standing is not Standing.NONE or bool(self.signed or self.unsigned or self.excepted)


@dataclass(frozen=True, slots=True)
class Safety:
    """What is known of everybody who may read a room."""

    people: Mapping[UserId, Known] = field(default_factory=dict)
    ready: bool = True
    """Whether this device may send here: it is signed by our own, proved identity, or the exception covers us."""

    @property
    def blocked_by(self) -> tuple[Known, ...]:
        """Who has to be looked at before anything is sent, in the order of names."""
        return tuple(known for _, known in sorted(self.people.items()) if known.blocks)

    @property
    def unsigned(self) -> int:
        """How many devices get nothing."""
        return sum(len(known.unsigned) for known in self.people.values())

    @property
    def excepted(self) -> int:
        """How many unsigned devices take part by the room's exception."""
        return sum(known.excepted for known in self.people.values())

    @property
    def hidden(self) -> tuple[Known, ...]:
        """Who had an identity that the server does not show any more: they get nothing."""
        return tuple(known for _, known in sorted(self.people.items()) if known.standing is Standing.HIDDEN)

    @property
    def unseen(self) -> int:
        """Of how many people nothing is known yet."""
        return sum(not known.seen for known in self.people.values())

    @property
    def all_verified(self) -> bool:
        """Whether there is nobody in here with whom keys were not compared."""
        return bool(self.people) and all(known.verified for known in self.people.values())


class People:
    """Everybody's standing, and the decisions about changed identities. Lives on the engine's loop."""

    def __init__(self, gateway: Gateway, changes: Changes, rooms: Rooms, outbox: Outbox) -> None:
        """Nothing is known before the first step of the sync: a start does not wait for keys."""
        self._gateway = gateway
        self._changes = changes
        self._rooms = rooms
        self._outbox = outbox
        self._loaded = False
        self._looked: set[UserId] = set()
        self._made: dict[RoomId, tuple[Room, int, Safety]] = {}
        self._known_at: dict[UserId, tuple[int, Known]] = {}
        """What was found, and at which revision of the identities."""
        self.read_again: Callable[[], Awaitable[None]] | None = None
        """Stores what became readable by a decision."""
        changes.listen(self._on_change)

    # --- what is known --------------------------------------------------------------------------------------------

    @property
    def ready(self) -> bool | None:
        """Whether this device is signed by our own, proved identity; None before the keys are at hand."""
        return _is_ready(self._gateway.identities, self._gateway.user_id) if self._loaded else None

    def standing(self, user: UserId) -> Pin:
        """What is remembered of a person's identity."""
        return self._gateway.identities.pin(user)

    def known(self, user: UserId) -> Known | None:
        """What is known of one person, wherever they are; None before the keys are at hand."""
        if not self._loaded:
            return None
        identities = self._gateway.identities
        made = self._known_at.get(user)
        if made is None or made[0] != identities.revision:
            made = self._known_at[user] = (identities.revision, self._known(user, identities, None))
        return made[1]

    def safety(self, room_id: RoomId) -> Safety | None:
        """What is known of everybody who may read an encrypted room; None before the keys are at hand."""
        room = self._rooms.get(room_id)
        if room is None or not room.encrypted or not self._loaded:
            return None
        identities = self._gateway.identities
        made = self._made.get(room_id)
        if made is None or made[0] is not room or made[1] != identities.revision:
            made = self._made[room_id] = (room, identities.revision, self._look_at(room, identities))
        return made[2]

    def who_blocks(self, room_id: RoomId) -> tuple[Known, ...]:
        """Who in a room has to be looked at before anything is sent there."""
        found = self.safety(room_id)
        return found.blocked_by if found else ()

    def _look_at(self, room: Room, identities: Identities) -> Safety:
        readers = [m.user for m in room.who(Membership.JOIN)]
        if room.history in _READ_FROM_THE_INVITE:
            readers += [m.user for m in room.who(Membership.INVITE)]
        others = [user for user in readers if user != room.me]
        ready = _is_ready(identities, room.me) or identities.rule(room.room_id).covers(room.me)
        return Safety({user: self._known(user, identities, room.room_id) for user in others}, ready)

    def _known(self, user: UserId, identities: Identities, room_id: RoomId | None) -> Known:
        from nookterm.trust.policy import NO_EXCEPTION, Facts, Why, judge

        rule = identities.rule(room_id) if room_id else NO_EXCEPTION
        pin, barred, ours = identities.pin(user), identities.barred(user), user == self._gateway.user_id
        signed, excepted, unsigned = 0, 0, []
        for name, device in identities.devices(user).items():
            here = ours and name == identities.this_device.device
            facts = Facts(user, pin, device, ours=ours, barred=name in barred, session_owner=user, this_device=here)
            verdict = judge(facts, rule)
            excepted += verdict.why is Why.EXCEPTION
            signed += verdict.sends and verdict.why is not Why.EXCEPTION
            if verdict.why in {Why.UNSIGNED_DEVICE, Why.NO_IDENTITY}:
                unsigned.append(name)
        return Known(user, pin.standing, pin.seen, signed, tuple(sorted(unsigned)), excepted, pin.ours_is_new)

    async def look(self, room_id: RoomId) -> None:
        """Ask the server for the identities of those in a room of whom nothing is known. Away: another time."""
        found = self.safety(room_id)
        if found is not None:
            await self.look_at(known.user for known in found.people.values() if not known.seen)

    async def look_at(self, users: Iterable[UserId]) -> None:
        """Ask the server for the identities of these people, once; where it is away, another time."""
        wanted = set(users) - self._looked
        if not wanted or not self._loaded:
            return
        with contextlib.suppress(Offline, ServerTrouble, Throttled, SignedOut):
            self._looked |= (await self._gateway.key_server.query(wanted)).keys()
            self._changes.tell(TrustChanged(frozenset(wanted)))

    # --- what people decide ---------------------------------------------------------------------------------------

    async def acknowledge(self, user: UserId, master: str) -> Pin:
        """Go on with a changed identity, unverified. `master` is the key that the screen showed.

        Raises Changed where that is not the key that is there now, or nothing has to be decided.
        """
        return await self._decide(user, Acknowledged(master))

    async def withdraw(self, user: UserId, master: str) -> Pin:
        """Give the verification up of somebody whose identity changed, and go on. Raises as `acknowledge`."""
        return await self._decide(user, Withdrawn(master))

    async def _decide(self, user: UserId, event: PinEvent) -> Pin:
        identities = self._gateway.identities
        before = identities.pin(user)
        after = identities.note(user, event)
        if after == before:
            message = f"The identity of {user} is another one by now."
            raise Changed(message, "Nothing was done. Look at it again.", code="changed")
        await self.moved(user)
        return after

    async def moved(self, user: UserId) -> None:
        """Something else is believed of somebody now: what waited for it is read and sent."""
        self._changes.tell(TrustChanged(frozenset({user})))
        if self.read_again:
            await self.read_again()
        self._outbox.hurry(room.room_id for room in self._rooms.joined() if user in room.members)
        await self._outbox.flush()

    def _on_change(self, change: Change) -> None:
        if isinstance(change, ConnectionChanged):
            self._loaded = self._loaded or change.phase in _LOADED

    def wake(self) -> None:
        """A step of the sync is read: the keys of this account are at hand from here on."""
        self._loaded = True


def _is_ready(identities: Identities, me: UserId) -> bool:
    return identities.pin(me).standing is Standing.VERIFIED and identities.this_device.signed_by_owner
