"""Two servers with Synapse's own limits, and people on each of them."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from nookterm.cli.wiring import pickle_key
from nookterm.client.account import Parts, keep
from nookterm.client.ports import Credentials, Gateway, Secret, Store
from nookterm.demo.accounts import make_account
from nookterm.demo.homeserver import Homeserver
from nookterm.demo.pair import Pair
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId
from nookterm.matrix.gateway import NioGateway
from nookterm.matrix.stamp import Stamp
from tests.client.people import Community, Person, Village
from tests.live_homeserver import LiveServer

T = TypeVar("T")
_PATIENCE = 20.0
_NUMBER = itertools.count()


@dataclass
class Side(Village):
    """People on one of the servers."""

    secret: Secret = field(default_factory=lambda: Secret(""))
    hurries: bool = False
    """Whether what is sent goes past the limits: for the stage of a test, never for what it tries."""

    @property
    def parts(self) -> Parts:
        ordinary = super().parts
        stamp = Stamp(Secret(self.server.as_token), lambda: int(time.time() * 1000) if self.hurries else None)

        def gateway(credentials: Credentials, store: Store) -> Gateway:
            return NioGateway(credentials, store.connection, pickle_key(store), stamp=stamp, sync=self.way)

        return replace(ordinary, open_gateway=gateway)

    async def _account(self, name: str, url: str) -> tuple[str, Secret]:
        """Made with the owner's secret: anybody else may make three, and then one in six seconds."""
        password = Secret(f"secret of {name}")
        localpart = f"{name}{next(_NUMBER)}"
        credentials = await make_account(self.server.base_url, self.secret, localpart, password, "a test")
        if url:
            credentials = Credentials(url, credentials.user_id, credentials.device_id, credentials.token)
        keep(self.parts, self.vault, credentials, localpart)
        return localpart, password


def side_of(server: Homeserver, home: Path) -> Side:
    """Nobody is there yet."""
    return Side(LiveServer.of(server), home, secret=Secret(server.registration_secret))


@dataclass
class Banks:
    """Both sides of the river."""

    here: Side
    there: Side
    _by_name: dict[str, Side] = field(init=False)

    def __post_init__(self) -> None:
        self._by_name = {side.server.server_name: side for side in (self.here, self.there)}
        self.there.watch = self.here.watch

    @classmethod
    def of(cls, pair: Pair, home: Path) -> Banks:
        """People on both servers, with their files below `home`."""
        return cls(side_of(pair.first, home / "here"), side_of(pair.second, home / "there"))

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.here, self.there

    def of_person(self, who: Person) -> Side:
        return self._by_name[who.id.partition(":")[2]]

    @contextmanager
    def hurry(self) -> Iterator[None]:
        """Make a stage without waiting for the limits."""
        for side in self.sides:
            side.hurries = True
        try:
            yield
        finally:
            for side in self.sides:
                side.hurries = False

    async def seat(self, founder: Person, helper: Person, here: Community) -> None:
        """Make somebody a facilitator of a nook, wherever their account is."""
        with self.hurry():
            await self.comes(founder, helper, here.space, here.highlights)
            await founder.session.gateway.invite(here.nook, helper.id)
            await self.comes(founder, helper, here.nook)
            await sees(founder, partial(_is_in, founder, here, helper), f"{helper.id} in the nook")
            await founder.facilitators.add(founder.room(here.nook), helper.id)
            await self.comes(founder, helper, here.facilitators)
            await founder.sync()
            await sees(helper, partial(here_they_decide, helper, here), "that they decide")

    async def comes(self, host: Person, guest: Person, *rooms: RoomId) -> None:
        """Somebody joins rooms of the host: over the river where they have to."""
        side = self.of_person(guest)
        hurried, side.hurries = side.hurries, False
        for room in rooms:
            await guest.session.gateway.join(room, (host.id.partition(":")[2],))
        side.hurries = hurried
        await guest.sync()

    async def applicant(self, side: Side, host: Person, here: Community, name: str = "bob") -> Person:
        """Somebody new who is in the space of `host`."""
        somebody = await side.person(name)
        await self.comes(host, somebody, here.space)
        await sees(somebody, lambda: _lists(somebody, here), "the nook's card")
        return somebody

    async def go_home(self) -> None:
        for side in self.sides:
            await side.go_home()


def _is_in(who: Person, here: Community, helper: Person) -> bool:
    member = who.room(here.nook).members.get(helper.id)
    return member is not None and member.membership == Membership.JOIN


def _lists(who: Person, here: Community) -> bool:
    space = who.session.rooms.get(here.space)
    return bool(space and here.nook in {child.room_id for child in space.children})


def here_they_decide(who: Person, here: Community) -> bool:
    """Whether somebody knows that they may decide in the nook, and of the room where they say so."""
    nook, helpers = who.session.rooms.get(here.nook), who.session.rooms.get(here.facilitators)
    known = nook and nook.power.may_decide(who.id) and helpers and helpers.membership == Membership.JOIN
    space = who.session.rooms.get(here.space)
    entry = space and here.nook in space.entries and who.id in space.entries[here.nook].facilitators
    return bool(known and _lists(who, here) and entry)


async def sees(who: Person, ask: Callable[[], T | None], what: str) -> T:
    """Have somebody sync until the answer is a good one: news crosses the river when it can."""
    try:
        async with asyncio.timeout(_PATIENCE):
            while not (answer := ask()):
                await who.session.sync_once(0.2)
            return answer
    except TimeoutError:
        raise AssertionError(f"{who.id} waited {_PATIENCE:g} s for {what}") from None


async def membership(who: Person, room: RoomId, user: str) -> tuple[Membership, str] | None:
    """What a facilitator's server has of somebody in a room: membership and its event; the server is asked anew."""
    found = [m for m in await who.session.gateway.members(room) if m.user == user]
    return (found[0].membership, found[0].event_id) if found else None


async def settled(room: RoomId, user: str, *watchers: Person) -> Membership:
    """The membership on which all servers agree, by the same event, once they do."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            seen = {await membership(who, room, user) for who in watchers}
            if len(seen) == 1 and (one := seen.pop()):
                return one[0]
            await asyncio.sleep(0.05)
