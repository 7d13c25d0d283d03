"""The past of a room for somebody who is invited (MSC4268): a choice of who invites, and believed of nobody else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from nookterm.client.changes import Changes, Happened, KeysChanged
from nookterm.client.errors import NotAllowed, NotFound, NotTrusted, Offline, Problem, ServerTrouble, Throttled
from nookterm.client.invited import Invitation, forget_invitation, invitations
from nookterm.client.pauses import Pauses
from nookterm.client.ports import Arrived, Clock, Gateway, Store
from nookterm.client.rooms import Rooms
from nookterm.domain.events import Json, Membership, Message
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.names import shown_name
from nookterm.domain.past import Past
from nookterm.domain.records import dataclass
from nookterm.domain.space import title
from nookterm.trust.canonical import as_object, read_json
from nookterm.trust.history import (
    BUNDLE,
    RECENTLY,
    UNSTABLE_BUNDLE,
    BundleOffer,
    bundle_body,
    is_shareable,
    may_fetch,
    offer_content,
    read_bundle,
    read_offer,
)
from nookterm.trust.identity import DeviceKeys
from nookterm.trust.refusals import Refused
from nookterm.trust.room_keys import RoomKey

_KIND = "key_bundle"
_LARGEST = 32 * 1024 * 1024
"""Bytes of a bundle that are fetched; some fifty thousand keys."""
_MOST_COUNTED = 10_000
_AT_ONCE = 200
_MOST_OFFERS, _MOST_OF_ONE = 200, 10
_KEPT_FOR = timedelta(days=30)
"""How long an offer waits for us to come in."""
_TRY_LATER = (Offline, ServerTrouble, Throttled)


@dataclass(frozen=True, slots=True)
class Handed:
    """What left."""

    keys: int
    devices: int
    """Of the newcomer, that were told."""


class History:
    """Gives the past away where somebody says so, and takes it from who invited us. Lives on the engine's loop."""

    def __init__(self, gateway: Gateway, store: Store, clock: Clock, changes: Changes, rooms: Rooms) -> None:
        self._gateway = gateway
        self._store = store
        self._clock = clock
        self._changes = changes
        self._rooms = rooms
        self._pauses: Pauses[str] = Pauses()
        self.on_keys: Callable[[], Awaitable[None]] | None = None
        """Reads messages again when keys have come."""

    # --- giving -----------------------------------------------------------------------------------------------------

    def past(self, room_id: RoomId) -> Past:
        """What somebody invited now could be given to read; `domain.past.past_words` says it."""
        if not is_shareable(self._rooms[room_id].history):
            return Past(allowed=False)
        said = [
            event
            for event in self._store.timeline(room_id, _MOST_COUNTED)
            if event.encrypted and isinstance(event.payload, Message) and event.payload.kind != "redacted"
        ]
        given = self._gateway.room_keys.given(room_id, [event.event_id for event in said])
        first = min((event.sent_at for event in said if event.event_id in given), default=None)
        return Past(allowed=True, messages=len(given), since=first, closed=len(said) - len(given))

    async def share(self, room_id: RoomId, user: UserId) -> Handed:
        """Give `user`, who is about to be invited, the keys that newcomers may have. Before the invite leaves.

        Raises:
            NotAllowed (history_closed): the room keeps its past. Nothing left.
            NotTrusted (unsigned_newcomer): they have no device that is signed. Nothing left.
            Problem: the server, or none of their devices, could be reached.
        """
        if not is_shareable(self._rooms[room_id].history):
            message = f"{title(self._rooms[room_id])} does not give its past to newcomers."
            raise NotAllowed(message, "Nothing was handed over. Invite them without it.", code="history_closed")
        devices = await self._devices_of(room_id, user)
        keys = await self._shareable(room_id)
        if not keys:
            return Handed(0, len(devices))
        body = await asyncio.to_thread(lambda: json.dumps(bundle_body(room_id, keys), separators=(",", ":")).encode())
        file = await self._gateway.key_server.upload_sealed(body)
        content = offer_content(room_id, file)
        reached = {
            device.device
            for type_ in (BUNDLE, UNSTABLE_BUNDLE)
            for device in await self._gateway.key_server.send_sealed(type_, content, devices)
        }
        if not reached:
            message = f"None of {user}'s devices could be reached, so the past was not handed over."
            raise Problem(message, "Try again later, or invite them without it.", code="unreachable")
        return Handed(sum(key.shared_history for key in keys), len(reached))

    async def _devices_of(self, room_id: RoomId, user: UserId) -> list[DeviceKeys]:
        """The devices that get it: signed by their owner, whose identity has not changed."""
        if user not in await self._gateway.key_server.query({user}):
            message = f"Which devices {user} has cannot be asked just now, so the past was not handed over."
            raise Problem(message, "Try again later, or invite them without it.", code="unreachable")
        identities = self._gateway.identities
        devices = [
            device
            for name, device in identities.devices(user).items()
            if device.signed_by_owner and identities.verdict(room_id, user, name).sends
        ]
        if not devices:
            message = f"{user} has no device that is signed and unchanged, so nobody can tell whose it is."
            raise NotTrusted(message, "Nothing was handed over. Invite them without it.", code="unsigned_newcomer")
        return devices

    async def _shareable(self, room_id: RoomId) -> list[RoomKey]:
        """The room's keys, all of them: those that stay closed are named in a bundle. Empty where all stay closed."""
        keys: list[RoomKey] = []
        for key in self._gateway.room_keys.all(room_id):
            keys.append(key)
            if len(keys) % _AT_ONCE == 0:
                await asyncio.sleep(0)
        return keys if any(key.shared_history for key in keys) else []

    # --- being given ------------------------------------------------------------------------------------------------

    def take(self, arrived: tuple[Arrived, ...]) -> None:
        """Keep what is offered, for when we come in by the invitation of who offers it. Nothing is fetched now."""
        for event in arrived:
            if event.type in {BUNDLE, UNSTABLE_BUNDLE} and event.encrypted and event.sender_keys:
                with suppress(Refused):
                    offer = read_offer(event.sender, event.content)
                    self._keep(offer, event.sender_keys)

    def _keep(self, offer: BundleOffer, keys: tuple[str, str]) -> None:
        kept = dict(self._store.recall_all(_KIND))
        name = f"{offer.room} {offer.sender}"
        mine = [key for key, other in kept.items() if other.get("sender") == offer.sender and key != name]
        row = {
            "room": offer.room,
            "sender": offer.sender,
            "file": dict(offer.file),
            "curve25519": keys[0],
            "ed25519": keys[1],
            "at": self._clock().isoformat(),
        }
        with self._store.transaction():
            for full, most in ((mine, _MOST_OF_ONE), ([key for key in kept if key != name], _MOST_OFFERS)):
                for old in sorted(full, key=lambda key: str(kept[key].get("at")))[: max(0, len(full) - most + 1)]:
                    self._store.remember(_KIND, old, None)
            self._store.remember(_KIND, name, row)

    async def settle(self) -> int:
        """Fetch what may be fetched now, let go of what will never be. Returns how many keys came."""
        offers = self._store.recall_all(_KIND)
        if not offers:
            return 0
        came, now, ways = 0, self._clock(), invitations(self._store)
        for name, kept in offers.items():
            offer = BundleOffer(RoomId(str(kept["room"])), UserId(str(kept["sender"])), as_object(kept["file"]))
            way = ways.get(offer.room, Invitation(UserId("")))
            if may_fetch(offer, offer.room, way.by or None, self._joined_at(offer.room, way), now):
                came += await self._fetch_in_time(name, offer, kept)
            elif _is_over(way, kept, now):
                self._drop(name, offer.room)
        if came:
            self._changes.tell(KeysChanged())
            if self.on_keys:
                with suppress(Problem):
                    await self.on_keys()
        return came

    def _joined_at(self, room_id: RoomId, way: Invitation) -> datetime | None:
        room = self._rooms.get(room_id)
        return way.joined_at if room and room.membership == Membership.JOIN else None

    async def _fetch_in_time(self, name: str, offer: BundleOffer, kept: Json) -> int:
        if not self._pauses.is_due(name):
            return 0
        try:
            came = await self._fetch(offer, (str(kept["curve25519"]), str(kept["ed25519"])))
        except _TRY_LATER:
            self._pauses.later(name)
            raise
        except (Refused, Problem):
            came = 0
        self._drop(name, offer.room)
        return came

    async def _fetch(self, offer: BundleOffer, keys: tuple[str, str]) -> int:
        await self._gateway.key_server.query({offer.sender})
        identities = self._gateway.identities
        sender = [
            name
            for name, device in identities.devices(offer.sender).items()
            if (device.curve25519, device.ed25519) == keys and device.signed_by_owner
        ]
        if not any(identities.verdict(offer.room, offer.sender, name).sends for name in sender):
            raise NotFound("Whoever offered the past of the room is not known.", code="unsigned_inviter")
        raw = await self._gateway.key_server.download_sealed(offer.file, _LARGEST)
        restored = await asyncio.to_thread(lambda: read_bundle(offer.room, as_object(read_json(raw))))
        came = 0
        for start in range(0, len(restored.keys), _AT_ONCE):
            came += self._gateway.room_keys.take(restored.keys[start : start + _AT_ONCE])
            await asyncio.sleep(0)
        if came:
            room = self._rooms[offer.room]
            who = shown_name(offer.sender, room.name_of(offer.sender))
            self._changes.tell(Happened(f"{who} handed you the past of {title(room)}.", offer.room))
        return came

    def _drop(self, name: str, room_id: RoomId) -> None:
        with self._store.transaction():
            self._store.remember(_KIND, name, None)
            if not any(kept.get("room") == room_id for kept in self._store.recall_all(_KIND).values()):
                forget_invitation(self._store, room_id)


def _is_over(way: Invitation, kept: Json, now: datetime) -> bool:
    """Whether this offer will never be followed: we came in long ago or by somebody else, or never came."""
    if way.joined_at is not None:
        return now > way.joined_at + RECENTLY or way.by != kept.get("sender")
    return now > _moment(kept.get("at")) + _KEPT_FOR


def _moment(value: Any) -> datetime:
    return datetime.fromisoformat(str(value))
