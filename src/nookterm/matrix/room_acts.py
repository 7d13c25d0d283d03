"""What a person does with rooms: make, enter, leave, invite, turn away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nookterm.client.ports import RoomSpec
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.matrix.crypto import Crypto
from nookterm.matrix.http import Http, Query, path
from nookterm.matrix.parsing import ENCRYPTION, MEMBER, VISIBILITY
from nookterm.matrix.problems import server_trouble
from nookterm.matrix.requests import Sender
from nookterm.matrix.wire import as_text

_MEGOLM: Mapping[str, Any] = {"algorithm": "m.megolm.v1.aes-sha2"}


class RoomActs:
    """The Gateway's methods that change rooms."""

    _http: Http
    _sender: Sender
    _crypto: Crypto
    _user_id: UserId

    async def create_room(self, spec: RoomSpec) -> RoomId:
        """Make a room in the server's own default version."""
        creation = _creation(spec)
        room_id = _room_id(await self._http.call("POST", path("createRoom"), creation))
        for event in creation["initial_state"]:
            if event["type"] == ENCRYPTION:
                self._crypto.encryption_set(room_id, event["content"])
        return room_id

    async def join(self, room: str, via: Sequence[str] = ()) -> RoomId:
        """Join by id or alias."""
        if self._sender.dated and room.startswith("!"):
            return await self._set_membership(RoomId(room), self._user_id, Membership.JOIN, "")
        answer = await self._http.call("POST", path("join", room), {}, query=_servers(via))
        self._crypto.audience_changed(_room_id(answer))
        return _room_id(answer)

    async def knock(self, room: str, reason: str = "", via: Sequence[str] = ()) -> RoomId:
        """Ask to join."""
        if self._sender.dated and room.startswith("!"):
            return await self._set_membership(RoomId(room), self._user_id, Membership.KNOCK, reason)
        answer = await self._http.call("POST", path("knock", room), _because(reason), query=_servers(via))
        return _room_id(answer)

    async def leave(self, room_id: RoomId, reason: str = "") -> None:
        """Leave; also turns down an invite and withdraws a knock."""
        await self._act(room_id, self._user_id, Membership.LEAVE, reason, "leave")

    async def invite(self, room_id: RoomId, user: UserId, reason: str = "") -> None:
        """Invite; also lets in somebody who asked."""
        await self._act(room_id, user, Membership.INVITE, reason, "invite")

    async def kick(self, room_id: RoomId, user: UserId, reason: str = "") -> None:
        """Remove; also turns down somebody who asked. The caller checks the membership first."""
        await self._act(room_id, user, Membership.LEAVE, reason, "kick")

    async def ban(self, room_id: RoomId, user: UserId, reason: str = "") -> None:
        """Keep somebody out, whatever they are now; also ends their request. The caller checks the power first."""
        await self._act(room_id, user, Membership.BAN, reason, "ban")

    async def unban(self, room_id: RoomId, user: UserId, reason: str = "") -> None:
        """Let somebody ask, or be invited, who was kept out. The caller checks the membership and the power first."""
        await self._act(room_id, user, Membership.LEAVE, reason, "unban")

    async def picture(self, address: str) -> None:
        """Show the picture at this `mxc://` address beside our name; an empty one takes it away."""
        await self._http.call("PUT", path("profile", self._user_id, "avatar_url"), {"avatar_url": address})

    async def name_in_room(self, room_id: RoomId, name: str) -> None:
        """Set our display name in one room alone; what else our membership there says stays."""
        where = path("rooms", room_id, "state", MEMBER, self._user_id)
        content = dict(await self._http.call("GET", where))
        content.pop("reason", None)
        await self._http.call("PUT", where, {**content, "displayname": name})

    async def name_alias(self, alias: str, room_id: RoomId) -> None:
        """Let an address of our own server lead to a room. Raises Changed where it leads somewhere."""
        await self._http.call("PUT", path("directory", "room", alias), {"room_id": room_id})

    async def drop_alias(self, alias: str) -> None:
        """End an address."""
        await self._http.call("DELETE", path("directory", "room", alias), None)

    async def forget(self, room_id: RoomId) -> None:
        """Let the server forget that we were in a room; only after leaving it."""
        await self._http.call("POST", path("rooms", room_id, "forget"), {})

    async def report(self, room_id: RoomId, event_id: EventId, reason: str) -> None:
        """Tell the server's administrator about an event; they cannot read it where the room is encrypted."""
        await self._http.call("POST", path("rooms", room_id, "report", event_id), {"reason": reason})

    async def report_user(self, user: UserId, reason: str) -> None:
        """Tell the server's administrators about a person (spec since 1.14)."""
        await self._http.call("POST", path("users", user, "report"), {"reason": reason})

    async def _act(self, room_id: RoomId, user: UserId, to: Membership, reason: str, verb: str) -> None:
        if self._sender.dated:
            await self._set_membership(room_id, user, to, reason)
            return
        whom = {} if verb == "leave" else {"user_id": user}
        await self._http.call("POST", path("rooms", room_id, verb), whom | _because(reason))
        self._crypto.audience_changed(room_id)

    async def _set_membership(self, room_id: RoomId, user: UserId, to: Membership, reason: str) -> RoomId:
        """The same by member state, which can be dated."""
        await self._sender.put_state(room_id, MEMBER, user, {"membership": str(to)} | _because(reason))
        self._crypto.audience_changed(room_id)
        return room_id


def _creation(spec: RoomSpec) -> dict[str, Any]:
    # No `users` are ever added here: since room version 12 a creator stands above all levels and must not be listed.
    state: list[tuple[str, str, Mapping[str, Any]]] = [
        ("m.room.join_rules", "", {"join_rule": spec.join_rule}),
        (VISIBILITY, "", {"history_visibility": spec.history}),
        ("m.room.guest_access", "", {"guest_access": "forbidden"}),
    ]
    if spec.encrypted:
        state.append((ENCRYPTION, "", _MEGOLM))
    given = {(type_, key) for type_, key, _ in spec.state}
    state = [item for item in state if item[:2] not in given] + list(spec.state)
    body: dict[str, Any] = {
        "preset": spec.preset,
        "visibility": "private",
        "is_direct": spec.is_direct,
        "invite": list(spec.invite),
        "initial_state": [{"type": type_, "state_key": key, "content": dict(content)} for type_, key, content in state],
    }
    if spec.name:
        body["name"] = spec.name
    if spec.topic:
        body["topic"] = spec.topic
    if spec.power:
        body["power_level_content_override"] = dict(spec.power)
    content: dict[str, Any] = {"type": "m.space"} if spec.is_space else {}
    if spec.creators:
        content["additional_creators"] = list(spec.creators)
    if content:
        body["creation_content"] = content
    return body


def _because(reason: str) -> dict[str, Any]:
    return {"reason": reason} if reason else {}


def _servers(via: Sequence[str]) -> Query:
    """Under both names: servers before spec 1.12 know only the second."""
    return [(name, server) for name in ("via", "server_name") for server in via]


def _room_id(answer: Mapping[str, Any]) -> RoomId:
    found = as_text(answer.get("room_id"))
    if not found:
        raise server_trouble("It did not say which room that is.")
    return RoomId(found)
