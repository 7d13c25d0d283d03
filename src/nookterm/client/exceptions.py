"""A room's exception for unsigned devices: made and ended by a message, kept in step with what the room says."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from nookterm.client.changes import Change, Changes, OutboxChanged, RoomsChanged
from nookterm.client.errors import Busy, CannotWrite, Changed, NotAllowed, NotFound, NotTrusted, WrongUsage
from nookterm.client.outbox import Outbox
from nookterm.client.ports import Clock, Gateway, Outgoing, Store
from nookterm.client.rooms import Rooms
from nookterm.domain.events import Event, Membership, Trust, parse_payload
from nookterm.domain.exceptions import (
    MOST_DAYS,
    USUAL_DAYS,
    Allowed,
    Ruling,
    allow_content,
    forbid_content,
    may_allow,
    ruling,
)
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.names import shown_name
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.vocabulary import UNSIGNED
from nookterm.trust.pins import Standing

if TYPE_CHECKING:
    from nookterm.trust.policy import UnsignedRule

_TEXT = "m.room.message"
_KEPT = "exception"


class Exceptions:
    """The rooms of an account in which unsigned devices may take part. Lives on the engine's loop."""

    def __init__(
        self, gateway: Gateway, store: Store, clock: Clock, changes: Changes, rooms: Rooms, outbox: Outbox
    ) -> None:
        """Nothing is looked at before the first `in_time`."""
        self._gateway = gateway
        self._store = store
        self._clock = clock
        self._rooms = rooms
        self._outbox = outbox
        self._next_end: datetime | None = None
        self._awake = False
        """Whether the gateway's keys are loaded: before the first step nothing may wait for them."""
        changes.listen(self._on_change)
        outbox.before_each = self.in_time

    # --- what people decide -------------------------------------------------------------------------------------------

    async def allow(self, room_id: RoomId, people: Collection[UserId] | None = None, days: int = USUAL_DAYS) -> Allowed:
        """Let unsigned devices of `people` (None: of everybody) take part for so many days, and tell the room.

        Raises:
            NotAllowed: we may not change the room's settings, or it is not encrypted.
            NotFound: one of `people` is not in the room.
            NotTrusted: this device is not signed itself; the others would not hear it.
            WrongUsage: not 1 to 30 days.
            Changed: another facilitator ended it, or took our power, while it was on its way.
            Offline: it is in the outbox and holds from when it gets there.
        """
        room = self._decided_by_us(room_id)
        if not 1 <= days <= MOST_DAYS:
            message = f"An exception lasts 1 to {MOST_DAYS} days; {days} is outside that."
            raise WrongUsage(message, "Nothing was changed.")
        names = None if people is None else self._names(room, people)
        await self._outbox.send(room_id, _TEXT, allow_content(days, self._clock(), names))
        found = self.rule_of(room_id)
        if found is None:
            message = f"Somebody else decided about {title(room)} at the same moment."
            raise Changed(message, "Only signed devices take part there. Look again.", code="changed")
        return found

    async def forbid(self, room_id: RoomId) -> None:
        """End the exception for everybody. Raises as `allow`; WrongUsage where there is none."""
        room = self._decided_by_us(room_id)
        if self.rule_of(room_id) is None:
            message = f"There is no exception in {title(room)}: only signed devices take part."
            raise WrongUsage(message, "Nothing was changed.", code="no_exception")
        await self._outbox.send(room_id, _TEXT, forbid_content())

    def _decided_by_us(self, room_id: RoomId) -> Room:
        room = self._rooms[room_id]
        if not room.encrypted:
            message = f"{title(room)} is not encrypted."
            raise NotAllowed(message, "Everybody's devices take part there.", code="not_encrypted")
        if not may_allow(room, room.me):
            message = f"Only who may change the settings of {title(room)} decides this."
            raise NotAllowed(message, "Ask one of its facilitators.", code="not_allowed")
        identities = self._gateway.identities
        proved = identities.pin(room.me).standing is Standing.VERIFIED
        if not (proved and identities.this_device.signed_by_owner):
            message = "This device is not trusted yet: the others would not hear it."
            raise NotTrusted(message, "`nookterm trust setup` or `nookterm recover` comes first.", code="not_trusted")
        return room

    def _names(self, room: Room, people: Collection[UserId]) -> Mapping[UserId, str]:
        found: dict[UserId, str] = {}
        for user in people:
            member = room.members.get(user)
            if member is None or member.membership not in {Membership.JOIN, Membership.INVITE}:
                message = f"{user} is not in {title(room)}."
                raise NotFound(message, "Nothing was changed.", code="unknown_user")
            found[user] = shown_name(user, member.display_name)
        return found

    # --- what follows -------------------------------------------------------------------------------------------------

    def rule_of(self, room_id: RoomId) -> Allowed | None:
        """What holds in a room now. From the store alone."""
        room = self._rooms.get(room_id)
        return self._ruling(room).rule if room else None

    def rooms(self) -> frozenset[RoomId]:
        """Where there is one, as last derived."""
        kept = self._store.recall_all(_KEPT)
        return frozenset(RoomId(room_id) for room_id, value in kept.items() if value.get("until"))

    def in_time(self) -> None:
        """End what time has ended. Called before a step of the sync is read and before anything leaves."""
        if not self._awake:
            self._awake = True
            self.refresh()
        elif self._next_end is not None and self._clock() >= self._next_end:
            self.refresh()

    def refresh(self, rooms: Iterable[RoomId] | None = None) -> None:
        """Derive the exceptions of these rooms (None: of all that have or had one) anew, and let the keys follow."""
        from nookterm.trust.policy import NO_EXCEPTION, UnsignedRule

        kept = self._store.recall_all(_KEPT)
        concerned = self._marked() | {RoomId(room_id) for room_id in kept}
        for room_id in concerned if rooms is None else concerned.intersection(rooms):
            room = self._rooms.get(room_id)
            found = self._ruling(room) if room else Ruling()
            rule = NO_EXCEPTION
            if found.rule is not None:
                rule = UnsignedRule(everybody=found.rule.people is None, people=found.rule.people or frozenset())
            # Another process that has the account keeps it, where this one may only look.
            with contextlib.suppress(Busy, CannotWrite):
                self._keep(room_id, found, rule, kept.get(room_id))
        self._note_next_end()

    def _keep(self, room_id: RoomId, found: Ruling, rule: UnsignedRule, kept: Mapping[str, Any] | None) -> None:
        over = sorted(event for event in found.over if not event.startswith("~"))
        until = found.rule.until.isoformat() if found.rule else None
        value = {"over": over, "until": until} if over or until else None
        if value != kept:
            with self._store.transaction():
                self._store.remember(_KEPT, room_id, value)
        if self._gateway.identities.rule(room_id) != rule:
            self._gateway.identities.set_rule(room_id, rule)
            # What could not leave from an unsigned device of our own may be able to now.
            self._outbox.hurry((room_id,))

    def _note_next_end(self) -> None:
        ends = [str(kept["until"]) for kept in self._store.recall_all(_KEPT).values() if kept.get("until")]
        self._next_end = min(map(datetime.fromisoformat, ends), default=None)

    def _ruling(self, room: Room) -> Ruling:
        kept = self._store.recall(_KEPT, room.room_id) or {}
        over = {EventId(str(event)) for event in kept.get("over", ())}
        events = (*self._store.marked(room.room_id, (UNSIGNED,)), *self._own(room))
        return ruling(room, events, self._clock(), over)

    def _marked(self) -> frozenset[RoomId]:
        return self._store.rooms_marked(UNSIGNED) | {row.room_id for row in self._store.outgoing() if _is_act(row)}

    def _own(self, room: Room) -> Iterable[Event]:
        """What we decided and have not heard again. An end holds from when it is out: the others have to read it."""
        for row in self._store.outgoing():
            if row.room_id != room.room_id or not _is_act(row) or row.state == "failed":
                continue
            begins = row.what.content[UNSIGNED].get("allow") is True
            if begins or row.event_id:
                event_id = row.event_id or EventId(f"~{row.txn_id}")
                payload = parse_payload(row.what.type, row.what.content)
                yield Event(event_id, room.room_id, room.me, row.queued_at, payload, encrypted=True, trust=Trust.OWN)

    def _on_change(self, change: Change) -> None:
        if self._awake and isinstance(change, RoomsChanged | OutboxChanged):
            self.refresh(change.rooms)


def _is_act(row: Outgoing) -> bool:
    return isinstance(row.what.content.get(UNSIGNED), Mapping)
