"""What only the server can do with rooms: upgrades, and its own search of what is not encrypted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nookterm.client.ports.beyond import RoomVersions, SearchPage
from nookterm.domain.ids import RoomId, UserId
from nookterm.matrix.http import Http, path
from nookterm.matrix.parsing import MESSAGE, plain, shape
from nookterm.matrix.problems import server_trouble
from nookterm.matrix.wire import as_count, as_list, as_object, as_text

_SLOW = 120.0
"""Seconds: a server copies a room's whole state before it answers."""


class Beyond:
    """The Gateway's methods for it."""

    _http: Http

    async def room_versions(self) -> RoomVersions:
        """What the server can make."""
        answer = await self._http.call("GET", path("capabilities"))
        found = as_object(as_object(answer.get("capabilities")).get("m.room_versions"))
        listed = as_object(found.get("available"))
        stable = frozenset(version for version, how in listed.items() if how == "stable")
        return RoomVersions(as_text(found.get("default")) or "1", stable)

    async def upgrade(self, room_id: RoomId, version: str, creators: Sequence[UserId] = ()) -> RoomId:
        """Put a new room in the place of this one, which is closed by it."""
        body: dict[str, Any] = {"new_version": version}
        if creators:
            body["additional_creators"] = list(creators)
        answer = await self._http.call("POST", path("rooms", room_id, "upgrade"), body, timeout=_SLOW)
        found = as_text(answer.get("replacement_room"))
        if not found or not found.startswith("!"):
            raise server_trouble("It did not say which room is the new one.")
        return RoomId(found)

    async def search_rooms(
        self, words: str, rooms: Sequence[RoomId], senders: Sequence[UserId], start: str | None, limit: int
    ) -> SearchPage:
        """Messages with all of these words in these rooms; the server reads the words."""
        wanted: dict[str, Any] = {"rooms": list(rooms), "types": [MESSAGE], "limit": limit}
        if senders:
            wanted["senders"] = list(senders)
        category = {"search_term": words, "keys": ["content.body"], "order_by": "recent", "filter": wanted}
        query = [("next_batch", start)] if start else []
        body = {"search_categories": {"room_events": category}}
        answer = await self._http.call("POST", path("search"), body, query=query)
        found = as_object(as_object(answer.get("search_categories")).get("room_events"))
        return _page(found, frozenset(rooms))


def _page(found: Mapping[str, Any], asked: frozenset[RoomId]) -> SearchPage:
    """What came back of the rooms that were asked for: a server adds rooms that came before them."""
    events = []
    for row in as_list(found.get("results")):
        result = as_object(as_object(row).get("result"))
        room_id = RoomId(as_text(result.get("room_id")) or "")
        raw = shape(result, room_id) if room_id in asked else None
        if raw is not None and raw.type == MESSAGE and raw.state_key is None:
            events.append(plain(raw))
    return SearchPage(tuple(events), as_count(found.get("count")) or 0, as_text(found.get("next_batch")) or None)
