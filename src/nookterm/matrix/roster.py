"""Who may read a room now, as the server knows it: asked before a send, kept until something about it changes."""

from __future__ import annotations

from collections import defaultdict

from nookterm.client.errors import NotFound
from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass
from nookterm.matrix.http import Http, path
from nookterm.matrix.parsing import MEMBER, VISIBILITY
from nookterm.matrix.wire import as_list, as_object
from nookterm.trust.history import is_shareable

_INVITED_MAY_READ = frozenset({"invited", "shared", "world_readable"})


@dataclass(frozen=True, slots=True)
class Audience:
    """The people of a room who may read what is said now."""

    joined: frozenset[str]
    invited: frozenset[str]
    """Only invited so far, in a room that lets them read from then on."""
    shares_past: bool = False
    """Whether newcomers may be given the keys of what is said now."""

    @property
    def everybody(self) -> frozenset[str]:
        """All of them."""
        return self.joined | self.invited


class Roster:
    """The audiences of rooms."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._known: dict[str, Audience] = {}
        self._changes: defaultdict[str, int] = defaultdict(int)
        self._gaps = 0

    def changed(self, room_id: str) -> None:
        """Something about who may read has changed: ask again before the next send."""
        self._known.pop(room_id, None)
        self._changes[room_id] += 1

    def forget(self) -> None:
        """What changed meanwhile was not told: ask again before the next send in any room."""
        self._known.clear()
        self._gaps += 1

    async def of(self, room_id: RoomId) -> tuple[Audience, bool]:
        """The audience, and whether it was asked for just now."""
        known = self._known.get(room_id)
        if known is not None:
            return known, False
        while True:
            before = self._changes[room_id], self._gaps
            audience = await self._ask(room_id)
            if (self._changes[room_id], self._gaps) == before:
                self._known[room_id] = audience
                return audience, True

    async def _ask(self, room_id: RoomId) -> Audience:
        members = await self._http.call("GET", path("rooms", room_id, "members"), query=[("not_membership", "leave")])
        standing: dict[str, object] = {}
        for event in map(as_object, as_list(members.get("chunk"))):
            user = event.get("state_key")
            if event.get("type") == MEMBER and isinstance(user, str):
                standing[user] = as_object(event.get("content")).get("membership")
        invited = frozenset(user for user, membership in standing.items() if membership == "invite")
        visibility = await self._visibility(room_id)
        if visibility not in _INVITED_MAY_READ:
            invited = frozenset()
        joined = frozenset(user for user, membership in standing.items() if membership == "join")
        return Audience(joined, invited, shares_past=isinstance(visibility, str) and is_shareable(visibility))

    async def _visibility(self, room_id: RoomId) -> object:
        try:
            content = await self._http.call("GET", path("rooms", room_id, "state", VISIBILITY) + "/")
        except NotFound:
            return "shared"
        return content.get("history_visibility")
