"""Many more rooms for one account: to try nookterm with as much as a busy person has, and to measure it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nookterm.client.ports import RoomSpec, SendContent
from nookterm.client.session import Session
from nookterm.demo import folder as folders
from nookterm.demo.making import FACTS, finished
from nookterm.domain.charter import Charter, charter_content
from nookterm.domain.ids import RoomId, TxnId
from nookterm.domain.vocabulary import CHARTER

GROUP = 50
"""Rooms of one sub-group."""
_SIDE_BY_SIDE = 4
_MESSAGES = 2
"""What is said in each: enough to have something to show, few enough that a thousand rooms come in minutes."""
_TEXT = "m.room.message"

Tell = Callable[[str], None]


async def more_rooms(
    session: Session, folder: Path, server_name: str, wanted: int, tell: Tell
) -> dict[str, Any] | None:
    """Make rooms until the world in `folder` has `wanted` more than it began with.

    They are encrypted, have a charter, and lie in sub-groups of a space of their own. What was made counts when its
    sub-group stands, so that a demo that was ended in the middle goes on from there. Returns the world's facts; None
    where it is half made.
    """
    facts = finished(folder)
    if facts is None:
        return None
    crowd = Crowd(session, server_name, tell)
    groups: list[str] = list(facts.get("more_groups", []))
    made = int(facts.get("more_rooms", 0))
    while made < wanted:
        count = min(GROUP, wanted - made)
        groups.append(await crowd.group(made, count, wanted))
        made += count
        facts |= {"more_rooms": made, "more_groups": groups}
        folders.note(folder, **{FACTS: facts})
    if groups and "more_space" not in facts:
        facts["more_space"] = await crowd.space("Many rooms", [RoomId(group) for group in groups])
        folders.note(folder, **{FACTS: facts})
    elif groups:
        await crowd.list_in(RoomId(str(facts["more_space"])), [RoomId(group) for group in groups])
    await session.sync_once()
    return facts


class Crowd:
    """Makes rooms side by side, as their only member."""

    def __init__(self, session: Session, server_name: str, tell: Tell) -> None:
        """`tell` takes a short line each time a room stands."""
        self._gateway = session.gateway
        self._via = [server_name]
        self._tell = tell
        self._made = 0

    async def group(self, first: int, count: int, wanted: int) -> RoomId:
        """So many rooms and the sub-group that lists them."""
        places = asyncio.Semaphore(_SIDE_BY_SIDE)
        self._made = first

        async def room(number: int) -> RoomId:
            async with places:
                made = await self._room(number)
            self._made += 1
            self._tell(f"making more rooms: {self._made} of {wanted}")
            return made

        async with asyncio.TaskGroup() as tasks:
            coming = [tasks.create_task(room(number)) for number in range(first + 1, first + count + 1)]
        return await self.space(f"Group {first // GROUP + 1:02}", [task.result() for task in coming])

    async def _room(self, number: int) -> RoomId:
        charter = Charter(purpose=f"Room {number} of many.", who_belongs="Whoever wants to see how many rooms feel.")
        spec = RoomSpec(
            f"room-{number:04}",
            encrypted=True,
            history="invited",
            state=((CHARTER, "", charter_content(charter)),),
        )
        room_id = await self._gateway.create_room(spec)
        for turn in range(_MESSAGES):
            body = {"msgtype": "m.text", "body": f"Message {turn + 1} of room {number}."}
            await self._gateway.send(room_id, SendContent(_TEXT, body), TxnId(f"crowd-{number}-{turn}"))
        return room_id

    async def space(self, name: str, children: list[RoomId]) -> RoomId:
        """A space that lists these, made in one request."""
        listed = tuple(("m.space.child", child, {"via": self._via}) for child in children)
        return await self._gateway.create_room(RoomSpec(name, is_space=True, state=listed))

    async def list_in(self, space: RoomId, children: list[RoomId]) -> None:
        """Let a space that stands list these too."""
        for child in children:
            await self._gateway.set_state(space, "m.space.child", child, {"via": self._via})
