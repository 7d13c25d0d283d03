"""What every folder of tests may ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from nookterm.demo.homeserver import Homeserver
from tests.client.people import Village
from tests.faults.proxy import FaultyProxy
from tests.live_homeserver import LiveServer


@pytest.fixture(scope="session")
def homeserver() -> Iterator[LiveServer]:
    """A real Synapse that answers: starts once per session (about 5 s) when the first test asks for it."""
    with Homeserver.start() as server:
        yield LiveServer.of(server)


@pytest.fixture
async def people(homeserver: LiveServer, tmp_path: Path) -> AsyncIterator[Village]:
    """Opens accounts on the real server, with real stores below `tmp_path`."""
    village = Village(homeserver, tmp_path)
    yield village
    await village.go_home()


@pytest.fixture
async def proxy(homeserver: LiveServer) -> AsyncIterator[FaultyProxy]:
    """Stands between a gateway and the real server."""
    async with FaultyProxy.before(homeserver.base_url) as faulty:
        yield faulty
