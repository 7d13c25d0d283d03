"""What the tests of faults share: people on the real server, a faulty way to it, and a process that can be killed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.client.people import Village
from tests.faults.proxy import FaultyProxy
from tests.faults.victim import Nursery
from tests.live_homeserver import LiveServer


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


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where those come from who are killed."""
    with Nursery() as open_for_a_session:
        yield open_for_a_session
