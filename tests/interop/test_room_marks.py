"""Levels, favourites and marks of rooms between nookterm and Element's engine, on two devices of one person."""

from __future__ import annotations

from typing import Any

from nookterm.client.ports import RoomSpec
from nookterm.domain.ids import RoomId
from nookterm.domain.levels import Level
from tests.client.people import Person, Village
from tests.interop.conftest import Elements
from tests.interop.neighbours import until
from tests.interop.peer import Peer


class Desk:
    """Ana at nookterm and, at the same time, at Element, with a room of theirs in which Bo talks."""

    def __init__(self, ana: Person, element: Peer, room: RoomId) -> None:
        self.ana, self.element, self.room = ana, element, room

    async def there(self, **want: Any) -> None:
        """How the room stands at Element, once it stands so."""
        await self.element.lines.do("standsInList", roomId=self.room, want=want)

    async def here(self, **want: Any) -> None:
        """How it stands at nookterm, once it stands so."""

        def now() -> dict[str, Any]:
            tags, level = self.ana.session.tags.of(self.room), self.ana.session.levels.of(self.room)
            return {"level": level, "favourite": tags.favourite, "low": tags.low, "marked": tags.marked}

        await until(self.ana, lambda: want if want.items() <= now().items() else None, lambda: f"{want}; it is {now()}")


async def test_what_is_said_of_a_room_at_one_client_is_so_at_the_other(people: Village, element: Elements) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    room = await ana.session.gateway.create_room(RoomSpec("kitchen", invite=(bo.id,)))
    await bo.enter(room)
    await bo.say(room, "the kiln is open")
    await ana.sync()
    peer = await element("desk")
    await peer.login(ana.id, ana.password.reveal())
    await peer.start()
    desk = Desk(ana, peer, room)
    await desk.there(level="all", favourite=False, marked=False, calls=True)
    await _from_nookterm(desk)
    await _from_element(desk)


async def _from_nookterm(desk: Desk) -> None:
    levels, tags = desk.ana.session.levels, desk.ana.session.tags
    for level, calls in ((Level.MUTE, False), (Level.MENTIONS, False), (Level.ALL, True), (Level.MUTE, False)):
        await levels.put(desk.room, level)
        await desk.there(level=str(level), calls=calls)
    await tags.favourite(desk.room, on=True)
    await tags.mark(desk.room, unread=True)
    await desk.there(favourite=True, low=False, marked=True)
    await tags.low(desk.room, on=True)
    await tags.mark(desk.room, unread=False)
    await desk.there(favourite=False, low=True, marked=False)


async def _from_element(desk: Desk) -> None:
    async def does(what: str, **more: Any) -> None:
        await desk.element.lines.do(what, roomId=desk.room, **more)

    for level in ("all", "mentions", "mute", "mentions"):
        await does("putLevel", level=level)
        await desk.here(level=level)
        # What it writes next follows from the rules as they came back to it.
        await desk.there(level=level)
    await does("putTag", tag="m.lowpriority", on=False)
    await does("putTag", tag="m.favourite", on=True)
    await desk.here(favourite=True, low=False)
    await does("putTag", tag="m.favourite", on=False)
    await desk.here(favourite=False)
    # Its older name for the mark: whichever client marked last is right at nookterm, and then at both.
    await does("putUnread", unread=True)
    await desk.here(marked=True)
    await desk.ana.session.tags.mark(desk.room, unread=False)
    await desk.there(marked=False)
