"""What every folder of tests may ask for."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from nookterm.demo.homeserver import Homeserver
from tests import quick_ground
from tests.client.people import Village
from tests.faults.proxy import FaultyProxy
from tests.live_homeserver import LiveServer

quick_ground.use()

_LONG = ("federation", "interop", "demo", "live", "pty", "faults", "client", "cli", "viewmodels", "tui", "matrix")
"""Folders whose files take long, the longest first."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes long where workers share the files, so that none of them ends alone with a long one."""
    if hasattr(config, "workerinput"):
        places = {name: place for place, name in enumerate(_LONG)}
        items.sort(key=lambda item: places.get(item.path.parent.name, len(places)))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays to the end: looking through it for garbage took a third of each screen's test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


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
