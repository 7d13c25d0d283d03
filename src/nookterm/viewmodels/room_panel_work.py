"""How every panel over one room works: it shows what is known, looks at the server, and tells what an act came to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TypeVar

from nookterm.client.errors import Offline, Problem, ServerTrouble
from nookterm.domain.ids import RoomId
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.members import Act
from nookterm.viewmodels.model import Face, Model, Notice
from nookterm.viewmodels.problem_words import in_words, way_out
from nookterm.viewmodels.room_panel import ActsView, RoomView

R = TypeVar("R", bound=RoomView)
A = TypeVar("A", bound=ActsView)
_LONGEST = 300
_READ_ONLY = "Another nookterm has this account: nothing can be done here."


class RoomModel(Model[R], ABC):
    """Stands between a screen and the open room. What it shows of it is drawn by `_draw`."""

    def __init__(self, blank: R, nothing_open: str, away: str = "") -> None:
        """No room is open.

        `nothing_open` says what stands here when one is, `away` what is shown while the server cannot be reached.
        """
        super().__init__(blank)
        self._blank = blank
        ways = (nothing_open, "{app.jump} goes to one by its name", "Esc goes back")
        self._nothing_open = Notice("Open a room first.", ways)
        self._away_notice = Notice("The server cannot be reached.", (away,))
        self._hub: Hub | None = None
        self._away = False
        """Whether what is shown could not be read anew."""

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    def rebuild(self, hub: Hub) -> None:
        """Something changed: make the view anew while somebody looks at it. Engine's thread."""
        if not self._watchers:
            return
        room = hub.session.rooms.get(self.view.room_id) if self.view.room_id else None
        if room is not None and self.view.face in {Face.CONTENT, Face.OFFLINE}:
            self._draw(hub, room)

    async def _begin(self, room_id: RoomId | None = None) -> None:
        """Show this room, or the open one, as it is known; then look at the server."""
        hub = self._hub
        self.show(self._blank)
        if hub is not None:
            await hub.do(self._find(hub, room_id))

    async def _find(self, hub: Hub, room_id: RoomId | None) -> None:
        wanted = room_id or hub.open_room
        room = hub.session.rooms.get(wanted) if wanted else None
        if room is None:
            self.show(replace(self._blank, face=Face.EMPTY, notice=self._nothing_open))
        else:
            await self._show_room(hub, room)

    async def _show_room(self, hub: Hub, room: Room) -> None:
        self._away = hub.read_only
        self._draw(hub, room)
        if hub.read_only:
            return
        try:
            await self._look(hub, room.room_id)
        except (Offline, ServerTrouble):
            self._away = True
        except Problem as problem:
            notice = Notice(safe_line(problem.message), ("Nothing was changed.", safe_line(way_out(problem))))
            self.show(replace(self._blank, room=safe_line(title(room)), face=Face.PROBLEM, notice=notice))
            return
        self._draw(hub, hub.session.rooms[room.room_id])

    async def _look(self, hub: Hub, room_id: RoomId) -> None:
        """Read what is shown anew. Raises the Problem where that cannot be."""
        await hub.session.refresh_state(room_id)

    @abstractmethod
    def _draw(self, hub: Hub, room: Room) -> None:
        """Show a room as it is known."""

    def _faced(self, view: R, room: Room, notice: Notice | None = None) -> R:
        """The view of this room with how it stands; `notice` where there is nothing more urgent to say."""
        return replace(
            view,
            room_id=room.room_id,
            room=safe_line(title(room)),
            face=Face.OFFLINE if self._away else Face.CONTENT,
            notice=self._away_notice if self._away else notice,
        )


class ActsModel(RoomModel[A]):
    """Where something can be done, too."""

    async def do(self, act: Act, words: str = "", way: str = "") -> None:
        """Carry an act out, as it was shown."""
        hub, room_id = self._hub, self.view.room_id
        if hub is None or room_id is None or self.view.working or act.why_not:
            return
        if hub.read_only:
            self.show(replace(self.view, problem=_READ_ONLY))
            return
        self.show(replace(self.view, working=act.label, result="", problem=""))
        await hub.do(self._do(hub, room_id, act, words.strip(), way))

    async def _do(self, hub: Hub, room_id: RoomId, act: Act, words: str, way: str) -> None:
        try:
            done = await self._carry_out(hub, room_id, act, words, way)
        except Problem as problem:
            self.show(replace(self.view, working="", problem=safe_line(in_words(problem), longest=_LONGEST)))
        else:
            self.show(replace(self.view, working="", result=safe_line(done, longest=_LONGEST)))
        self._draw(hub, hub.session.rooms[room_id])

    @abstractmethod
    async def _carry_out(self, hub: Hub, room_id: RoomId, act: Act, words: str, way: str) -> str:
        """Do it. Returns what was done, in words; raises the Problem where it could not be."""
