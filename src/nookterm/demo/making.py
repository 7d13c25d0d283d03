"""One world from its server to its last step: made anew, or found as an earlier demo left it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from nookterm.client.account import OpenAccount
from nookterm.demo import folder as folders
from nookterm.demo.acts import Acts
from nookterm.demo.facts import describe_world
from nookterm.demo.people import Home, People, follow_server
from nookterm.demo.seeding import Seeding
from nookterm.demo.world import World

_BEGUN, FACTS = "begun", "facts"
"""What `world.json` says of a world that is being made, and of one that is complete."""

Tell = Callable[[str], None]
"""Takes one short line about what happens now."""


def is_half_made(path: Path) -> bool:
    """Whether the world in `path` was begun and never finished (its demo was ended too early)."""
    said = folders.describe(path)
    return said is not None and _BEGUN in said and FACTS not in said


def finished(path: Path) -> dict[str, Any] | None:
    """The facts of the complete world in `path` (see `facts.describe_world`); None while it is not complete."""
    facts = (folders.describe(path) or {}).get(FACTS)
    return facts if isinstance(facts, dict) else None


def reopen(folder: Path, homes: Mapping[str, Home]) -> dict[str, Any] | None:
    """The facts of the world that an earlier demo left, with its servers' addresses of today; None without one."""
    facts = finished(folder)
    if facts is None:
        return None
    for name, home in homes.items():
        follow_server(home.parts.profiles, home.base_url)
        facts.get(name, facts)["homeserver"] = home.base_url
    folders.note(folder, **{FACTS: facts})
    return facts


class Making:
    """Makes a world on servers that are empty. Lives on one event loop."""

    def __init__(self, world: World, folder: Path, homes: Mapping[str, Home], tell: Tell) -> None:
        self._world = world
        self._folder = folder
        self._homes = homes
        self._people = People(homes, world.people)
        self._acts = Acts(world, self._people, datetime.now().astimezone())
        self._seeding = Seeding(world, self._acts, self._count)
        self.tell = tell
        folders.note(folder, **{_BEGUN: True})

    def _count(self, done: int, total: int) -> None:
        self.tell(f"making the world: {done} of {total}")

    async def open(self) -> None:
        """Make as much as one needs to step inside."""
        await self._seeding.open()

    async def account(self) -> OpenAccount:
        """The open account of the person as whom the demo opens."""
        return (await self._people.of(self._world.opens_as)).account

    async def finish(self, *, keep: bool = False) -> dict[str, Any]:
        """Make the rest and close the accounts (with `keep` all but the one that is on a screen). Returns the facts."""
        await asyncio.gather(self._seeding.finish(), self._people.secure())
        await self._people.back_up()
        facts = describe_world(self._acts, self._homes)
        await self._people.close(but=self._world.opens_as if keep else None)
        folders.note(self._folder, **{FACTS: facts})
        return facts

    async def leave(self, *, keep: bool = False) -> None:
        """Close the accounts that are still open (`keep` as above), also in the middle of it."""
        await self._people.close(but=self._world.opens_as if keep else None)
