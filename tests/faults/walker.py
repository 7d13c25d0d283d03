"""A client without a screen that talks all the time, until it is told to finish or is killed: one half of the soak."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import sys
from dataclasses import dataclass
from pathlib import Path

from nookterm.client.errors import Problem
from nookterm.client.ports import Secret
from nookterm.domain.ids import RoomId
from tests.client.people import TEXT, Drawer, Person, Village
from tests.live_homeserver import LiveServer

_LOOK_EVERY = 0.2
_QUIET = 3
"""Steps without anything left to do before it ends."""


@dataclass(frozen=True)
class Walk:
    """Whose client, where, and what is said next."""

    home: str
    name: str
    secrets: dict[str, str]
    rooms: list[str]
    first: int
    """The number of the next thing to say."""
    pause: float
    """Seconds between two things said, on average."""


def _tell(what: str, text: str) -> None:
    os.write(1, json.dumps([what, text]).encode() + b"\n")


async def _talk(person: Person, walk: Walk) -> None:
    chance = random.Random()  # noqa: S311 - what is said when does not have to be repeated
    number = walk.first
    while True:
        text = f"{walk.name} {number}"
        number += 1
        _tell("asked", text)
        person.session.outbox.queue(RoomId(chance.choice(walk.rooms)), TEXT, {"msgtype": "m.text", "body": text})
        _tell("kept", text)
        await asyncio.sleep(chance.uniform(0, 2 * walk.pause))


async def _deliver(person: Person) -> None:
    """What the client with a screen does beside its sync: send what is due, as soon as it is due."""
    while True:
        with contextlib.suppress(Problem):
            if person.session.phase == "live" and person.session.outbox.next_try() == 0.0:
                await person.session.outbox.flush()
        await asyncio.sleep(_LOOK_EVERY)


async def _fill(person: Person, walk: Walk) -> None:
    """Scrolls up wherever something is missing."""
    while True:
        with contextlib.suppress(Problem):
            for room in walk.rooms:
                await person.session.fill_gaps(RoomId(room))
        await asyncio.sleep(5 * _LOOK_EVERY)


async def _walk(walk: Walk) -> None:
    drawer = Drawer(kept={name: Secret(text) for name, text in walk.secrets.items()})
    person = Person(Village(LiveServer("", "", "", Path()), Path(walk.home), drawer).parts, walk.name, Secret(""))
    work = [asyncio.create_task(step) for step in (person.session.run(), _deliver(person), _fill(person, walk))]
    talking = asyncio.create_task(_talk(person, walk))
    # Ends when whoever started it closes our input.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    talking.cancel()
    quiet = 0
    while quiet < _QUIET:
        quiet = 0 if person.session.store.outgoing() else quiet + 1
        for task in work:
            if task.done():
                task.result()
                raise RuntimeError("the session ended by itself")
        await asyncio.sleep(1)
    for task in work:
        task.cancel()
    await asyncio.gather(*work, return_exceptions=True)
    await person.account.close()
    _tell("done", "")


def main() -> None:
    """Walk as the first line of stdin says."""
    asyncio.run(_walk(Walk(**json.loads(sys.stdin.readline()))))


if __name__ == "__main__":
    main()
