"""The menu of a room with nobody behind it; what is asked of it is noted."""

from __future__ import annotations

from dataclasses import replace

from nookterm.domain.ids import RoomId
from nookterm.viewmodels.model import Face, Model, Told
from nookterm.viewmodels.room_menu import LEVELS, MenuLine, RoomMenuView

Done = list[tuple[object, ...]]
MENU = RoomMenuView(
    RoomId("!glaze"),
    "glaze-lab",
    lines=(
        *(MenuLine(str(level), words, level == "mentions") for level, words in LEVELS.items()),
        MenuLine("favourite", "Favourite", on=True, note="on top of the list"),
        MenuLine("low", "Low priority", on=False, note="at the end of the list"),
        MenuLine("read", "Mark as read", note="cannot be undone"),
        MenuLine("settings", "Room settings"),
        MenuLine("address", "Copy address"),
        MenuLine("leave_room", "Leave", note="what is lost is said first"),
    ),
    address="https://matrix.to/#/!glaze",
    face=Face.CONTENT,
)


class FakeRoomMenu(Model[RoomMenuView]):
    """Its intents, written down."""

    waiting = 3
    """How many rooms have something new."""
    refuses = False
    """Whether nothing can be done."""

    def __init__(self, done: Done) -> None:
        super().__init__(RoomMenuView())
        self._done = done

    async def open(self, room_id: RoomId | None) -> bool:
        self._done.append(("menu", room_id))
        self.show(replace(MENU, room_id=room_id or MENU.room_id))
        return True

    async def do(self, word: str, room_id: RoomId | None = None) -> Told:
        self._done.append((word, room_id))
        return Told("The server said no.", done=False) if self.refuses else Told(f"{word} is done.")

    async def to_read(self) -> int:
        return self.waiting

    async def read_all(self) -> Told:
        self._done.append(("read all",))
        return Told(f"{self.waiting} rooms read.")
