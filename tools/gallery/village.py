"""The demo's world at a moment that never changes, and its people's accounts as each picture finds them."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from nookterm.cli.demo_servers import demo_parts
from nookterm.cli.wiring import pickle_key
from nookterm.client.account import Parts, open_account
from nookterm.client.ports import Credentials, Gateway, Store
from nookterm.demo import folder as folders
from nookterm.demo import moments
from nookterm.demo.acts import Acts
from nookterm.demo.homeserver import Homeserver
from nookterm.demo.people import Home, People, follow_server
from nookterm.demo.seeding import Seeding
from nookterm.demo.world import World
from nookterm.domain.ids import EventId, RoomId
from nookterm.matrix.gateway import NioGateway

NOW = datetime(2026, 11, 22, 20, 40, tzinfo=UTC)
"""When every picture was taken: a Sunday evening."""
PORT = 18_448
"""Where the homeserver listens: its address stands on some screens."""
_MADE = "pictures"

Tell = Callable[[str], None]


class Unseen(NioGateway):
    """A device that tells nobody what was read: one picture must not change what is new in the next."""

    async def mark_read(
        self, room_id: RoomId, event_id: EventId, thread: str | None = None, *, public: bool = False
    ) -> None:
        """Nobody hears it."""


def standing_parts(folder: Path) -> Parts:
    """The real parts over a demo world in `folder`, with a clock that stands at `NOW`."""

    def gateway(credentials: Credentials, store: Store) -> Gateway:
        return Unseen(credentials, store.connection, pickle_key(store))

    return replace(demo_parts(folder, None), clock=lambda: NOW, open_gateway=gateway)


@dataclass(frozen=True, slots=True)
class Village:
    """A seeded world that runs."""

    folder: Path
    parts: Parts

    @contextlib.contextmanager
    def as_it_was(self, name: str) -> Iterator[None]:
        """What happens to somebody's account inside the block is undone on this disk."""
        there = self.parts.profiles.folder(name)
        kept = there.with_name(f"{name}.kept")
        if not kept.exists():
            asyncio.run(self._catch_up(name))
            shutil.copytree(there, kept.with_suffix(".new"))
            kept.with_suffix(".new").rename(kept)
        try:
            yield
        finally:
            shutil.rmtree(there)
            shutil.copytree(kept, there)

    async def _catch_up(self, name: str) -> None:
        """Let the server have all of this account's keys that it wants: a copy must not offer others later."""
        account = open_account(self.parts, name)
        try:
            await account.session.sync_once()
        finally:
            await account.close()


@contextlib.contextmanager
def village(world: World, tell: Tell, folder: Path | None = None, port: int | None = PORT) -> Iterator[Village]:
    """The world on a homeserver of its own: made as it would be at `NOW`, or found in `folder`."""
    made = folder is not None and _MADE in (folders.describe(folder) or {})
    if folder is not None and not made and folders.describe(folder) is not None:
        folders.clear_kept(folder)
    with Homeserver.start(folder=folder, port=port, progress=tell) as server:
        if made:
            follow_server(demo_parts(server.folder, None).profiles, server.base_url)
        else:
            home = Home(demo_parts(server.folder, server.as_token), server.base_url, server.server_name)
            asyncio.run(_seed(world, home, tell))
            folders.note(server.folder, **{_MADE: True})
        yield Village(server.folder, standing_parts(server.folder))


async def _seed(world: World, home: Home, tell: Tell) -> None:
    people = People({"here": home}, world.people)
    seeding = Seeding(world, Acts(world, people, NOW), lambda done, total: tell(f"making the world: {done} of {total}"))
    try:
        with moments.at(NOW):
            await seeding.open()
            await asyncio.gather(seeding.finish(), people.secure())
            await people.back_up()
    finally:
        await people.close()
