"""What the tests against other engines ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from nookterm.domain.ids import UserId
from tests.interop.install import PEER, SECOND
from tests.interop.peer import Peer
from tests.interop.second_engine import Second
from tests.live_homeserver import LiveServer

Elements = Callable[[str], Awaitable[Peer]]
Seconds = Callable[[str], Awaitable[Second]]


@pytest.fixture
async def element(homeserver: LiveServer) -> AsyncIterator[Elements]:
    """Begins devices of Element's engine, and ends them with the test; its process goes on for the next one."""
    home = PEER.home()
    begun: list[Peer] = []

    async def begin(name: str) -> Peer:
        begun.append(await Peer.spawn(homeserver.base_url, home, name))
        return begun[-1]

    yield begin
    for peer in begun:
        await peer.end()


@pytest.fixture
async def second(homeserver: LiveServer) -> AsyncIterator[Seconds]:
    """Begins processes of the second engine, each signed in to a new account, and ends them with the test."""
    home = SECOND.home()
    begun: list[Second] = []

    async def begin(name: str) -> Second:
        begun.append(await Second.spawn(homeserver.base_url, home, name))
        account = homeserver.register(name)
        await begun[-1].login(UserId(account.user_id), account.password)
        return begun[-1]

    yield begin
    for engine in begun:
        await engine.end()
