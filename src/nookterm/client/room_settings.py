"""How a room or a space is set: each setting written by itself, looked at anew right before; the rest stays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from nookterm.client.errors import Changed, NotAllowed, NotFound, WrongUsage
from nookterm.client.rooms import room_word
from nookterm.client.session import Session
from nookterm.client.surroundings import written
from nookterm.domain.choices import HISTORIES, JOIN_RULES
from nookterm.domain.drift import may_fix
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, server_of
from nookterm.domain.room import Child, Room
from nookterm.domain.space import ordered, title

LONGEST_NAME, LONGEST_TOPIC = 120, 2000
"""Characters."""
_NEEDS = {"knock": 7, "restricted": 8, "knock_restricted": 10}
"""From which room version on a join rule is understood (spec: Room versions)."""
_ALIAS = re.compile(r"#[^\s:#\x00-\x1f]{1,200}:[A-Za-z0-9.:-]{1,200}")
_CANONICAL = "m.room.canonical_alias"
_CHILD = "m.space.child"
_STEP = 10
"""How far apart the orders of a space's rooms are written."""


class RoomSettings:
    """The settings of one account's rooms."""

    def __init__(self, session: Session) -> None:
        """Set as this account."""
        self._session = session

    async def look(self, room_id: RoomId) -> Room:
        """The room as the server has it now."""
        await self._session.refresh_state(room_id)
        return self._session.rooms[room_id]

    async def name(self, room_id: RoomId, name: str) -> None:
        """Call a room something else. Raises WrongUsage or NotAllowed, as all of these."""
        text = " ".join(name.split())
        if not text or len(text) > LONGEST_NAME:
            message = f"A name has 1 to {LONGEST_NAME} letters."
            raise WrongUsage(message, "Nothing was changed.")
        await self._set(room_id, "m.room.name", {"name": text})

    async def topic(self, room_id: RoomId, topic: str) -> None:
        """Write another topic; may be empty."""
        if len(topic) > LONGEST_TOPIC:
            message = f"A topic has at most {LONGEST_TOPIC} letters."
            raise WrongUsage(message, "Nothing was changed.")
        await self._set(room_id, "m.room.topic", {"topic": topic.strip()})

    async def join_rule(self, room_id: RoomId, rule: str) -> None:
        """Set how people get in. `restricted`: whoever is in one of our spaces that list the room."""
        room = await self.look(room_id)
        if why := why_no_rule(room, rule, self._session.rooms.listing(room_id)):
            message = f"{title(room)} cannot be set so: {why}."
            raise WrongUsage(message, "Nothing was changed.")
        content: dict[str, Any] = {"join_rule": rule}
        if rule in {"restricted", "knock_restricted"}:
            spaces = self._session.rooms.listing(room_id)
            content["allow"] = [{"type": "m.room_membership", "room_id": space.room_id} for space in spaces]
        await self._set(room_id, "m.room.join_rules", content)

    async def history(self, room_id: RoomId, visibility: str) -> None:
        """Set what newcomers read, from now on; what was said before keeps its rule."""
        if visibility not in HISTORIES:
            message = f"{visibility} is none of {', '.join(HISTORIES)}."
            raise WrongUsage(message, "Nothing was changed.")
        await self._set(room_id, "m.room.history_visibility", {"history_visibility": visibility})

    async def encrypt(self, room_id: RoomId) -> None:
        """Encrypt what is said from now on. Nobody can end that."""
        room = await self.look(room_id)
        if room.encrypted:
            message = f"{title(room)} is encrypted already."
            raise Changed(message, "Nothing was done.", code="already")
        await self._set(room_id, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})

    async def guests(self, room_id: RoomId, *, allowed: bool) -> None:
        """Let guests in, or keep them out."""
        await self._set(room_id, "m.room.guest_access", {"guest_access": "can_join" if allowed else "forbidden"})

    # --- addresses ----------------------------------------------------------------------------------------------------

    def addresses(self, room_id: RoomId) -> tuple[str, ...]:
        """A room's addresses, the main one first, as it says itself."""
        content = written(self._session, room_id, _CANONICAL)
        others = content.get("alt_aliases")
        listed = [content.get("alias"), *(others if isinstance(others, list) else [])]
        return tuple(dict.fromkeys(alias for alias in listed if isinstance(alias, str) and _ALIAS.fullmatch(alias)))

    async def add_address(self, room_id: RoomId, alias: str) -> None:
        """Give a room another address of our own server, and say so in the room."""
        alias = alias.strip()
        if not _ALIAS.fullmatch(alias):
            message = f"{alias} is no address."
            raise WrongUsage(message, f"It looks like #name:{server_of(self._session.gateway.user_id)}.")
        room = await self.look(room_id)
        self._may(room, _CANONICAL)
        try:
            there, _ = await self._session.gateway.resolve(alias)
        except NotFound:
            await self._session.gateway.name_alias(alias, room_id)
        else:
            if there != room_id:
                message = f"{alias} leads to another room."
                raise Changed(message, "Nothing was changed. Choose another address.", code="taken")
        await self._list(room_id, (*self.addresses(room_id), alias))

    async def drop_address(self, room_id: RoomId, alias: str) -> None:
        """End an address; the room no longer says it either."""
        room = await self.look(room_id)
        self._may(room, _CANONICAL)
        await self._list(room_id, tuple(one for one in self.addresses(room_id) if one != alias))
        try:
            await self._session.gateway.drop_alias(alias)
        except NotFound:
            return

    async def _list(self, room_id: RoomId, aliases: Sequence[str]) -> None:
        kept = dict(written(self._session, room_id, _CANONICAL))
        known = tuple(dict.fromkeys(aliases))
        kept.pop("alias", None)
        if known:
            kept["alias"] = known[0]
        kept["alt_aliases"] = list(known[1:])
        await self._set(room_id, _CANONICAL, kept)

    # --- what a space lists -------------------------------------------------------------------------------------------

    async def add_child(self, space_id: RoomId, words: str) -> RoomId:
        """List a room in a space, behind the others: one of ours by its name, any by id or address."""
        space = await self.look(space_id)
        self._may(space, _CHILD)
        room_id, via = await self._meant(words)
        if any(child.room_id == room_id for child in space.children) or room_id == space_id:
            message = f"{title(space)} lists that room already."
            raise Changed(message, "Nothing was done.", code="already")
        await self._set(space_id, _CHILD, {"via": list(via)}, room_id)
        return room_id

    async def _meant(self, words: str) -> tuple[RoomId, tuple[str, ...]]:
        home = server_of(self._session.gateway.user_id)
        if room_word(words).startswith("#"):
            room_id, servers = await self._session.gateway.resolve(room_word(words))
            return room_id, servers[:3] or (home,)
        room = self._session.rooms.named(words)
        others = sorted({server_of(m.user) for m in room.who(Membership.JOIN)} - {"", home})
        return room.room_id, (home, *others[:2])

    async def remove_child(self, space_id: RoomId, child: RoomId) -> None:
        """A space lists a room no longer; the room itself and its people stay as they are."""
        await self._set(space_id, _CHILD, {}, child)

    async def move_child(self, space_id: RoomId, child: RoomId, by: int) -> bool:
        """Move a room up (-1) or down (1) in its space. Only orders that change are written. False at the edge."""
        space = await self.look(space_id)
        self._may(space, _CHILD)
        listed = list(ordered(space.children))
        place = next((n for n, one in enumerate(listed) if one.room_id == child), None)
        if place is None or not 0 <= place + by < len(listed):
            return False
        listed.insert(place + by, listed.pop(place))
        for one, order in orders(listed):
            content = {**written(self._session, space_id, _CHILD, one.room_id), "order": order}
            await self._session.gateway.set_state(space_id, _CHILD, one.room_id, content)
        await self.look(space_id)
        return True

    async def _set(self, room_id: RoomId, type_: str, content: Mapping[str, Any], key: str = "") -> None:
        room = await self.look(room_id)
        self._may(room, type_)
        if written(self._session, room_id, type_, key) != content:
            await self._session.gateway.set_state(room_id, type_, key, content)
            await self.look(room_id)

    def _may(self, room: Room, type_: str) -> None:
        if not may_fix(room, type_):
            message = f"You may not change that in {title(room)}."
            raise NotAllowed(message, "Nothing was changed. Somebody with more power there can.", code="not_allowed")


def why_no_rule(room: Room, rule: str, spaces: Sequence[Room]) -> str:
    """Why people cannot get in by this rule; empty where they can."""
    if rule not in JOIN_RULES:
        return f"{rule} is none of {', '.join(JOIN_RULES)}"
    version = int(room.version) if room.version.isdigit() else 1
    if version < _NEEDS.get(rule, 1):
        return f"it is an older room, of version {room.version}, which knows no such rule"
    if "restricted" in rule and not spaces:
        return "no space of yours lists it"
    return ""


def orders(wanted: Sequence[Child]) -> list[tuple[Child, str]]:
    """Orders that put children in this sequence: those that are to be written, and no others."""
    placed = [f"{(place + 1) * _STEP:05d}" for place in range(len(wanted))]
    return [(child, order) for child, order in zip(wanted, placed, strict=True) if child.order != order]
