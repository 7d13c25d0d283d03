"""Makes a whole world: rooms side by side, each in the order of its own time; the first nook before all others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from nookterm.demo.acts import Acts
from nookterm.demo.world import (
    Founding,
    HighlightPublished,
    Joining,
    JoinRequest,
    Line,
    Step,
    World,
)

_SIDE_BY_SIDE = 4
"""Rooms that are made at the same time: enough that the server never waits for us, few enough that it answers soon."""
_CATCH_UP_EVERY = 20
"""Steps after which the person as whom the demo opens looks for news, so that nothing is missing in their past."""

Progress = Callable[[int, int], None]
"""Takes how many steps are done, and of how many."""


class Seeding:
    """Plays a world once. `open` makes what one needs to step inside, `finish` all the rest."""

    def __init__(self, world: World, acts: Acts, progress: Progress = lambda _done, _all: None) -> None:
        self._world = world
        self._acts = acts
        self._progress = progress
        self._done = 0
        self._frame, self._lanes = plan(world)

    async def open(self) -> None:
        """Make the space with its helpers' rooms, and the first nook of the person as whom the demo opens."""
        await _together([self._acts.people.all_of(person.id for person in self._world.people), self._build()])
        await self._side_by_side(self._lanes[:1])
        await (await self._acts.people.of(self._world.opens_as)).session.sync_once()

    async def finish(self) -> None:
        """Make everything else."""
        await self._side_by_side(self._lanes[1:])

    async def _build(self) -> None:
        """Make the frame: rooms one after the other, for one lies in the other; then those who come into them."""
        rooms: dict[str, list[Step]] = {}
        for step in self._frame:
            if isinstance(step, Founding):
                await self._play(step)
            elif isinstance(step, Joining):
                rooms.setdefault(step.room, []).append(step)
        await self._side_by_side(rooms.values())

    async def _side_by_side(self, lanes: Iterable[list[Step]]) -> None:
        places = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def live(lane: list[Step]) -> None:
            async with places:
                for step in lane:
                    await self._play(step)
                for room in {step.room for step in lane if isinstance(step, Line)}:
                    await self._acts.read(self._world.opens_as, room)

        await _together(live(lane) for lane in lanes)

    async def _play(self, step: Step) -> None:
        await self._acts.play(step)
        self._done += 1
        self._progress(self._done, len(self._world.steps))
        if self._done % _CATCH_UP_EVERY == 0:
            await (await self._acts.people.of(self._world.opens_as)).session.sync_once()


async def _together(works: Iterable[Coroutine[Any, Any, object]]) -> None:
    """Do these side by side. Where one fails the others are given up, and its own error is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(work)
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None


def plan(world: World) -> tuple[list[Step], list[list[Step]]]:
    """The frame (spaces, their helpers' rooms, who is in them), and lanes of what happens in all other rooms.

    What touches two rooms (an answered request is noted in the facilitators' room, a highlight goes to its board) puts
    both into one lane, so that each room keeps the order of its time. The first lane has the first nook of whoever
    opens the demo.
    """
    nooks = {room.room for room in world.nooks}
    frame: list[Step] = [s for s in world.steps if isinstance(s, Founding | Joining) and s.room not in nooks]
    framed = {id(step) for step in frame}
    rest = [step for step in world.steps if id(step) not in framed]
    lane_of = {room.room: {room.room} for room in world.rooms}
    for step in rest:
        places = _places(world, step)
        joined = set[str]().union(*(lane_of[room] for room in places))
        lane_of |= dict.fromkeys(joined, joined)
    first = next(room.room for room in world.nooks if world.opens_as in world.members(room.room))
    lanes: dict[int, list[Step]] = {id(lane_of[first]): []}
    for step in rest:
        lanes.setdefault(id(lane_of[_places(world, step)[0]]), []).append(step)
    head, *others = lanes.values()
    # The longest first: it decides when everything is done.
    return frame, [head, *sorted(others, key=len, reverse=True)]


def _places(world: World, step: Step) -> list[str]:
    """The rooms in which a step leaves something, its own first."""
    match step:
        case Founding() | Joining() | Line():
            return [step.room]
        case JoinRequest():
            return [step.nook, *(_helpers(world, "facilitators") if step.answers else [])]
        case HighlightPublished():
            return [step.nook, *_helpers(world, "highlights")]
        case _:
            return [step.nook]


def _helpers(world: World, kind: str) -> list[str]:
    return [room.room for room in world.rooms if room.kind == kind]
