"""The settings of the open room at work: read anew, changed one at a time, told what came of it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from nookterm.client.mending import Mending
from nookterm.client.room_settings import RoomSettings
from nookterm.client.surroundings import around
from nookterm.domain.drift import Drift, drifts
from nookterm.domain.ids import RoomId
from nookterm.domain.room import Room
from nookterm.domain.space import Kind
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.members import Act
from nookterm.viewmodels.room_panel_work import ActsModel
from nookterm.viewmodels.room_settings import RoomSettingsView
from nookterm.viewmodels.room_settings_lines import readers, setting_lines


class RoomSettingsModel(ActsModel[RoomSettingsView]):
    """Stands between the screen and the open room's settings."""

    def __init__(self) -> None:
        """No room is open."""
        super().__init__(
            RoomSettingsView(), "How it is set stands here then.", "This is how it was set when it last could."
        )

    async def begin(self) -> None:
        """Show what is known, then look at the server."""
        await self._begin()

    def _draw(self, hub: Hub, room: Room) -> None:
        lines = setting_lines(hub, room, _drifts(hub, room))
        view = replace(self.view, is_space=room.is_space, lines=lines, readers=readers(room))
        self.show(self._faced(view, room))

    async def _carry_out(self, hub: Hub, room_id: RoomId, act: Act, words: str, way: str) -> str:
        use, guests = RoomSettings(hub.session), hub.session.rooms[room_id].guests
        word, _, which = act.word.partition(" ")
        if word == "fix":
            return await self._fix(hub, room_id, which)
        works: dict[str, Callable[[], Coroutine[Any, Any, object]]] = {
            "name": lambda: use.name(room_id, words),
            "topic": lambda: use.topic(room_id, words),
            "join": lambda: use.join_rule(room_id, way),
            "history": lambda: use.history(room_id, way),
            "encryption": lambda: use.encrypt(room_id),
            "guests": lambda: use.guests(room_id, allowed=not guests),
            "address": lambda: use.add_address(room_id, words),
            "drop": lambda: use.drop_address(room_id, which),
            "child": lambda: use.add_child(room_id, words),
            "unlist": lambda: use.remove_child(room_id, RoomId(which)),
            "move": lambda: use.move_child(room_id, RoomId(which), int(way)),
        }
        await works[word]()
        return "" if word == "move" else f"{act.label[:1].upper()}{act.label[1:]}: done."

    async def _fix(self, hub: Hub, room_id: RoomId, case: str) -> str:
        room = hub.session.rooms[room_id]
        drift = next((one for one in _drifts(hub, room) if one.case == case), None)
        fixed = drift is not None and await Mending(hub.session).fix(room, drift)
        return "It is right now." if fixed else "Somebody was faster: it is right already."

    async def move(self, child: RoomId, by: int) -> None:
        """Move a room of a space."""
        line = next((line for line in self.view.lines if line.child == child), None)
        if line is not None and line.remove is not None and line.remove.why_not:
            self.show(replace(self.view, problem=f"The order is not yours to change: {line.remove.why_not}."))
        elif line is not None:
            await self.do(Act(f"move {child}", "order"), way=str(by))


def _drifts(hub: Hub, room: Room) -> tuple[Drift, ...]:
    rooms = hub.session.rooms
    if room.is_space or rooms.kind(room) is not Kind.NOOK:
        return ()
    here = around(rooms, room)
    return drifts(room, here.spaces, here.linked, here.before)
