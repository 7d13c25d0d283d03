"""A fresh village of real accounts for each test, and a faulty way to the server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.client.people import Village
from tests.faults.proxy import FaultyProxy
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
