"""What we keep about our rooms on the server, for our clients: tags, marks, what may call us, how far we have read."""

from __future__ import annotations

import contextlib

from nookterm.client.errors import NotFound
from nookterm.client.ports import MAIN_THREAD
from nookterm.domain.events import Json
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.matrix.http import Http, path
from nookterm.matrix.wire import tame

_RULES = ("pushrules", "global")


class OwnRooms:
    """The Gateway's methods for it."""

    _http: Http
    _user_id: UserId

    async def push_rules(self) -> Json:
        """The rules by which servers and clients notify (`m.push_rules`)."""
        # With the slash at its end: without it servers refuse.
        rules: Json = tame(await self._http.call("GET", path("pushrules") + "/"))
        return rules

    async def put_push_rule(self, kind: str, rule_id: str, body: Json) -> None:
        """Write a rule of our own, enabled; one with this id is replaced."""
        where = path(*_RULES, kind, rule_id)
        await self._http.call("PUT", where, body)
        # A rule that stood there switched off stays off when it is replaced.
        await self._http.call("PUT", f"{where}/enabled", {"enabled": True})

    async def drop_push_rule(self, kind: str, rule_id: str) -> None:
        """Delete a rule of our own; nothing happens where there is none."""
        with contextlib.suppress(NotFound):
            await self._http.call("DELETE", path(*_RULES, kind, rule_id), None)

    async def put_tag(self, room_id: RoomId, tag: str, content: Json) -> None:
        """Tag a room; other tags stay."""
        await self._http.call("PUT", self._about(room_id, "tags", tag), content)

    async def drop_tag(self, room_id: RoomId, tag: str) -> None:
        """Take a tag from a room."""
        await self._http.call("DELETE", self._about(room_id, "tags", tag), None)

    async def set_room_account_data(self, room_id: RoomId, type_: str, content: Json) -> None:
        """Replace a piece of account data about a room."""
        await self._http.call("PUT", self._about(room_id, "account_data", type_), content)

    async def mark_read(
        self, room_id: RoomId, event_id: EventId, thread: str | None = None, *, public: bool = False
    ) -> None:
        """Tell the server that we read up to here, everywhere or in one thread; `public`: and everybody in the room."""
        kind = "m.read" if public else "m.read.private"
        markers = {"m.fully_read": event_id}
        if thread is None:
            markers[kind] = event_id
        else:
            where = path("rooms", room_id, "receipt", kind, event_id)
            await self._http.call("POST", where, {"thread_id": thread})
        if thread in {None, MAIN_THREAD}:
            await self._http.call("POST", path("rooms", room_id, "read_markers"), markers)

    async def type(self, room_id: RoomId, lasting: float) -> None:
        """Tell everybody in a room that we are writing, for so many seconds at most; 0: that we are not."""
        told: Json = {"typing": True, "timeout": int(lasting * 1000)} if lasting else {"typing": False}
        await self._http.call("PUT", path("rooms", room_id, "typing", self._user_id), told)

    def _about(self, room_id: RoomId, *parts: str) -> str:
        return path("user", self._user_id, "rooms", room_id, *parts)
