"""What a person asks about rooms: state, members, the past, and how a room looks from outside."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from nookterm.client.errors import NotFound
from nookterm.client.ports import FROM_EVENT, Page, Summary, Surroundings
from nookterm.domain.events import Event, MemberChange, Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.room import CLOSED, JOIN_RULES, Member
from nookterm.matrix.crypto import Crypto
from nookterm.matrix.http import V1, Http, Query, path
from nookterm.matrix.parsing import ENCRYPTED, ENCRYPTION, MEMBER, RawEvent, plain, shape
from nookterm.matrix.problems import server_trouble
from nookterm.matrix.wire import as_count, as_list, as_object, as_text

_MOST_PAGES = 40
_ROOMS_A_PAGE = "50"


class RoomReads:
    """The Gateway's methods that only look."""

    _http: Http
    _crypto: Crypto
    _connection: Any
    _user_id: UserId

    async def member(self, room_id: RoomId, user: UserId) -> Member | None:
        """One person's membership as the server has it now; None for those who never had one."""
        where = path("rooms", room_id, "state", MEMBER, user)
        try:
            answer = await self._http.call("GET", where, query=[("format", "event")])
        except NotFound:
            return None
        raw = shape(answer, room_id)
        if raw and raw.type == MEMBER and raw.state_key == user:
            return _member(plain(raw))
        # Older servers do not know the format, and answer without the event's id: it is in the whole list.
        return next((m for m in await self.members(room_id) if m.user == user), None)

    async def members(self, room_id: RoomId, membership: Membership | None = None) -> tuple[Member, ...]:
        """The membership list as the server has it now."""
        query: Query = [("membership", str(membership))] if membership else ()
        answer = await self._http.call("GET", path("rooms", room_id, "members"), query=query)
        found = (_member(plain(raw)) for raw in _shaped(answer.get("chunk"), room_id) if raw.state_key is not None)
        return tuple(m for m in found if m is not None and (membership is None or m.membership is membership))

    async def room_state(self, room_id: RoomId) -> tuple[Event, ...]:
        """The whole current state."""
        state = await self._http.call_list("GET", path("rooms", room_id, "state"))
        raws = [raw for raw in _shaped(state, room_id) if raw.state_key is not None and raw.type != ENCRYPTED]
        for raw in raws:
            if raw.type == ENCRYPTION and raw.state_key == "":
                self._crypto.encryption_set(room_id, raw.content)
        return tuple(map(plain, raws))

    async def messages(self, room_id: RoomId, start: str | None, limit: int, types: Sequence[str] = ()) -> Page:
        """A page of the past before `start` (None: from now), newest first, decrypted where keys are here.

        `start` is a token, or `FROM_EVENT` and an id; a page from an event that the server has no more is the last.
        `types`: only events of these types, as the server has them (encrypted ones are `m.room.encrypted`).
        """
        if start and start.startswith(FROM_EVENT):
            start = await self._token_behind(room_id, start.removeprefix(FROM_EVENT))
            if start is None:
                return Page((), None)
        query = [("dir", "b"), ("limit", str(limit)), *([("from", start)] if start else [])]
        if types:
            query.append(("filter", json.dumps({"types": list(types)})))
        answer = await self._http.call("GET", path("rooms", room_id, "messages"), query=query)
        with self._crypto.step():
            events = tuple(self._read(_shaped(answer.get("chunk"), room_id)))
        end = as_text(answer.get("end"))
        return Page(events, end if end != start else None)

    async def _token_behind(self, room_id: RoomId, event_id: str) -> str | None:
        """Where the past begins whose newest event is this one; None where the server does not know it (any more)."""
        where = path("rooms", room_id, "context", event_id)
        try:
            return as_text((await self._http.call("GET", where, query=[("limit", "0")])).get("end"))
        except NotFound:
            return None

    async def event(self, room_id: RoomId, event_id: EventId) -> Event:
        """One event, decrypted where the key is here."""
        raw = shape(await self._http.call("GET", path("rooms", room_id, "event", event_id)), room_id)
        if raw is None or raw.event_id != event_id or (raw.type == ENCRYPTED and raw.state_key is not None):
            raise NotFound("The server does not know this event.", code="not_found")
        if raw.type != ENCRYPTED:
            return plain(raw)
        with self._crypto.step():
            return self._crypto.peek(raw)

    async def around(self, room_id: RoomId, event_id: EventId, limit: int) -> Surroundings:
        """An event and some `limit` before and behind it, newest first, decrypted where keys are here."""
        where = path("rooms", room_id, "context", event_id)
        answer = await self._http.call("GET", where, query=[("limit", str(limit))])
        listed = [
            *reversed(as_list(answer.get("events_after"))),
            answer.get("event"),
            *as_list(answer.get("events_before")),
        ]
        with self._crypto.step():
            events = tuple(self._read(_shaped(listed, room_id)))
        if not any(event.event_id == event_id for event in events):
            raise NotFound("The server does not know this event.", code="not_found")
        return Surroundings(events, as_text(answer.get("start")))

    async def event_at(self, room_id: RoomId, moment: datetime) -> EventId:
        """The first event of a room at or after a moment."""
        query = [("ts", str(int(moment.timestamp() * 1000))), ("dir", "f")]
        answer = await self._http.call("GET", path("rooms", room_id, "timestamp_to_event", root=V1), query=query)
        found = as_text(answer.get("event_id"))
        if not found:
            raise NotFound("The server knows nothing of that time.", code="not_found")
        return EventId(found)

    def _read(self, raws: Iterable[RawEvent]) -> Iterator[Event]:
        for raw in raws:
            if raw.type != ENCRYPTED:
                yield plain(raw)
            elif raw.state_key is None:
                yield self._crypto.decrypt(raw)

    async def hierarchy(self, space: RoomId) -> tuple[Summary, ...]:
        """A space and what it lists, in the server's order; at most some thousand rooms."""
        rooms: list[Mapping[str, Any]] = []
        start: str | None = None
        for _ in range(_MOST_PAGES):
            query = [("limit", _ROOMS_A_PAGE), *([("from", start)] if start else [])]
            answer = await self._http.call("GET", path("rooms", space, "hierarchy", root=V1), query=query)
            rooms += map(as_object, as_list(answer.get("rooms")))
            start = as_text(answer.get("next_batch"))
            if not start:
                break
        via: dict[str, tuple[str, ...]] = {}
        for room in rooms:
            for child, servers in _children(room):
                via.setdefault(child, servers)
        seen = {summary.room_id: summary for room in rooms if (summary := _summary(room, via))}
        return tuple(seen.values())

    async def summary(self, room: str, via: Sequence[str] = ()) -> Summary:
        """A room before joining, by id or alias."""
        query = [("via", server) for server in via]
        answer = await self._http.call("GET", path("room_summary", room, root=V1), query=query)
        found = _summary(answer, {str(answer.get("room_id")): tuple(via)})
        if found is None:
            raise server_trouble("Its description of the room makes no sense.")
        return found

    async def resolve(self, alias: str) -> tuple[RoomId, tuple[str, ...]]:
        """The room of an alias and servers that know it."""
        answer = await self._http.call("GET", path("directory", "room", alias))
        room_id = as_text(answer.get("room_id"))
        if not room_id:
            raise NotFound(f"There is no room {alias[:100]}.", code="not_found")
        return RoomId(room_id), tuple(server for server in as_list(answer.get("servers")) if isinstance(server, str))

    async def display_name(self, name: str | None = None) -> str | None:
        """Our own display name; sets it first where `name` is given."""
        where = path("profile", self._user_id, "displayname")
        if name is not None:
            await self._http.call("PUT", where, {"displayname": name})
        try:
            return as_text((await self._http.call("GET", where)).get("displayname"))
        except NotFound:
            return None


