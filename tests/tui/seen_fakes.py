"""Who has read what, written down: for tests of the screen."""

from __future__ import annotations

from nookterm.domain.ids import EventId, RoomId
from nookterm.viewmodels.seen import SeenBy, SeenView

SEEN = SeenView(
    "Bo Lindqvist",
    "Opened the kiln. The celadon crawled again, only on vertical tiles.",
    "19 Nov 09:12",
    (
        SeenBy("Dee Okafor", "19 Nov 09:38"),
        SeenBy("Cy Arden", "19 Nov 09:58", wrote=True),
        SeenBy("Eli Marsh", "by 19 Nov 10:14"),
    ),
    own="Your server and your other devices hear how far you have read, nobody else in this room.",
)


class FakeSeen:
    """Its intents are only written down."""

    def __init__(self, done: list[tuple[object, ...]]) -> None:
        self.done = done
        self.view: SeenView | None = SEEN
        self.tells = False
        """Whether it is to be told that one writes."""

    async def who(self, event_id: EventId | None) -> SeenView | None:
        self.done.append(("who", event_id))
        return self.view

    async def put(self, word: str) -> str:
        self.done.append(("receipts", word))
        return "Everybody in this room hears how far you have read (chosen for this room)."

    def due(self, room_id: RoomId, *, writing: bool) -> bool:
        if self.tells:
            self.done.append(("due", room_id, writing))
        return self.tells

    async def write(self, room_id: RoomId, *, writing: bool) -> None:
        self.done.append(("write", room_id, writing))
