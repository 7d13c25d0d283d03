"""What is done about a room of the list, carried out on the engine's thread, and what came of it in words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from nookterm.client.errors import Problem
from nookterm.client.favourites import MOVES, favourites, move
from nookterm.client.marking import Marking
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId
from nookterm.domain.levels import Level
from nookterm.domain.links import room_link
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Told
from nookterm.viewmodels.problem_words import in_words
from nookterm.viewmodels.room_menu import LEVELS, MenuLine, RoomMenuView
from nookterm.viewmodels.room_panel_work import RoomModel

_NEXT = {Level.ALL: Level.MENTIONS, Level.MENTIONS: Level.MUTE, Level.MUTE: Level.ALL}
_READ_ONLY = Told("Another nookterm has this account: nothing can be done here.", done=False)
_NO_ROOM = Told("Open a room first, or choose one in the list.", done=False)
_LATER = "Your other clients hear of it when the server is back."
NO_UNDO = "cannot be undone"


class RoomMenuModel(RoomModel[RoomMenuView]):
    """Stands between a menu and the rooms of an account."""

    def __init__(self) -> None:
        """No room is shown."""
        super().__init__(RoomMenuView(), "What can be done about it stands here.")

    async def open(self, room_id: RoomId | None) -> bool:
        """Show what can be done about a room, or about the open one. False where we are in no such room."""
        await self._begin(room_id)
        return bool(self.view.lines)

    async def _look(self, hub: Hub, room_id: RoomId) -> None:
        """All of it is on the disk."""

    def _draw(self, hub: Hub, room: Room) -> None:
        if room.membership != Membership.JOIN:
            self.show(self._blank)
            return
        link = room_link(room.room_id, room.me)
        self.show(replace(self._faced(RoomMenuView(), room), lines=_lines(hub, room), address=link))

    async def do(self, word: str, room_id: RoomId | None = None) -> Told:
        """Do it with a room, or with the open one."""

        async def work(hub: Hub) -> Told:
            room = hub.session.rooms.get(room_id or hub.open_room or RoomId(""))
            if room is None or room.membership != Membership.JOIN:
                return _NO_ROOM
            words = await _done(hub, room, *word.split())
            if self.view.room_id == room.room_id:
                self._draw(hub, room)
            late = room.room_id in hub.session.levels.owed.all() or _is_owed(hub, room.room_id)
            return Told(f"{safe_line(title(room))}: {words}{f' {_LATER}' if late else ''}")

        return await self._try(work)

    async def to_read(self) -> int:
        """How many rooms have something new."""
        hub, count = self._hub, 0
        if hub is not None:

            async def work() -> None:
                nonlocal count
                count = len(Marking(hub.session).waiting())

            await hub.do(work())
        return count

    async def read_all(self) -> Told:
        """Take all rooms for read."""

        async def work(hub: Hub) -> Told:
            count = await Marking(hub.session).read_all()
            return Told(f"{count} room{'' if count == 1 else 's'} read.")

        return await self._try(work)

    async def _try(self, work: Callable[[Hub], Awaitable[Told]]) -> Told:
        hub, told = self._hub, _NO_ROOM
        if hub is None or hub.read_only:
            return _READ_ONLY if hub else _NO_ROOM

        async def run() -> None:
            nonlocal told
            try:
                told = await work(hub)
            except Problem as problem:
                told = Told(safe_line(in_words(problem), longest=300), done=False)

        await hub.do(run())
        return told


def _is_owed(hub: Hub, room_id: RoomId) -> bool:
    return any(key.partition(" ")[0] == room_id for key in hub.session.tags.owed.all())


def _lines(hub: Hub, room: Room) -> tuple[MenuLine, ...]:
    session = hub.session
    level, tags, row = session.levels.of(room.room_id), session.tags.of(room.room_id), session.store.room(room.room_id)
    off = "off for the whole account" if session.levels.silenced else ""
    unread = bool(row.unread or row.mentions or tags.marked)
    return (
        *(MenuLine(str(one), words, level is one, off) for one, words in LEVELS.items()),
        MenuLine("favourite", "Favourite", tags.favourite, "on top of the list"),
        *(_MOVES if tags.favourite and len(favourites(session)) > 1 else ()),
        MenuLine("low", "Low priority", tags.low, "at the end of the list"),
        MenuLine("read", "Mark as read", note=NO_UNDO) if unread else MenuLine("unread", "Mark as unread"),
        MenuLine("settings", "Room settings"),
        MenuLine("address", "Copy address"),
        MenuLine("leave_room", "Leave", note="what is lost is said first"),
    )


_MOVES = (
    MenuLine("up", "Move up", note="among the favourites"),
    MenuLine("down", "Move down", note="among the favourites"),
)


async def _done(hub: Hub, room: Room, word: str, wanted: str = "") -> str:
    """Do it. Returns what holds now."""
    session, room_id = hub.session, room.room_id
    if word in MOVES or wanted in MOVES:
        how = word if word in MOVES else wanted
        return _MOVED[how] if await move(session, room_id, how) else "it stands there already."
    if word in {"favourite", "low"}:
        tags = session.tags.of(room_id)
        on = {"on": True, "off": False}.get(wanted, not (tags.favourite if word == "favourite" else tags.low))
        put = session.tags.favourite if word == "favourite" else session.tags.low
        await put(room_id, on=on)
        return _TAGGED[word, on]
    if word == "read":
        return "read." if await Marking(session).read(room_id) else "nothing new in it."
    if word == "unread":
        await Marking(session).unread(room_id)
        return "marked as unread, until it is opened."
    level = _NEXT[session.levels.of(room_id)] if word == "level" else Level(word)
    await session.levels.put(room_id, level)
    silenced = " All notifications of your account are off." if session.levels.silenced else ""
    return f"{LEVELS[level][:1].lower()}{LEVELS[level][1:]}.{silenced}"


_MOVED = {
    "up": "moved up among the favourites.", "down": "moved down among the favourites.",
    "first": "the first of the favourites.", "last": "the last of the favourites.",
}  # fmt: skip
_TAGGED = {
    ("favourite", True): "a favourite, on top of the list.",
    ("favourite", False): "no favourite any more.",
    ("low", True): "of low priority, at the end of the list.",
    ("low", False): "of low priority no more.",
}