def _shaped(chunk: object, room_id: RoomId) -> Iterator[RawEvent]:
    return (raw for event in as_list(chunk) if (raw := shape(event, room_id)))


def _member(event: Event) -> Member | None:
    change = event.payload
    if not isinstance(change, MemberChange):
        return None
    return Member(
        change.user, change.membership, change.display_name, event.sent_at, event.event_id, event.sender, change.reason
    )


def _children(room: Mapping[str, Any]) -> Iterator[tuple[RoomId, tuple[str, ...]]]:
    for event in map(as_object, as_list(room.get("children_state"))):
        child, via = as_text(event.get("state_key")), as_list(as_object(event.get("content")).get("via"))
        servers = tuple(server for server in via if isinstance(server, str))
        if child and servers and event.get("type") == "m.space.child":
            yield RoomId(child), servers


def _summary(room: Mapping[str, Any], via: Mapping[str, tuple[str, ...]]) -> Summary | None:
    room_id = as_text(room.get("room_id"))
    if not room_id:
        return None
    rule = as_text(room.get("join_rule")) or "public"
    return Summary(
        room_id=RoomId(room_id),
        name=as_text(room.get("name")) or as_text(room.get("canonical_alias")),
        topic=as_text(room.get("topic")),
        members=as_count(room.get("num_joined_members")) or 0,
        join_rule=rule if rule in JOIN_RULES else CLOSED,
        is_space=room.get("room_type") == "m.space",
        encrypted=bool(as_text(room.get("encryption")) or as_text(room.get("im.nheko.summary.encryption"))),
        children=tuple(child for child, _ in _children(room)),
        via=via.get(room_id, ()),
    )
