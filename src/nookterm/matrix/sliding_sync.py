"""Simplified sliding sync (MSC4186): the newest rooms at once, the others in steps, then only what changes."""

from __future__ import annotations

from typing import Any

from nookterm.client.errors import Problem
from nookterm.domain.events import Json
from nookterm.domain.ids import UserId
from nookterm.domain.vocabulary import CHARTER, FACILITATES, FACILITATION, HIGHLIGHTS, VETTING
from nookterm.matrix.http import Http, path
from nookterm.matrix.parsing import MEMBER
from nookterm.matrix.problems import server_trouble
from nookterm.matrix.sliding_answer import List, as_classic, list_of
from nookterm.matrix.sync_position import SLIDING, Position, fingerprints, unheard, went_back
from nookterm.matrix.sync_source import GRACE, MANY, MARKS, OFFER, Marks, is_lost
from nookterm.matrix.wire import as_list, as_object, as_text

WHERE = f"/_matrix/client/unstable/{OFFER}/sync"
FIRST = 20
"""Rooms of the first response: a screen of them, quick however many there are."""
_MORE = 200
"""The most rooms that a step adds."""
_ALL = 1_000_000
_TIMELINE = 20
_CONNECTION = "nookterm"
"""One process holds the account, so one connection is enough; a new start takes over the old one's."""
_WHOLE = (("*", "*"),)
_OUTLINE = (
    *(
        (f"m.room.{name}", "")
        for name in (
            "create",
            "name",
            "canonical_alias",
            "topic",
            "encryption",
            "join_rules",
            "history_visibility",
            "power_levels",
            "tombstone",
        )
    ),
    (MEMBER, "$ME"),
    (MEMBER, "$LAZY"),
    ("m.space.child", "*"),
    *((name, "") for name in (CHARTER, FACILITATION, HIGHLIGHTS, VETTING)),
    (FACILITATES, "*"),
)
"""What the first list needs of a room. The next step asks for everything, members included, of these rooms too."""


class SlidingSync:
    """`POST .../org.matrix.simplified_msc3575/sync`, one list of all our rooms."""

    def __init__(self, http: Http, me: UserId) -> None:
        self._http = http
        self._me = me

    async def fetch(self, before: Position | None, timeout: float) -> Json:
        """What is new since `before`; from the newest rooms on where that is lost or of the other source."""
        mine = before if before and before.kind == SLIDING else None
        if mine is None:
            return await self._begin(before)
        window = None if mine.window is None else grown(mine.window)
        try:
            answer = await self._ask(mine.pos, window, mine.to_device, timeout if window is None else 0.0)
        except Problem as problem:
            if not is_lost(problem):
                raise
            return await self._begin(mine)
        if went_back(mine, _end(answer)):
            return await self._begin(mine)
        return await self._news(answer, mine, window, anew=False)

    async def _begin(self, before: Position | None) -> Json:
        """A new connection. Messages to this device go on where they were, but where the server went back."""
        since = before.to_device if before else None
        try:
            answer = await self._ask(None, FIRST, since, 0.0)
            lost = since is not None and went_back(before, _end(answer))
        except Problem as problem:
            if since is None or not is_lost(problem):
                raise
            lost = True
        if lost:
            # Asked for messages since a place that it has yet to reach, the server would hold back all up to there.
            answer = await self._ask(None, FIRST, None, 0.0)
        return await self._news(answer, before, FIRST, anew=True)

    async def _ask(self, pos: str | None, window: int | None, since: str | None, timeout: float) -> Json:
        query = [("timeout", str(int(timeout * 1000)))]
        if pos:
            query.append(("pos", pos))
        answer = await self._http.call(
            "POST", WHERE, _request(pos, window, since), query=query, timeout=timeout + GRACE
        )
        _end(answer)
        return answer

    async def _news(self, answer: Json, before: Position | None, window: int | None, *, anew: bool) -> Json:
        rooms = list_of(answer)
        whole = _is_whole(rooms, window, first=anew)
        unsure = before is not None and (anew or before.unsure)
        extensions = as_object(answer.get("extensions"))
        inbox, keys = as_object(extensions.get("to_device")), as_object(extensions.get("e2ee"))
        messages = as_list(inbox.get("events"))
        after = Position(
            SLIDING,
            _end(answer),
            as_text(inbox.get("next_batch")) or (before.to_device if before and before.kind == SLIDING else None),
            None if whole else window,
            unsure and not whole,
            fingerprints(messages),
        )
        counts = {key: keys[key] for key in _COUNTS if key in keys}
        return {
            "rooms": as_classic(as_object(answer.get("rooms")), extensions, self._me, outline=anew),
            "to_device": {"events": unheard(messages, before) if anew else messages},
            "account_data": {"events": as_object(extensions.get("account_data")).get("global")},
            "device_lists": as_object(keys.get("device_lists")),
            **counts,
            "next_batch": after.text(),
            MARKS: Marks(
                complete=whole and len(messages) < MANY,
                anew=anew,
                partial=not whole,
                present=await self._present(rooms) if rooms and whole and unsure else None,
                counts_told=_COUNTS[0] in counts,
                account_whole=anew,
            ),
        }

    async def _present(self, rooms: List) -> tuple[str, ...]:
        """All rooms of ours: those of the list, and those that a server leaves out until it has their whole state."""
        joined = await self._http.call("GET", path("joined_rooms"))
        return (*rooms.room_ids, *(room for room in as_list(joined.get("joined_rooms")) if isinstance(room, str)))


_COUNTS = ("device_one_time_keys_count", "device_unused_fallback_key_types")


def grown(window: int) -> int:
    """How many rooms the next step asks for."""
    return min(window * 3, window + _MORE)


def _is_whole(rooms: List | None, window: int | None, *, first: bool) -> bool:
    """Whether all our rooms are here with all their state. The first response has only their outlines."""
    if window is None or rooms is None:
        return window is None
    return rooms.count == 0 or (not first and rooms.count <= window)


def _request(pos: str | None, window: int | None, since: str | None) -> dict[str, Any]:
    on = {"enabled": True}
    last = (window or _ALL) - 1
    return {
        "conn_id": _CONNECTION,
        "lists": {
            "rooms": {
                "ranges": [[0, last]],
                "required_state": [list(pair) for pair in (_WHOLE if pos else _OUTLINE)],
                "timeline_limit": _TIMELINE,
            }
        },
        "extensions": {
            "to_device": on | {"limit": MANY} | ({"since": since} if since else {}),
            "e2ee": on,
            "account_data": on,
            "receipts": on,
            "typing": on,
        },
    }


def _end(answer: Json) -> str:
    end = as_text(answer.get("pos"))
    if not end:
        raise server_trouble("Its news have no end mark.")
    return end
